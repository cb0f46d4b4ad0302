"""Real databases for tests: SQLite in a file, and a Postgres server of the tests' own, started when first needed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Cluster:
    """A Postgres server that listens on a socket in its own folder only, and trusts who can reach that."""

    folder: Path
    process: subprocess.Popen[bytes]

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

    def stop(self) -> None:
        """End the server, and delete what it kept."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder)


@cache
def _cluster(config: pytest.Config) -> Cluster:
    """The server of this test run, which ends with it."""
    programs = _programs()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="remind-etl-postgres-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    subprocess.run(  # noqa: S603
        [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=folder,
        **as_user,  # type: ignore[call-overload]
    )
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "max_connections=60")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [programs / "postgres", "-D", data, *(part for setting in settings for part in ("-c", setting))],
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # a signal to the group of the tests would end it under those that follow
            **as_user,  # type: ignore[call-overload]
        )
    cluster = Cluster(folder, process)
    config.add_cleanup(cluster.stop)
    cluster.wait()
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
