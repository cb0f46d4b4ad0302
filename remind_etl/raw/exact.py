"""Reads a file record by record where the fast path cannot be proven, and rewrites what it accepts as plain CSV."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LONGEST_RECORD: Final = 1 << 20
"""Characters a record may have; what runs on longer is an unclosed quote. No row of the contract comes near it."""


@dataclass(frozen=True)
class Reject:
    """A record that cannot be read: the line on which it starts, why, and its cells as far as they can be told."""

    line: int
    code: str
    detail: str | None
    cells: list[str]


@dataclass
class Rewritten:
    """What became of a file's records; `gaps` are (ordinal of the accepted record, lines run ahead of records)."""

    accepted: int = 0
    blank: int = 0
    rejects: list[Reject] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


def rewrite(source: Path, encoding: str, delimiter: str, cells: int, target: Path) -> Rewritten:
    """Write the records of `source` that have `cells` cells to `target`, as UTF-8 CSV with a header line."""
    done = Rewritten()
    gap = 0
    with (
        source.open(encoding=encoding, errors="replace", newline="") as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(["header"] * cells)
        for line, record, broken in _records(_lines(text), delimiter):
            if line == 1:
                continue
            reject = broken or _fault(line, record, cells)
            if not record and not broken:
                done.blank += 1
            elif reject:
                done.rejects.append(reject)
            else:
                if line - done.accepted - 2 != gap:
                    gap = line - done.accepted - 2
                    done.gaps.append((done.accepted, gap))
                writer.writerow(record)
                done.accepted += 1
    return done


def count_fault(line: int, record: list[str], cells: int) -> Reject:
    """The reject of a record that has more or fewer cells than the header."""
    return Reject(line, "wrong_cell_count", f"{len(record)} values where the header has {cells}", record)


def _fault(line: int, record: list[str], cells: int) -> Reject | None:
    if any("\0" in cell or "\ufffd" in cell for cell in record):
        return Reject(line, "unreadable_row", None, record)
    return count_fault(line, record, cells) if record and len(record) != cells else None


def _lines(text: Iterator[str]) -> Iterator[str]:
    """Physical lines, which end in CR, LF or CRLF; `newline=""` splits at each and keeps it."""
    yield from text


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str], Reject | None]]:
    """Each record with the line on which it starts. After an unclosed or stray quote, reading goes on at the next line."""
    number, ahead = 1, list[str]()
    while True:
        held = list[str]()
        reader = csv.reader(_feed(lines, ahead, held), delimiter=delimiter, strict=True)
        try:
            record = next(reader, None)
        except csv.Error:
            first, *rest = held
            yield number, [], Reject(number, "stray_quote", None, _loose_cells(first, delimiter))
            number, ahead = number + 1, rest + ahead
            continue
        if record is None:
            return
        yield number, record, None
        number += len(held)


def _feed(lines: Iterator[str], ahead: list[str], held: list[str]) -> Iterator[str]:
    """The lines of one record: those read ahead before, then new ones, until it is implausibly long."""
    size = 0
    while size < LONGEST_RECORD:
        line = ahead.pop(0) if ahead else next(lines, None)
        if line is None:
            return
        held.append(line)
        size += len(line)
        yield line


def _loose_cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip(' "\r\n') for cell in line.split(delimiter)]
