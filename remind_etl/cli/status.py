"""`status`: how districts stand, and what waits for a person."""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from remind_etl import settings
from remind_etl.catalogue.statuses import ADDS_ONLY, STATUSES
from remind_etl.cli import say, stores
from remind_etl.cli.output import has_reader
from remind_etl.cli.say import AsJson
from remind_etl.errors import RunsUnreadable, UsageError
from remind_etl.operations.standings import Newest
from remind_etl.orchestration.has_run import has_dagster_run
from remind_etl.published.status import Status, counted, kinds_in_words
from remind_etl.schema.district_id import DistrictId, district_id

if TYPE_CHECKING:
    from remind_etl.orchestration.health import FailedRun

STATUS_COLUMNS: Final = (
    *("district", "status", "teachers", "guardians", "students", "classes", "members", "errors", "alerts", "waits"),
    *("arrived", "delivered", "last_run"),
)
"""The columns outside of a terminal; the last three are moments in UTC."""

SHORT_COLUMNS: Final = ("district", "status", "accounts", "errors", "arrived", "delivered", "run")
"""The columns on a terminal, where they fit into 80 characters; the last three say how long ago."""

MOMENTS: Final = ("arrived_at", "delivered_at", "last_run_at")

STYLES: Final = {
    Status.BLOCKED: "bold red",
    Status.STALE: "bold yellow",
    Status.UNDONE: "bold yellow",
    Status.ON_HOLD: "bold yellow",
    Status.WAITING_FOR_SCHOOLS: "bold yellow",
    Status.UNPUBLISHED: "bold yellow",
    Status.SYNCED_WITH_ERRORS: "yellow",
}
"""The colours of statuses that need a person."""

PAUSED: Final = {"all": STATUSES["paused"], "adds_only": ADDS_ONLY}
"""The beginning of what a paused district's standing says, in place of which a terminal says until when."""

WATCH_SECONDS: Final = 5

LEFT: Final = "Only districts whose newest run failed, or whose newest drop is blocked."


def _since(text: str) -> datetime:
    """A day in the time zone of the settings, or how long ago."""
    units = {"m": "minutes", "h": "hours", "d": "days"}
    if ago := re.fullmatch(r"(\d{1,5})([mhd])", text):
        return datetime.now(UTC) - timedelta(**{units[ago[2]]: int(ago[1])})
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(settings.read().time_zone))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time. Write a date as YYYY-MM-DD, or 30m, 12h or 7d.") from None


