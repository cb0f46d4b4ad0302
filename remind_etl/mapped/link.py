"""Ties each school of the files to the school of the platform that a person confirmed, or proposes one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.warehouse import findings, sql
from remind_etl.warehouse.pipeline import Steps, clear_steps, slowest_steps

PLATFORM_SCHOOL: Final = ("platform_school_id", "name")
SCHOOL_LINK: Final = ("school_id", "platform_school_id", "link", "school_name")

NAME_STEPS: Final = ("words", "name_macros")
PROPOSAL_STEPS: Final = (
    "school_names",
    "spelled_words",
    "name_words",
    "normal_names",
    "like_words",
    "likenesses",
    "link_scores",
    "possible_links",
    "ranked_links",
    "proposals",
    "undecided",
)
"""For schools about which nobody decided: most drops have none."""
NO_PROPOSAL_STEPS: Final = ("no_proposals",)
LINK_STEPS: Final = ("find_renamed_schools", "schools", "waiting", "reasons")


@dataclass(frozen=True)
class Waiting:
    """Schools that wait to be linked, and the people who wait with them."""

    schools: int
    people: int
    slowest_steps: str = field(default="", compare=False)


def link_schools(
    db: duckdb.DuckDBPyConnection,
    platform_schools: Mapping[str, str],
    links: Iterable[Sequence[str | None]],
    policy: str,
    taken_back: Iterable[str] = (),
) -> Waiting:
    """Fill `mapped.schools`; returns what waits for a person.

    `platform_schools` is id to name; `links` are (school_id, platform_school_id or None, `confirmed` or `ignored`), and
    the school's name when it was decided about, where it is known; `policy` is `ask`, or `exact` for a district where
    an exactly equal id or name needs no person, but for the schools whose decision was `taken_back`.
    """
    findings.clear_findings(db, "mapped/schools")
    clear_steps(db, "mapped")
    given = {
        "platform_schools": _table(PLATFORM_SCHOOL, platform_schools.items()),
        "school_links": _table(SCHOOL_LINK, links),
    }
    for name, rows in given.items():
        db.register(name, rows)
    undecided = db.execute("select 1 from valid.schools anti join school_links using (school_id) limit 1").fetchall()
    proposals = PROPOSAL_STEPS if undecided else NO_PROPOSAL_STEPS
    steps = Steps(db, "mapped")
    steps.run(*NAME_STEPS, *proposals, *LINK_STEPS, policy=policy, taken_back=[*taken_back])
    for name in given:
        db.unregister(name)
    ((schools, people),) = db.execute("select schools, people from mapped.waiting").fetchall()
    return Waiting(schools, people, slowest_steps(steps.times))


def confirmed_by_policy(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """The links of `mapped.schools` that no person decided: (school_id, platform_school_id, school_name)."""
    return db.execute(sql.sql_text("mapped", "by_policy")).fetchall()


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pa.Table:
    """The rows as text; what a row does not give is null."""
    shape = pa.schema([(column, pa.string()) for column in columns])
    return pa.Table.from_pylist([dict(zip(columns, row, strict=False)) for row in rows], shape)
