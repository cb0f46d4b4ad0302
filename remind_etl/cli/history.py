"""`history`: the events of a district, newest first."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import RunsUnreadable
from remind_etl.orchestration.has_run import has_dagster_run

if TYPE_CHECKING:
    from remind_etl.operations.history import RunUnderWay
    from remind_etl.schema.district_id import DistrictId

COLUMNS = ("at", "event", "what", "detail", "who")


def history(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Show the drops, deliveries, undos, holds and decisions of a district, newest first, with counts."""
    from remind_etl.operations.history import History, one_line_of

    found = History(stores.decisions(), stores.published(), stores.platform(), stores.landing(), _asks_dagster())
    rows = found.events(district)
    if as_json:
        say.document(rows)
    else:
        details = [one_line_of(_in_zone(row["detail"])) for row in rows]
        if say.on_terminal():
            for row, detail in zip(rows, details, strict=True):
                who = f", by {row['who']}" if row.get("who") else ""
                say.entry(f"{say.local(row['at'])}  {row['event']} {row['what']}{who}", detail)
            return
        shown = [
            (datetime.fromisoformat(row["at"]), row["event"], row["what"], detail, row.get("who"))
            for row, detail in zip(rows, details, strict=True)
        ]
        say.table(COLUMNS, shown)


def _asks_dagster() -> "Callable[[DistrictId], list[RunUnderWay]] | None":
    """What asks Dagster for runs; None where Dagster has never run, because importing it takes longest."""
    if not has_dagster_run():
        return None
    from remind_etl.orchestration.health import runs_under_way

    def under_way(district: "DistrictId") -> "list[RunUnderWay]":
        try:
            return runs_under_way(district)
        except RunsUnreadable as error:
            say.note(str(error))
            return []

    return under_way


def _in_zone(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail of an event with its moments as operators read them."""
    return {name: say.local(value) if name.endswith("_at") and value else value for name, value in detail.items()}
