"""The header row: which of our columns each cell of a row is for."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Final

from remind_etl.raw.header_guesses import likely_headers
from remind_etl.raw.text import NO_TEXT
from remind_etl.schema.upload import Column, File
from remind_etl.warehouse.findings import Finding

LONGEST_HEADER: Final = 1 << 16
"""Characters at the beginning of a file in which its header must end."""

MOST_COLUMNS: Final = 1_000
"""Columns that a file may have; each one that is none of ours costs memory too."""

MOST_ABOVE: Final = 20
"""Rows among which a header is looked for that is not the first."""

_WORKBOOKS: Final = ("PK\x03\x04", "ÐÏ\x11à")
"""How .xlsx (or any zip) and .xls files begin."""

DELIMITERS: Final = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "vertical bars"}


@dataclass(frozen=True)
class Header:
    """The delimiter; for each cell the name of our column, or `extra N`; and what is wrong or untidy."""

    delimiter: str
    names: tuple[str, ...]
    findings: tuple[Finding, ...]
    is_quoted: bool = False
    """True if the whole first row stands in one pair of quotes. Then other rows may do so too."""

    @property
    def is_usable(self) -> bool:
        """True if each required column is there, and none twice."""
        return not any(finding.code in ("missing_column", "duplicate_column") for finding in self.findings)

    @property
    def ids(self) -> tuple[int, ...]:
        """The places of the columns that hold ids."""
        return tuple(place for place, name in enumerate(self.names) if name.endswith("_id"))

    @property
    def last_column(self) -> str | None:
        """The column of the last cell of a row, None if it is not ours."""
        return None if self.names[-1].startswith("extra") else self.names[-1]


def read_header(file: File, text: str) -> Header | None:
    """The header with which the text begins, or None if its first row names none of the file's columns or too many.

    The text is the file's first LONGEST_HEADER characters. The delimiter is the one that makes most of the cells ours.
    """
    readings = {delimiter: _first_row(text, delimiter) for delimiter in DELIMITERS}
    delimiter = max(readings, key=lambda d: sum(file.column(cell) is not None for cell in readings[d]))
    columns = [file.column(cell) for cell in readings[delimiter]]
    if not any(columns) and len(readings[","]) == 1 and readings[","][0] in text[1 : len(readings[","][0]) + 1]:
        return _quoted_header(file, readings[","][0])
    if not any(columns) or len(columns) > MOST_COLUMNS:
        return None
    names = tuple(column.name if column else f"extra {n}" for n, column in enumerate(columns))
    return Header(delimiter, names, tuple(_findings(file, delimiter, readings[delimiter])))


def _quoted_header(file: File, text: str) -> Header | None:
    """The header in a first row that stands in one pair of quotes as a whole."""
    header = read_header(file, text)
    if header is None:
        return None
    notice = Finding("quoted_header", file.file_name)
    return replace(header, findings=(*header.findings, notice), is_quoted=True)


def why_unreadable(file: File, text: str) -> tuple[str, str | None]:
    """Why there is no header in a text that begins without one, and the name of the remedy if there is a better one."""
    if not text.strip():
        return "it is empty", "nothing"
    if text.startswith(_WORKBOOKS):
        return "it is a workbook or an archive, not a text file", "workbook"
    if NO_TEXT in text:
        is_utf_16 = read_header(file, text.replace(NO_TEXT, ""))
        return "it is UTF-16 without a byte order mark" if is_utf_16 else "it is not a text file", None
    if text.lstrip().startswith("<"):
        return "it is a web page", "web_page"
    if too_wide := _too_wide(text):
        return too_wide, "too_wide"
    first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MOST_ABOVE]
    if read_header(file, re.sub("[“”„‘’]", "", first)):
        return "its column names are in curly quotes", "curly_quotes"
    if read_header(file, first.replace('"', "")):
        return "a double quote in its first row is not closed or is inside a name", "quote_in_header"
    for row, line in enumerate(others, start=2):
        if (header := read_header(file, line)) and sum(not name.startswith("extra") for name in header.names) > 1:
            return f"its first row does not have the column names, but row {row} does", "rows_above_header"
    return f"its first row does not have the column names{_likely(file, text)}", "no_header"


def _likely(file: File, text: str) -> str:
    """Which cells of the first row may be meant for required columns; nothing unless for two at least."""
    required = [column for column in file.columns if column.required]
    likely = max((likely_headers(file, required, _first_row(text, delimiter)) for delimiter in DELIMITERS), key=len)
    told = [f"{sent} may be {column}" for column, sent in likely.items()]
    return f": {', '.join(told)}" if len(told) > 1 else ""


def _too_wide(text: str) -> str | None:
    if len(text) == LONGEST_HEADER and not re.search(r"[\r\n]", text):
        return f"its first row is longer than {LONGEST_HEADER:,} characters"
    if any(len(_first_row(text, delimiter)) > MOST_COLUMNS for delimiter in DELIMITERS):
        return f"it has more than {MOST_COLUMNS:,} columns"
    return None


def _first_row(text: str, delimiter: str) -> list[str]:
    """The cells of the first row; none if it is no CSV, or does not end in the text."""
    lines = StringIO(text, newline="")
    try:
        row = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row] if lines.tell() < LONGEST_HEADER else []


def _findings(file: File, delimiter: str, cells: list[str]) -> Iterator[Finding]:
    columns = [file.column(cell) for cell in cells]
    known = [column.name for column in columns if column]
    missing = [column for column in file.columns if column.name not in known]
    unknown = [sent for sent, ours in zip(cells, columns, strict=True) if sent and not ours]
    likely = likely_headers(file, missing, unknown)
    yield from _missing(file, missing, likely)
    for column in file.columns:
        if known.count(column.name) > 1:
            yield Finding("duplicate_column", file.file_name, 1, column.name)
    for sent, ours in zip(cells, columns, strict=True):
        if ours is None and sent and sent not in likely.values():
            yield Finding("extra_column", file.file_name, 1, sent)
        elif ours and sent not in (ours.name, *ours.aliases):
            yield Finding("header_spelling", file.file_name, 1, ours.name, sent)
    if nameless := cells.count(""):
        yield Finding("extra_column", file.file_name, 1, detail=f" ({nameless} without a name)")
    if delimiter != ",":
        yield Finding("delimiter", file.file_name, detail=DELIMITERS[delimiter])


def _missing(file: File, missing: Sequence[Column], likely: Mapping[str, str]) -> Iterator[Finding]:
    """The columns that are missing; of the optional ones those for which another header may be meant."""
    for column in missing:
        detail = f": {likely[column.name]} may be this column" if column.name in likely else None
        if column.required:
            yield Finding("missing_column", file.file_name, 1, column.name, detail=detail)
        elif detail:
            yield Finding("misnamed_column", file.file_name, 1, column.name, detail=detail)
