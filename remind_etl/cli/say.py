"""How commands speak: results on standard output, all else on standard error; with --json one JSON document."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from remind_etl.errors import UsageError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DistrictId = Annotated[str, typer.Argument(metavar="ID", help="The district's id.", show_default=False)]


def complain(text: str) -> None:
    """An error, on standard error."""
    Console(stderr=True, highlight=False).print(text, style="red", markup=False, soft_wrap=True)


def note(text: str) -> None:
    """Something worth knowing that is no result, on standard error."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


@contextmanager
def progress(text: str) -> Iterator[Callable[[str], None]]:
    """A line on standard error that tells what goes on, if somebody looks; gives what changes its text.

    It has a handle of its own, because Dagster takes standard error for its logs while a step runs.
    """
    with os.fdopen(os.dup(2), "w") as screen, Console(file=screen).status(text) as line:
        yield line.update


def agreed(question: str, yes: bool) -> bool:
    """True if the person agrees, or said so beforehand; raises Abort if they do not.

    Raises UsageError where nobody can be asked.
    """
    if not yes and not sys.stdin.isatty():
        raise UsageError("Nobody is there to be asked: say --yes.")
    return yes or typer.confirm(question, abort=True, err=True)


def document(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=1))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table on standard output; plain tab-separated lines where nobody is looking."""
    cells = [[one_line(cell) for cell in row] for row in (columns, *rows)]
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        for line in cells:
            typer.echo("\t".join(line))
        return
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        shown.add_column(column, overflow="fold")
    for line in cells[1:]:
        shown.add_row(*line)
    console.print(shown)


def aligned(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table of numbers after names, on standard output, the same whether or not somebody is looking."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else one_line(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for name, *numbers in cells:
        typer.echo("  ".join((name.ljust(widths[0]), *(n.rjust(w) for n, w in zip(numbers, widths[1:], strict=True)))))


def verdict(sentence: str, style: str = "bold") -> None:
    """The sentence that says it all, on standard output above its details."""
    Console(highlight=False).print(sentence + "\n", style=style, markup=False, soft_wrap=True)


def one_line(cell: object) -> str:
    """The cell as text, without what would break the line or speak to the terminal."""
    return "" if cell is None else "".join(c if c.isprintable() else "\ufffd" for c in str(cell))


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
