"""`sync`: run the pipeline for one district now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from remind_etl import settings
from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.cli.status import show_standings
from remind_etl.errors import DropBlocked, Interrupted, UsageError
from remind_etl.published.status import UNCHANGED
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACTIONS, KINDS
from remind_etl.warehouse.imports import without_collecting


def _named(text: str) -> str:
    """The text. An empty text, such as a script's empty variable, is an error and not a missing option."""
    if not text.strip():
        raise typer.BadParameter("it is empty. Give a value, or leave the option out.")
    return text


def _folder(text: str) -> Path:
    return Path(_named(text))


def sync(
    district: DistrictArgument,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            parser=_folder,
            metavar="DIR_OR_ZIP",
            help="Land this folder or zip. Without it, the newest upload is taken, or else the drop in force.",
        ),
    ] = None,
    drop: Annotated[
        str | None,
        typer.Option(
            parser=_named,
            metavar="DROP",
            help="Run this landed drop again. A drop older than the drop in force is only planned.",
        ),
    ] = None,
    force_older: Annotated[bool, typer.Option("--force-older", help="Deliver the older drop too.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Run all steps, also if nothing is new.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the pipeline for a district here, recorded in the same Dagster instance. Exit 1 on blockers or errors."""
    known = stores.decisions().district(district)
    if drop and source:
        raise UsageError("Give --from or --drop, but not both. A folder lands as a new drop.")
    if force_older and not drop:
        raise UsageError(f"--force-older needs --drop DROP. `remind-etl history {district}` lists the drops.")
    if drop:
        stores.landing().drop(district, drop)
    if source:
        from remind_etl.landed.folder import require_usable

        require_usable(source, settings.size_limits())
    chosen = {"folder": str(source.resolve())} if source else {"drop": drop} if drop else {}
    try:
        with say.progress(f"{district}: starting") as tell:
            with without_collecting():
                from remind_etl.orchestration.run_here import run_sync
            made = run_sync(district, {**chosen, "again": again}, lambda step: tell(f"{district}: {step}"), force_older)
    except KeyboardInterrupt:
        raise Interrupted(f"{district}: ended from outside before the first step. Nothing changed.") from None
    if why := made.get("delivered/receipt", {}).get("not_delivered"):
        _show_plan(district, made["planned/changes"], str(why), as_json)
        return
    standing = stores.shown_status(known)
    if drop and standing["drop"] != drop:
        raise DropBlocked(f"{drop} is blocked. Its run in Dagster shows the blockers. {UNCHANGED}")
    landed = made["landed/files"]
    if as_json:
        why = {"nothing_new": "nothing_new" in landed, "why_this_drop": landed.get("why_this_drop")}
        say.document(_answer(standing) | why)
    else:
        show_standings([standing])
        _advise(standing)
        _explain(landed)
    if standing["blockers"] or standing["problems"].get("error"):
        raise typer.Exit(1)


def _show_plan(district: DistrictId, plan: Mapping[str, Any], why: str, as_json: bool) -> None:
    """Show the effect that delivering an older drop would have, and its waiting changes."""
    counts = {name: plan[name] for name in (*ACTIONS, "held", "paused", "kept")}
    rows = [
        {"kind": kind.name, "action": action, "changes": changes}
        for kind in KINDS
        for action in ACTIONS
        if (changes := plan.get(f"{kind.name} {action}"))
    ]
    if as_json:
        say.document({"district": district, "plan": counts, "changes": rows, "not_delivered": why})
        return
    say.table(("kind", "action", "changes"), [tuple(row.values()) for row in rows])
    waits = {"held": "wait for a person", "paused": "wait for the end of the pause"}
    said = [f"{counts[name]:,} {text}" for name, text in waits.items() if counts[name]]
    if said or not rows:
        say.note(f"Of these {', '.join(said)}." if rows else "The plan is empty.")
    pause = stores.decisions().pause_of(district, datetime.now(UTC))
    first = f"After `remind-etl resume {district}`, " if pause and pause.what == "all" else ""
    say.note(f"Nothing was delivered: {why} {first}`--force-older` delivers it.")


def _answer(standing: dict[str, Any]) -> dict[str, Any]:
    names = ("district", "drop", "status", "says", "counts", "problems", "plan", "waiting", "blockers")
    return {name: standing[name] for name in names}


def _explain(landed: Mapping[str, Any]) -> None:
    """Say why this drop was taken, if nobody chose it, and why all other steps were skipped, if they were."""
    if "why_this_drop" in landed:
        say.note(landed["why_this_drop"])
    if "nothing_new" in landed:
        say.note(f"{landed['nothing_new']} `--again` runs them.")


def _advise(standing: dict[str, Any]) -> None:
    district = standing["district"]
    if standing["blockers"] or standing["problems"].get("error"):
        say.note(f"To see what to fix: `remind-etl problems {district}`.")
    if standing["waiting"]["schools"]:
        say.note(f"Schools must be linked: `remind-etl schools list {district}`, then `schools confirm {district}`.")
