"""What `_COMPLETE` states about the files of an upload: their names, sizes in bytes, and numbers of rows."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from remind_etl.catalogue import uploads
from remind_etl.schema.upload import COMPLETE

COLUMNS: Final = ("file", "bytes", "rows")
MOST_BYTES: Final = 10_000
"""A list of five files has about 200."""


class Stated(NamedTuple):
    """What is stated of a file."""

    size: int
    rows: int | None


class Contradiction(NamedTuple):
    """A file that is not as it is stated, and why."""

    sent_as: str
    why: str


def read_stated(path: Path) -> Mapping[str, Stated] | None:
    """What the file states, by casefolded name of a file; None if it is not such a list."""
    if path.stat().st_size > MOST_BYTES:
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            header, *lines = list(csv.reader(text, strict=True))
        if tuple(name.strip().casefold() for name in header) != COLUMNS:
            return None
        return {name.strip().casefold(): _stated(size, rows) for name, size, rows in filter(None, lines)}
    except (ValueError, csv.Error):  # also bytes that are no text
        return None


def _stated(size: str, rows: str) -> Stated:
    return Stated(int(size), int(rows) if rows.strip() else None)


def contradictions(stated: Mapping[str, Stated], sizes: Mapping[str, int]) -> list[Contradiction]:
    """Where the statement and the files that were sent, by name, do not agree."""
    folded = {name.casefold() for name in sizes}
    found = [Contradiction(COMPLETE, uploads.NOT_THERE.format(file=name)) for name in stated if name not in folded]
    for name, size in sizes.items():
        of_file = stated.get(name.casefold())
        if of_file is None:
            found.append(Contradiction(name, uploads.NOT_LISTED))
        elif of_file.size != size:
            found.append(Contradiction(name, uploads.OTHER_SIZE.format(size=f"{size:,}", stated=f"{of_file.size:,}")))
    return found
