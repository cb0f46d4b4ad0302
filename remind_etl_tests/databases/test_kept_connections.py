"""Connections that a process keeps, so that it need not open the file for each question."""

import resource
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from remind_etl.databases.migrate import open_engine
from remind_etl.decided.store import DecisionStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with the row `old`."""
    return _database(tmp_path / "decisions.db", "old")


def _database(file: Path, row: str) -> Path:
    with open_engine(f"sqlite:///{file}").begin() as db:
        db.exec_driver_sql("create table t (x)")
        db.exec_driver_sql("insert into t values (?)", (row,))
    return file


def _kept(file: Path) -> sa.Engine:
    return open_engine(f"sqlite:///{file}", keeps_connections=True)


def _write(file: Path, row: str) -> None:
    with open_engine(f"sqlite:///{file}").begin() as db:
        db.exec_driver_sql("update t set x = ?", (row,))


def _seen(engine: sa.Engine) -> tuple[Any, Any]:
    """The driver's connection that was used, and the row that it sees."""
    with engine.connect() as db:
        return db.connection.dbapi_connection, db.exec_driver_sql("select x from t").scalar()


def test_a_kept_connection_is_used_again_and_sees_what_others_wrote(file: Path) -> None:
    engine = _kept(file)
    first, old = _seen(engine)
    _write(file, "new")

    with ThreadPoolExecutor(1) as other_thread:
        again, new = other_thread.submit(_seen, engine).result()

    assert again is first
    assert (old, new) == ("old", "new")


@pytest.mark.parametrize("is_log_too", [False, True])
def test_a_database_in_the_place_of_another_is_seen_at_once(file: Path, tmp_path: Path, is_log_too: bool) -> None:
    engine = _kept(file)
    assert _seen(engine)[1] == "old"
    restored = _database(tmp_path / "restored.db", "restored")
    if is_log_too:
        for left in ("-wal", "-shm"):
            file.with_name(f"{file.name}{left}").unlink()
    restored.replace(file)

    assert _seen(engine)[1] == "restored"


def test_a_connection_whose_log_another_library_deleted_is_not_used_again(file: Path) -> None:
    engine = _kept(file)
    first, _ = _seen(engine)
    for left in ("-wal", "-shm"):
        file.with_name(f"{file.name}{left}").unlink()  # as after the end of the last connection
    _write(file, "new")

    again, seen = _seen(engine)

    assert again is not first
    assert seen == "new"


def test_a_connection_of_a_full_disk_is_not_used_again_when_there_is_room(file: Path) -> None:
    engine = _kept(file)
    engine.dispose()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))  # SQLite's shared index has 32 KB
    try:
        assert _seen(engine)[1] == "old"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    _write(file, "new")

    assert _seen(engine)[1] == "new"


def test_a_connection_that_the_server_closed_is_replaced(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = _kept(file)
    first, _ = _seen(engine)

    def fail(_: object) -> None:
        raise sqlite3.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(engine.dialect, "do_ping", fail)
    monkeypatch.setattr(engine.dialect, "is_disconnect", lambda *_: True)
    again, seen = _seen(engine)

    assert (again is not first, seen) == (True, "old")


def test_each_kept_connection_to_the_decisions_reads_any_text(tmp_path: Path) -> None:
    store = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}", keeps_connections=True)
    for _ in range(2):
        with store.engine.connect() as db:
            assert db.exec_driver_sql("select cast(x'ff41' as text)").scalar() == "\ufffdA"
