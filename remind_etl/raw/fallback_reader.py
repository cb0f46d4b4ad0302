"""Reads a file record by record where the fast path cannot be proven, and rewrites what it accepts as plain CSV.

It takes some lines at a time. Each record takes at least one line, so if the lines parse to as many records, each is a
line; if also nothing of them is odd, they are passed on as they are. Only lines with something odd are looked at one
record after the other.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import repeat
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from remind_etl.raw.header import Header
from remind_etl.raw.mended import has_only_a_first_cell, read_in_another_way, well_formed_record
from remind_etl.raw.over_lines import column_over_lines, id_over_lines, joins_several_records
from remind_etl.raw.text import BLANKS, NO_TEXT, open_text
from remind_etl.schema.upload import CELL_LIMIT

PORTION: Final = 1 << 16
"""Characters that are read at a time, up to the end of a line."""

LONGEST_RECORD: Final = 1 << 20
"""Characters a record may have; what runs on longer is an unclosed quote. No row of the contract comes near it."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be read: the line on which it starts, why, and its cells as far as they can be told."""

    line: int
    code: str
    detail: str | None
    cells: tuple[str, ...]


class Inner(NamedTuple):
    """An accepted record over several lines, and its school.

    `column` is the first of our columns that goes over them, and `cells` is all that may be a cell in one.
    """

    line: int
    column: str | None
    cells: tuple[str, ...]
    school_id: str | None


class Repair(NamedTuple):
    """A record that is accepted though it had to be read in another way than its file: its alert, and its cells."""

    line: int
    code: str
    detail: str | None
    cells: Sequence[str]


@dataclass
class Portion:
    """What became of some records that follow one another; `starts` are the lines of those that are accepted.

    `gaps` are (ordinal of the accepted record, lines run ahead of records).
    """

    text: str = ""
    lines: int = 0
    starts: Sequence[int] = ()
    blank: int = 0
    rejects: list[Reject] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    inner: list[Inner] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)


def rewrite_records(source: Path, encoding: str, header: Header, target: Path) -> Iterator[Portion]:
    """Write the records of `source` that have the header's cells to `target`, as UTF-8 CSV with a header line.

    Some at a time: what became of them is told before more are read.
    """
    with open_text(source, encoding) as text, target.open("w", encoding="utf-8", newline="") as out:
        first = csv.reader(text, delimiter=header.delimiter, strict=True)
        next(first)
        out.write(_as_csv([header.names], header.delimiter))
        line, ordinal, gap, lines = first.line_num + 1, 0, 0, list[str]()
        while (more := text.readlines(PORTION)) or lines:
            lines += more
            done = _pass_on(lines, line, header) or _sort_out(lines, line, header, not more)
            out.write(done.text)
            done.gaps = list(_gaps(done.starts, ordinal, gap))
            gap = done.gaps[-1][1] if done.gaps else gap
            ordinal += len(done.starts)
            line += done.lines
            del lines[: done.lines]
            yield done


def parse_records(text: TextIO, header: Header) -> Iterator[tuple[list[str], list[str] | None]]:
    """The lines of each record of a text that begins below the header, with its cells; None of a broken line."""
    lines = list[str]()
    while (more := text.readlines(PORTION)) or lines:
        lines += more
        passed = 0
        for start, end, record in _records(lines, header, not more):
            yield lines[start:end], record
            passed = end
        del lines[:passed]


def has_malformed_quote(path: Path, encoding: str, delimiter: str) -> bool:
    """True if a quote is malformed in a file of which each line is a record."""
    is_well_formed = well_formed_record(delimiter).fullmatch
    with open_text(path, encoding) as lines:
        return any('"' in line and not is_well_formed(line) for line in lines)


def _pass_on(lines: list[str], line: int, header: Header) -> Portion | None:
    """The lines as they are, if each is a record with nothing odd."""
    text = "".join(lines)
    are_plain = _are_quoted if '"' in text else _are_bare
    if NO_TEXT in text or not are_plain(lines, header.delimiter, len(header.names)):
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Portion(text, len(lines), range(line, line + len(lines)))


def _are_bare(lines: list[str], delimiter: str, cells: int) -> bool:
    """True if each of the lines, which have no quotes, is a record of so many cells with a value after the first."""
    return (
        set(map(str.count, lines, repeat(delimiter))) == {cells - 1}
        and max(map(len, lines)) <= csv.field_size_limit()
        and all(map(str.__contains__, map(str.rstrip, lines, repeat(BLANKS + delimiter)), repeat(delimiter)))
    )


def _are_quoted(lines: list[str], delimiter: str, cells: int) -> bool:
    """True if each of the lines is a record of so many cells and not blank, and no cell has a quote."""
    try:
        records = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    if len(records) != len(lines) or set(map(len, records)) != {cells}:
        return False
    joined = list(map("".join, records))
    return all(map(str.strip, joined)) and '"' not in "".join(joined) and not any(map(has_only_a_first_cell, records))


