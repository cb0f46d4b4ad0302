from pathlib import Path

import pytest

from remind_etl.decided.store import DecisionStore
from remind_etl_tests import database_servers as databases


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database, in SQLite and in Postgres."""
    return databases.new(request.param, tmp_path, request.config)


@pytest.fixture
def store(url: str) -> DecisionStore:
    """A store without any district."""
    return DecisionStore(url)
