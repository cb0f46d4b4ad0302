"""Commands start at once: a library is imported by the command that needs it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from remind_etl.databases import migrate

SLOW: Final = ("dagster", "great_expectations", "pandas", "duckdb", "pyarrow", "alembic", "sqlalchemy")
"""What takes longest to import."""

IMPORTED: Final = """
import sys
from remind_etl.cli import app
app({arguments!r}, standalone_mode=False)
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
    return set(done.stderr.splitlines()[-1].strip("[]").replace("'", "").replace(",", "").split())


@pytest.mark.parametrize("arguments", [("--help",), ("approve", "--help"), ("templates", "templates")])
def test_help_and_templates_import_no_slow_library(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    if arguments[0] == "templates":
        arguments = ("templates", str(tmp_path / "templates"))
    assert _imported(tmp_path / "home", *arguments) == set()


def test_a_status_imports_no_slow_library_but_the_one_that_reads_decisions(tmp_path: Path) -> None:
    assert "alembic" in _imported(tmp_path / "home", "districts", "add", "oak", "--name", "Oak")
    assert _imported(tmp_path / "home", "status") == {"sqlalchemy"}


@pytest.mark.parametrize("stage", ["decided", "delivered"])
def test_the_newest_migration_is_the_one_that_alembic_would_apply_last(stage: str) -> None:
    from alembic.script import ScriptDirectory

    scripts = migrate.PACKAGE / stage / "migrations"
    assert ScriptDirectory(str(scripts)).get_heads() == [migrate.newest_revision(scripts)]
