"""The demo: it starts everything here and syncs three invented districts from SFTP to the platform.

It works in the same home as the commands, so that `remind-etl status` and the others show the same districts.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Final, Self, TypeVar

import dagster as dg
import paramiko
import pyarrow.csv as pc
from rich.console import Console

import remind_etl
from remind_etl import settings
from remind_etl.catalogue.listed import listed_in_words
from remind_etl.cli import say, stores
from remind_etl.cli.status import show_standings
from remind_etl.decided.store import SchoolLink
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.errors import OperatorError, RunsUnreadable, UsageError, ended_part_of_dagster, is_port_taken
from remind_etl.orchestration import guard
from remind_etl.orchestration.health import succeeded_of, unfinished_of_all
from remind_etl.orchestration.instance import IN_QUEUE, PATIENT, dagster_home, open_instance
from remind_etl.orchestration.partitions import DISTRICT_TAG
from remind_etl.orchestration.run_progress import RunProgress, RunsSeen
from remind_etl.sample.generate import write_sample
from remind_etl.schema.district_id import DistrictId
from remind_etl.web.app import create_app, session_secret
from remind_etl.web.serving import serving
from remind_etl.web.site import Site

WORKSPACE: Final = Path(remind_etl.__file__).parent.parent / "workspace.yaml"
PATIENCE_SECONDS: Final = 300
"""How long no run need go on. A run that begins steps is alive, however slow the machine is."""
QUIET_SECONDS: Final = 2
START_SECONDS: Final = 600
"""Of Dagster on a busy machine. If it ends by itself, that is noticed at once."""
DAGSTER_PORT: Final = 3000
"""If it is free."""
END_OF_LOG: Final = 1 << 20
"""The bytes of Dagster's log in which a part that ended is looked for, each second."""

Started = TypeVar("Started")


@dataclass(frozen=True)
class Shown:
    """A district of the demo: its sample files, whether its schools are confirmed, and its expected statuses."""

    district_id: DistrictId
    name: str
    students: int
    untidy: float
    is_confirmed: bool
    statuses: tuple[str, ...]


DISTRICTS: Final = (
    Shown(DistrictId("maple"), "Maple: clean files", 600, 0.0, True, ("synced",)),
    Shown(DistrictId("cedar"), "Cedar: untidy files", 400, 0.03, True, ("synced_with_errors",)),
    Shown(DistrictId("birch"), "Birch: schools not confirmed", 250, 0.0, False, ("waiting_for_schools",)),
)


@dataclass
class Patience:
    """It is over after so many seconds in which nothing changed."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: object = None
    _changed_at: float | None = None

    def is_over(self, seen: object) -> bool:
        """True if what is seen has been the same for too long."""
        now = self.clock()
        if self._changed_at is None or seen != self._seen:
            self._seen, self._changed_at = seen, now
        return now - self._changed_at >= self.seconds


@dataclass(frozen=True)
class CutShort:
    """What an end of the demo did to runs: the districts whose run was interrupted, and those whose run had to wait."""

    interrupted: tuple[str, ...] = ()
    in_queue: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One sentence for each, and what comes next; blank if no run was cut short."""
        parts = {
            "The run of {} was interrupted.": self.interrupted,
            "The run of {} had not begun.": self.in_queue,
        }
        said = [text.format(listed_in_words(names)) for text, names in parts.items() if names]
        ours = {shown.district_id for shown in DISTRICTS}
        others = sorted({*self.interrupted, *self.in_queue} - ours)
        again = [OTHERS_AGAIN.format(listed_in_words(others))] if others else []
        return " ".join((*said, NEXT_START, *again)) if said else ""


NEXT_START: Final = (
    "What was delivered stays, and no delivery is half done. The next start of the demo uploads the files of its three "
    "districts again, and new runs take them from the beginning."
)
OTHERS_AGAIN: Final = "Other districts have a new run at night, or by `remind-etl sync`: {}."


