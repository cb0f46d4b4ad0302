"""The records of a landed file as they were sent: all columns, in the file's order, nothing trimmed."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from remind_etl.contract import File
from remind_etl.raw import exact
from remind_etl.raw.header import read_header
from remind_etl.raw.read_csv import LONGEST_HEADER
from remind_etl.raw.survey import survey


def records(file: File, path: Path, lines: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
    """The accepted records that start on these physical lines, which ascend; line 1 is the header.

    A cell that is longer than any that could be meant leaves its record without cells.
    """
    encoding = survey(path).encoding
    with exact.open_text(path, encoding) as text:
        header = read_header(file, text.read(LONGEST_HEADER))
    with exact.open_text(path, encoding) as text:
        passed = 0
        for line in lines:
            deque(islice(text, line - 1 - passed), maxlen=0)
            reader = csv.reader(text, delimiter=header.delimiter if header else ",", strict=True)
            try:
                cells = next(reader, [])
            except csv.Error:
                cells = []
            yield line, cells
            passed = line - 1 + reader.line_num
