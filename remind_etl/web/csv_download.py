"""CSV files to download, safe to open in a spreadsheet program."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Final

from starlette.responses import Response, StreamingResponse

from remind_etl.files.spreadsheet import mark_formulas

BATCH: Final = 10_000
"""Rows of a download that are in memory at a time."""


def send_csv(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """A CSV file. A cell that a spreadsheet program would run as a formula is marked as text."""

    def sent() -> Iterator[str]:
        yield "\ufeff" + _csv_line(header)  # or Excel reads accents wrongly
        waiting = iter(rows)
        while some := list(islice(waiting, BATCH)):
            yield "".join(map(_csv_line, some))

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(sent(), media_type="text/csv", headers=headers)


def _csv_line(cells: Iterable[object]) -> str:
    text = StringIO()
    csv.writer(text).writerow(mark_formulas(None if cell is None else str(cell) for cell in cells))
    return text.getvalue()
