"""What happened to a district: its drops, deliveries, undos, holds and decisions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile, islice
from typing import Any, Final

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.delivery import Receipt
from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import LandingStore
from remind_etl.published.one_file import kept_rows_of_file
from remind_etl.published.store import VERSION, KeptReport, Published
from remind_etl.schema.district_id import DistrictId

RUN_FAILED: Final = "no plan: its run failed, or has not begun"
RESULTS_LOST: Final = "not known: no run of it has ended, or its results are lost"
"""The outcomes of a drop without a plan."""


@dataclass(frozen=True)
class RunUnderWay:
    """A run of a district that has not ended, with the drop or the fingerprint of the upload that was chosen for it."""

    drop: str
    fingerprint: str
    is_queued: bool


@dataclass(frozen=True)
class History:
    """The events of districts, of counts and ids alone.

    `runs_under_way` asks Dagster for the runs of a district that have not ended. Without it, none are known.
    """

    decisions: DecisionStore
    published: Published
    platform: PlatformStore
    landing: LandingStore
    runs_under_way: Callable[[DistrictId], Sequence[RunUnderWay]] | None = None

    def events(self, district: DistrictId, most: int | None = None) -> list[dict[str, Any]]:
        """The events, newest first, perhaps at most so many.

        Each has `at` in UTC as ISO 8601, `event`, `what` and `detail`. A decision has `who`. A drop, a delivery and
        what it held have a `report`, the name of its file, if it is kept. A delivery has `puts_nobody`, which is true
        before the first delivery of a record.

        Raises UnknownDistrict if there is no such district.
        """
        self.decisions.district(district)
        return sorted(self._events(district, most), key=lambda row: str(row["at"]), reverse=True)[:most]

    def _events(self, district: DistrictId, most: int | None) -> Iterator[dict[str, Any]]:
        for decision in self.decisions.log(district, most):
            at = decision.decided_at.isoformat(timespec="milliseconds")
            detail = dict(decision.detail)
            yield {"at": at, "event": "decision", "what": decision.what, "detail": detail, "who": decision.decided_by}
        receipts = self.platform.deliveries(district)
        reports = self.published.kept_reports(district)
        drops = self.landing.all_drops(district)
        newest = drops[-1].drop_id if drops else ""
        outcome = self._outcomes(district, receipts, {report.drop_id for report in reports}, newest)
        for drop in drops:
            at = drop.landed_at.isoformat(timespec="milliseconds")
            detail = {"outcome": outcome(drop.drop_id), "bytes": {f.file_name: f.size for f in drop.files}}
            event = {"at": at, "event": "drop", "what": drop.drop_id, "detail": detail}
            yield event | _named(report for report in reports if report.drop_id == drop.drop_id)
        undone_by, put_people = _undone_by(receipts), {receipt.number for receipt in _since_people(receipts)}
        for receipt in receipts:
            of = {"at": receipt.delivered_at, "what": receipt.number, **_named(_of_run(reports, receipt))}
            detail = _detail(receipt) | undone_by.get(receipt.number, {})
            yield {**of, "event": "delivery", "detail": detail, "puts_nobody": receipt.number not in put_people}
            if receipt.held:
                yield {**of, "event": "hold", "detail": dict(receipt.held)}

    def _outcomes(
        self, district: DistrictId, receipts: Sequence[Receipt], reported: Collection[str], newest: str
    ) -> Callable[[str], str]:
        """A function that gives the outcome of a drop; `reported` are the drops of which a report is kept.

        `newest` is the newest drop, blank if there is none.
        """
        delivered = {receipt.drop_id for receipt in receipts if not receipt.undoes}
        put_people = {receipt.drop_id for receipt in _since_people(receipts)}
        manifest = self.published.manifest(district)
        file = self.published.file_of_before(district, "plans")
        has_results = bool(file or (manifest and "plans" not in manifest.tables))
        plans = kept_rows_of_file(file, ("drop_id",)) if file else ()
        planned = {row["drop_id"] for row in plans}
        under_way = self._under_way(district, newest)

        def outcome(drop_id: str) -> str:
            if manifest and manifest.blockers and manifest.drop_id == drop_id:
                return "blocked"
            if drop_id in delivered:
                return "delivered" if drop_id in put_people else "delivered nobody"
            if drop_id in planned:
                return "planned"
            return under_way.get(drop_id) or _without_plan(has_results, drop_id in reported)

        return outcome

    def _under_way(self, district: DistrictId, newest: str) -> dict[str, str]:
        """What is said of the drops whose run has not ended."""
        said: dict[str, str] = {}
        arrival = self.landing.arrival(district)
        for run in self.runs_under_way(district) if self.runs_under_way and newest else ():
            is_newest = arrival and run.fingerprint == arrival.fingerprint if run.fingerprint else not run.is_queued
            if drop := run.drop or (newest if is_newest else ""):
                said[drop] = "its run is queued" if run.is_queued else "its run is under way"
        return said


def _undone_by(receipts: Iterable[Receipt]) -> dict[int, dict[str, int]]:
    """The number of the newest delivery that undid all of a delivery, by the number of that one."""
    undoings = sorted((receipt.number, receipt.undone) for receipt in receipts if not receipt.removals_only)
    return {number: {"undone_by": undoing} for undoing, undone in undoings for number in undone}


def _without_plan(has_results: bool, is_reported: bool) -> str:
    """The outcome of a drop that was not delivered and has no plan. A blocked drop leaves a report only."""
    if is_reported:
        return "blocked"
    return RUN_FAILED if has_results else RESULTS_LOST


def _since_people(receipts: Sequence[Receipt]) -> Iterator[Receipt]:
    """The receipts, newest first, to the first delivery of a record: before it, nobody was on the platform."""
    return dropwhile(lambda receipt: not any(receipt.counts.values()), reversed(receipts))


def _of_run(reports: Sequence[KeptReport], receipt: Receipt) -> Iterator[KeptReport]:
    """The report of the run that made the delivery: the first one about its drop that was published afterwards."""
    delivered = f"{datetime.fromisoformat(receipt.delivered_at).astimezone(UTC):{VERSION}}"
    later = (report for report in reports if report.drop_id == receipt.drop_id and report.version >= delivered)
    return islice(later, 0 if receipt.undoes else 1)


def _named(reports: Iterable[KeptReport]) -> dict[str, str]:
    """What an event says of its report: the last of these, if there is one."""
    names = [report.name for report in reports]
    return {"report": names[-1]} if names else {}


def _detail(receipt: Receipt) -> dict[str, Any]:
    """The drop or the undone delivery, and the changes by action, which may be 0."""
    actions: dict[str, int] = {}
    for counts in receipt.counts.values():
        for action, count in counts.items():
            actions[action] = actions.get(action, 0) + count
    of: dict[str, Any] = {"drop": receipt.drop_id}
    if receipt.undoes:
        since = {"to": receipt.undoes_to} if receipt.undoes_to != receipt.undoes else {}
        of = {"undoes": receipt.undoes, **since}
    return {**of, "plan_hash": receipt.plan_hash, **(actions or {"changes": 0})}


EMPTY: Final = {"covers": "nothing alone"}
"""What a line says of such a part of a detail that is empty: an approval of one kind may need another one."""


def one_line_of(detail: dict[str, Any]) -> str:
    """A detail of an event in one line."""
    return ", ".join(
        f"{name} ({one_line_of(value) or EMPTY.get(name, '')})"
        if isinstance(value, dict)
        else f"{name} {_number(value)}"
        for name, value in detail.items()
    )


def _number(value: object) -> str:
    return f"{value:,}" if type(value) is int else str(value)
