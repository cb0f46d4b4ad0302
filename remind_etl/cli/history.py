"""`history`: the events of a district, newest first."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.schema.district_id import DistrictId

if TYPE_CHECKING:
    from remind_etl.delivered.delivery import Receipt

COLUMNS = ("at", "event", "what", "detail", "who")


def history(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Show the drops, deliveries, undos, holds and decisions of a district, newest first, with counts."""
    stores.decisions().district(district)
    rows = sorted(_events(district), key=lambda row: str(row["at"]), reverse=True)
    if as_json:
        say.document(rows)
    else:
        say.table(
            COLUMNS, [(*(row.get(c) for c in COLUMNS[:3]), _short(row["detail"]), row.get("who")) for row in rows]
        )


def _events(district: DistrictId) -> Iterator[dict[str, Any]]:
    """The events, each with its time in UTC as ISO 8601."""
    for decision in stores.decisions().log(district):
        at = decision.decided_at.isoformat(timespec="milliseconds")
        detail = dict(decision.detail)
        yield {"at": at, "event": "decision", "what": decision.what, "detail": detail, "who": decision.decided_by}
    landing, receipts = stores.landing(), stores.platform().deliveries(district)
    outcome = _outcomes(district, {receipt.drop_id for receipt in receipts if not receipt.undoes})
    for drop in (landing.drop(district, drop_id) for drop_id in landing.drops(district)):
        at = drop.landed_at.isoformat(timespec="milliseconds")
        detail = {"outcome": outcome(drop.drop_id), "bytes": {f.file_name: f.size for f in drop.files}}
        yield {"at": at, "event": "drop", "what": drop.drop_id, "detail": detail}
    for receipt in receipts:
        of = {"at": receipt.delivered_at, "what": receipt.number}
        yield {**of, "event": "delivery", "detail": _detail(receipt)}
        if receipt.held:
            yield {**of, "event": "hold", "detail": dict(receipt.held)}


def _outcomes(district: DistrictId, delivered: Collection[str]) -> Callable[[str], str]:
    """A function that gives the outcome of a drop."""
    import pyarrow.parquet as pq

    published = stores.published()
    manifest = published.manifest(district)
    has_plans = manifest is not None and "plans" in manifest.tables
    plans = pq.read_table(published.file(district, "plans"), columns=["drop_id"]) if has_plans else None
    planned = set(plans["drop_id"].to_pylist()) if plans else set()

    def outcome(drop_id: str) -> str:
        if manifest and manifest.blockers and manifest.drop_id == drop_id:
            return "blocked"
        if drop_id in delivered:
            return "delivered"
        return "planned" if drop_id in planned else "no plan: it was blocked, or its run failed"

    return outcome


def _detail(receipt: "Receipt") -> dict[str, Any]:
    """The drop or the undone delivery, and the changes by action, which may be 0."""
    actions: dict[str, int] = {}
    for counts in receipt.counts.values():
        for action, count in counts.items():
            actions[action] = actions.get(action, 0) + count
    of = {"undoes": receipt.undoes} if receipt.undoes else {"drop": receipt.drop_id}
    return {**of, "plan_hash": receipt.plan_hash, **(actions or {"changes": 0})}


def _short(detail: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} ({_short(value)})" if isinstance(value, dict) else f"{name} {_number(value)}"
        for name, value in detail.items()
    )


def _number(value: object) -> str:
    return f"{value:,}" if type(value) is int else str(value)
