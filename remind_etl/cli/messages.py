"""`messages`: the messages to districts and operators."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from remind_etl import settings
from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import UsageError
from remind_etl.schema.district_id import MessageLevel, district_id

app = typer.Typer(no_args_is_help=True, help="See which messages were sent, choose what a district gets, or try it.")

COLUMNS = ("noted", "district", "receiver", "event", "state", "tries", "sent")


@app.command("list")
def list_messages(
    district: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="One district. Without it, all districts.", autocompletion=say.known_ids),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the newest messages, and whether they were sent. No text and no email stands here."""
    named = None if district is None else district_id(district)
    store = stores.decisions()
    chosen = None if named is None else store.district(named).district_id
    rows = [
        {
            "noted_at": one.noted_at,
            "district": one.message.district,
            "receiver": one.message.receiver,
            "event": one.message.event,
            "state": one.state,
            "tries": one.tries,
            "sent_at": one.sent_at,
        }
        for one in store.messages(chosen)
    ]
    if as_json:
        say.document(rows)
    else:
        say.table(COLUMNS, [tuple(row.values()) for row in rows])


@app.command("set")
def set_level(
    district: DistrictArgument,
    level: Annotated[
        MessageLevel,
        typer.Argument(
            metavar="LEVEL",
            help="off, problems, or all, which also reports uploads without a problem.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Choose the messages that the administrators of a district get by mail. A new district gets problems."""
    store = stores.decisions()
    store.choose_messages(district, level)
    receivers = len(store.administrators(district))
    if as_json:
        say.document({"district": district, "messages": level, "administrators": receivers})
        return
    say.table(("what", "value"), [("messages", level), ("administrators", receivers)])
    if not receivers:
        say.note(f"Nobody gets them yet. Add a person with `remind-etl admins add {district} EMAIL`.")


@app.command("try")
def try_messages(as_json: AsJson = False) -> None:
    """Send a trial message to the operators, by each way of the settings. Exit 4 if one was not sent."""
    from remind_etl.operations.messages import MessageService, messenger_of_settings

    service = MessageService(stores.decisions(), messenger_of_settings(), settings.read().time_zone)
    found = service.try_ways(datetime.now(UTC))
    if not found:
        raise UsageError("Operators get no messages. Set REMIND_ETL_WEBHOOK_URL, or the three settings of mail.")
    if as_json:
        say.document([{"receiver": way, "sent": not why, "why": why} for way, why in found.items()])
    else:
        say.table(("receiver", "result"), [(way, why or "sent") for way, why in found.items()])
    if any(found.values()):
        raise typer.Exit(4)
