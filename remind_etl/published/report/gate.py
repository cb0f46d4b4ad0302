"""The gate of a drop: what is wrong with it so far; if something blocks it, that is published, and all else stays."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from remind_etl.published.report import folder, page
from remind_etl.published.report.rows import ReadRecords
from remind_etl.published.status import UNCHANGED
from remind_etl.published.store import Manifest, Published
from remind_etl.warehouse import problem_lists
from remind_etl.warehouse.basis import read_basis


@dataclass(frozen=True)
class Gate:
    """Numbers of problems by severity, the messages of what blocks, and a page for us without a person's data."""

    counts: Mapping[str, int]
    blockers: tuple[str, ...]
    page: str

    @property
    def sentence(self) -> str | None:
        """What came of a drop that is blocked, and why."""
        return " ".join((UNCHANGED, *self.blockers)) if self.blockers else None


def assess_drop(
    db: duckdb.DuckDBPyConnection, arrived_at: str, published: Published, read_records: ReadRecords
) -> Gate:
    """Count what is wrong with the drop in the warehouse. If something blocks the drop, publish the problems."""
    counts, blockers = problem_lists.count_by_severity(db), problem_lists.blocker_messages(db)
    if not blockers:
        problem_lists.group_problems(db)
        return Gate(counts, (), page.first_groups(db))
    ((district_id, drop_id),) = db.execute("select district_id, drop_id from landed.drops").fetchall()
    _, read_at = read_basis(db)
    blocked = Manifest(district_id, drop_id, arrived_at, blockers=blockers, problems=counts, decisions_read_at=read_at)
    return Gate(counts, blockers, page.for_our_eyes(db, folder.publish_blocked(db, blocked, published, read_records)))
