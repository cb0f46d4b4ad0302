"""Examines an installation: settings, home, disk, storage, databases, SFTP server, messages, daemon and clock."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from remind_etl import settings
from remind_etl.configuration.environment import PREFIX, variables
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.databases import migrate
from remind_etl.decided.store import DecisionStore, District
from remind_etl.errors import DiskFull, ReadOnly, RemindEtlError, RunsUnreadable, UsageError, is_disk_read_only
from remind_etl.files import private
from remind_etl.files.storage import BUCKET
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.drop_places import examine_places
from remind_etl.operations.examined import Examined, State
from remind_etl.operations.messages import messenger_of_settings
from remind_etl.orchestration.sensor_health import is_silent

LEAST_FREE: Final = 1_000_000_000
"""Bytes of free disk under which nothing should run."""

MAKE_WRITABLE: Final = "Make this disk writable. Until then, commands that only show something work, and runs fail."

CLOCK_ERROR: Final = timedelta(minutes=2)


def examine(now: datetime, heartbeat: Callable[[], datetime | None] | None) -> Iterator[Examined]:
    """Run all checks.

    `heartbeat` returns when Dagster's daemon last said that it is alive. It is None if no daemon should run here.
    """
    yield from _settings()
    if settings.refusals():
        names = ("home", "disk", "storage", "decisions", "platform", "sftp", "messages", "daemon", "clock")
        yield from (Examined(name, State.NOT_CHECKED, "The settings are wrong.") for name in names)
        return
    try:
        home = settings.home_at()
    except UsageError as error:
        yield Examined("home", State.FAILED, str(error), "Correct the variable.")
        return
    yield from _home(home)
    yield from _disk(home)
    if not home.root.is_dir():
        return
    storage = _reached("storage", "REMIND_ETL_STORAGE", home.storage.check_access)
    yield storage
    districts, found = _decisions(home)
    yield found
    yield _platform(home)
    yield from examine_places(districts)
    yield from _messages(home, found.state is State.OK)
    yield _daemon(now, heartbeat)
    if storage.state is State.OK:
        yield _clock(now, LandingStore(home.landed), districts)
    else:
        yield Examined("clock", State.NOT_CHECKED, "The storage cannot be used.")


def _settings() -> Iterator[Examined]:
    for sentence in settings.refusals():
        yield Examined("settings", State.FAILED, sentence, "Correct the variable.")
    known = {setting.name for setting in SETTINGS}
    for name in variables():
        if name not in known:
            like = get_close_matches(name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known], 1)
            meant = f"{PREFIX}{like[0]} may be meant." if like else "Delete the variable."
            yield Examined("settings", State.WARNING, f"{name} is not a setting.", meant)
    if not settings.refusals():
        yield Examined("settings", State.OK, f"{len(known & set(variables()))} of {len(known)} are set.")


def _home(home: settings.Home) -> Iterator[Examined]:
    if not home.root.is_dir():
        do = "Set REMIND_ETL_HOME to the folder that has it. To make one, run `remind-etl districts add`."
        yield Examined("home", State.FAILED, f"There is no home in {home.root}.", do)
        return
    open_paths = [path for path in _upper_levels(home.root) if _is_open(path)]
    if open_paths:
        found = f"Others may open {len(open_paths)} of its files and folders, such as {open_paths[0]}."
        yield Examined("home", State.FAILED, found, f"Run `chmod -R go= {home.root}`.")
    else:
        yield Examined("home", State.OK, f"{home.root} is closed to others.")


def _upper_levels(root: Path) -> Iterator[Path]:
    """The home and the two levels below it: what is deeper lies in a closed folder."""
    yield root
    for folder, folders, files in os.walk(root):  # skips a folder that a run deletes meanwhile
        yield from (Path(folder, name) for name in (*folders, *files))
        if Path(folder) != root:
            folders.clear()


def _is_open(path: Path) -> bool:
    """True if others may open it. A link is not open, and neither is a file that a run deleted meanwhile."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & private.UMASK)


def _disk(home: settings.Home) -> Iterator[Examined]:
    folders = [("disk", home.root), ("disk of temporary files", Path(tempfile.gettempdir()))]
    storage = Path(home.storage.place)
    if not home.storage.place.startswith(BUCKET) and not storage.is_relative_to(home.root):
        folders.append(("disk of the storage", storage))
    for check, folder in folders:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        if is_disk_read_only(there):
            yield Examined(check, State.FAILED, f"The disk of {folder} can only be read.", MAKE_WRITABLE)
            continue
        free = shutil.disk_usage(there).free
        wanted = 2 * settings.size_limits().drop_bytes
        found = f"{folder} has {free / 1e9:,.1f} GB free."
        if free < LEAST_FREE:
            yield Examined(check, State.FAILED, found, "Make room now. Runs will fail.")
        elif free < wanted:
            do = f"Make room. The largest upload that REMIND_ETL_DROP_MB allows needs {wanted / 1e9:,.1f} GB."
            yield Examined(check, State.WARNING, found, do)
        else:
            yield Examined(check, State.OK, found)


