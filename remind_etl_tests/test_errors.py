"""Errors of libraries become errors that say what happened and who must act."""

from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from remind_etl.databases.migrate import engine
from remind_etl.delivered.connection import transaction
from remind_etl.errors import DiskFull, OperatorError, RemindEtlError, TransientError, database_trouble

FILL = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9999) insert into t select i from n"


def _small(path: Path) -> sa.Engine:
    """A SQLite database whose disk has no room for more than a few pages."""
    made = engine(f"sqlite:///{path}")
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
    with pytest.raises(DiskFull, match="The disk of the platform's database is full"):
        _fill_platform(_small(tmp_path / "platform.db"))


def test_a_full_disk_of_another_database_is_said_to_be_full(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="The disk of the database is full"):
        _fill(_small(tmp_path / "decisions.db"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('could not extend file "base/5/1": No space left on device', DiskFull),
        ("database or disk is full", DiskFull),
        ('FATAL:  password authentication failed for user "x"', OperatorError),
        ('FATAL:  database "x" does not exist', OperatorError),
        ("attempt to write a readonly database", OperatorError),
        ("database is locked", TransientError),
        ('connection to server at "127.0.0.1", port 1 failed: Connection refused', TransientError),
        ("FATAL:  the database system is starting up", TransientError),
    ],
)
def test_what_a_database_says_is_told_by_who_must_act(text: str, kind: type[RemindEtlError]) -> None:
    error = database_trouble(psycopg.OperationalError(text), "database")

    assert type(error) is kind
    assert text not in str(error)
