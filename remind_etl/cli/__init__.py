"""The operator's commands. They call what the assets call, and read results only from what was published."""

import os
import sys
import traceback
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from remind_etl import settings
from remind_etl.cli import (
    check,
    copies,
    districts,
    explain,
    forget,
    history,
    holds,
    links,
    make,
    plan,
    run,
    schools,
    serve,
    show,
    undo,
)
from remind_etl.cli.say import complain
from remind_etl.errors import DistrictError, RemindEtlError, TransientError, UsageError, disk_full

EPILOG = (
    "Exit status: 0 done. 1 the district's data has blockers or errors. 2 wrong use. 3 our own failure. "
    "4 busy or under way, so try again later."
)


class Commands(TyperGroup):
    """Turns errors into one readable line and the exit status that says who must act."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            settings.read()
            return super().invoke(ctx)
        except RemindEtlError as error:
            complain(str(error))
            raise typer.Exit(_exit_status(error)) from None
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except BrokenPipeError:
            # The reader of our output has seen enough.
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
            raise typer.Exit(0) from None
        except Exception as error:
            if full := disk_full(error):
                complain(str(full))
                raise typer.Exit(_exit_status(full)) from None
            # A library's text may quote a cell, so only its kind and place are shown.
            frames = traceback.extract_tb(error.__traceback__)
            places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))
            complain(f"{type(error).__name__} in our own code, at {places}. Please report it.")
            raise typer.Exit(3) from None


def _exit_status(error: RemindEtlError) -> int:
    statuses = ((UsageError, 2), (DistrictError, 1), (TransientError, 4))
    return next((status for kind, status in statuses if isinstance(error, kind)), 3)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog=EPILOG,
    help=(
        "Syncs the rosters of school districts: from CSV files on SFTP to accounts and classes on the platform.\n\n"
        "Set up a first district with these commands: [b]districts add[/b], [b]schools import[/b], "
        "[b]sync --from FOLDER[/b], [b]schools confirm[/b], [b]sync[/b], [b]status[/b]."
    ),
)
app.add_typer(districts.app, name="districts")
app.add_typer(schools.app, name="schools")
app.add_typer(links.app, name="links")
app.add_typer(copies.app, name="stores")
for command in (
    *check.COMMANDS,
    *run.COMMANDS,
    *show.COMMANDS,
    *explain.COMMANDS,
    *plan.COMMANDS,
    *holds.COMMANDS,
    *history.COMMANDS,
    *undo.COMMANDS,
    *forget.COMMANDS,
    *make.COMMANDS,
    *serve.COMMANDS,
):
    app.command(epilog=EPILOG)(command)


def main() -> None:
    """Run the command line."""
    sys.exit(app())
