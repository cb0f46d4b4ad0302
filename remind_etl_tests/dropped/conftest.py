from collections.abc import Iterator
from pathlib import Path

import pytest

from remind_etl.dropped.client import DropServerClient
from remind_etl.dropped.server import EmbeddedServer
from remind_etl_tests.sftp import PASSWORDS, collector, running_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with running_server(tmp_path / "home", PASSWORDS) as server:
        yield server


@pytest.fixture
def client(server: EmbeddedServer) -> Iterator[DropServerClient]:
    with DropServerClient(collector(server)) as client:
        yield client


@pytest.fixture
def directory(server: EmbeddedServer) -> Path:
    directory = server.root / "north" / "upload"
    directory.mkdir(parents=True)
    return directory
