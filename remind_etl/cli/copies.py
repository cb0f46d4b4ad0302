"""`stores copy`: copy the databases of this home to the databases of the settings."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from remind_etl import settings
from remind_etl.cli import say
from remind_etl.cli.say import AsJson
from remind_etl.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import MetaData

app = typer.Typer(no_args_is_help=True, help="Copy the databases of decisions and platform.")


@app.callback()
def group() -> None:
    """Keep `copy` a command of its own."""


@app.command()
def copy(as_json: AsJson = False) -> None:
    """Copy this home's SQLite databases into the empty databases of the settings, such as Postgres. Stop Dagster first.

    A database is copied if its URL is set. The SQLite files stay as they are.
    """
    from remind_etl.databases import transfer
    from remind_etl.decided.store import DecisionStore
    from remind_etl.decided.tables import METADATA as DECIDED
    from remind_etl.delivered.platform import PlatformStore
    from remind_etl.delivered.tables import METADATA as DELIVERED

    home = settings.home()
    stored: dict[str, tuple[Path, type[DecisionStore | PlatformStore], str, MetaData]] = {
        "decisions": (home.decisions_file, DecisionStore, home.decisions_url, DECIDED),
        "platform": (home.platform_file, PlatformStore, home.platform_url, DELIVERED),
    }
    copied = {}
    for name, (file, store, url, metadata) in stored.items():
        if url == f"sqlite:///{file}":
            say.note(f"{name} is not copied, because no URL of another database is set.")
        elif not file.exists():
            raise UsageError(f"There is no {file}, so there is nothing to copy.")
        else:
            copied[name] = transfer.copy_rows(store(f"sqlite:///{file}").engine, store(url).engine, metadata)
    if as_json:
        say.document(copied)
    else:
        say.table(
            ("database", "table", "rows"),
            [(name, table, rows) for name, tables in copied.items() for table, rows in tables.items()],
        )
