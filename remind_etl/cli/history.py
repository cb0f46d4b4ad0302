"""`history`: the events of a district, newest first."""

from datetime import datetime
from typing import Any

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument

COLUMNS = ("at", "event", "what", "detail", "who")


def history(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Show the drops, deliveries, undos, holds and decisions of a district, newest first, with counts."""
    from remind_etl.operations.history import History, one_line_of
    from remind_etl.orchestration.health import runs_under_way

    found = History(stores.decisions(), stores.published(), stores.platform(), stores.landing(), runs_under_way)
    rows = found.events(district)
    if as_json:
        say.document(rows)
    else:
        details = [one_line_of(_in_zone(row["detail"])) for row in rows]
        shown = [
            (datetime.fromisoformat(row["at"]), row["event"], row["what"], detail, row.get("who"))
            for row, detail in zip(rows, details, strict=True)
        ]
        say.table(COLUMNS, shown)


def _in_zone(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail of an event with its moments as operators read them."""
    return {name: say.local(value) if name.endswith("_at") and value else value for name, value in detail.items()}
