"""Commands start at once: a library is imported by the command that needs it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from remind_etl.cli import check
from remind_etl.cli.commands import app
from remind_etl.databases import migrate
from remind_etl.delivered.platform import PlatformStore
from remind_etl.schema.district_id import DistrictId

SLOW: Final = (
    *("dagster", "great_expectations", "pandas", "numpy", "duckdb", "pyarrow", "alembic", "sqlalchemy", "asyncssh"),
    *(
        "starlette",
        "jinja2",
        "phonenumbers",
        "pydantic",
        "pydantic_settings",
        "adbc_driver_manager",
        "argon2",
        "bcrypt",
    ),
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


def test_a_question_to_the_platform_imports_neither_arrow_nor_its_driver(tmp_path: Path) -> None:
    _imported(tmp_path / "home", "districts", "add", "oak", "--name", "Oak")
    assert PlatformStore(f"sqlite:///{tmp_path / 'home' / 'platform.db'}").deliveries(DistrictId("oak")) == []
    asks = {*SETTINGS_READER, "sqlalchemy"}
    for arguments in (("status",), ("districts", "list")):
        assert _imported(tmp_path / "home", *arguments) == asks
    assert _imported(tmp_path / "home", "holds", "oak") == {*asks, "duckdb"}


NO_COMMAND = "Ended from outside before the command began. Nothing changed."
NOT_BEGUN: Final = "oak: ended from outside before the first step. Nothing changed."
SIGNALLED: Final = """
import os, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == reached:
            os.kill(os.getpid(), number)

reached, number = sys.argv[1], int(sys.argv[2])
sys.argv = sys.argv[3:]
sys.meta_path.insert(0, Finder())
from remind_etl.cli import main
main()
"""
"""Runs a command that gets a signal when it begins to import a module."""


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
    always = {f"remind_etl.cli.{name}" for name in ("command_line", "exit_statuses", "output", "refusals", "say")}
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("reached", "says"), [("typer", NO_COMMAND), ("remind_etl.definitions", NOT_BEGUN)])
def test_a_signal_while_a_sync_still_imports_ends_it_at_once(
    tmp_path: Path, number: signal.Signals, reached: str, says: str
) -> None:
    home = {**os.environ, "REMIND_ETL_HOME": str(tmp_path)}
    program = str(Path(sys.executable).with_name("remind-etl"))
    subprocess.run([program, "districts", "add", "oak", "--name", "Oak"], env=home, capture_output=True, check=True)  # noqa: S603
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SIGNALLED, reached, str(int(number)), program, "sync", "oak", "--json"],
        env=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # jobs in the background may ignore it
    ) as running:
        answer, said = running.communicate(timeout=60)

    assert (running.returncode, said.strip()) == (130, says)
    assert json.loads(answer)["error"] == {"message": says, "exit_status": 130}


@pytest.mark.parametrize("stage", ["decided", "delivered"])
def test_the_newest_migration_is_the_one_that_alembic_would_apply_last(stage: str) -> None:
    from alembic.script import ScriptDirectory

    scripts = migrate.PACKAGE / stage / "migrations"
    assert ScriptDirectory(str(scripts)).get_heads() == [migrate.newest_revision(stage)]


@pytest.mark.parametrize(("arguments", "status"), [(("doctor", "--no-daemon"), 3), (("--help",), 0)])
def test_a_command_whose_reader_has_ended_ends_as_it_would_without_noise(
    tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", "from remind_etl.cli import main; main()", *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            env={**os.environ, "REMIND_ETL_HOME": str(tmp_path / "none")},
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (status, b"")
