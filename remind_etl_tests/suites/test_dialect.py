"""The dialect reads an open DuckDB connection through SQLAlchemy: tables and views of a schema, in its transaction."""

from collections.abc import Iterator

import duckdb
import pytest
import sqlalchemy as sa

from remind_etl.suites import dialect


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        db.execute("create schema raw; create table raw.schools (line bigint, school_id varchar)")
        db.execute("create schema other; create view other.places as from raw.schools")
        db.begin()
        yield db


@pytest.fixture
def engine(db: duckdb.DuckDBPyConnection) -> Iterator[sa.Engine]:
    engine = sa.create_engine(dialect.CONNECTION_STRING)
    with dialect.lend_schema(db, "raw"):
        yield engine
    engine.dispose()


def test_tables_and_views_are_seen_in_every_schema(engine: sa.Engine) -> None:
    seen = sa.inspect(engine)
    assert [c["name"] for c in seen.get_columns("schools")] == ["line", "school_id"]
    assert [c["name"] for c in seen.get_columns("places", schema="other")] == ["line", "school_id"]
    assert seen.has_table("schools")
    assert seen.has_table("places", schema="other")
    assert not seen.has_table("places")
    assert seen.get_pk_constraint("schools")["constrained_columns"] == []


def test_a_result_outlives_its_connection(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        result = connection.execute(sa.text("select range from range(:n)"), {"n": 3})
    assert result.fetchone() == (0,)
    assert result.fetchmany(1) == [(1,)]
    assert result.fetchall() == [(2,)]


def test_what_its_transaction_wrote_is_seen_and_neither_kept_nor_undone(
    db: duckdb.DuckDBPyConnection, engine: sa.Engine
) -> None:
    db.execute("insert into raw.schools values (2, 'S1')")
    with engine.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from schools")) == 1
    db.rollback()
    assert db.sql("select count(*) from raw.schools").fetchall() == [(0,)]


def test_the_connection_is_as_before_when_nobody_reads_it(db: duckdb.DuckDBPyConnection) -> None:
    before = db.sql("select current_setting('search_path')").fetchall()
    engine = sa.create_engine(dialect.CONNECTION_STRING)
    with dialect.lend_schema(db, "other"), engine.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from places")) == 0
    assert db.sql("select current_setting('search_path')").fetchall() == before
    with pytest.raises(LookupError):
        engine.connect()
