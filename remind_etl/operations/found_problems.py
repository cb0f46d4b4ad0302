"""The published problems of a district's newest upload: by school and file, the rows to fix, and what changed."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from remind_etl.catalogue.problems import CATALOGUE, COMPARED, Severity
from remind_etl.published.one_file import rows_of_file
from remind_etl.published.report.names import possible_names
from remind_etl.published.report.rows import BEFORE, FOLDER, WITHOUT_SCHOOL
from remind_etl.published.store import Manifest, Published
from remind_etl.schema import upload
from remind_etl.warehouse import sql
from remind_etl.warehouse.reading import published_tables_of

SHOWN_LINES: Final = 5
"""Lines of a group that are named."""

CODES: Final = frozenset(problem.code for problem in CATALOGUE)


@dataclass(frozen=True)
class SinceBefore:
    """Numbers of problems by code and file: new ones, those that are still there, and fixed ones."""

    new: int = 0
    still: int = 0
    fixed: int = 0


@dataclass(frozen=True)
class FoundProblems:
    """What is wrong with the upload that the manifest tells of."""

    published: Published
    manifest: Manifest

    def groups(self, school: str | None = None, file: str | None = None) -> list[dict[str, Any]]:
        """The groups of problems, worst first: of all, or of one school, which may be blank, or of one file."""
        if school is None and file is None and "problem_groups" in self.manifest.tables:
            return _of_any_shape(rows_of_file(self.published.files(self.manifest)["problem_groups"]))
        if school and school not in {row["school_id"] for row in self.by_school()} - {None}:
            return []  # a text of a stranger is neither asked for nor remembered
        return self._ask(0, {"school": school, "file": file})

    def by_school(self) -> list[dict[str, Any]]:
        """Numbers of blockers, errors and alerts by school, worst first."""
        return self._ask(1)

    def since_before(self) -> dict[tuple[str, str], SinceBefore]:
        """What changed since the upload before, by code and file; nothing is known before the second upload."""
        marks = self._file("problem_marks")
        if not marks or not self.manifest.tables.keys() >= {"uploads"}:
            return {}
        if pq.read_metadata(self._file("uploads")).num_rows < 2:
            return {}
        rows = self._ask(2, {"drop_id": self.manifest.drop_id})
        return {(row["code"], row["file"]): SinceBefore(row["new"], row["still"], row["fixed"]) for row in rows}

    def has_rows(self, group: Mapping[str, Any]) -> bool:
        """True if the rows of the group stand in the report."""
        is_to_fix = group["severity"] in ("error", "alert") and group["file"] in upload.BY_FILE_NAME
        return bool(is_to_fix and group["rows"] and self.report)

    def rows_to_fix(
        self, file: str, code: str, school: str | None = None, group: Mapping[str, Any] | None = None
    ) -> Iterator[list[str]]:
        """The header and the rows of a file with a problem, as they were sent; none if there are none.

        They are those of all schools, or of one; blank is for rows that belong to no school. With a group, they are
        those with its column and remedy. Rows that they contradict or repeat are among them.
        No cell of them is a formula to a spreadsheet program.
        """
        if file not in upload.BY_FILE_NAME or code not in CODES or not self.report:
            return
        name = f"{Path(file).stem}-{code}.csv"
        folders = possible_names(school) if school else (WITHOUT_SCHOOL,)
        of_schools = (self.report / FOLDER / folder / name for folder in folders)
        paths = _files_of_rows(self.report, name) if school is None else sorted(filter(Path.exists, of_schools))
        header, sent = None, set()
        for path in paths:
            with path.open(encoding="utf-8-sig", newline="") as text:
                records = csv.reader(text)
                of_file = next(records)
                for row in records:
                    if row[0] in sent or (group and not _has_problem_of(group, row)):
                        continue
                    if code in COMPARED:  # such a row is in the files of all schools in which others disagree with it
                        sent.add(row[0])
                    if header is None:
                        yield (header := of_file)
                    yield row

    def group(self, file: str, code: str, mark: str, school: str | None = None) -> dict[str, Any] | None:
        """The group of problems that this mark stands for; none if there is no such group."""
        of_file = (group for group in self.groups(school) if (group["file"], group["code"]) == (file, code))
        return next((group for group in of_file if mark_of_group(group) == mark), None)

    @cached_property
    def report(self) -> Path | None:
        """The folder of the report."""
        return self.published.report(self.manifest.district_id)

    def _file(self, table: str) -> Path | None:
        return self.published.files(self.manifest).get(table)

    def _ask(self, place: int, values: Mapping[str, str | None] | None = None) -> list[dict[str, Any]]:
        files = tuple((table, self._file(table)) for table in ("problems", "problem_marks"))
        return _answered(place, tuple((values or {}).items()), files)


@lru_cache(maxsize=32)
def _files_of_rows(report: Path, name: str) -> tuple[Path, ...]:
    """The files of this name of all schools, of which a large district has thousands.

    The report of a publication never changes.
    """
    return tuple(sorted(report.glob(f"{FOLDER}/*/{name}")))


def _of_any_shape(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups, those as one that differ by the shape of the value alone: they have the same rows to fix.

    A group has a shape only if all its values have it.
    """
    of_key: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for group in groups:
        of_key.setdefault(tuple(group[name] for name in ("severity", "code", "file", "column", "fix")), []).append(
            group
        )
    merged = [_merged(alike) if len(alike) > 1 else alike[0] for alike in of_key.values()]
    severities = [str(severity) for severity in Severity]

    def place(group: dict[str, Any]) -> tuple[int, bool, int]:
        rows = group["rows"] or 0
        return severities.index(group["severity"]), rows > 0, -rows

    return sorted(merged, key=place)  # otherwise they stay in the order of before


def _merged(alike: list[dict[str, Any]]) -> dict[str, Any]:
    lines = sorted({line for group in alike for line in group["lines"] or () if line is not None})[:SHOWN_LINES]
    counts = {name: sum(group[name] or 0 for group in alike) for name in ("problems", "rows")}
    return {**alike[0], **counts, "shape": None, "lines": lines}


def mark_of_group(group: Mapping[str, Any]) -> str:
    """Stands in an address for the column and remedy of a group: groups of one file and code differ by these."""
    return hashlib.sha256(f"{group['column']}\n{group['fix']}".encode()).hexdigest()[:12]


def _has_problem_of(group: Mapping[str, Any], row: list[str]) -> bool:
    """True if a row of the report has the column and the remedy of the group among its own."""
    found = dict(zip(BEFORE, row, strict=False))
    return group["column"] in (None, *found["column"].split(", ")) and group["fix"] in found["remedy"]


@lru_cache(maxsize=256)
def _answered(
    place: int, values: tuple[tuple[str, str | None], ...], files: tuple[tuple[str, Path | None], ...]
) -> list[dict[str, Any]]:
    """The rows of a query, which nobody changes. A published file never changes, so its answers last."""
    with published_tables_of(dict(files)) as db:
        query = sql.statements("operations", "found_problems")[place]
        rows: list[dict[str, Any]] = db.sql(query, params=dict(values)).to_arrow_table().to_pylist()
        return rows
