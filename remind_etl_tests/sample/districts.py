"""Sample districts as rows."""

import csv
from pathlib import Path
from typing import Final

from remind_etl.schema import upload

Row = dict[str, str]
Sample = dict[str, list[Row]]

STUDENTS: Final = 3_000
SEED: Final = 11
UNTIDY: Final = 0.05


def read(folder: Path) -> Sample:
    """The rows of the five files; the cells beyond the header are under `beyond`."""
    return {file.name: _read_file(folder / file.file_name) for file in upload.FILES}


def _read_file(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, restkey="beyond", strict=True))
