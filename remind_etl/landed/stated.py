"""What `_COMPLETE` states about the files of an upload: names, sizes in bytes and numbers of rows, or SHA-256."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from remind_etl.catalogue import uploads
from remind_etl.schema.upload import COMPLETE

COLUMNS: Final = ("file", "bytes", "rows")
OF_SHA256SUM: Final = re.compile(r"\\?(?P<sha256>[0-9a-fA-F]{64})[ \t]+\*?(\./)?(?P<file>[^/]+)")
"""A line that `sha256sum FILES` writes."""

MOST_BYTES: Final = 10_000
"""A list of five files has about 200."""


BLANK: Final = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\x00 \t\r\n]*")
"""What looks empty in an editor: a mark of UTF-8 or UTF-16, blanks, and line ends."""


class Stated(NamedTuple):
    """What is stated of a file."""

    size: int | None
    rows: int | None
    sha256: str | None = None


class Received(NamedTuple):
    """What was received of a file."""

    size: int
    sha256: str


class Contradiction(NamedTuple):
    """A file that is not as it is stated, and why."""

    sent_as: str
    why: str


def is_blank(path: Path) -> bool:
    """True if the file looks empty in an editor, as what `echo > _COMPLETE` writes on any system."""
    return path.stat().st_size <= MOST_BYTES and BLANK.fullmatch(path.read_bytes()) is not None


def read_stated(path: Path) -> Mapping[str, Stated] | None:
    """What the file states, by casefolded name of a file; None if it is not such a list."""
    if path.stat().st_size > MOST_BYTES:
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            content = text.read()
        if hashes := _hashes(content):
            return hashes
        header, *lines = list(csv.reader(content.splitlines(keepends=True), strict=True))
        if tuple(name.strip().casefold() for name in header) != COLUMNS:
            return None
        return {name.strip().casefold(): _stated(size, rows) for name, size, rows in filter(None, lines)}
    except (ValueError, csv.Error):  # also bytes that are no text
        return None


def _hashes(content: str) -> Mapping[str, Stated] | None:
    """What lines of `sha256sum` state; None if a line is not such a line."""
    lines = [OF_SHA256SUM.fullmatch(line.strip()) for line in content.splitlines() if line.strip()]
    found = [line for line in lines if line]
    if len(found) < len(lines):
        return None
    return {line["file"].strip().casefold(): Stated(None, None, line["sha256"].casefold()) for line in found}


def _stated(size: str, rows: str) -> Stated:
    return Stated(int(size), int(rows) if rows.strip() else None)


def contradictions(stated: Mapping[str, Stated], received: Mapping[str, Received]) -> list[Contradiction]:
    """Where the statement and the files that were received, by name, do not agree."""
    folded = {name.casefold() for name in received}
    found = [Contradiction(COMPLETE, uploads.NOT_THERE.format(file=name)) for name in stated if name not in folded]
    for name, (size, sha256) in received.items():
        of_file = stated.get(name.casefold())
        if of_file is None:
            found.append(Contradiction(name, uploads.NOT_LISTED))
        elif of_file.sha256 not in (None, sha256):
            found.append(Contradiction(name, uploads.OTHER_CONTENT))
        elif of_file.size not in (None, size):
            found.append(
                Contradiction(name, uploads.OTHER_SIZE.format(size=f"{size:,}", stated=f"{of_file.size or 0:,}"))
            )
    return found
