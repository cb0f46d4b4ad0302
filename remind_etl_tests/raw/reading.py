"""Reads the bytes of one file into a warehouse in memory, and tells what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import duckdb

from remind_etl.raw import read_csv
from remind_etl.schema import upload
from remind_etl.warehouse import connection

Way = Literal["both", "fast", "fallback"]
"""The paths by which a file may be read; with `fast` alone, one that it cannot prove fails."""


@dataclass(frozen=True)
class Reading:
    """What became of a file."""

    counts: read_csv.Counts | None
    sent: list[tuple[str, ...]]
    """The accepted records as they were sent, in file order."""
    rows: list[tuple[Any, ...]]
    """The accepted records as they are handed on: the line, then the cells."""
    rejects: list[tuple[int, str]]
    """Line and code of each rejected record."""
    problems: list[tuple[Any, ...]]
    """Code, line, column, value and message of each problem."""

    @property
    def codes(self) -> list[str]:
        """The codes of the problems."""
        return [code for code, *_ in self.problems]

    @property
    def over_lines(self) -> list[int]:
        """The lines of records in which a column of ours goes over several lines."""
        return [line for code, line, *_ in self.problems if code == "line_break_in_value"]


class Reader:
    """A warehouse in memory, and files that are read into it."""

    def __init__(self, folder: Path) -> None:
        """Write what is read below `folder`."""
        self.folder = folder
        self.db = duckdb.connect()
        connection.empty_warehouse(self.db)

    def read(self, content: str | bytes, file: upload.File = upload.SCHOOLS) -> Reading:
        """Read the content as that file of a new drop."""
        connection.empty_warehouse(self.db)
        return self.also(content, file)

    def also(self, content: str | bytes, file: upload.File = upload.SCHOOLS, way: Way = "both") -> Reading:
        """Read the content as that file of the same drop, in a transaction of its own as the asset does."""
        if way == "both":
            return self._read(content, file)
        other = {"fast": "_read_with_fallback", "fallback": "_read_fast"}[way]
        with mock.patch.object(read_csv, other, return_value=None):
            return self._read(content, file)

    def _read(self, content: str | bytes, file: upload.File) -> Reading:
        path = self.folder / file.file_name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.db.begin()
        try:
            read_csv.clear_reading(self.db, file)
            counts = read_csv.read_file(self.db, file, path, self.folder / "scratch")
        except BaseException:
            self.db.rollback()
            raise
        self.db.commit()
        name, columns = {"name": file.file_name}, [column.name for column in file.columns]
        return Reading(
            counts,
            sent=[tuple(cell or "" for cell in row) for row in self.db.table(f"raw.{file.name}_sent").fetchall()],
            rows=self.db.table(f"raw.{file.name}").select("line", *columns).order("line").fetchall(),
            rejects=self.db.execute(
                'select line, code from raw.rejects where "file" = $name order by line', name
            ).fetchall(),
            problems=self.db.execute(
                """select code, line, "column", "value", message
                from valid.problems where "file" = $name order by all""",
                name,
            ).fetchall(),
        )
