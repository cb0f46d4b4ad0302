"""What to correct in the files: groups of problems, worst first, and the rows to fix as CSV."""

import tempfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.dataset as ds
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.catalogue import problems as catalogue
from remind_etl.catalogue.shapes import shape_in_words
from remind_etl.operations.found_problems import FoundProblems, SinceBefore, mark_of_group
from remind_etl.published.report.groups import lines
from remind_etl.schema import upload
from remind_etl.web.csv_download import BATCH, send_csv
from remind_etl.web.downloads import few_at_a_time
from remind_etl.web.endpoints import of_district, of_results
from remind_etl.web.pages.progress import awaited_run
from remind_etl.web.rows_table import table_of_rows
from remind_etl.web.visit import NO_SCHOOL, Visit, place_of_reader

PIECE_BYTES: Final = 64 * 1024
"""Bytes of a download that are read at a time."""
SHOWN_ROWS: Final = 20
"""Rows of a group that its page shows."""
MOST_COMPARED: Final = 5_000
"""Rows that are compared to mark the cells that differ."""
WORST_SCHOOLS: Final = 50
"""Schools with problems that the form offers; a page has all."""
FILES: Final = [file.file_name for file in upload.FILES]


def show_problems(visit: Visit) -> Response:
    """The groups with their remedies and first lines, perhaps of one school or file, and what changed."""
    found, awaited = _problems_of(visit), awaited_run(visit)
    if found is None:
        return visit.page("problems.html", manifest=None, awaited=awaited, shows_run=awaited.says)
    school, file = _asked_school_and_file(visit)
    with place_of_reader():
        groups, schools, since = found.groups(school, file), found.by_school(), found.since_before()
    offered = _offered_schools(visit, schools)
    shown = [
        {
            **group,
            "first_lines": lines(group),
            "has_rows": found.has_rows(group),
            "mark": mark_of_group(group),
            "since": _since_of(since, group),
            "like": shape_in_words(group["shape"], group["rows"]) if group["shape"] else "",
        }
        for group in groups
    ]
    of_file = [change for (_, name), change in since.items() if file in (None, name)]
    return visit.page(
        "problems.html",
        manifest=found.manifest,
        groups=shown,
        files=FILES,
        file=file or "",
        school=visit.request.query_params.get("school", ""),
        schools=offered,
        more_schools=max(len(schools) - WORST_SCHOOLS, 0),
        since=SinceBefore(*(sum(getattr(x, part) for x in of_file) for part in ("new", "still", "fixed"))),
        has_before=bool(since) and school is None,
        shows_run=awaited.says,
    )


def show_schools_with_problems(visit: Visit) -> Response:
    """All schools with errors or alerts, worst first, or those like a name; a page of them."""
    found, word = _problems_of(visit), visit.request.query_params.get("q", "").strip()
    if found is None:
        return visit.back("problems")
    with place_of_reader():
        schools = found.by_school()
    like = [
        row for row in _with_names(visit, schools) if word.casefold() in f"{row['name']}\n{row['school_id']}".casefold()
    ]
    part, pages = visit.page_of(like)
    return visit.page("problem_schools.html", rows=part, word=word, found=len(like), **pages)


