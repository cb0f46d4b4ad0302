"""Connections that serve one request after the other."""

import sqlite3

import duckdb
import pytest

from remind_etl.warehouse.kept import MOST_KEPT, KeptReader, KeptReaders

ALL = "select * from grades order by grade"


def _make(reader: KeptReader) -> None:
    reader.few.execute("create temp table grades (grade integer)")


def _put(reader: KeptReader, grade: int) -> None:
    reader.few.execute("insert into grades values ($grade)", {"grade": grade})


def test_a_request_sees_its_own_rows_in_tables_that_another_has_used() -> None:
    readers = KeptReaders(_make)
    used = []
    for grade in (3, 5):
        with readers.reading() as reader:
            used.append(reader)
            assert reader.run(ALL).fetchall() == []
            _put(reader, grade)
            assert reader.run(ALL).fetchall() == [(grade,)]
            _put(reader, 9)
            assert reader.run(ALL).fetchall() == [(grade,), (9,)]

    assert used[0] is used[1]


def test_requests_at_the_same_time_have_connections_of_their_own_and_few_of_them_wait() -> None:
    readers = KeptReaders(_make)
    requests = [readers.reading() for _ in range(MOST_KEPT + 1)]
    used = [request.__enter__() for request in requests]
    _put(used[0], 3)
    assert used[1].run(ALL).fetchall() == []
    for request in requests:
        request.__exit__(None, None, None)

    assert len(set(used)) == len(used)
    _assert_closed(used[-1])


def test_an_error_ends_the_connection() -> None:
    readers = KeptReaders(_make)
    with pytest.raises(sqlite3.OperationalError), readers.reading() as first:
        first.run("select * from nowhere")

    with readers.reading() as second:
        assert second is not first
        assert second.run(ALL).fetchall() == []
    _assert_closed(first)


def _assert_closed(reader: KeptReader) -> None:
    with pytest.raises(duckdb.ConnectionException):
        reader.db.execute("select 1")
    with pytest.raises(sqlite3.ProgrammingError):
        reader.run(ALL)
