"""A run of the rules in a process of its own that is killed (kill -9) at a point of choice, by patches that only that process has."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

import duckdb
import sqlalchemy as sa

from remind_etl.delivered import connection, platform
from remind_etl.delivered.deliver import deliver
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.report import publish
from remind_etl.delivered.tables import METADATA
from remind_etl.landed.copy import LandingStore, file_source
from remind_etl.landed.start import start_warehouse
from remind_etl.planned.plan import Before, plan_changes
from remind_etl.provisioned.provision import Outside, provision_accounts, provision_rosters
from remind_etl.published.store import Published
from remind_etl.raw import as_sent, read_csv
from remind_etl.schema import upload
from remind_etl.valid.validate import validate_file
from remind_etl.warehouse.connection import Warehouse
from remind_etl_tests import processes
from remind_etl_tests.warehouses import DISTRICT, link_all

Point = Callable[[str], None]

STEPS: Final = ("land", "begin", "raw", "valid", "mapped", "accounts", "rosters", "planned", "receipt", "report")
"""Each ends with a commit, or with `land` a rename. Points are `valid`, before the commit, and `valid done`, after it; in
a delivery `statement 1`, before its first, `commit` and `committed`; around a rename `drop` and `drop written`, and
`manifest` and `manifest written`; `files stored` before the manifest of a drop; `load students.csv` after the fallback
reader rewrote that file."""


def run(home: Path, url: str, sent: Path, steps: tuple[str, ...] = STEPS, die_at: str = "") -> bool:
    """Run these steps in a process; True if it came to its end, False if it was killed at the point."""
    return _ends(_run_steps, home, url, sent, steps, die_at)


def sync(home: Path, sent: Path, die_at: str = "") -> bool:
    """The same with `remind-etl sync springfield --from`."""
    return _ends(_sync, home, sent, die_at)


def _ends(target: Callable[..., None], *arguments: object) -> bool:
    process = processes.start(target, *arguments)
    process.join(processes.PATIENCE)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == 0


def holds(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that the platform's database holds, but for the times of day."""
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as db:
        tables = {t.name: t for t in METADATA.sorted_tables if not t.name.startswith("incoming_")}
        return {
            name: sorted(map(_timeless, db.execute(sa.select(t)).mappings()), key=repr) for name, t in tables.items()
        }


def _timeless(row: Any) -> tuple[Any, ...]:
    facts = {"removed_at": bool, "delivered_at": bool, "drop_id": lambda drop: drop.split("-")[1]}
    return tuple(facts.get(name, lambda value: value)(value) for name, value in row.items())


def _run_steps(home: Path, url: str, sent: Path, steps: tuple[str, ...], die_at: str) -> None:
    with _killed(die_at):
        Pipeline(home, url).run(steps, sent)


def _sync(home: Path, sent: Path, die_at: str) -> None:
    os.environ["REMIND_ETL_HOME"] = str(home)
    from remind_etl.cli.commands import app

    with _killed(die_at):
        app(["sync", DISTRICT, "--from", str(sent)], standalone_mode=False)


