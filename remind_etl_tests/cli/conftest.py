from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from remind_etl.cli.commands import app
from remind_etl.configuration.known_settings import SETTINGS

Call = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home that the settings name; it is not there yet."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def call(home: Path) -> Call:
    """Run a command in this process."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])