def _offered_schools(visit: Visit, schools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The worst schools, and the one that the address asks for."""
    chosen = [row for row in schools[WORST_SCHOOLS:] if row["school_id"] == visit.school]
    return _with_names(visit, schools[:WORST_SCHOOLS] + chosen)


def _with_names(visit: Visit, schools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The schools with their names and what stands for them in an address."""
    names = {row["school_id"]: row["school_name"] for row in visit.schools()}
    return [
        {**row, "name": names.get(row["school_id"]) or "", "mark": row["school_id"] or NO_SCHOOL} for row in schools
    ]


def show_rows(visit: Visit) -> Response:
    """The first rows of a group of problems, as they were sent, perhaps of one school."""
    (file, code), (found, group) = _asked_rows(visit), _asked_group(visit)
    rows = list(islice(found.rows_to_fix(file, code, visit.school, group), SHOWN_ROWS + 2)) if found else []
    if not found or not rows:
        return _back_without_rows(visit)
    is_all = len(rows) <= SHOWN_ROWS + 1
    compared = _compared_rows(found, file, code) if code in catalogue.COMPARED else []
    return visit.page(
        "problem_rows.html",
        file=file,
        code=code,
        group=group,
        mark=visit.request.query_params.get("group", ""),
        school=visit.request.query_params.get("school", ""),
        **table_of_rows(file, code, group, rows[0], rows[1 : SHOWN_ROWS + 1], compared),
        is_all=is_all,
    )


def _compared_rows(found: FoundProblems, file: str, code: str) -> list[list[str]]:
    """All rows with the problem, of all schools, which the shown ones may contradict or repeat.

    None if they are too many to read for a page: then it marks no cell.
    """
    rows = list(islice(found.rows_to_fix(file, code), 1, MOST_COMPARED + 2))
    return rows if len(rows) <= MOST_COMPARED else []


def send_rows(visit: Visit) -> Response:
    """Exactly the rows of a group of problems, as CSV, perhaps of one school."""
    (file, code), (found, group) = _asked_rows(visit), _asked_group(visit)
    rows = found.rows_to_fix(file, code, visit.school, group) if found else iter(())
    header = next(rows, None)
    if header is None:
        return _back_without_rows(visit)
    return send_csv(f"{file.removesuffix('.csv')}-{code}.csv", header, rows)


def _back_without_rows(visit: Visit) -> Response:
    """The page of problems after a link to rows that the newest files do not have, such as an old one."""
    manifest = visit.site.published.manifest(visit.district.district_id)
    return visit.back("problems", texts.ROWS_GONE.format(at=visit.at(manifest.arrived_at)) if manifest else "")


def send_problems(visit: Visit) -> Response:
    """The list of all problems as CSV, perhaps of one school or file."""
    found, (school, file) = _problems_of(visit), _asked_school_and_file(visit)
    if found is None or "problems" not in found.manifest.tables:
        return visit.back("problems")
    wanted = pc.scalar(True)
    if school is not None:
        wanted &= pc.coalesce(pc.field("school_id"), pc.scalar("")) == school
    if file is not None:
        wanted &= pc.field("file") == file
    table = ds.dataset(found.published.files(found.manifest)["problems"], format="parquet")
    batches = table.to_batches(columns=list(catalogue.COLUMNS), filter=wanted, batch_size=BATCH)
    rows = (row.values() for batch in batches for row in batch.to_pylist())
    return send_csv("problems.csv", catalogue.COLUMNS, rows)


def send_report(visit: Visit) -> Response:
    """All rows to fix, a file for each school and problem, and the report, as a zip."""
    found = _problems_of(visit)
    if found is None or not found.report:
        return visit.back("problems")
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(found.report.rglob("*")):
                archive.write(path, path.relative_to(found.report))
        packed.seek(0)
    except BaseException:
        packed.close()
        raise

    def sent() -> Iterator[bytes]:
        with packed:
            yield from iter(lambda: packed.read(PIECE_BYTES), b"")

    headers = {"Content-Disposition": 'attachment; filename="report.zip"'}
    return StreamingResponse(sent(), media_type="application/zip", headers=headers)


def _problems_of(visit: Visit) -> FoundProblems | None:
    manifest = visit.site.published.manifest(visit.district.district_id)
    return FoundProblems(visit.site.published, manifest) if manifest else None


def _asked_school_and_file(visit: Visit) -> tuple[str | None, str | None]:
    """The school and the file that the address asks for; a blank school is for problems that belong to none."""
    file = visit.request.query_params.get("file", "")
    return visit.school, (file if file in FILES else None)


def _asked_rows(visit: Visit) -> tuple[str, str]:
    return visit.request.query_params.get("file", ""), visit.request.query_params.get("code", "")


def _asked_group(visit: Visit) -> tuple[FoundProblems | None, dict[str, Any] | None]:
    """What was found, and the group that the address asks for; without one it asks for all rows of its code.

    Nothing is found if there is no such group, perhaps not any more.
    """
    found, mark = _problems_of(visit), visit.request.query_params.get("group", "")
    if found is None or not mark:
        return found, None
    with place_of_reader():
        group = found.group(*_asked_rows(visit), mark, visit.school)
    return (found, group) if group else (None, None)


def _since_of(since: dict[tuple[str, str], SinceBefore], group: dict[str, Any]) -> SinceBefore | None:
    return since.get((group["code"], group["file"]))


ROUTES = (
    Route("/d/{district}/problems", of_district(of_results(show_problems)), methods=["GET"]),
    Route("/d/{district}/problems/schools", of_district(of_results(show_schools_with_problems)), methods=["GET"]),
    Route("/d/{district}/problems/rows", of_district(of_results(show_rows)), methods=["GET"]),
    Route("/d/{district}/problems/rows.csv", of_district(of_results(few_at_a_time(send_rows))), methods=["GET"]),
    Route("/d/{district}/problems/report.zip", of_district(of_results(few_at_a_time(send_report))), methods=["GET"]),
    Route("/d/{district}/problems.csv", of_district(of_results(few_at_a_time(send_problems))), methods=["GET"]),
)
