"""Undoing deliveries in this process, for the command and the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered import report
from remind_etl.delivered.delivery import Receipt, Undo, undone_in_words
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.undo import Undoing, plan_undo
from remind_etl.orchestration.instance import WAIT_SECONDS, district_lock, open_instance, queued_run
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.memory import memory_database


@dataclass(frozen=True)
class Undone:
    """What came of it: the plan, what was applied now, and the number of the delivery that undid it, if one did."""

    undoing: Undoing
    done: Receipt | None
    as_delivery: int | None


@dataclass(frozen=True)
class UndoService:
    """Undoes deliveries of a district."""

    published: Published
    platform: PlatformStore
    decisions: DecisionStore

    def chosen(self, district: DistrictId, first: int, and_later: bool, removals_only: bool) -> Undo:
        """What a person names: the delivery of this number, or it and all after it."""
        newest = max(
            (receipt.number for receipt in self.platform.deliveries(district) if not receipt.undoes), default=0
        )
        return Undo(first, max(newest, first) if and_later else first, removals_only)

    def undo(
        self,
        district: DistrictId,
        chosen: Undo,
        agreed: Callable[[Undoing], bool],
        told: Callable[[str], None] | None = None,
    ) -> Undone:
        """Undo it if a person agrees to the plan, as a new delivery.

        With `told`, this waits for the end of a run, and `told` hears of that run, or of one in the queue. Such a run
        comes after the undo: if it begins earlier, one of the two finds that its plan is stale. Raises UsageError if
        the delivery cannot be undone, and TransientError if a run of the district is under way.
        """

        def waits(why: str) -> None:
            if told:
                told(f"{why} Undoing waits for its end, at most {WAIT_SECONDS // 60} minutes.")

        self.platform.require_undoable(district, chosen)
        with (
            open_instance() as instance,
            district_lock(instance, district, waits if told else None, may_be_queued=True),
            memory_database() as db,
        ):
            if told and (queued := queued_run(instance, district)):
                pause = self.decisions.pause_of(district, datetime.now(UTC))
                then = (
                    "It comes after this undo. It delivers nothing, because the district is paused."
                    if pause and not pause.adds_only
                    else "It comes after this undo, and delivers the drop in force again. If that drop is wrong, pause "
                    "the district first."
                )
                told(f"A run of {district} is in Dagster's queue ({queued}). {then}")
            how = {"to": chosen.undoes_to, "removals_only": chosen.removals_only}
            undoing = plan_undo(db, self.platform.past(district, chosen), self.decisions.taken_back_links(district))
            done = None
            if agreed(undoing) and undoing.plan.counts:
                self.decisions.agree_to_undo(district, chosen.undoes, how)
                done = self.platform.apply(district, undoing.plan)
            # If an earlier process ended after its delivery, this one does the rest.
            of = (chosen.undoes, chosen.undoes_to)
            receipts = self.platform.deliveries(district)
            as_delivery = next((r.number for r in receipts if (r.undoes, r.undoes_to) == of), None)
            if as_delivery:
                state, undone = self.platform.state(district), undone_in_words(receipts)
                report.publish_state(db, state, self.published, district, undone)
                self.decisions.undone(district, chosen.undoes, as_delivery, how)
        return Undone(undoing, done, as_delivery)
