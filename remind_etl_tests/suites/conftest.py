"""A small warehouse that every suite approves of."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from remind_etl import suites
from remind_etl.schema.records import KINDS
from remind_etl.warehouse import sql
from remind_etl.warehouse.connection import empty_warehouse

HERE = Path(__file__).parent
FILES = sorted(suites.FOLDER.glob("*/*.json"))


def validated(file: Path, stage: str, table: str, **limits: Any) -> list[suites.Judgement]:
    """How a table of the file comes out of its suite."""
    with duckdb.connect(str(file)) as db:
        db.begin()
        judgements = suites.validate_table(db, stage, table, **limits)
        db.commit()
        return judgements


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        pytest.fail("a socket was to be connected")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="session")
def _good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("suites") / "good.duckdb"
    with duckdb.connect(str(file)) as db:
        empty_warehouse(db)
        db.execute((HERE / "good.sql").read_text(encoding="utf-8"))
        for kind in KINDS:
            db.execute(sql.statements("provisioned", kind.name)[-1])
    return file


@pytest.fixture
def warehouse(_good: Path, tmp_path: Path) -> Iterator[Path]:
    """A DuckDB file with the tables of good.sql, to be altered at will."""
    file = tmp_path / "district-7.duckdb"
    shutil.copy(_good, file)
    with duckdb.connect(str(file)):  # to open it again meanwhile is cheap
        yield file
    # Whatever was judged, the file can be opened for writing afterwards.
    duckdb.connect(str(file)).close()
    assert [path.name for path in tmp_path.glob("*duckdb*")] == [file.name]


@pytest.fixture
def alter(warehouse: Path) -> Callable[[str], None]:
    """Run a statement on that file."""

    def run(statement: str) -> None:
        with duckdb.connect(str(warehouse)) as db:
            db.execute(statement)

    return run
