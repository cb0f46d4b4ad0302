"""`templates` and `sample`: files for a first try."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from remind_etl.cli import say
from remind_etl.cli.say import AsJson
from remind_etl.errors import UsageError

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder to write into. It is created if it does not exist.")
]


def templates(
    folder: Folder,
    example: Annotated[bool, typer.Option("--example", help="Write an example row into each file too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the CSV templates: the five files, and in another folder a students.csv with parent columns."""
    from remind_etl.sample.templates import write_templates

    with _writing(folder):
        written = [str(path) for path in write_templates(folder, example)]
    if as_json:
        say.document(written)
    else:
        say.table(("file",), [(path,) for path in written])


def sample(
    folder: Folder,
    students: Annotated[int, typer.Option(min=1, help="The number of students.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    untidy: Annotated[float, typer.Option(min=0, max=1, help="Share of rows with a fault, 0 to 1.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Write the files of an invented district. No person in them exists."""
    from remind_etl.sample.generate import write_sample

    with _writing(folder):
        rows = write_sample(folder, students, seed, untidy)
    if as_json:
        say.document({"folder": str(folder), "rows": rows})
    else:
        say.table(("file", "rows"), [(f"{name}.csv", count) for name, count in rows.items()])


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn a folder that cannot be written into a UsageError."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error
