"""The records of a landed file as they were sent: all columns, in the file's order, nothing trimmed.

A record that was read in another way than its file has the cells of that reading.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from remind_etl.raw.header import LONGEST_HEADER, Header, read_header
from remind_etl.raw.mended import has_only_a_first_cell, read_in_another_way, well_formed_record
from remind_etl.raw.survey import survey_file
from remind_etl.raw.text import NO_TEXT, open_text
from remind_etl.schema.upload import File


def read_as_sent(file: File, path: Path, lines: Iterable[tuple[int, bool]]) -> Iterator[tuple[int, list[str]]]:
    """The records that start on these physical lines, which ascend; line 1 is the header.

    True with a line means that a quote in it is malformed. Its cells are then the texts between delimiters, with all
    quotes. If a cell is longer than any real one, its record has no cells.
    """
    encoding = survey_file(path).encoding
    with open_text(path, encoding) as text:
        header = read_header(file, text.read(LONGEST_HEADER))
    delimiter = header.delimiter if header else ","
    with open_text(path, encoding) as text:
        passed = 0
        for line, has_stray_quote in lines:
            deque(islice(text, line - 1 - passed), maxlen=0)
            sent = list[str]()
            reader = csv.reader(
                _noting(text, sent),
                delimiter=delimiter,
                strict=True,
                quoting=csv.QUOTE_NONE if has_stray_quote else csv.QUOTE_MINIMAL,
            )
            try:
                cells = next(reader, [])
            except csv.Error:
                cells = []
            if header and len(sent) == 1 and not has_stray_quote:
                cells = _mended(sent[0], cells, header)
            yield line, [cell.replace(NO_TEXT, "\ufffd") for cell in cells]
            passed = line - 1 + reader.line_num


def _noting(lines: Iterable[str], sent: list[str]) -> Iterator[str]:
    """The lines, each added to `sent` when it is read."""
    for line in lines:
        sent.append(line)
        yield line


def _mended(line: str, cells: list[str], header: Header) -> list[str]:
    """The cells of a line, in another reading if it has one."""
    record = cells if cells and well_formed_record(header.delimiter).fullmatch(line) else None
    may_be_mended = record is None or len(record) != len(header.names) or has_only_a_first_cell(record)
    mended = read_in_another_way(line, record, header) if may_be_mended else None
    return mended.cells if mended else cells
