"""Ties each school of the files to the school of the platform that a person confirmed, or proposes one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.warehouse import findings, sql

PLATFORM_SCHOOL: Final = ("platform_school_id", "name")
SCHOOL_LINK: Final = ("school_id", "platform_school_id", "link", "school_name")


@dataclass(frozen=True)
class Waiting:
    """Schools that wait to be linked, and the people who wait with them."""

    schools: int
    people: int


def link_schools(
    db: duckdb.DuckDBPyConnection,
    platform_schools: Mapping[str, str],
    links: Iterable[Sequence[str | None]],
    policy: str,
) -> Waiting:
    """Fill `mapped.schools`; returns what waits for a person.

    `platform_schools` is id to name; `links` are (school_id, platform_school_id or None, `confirmed` or `ignored`), and
    the school's name when it was decided about, where it is known; `policy` is `ask`, or `exact` for a district where
    an exactly equal id or name needs no person.
    """
    findings.clear_findings(db, "mapped/schools")
    given = {
        "platform_schools": _table(PLATFORM_SCHOOL, platform_schools.items()),
        "school_links": _table(SCHOOL_LINK, links),
    }
    for name, rows in given.items():
        db.register(name, rows)
    for step in ("words", "names", "likenesses", "proposals"):
        _run(db, step)
    *before, last = sql.statements("mapped", "schools")
    for statement in before:
        db.execute(statement)
    db.execute(last, {"policy": policy})
    for name in given:
        db.unregister(name)
    for step in ("waiting", "reasons"):
        _run(db, step)
    return Waiting(*db.execute("select schools, people from mapped.waiting").fetchall()[0])


def confirmed_by_policy(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """The links of `mapped.schools` that no person decided: (school_id, platform_school_id, school_name)."""
    return db.execute(sql.sql_text("mapped", "by_policy")).fetchall()


def _run(db: duckdb.DuckDBPyConnection, name: str) -> None:
    for statement in sql.statements("mapped", name):
        db.execute(statement)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pa.Table:
    """The rows as text; what a row does not give is null."""
    shape = pa.schema([(column, pa.string()) for column in columns])
    return pa.Table.from_pylist([dict(zip(columns, row, strict=False)) for row in rows], shape)
