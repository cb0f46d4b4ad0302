"""`history`: the events of a district, newest first."""

from datetime import datetime

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument

COLUMNS = ("at", "event", "what", "detail", "who")


def history(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Show the drops, deliveries, undos, holds and decisions of a district, newest first, with counts."""
    from remind_etl.operations.history import History, one_line_of

    rows = History(stores.decisions(), stores.published(), stores.platform(), stores.landing()).events(district)
    if as_json:
        say.document(rows)
    else:
        shown = [
            (datetime.fromisoformat(row["at"]), row["event"], row["what"], one_line_of(row["detail"]), row.get("who"))
            for row in rows
        ]
        say.table(COLUMNS, shown)
