"""How commands speak: results on standard output, all else on standard error; with --json one JSON document."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
DistrictId = Annotated[str, typer.Argument(metavar="ID", help="The district's id.", show_default=False)]


def complain(text: str) -> None:
    """An error, on standard error."""
    Console(stderr=True, highlight=False).print(text, style="red", markup=False, soft_wrap=True)


def note(text: str) -> None:
    """Something worth knowing that is no result, on standard error."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def document(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=1))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table on standard output; plain tab-separated lines where nobody is looking."""
    console = Console(highlight=False)
    if not console.is_terminal:
        for row in (columns, *rows):
            typer.echo("\t".join("" if cell is None else str(cell) for cell in row))
        return
    shown = Table(*columns, title=title, title_justify="left")
    for row in rows:
        shown.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(shown)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
