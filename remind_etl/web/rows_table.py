"""The table of the rows to fix on a page: what a person must look at stands first, and cells that differ are marked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from remind_etl.catalogue.problems import COMPARED
from remind_etl.files.spreadsheet import without_marks
from remind_etl.published.report.rows import BEFORE, header_of_rows
from remind_etl.schema import upload

NAMES_OF_CONTACT: Final = frozenset({"guardian_first_name", "guardian_last_name"})
CONTACT: Final = "guardian_email"
CONTACTS_OF: Final = {
    "guardian_without_contact": frozenset({"guardian_email", "guardian_phone"}),
    "student_without_contact": frozenset({"student_email", "student_phone", "guardian_email", "guardian_phone"}),
}
"""The columns of problems that are about several columns at once, one of which must be filled in."""
LINE, COLUMN, PROBLEM, REMEDY = map(BEFORE.index, ("line", "column", "problem", "remedy"))


@dataclass(frozen=True)
class Cell:
    """A cell as it was sent, below its heading."""

    heading: str
    text: str
    differs: bool
    """True if a row that belongs together with this one has something else in this column."""
    lacks_value: bool = False
    """True if it is empty, and stands in a column of the problem or in one that differs: so it is a cell to correct."""


@dataclass(frozen=True)
class ShownRow:
    """A row of the table."""

    cells: list[Cell]
    begins_set: bool
    """True for the first of rows that belong together; False where no rows are compared."""


@dataclass(frozen=True)
class _SentRows:
    """Rows of a file as they were sent, after the columns of the report."""

    file: upload.File
    code: str
    columns: list[str]
    """Our names of the columns; blank for those of the report, and for columns that we do not read."""
    rows: list[list[str]]
    compared: list[list[str]]
    """All rows with which these may belong together; none if no cell is marked."""

    def sets(self) -> list[list[list[str]]]:
        """The rows that belong together: they follow each other. Where none are compared, all rows are one set."""
        return [list(rows) for _, rows in groupby(self.rows, self._common)]

    def _common(self, row: Sequence[str]) -> str:
        """What rows have in common that belong together."""
        common = CONTACT if self.code == "contact_name_differs" else self.file.id_column
        if self.code not in COMPARED or common not in self.columns:
            return ""
        return row[self.columns.index(common)].strip().casefold()

    @cached_property
    def _compared_sets(self) -> Mapping[str, list[list[str]]]:
        """All rows by what those have in common that belong together, wherever they stand."""
        found: dict[str, list[list[str]]] = {}
        for row in self.compared if self.code in COMPARED else ():
            found.setdefault(self._common(row), []).append(row)
        return found

    def differing(self, of_set: Sequence[Sequence[str]]) -> set[str]:
        """The columns in which the rows differ that belong together with these, also with those on no page."""
        rows = self._compared_sets.get(self._common(of_set[0]), [])
        if self.code == "conflicting_rows":  # what is wrong names them
            return {word for row in rows for word in re.findall(r"\w+", row[PROBLEM])} & {*self.columns} - {""}
        values = zip(self.columns, zip(*rows, strict=True), strict=True) if rows else ()
        found = {name for name, of_rows in values if name and len({text.strip().casefold() for text in of_rows}) > 1}
        return found & NAMES_OF_CONTACT if self.code == "contact_name_differs" else found

    def order(self, first: set[str], is_said_above: bool) -> list[int]:
        """The places of the columns as the page shows them.

        Columns of the report that say the same of all rows are left out if the page says it above.
        """

        def rank(place: int) -> int:
            name = self.columns[place]
            if place < len(BEFORE):
                return 0 if place == LINE else 2
            if name in first:
                return 1
            return 3 if name == self.file.id_column else 4

        told = {place for place in range(len(BEFORE)) if len({row[place] for row in self.rows}) > 1}
        kept = told if is_said_above else {*told, PROBLEM, REMEDY}
        return sorted({LINE, *kept, *range(len(BEFORE), len(self.columns))}, key=lambda place: (rank(place), place))


def table_of_rows(
    file_name: str,
    code: str,
    group: Mapping[str, Any] | None,
    header: list[str],
    rows: list[list[str]],
    compared: Sequence[list[str]] = (),
) -> dict[str, Any]:
    """The `header` and the `rows` of the report with a problem, and whether some cells `differ`.

    Each row has a cell below each heading. The line comes first, then the columns that differ or have the problem.
    With a group of problems, the page says above what is wrong. `compared` are all rows of the problem, also those that
    the table does not show: cells are marked only by them.
    """
    width = max(len(header), *map(len, rows), *map(len, compared))
    named = header_of_rows(without_marks(header), width)
    file = upload.BY_FILE_NAME[file_name]
    read = [found.name if (found := file.column(name)) else "" for name in named[len(BEFORE) :]]

    def cells_of(some: Sequence[list[str]]) -> list[list[str]]:
        return [without_marks(row) + [""] * (width - len(row)) for row in some]

    sent = _SentRows(file, code, [*[""] * len(BEFORE), *read], cells_of(rows), cells_of(compared))
    sets = [(together, sent.differing(together)) for together in sent.sets()]
    of_group = str(group["column"] or "") if group else ""
    of_problem = {*CONTACTS_OF.get(code, ()), *of_group.split(", ")} - {""}
    order = sent.order(of_problem.union(*(differing for _, differing in sets)), is_said_above=group is not None)

    def cell(row: Sequence[str], place: int, differs: set[str]) -> Cell:
        of_row = of_problem or {*row[COLUMN].split(", ")} - {""}
        text, name, is_empty = row[place], sent.columns[place], not row[place].strip()
        return Cell(named[place], text, bool(text) and name in differs, is_empty and name in differs | of_row)

    shown = [
        ShownRow(
            [cell(row, place, differs) for place in order],
            begins_set=code in COMPARED and number == 0,
        )
        for together, differs in sets
        for number, row in enumerate(together)
    ]
    return {"header": [named[place] for place in order], "rows": shown, "differ": any(differs for _, differs in sets)}
