"""`check`: find problems in files before they are uploaded."""

import shlex
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remind_etl import settings
from remind_etl.cli import groups, say, stores
from remind_etl.cli.say import AsJson
from remind_etl.published import status
from remind_etl.published.status import Verdict
from remind_etl.schema.district_id import DistrictId, district_id

if TYPE_CHECKING:
    from remind_etl.operations.check_files import Rehearsal, Rules

COUNTS = ("file", "records", "accepted", "rejected", "blank")
"""The counts of each file."""
USE = ("used", "waiting")
"""Further counts in the text for people; a waiting record refers to a rejected one."""

STYLES = {Verdict.BLOCKED: "bold red", Verdict.ERRORS: "bold yellow", Verdict.OK: "bold green"}


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def check(
    source: Annotated[
        Path, typer.Argument(metavar="DIR_OR_ZIP", help="The folder or zip that would be uploaded.", show_default=False)
    ],
    district: Annotated[
        DistrictId | None,
        typer.Option(
            metavar="ID",
            parser=district_id,
            autocompletion=say.known_ids,
            help="Use the region and the limits of this district, if it is known here.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="XX",
            help="Country of phones without a country code. Without this option: the district's region, or US.",
        ),
    ] = None,
    written: Annotated[
        Format, typer.Option("--format", help="Text for people, a table of problems, or one document.")
    ] = Format.TEXT,
    as_json: AsJson = False,
) -> None:
    """Find problems in files before they are uploaded. Nothing is sent or kept, and no server is needed.

    All schools count as linked, and the platform as empty. Exit 1 if the files have blockers or errors.
    """
    from remind_etl.operations.check_files import rehearse_files

    written = Format.JSON if as_json else written
    rules = _rules(district, region)
    with ExitStack() as lasting:
        with say.progress("starting", in_lines=True) as tell:
            done = lasting.enter_context(rehearse_files(source, rules, tell))
        unused = [file["file"] for file in done.files if file["accepted"] and not file["used"]]
        verdict, sentence = status.verdict_on_drop(done.counts, unused)
        if written is Format.JSON:
            say.document(_answer(verdict, done))
        elif written is Format.CSV:
            _write_csv(done)
        else:
            _show(verdict, sentence, done)
            if any(done.counts.values()):
                say.note(f"To list every problem with line, record and value: {_as_csv(source, district, region)}")
    if verdict is not Verdict.OK:
        raise typer.Exit(1)


def _rules(district: DistrictId | None, region: str | None) -> "Rules":
    from remind_etl.operations.check_files import Rules

    known = stores.known_district(district)
    rules = Rules(region=stores.region(known, region), sizes=settings.size_limits())
    return replace(rules, district=district, own=known.file_limits if known else {}) if district else rules


def _answer(verdict: Verdict, done: "Rehearsal") -> dict[str, Any]:
    files = [{name: file[name] for name in COUNTS} for file in done.files]
    return {"status": str(verdict), "files": files, "problems": done.problems.to_arrow_table().to_pylist()}


def _write_csv(done: "Rehearsal") -> None:
    from remind_etl.files.spreadsheet import mark_formulas_in_relation
    from remind_etl.files.temporary import temporary_folder

    with temporary_folder() as folder:
        target = folder / "problems.csv"
        mark_formulas_in_relation(done.problems).write_csv(str(target), header=True)
        with target.open("rb") as text:
            shutil.copyfileobj(text, sys.stdout.buffer)


def _show(verdict: Verdict, sentence: str, done: "Rehearsal") -> None:
    say.verdict(sentence, STYLES[verdict])
    groups.show(done.groups, done.values)
    if done.files:
        say.aligned((*COUNTS, *USE), [_counts(file) for file in done.files])
    if ignored := done.ignored:
        say.note(f"Ignored because of their names: {', '.join(ignored)}.")


def _as_csv(source: Path, district: DistrictId | None, region: str | None) -> str:
    """The command that writes the table of problems of the same check."""
    options = {"--district": district, "--region": region, "--format": "csv"}
    parts = [part for name, value in options.items() if value for part in (name, value)]
    return shlex.join(["remind-etl", "check", str(source), *parts])


def _counts(file: Mapping[str, Any]) -> list[Any]:
    return [file["file"], *(file[name] if file["records"] is not None else "–" for name in (*COUNTS[1:], *USE))]