class Demo:
    """The running demo: a context manager that ends everything it started."""

    cut_short: CutShort = CutShort()
    """What its end did to runs; known after it has ended."""

    def __enter__(self) -> Self:
        """Start the SFTP server and Dagster.

        Raises UsageError if this home has a running demo already.
        """
        self._progress = Console(stderr=True, highlight=False)
        self._home = settings.home()
        with ExitStack() as stack:
            lock = stack.enter_context(only_demo(self._home.root / "demo.lock"))
            self._decisions = stores.decisions(may_make=True)
            served = (self._home.drops, self._home.sftp, self._decisions)
            start = partial(EmbeddedServer, *served, limits=settings.server_limits())
            self._server = server = _started(stack, start, settings.read().sftp_port)
            self._say(f"SFTP server on port {server.port}")
            self._start_dagster(stack, server.port, lock)
            self._say(f"SIS Sync pages on {self._pages}")
            self._say(f"Dagster on {self._dagster.url}")
            self._stack = stack.pop_all()
        return self

    def _start_dagster(self, stack: ExitStack, sftp_port: int, lock: int) -> None:
        """Start the pages and Dagster, which know each other's addresses; once more if another program was faster.

        Dagster opens its port seconds after it was found free.
        """
        for is_last in (False, True):
            port = _free_port(DAGSTER_PORT)
            with ExitStack() as tried:
                pages = partial(_pages, self._home, sftp_port, f"http://127.0.0.1:{port}")
                self._pages = _started(tried, pages, settings.read().web_port)
                try:
                    self._dagster = tried.enter_context(running_dagster(sftp_port, lock, self._pages, port))
                except OperatorError:
                    if is_last or _is_free(port):
                        raise
                    continue
                stack.push(tried.pop_all())
                return

    def __exit__(self, *exception: object) -> None:
        """End everything that was started, and note what this did to runs."""
        try:
            unfinished = _unfinished_runs()
        finally:
            self._stack.close()
        self.cut_short = _cut_short(unfinished)

    def sync_districts(self) -> bool:
        """Upload the files of the three districts and wait for their runs; True if all statuses are as expected."""
        started = datetime.now(UTC)
        for shown in DISTRICTS:
            folder = self._home.root / "samples" / shown.district_id
            rows = write_sample(folder, shown.students, seed=7, untidy=shown.untidy)
            password = self._set_up(shown, folder)
            self._upload(shown, password, folder)
            self._say(f"{shown.district_id}: {sum(rows.values())} rows uploaded")
        return self._wait(started) and all(
            stores.shown_status(self._decisions.district(shown.district_id))["status"] in self._expected(shown)
            for shown in DISTRICTS
        )

    def show(self) -> None:
        """Show the statuses of the districts, and where to look."""
        standings = stores.shown_statuses([self._decisions.district(shown.district_id) for shown in DISTRICTS])
        show_standings(standings)
        say.table(
            ("where to look", ""),
            [
                ("Dagster", self._dagster.url),
                ("SIS Sync pages", self._pages),
                *(self._sign_in(shown.district_id) for shown in DISTRICTS),
                ("SFTP", f"sftp://maple@127.0.0.1:{self._server.port}/upload"),
                ("its password", "remind-etl districts password maple"),
                ("tables", "remind-etl export maple classes; remind-etl problems cedar; remind-etl schools list birch"),
                ("files", self._home.published.place),
            ],
        )

    def _sign_in(self, district: DistrictId) -> tuple[str, str]:
        """Who signs in to the pages of a district, and their new password."""
        email = f"{district}@example.org"
        if email in {user.email for user in self._decisions.administrators(district)}:
            password = self._decisions.new_page_password(email)
        else:
            password = self._decisions.add_administrator(district, email) or ""
        return f"sign in as {email}", password

    def require_dagster(self) -> None:
        """Raise OperatorError if Dagster, or a part of it such as its daemon, has ended by itself."""
        self._dagster.require_running()

    def _say(self, text: str) -> None:
        self._progress.print(text, markup=False)

    def _expected(self, shown: Shown) -> tuple[str, ...]:
        """The expected statuses, also if a person confirmed schools since an earlier demo."""
        is_decided = not shown.is_confirmed and self._decisions.school_links(shown.district_id)
        return (*shown.statuses, "synced") if is_decided else shown.statuses

    def _set_up(self, shown: Shown, folder: Path) -> str:
        """Add the district with its platform schools and confirmed links; returns its password."""
        store = self._decisions
        if shown.district_id in {d.district_id for d in store.districts()}:
            return store.new_password(shown.district_id)
        password = store.add_district(shown.district_id, shown.name)
        schools = pc.read_csv(folder / "schools.csv", convert_options=_TEXT).to_pylist()
        names = {f"{shown.district_id}-{n}": row["school_name"].strip() for n, row in enumerate(schools, 1)}
        store.import_schools(shown.district_id, names)
        if shown.is_confirmed:
            ids = zip(schools, names, strict=True)
            links = [SchoolLink(row["school_id"].strip(), platform_id, "confirmed") for row, platform_id in ids]
            store.link_schools(shown.district_id, links)
        return password

    def _upload(self, shown: Shown, password: str, folder: Path) -> None:
        """Put the files into the district's directory over SFTP, as its information system would."""
        keys = paramiko.HostKeys(str(self._server.known_hosts))
        pinned = dict(keys[f"[127.0.0.1]:{self._server.port}"])["ssh-ed25519"]
        with paramiko.Transport(("127.0.0.1", self._server.port)) as transport:
            transport.connect(hostkey=pinned, username=shown.district_id, password=password)
            sftp = paramiko.SFTPClient.from_transport(transport)
            if sftp is None:
                raise OperatorError("The SFTP server did not open a session.")
            for file in sorted(folder.glob("*.csv")):
                sftp.put(str(file), f"/upload/{file.name}")

    def _wait(self, started: datetime) -> bool:
        """Wait until each district has ended a run that began after `started`; True if all succeeded."""
        waiting, succeeded = {shown.district_id for shown in DISTRICTS}, True
        patience = Patience(PATIENCE_SECONDS)
        with open_instance() as instance, self._progress.status("") as status:
            runs = RunsSeen(lambda: instance)
            newest: dict[DistrictId, RunProgress | None] = {}
            while waiting and not patience.is_over(newest):
                self.require_dagster()
                status.update(f"Waiting for the runs of {', '.join(sorted(waiting))}")
                newest = {district: runs.newest(district) for district in sorted(waiting)}
                for district, run in newest.items():
                    if run and run.is_finished and run.created_at >= started:
                        waiting.discard(district)
                        succeeded = succeeded and run.is_success
                        self._say(f"{district}: its run {'succeeded' if run.is_success else 'failed'}")
                time.sleep(1)
        for district in sorted(waiting):
            log = self._home.root / "dagster.log"
            self._say(f"{district}: no run ended, and none went on for {PATIENCE_SECONDS} s; see {log}")
        return succeeded and not waiting


