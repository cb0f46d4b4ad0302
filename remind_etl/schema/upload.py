"""The files districts send ("CSV 1.0"), as data: names, columns, keys, limits.

The only place that knows a column's name. Raw tables, templates, suites and fixtures derive from it.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal
from unicodedata import category

CELL_LIMIT: Final = 1_000
"""Characters a cell may hold where its column sets no other limit."""


ColumnKind = Literal["id", "name", "email", "phone", "dob", "grade"]


@dataclass(frozen=True)
class Column:
    """A column: its name, what its values are, whether each row needs one, how many characters it may have."""

    name: str
    kind: ColumnKind
    required: bool = False
    limit: int = CELL_LIMIT
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """A file of a drop: its table's name, columns in template order, the id that each row is about."""

    name: str
    columns: tuple[Column, ...]
    record: str
    id_column: str
    rosters: bool = False
    """True for the files that roster classes: both are sent or neither, and they may have no rows."""

    @property
    def file_name(self) -> str:
        """The file's name in a drop, such as `students.csv`."""
        return f"{self.name}.csv"

    def column(self, header: str) -> Column | None:
        """The column a header names, case, blanks, hyphens and underscores counting for nothing."""
        return _columns_by_spelling(self).get(header_key(header))


def header_key(header: str) -> str:
    """What counts of a header name: its letters and digits, case aside; no blanks, nor signs that cannot be seen."""
    return "".join(c for c in header if c not in "\t\r\n_-" and category(c) not in ("Zs", "Cf")).casefold()


@cache
def _columns_by_spelling(file: File) -> dict[str, Column]:
    return {header_key(name): c for c in file.columns for name in (c.name, *c.aliases)}


def _required(kind: ColumnKind, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, required=True) for name in names)


GUARDIAN_COLUMNS: Final = (
    Column("guardian_first_name", "name"),
    Column("guardian_last_name", "name"),
    Column("guardian_email", "email"),
    Column("guardian_phone", "phone"),
)

SCHOOLS: Final = File(
    name="schools",
    record="school",
    id_column="school_id",
    columns=(*_required("id", "school_id"), Column("school_name", "name", required=True, limit=60)),
)
TEACHERS: Final = File(
    name="teachers",
    record="teacher",
    id_column="teacher_id",
    columns=(
        *_required("id", "school_id", "teacher_id"),
        *_required("name", "teacher_first_name", "teacher_last_name"),
        *_required("email", "teacher_email"),
        Column("teacher_mobile_phone", "phone"),
    ),
)
STUDENTS: Final = File(
    name="students",
    record="student",
    id_column="student_id",
    columns=(
        *_required("id", "school_id", "student_id"),
        *_required("name", "student_first_name", "student_last_name"),
        Column("dob", "dob"),
        Column("grade", "grade"),
        Column("student_email", "email"),
        Column("student_phone", "phone"),
        *GUARDIAN_COLUMNS,
    ),
)
CLASSES: Final = File(
    name="classes",
    record="class",
    id_column="class_id",
    rosters=True,
    columns=(
        *_required("id", "school_id", "class_id", "teacher_id"),
        Column("class_name", "name", required=True, limit=255),
    ),
)
ENROLLMENTS: Final = File(
    name="enrollments",
    record="enrollment",
    id_column="user_id",
    rosters=True,
    columns=(
        *_required("id", "school_id", "class_id"),
        Column("user_id", "id", required=True, aliases=("student_id",)),
    ),
)

FILES: Final = (SCHOOLS, TEACHERS, STUDENTS, CLASSES, ENROLLMENTS)
"""The files in the order in which they refer to one another."""

BY_NAME: Final = {file.name: file for file in FILES}
BY_FILE_NAME: Final = {file.file_name: file for file in FILES}
ACCOUNT_FILES: Final = tuple(file for file in FILES if not file.rosters)
ROSTER_FILES: Final = tuple(file for file in FILES if file.rosters)


COMPLETE: Final = "_COMPLETE"
"""A file that a district may upload last: empty, or a list of the files with their sizes and rows or SHA-256."""


def is_complete_mark(name: str) -> bool:
    """True if a file of this name says that the upload is whole."""
    return name.casefold() == COMPLETE.casefold()


def likely_file(name: str) -> File | None:
    """The one file that another name of a table speaks of, as `2026-student.xlsx` and `students.csv.gz` do."""
    is_of_table = re.fullmatch(r"[^.~].*\.(csv|txt|tsv|xlsx?)\s*(\.(gz|bz2|xz|zst|7z|rar))?\s*", name.casefold())
    words = set(re.findall("[a-z]+", name.casefold())) if is_of_table else set()
    spoken_of = [file for file in FILES if file.name in words] or [file for file in FILES if file.record in words]
    return spoken_of[0] if len(spoken_of) == 1 else None


def missing_files(sent: frozenset[str]) -> tuple[File, ...]:
    """The files that a drop with the tables `sent` lacks: rosters come both or not at all."""
    rosters = ROSTER_FILES if any(file.name in sent for file in ROSTER_FILES) else ()
    return tuple(file for file in (*ACCOUNT_FILES, *rosters) if file.name not in sent)
