"""Rows that read cleanly in another way: without the quotes around the whole row, or with another delimiter.

A spreadsheet makes such a row of a line that is pasted into one cell. The other cells of its row are then blank.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from remind_etl.raw.header import DELIMITERS, Header
from remind_etl.raw.over_lines import delimiter_of_running_text
from remind_etl.raw.text import BLANKS, NO_TEXT

_QUOTED_CELL = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


class Mended(NamedTuple):
    """The cells of a row that was read in another way, and the code and detail of its alert."""

    cells: list[str]
    code: str
    detail: str | None


def read_in_another_way(line: str, record: Sequence[str] | None, header: Header) -> Mended | None:
    """The row of a line, if it reads cleanly in another way; `record` has its present cells, None if it is broken.

    A row reads cleanly if it has the cells of the header and all ids, and most of its delimiters are not of a text.
    With another delimiter than the file's, it may have that of the file only in quotes.
    """
    for text, is_quoted in _readings(line, record):
        others = [delimiter for delimiter in DELIMITERS if delimiter != header.delimiter]
        for delimiter in [header.delimiter, *others] if is_quoted else others:
            row = _row(text, delimiter, len(header.names))
            cells = _cells(row, delimiter)
            if _is_clean(row, cells, delimiter, header):
                if is_quoted:
                    return Mended(cells, "quoted_row", None)
                return Mended(cells, "delimiter_in_row", DELIMITERS[delimiter])
    return None


def has_only_a_first_cell(record: Sequence[str]) -> bool:
    """True if only the first cell of a record has a value, and that value has a delimiter within it."""
    return (
        bool(record)
        and any(delimiter in record[0].strip(BLANKS) for delimiter in DELIMITERS)
        and not "".join(record[1:]).strip(BLANKS)
    )


@cache
def well_formed_record(delimiter: str) -> re.Pattern[str]:
    """Matches a record in which each quote opens or closes a cell, or is doubled within one that is quoted."""
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+[\r\n]*+")


def _readings(line: str, record: Sequence[str] | None) -> Iterator[tuple[str, bool]]:
    """The texts that may be the row, and whether quotes around it were taken off."""
    bare = line.strip(BLANKS)
    if record and has_only_a_first_cell(record):
        yield record[0], bare.startswith('"')
    elif record is None or '"' in line:
        yield line, False
    if len(bare) > 1 and bare.startswith('"') and bare.endswith('"'):
        yield bare[1:-1], True


def _row(text: str, delimiter: str, count: int) -> str:
    """The text without the blanks around it; tabs at its ends delimit blank cells if it then has so many cells."""
    bare, with_tabs = text.strip(BLANKS), text.strip(BLANKS.replace(delimiter, ""))
    has_blank_cells = delimiter in bare and len(_cells(with_tabs, delimiter)) == count
    return with_tabs if has_blank_cells else bare


def _cells(text: str, delimiter: str) -> list[str]:
    """The cells of a text that is one well-formed record, else none."""
    if not well_formed_record(delimiter).fullmatch(text):
        return []
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _is_clean(text: str, cells: Sequence[str], delimiter: str, header: Header) -> bool:
    if len(cells) != len(header.names) or NO_TEXT in text or not all(cells[n].strip(BLANKS) for n in header.ids):
        return False
    bare = _QUOTED_CELL.sub("", text)
    is_plain = delimiter == header.delimiter or header.delimiter not in bare
    return is_plain and 2 * len(delimiter_of_running_text(delimiter).findall(bare)) <= bare.count(delimiter)
