"""What waits for a person in a district, under which hash, and what an approval of some kinds would let go."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow.parquet as pq

from remind_etl import sql
from remind_etl.cli import stores
from remind_etl.errors import UsageError
from remind_etl.published import Manifest

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


def undone(district: str, manifest: Manifest | None) -> str | None:
    """That the last run's plan has lapsed because a delivery was undone since, in a sentence; None where it has not."""
    last = stores.platform().last_delivery(district)
    if manifest is None or last is None or not last.undoes or _at(last.delivered_at) < _at(manifest.published_at):
        return None
    return (
        f"Delivery {last.number} undid delivery {last.undoes} since the last run, whose plan has lapsed: the next run "
        f"makes another, and `remind-etl sync {district}` does it here."
    )


def of(district: str) -> Held:
    """What waits in the district; nothing where a run is yet to plan, as after a blocked drop or an undoing."""
    published = stores.published()
    manifest = published.manifest(district)
    if manifest is None or manifest.blockers or "holds" not in manifest.tables or undone(district, manifest):
        return Held(None, {}, [])
    kinds = {row["kind"]: row for row in pq.read_table(published.file(district, "holds")).to_pylist()}
    (statement,) = sql.statements("cli", "holds")
    changes = stores.query(published.file(district, "changes"), statement)
    return Held(manifest.plan_hash if changes else None, kinds, changes)


def under(district: str, plan_hash: str) -> Held:
    """What waits under this hash and no other.

    Raises UsageError if nothing does, with the reason.
    """
    stores.decisions().district(district)
    held, manifest = of(district), stores.published().manifest(district)
    if manifest is None or not held.plan_hash:
        why = BLOCKED if manifest and manifest.blockers else "nothing waits there"
        raise UsageError(undone(district, manifest) or f"Nothing of {district} can be decided about: {why}.")
    if held.plan_hash != plan_hash:
        raise UsageError(
            f"{_lapsed(district, manifest, plan_hash)} What waits now has the hash {held.plan_hash}: "
            f"look at it with `remind-etl holds {district}`."
        )
    newest = stores.landing().newest(district)
    if newest and newest.drop_id != manifest.drop_id:
        raise UsageError(f"{district} sent other files since: wait for the run of drop {newest.drop_id}.")
    return held


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _meet(approved: Collection[str], row: dict[str, Any]) -> bool:
    return any(set(approved).issuperset(needs) for needs in row["waits_for"])


def _lapsed(district: str, manifest: Manifest, plan_hash: str) -> str:
    past = pq.read_table(stores.published().file(district, "plans")).to_pylist()
    drops = {row["drop_id"] for row in past if row["hold_hash"] == plan_hash}
    if not drops:
        return f"No plan of {district} has the hash {plan_hash}."
    since = "what waits is another" if manifest.drop_id in drops else "the district sent other files"
    return f"That hash has lapsed: {since} since it was shown."


def _counted(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["kind"], row["action"]] += row["changes"]
    return [{"kind": kind, "action": action, "changes": changes} for (kind, action), changes in counts.items()]
