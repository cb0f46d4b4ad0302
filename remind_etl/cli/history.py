"""`history`: what happened to a district, newest first."""

from collections.abc import Iterator
from typing import Any

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictId
from remind_etl.delivered.delivery import Receipt

COLUMNS = ("at", "event", "what", "detail", "who")


def history(district: DistrictId, as_json: AsJson = False) -> None:
    """Show drops, deliveries, undoings, holds and decisions of a district, newest first, with their counts."""
    stores.decisions().district(district)
    rows = sorted(_events(district), key=lambda row: str(row["at"]), reverse=True)
    if as_json:
        say.document(rows)
    else:
        say.table(
            COLUMNS, [(*(row.get(c) for c in COLUMNS[:3]), _short(row["detail"]), row.get("who")) for row in rows]
        )


def _events(district: str) -> Iterator[dict[str, Any]]:
    """Each with the moment in UTC as ISO 8601."""
    for decision in stores.decisions().log(district):
        at = decision.decided_at.isoformat(timespec="milliseconds")
        detail = dict(decision.detail)
        yield {"at": at, "event": "decision", "what": decision.what, "detail": detail, "who": decision.decided_by}
    landing = stores.landing()
    for drop in (landing.drop(district, drop_id) for drop_id in landing.drops(district)):
        at = drop.landed_at.isoformat(timespec="milliseconds")
        yield {"at": at, "event": "drop", "what": drop.drop_id, "detail": {f.file_name: f.size for f in drop.files}}
    for receipt in stores.platform().deliveries(district):
        of = {"at": receipt.delivered_at, "what": receipt.number}
        yield {**of, "event": "delivery", "detail": _detail(receipt)}
        if receipt.held:
            yield {**of, "event": "hold", "detail": dict(receipt.held)}


def _detail(receipt: Receipt) -> dict[str, Any]:
    """What a delivery was of, and its changes by action."""
    actions: dict[str, int] = {}
    for counts in receipt.counts.values():
        for action, count in counts.items():
            actions[action] = actions.get(action, 0) + count
    of = {"undoes": receipt.undoes} if receipt.undoes else {"drop": receipt.drop_id}
    return {**of, "plan_hash": receipt.plan_hash, **actions}


def _short(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items())


COMMANDS = (history,)
