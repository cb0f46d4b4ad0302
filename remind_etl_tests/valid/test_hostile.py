"""The drops in `hostile/`: each gives the problems and counts of records that stand beside it, and no others."""

import csv
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from remind_etl import suites
from remind_etl.catalogue.problems import BY_CODE
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.schema import upload
from remind_etl.warehouse import findings, problem_lists
from remind_etl_tests.warehouses import SMALL, prepared, problems

pytestmark = pytest.mark.slow  # a whole drop is read and validated for each of 100 cases

HOSTILE: Final = Path(__file__).parent.parent / "hostile"
CASES: Final = sorted(path.name for path in HOSTILE.iterdir() if path.is_dir())
ABOUT: Final = {"expected.csv", "counts.csv", "not_sent.txt"}
"""What stands in a case's folder beside the files of its drop."""
COLUMNS: Final = ("code", "file", "line", "column", "record_id", "rows", "fix")


def drop(case: str) -> dict[str, str | bytes]:
    """The files of the drop, by the name they are sent under."""
    folder = HOSTILE / case
    given = {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in ABOUT}
    if any(name.endswith(".zip") for name in given):
        return {**given}
    note = folder / "not_sent.txt"
    replaced = {name.casefold() for name in given} | set(note.read_text().split() if note.exists() else ())
    return {name: text for name, text in SMALL.items() if name not in replaced} | given


def table(case: str, name: str) -> list[tuple[str, ...]]:
    """The rows of a table that stands beside the drop."""
    with (HOSTILE / case / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        return sorted(tuple(row) for row in list(csv.reader(text))[1:])


def told(problem: tuple[Any, ...]) -> tuple[str, ...]:
    """The cells of a problem, the last one the name of its remedy, blank where it is the code's own."""
    *cells, fix = ("" if cell is None else str(cell) for cell in problem)
    return (*cells, next((name for name, remedy in REMEDIES.items() if remedy == fix), ""))


def counts(db: duckdb.DuckDBPyConnection, sent: dict[str, str | bytes]) -> list[tuple[str, ...]]:
    """Records accepted, rejected and blank of each file that was read, but for those of SMALL."""
    read = db.sql('select "file", records, accepted, rejected, blank from raw.files order by "file"').fetchall()
    assert all(records == accepted + rejected + blank for _, records, accepted, rejected, blank in read)
    changed = [(file, *map(str, count)) for file, _, *count in read if sent.get(file) != SMALL[file]]
    assert {tuple(count) for file, _, *count in read if sent.get(file) == SMALL[file]} <= {(2, 0, 0)}
    return changed


def gates(db: duckdb.DuckDBPyConnection, files: list[str]) -> list[findings.Finding]:
    """What the suites of these files block the drop for."""
    return [
        gate
        for file in files
        for stage in ("raw", "valid")
        for gate in suites.gate_findings(suites.judge_counts(db, stage, Path(file).stem), file)
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_drop_gives_the_problems_and_counts_that_are_expected(case: str, tmp_path: Path) -> None:
    sent = drop(case)
    with prepared(tmp_path, sent) as db:
        assert counts(db, sent) == table(case, "counts")
        left_out = {
            (file, line) for file, line, _ in db.sql("from valid.left_out").project('"file", line, cell').fetchall()
        }
        taken = {
            (f.file_name, line)
            for f in upload.FILES
            for (line,) in db.table(f"valid.{f.name}").project("line").fetchall()
        }
        assert left_out & taken == set()
        blocking = gates(db, [file for file, *_ in table(case, "counts")])
        findings.record_findings(db, "gates", blocking)
        problem_lists.group_problems(db)
        assert sorted(map(told, problems(db, *COLUMNS))) == table(case, "expected")


def test_the_page_of_hostile_drops_has_a_line_for_each() -> None:
    page = (HOSTILE / "README.md").read_text(encoding="utf-8")
    assert [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")] == CASES, (
        "each folder of a hostile drop has one row in hostile/README.md, in alphabetical order"
    )
    assert len(CASES) >= 60


def test_each_code_that_files_rows_and_references_can_raise_is_shown_by_a_hostile_drop() -> None:
    shown = {code for case in CASES for code, *_ in table(case, "expected")}
    by_suites = {"empty_file"}
    by_times_of_the_server = {"old_file"}
    of_people = {
        *("teacher_without_email", "email_taken", "guardian_without_contact", "class_without_teacher"),
        *("teacher_under_two_ids", "class_teacher_gone"),
        *("class_id_reused", "placeholder_contact", "school_renamed", "named_not_listed"),
        *(
            "file_may_be_cut",
            "person_id_reused",
            "row_in_other_file",
            "id_respelled",
            "ids_respelled",
            "contact_not_added",
            "contact_used_elsewhere",
        ),
        *(
            "phone_taken",
            "student_email_taken",
            "guardian_email_taken",
            "contact_name_differs",
            "student_without_contact",
        ),
    }
    shown_elsewhere = by_suites | by_times_of_the_server | of_people
    assert set(BY_CODE) - shown == shown_elsewhere, "add a hostile drop for the code, as CONTRIBUTING.md shows"
