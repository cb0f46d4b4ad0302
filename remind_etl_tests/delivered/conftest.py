from pathlib import Path

import pytest

from remind_etl.delivered.platform import PlatformStore
from remind_etl_tests import database_servers as databases
from remind_etl_tests.districts import District, new_district


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database, in SQLite and in Postgres."""
    return databases.new(request.param, tmp_path, request.config)


@pytest.fixture
def store(url: str) -> PlatformStore:
    """A platform that holds nothing."""
    return PlatformStore(url)


@pytest.fixture
def district(tmp_path: Path) -> District:
    """A district of which the platform holds nothing yet."""
    return new_district(tmp_path)
