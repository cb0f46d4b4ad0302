"""Ties each school of the files to the school of the platform that a person confirmed, or proposes one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from remind_etl import sql


@dataclass(frozen=True)
class Waiting:
    """Schools that wait to be linked, and the people who wait with them."""

    schools: int
    people: int


def link_schools(
    db: duckdb.DuckDBPyConnection,
    platform_schools: Mapping[str, str],
    links: Iterable[tuple[str, str | None, str]],
    policy: str,
) -> Waiting:
    """Fill `mapped.schools`; returns what waits for a person.

    `platform_schools` is id to name; `links` are (school_id, platform_school_id or None, `confirmed` or `ignored`);
    `policy` is `ask`, or `exact` for a district where an exactly equal id or name needs no person.
    """
    known = [{"platform_school_id": i, "name": name} for i, name in platform_schools.items()]
    decided = [{"school_id": s, "platform_school_id": p, "link": link} for s, p, link in links]
    db.register("platform_schools", pa.Table.from_pylist(known, _text("platform_school_id", "name")))
    db.register("school_links", pa.Table.from_pylist(decided, _text("school_id", "platform_school_id", "link")))
    *before, last = sql.statements("mapped", "schools")
    for statement in before:
        db.execute(statement)
    db.execute(last, {"policy": policy})
    db.unregister("platform_schools")
    db.unregister("school_links")
    for statement in sql.statements("mapped", "waiting"):
        db.execute(statement)
    return Waiting(*db.execute("select schools, people from mapped.waiting").fetchall()[0])


def _text(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])
