from collections.abc import Iterator
from pathlib import Path

import pytest

from remind_etl_tests import worlds


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[worlds.World]:
    with worlds.world(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def lasting_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[worlds.World]:
    """A world whose Dagster instance other processes could open; schedules need one."""
    with worlds.world(tmp_path, monkeypatch, lasting=True) as made:
        yield made
