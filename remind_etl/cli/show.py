"""`problems`, `export`: show published results."""

import shutil
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from remind_etl.catalogue import problems as catalogue
from remind_etl.cli import groups, say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import UsageError
from remind_etl.published import status as standing
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.tables import PUBLISHED
from remind_etl.warehouse import sql


class Format(StrEnum):
    """The formats of a table, in the order of the statements of export.sql."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


EXPORTED: Final = tuple(table.name for table in PUBLISHED)
"""The published tables that `export` writes."""


def _published_table(text: str) -> str:
    if text not in EXPORTED:
        raise typer.BadParameter(f"{text!r} is not a published table. Name one of {', '.join(EXPORTED)}.")
    return text


def _tables_like(beginning: str) -> list[str]:
    return [name for name in EXPORTED if name.startswith(beginning)]


def problems(
    district: DistrictArgument,
    every: Annotated[
        bool, typer.Option("--all", help="List each problem with line and record instead of groups.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the problems of the newest drop, worst first: groups of similar problems, what to fix, and where.

    Exit 1 on blockers or errors. With --json, a list of all problems.
    """
    import pyarrow.parquet as pq

    stores.decisions().district(district)
    published = stores.published()
    with pq.ParquetFile(published.file(district, "problems")) as file:  # `read_table` imports what reads many files
        found = file.read(columns=list(catalogue.COLUMNS))
    if as_json:
        say.document(found.to_pylist())
    elif every:
        shown = ("severity", "code", "file", "line", "record_id", "message", "fix")
        say.table(shown, [[row[column] for column in shown] for row in found.to_pylist()])
    else:
        _show_groups(district, published)
    if set(found["severity"].to_pylist()) & {"blocker", "error"}:
        raise typer.Exit(1)


def _show_groups(district: DistrictId, published: Published) -> None:
    from remind_etl.published.one_file import rows_of_file

    say.verdict(standing.sentence_of_status(published.manifest(district), datetime.now(UTC)))
    groups.show(rows_of_file(published.file(district, "problem_groups")))
    say.note(
        f"Each problem: `remind-etl problems {district} --all`, or as CSV `remind-etl export {district} problems`."
    )
    if folder := published.report_place(district):
        say.note(f"The district's report, with the rows to correct: {folder}")


def export(
    district: DistrictArgument,
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help=f"The published table: {', '.join(EXPORTED)}.",
            show_default=False,
            parser=_published_table,
            autocompletion=_tables_like,
        ),
    ],
    file_format: Annotated[Format, typer.Option("--format", help="The format.")] = Format.CSV,
    out: Annotated[Path | None, typer.Option(help="The file to write. Without it, standard output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a published table of the last run."""
    from remind_etl.files.spreadsheet import mark_formulas_in_relation
    from remind_etl.files.temporary import temporary_folder
    from remind_etl.warehouse.memory import memory_database

    stores.decisions().district(district)
    source = stores.published().file(district, table)
    written = Format.JSON if as_json else file_format
    if out is None and written is Format.PARQUET:
        raise UsageError("Parquet is not text. Name a file with --out.")
    if out and not out.parent.is_dir():
        raise UsageError(f"The folder {out.parent} does not exist.")
    statement = sql.statements("cli", "export")[list(Format).index(written)]
    with temporary_folder() as folder, memory_database() as db:
        target = out or folder / "export"
        rows = db.read_parquet(str(source))
        (mark_formulas_in_relation(rows) if written is Format.CSV else rows).create_view("published")
        db.execute(statement, {"target": str(target)})
        if out:
            say.note(f"{out} written.")
        else:
            say.ANSWER.has_begun = True
            with target.open("rb") as written_file:
                shutil.copyfileobj(written_file, sys.stdout.buffer)
