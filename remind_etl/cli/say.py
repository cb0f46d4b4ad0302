"""Output of commands: results on standard output, everything else on standard error; with --json one JSON document."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from remind_etl import settings
from remind_etl.catalogue.printable import printable
from remind_etl.errors import RemindEtlError, UsageError
from remind_etl.schema.district_id import DistrictId, district_id

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


def known_ids(beginning: str) -> list[str]:
    """The ids of districts that begin so, for the completion of a shell; none if they cannot be read."""
    from remind_etl.cli import stores

    try:
        return [known.district_id for known in stores.known_districts() if known.district_id.startswith(beginning)]
    except RemindEtlError:
        return []


def _given_id(text: str) -> DistrictId:
    """The district's id as it was given. Raises UsageError if it cannot be one, or is an email in the place of one."""
    if "@" in text:
        raise UsageError("An email stands in the place of the district's id. Give the id first, then the email.")
    return district_id(text)


_DISTRICT: Final = typer.Argument(
    metavar="ID", help="The district's id.", show_default=False, parser=_given_id, autocompletion=known_ids
)
if TYPE_CHECKING:
    DistrictArgument = Annotated[DistrictId, _DISTRICT]
else:
    DistrictArgument = Annotated[str, _DISTRICT]  # the help shows the name of this type


def complain(text: str) -> None:
    """Print an error to standard error."""
    Console(stderr=True, highlight=False).print(text, style="red", markup=False, soft_wrap=True)


def note(text: str) -> None:
    """Print a note, which is not a result, to standard error."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


@contextmanager
def progress(text: str, in_lines: bool = False) -> Iterator[Callable[[str], None]]:
    """Show a line of progress on standard error of a terminal; gives a function that changes its text.

    With `in_lines`, each text is a line of its own if standard error is no terminal.
    It has a handle of its own, because Dagster takes standard error for its logs while a step runs.
    """
    with os.fdopen(os.dup(2), "w") as screen, Console(file=screen).status(text) as line:
        yield line.update if not in_lines or screen.isatty() else lambda step: print(step, file=screen, flush=True)


def agreed(question: str, yes: bool) -> bool:
    """True if the person agrees now or gave --yes; raises Abort if they disagree.

    Raises UsageError if there is no terminal to ask on.
    """
    if not yes and not _can_ask():
        raise UsageError("There is no terminal to ask on. Give --yes.")
    return yes or typer.confirm(question, abort=True, err=True)


def _can_ask() -> bool:
    return sys.stdin.isatty()


@dataclass
class Answer:
    """What standard output has of the answer of this call. A document of an error must not follow it."""

    has_begun: bool = False


ANSWER: Final = Answer()


def document(value: Any) -> None:
    """Print one JSON document to standard output."""
    ANSWER.has_begun = True
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=1))


def on_terminal() -> bool:
    """True if a person reads standard output on a terminal."""
    return Console().is_terminal


def clear() -> None:
    """Clear the terminal."""
    Console().clear()


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    title: str | None = None,
    styles: Sequence[str] | None = None,
) -> None:
    """Print a table to standard output; outside a terminal, print tab-separated lines.

    Moments are in the operators' time zone on a terminal, and elsewhere in UTC.
    `styles` has the colour of each row on a terminal.
    """
    console = Console(highlight=False, markup=False)
    cells = [[_cell(cell, console.is_terminal) for cell in row] for row in rows]
    if not console.is_terminal:
        for line in (columns, *cells):
            typer.echo("\t".join(line))
        return
    headings, of_rows = [column.replace("_", " ") for column in columns], styles or [""] * len(cells)
    widths = column_widths(columns, headings, cells, console.width)
    if not widths:
        _print_entries(console, title, headings, zip(cells, of_rows, strict=True))
        return
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading, width in zip(headings, widths, strict=True):
        shown.add_column(heading, overflow="fold", width=width)
    for line, style in zip(cells, of_rows, strict=True):
        shown.add_row(*line, style=style)
    console.print(shown)


LONG_ID: Final = 12
"""The characters of an id that stay together. A longer id may go on in the next line."""

IDS: Final = {"district", "district_id"}
"""Columns whose words are ids, also without a digit or a sign in them."""


def column_widths(
    columns: Sequence[str], headings: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> list[int]:
    """The widths of a table's columns in a terminal of this width; none if its words do not fit.

    Only an id may go on in the next line. All other words stay whole, and texts are wrapped at blanks.
    """
    natural, least = [], []
    for column, heading, *texts in zip(columns, headings, *cells, strict=True):
        natural.append(max(map(cell_len, (heading, *texts))))
        words = [*map(cell_len, heading.split()), *(_kept_together(word, column) for t in texts for word in t.split())]
        least.append(max(words, default=1))
    room = width - 2 * len(columns) - 1  # the padding and the edges
    if sum(least) > room:
        return []
    for most in range(max(natural), 0, -1):
        widths = [max(low, min(high, most)) for low, high in zip(least, natural, strict=True)]
        if sum(widths) <= room:
            return widths
    return least


def _kept_together(word: str, column: str) -> int:
    """The width of the part of a word that is never divided."""
    is_id = column in IDS or not word.strip(".,;:()").replace("_", "").isalpha()
    return min(cell_len(word), LONG_ID) if is_id else cell_len(word)


def _print_entries(
    console: Console, title: str | None, headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]
) -> None:
    """Print a table that is too wide for the terminal: a block of lines for each row, and a line for each full cell."""
    if title:
        console.print(title, style="italic")
    for (first, *others), style in rows:
        console.print(Text(f"{headings[0]}: {first}", style=style or "bold"))
        for heading, text in zip(headings[1:], others, strict=True):
            if text:
                console.print(Padding(Text(f"{heading}: {text}", style=style), (0, 0, 0, 4), expand=False))


def entry(heading: str, text: str) -> None:
    """Print one entry of a list for a terminal: a heading, and below it a text in the lines that it needs."""
    console = Console(highlight=False)
    console.print(one_line(heading), style="bold", markup=False)
    if text:
        console.print(Padding(Text(one_line(text)), (0, 0, 0, 4)))


def aligned(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table of names and numbers to standard output, in the same form on a terminal and elsewhere."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else one_line(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for name, *numbers in cells:
        typer.echo("  ".join((name.ljust(widths[0]), *(n.rjust(w) for n, w in zip(numbers, widths[1:], strict=True)))))


def verdict(sentence: str, style: str = "bold") -> None:
    """Print the summary sentence to standard output, above its details."""
    Console(highlight=False).print(sentence + "\n", style=style, markup=False, soft_wrap=True)


def local(at: datetime | str) -> str:
    """A moment as operators read it, in the time zone of the settings."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{moment.astimezone(ZoneInfo(settings.read().time_zone)):%Y-%m-%d %H:%M %Z}"


def _cell(cell: object, is_terminal: bool) -> str:
    if isinstance(cell, datetime):
        return local(cell) if is_terminal else cell.isoformat(timespec="seconds")
    return one_line(cell)


def one_line(cell: object) -> str:
    """The cell as text, without characters that break the line or control the terminal."""
    return "" if cell is None else printable(str(cell))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
