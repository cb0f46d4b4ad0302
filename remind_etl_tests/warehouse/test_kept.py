"""Connections that serve one request after the other."""

import duckdb
import pytest

from remind_etl.warehouse.kept import MOST_KEPT, KeptReader, KeptReaders

ALL = "from grades order by grade"


def _make(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("create temp table grades (grade integer)")


def _put(reader: KeptReader, grade: int) -> None:
    reader.db.execute("insert into grades values ($grade)", {"grade": grade})


def test_a_request_sees_its_own_rows_by_a_statement_that_another_has_planned() -> None:
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
    with pytest.raises(duckdb.ConnectionException):
        used[-1].db.execute(ALL)


def test_an_error_ends_the_connection() -> None:
    readers = KeptReaders(_make)
    with pytest.raises(duckdb.CatalogException), readers.reading() as first:
        first.run("from nowhere")

    with readers.reading() as second:
        assert second is not first
        assert second.run(ALL).fetchall() == []
    with pytest.raises(duckdb.ConnectionException):
        first.db.execute(ALL)
