"""Real databases for tests: SQLite in a file, and a Postgres server of the tests' own, started when first needed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import psycopg
import pytest

KINDS: Final = ("sqlite", "postgres")
"""What tests of the stores are parametrised over."""

PATIENCE: Final = 60.0


def new(kind: str, folder: Path, config: pytest.Config) -> str:
    """The URL of a new, empty database of that kind; a SQLite file lies below `folder`."""
    return f"sqlite:///{folder / 'database.db'}" if kind == "sqlite" else _cluster(config).new_database()


def restart(config: pytest.Config) -> None:
    """Let the Postgres server of this test run break off, as a power cut does, and start again."""
    _cluster(config).restart()


@dataclass
class Cluster:
    """A Postgres server that listens on a socket in its own folder only, and trusts who can reach that."""

    folder: Path
    user: str | None
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Make its data, and start it."""
        options = ("-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        subprocess.run(  # noqa: S603
            [_programs() / "initdb", "-D", self._data, *options],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user,  # type: ignore[call-overload]
        )
        self._start()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _as_user(self) -> dict[str, object]:
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}

    def _start(self) -> None:
        settings = ("listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off", "max_connections=300")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [_programs() / "postgres", "-D", self._data, *(part for one in settings for part in ("-c", one))],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,  # a signal to the group of the tests would end it under those that follow
                **self._as_user,  # type: ignore[call-overload]
            )
        self.wait()

    def new_database(self) -> str:
        """The URL of a new database."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(host=str(self.folder), user="tests", dbname="postgres", autocommit=True) as db:
            db.execute(f"create database {name}")
        return f"postgresql+psycopg://tests@/{name}?host={self.folder}"

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(host=str(self.folder), user="tests", dbname="postgres").close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def restart(self) -> None:
        """Break off, and start again with what it kept."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE)
        self._start()

    def stop(self) -> None:
        """End the server, and delete what it kept."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder)


@cache
def _cluster(config: pytest.Config) -> Cluster:
    """The server of this test run, which ends with it."""
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="remind-etl-postgres-"))
    if user:
        shutil.chown(folder, user)
    cluster = Cluster(folder, user)
    config.add_cleanup(cluster.stop)
    return cluster


def _programs() -> Path:
    """The folder of Postgres' programs; Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    pytest.fail(
        "These tests need a Postgres server: install Debian's package `postgresql` (apt-get install postgresql)."
    )


def _user() -> str | None:
    """Whom the server runs as: Postgres refuses root, so then the user that Debian's package makes, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
