"""The dialect reads DuckDB files through SQLAlchemy: tables and views of any schema, under the settings it is given."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from remind_etl.suites import dialect

SETTINGS = {"memory_limit": "512MB", "threads": "1", "autoinstall_known_extensions": "false"}


@pytest.fixture
def engine(warehouse: Path) -> Iterator[sa.Engine]:
    engine = sa.create_engine(dialect.connection_string(warehouse, "raw", SETTINGS))
    yield engine
    engine.dispose()


def test_tables_and_views_are_seen_in_every_schema(engine: sa.Engine) -> None:
    seen = sa.inspect(engine)
    assert [(c["name"], str(c["type"])) for c in seen.get_columns("schools")] == [
        ("line", "BIGINT"),
        ("school_id", "VARCHAR"),
        ("school_name", "VARCHAR"),
        ("error_for_id", "VARCHAR"),
    ]
    assert [c["name"] for c in seen.get_columns("schools", schema="raw")] == [
        "line",
        "school_id",
        "school_name",
        "error_for_id",
    ]
    assert seen.has_table("schools_sent")
    assert seen.has_table("class_memberships", schema="provisioned")
    assert not seen.has_table("class_memberships")
    assert seen.get_pk_constraint("schools")["constrained_columns"] == []


def test_a_result_outlives_its_connection(engine: sa.Engine) -> None:
    with engine.connect() as db:
        result = db.execute(sa.text("select range from range(:n)"), {"n": 3})
    assert result.fetchone() == (0,)
    assert result.fetchmany(1) == [(1,)]
    assert result.fetchall() == [(2,)]


def test_settings_hold_and_nothing_can_be_written(engine: sa.Engine) -> None:
    with engine.connect() as db:
        names = ("memory_limit", "threads", "autoinstall_known_extensions", "enable_progress_bar", "search_path")
        values = [db.scalar(sa.text("select current_setting(:name)"), {"name": name}) for name in names]
        assert values == ["488.2 MiB", 1, False, False, "raw"]
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            db.execute(sa.text("create table raw.more (a int)"))


def test_a_path_may_hold_any_character(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a b$HOME?x=1#%41é&"
    folder.mkdir()
    file = folder / "d.duckdb"
    shutil.copy(warehouse, file)
    engine = sa.create_engine(dialect.connection_string(file, "raw", SETTINGS))
    with engine.connect() as db:
        assert db.scalar(sa.text("select count(*) from schools")) == 60
