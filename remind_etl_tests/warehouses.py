"""Warehouses for tests: a drop of given files, taken as far as `valid` by the real rules, a transaction a stage.

They are in memory, unless a file is named: what a file does differently is tested with the warehouse. DuckDB runs the
statements as they are written, as to plan one better takes longer than to run it on few rows; tests of the job let it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.landed.copy import Drop, LandingStore, file_source
from remind_etl.landed.start import start_warehouse
from remind_etl.mapped.link import link_schools
from remind_etl.raw import read_csv
from remind_etl.schema import upload
from remind_etl.valid.validate import validate_file
from remind_etl_tests.ids import SPRINGFIELD

DISTRICT: Final = SPRINGFIELD

SMALL: Final[dict[str, str]] = {
    "schools.csv": "school_id,school_name\nS1,North High\nS2,South High\n",
    "teachers.csv": (
        "school_id,teacher_id,teacher_first_name,teacher_last_name,teacher_email,teacher_mobile_phone\n"
        "S1,T1,Ann,Lee,ann@example.org,212 555 0142\n"
        "S2,T2,Bob,Ray,bob@example.org,\n"
    ),
    "students.csv": (
        "school_id,student_id,student_first_name,student_last_name,dob,grade,student_email,student_phone,"
        "guardian_first_name,guardian_last_name,guardian_email,guardian_phone\n"
        "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,\n"
        "S2,P2,Eve,Orr,,K,,,,,,\n"
    ),
    "classes.csv": "school_id,class_id,teacher_id,class_name\nS1,C1,T1,Algebra\nS2,C2,T2,Biology\n",
    "enrollments.csv": "school_id,class_id,user_id\nS1,C1,P1\nS2,C2,P2\n",
}
"""A drop in which nothing is wrong: two schools, each with a teacher, a student and a class."""


def rows(file: str, *lines: str) -> str:
    """The lines below the header of that file in SMALL, such as `students.csv`."""
    header = SMALL[file].split("\n", 1)[0]
    return "".join(f"{line}\n" for line in (header, *lines))


@contextmanager
def prepared(
    folder: Path,
    files: Mapping[str, str | bytes],
    region: str = "US",
    database: Path | str = ":memory:",
    landing: Path | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a district's warehouse in which landed, raw and valid are filled with `files`, by file name.

    `folder` is an empty one, such as tmp_path. A file for which nothing is given was not sent; `SMALL | {...}` is a
    whole drop with some files changed. With `landing`, where drops landed before, the files of the newest are that drop
    again. The suites judge nothing here: a file without rows is no blocker.
    """
    drop = landed(folder, files, landing)
    config: dict[str, str | int] = {"memory_limit": "500MB", "threads": 1, "temp_directory": str(folder / "tmp")}
    with duckdb.connect(str(database), config={**config}) as db:
        db.execute("pragma disable_optimizer")
        start_warehouse(db, drop)
        db.begin()
        for sent in drop.files:
            read_csv.read_file(db, upload.BY_NAME[sent.name], drop.open_file(sent.file_name), folder / "scratch")
        db.commit()
        db.begin()
        for file in upload.FILES:
            validate_file(db, file, region)
        db.commit()
        yield db


def link_all(db: duckdb.DuckDBPyConnection) -> None:
    """Fill mapped.schools: each school feeds a platform school that a person confirmed, `platform-S1` for `S1`."""
    schools = [school_id for (school_id,) in db.sql("select school_id from valid.schools").fetchall()]
    platform = {f"platform-{school_id}": school_id for school_id in schools}
    link_schools(db, platform, [(school_id, f"platform-{school_id}", "confirmed") for school_id in schools], "ask")


def landed(folder: Path, files: Mapping[str, str | bytes], landing: Path | None = None) -> Drop:
    """The drop of those files, landed below `folder`, or in `landing`."""
    sent = folder / "sent"
    sent.mkdir(parents=True)
    for name, content in files.items():
        (sent / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return LandingStore(landing or folder / "landed").land(DISTRICT, [file_source(sent / name) for name in files])[0]


def problems(db: duckdb.DuckDBPyConnection, *columns: str) -> list[tuple[Any, ...]]:
    """Those columns of valid.problems, by file, line, code and column; code, file and line where none is named."""
    shown = ", ".join(f'"{column}"' for column in columns or ("code", "file", "line"))
    return db.sql(f'select {shown} from valid.problems order by "file", line, code, "column"').fetchall()  # noqa: S608


def left_out(db: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str | None]]:
    """What valid.left_out holds: file, line, cell."""
    return db.sql('select "file", line, cell from valid.left_out order by all').fetchall()
