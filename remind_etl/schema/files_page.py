"""The page docs/files.md for districts: `python -m remind_etl.schema.files_page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import remind_etl
from remind_etl.schema import forms, tables, upload

PAGE: Final = Path(remind_etl.__file__).parent.parent / "docs" / "files.md"

_HEAD: Final = """\
# The files that a district sends

This page is for a district's technician. It has every column of the five files: if it is required, what it means, what
may stand in it, and an example.

- `schools.csv`, `teachers.csv` and `students.csv` are always required. Send both `classes.csv` and `enrollments.csv`,
  or neither.
- Each upload has **all** active records. A record that is missing is removed.
- Write the column names in the first row, in any order. Capitals, blanks, hyphens and underscores in them do not count.
- You may leave out an optional column, or leave its cells empty. A required column must be there, with a value in each
  row.
- In an optional cell, a word for no value, such as `NULL` or `N/A`, is read as blank.
- The program ignores other columns.
- Save as CSV UTF-8. Put double quotes around a value that has a comma, a quote or a line break.
- Ids are text. A spreadsheet program may remove leading zeros or shorten long numbers: format the columns as text
  first.

`remind-etl templates DIR --example` writes the files of the examples below. The students.csv in the folder
`with_parents` has the columns of guardians too. `remind-etl check DIR` checks your files before you upload.
[sftp.md](sftp.md) tells how to upload.
"""

_ROWS: Final = {
    "schools": "One row is a school.",
    "teachers": "One row is a teacher at a school. A teacher at two schools has two rows.",
    "students": (
        "One row is a student and one guardian. Two guardians are two rows. "
        "If a student has no guardian, leave the four guardian cells empty."
    ),
    "classes": "One row is a class, with the teacher who owns it.",
    "enrollments": "One row is a person in a class: a student, or a co-teacher.",
}


def render_files_page() -> str:
    """The page: each file with its columns and its example.

    Raises ValueError if a column has no accepted forms or no example.
    """
    for name in (column.name for file in upload.FILES for column in file.columns):
        if name not in forms.FORMS or name not in forms.EXAMPLES:
            raise ValueError(f"add {name} to FORMS and EXAMPLES in remind_etl/schema/forms.py")
    return "\n".join((_HEAD, *(line for file in upload.FILES for line in _file(file))))


def _file(file: upload.File) -> Iterator[str]:
    (raw,) = (table for table in tables.RAW if table.name == f"raw.{file.name}")
    meanings = {column.name: column.meaning for column in raw.columns}
    yield from (f"## {file.file_name}", "", _ROWS[file.name], "")
    yield from ("| column | value | meaning | accepted forms | example |", "|---|---|---|---|---|")
    for column in file.columns:
        value = "required" if column.required else "optional"
        accepted = forms.FORMS[column.name]
        if column.limit != upload.CELL_LIMIT:
            accepted += f" At most {column.limit} characters."
        if column.aliases:
            accepted += f" The column may also have the name {' or '.join(f'`{alias}`' for alias in column.aliases)}."
        cells = (f"`{column.name}`", value, meanings[column.name], accepted, f"`{forms.EXAMPLES[column.name]}`")
        yield f"| {' | '.join(cells)} |"
    header = ",".join(column.name for column in file.columns)
    yield from ("", "```", header, ",".join(forms.EXAMPLES[column.name] for column in file.columns), "```", "")


if __name__ == "__main__":
    PAGE.write_text(render_files_page(), encoding="utf-8")