def _sort_out(lines: list[str], line: int, header: Header, is_last: bool) -> Portion:
    """Each record of the lines by itself; the last one is left if it may go on."""
    done, cells = Portion(), len(header.names)
    accepted, starts = [], []
    for start, end, record in _records(lines, header, is_last):
        done.lines = end
        joined = "".join(record or ())
        inner = _told_by_line(lines[start:end], header.delimiter) if end - start > 1 else ()
        may_be_mended = record is None or len(record) != cells or has_only_a_first_cell(record)
        mended = read_in_another_way(lines[start], record, header) if may_be_mended and end - start == 1 else None
        if mended:
            if mended.code != "quoted_row" or not header.is_quoted:
                done.repairs.append(Repair(line + start, mended.code, mended.detail, mended.cells))
            accepted.append(mended.cells)
            starts.append(line + start)
        elif record is None:
            done.rejects.append(_broken(line + start, lines[start], header.delimiter))
        elif NO_TEXT in joined:
            done.rejects.append(Reject(line + start, "unreadable_row", None, (*_bare(record), *inner)))
        elif not joined.strip(BLANKS):
            done.blank += 1
        elif len(record) != cells:
            counts = f"{len(record)} value{'s' * (len(record) > 1)}, but the header has {cells}"
            done.rejects.append(Reject(line + start, "wrong_cell_count", counts, (*_bare(record), *inner)))
        elif inner and (name := id_over_lines(record, header)):
            done.rejects.append(Reject(line + start, "line_break_in_id", name, (*_bare(record), *inner)))
        else:
            accepted.append(record)
            starts.append(line + start)
            if inner:
                school_id = dict(zip(header.names, record, strict=True)).get("school_id", "").strip(BLANKS)
                done.inner.append(Inner(line + start, column_over_lines(record, header), inner, school_id or None))
    done.text, done.starts = _as_csv(accepted, header.delimiter), starts
    return done


def _records(lines: list[str], header: Header, is_last: bool) -> Iterator[tuple[int, int, list[str] | None]]:
    """Each record with the ordinals of its first line and of the line after it; None for a line that is broken.

    After such a line, in which a quote is malformed or a cell is endless, reading goes on at the next.
    """
    is_well_formed = well_formed_record(header.delimiter).fullmatch
    start = 0
    while start < len(lines):
        first = start
        rest = map(lines.__getitem__, range(first, len(lines)))
        reader = csv.reader(rest, delimiter=header.delimiter, strict=True)
        try:
            for record in reader:
                end = first + reader.line_num
                is_broken = '"' in "".join(record) and not is_well_formed("".join(lines[start:end]))
                if is_broken or (end - start > 1 and joins_several_records(lines[start:end], header)):
                    break
                yield start, end, record
                start = end
            else:
                return
        except csv.Error:
            goes_on = first + reader.line_num == len(lines) and not is_last
            if goes_on and sum(map(len, lines[start:])) < LONGEST_RECORD:
                return
        yield start, start + 1, None
        start += 1


def _broken(line: int, text: str, delimiter: str) -> Reject:
    """The reject of a line in which no record ends, or none that is well-formed."""
    cells = _told([text], delimiter)
    if well_formed_record(delimiter).fullmatch(text):
        return Reject(line, "value_too_long", str(CELL_LIMIT), cells)
    return Reject(line, "stray_quote", None, cells)


def _told_by_line(lines: list[str], delimiter: str) -> tuple[str, ...]:
    return tuple(cell for line in lines for cell in _told([line], delimiter))


def _told(lines: list[str], delimiter: str) -> tuple[str, ...]:
    """What may be a cell in lines whose quotes cannot be relied on.

    A quote is taken for a border of cells too, so that an id beside one is found: `="T2"` may name T2.
    """
    readings = [reading for line in lines for reading in (line, line.replace('"', delimiter))]
    return tuple(dict.fromkeys(_bare([cell for text in readings for cell in text.split(delimiter)], BLANKS + '"')))


def _gaps(starts: Sequence[int], ordinal: int, gap: int) -> Iterator[tuple[int, int]]:
    """Where the gap between lines and ordinals of records changes; it never becomes smaller."""
    if starts and gap < starts[-1] - (ordinal + len(starts) - 1) - 2:
        for n, start in enumerate(starts, ordinal):
            if gap < start - n - 2:
                gap = start - n - 2
                yield n, gap


def _as_csv(records: Sequence[Sequence[str]], delimiter: str) -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(records)
    return out.getvalue()


def _bare(cells: Sequence[str], blanks: str = BLANKS) -> tuple[str, ...]:
    return tuple(cell.replace(NO_TEXT, "\ufffd").strip(blanks) for cell in cells)
