"""A small warehouse that every suite approves of."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

HERE = Path(__file__).parent


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
        db.execute((HERE / "good.sql").read_text(encoding="utf-8"))
    return file


@pytest.fixture
def warehouse(_good: Path, tmp_path: Path) -> Iterator[Path]:
    """A DuckDB file with the tables of good.sql, to be altered at will."""
    file = tmp_path / "district-7.duckdb"
    shutil.copy(_good, file)
    yield file
    # Whatever was judged, the file can be opened for writing afterwards.
    duckdb.connect(str(file)).close()
    assert [path.name for path in tmp_path.iterdir() if "district" in path.name] == [file.name]


@pytest.fixture
def alter(warehouse: Path) -> Callable[[str], None]:
    """Run a statement on that file."""

    def run(statement: str) -> None:
        with duckdb.connect(str(warehouse)) as db:
            db.execute(statement)

    return run
