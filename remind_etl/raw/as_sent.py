"""The records of a landed file as they were sent: all columns, in the file's order, nothing trimmed."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from remind_etl.raw.header import LONGEST_HEADER, read_header
from remind_etl.raw.survey import survey
from remind_etl.raw.text import NO_TEXT, open_text
from remind_etl.schema.upload import File


def read_as_sent(file: File, path: Path, lines: Iterable[tuple[int, bool]]) -> Iterator[tuple[int, list[str]]]:
    """The records that start on these physical lines, which ascend; line 1 is the header.

    Where a line comes with True a quote is astray in it: its cells are what stands between delimiters, with all quotes.
    A cell that is longer than any that could be meant leaves its record without cells.
    """
    encoding = survey(path).encoding
    with open_text(path, encoding) as text:
        header = read_header(file, text.read(LONGEST_HEADER))
    delimiter = header.delimiter if header else ","
    with open_text(path, encoding) as text:
        passed = 0
        for line, has_stray_quote in lines:
            deque(islice(text, line - 1 - passed), maxlen=0)
            reader = csv.reader(
                text, delimiter=delimiter, strict=True, quoting=csv.QUOTE_NONE if has_stray_quote else csv.QUOTE_MINIMAL
            )
            try:
                cells = next(reader, [])
            except csv.Error:
                cells = []
            yield line, [cell.replace(NO_TEXT, "\ufffd") for cell in cells]
            passed = line - 1 + reader.line_num
