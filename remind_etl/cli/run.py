"""`sync`: one district's walk, here and now."""

from pathlib import Path
from typing import Annotated, Any

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictId
from remind_etl.cli.show import STATUS_COLUMNS, status_row


def sync(
    district: DistrictId,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR_OR_ZIP", help="Land this folder or zip; else the newest landed drop."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a district's walk here, recorded in the same Dagster instance. Exit 1 on blockers or errors in its data."""
    known = stores.decisions().district(district)
    from remind_etl.instance import run_sync

    config = {"folder": str(source.resolve())} if source else {}
    with say.progress(f"{district}: starting") as tell:
        run_sync(district, config, lambda step: tell(f"{district}: {step}"))
    standing = stores.standing(known)
    if as_json:
        say.document(_answer(standing))
    else:
        say.table(STATUS_COLUMNS, [status_row(standing)])
        _advise(standing)
    if standing["blockers"] or standing["problems"].get("error"):
        raise typer.Exit(1)


def _answer(standing: dict[str, Any]) -> dict[str, Any]:
    names = ("district", "drop", "status", "says", "counts", "problems", "plan", "waiting", "blockers")
    return {name: standing[name] for name in names}


def _advise(standing: dict[str, Any]) -> None:
    district = standing["district"]
    for blocker in standing["blockers"]:
        say.complain(blocker)
    if standing["blockers"]:
        say.note(standing["says"])
    if standing["problems"].get("error"):
        say.note(f"What to fix: `remind-etl problems {district}`.")
    if standing["waiting"]["schools"]:
        say.note(f"Schools wait to be linked: `remind-etl schools list {district}`, then `schools confirm {district}`.")


COMMANDS = (sync,)
