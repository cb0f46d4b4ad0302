"""What to correct in the files: groups of problems, worst first, and all problems as CSV."""

import csv
from collections.abc import Iterator
from io import StringIO

import pyarrow.parquet as pq
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from remind_etl.catalogue import problems as catalogue
from remind_etl.files.spreadsheet import as_text
from remind_etl.published.report.groups import lines
from remind_etl.web.visit import Visit, of_district

BATCH = 10_000
"""Rows of a download that are in memory at a time."""


def show_problems(visit: Visit) -> Response:
    """The groups with their remedies and first lines."""
    district, published = visit.district.district_id, visit.site.published
    manifest = published.manifest(district)
    groups = []
    if manifest and "problem_groups" in manifest.tables:
        groups = pq.read_table(published.file(district, "problem_groups")).to_pylist()
    shown = [{**group, "first_lines": lines(group)} for group in groups]
    return visit.page("problems.html", groups=shown, manifest=manifest)


def send_problems(visit: Visit) -> Response:
    """All problems as CSV; a cell that a spreadsheet program would run as a formula is marked as text."""
    district, published = visit.district.district_id, visit.site.published
    manifest = published.manifest(district)
    if manifest is None or "problems" not in manifest.tables:
        return visit.back("problems")
    headers = {"Content-Disposition": 'attachment; filename="problems.csv"'}
    rows = _rows(pq.ParquetFile(published.file(district, "problems")))
    return StreamingResponse(rows, media_type="text/csv", headers=headers)


def _rows(file: pq.ParquetFile) -> Iterator[str]:
    yield "\ufeff" + _line(catalogue.COLUMNS)  # or Excel reads accents wrongly
    for batch in file.iter_batches(BATCH, columns=list(catalogue.COLUMNS)):
        yield "".join(
            _line([None if cell is None else str(cell) for cell in row.values()]) for row in batch.to_pylist()
        )


def _line(cells: "list[str | None] | tuple[str, ...]") -> str:
    text = StringIO()
    csv.writer(text).writerow(as_text(cells))
    return text.getvalue()


ROUTES = (
    Route("/d/{district}/problems", of_district(show_problems), methods=["GET"]),
    Route("/d/{district}/problems.csv", of_district(send_problems), methods=["GET"]),
)