def status(
    district: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="One district. Without it, all districts.", autocompletion=say.known_ids),
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help=LEFT)] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=_since, metavar="WHEN", help="Only districts with an upload, delivery or run since a date, or 12h."
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show it again every few seconds, until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the status of districts, when they sent, got and ran something last, and what waits for a person."""
    if watch and as_json:
        raise UsageError("Give --watch or --json, but not both. A script calls `status --json` as often as it likes.")
    chosen = district_id(district) if district is not None else None
    while watch and has_reader():
        found = _standings(chosen, failed, since)
        say.clear()
        show_standings(found)
        time.sleep(WATCH_SECONDS)
    if watch:
        return
    found = _standings(chosen, failed, since)
    if as_json:
        say.document(found if chosen is None else found[0] if found else None)
    else:
        show_standings(found)
        if not found and (failed or since):
            say.note("No district is like that.")


def _standings(chosen: DistrictId | None, failed: bool, since: datetime | None) -> list[dict[str, Any]]:
    store = stores.decisions()
    known = [store.district(chosen)] if chosen is not None else store.districts()
    try:
        ended, with_upload = _runs([one.district_id for one in known])
    except RunsUnreadable as error:
        if failed:
            raise
        say.note(str(error))
        ended, with_upload = {}, frozenset()
    # A run publishes before it ends. So what is read after the runs is never older than them.
    found = stores.shown_statuses(known, ended if failed else None, with_upload)
    found = [_with_run(row, ended.get(row["district"])) for row in found]
    if since:
        found = [row for row in found if any(row[at] and _moment(row[at]) >= since for at in MOMENTS)]
    return found


def _runs(asked: Sequence[DistrictId]) -> "tuple[dict[DistrictId, FailedRun], frozenset[str]]":
    """The newest runs that failed, and the districts with an upload in a run that has not ended.

    Dagster is imported only if it can know one.
    """
    if not asked or not has_dagster_run():
        return {}, frozenset()
    from remind_etl.orchestration import health

    return health.left_failed(asked), health.with_upload_in_run()


def _with_run(row: Mapping[str, Any], run: "FailedRun | None") -> dict[str, Any]:
    """The standing of a district with its newest run, if this failed."""
    if run is None:
        return dict(row)
    newest = max(row["last_run_at"] or "", run.ended_at)
    return {**row, "last_run_at": newest, "failed_at": run.ended_at, "failed_as_blocked": run.is_blocked}


def show_standings(standings: Sequence[Mapping[str, Any]]) -> None:
    """Print the table of statuses, and below it what each district needs."""
    if not say.on_terminal():
        say.table(STATUS_COLUMNS, [status_row(row) for row in standings])
    else:
        now = datetime.now(UTC)
        styles = [_style(row) for row in standings]
        say.table(SHORT_COLUMNS, [short_row(row, now) for row in standings], styles=styles)
    for row in standings:
        has_more = row["status"] in STYLES or row["newest_upload"] in (Newest.IN_RUN, Newest.NOT_TAKEN, Newest.LANDED)
        has_sentence = row["blockers"] or (say.on_terminal() and has_more)
        if has_sentence:
            say.note(f"{row['district']}: {' '.join((row['says'], *row['blockers']))}")
        if say.on_terminal() and (pause := row.get("pause")):
            until = say.local(pause["ends_at"]) if pause["ends_at"] else f"`remind-etl resume {row['district']}`"
            paused = "additions are delivered, and all else is paused" if pause["waits"] == "adds_only" else "paused"
            more = "" if has_sentence else row["says"].removeprefix(PAUSED[pause["waits"]])
            say.note(f"{row['district']}: {paused} until {until}.{more}")
        is_said = row["status"] == Status.BLOCKED and row.get("failed_as_blocked")  # with the blockers
        if (at := row.get("failed_at")) and not is_said:
            another = f"Dagster shows where. `remind-etl sync {row['district']}` starts another run."
            why = "The blocked drop is the reason." if row["failed_as_blocked"] else another
            say.note(f"{row['district']}: its newest run failed at {say.local(at)}. {why}")


def _style(row: Mapping[str, Any]) -> str:
    return "bold yellow" if row["newest_upload"] == Newest.NOT_TAKEN else STYLES.get(row["status"], "")


def status_row(row: Mapping[str, Any]) -> list[Any]:
    """A district's line of the status table, with the columns of STATUS_COLUMNS."""
    counts, problems = row["counts"], row["problems"]
    return [
        row["district"],
        row["status"],
        *(counts.get(name, 0) for name in ("teachers", "guardians", "students", "classes", "class_members")),
        problems.get("error", 0),
        problems.get("alert", 0),
        _waits(row),
        *(row[at] for at in MOMENTS),
    ]


def short_row(row: Mapping[str, Any], now: datetime) -> list[Any]:
    """A district's line on a terminal, with the columns of SHORT_COLUMNS."""
    counts = row["counts"]
    ages = [_age(now - _moment(row[at])) if row[at] else "–" for at in MOMENTS]
    accounts, errors = counts.get("accounts", 0), row["problems"].get("error", 0)
    return [row["district"], row["status"], f"{accounts:,}", f"{errors:,}", *ages]


def _waits(row: Mapping[str, Any]) -> str:
    waiting, blockers = row["waiting"], row["blockers"]
    schools = counted(waiting["schools"], "school")
    people = counted(waiting["people"], "person", "people")
    waits = [f"{schools} ({people})"] * bool(waiting["schools"])
    waits += [kinds_in_words(waiting["holds"])] * bool(waiting["holds"])
    waits += [counted(len(blockers), "blocker")] * bool(blockers)
    return ", ".join(waits) or "nothing"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _age(passed: timedelta) -> str:
    minutes = max(int(passed.total_seconds()) // 60, 0)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