class Pipeline:
    """The rules of each stage in the order of the pipeline, a transaction a step, as the assets call them."""

    def __init__(self, home: Path, url: str) -> None:
        self.url = url
        self.landing, self.published = LandingStore(home / "landed"), Published(home / "published")
        self.warehouse, self.platform = Warehouse(home / "warehouse", "500MB", 1), PlatformStore(url)
        self.scratch = home / "scratch"

    def run(self, steps: tuple[str, ...], sent: Path) -> None:
        """Take the files of the folder through these steps."""
        for step in steps:
            if step == "land":
                self.landing.land(DISTRICT, [file_source(path) for path in sorted(sent.iterdir())])
            else:
                with self.warehouse.transaction(DISTRICT) as db:
                    getattr(self, step)(db)
                    _point(step)
            _point(f"{step} done")

    def begin(self, db: duckdb.DuckDBPyConnection) -> None:
        start_warehouse(db, self.landing.required(DISTRICT))

    def raw(self, db: duckdb.DuckDBPyConnection) -> None:
        drop = self.landing.required(DISTRICT)
        for file in drop.files:
            read_csv.read_file(db, upload.BY_NAME[file.name], drop.open_file(file.file_name), self.scratch)

    def valid(self, db: duckdb.DuckDBPyConnection) -> None:
        for file in upload.FILES:
            validate_file(db, file, "US")

    def mapped(self, db: duckdb.DuckDBPyConnection) -> None:
        link_all(db)

    def accounts(self, db: duckdb.DuckDBPyConnection) -> None:
        state = self.platform.state(DISTRICT)
        held = partial(self.platform.held_elsewhere, DISTRICT)
        outside = Outside(held, state.linked, links_anywhere=self.platform.links_anywhere())
        provision_accounts(db, state.records, outside)

    def rosters(self, db: duckdb.DuckDBPyConnection) -> None:
        provision_rosters(db, self.platform.state(DISTRICT).records)

    def planned(self, db: duckdb.DuckDBPyConnection) -> None:
        state = self.platform.state(DISTRICT)
        drop = self.landing.required(DISTRICT)
        previous = self.platform.previous_delivery(DISTRICT, drop.drop_id)
        plan_changes(db, Before(state.records, state.base, previous, state.standing(drop.drop_id)), lambda _: ())

    def receipt(self, db: duckdb.DuckDBPyConnection) -> None:
        deliver(db, self.platform, self.landing.required(DISTRICT).drop_id)

    def report(self, db: duckdb.DuckDBPyConnection) -> None:
        publish(
            db, self.platform.state(DISTRICT), self.landing.arrived_at(DISTRICT), self.published, as_sent.read_as_sent
        )


def _nowhere(name: str) -> None:
    """A point that nobody dies at."""


_point: Point = _nowhere


@contextmanager
def _killed(die_at: str) -> Iterator[None]:
    """Within this, the process kills itself when it comes to the point."""
    kill = _Kill(die_at)
    with ExitStack() as stack:
        for owner, name, patched in (
            (sys.modules[__name__], "_point", kill.point),
            (platform, "transaction", kill.transaction),
            (connection.Connection, "execute", kill.counted(connection.Connection.execute)),
            (connection.Connection, "ingest", kill.counted(connection.Connection.ingest)),
            (connection.Connection, "append", kill.counted(connection.Connection.append)),
            (LandingStore, "_keep", kill.around(LandingStore._keep, "drop")),
            (LandingStore, "write_manifest", kill.around(LandingStore.write_manifest, "files stored")),
            (read_csv, "_load", kill.loading(read_csv._load)),
            (Published, "_write", kill.around(Published._write, "manifest")),
        ):
            stack.enter_context(mock.patch.object(owner, name, patched))
        yield


@dataclass
class _Kill:
    """Patches that kill the process at one point; `count` is of the statements of a transaction."""

    die_at: str
    count: int = 0

    def point(self, name: str) -> None:
        if name == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, whole: Callable[..., Any], name: str) -> Callable[..., Any]:
        def patched(*arguments: Any) -> Any:
            self.point(name)
            answer = whole(*arguments)
            self.point(f"{name} written")
            return answer

        return patched

    def loading(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        def patched(db: duckdb.DuckDBPyConnection, file: upload.File, path: Path, *rest: Any) -> Any:
            self.point(f"load {path.name}")
            return whole(db, file, path, *rest)

        return patched

    def counted(self, statement: Callable[..., Any]) -> Callable[..., Any]:
        def patched(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            self.point(f"statement {self.count}")
            return statement(*arguments, **named)

        return patched

    @contextmanager
    def transaction(self, engine: sa.Engine) -> Iterator[connection.Connection]:
        self.count = 0
        with connection.transaction(engine) as db:
            yield db
            if is_delivery := self.count > 2:  # what only reads has two statements at most
                self.point("commit")
        if is_delivery:
            self.point("committed")
