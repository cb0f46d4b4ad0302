"""Errors of libraries become errors that say what happened and who must act."""

import resource
import signal
from contextlib import suppress
from pathlib import Path

import dagster as dg
import duckdb
import psycopg
import pytest
import sqlalchemy as sa

from remind_etl.databases.migrate import open_engine
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.connection import transaction
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import (
    DatabaseSilent,
    DiskFull,
    NamedDatabase,
    OperatorError,
    ReadOnly,
    RemindEtlError,
    StepFailed,
    TransientError,
    database_trouble,
    is_interruption,
)

PAIRS = "select max(sqrt(a.range * b.range)) from range(30000) as a, range(30000) as b"
FILL = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9999) insert into t select i from n"


def _small(path: Path) -> sa.Engine:
    """A SQLite database whose disk has no room for more than a few pages."""
    made = open_engine(f"sqlite:///{path}")
    with made.begin() as db:
        db.exec_driver_sql("create table t (x)")
    return made


def _fill_platform(small: sa.Engine) -> None:
    with transaction(small) as db:
        db.execute(sa.text("pragma max_page_count = 4"))
        db.execute(sa.text(FILL))


def _fill(small: sa.Engine) -> None:
    with small.begin() as db:
        db.exec_driver_sql("pragma max_page_count = 4")
        db.exec_driver_sql(FILL)


def test_a_full_disk_of_the_platform_is_said_to_be_full(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"The disk of the platform's database \(.+/\w+\.db\) is full"):
        _fill_platform(_small(tmp_path / "platform.db"))


def test_a_full_disk_of_another_database_is_said_to_be_full(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="The disk of the database is full"):
        _fill(_small(tmp_path / "decisions.db"))


def test_without_room_for_the_shared_index_of_sqlite_a_database_is_read_and_a_change_says_that_its_disk_is_full(
    tmp_path: Path,
) -> None:
    made = open_engine(f"sqlite:///{tmp_path / 'decisions.db'}")
    with made.begin() as db:
        db.exec_driver_sql("create table t (x)")
    made.dispose()  # SQLite deletes its index with the last connection, and makes it again with the next
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))  # the index has 32 KB
    try:
        with made.connect() as db:
            assert db.exec_driver_sql("select * from t").all() == []
        with pytest.raises(DiskFull, match="The disk of the database is full"), made.begin() as db:
            db.exec_driver_sql("insert into t values (1)")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_database_that_can_write_nothing_because_its_disk_is_full_says_so(small_disk: Path) -> None:
    made = _small(small_disk / "decisions.db")
    with (small_disk / "other").open("wb", buffering=0) as other, suppress(OSError):
        while True:
            other.write(bytes(4096))

    with pytest.raises(DiskFull, match=r"The disk of the database is full\. Make room there"), made.begin() as db:
        db.exec_driver_sql("insert into t values (1)")
    with (
        pytest.raises(DiskFull, match=r"The disk of the platform's database \(.+/\w+\.db\) is full"),
        transaction(made) as platform,
    ):
        platform.execute(sa.text("insert into t values (1)"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("disk I/O error", DiskFull),
        ('could not extend file "base/5/1": No space left on device', DiskFull),
        ("database or disk is full", DiskFull),
        ('FATAL:  password authentication failed for user "x"', OperatorError),
        ('FATAL:  database "x" does not exist', OperatorError),
        ("attempt to write a readonly database", ReadOnly),
        ("database is locked", TransientError),
        ('connection to server at "127.0.0.1", port 1 failed: Connection refused', DatabaseSilent),
        ("FATAL:  the database system is starting up", DatabaseSilent),
    ],
)
def test_what_a_database_says_is_told_by_who_must_act(text: str, kind: type[RemindEtlError]) -> None:
    error = database_trouble(psycopg.OperationalError(text), NamedDatabase())

    assert type(error) is kind
    assert text not in str(error)


@pytest.mark.parametrize(
    ("store", "name", "setting"),
    [
        (DecisionStore, "decisions database", "REMIND_ETL_DECISIONS_URL"),
        (PlatformStore, "platform's database", "REMIND_ETL_PLATFORM_URL"),
    ],
)
def test_a_database_that_does_not_answer_is_named_with_its_setting_and_without_its_password(
    store: type[DecisionStore | PlatformStore], name: str, setting: str
) -> None:
    with pytest.raises(DatabaseSilent) as raised:
        _ = store("postgresql+psycopg://etl:pa55word@127.0.0.1:1/roster?application_name=etl").engine

    said = f"The {name} (127.0.0.1:1/roster) did not answer. See whether it runs, and check {setting}. Then try again."
    assert str(raised.value) == said


def test_a_signal_in_a_query_is_an_interruption_also_if_the_library_hides_it() -> None:
    def end(*_: object) -> None:
        raise dg.DagsterExecutionInterruptedError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(BaseException) as raised, duckdb.connect() as db:  # noqa: PT011
            db.execute(PAIRS)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert is_interruption(raised.value)


def test_an_error_of_a_step_that_an_interruption_led_to_is_one() -> None:
    failed = StepFailed("Statement 1 of planned/begin.sql failed: RuntimeError.")
    failed.__cause__ = RuntimeError("Query interrupted")

    assert is_interruption(failed)
    assert not is_interruption(StepFailed("the sentence"))
