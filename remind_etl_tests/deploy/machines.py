"""Several machines on this one: Postgres, Redis and a bucket between processes that have a home of their own each."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import dagster as dg
import pytest

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests import database_servers, sftp
from remind_etl_tests.object_servers import KEYS, new_bucket, object_server

REPOSITORY: Final = Path(__file__).parents[2]
DEPLOY: Final = REPOSITORY / "deploy"
PASSWORD: Final = "only for this test"
PATIENCE: Final = 600.0
"""Seconds for what takes twenty on two quiet cores."""

BIN: Final = Path(sys.executable).parent


@dataclass
class Machines:
    """The shared services, and the machines that were started."""

    folder: Path
    environment: dict[str, str]
    server: EmbeddedServer
    stack: ExitStack
    tier: str
    yaml: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def decisions(self) -> DecisionStore:
        """The decisions of all machines."""
        return DecisionStore(self.environment["REMIND_ETL_DECISIONS_URL"])

    @property
    def platform(self) -> PlatformStore:
        """The platform of all machines."""
        return PlatformStore(self.environment["REMIND_ETL_PLATFORM_URL"])

    def home(self, machine: str) -> Path:
        """The home of a machine."""
        return self.folder / machine

    def of_machine(self, machine: str) -> dict[str, str]:
        """The environment of a machine; it is made if it is new."""
        dagster = self.home(machine) / "dagster"
        if not dagster.exists():
            dagster.mkdir(mode=0o700, parents=True)
            (dagster / "dagster.yaml").write_text(self.yaml)
        return {**self.environment, "REMIND_ETL_HOME": str(self.home(machine)), "DAGSTER_HOME": str(dagster)}

    def start(self, machine: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a process on a machine, in a process group of its own; what it says is in `<machine>.log`."""
        with (self.folder / f"{machine}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [BIN / command[0], *command[1:]],
                env=self.of_machine(machine),
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.processes[machine] = process
        self.stack.callback(end, process)
        return process

    def start_daemon(self) -> None:
        """Start Dagster's daemon on the machine `control`."""
        with self.instance():
            pass  # its storage is made before processes meet in it
        self.start("control", "dagster-daemon", "run", "-w", "workspace.yaml")

    def start_worker(self, machine: str, queue: str = "dagster", processes: int = 1) -> None:
        """Start a worker as its unit in deploy/celery does."""
        command = worker_command(DEPLOY / "celery" / "remind-etl-worker@.service", queue, processes)
        self.start(machine, *command)

    def start_redis(self) -> None:
        """Start the broker, with all that it wrote down before."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail("These tests need a Redis server: install Debian's package `redis-server`.")
        port = urlsplit(self.environment["DAGSTER_BROKER_URL"]).port
        options = ("--port", str(port), "--bind", "127.0.0.1", "--appendonly", "yes", "--dir", str(self.folder))
        self.start("redis", program, *options)
        self.wait_until(lambda: _answers(port or 0), "Redis did not start")

    @contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """The Dagster instance, as the machine `control` sees it."""
        names = self.of_machine("control")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in names.items():
                patch.setenv(name, value)
            with dg.DagsterInstance.get() as instance:
                yield instance

    def add(self, district: DistrictId, schools: Mapping[str, str]) -> None:
        """Add a district whose school links are confirmed by equal names."""
        self.decisions.add_district(district, f"District {district}", link_policy="exact")
        self.decisions.import_schools(district, dict(schools))
        (self.folder / "sftp home" / "drops" / district / "upload").mkdir(parents=True, exist_ok=True)

    def upload(self, district: DistrictId, files: Mapping[str, bytes]) -> None:
        """Upload the files of a district, and the mark of a whole upload last."""
        sftp.upload(self.server, district, PASSWORD, {**files, "_COMPLETE": b""})

    def kill(self, machine: str) -> None:
        """End all processes of a machine as a power cut does."""
        process = self.processes.pop(machine)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait; fails with the last lines of all logs if it takes too long or a process ended."""
        until = time.monotonic() + PATIENCE
        while not is_so():
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended or time.monotonic() > until:
                logs = {path.name: path.read_text(errors="replace")[-3_000:] for path in self.folder.glob("*.log")}
                pytest.fail(f"{what}; ended: {ended}\n" + "\n".join(f"--- {name}\n{log}" for name, log in logs.items()))
            time.sleep(0.5)


def worker_command(unit: Path, queue: str, processes: int) -> list[str]:
    """The command of a worker's unit, with the queue in the place of `%i`."""
    (line,) = (line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
    command = line.removeprefix("ExecStart=").replace("%i", queue).replace("${PROCESSES}", str(processes))
    first, *rest = command.split()
    return [Path(first).name, *rest]


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all of its group."""
    for name in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, name)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def machines(
    folder: Path, config: pytest.Config, environment: pytest.MonkeyPatch, tier: str, **changed: str
) -> Iterator[Machines]:
    """The shared services of a tier of deploy/; `changed` are settings of its dagster.yaml with other values."""
    yaml = (DEPLOY / tier / "dagster.yaml").read_text()
    for name, value in changed.items():
        before = next(line for line in yaml.splitlines() if line.strip().startswith(f"{name}:"))
        yaml = yaml.replace(before, f"{before.split(name)[0]}{name}: {value}")
    with ExitStack() as stack:
        address = stack.enter_context(object_server())
        bucket = new_bucket(address, environment)
        redis = f"redis://127.0.0.1:{_free_port()}"
        passwords = dict.fromkeys(("oak", "elm"), PASSWORD)
        server = stack.enter_context(sftp.running_server(folder / "sftp home", passwords))
        dagster, decisions, platform = (database_servers.new("postgres", folder, config) for _ in range(3))
        made = Machines(
            folder,
            {
                **{
                    name: value
                    for name, value in os.environ.items()
                    if not name.startswith(("REMIND_ETL_", "DAGSTER_"))
                },
                **KEYS,
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "DAGSTER_POSTGRES_URL": dagster.replace("+psycopg:", "+psycopg2:"),
                "DAGSTER_BROKER_URL": f"{redis}/0",
                "DAGSTER_RESULTS_URL": f"{redis}/1",
                "REMIND_ETL_DECISIONS_URL": decisions,
                "REMIND_ETL_PLATFORM_URL": platform,
                "REMIND_ETL_STORAGE": bucket,
                "REMIND_ETL_SCRATCH": "delete",
                "REMIND_ETL_SFTP_PORT": str(server.port),
                "REMIND_ETL_SFTP_KEY_FILE": str(server.collector_key),
                "REMIND_ETL_SFTP_KNOWN_HOSTS": str(server.known_hosts),
                "REMIND_ETL_QUIET_SECONDS": "0",
                "REMIND_ETL_POLL_SECONDS": "5",
                "REMIND_ETL_MEMORY": "500MB",
                "REMIND_ETL_THREADS": "1",
            },
            server,
            stack,
            tier,
            yaml,
        )
        if tier == "celery":
            made.start_redis()
        yield made


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
