"""`links`: accounts that the district shares with somebody outside of it."""

from typing import Annotated, Final

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument

app = typer.Typer(no_args_is_help=True, help="List links to accounts outside of the district, and take them back.")

LINK_COLUMNS: Final = (
    *("account_id", "rule", "number", "linked_at", "roles", "teacher_id"),
    *("contact_points", "other_districts", "is_taken_back"),
)


@app.command("list")
def list_links(district: DistrictArgument, as_json: AsJson = False) -> None:
    """List the accounts of a district that also belong to somebody outside of it, with the rule that linked them."""
    from remind_etl.operations import account_links

    rows = account_links.account_links(stores.platform(), stores.decisions(), district)
    if as_json:
        say.document(rows)
    elif rows:
        say.table(LINK_COLUMNS, [[row[column] for column in LINK_COLUMNS] for row in rows])
    else:
        say.note(f"{district} has no link to an account outside of the district.")


@app.command("take-back")
def take_back_link(
    district: DistrictArgument,
    account_id: Annotated[
        list[str], typer.Argument(metavar="ACCOUNT_ID", help="The account, as `links list` shows it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Take back links. The next run gives each person an account of their own. A running Dagster starts it."""
    from remind_etl.operations import account_links

    taken_back = account_links.take_back(stores.platform(), stores.decisions(), district, account_id)
    if as_json:
        say.document({"district": district, "taken_back": taken_back})
    else:
        say.note(
            f"Links of {district} taken back: {len(taken_back)}. The next run gives the people their own accounts."
        )
