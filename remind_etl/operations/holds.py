"""What waits for a person in a district, under which hash, and what an approval of some kinds would let go."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import UsageError
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.in_force import drop_in_force
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.limits import present_hold
from remind_etl.warehouse import sql

BLOCKED: Final = "its newest drop is blocked, and has no plan"


@dataclass(frozen=True)
class Held:
    """What waits: `kinds` as published in `holds`, `changes` counted by record, action and the kinds they need.

    `plan_hash` is None where nothing can be approved.
    """

    plan_hash: str | None
    kinds: dict[str, dict[str, Any]]
    changes: list[dict[str, Any]]

    @property
    def taken_up(self) -> list[str]:
        """The kinds that were approved before the last run; what is left of them waits for others too."""
        return [kind for kind, row in self.kinds.items() if row["is_approved"]]

    def goes(self, kinds: Collection[str]) -> list[dict[str, Any]]:
        """What the approval of these kinds lets go, in counts by record and action."""
        return _counted(row for row in self.changes if _meet(kinds, row))

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """What waits for this kind, maybe for others too, in counts by record and action."""
        return _counted(row for row in self.changes if any(kind in needs for needs in row["waits_for"]))

    def lacking(self, kinds: Collection[str]) -> list[str]:
        """The kinds without which some of what waits for these kinds does not go."""
        needed = [needs for row in self.changes if not _meet(kinds, row) for needs in row["waits_for"]]
        return sorted({other for needs in needed if set(kinds) & set(needs) for other in needs} - set(kinds))

    def covers(self, kind: str, approved: Collection[str]) -> dict[str, int]:
        """What goes by an approval of the kind beside those approved before, in counts, for the log."""
        more = _counted(row for row in self.changes if _meet({kind, *approved}, row) and not _meet(approved, row))
        return {f"{part['kind']} {part['action']}": part["changes"] for part in more}


@dataclass(frozen=True)
class HoldService:
    """Shows the held changes of a district, and takes approvals and refusals of them."""

    published: Published
    platform: PlatformStore
    landing: LandingStore
    decisions: DecisionStore

    def undone(self, district: str) -> str | None:
        """That the last run's plan has lapsed because a delivery was undone since, in a sentence; else None."""
        manifest, last = self.published.manifest(district), self.platform.last_delivery(district)
        if not manifest or not last or not last.undoes or _at(last.delivered_at) < _at(manifest.published_at):
            return None
        return (
            f"Delivery {last.number} undid delivery {last.undoes} since the last run, whose plan has lapsed: the next "
            f"run makes another, and `remind-etl sync {district}` does it here."
        )

    def held(self, district: str) -> Held:
        """What waits in the district; nothing where a run is yet to plan, as after a blocked drop or an undoing."""
        manifest = self.published.manifest(district)
        if manifest is None or manifest.blockers or "holds" not in manifest.tables or self.undone(district):
            return Held(None, {}, [])
        holds = pq.read_table(self.published.file(district, "holds")).to_pylist()
        kinds = {(name := present_hold(row["kind"])): {**row, "kind": name} for row in holds}
        with duckdb.connect() as db:
            db.execute("set enable_progress_bar = false")
            db.read_parquet(str(self.published.file(district, "changes"))).create_view("published")
            changes = db.sql(sql.read("published/report", "held")).to_arrow_table().to_pylist()
        for row in changes:
            row["waits_for"] = [[present_hold(name) for name in needs] for needs in row["waits_for"]]
        return Held(manifest.plan_hash if changes else None, kinds, changes)

    def approve(self, district: str, plan_hash: str, kinds: Sequence[str] = ()) -> tuple[Held, list[str]]:
        """Let go what waits under this hash, all kinds without any named; returns what waits, and the kinds approved.

        Raises UsageError if nothing waits under this hash, or not of these kinds.
        """
        waiting, kinds = self._under(district, plan_hash), [present_hold(kind) for kind in kinds]
        can_go = [name for name in waiting.kinds if waiting.of_kind(name)]
        if others := [name for name in kinds if name not in can_go]:
            raise UsageError(f"No {', '.join(map(repr, others))} wait in {district}; what waits: {', '.join(can_go)}.")
        # What is left of a kind that a run took up has this hash now, and stays approved by whoever approved it.
        self.decisions.keep_approved(district, plan_hash, waiting.taken_up)
        for name in dict.fromkeys(kinds or [name for name in can_go if name not in waiting.taken_up]):
            approved = self.decisions.approved_kinds(district, plan_hash)
            self.decisions.approve(district, plan_hash, name, waiting.covers(name, approved))
        return waiting, self.decisions.approved_kinds(district, plan_hash)

    def refuse(self, district: str, plan_hash: str, why: str) -> list[str]:
        """Say that what waits under this hash is not to go; returns the kinds.

        Raises UsageError if nothing waits under this hash, or no reason is said.
        """
        if not why.strip():
            raise UsageError("Say why, for whoever looks next: the reason is empty.")
        covers = {kind: row["records"] for kind, row in self._under(district, plan_hash).kinds.items()}
        self.decisions.refuse(district, plan_hash, why.strip(), covers)
        return list(covers)

    def _under(self, district: str, plan_hash: str) -> Held:
        """What waits under this hash and no other.

        Raises UsageError if nothing does, with the reason.
        """
        self.decisions.district(district)
        held, manifest = self.held(district), self.published.manifest(district)
        if manifest is None or not held.plan_hash:
            why = BLOCKED if manifest and manifest.blockers else "nothing waits there"
            raise UsageError(self.undone(district) or f"Nothing of {district} can be decided about: {why}.")
        if held.plan_hash != plan_hash:
            raise UsageError(
                f"{self._lapsed(manifest, plan_hash)} What waits now has the hash {held.plan_hash}: "
                f"look at it with `remind-etl holds {district}`."
            )
        in_force = drop_in_force(self.landing, self.platform, district)
        if in_force != manifest.drop_id:
            raise UsageError(f"{district} sent other files since: wait for the run of drop {in_force}.")
        return held

    def _lapsed(self, manifest: Manifest, plan_hash: str) -> str:
        past = pq.read_table(self.published.file(manifest.district_id, "plans")).to_pylist()
        drops = {row["drop_id"] for row in past if row["hold_hash"] == plan_hash}
        if not drops:
            return f"No plan of {manifest.district_id} has the hash {plan_hash}."
        since = "what waits is another" if manifest.drop_id in drops else "the district sent other files"
        return f"That hash has lapsed: {since} since it was shown."


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _meet(approved: Collection[str], row: dict[str, Any]) -> bool:
    return any(set(approved).issuperset(needs) for needs in row["waits_for"])


def _counted(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["kind"], row["action"]] += row["changes"]
    return [{"kind": kind, "action": action, "changes": changes} for (kind, action), changes in counts.items()]
