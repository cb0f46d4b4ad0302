"""The CSV templates that a district starts from: the header row of each file."""

import csv
from collections.abc import Sequence
from pathlib import Path

from remind_etl.schema import upload


def write_templates(folder: Path) -> list[Path]:
    """Write a template of each file into `folder`, and `with_parents/students.csv`; give the paths."""
    without_parents = [c for c in upload.STUDENTS.columns if c not in upload.GUARDIAN_COLUMNS]
    templates = {folder / file.file_name: file.columns for file in upload.FILES}
    templates[folder / upload.STUDENTS.file_name] = tuple(without_parents)
    templates[folder / "with_parents" / upload.STUDENTS.file_name] = upload.STUDENTS.columns
    for path, columns in templates.items():
        _write_header(path, columns)
    return list(templates)


def _write_header(path: Path, columns: Sequence[upload.Column]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(column.name for column in columns)