def _decisions(home: settings.Home) -> tuple[list[District], Examined]:
    if not settings.read().decisions_url.get_secret_value() and not home.decisions_file.exists():
        do = "Restore decisions.db, or run `remind-etl districts add`."
        return [], Examined("decisions", State.FAILED, f"There is no {home.decisions_file}.", do)
    try:
        if other := _other_version("decisions", home.decisions_url, "decided"):
            return [], other
        districts = DecisionStore(home.decisions_url).districts()
    except RemindEtlError as error:
        return [], Examined("decisions", State.FAILED, str(error), _remedy(error, "REMIND_ETL_DECISIONS_URL"))
    return districts, Examined("decisions", State.OK, f"Districts in it: {len(districts):,}.")


def _platform(home: settings.Home) -> Examined:
    if not settings.read().platform_url.get_secret_value() and not home.platform_file.exists():
        return Examined("platform", State.WARNING, f"There is no {home.platform_file} yet.", "The first run makes it.")
    try:
        up_to_date = Examined("platform", State.OK, "It answers, and its tables are up to date.")
        return _other_version("platform", home.platform_url, "delivered") or up_to_date
    except RemindEtlError as error:
        return Examined("platform", State.FAILED, str(error), _remedy(error, "REMIND_ETL_PLATFORM_URL"))


def _other_version(check: str, url: str, stage: str) -> Examined | None:
    """What to say if the database is of another version of the program; None if it is of this one.

    The database is not brought up to date, because doctor changes no data.
    """
    seen, newest = migrate.revisions(url, stage)
    if seen == newest:
        return None
    if seen and seen > newest:
        found = f"A newer version of the program made its tables ({seen}, and this version has {newest})."
        return Examined(check, State.FAILED, found, "Install that version, or restore an older backup.")
    found = f"Its tables are not up to date ({seen or 'empty'}, and this version has {newest})."
    do = "Back it up. The next command or run that uses it brings it up to date."
    return Examined(check, State.WARNING, found, do)


def _messages(home: settings.Home, has_decisions: bool) -> Iterator[Examined]:
    """Whether messages can be sent. Nothing is sent."""
    ways = messenger_of_settings()
    if not ways.webhook_url and not ways.smtp_url:
        do = "Set REMIND_ETL_WEBHOOK_URL, or REMIND_ETL_SMTP_URL and REMIND_ETL_MAIL_FROM."
        yield Examined("messages", State.WARNING, "Nobody gets messages.", do)
    if ways.smtp_url and not ways.mail_from:
        yield Examined("mail server", State.FAILED, "Mail has no sender.", "Set REMIND_ETL_MAIL_FROM.")
    elif ways.smtp_url:
        yield _reached("mail server", "REMIND_ETL_SMTP_URL", ways.reach_mail_server)
    if ways.webhook_url:
        yield _reached("webhook", "REMIND_ETL_WEBHOOK_URL", ways.reach_webhook)
    tried, given_up = DecisionStore(home.decisions_url).unsent() if has_decisions else (0, 0)
    if tried or given_up:
        found = f"{tried:,} were tried and wait, and {given_up:,} were given up."
        yield Examined(
            "messages", State.WARNING, found, "See `remind-etl messages list`, then `remind-etl messages try`."
        )


def _reached(check: str, setting: str, reach: Callable[[], None]) -> Examined:
    try:
        reach()
    except RemindEtlError as error:
        return Examined(check, State.FAILED, str(error), _remedy(error, setting))
    return Examined(check, State.OK, "It answers.")


def _remedy(error: RemindEtlError, setting: str) -> str:
    """What to do about a database, a storage or a server that cannot be used."""
    if isinstance(error, ReadOnly):
        return MAKE_WRITABLE
    return "Make room on its disk." if isinstance(error, DiskFull) else f"Check {setting}."


def _daemon(now: datetime, heartbeat: Callable[[], datetime | None] | None) -> Examined:
    if heartbeat is None:
        return Examined("daemon", State.NOT_CHECKED, "No daemon should run here.")
    try:
        last = heartbeat()
    except RunsUnreadable as error:
        return Examined("daemon", State.FAILED, str(error), "Check the disk of DAGSTER_HOME.")
    do = "Start `dagster-daemon run -w workspace.yaml`. Without it, no sensor looks."
    if last is None:
        return Examined("daemon", State.FAILED, "Dagster's daemon has never run here.", do)
    if is_silent(last, now):
        return Examined("daemon", State.FAILED, f"Dagster's daemon is silent since {last:%Y-%m-%d %H:%M} UTC.", do)
    return Examined("daemon", State.OK, f"Dagster's daemon was alive at {last:%H:%M:%S} UTC.")


def _clock(now: datetime, landing: LandingStore, districts: Iterable[District]) -> Examined:
    """Times in the future order drops and decisions wrongly."""
    landed = [drop.landed_at for known in districts if (drop := landing.newest(known.district_id))]
    newest = max([*landed, *(known.added_at for known in districts)], default=now)
    if newest - now > CLOCK_ERROR:
        found = f"It is {now:%Y-%m-%d %H:%M} UTC, but a drop or district is of {newest:%Y-%m-%d %H:%M} UTC."
        return Examined("clock", State.FAILED, found, "Correct the clock of this machine, and let NTP keep it.")
    return Examined("clock", State.OK, f"It is {now:%Y-%m-%d %H:%M:%S} UTC.")