def _unfinished_runs() -> list[dg.DagsterRun]:
    """The runs of all districts that have not ended; none if Dagster's storage cannot be read."""
    with suppress(RunsUnreadable):
        return unfinished_of_all()
    return []


def _cut_short(unfinished: Sequence[dg.DagsterRun]) -> CutShort:
    """Which of these runs did not come to their end before Dagster did."""
    succeeded: set[str] = set()
    with suppress(RunsUnreadable):
        succeeded = succeeded_of(unfinished) if unfinished else set()
    left = [run for run in unfinished if run.run_id not in succeeded]
    begun = {run.tags.get(DISTRICT_TAG, run.job_name) for run in left if run.status not in IN_QUEUE}
    waited = {run.tags.get(DISTRICT_TAG, run.job_name) for run in left if run.status in IN_QUEUE}
    return CutShort(tuple(sorted(begun)), tuple(sorted(waited - begun)))


_INSTANCE: Final = urllib.parse.urlencode({"query": "{ instance { info } }"})
"""Asks Dagster's webserver for its configuration, which names its home."""

_TEXT: Final = pc.ConvertOptions(column_types={"school_id": "string", "school_name": "string"})


@dataclass(frozen=True)
class RunningDagster:
    """Dagster's webserver and daemon: their address, their guard, and the file that they write to."""

    url: str
    guard: subprocess.Popen[bytes]
    log: Path

    def require_running(self) -> None:
        """Raise OperatorError if one of them has ended by itself.

        `dagster dev` logs it at once, then ends the other one, and ends itself only after the runs under way.
        """
        with self.log.open("rb") as log:
            log.seek(max(log.seek(0, os.SEEK_END) - END_OF_LOG, 0))
            ended = ended_part_of_dagster(log.read())
        if ended or self.guard.poll() is not None:
            part = f"Dagster's {ended}" if ended else "Dagster"
            raise OperatorError(f"{part} ended by itself; see {self.log}.")


