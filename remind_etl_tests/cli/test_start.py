"""Commands start at once: a library is imported by the command that needs it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from remind_etl.cli import check
from remind_etl.cli.commands import app
from remind_etl.databases import migrate

SLOW: Final = (
    *("dagster", "great_expectations", "pandas", "numpy", "duckdb", "pyarrow", "alembic", "sqlalchemy", "asyncssh"),
    *("starlette", "jinja2", "phonenumbers", "pydantic", "pydantic_settings"),
)
"""What takes longest to import."""

IMPORTED: Final = """
import sys, typer
from remind_etl.cli.commands import app
try:
    app({arguments!r}, standalone_mode=False)
except typer.Exit:
    pass
finally:
    print(sorted(set({slow!r}) & sys.modules.keys()), file=sys.stderr)
"""


def _imported(home: Path, *arguments: str) -> set[str]:
    """The slow libraries that a command imports."""
    script = IMPORTED.format(arguments=list(arguments), slow=SLOW)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REMIND_ETL_", "DAGSTER_"))}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script],
        env={**kept, "REMIND_ETL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr, "the command ended before it could say what it imported"
    return set(done.stderr.splitlines()[-1].strip("[]").replace("'", "").replace(",", "").split())


SETTINGS_READER: Final = {"pydantic", "pydantic_settings"}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_and_version_import_no_slow_library(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert _imported(tmp_path / "home", *arguments) == set()


@pytest.mark.parametrize("command", ["approve", "districts"])
def test_the_help_of_a_command_imports_what_reads_arguments_only(tmp_path: Path, command: str) -> None:
    assert _imported(tmp_path / "home", command, "--help") == {"pydantic"}


@pytest.mark.parametrize(
    "arguments", [("templates", "{}/templates"), ("status",), ("districts", "list"), ("holds", "oak")]
)
def test_commands_without_a_home_import_what_reads_the_settings_only(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    filled = [argument.format(tmp_path) for argument in arguments]
    assert _imported(tmp_path / "home", *filled) == SETTINGS_READER


def test_a_status_imports_no_slow_library_but_those_that_read_settings_and_decisions(tmp_path: Path) -> None:
    assert "alembic" in _imported(tmp_path / "home", "districts", "add", "oak", "--name", "Oak")
    for arguments in (("status",), ("districts", "list")):
        assert _imported(tmp_path / "home", *arguments) == {*SETTINGS_READER, "sqlalchemy"}


def _modules(home: Path, *arguments: str) -> set[str]:
    """The modules that a call of the installed command imports."""
    program = Path(sys.executable).with_name("remind-etl")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-v", str(program), *arguments],
        env={**os.environ, "REMIND_ETL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split("'")[1] for line in done.stderr.splitlines() if line.startswith("import '")}


def test_a_call_imports_only_the_command_that_it_runs(tmp_path: Path) -> None:
    commands = {f"remind_etl.cli.{path.stem}" for path in Path(check.__file__).parent.glob("*.py")}
    always = {f"remind_etl.cli.{name}" for name in ("command_line", "refusals", "say")}
    assert _modules(tmp_path, "--help") & commands > {*always, "remind_etl.cli.undo"}
    assert _modules(tmp_path, "status") & commands == {*always, "remind_etl.cli.status", "remind_etl.cli.stores"}


@pytest.mark.parametrize("arguments", [("undo", "--help"), ("districts", "add", "--help"), ("plan", "--help")])
def test_a_call_of_one_command_shows_the_same_help(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    program = Path(sys.executable).with_name("remind-etl")
    done = subprocess.run(  # noqa: S603
        [program, *arguments], env={**os.environ, "COLUMNS": "100"}, capture_output=True, text=True, check=True
    )
    whole = CliRunner(env={"COLUMNS": "100", "TERMINAL_WIDTH": "100"}).invoke(app, arguments, prog_name="remind-etl")
    assert done.stdout.split() == whole.stdout.split()


@pytest.mark.parametrize("stage", ["decided", "delivered"])
def test_the_newest_migration_is_the_one_that_alembic_would_apply_last(stage: str) -> None:
    from alembic.script import ScriptDirectory

    scripts = migrate.PACKAGE / stage / "migrations"
    assert ScriptDirectory(str(scripts)).get_heads() == [migrate.newest_revision(stage)]
