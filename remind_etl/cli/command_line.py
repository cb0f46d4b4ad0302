"""The command line: its commands, in groups, and how they end.

A call imports only the command that it runs, because all of them take longer to import than many of them take.
"""

import os
import sys
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from remind_etl import settings
from remind_etl.cli import refusals
from remind_etl.cli.exit_statuses import ENDED_BY_SIGNAL, error_document
from remind_etl.cli.say import ANSWER, complain, document
from remind_etl.errors import (
    DistrictError,
    Interrupted,
    OperatorError,
    RemindEtlError,
    TransientError,
    UsageError,
    disk_full,
    is_interruption,
    own_fault,
    unusable,
)
from remind_etl.orchestration.signals import kill_as_ctrl_c, watching_signals

ENDED_FROM_OUTSIDE: Final = "The command {command} was ended from outside, before its end."
AFTERWARDS: Final = {
    "undo": "The delivery may be undone already. Run it again: it finishes, or says that nothing is left to undo.",
}
"""What a person does after a command that was ended, where the sentence above is not enough."""

EPILOG = (
    "Exit status: 0 done. 1 the district's data has blockers or errors. 2 wrong use. 3 our own failure. "
    "4 busy or under way, so try again later. 130 ended by Ctrl-C."
)


class Commands(TyperGroup):
    """Turns errors into one readable line and the exit status that says who must act.

    With --json, standard output gets the error as one JSON document too.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note whether the answer is JSON, before any argument is refused."""
        ctx.meta["json"] = "--json" in args
        ANSWER.has_begun = False
        # `doctor` names all wrong settings, and a help is the same with every setting.
        ctx.meta["needs_settings"] = args[:1] != ["doctor"] and "--help" not in args
        ctx.meta["serves"] = args[:1] in (["web"], ["sftp"], ["demo"])  # they end what they started by themselves
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            if ctx.meta["needs_settings"]:
                settings.read()
            if ctx.meta["serves"]:
                return super().invoke(ctx)
            with kill_as_ctrl_c(), watching_signals(repeats=False):
                return super().invoke(ctx)
        except RemindEtlError as error:
            raise _ended(ctx, str(error), _exit_status(error)) from None
        except TyperException as error:
            error.message = refusals.in_plain_words(error)
            if ctx.meta["json"]:
                _document(error.format_message(), error.exit_code)
            raise
        except (typer.Exit, typer.Abort):
            raise
        except BrokenPipeError:
            # The reader of our output has seen enough.
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
            raise typer.Exit(0) from None
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt) or is_interruption(error):
                raise _interrupted(ctx) from None
            raise _ended(ctx, *_unexpected(error)) from None


def _unexpected(error: Exception) -> tuple[str, int]:
    """What is said of an error that no part of the program expected, and the exit status."""
    known: OperatorError | None = disk_full(error)
    if known is None and isinstance(error, OSError) and error.filename:
        known = unusable(error, "Check the rights of this file and of its folder.")
    if known:
        return str(known), _exit_status(known)
    return f"{own_fault(error)} Please report it.", 3


def _interrupted(ctx: Any) -> typer.Exit:
    """Say which command was ended by Ctrl-C or a signal; returns what ends it."""
    command = ctx.invoked_subcommand or ""
    said = ENDED_FROM_OUTSIDE.format(command=f"`{command}`"), AFTERWARDS.get(command, "")
    return _ended(ctx, " ".join(filter(None, said)), ENDED_BY_SIGNAL)


def _ended(ctx: Any, sentence: str, status: int) -> typer.Exit:
    """Say why the command ended; returns what ends it."""
    complain(sentence)
    if ctx.meta["json"]:
        _document(sentence, status)
    return typer.Exit(status)


def _document(sentence: str, status: int) -> None:
    """Answer with the error, unless the answer has begun: a second document would spoil the first."""
    if not ANSWER.has_begun:
        document(error_document(sentence, status))


def _exit_status(error: RemindEtlError) -> int:
    statuses = ((UsageError, 2), (DistrictError, 1), (Interrupted, ENDED_BY_SIGNAL), (TransientError, 4))
    return next((status for kind, status in statuses if isinstance(error, kind)), 3)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"remind-etl {version('remind_etl')}")
        raise typer.Exit


def every_command(
    shown: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of all commands."""


COMMANDS: Final = {
    "Every day": {
        "status": "status:status",
        "problems": "show:problems",
        "explain": "explain:explain",
        "sync": "run:sync",
        "plan": "plan:plan",
        "holds": "holds:holds",
        "approve": "holds:approve",
        "refuse": "holds:refuse",
        "history": "history:history",
        "check": "check:check",
        "export": "show:export",
    },
    "Set-up": {
        "districts": "districts:app",
        "schools": "schools:app",
        "admins": "page_users:admins",
        "operators": "page_users:operators",
        "messages": "messages:app",
        "web": "serve:web",
        "doctor": "doctor:doctor",
        "stores": "copies:app",
        "templates": "make:templates",
    },
    "Repair": {
        "undo": "undo:undo",
        "pause": "holds:pause",
        "resume": "holds:resume",
        "rehearse": "plan:rehearse",
        "links": "links:app",
        "forget": "forget:forget",
    },
    "Development": {
        "sample": "make:sample",
        "sftp": "sftp:app",
        "demo": "serve:demo",
    },
}
"""The groups of the help, and where each command is: its module here, and its name there."""


def command_line(asked: str = "") -> typer.Typer:
    """The command line with the command that a call asks for, or with all commands if that is none of them."""
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
    app.callback()(every_command)
    known = [(panel, name, place) for panel, commands in COMMANDS.items() for name, place in commands.items()]
    for panel, name, place in [one for one in known if one[1] == asked] or known:
        module, attribute = place.split(":")
        command = getattr(import_module(f"remind_etl.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=panel)
        else:
            app.command(name, epilog=EPILOG, rich_help_panel=panel)(command)
    return app