def _started(stack: ExitStack, start: Callable[..., AbstractContextManager[Started]], wanted: int) -> Started:
    """What `start` starts on the wanted port, or on any free one. No program can take the port in between."""
    try:
        return stack.enter_context(start(port=wanted))
    except (OSError, OperatorError):
        return stack.enter_context(start(port=0))


@contextmanager
def _pages(home: settings.Home, sftp_port: int, dagster: str, port: int) -> Iterator[str]:
    """The SIS Sync pages on this port: their address. They link to Dagster at its own."""
    site = replace(Site.of_settings(), upload_port=sftp_port, quiet_seconds=QUIET_SECONDS, dagster_origin=dagster)
    with serving(create_app(site, session_secret(home.web_secret)), port) as address:
        yield address


@contextmanager
def running_dagster(
    sftp_port: int, lock: int | None = None, pages: str = "", port: int | None = None
) -> Iterator[RunningDagster]:
    """Dagster's webserver and daemon on this port, or a free one. Their process group ends with the context.

    A guard ends the group if this process ends without leaving the context. It holds the descriptor `lock` meanwhile.
    """
    port = port or _free_port(DAGSTER_PORT)
    home = settings.home().root
    environment = {
        PATIENT[0]: PATIENT[1],
        **os.environ,
        "PYTHONSAFEPATH": "1",  # no file of the folder where the demo is started stands for a library
        "REMIND_ETL_HOME": str(home),
        "REMIND_ETL_SFTP_PORT": str(sftp_port),
        "REMIND_ETL_QUIET_SECONDS": str(QUIET_SECONDS),
        "REMIND_ETL_POLL_SECONDS": "2",
        "REMIND_ETL_WEB_ORIGIN": pages,
        "DAGSTER_HOME": str(dagster_home()),
    }
    with open_instance():
        pass  # two processes that make the storage at once would trip over each other
    dagster = ["-m", "dagster", "dev", "-w", str(WORKSPACE), "-h", "127.0.0.1", "-p", str(port)]
    command = [sys.executable, "-m", guard.__name__, sys.executable, *dagster]
    with (home / "dagster.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
        try:
            running = RunningDagster(f"http://127.0.0.1:{port}", process, home / "dagster.log")
            await_page(running)
            yield running
        finally:
            _end(process)


def await_page(running: RunningDagster) -> None:
    """Wait until Dagster's page answers.

    Raises OperatorError if Dagster ends by itself, or does not answer for START_SECONDS, or if its port was taken: then
    it lives on without a page, and the page there is another program's.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        running.require_running()
        if is_port_taken(running.log.read_bytes()):
            raise OperatorError(f"Another program has {running.url}; see {running.log}.")
        with suppress(OSError, HTTPException, ValueError):  # it may answer before it can, or half an answer only
            with urllib.request.urlopen(f"{running.url}/graphql?{_INSTANCE}", timeout=5) as answer:  # noqa: S310
                info = str(json.load(answer)["data"]["instance"]["info"])
            if str(dagster_home()) not in info:
                raise OperatorError(f"Another Dagster has {running.url}. End it, or set REMIND_ETL_HOME to its home.")
            return
        time.sleep(0.3)
    raise OperatorError(f"Dagster did not answer on {running.url}; see {running.log}.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the guard end its group: its standard input ends. It needs less than 40 seconds, whatever the group does."""
    process.communicate()


@contextmanager
def only_demo(lock: Path) -> Iterator[int]:
    """Hold the home's lock, and give its descriptor: two daemons on one instance would start each run twice."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"A demo is running in {lock.parent}. End it, or set REMIND_ETL_HOME.") from None
        yield file.fileno()


def _free_port(wanted: int) -> int:
    """The wanted port if it is free, or another free port.

    Raises OSError if this machine has no free port.
    """
    if _is_free(wanted):
        return wanted
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
