"""Reads a file record by record where the fast path cannot be proven, and rewrites what it accepts as plain CSV."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from remind_etl.contract import CELL_LIMIT

LONGEST_RECORD: Final = 1 << 20
"""Characters a record may have; what runs on longer is an unclosed quote. No row of the contract comes near it."""

NO_TEXT: Final = "\0"
"""What stands for a byte that is no text; NUL itself is none."""

BLANKS: Final = " \t\r\n\u00a0"
"""What counts for nothing at the ends of a cell, as in the raw tables."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be read: the line on which it starts, why, and its cells as far as they can be told."""

    line: int
    code: str
    detail: str | None
    cells: tuple[str, ...]


@dataclass
class Rewritten:
    """What became of a file's records; `gaps` are (ordinal of the accepted record, lines run ahead of records)."""

    accepted: int = 0
    blank: int = 0
    rejects: list[Reject] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text with its own line ends, and NO_TEXT for the bytes that cannot be decoded."""
    return path.open(encoding=encoding, errors=_MARKED, newline="")


def rewrite(source: Path, encoding: str, delimiter: str, cells: int, target: Path) -> Rewritten:
    """Write the records of `source` that have `cells` cells to `target`, as UTF-8 CSV with a header line."""
    done = Rewritten()
    gap = 0
    with open_text(source, encoding) as text, target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(["header"] * cells)
        for line, record, broken in _records(text, 1, delimiter):
            if line == 1:
                continue
            if reject := broken or _fault(line, record, cells):
                done.rejects.append(reject)
            elif not record:
                done.blank += 1
            else:
                if line - done.accepted - 2 != gap:
                    gap = line - done.accepted - 2
                    done.gaps.append((done.accepted, gap))
                writer.writerow(record)
                done.accepted += 1
    return done


def judge(line: int, text: str, delimiter: str, cells: int) -> Reject | None:
    """Why the one record of the text, which stands on that line, cannot be read; None if it can."""
    record, broken = next(((r, b) for _, r, b in _records(iter([text]), line, delimiter)), ([], None))
    return broken or _fault(line, record, cells)


def unreadable(line: int, record: list[str]) -> Reject:
    """The reject of a record with bytes that are no text."""
    return Reject(line, "unreadable_row", None, _bare(record))


def _fault(line: int, record: list[str], cells: int) -> Reject | None:
    """Why the record is none of that many cells; a blank line has nothing wrong."""
    if any(NO_TEXT in cell for cell in record):
        return unreadable(line, record)
    if record and len(record) != cells:
        counts = f"{len(record)} value{'s' * (len(record) > 1)} where the header has {cells}"
        return Reject(line, "wrong_cell_count", counts, _bare(record))
    return None


def _broken(line: int, text: str, delimiter: str) -> Reject:
    """The reject of a line in which no record ends: a quote is astray, or a cell without one is endless."""
    cells = _bare(text.split(delimiter), BLANKS + '"')
    if '"' in text:
        return Reject(line, "stray_quote", None, cells)
    return Reject(line, "value_too_long", str(CELL_LIMIT), cells)


def _bare(cells: list[str], blanks: str = BLANKS) -> tuple[str, ...]:
    return tuple(cell.replace(NO_TEXT, "\ufffd").strip(blanks) for cell in cells)


def _records(lines: Iterator[str], number: int, delimiter: str) -> Iterator[tuple[int, list[str], Reject | None]]:
    """Each record with the line on which it starts. After a quote that is astray, reading goes on at the next line."""
    ahead = deque[str]()
    while True:
        held = list[str]()
        try:
            record = next(csv.reader(_feed(lines, ahead, held), delimiter=delimiter, strict=True), None)
        except csv.Error:
            yield number, [], _broken(number, held[0], delimiter)
            ahead.extendleft(reversed(held[1:]))
            number += 1
            continue
        if record is None:
            return
        yield number, record, None
        number += len(held)


def _feed(lines: Iterator[str], ahead: deque[str], held: list[str]) -> Iterator[str]:
    """The lines of one record: those read ahead before, then new ones, until it is implausibly long."""
    size = 0
    while size < LONGEST_RECORD:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            return
        held.append(line)
        size += len(line)
        yield line


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return NO_TEXT, error.end
    raise error


_MARKED: Final = "remind_etl.marked"
codecs.register_error(_MARKED, _mark)
