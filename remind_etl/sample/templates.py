"""The CSV templates that a district starts from: the header row of each file, and an example row on request."""

import csv
from collections.abc import Sequence
from pathlib import Path

from remind_etl.schema import forms, upload


def write_templates(folder: Path, with_example: bool = False) -> list[Path]:
    """Write a template of each file into `folder`, and `with_parents/students.csv`; give the paths.

    The example rows of the files agree: together they are a drop without a fault.
    """
    without_parents = [c for c in upload.STUDENTS.columns if c not in upload.GUARDIAN_COLUMNS]
    templates = {folder / file.file_name: file.columns for file in upload.FILES}
    templates[folder / upload.STUDENTS.file_name] = tuple(without_parents)
    templates[folder / "with_parents" / upload.STUDENTS.file_name] = upload.STUDENTS.columns
    for path, columns in templates.items():
        _write(path, columns, with_example)
    return list(templates)


def _write(path: Path, columns: Sequence[upload.Column], with_example: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(column.name for column in columns)
        if with_example:
            rows.writerow(forms.EXAMPLES[column.name] for column in columns)
