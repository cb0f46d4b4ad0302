"""`remind-etl check`: what is wrong with files that were not sent yet."""

import csv
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
from typer.testing import CliRunner, Result

from remind_etl.catalogue.problems import BY_CODE, COLUMNS
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.cli.commands import app
from remind_etl.errors import UsageError
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.operations.check_files import Rules, rehearse_files
from remind_etl.sample.generate import write_sample
from remind_etl.schema import upload
from remind_etl_tests.ids import OAK
from remind_etl_tests.warehouses import SMALL, rows

COMMAND = str(Path(sys.executable).with_name("remind-etl"))
SECRET = "Qqzzx"
FILES = {
    **SMALL,
    "teachers.csv": rows("teachers.csv", f"S1,T1,{SECRET},Lee,{SECRET},", "S2,T2,Bob,Ray,bob@example.org,"),
    "students.csv": rows("students.csv", f"S1,P1,Cy,Fox,{SECRET},,,,,,,", "S2,P2,Eve,Orr"),
}

Run = Callable[..., Result]


def is_blocker(problem: dict[str, Any]) -> bool:
    return bool(problem["severity"] == "blocker")


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REMIND_ETL_", "DAGSTER_"))}
    (folder / "tmp").mkdir(exist_ok=True)
    return {**kept, "REMIND_ETL_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}


def _write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `remind-etl` here, with a home and a folder for temporary files of its own."""
    environment = _environment(tmp_path)
    for name in ("REMIND_ETL_HOME", "TMPDIR"):
        monkeypatch.setenv(name, environment[name])
    monkeypatch.setattr("tempfile.tempdir", environment["TMPDIR"])
    return lambda *arguments: CliRunner().invoke(app, arguments)


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """The problems of a folder with these files."""

    def find(files: dict[str, str], rules: Rules | None = None) -> list[dict[str, Any]]:
        with rehearse_files(_write(tmp_path / "drop", files), rules or Rules(), lambda _: None) as done:
            return list(done.problems.to_arrow_table().to_pylist())

    return find


def test_with_json_it_answers_status_files_and_problems_with_all_their_columns(run: Run, tmp_path: Path) -> None:
    done = run("check", str(_write(tmp_path / "drop", FILES)), "--format", "json")

    answer = json.loads(done.stdout)
    assert list(answer) == ["status", "files", "problems"]
    assert (done.exit_code, answer["status"]) == (1, "errors")
    assert [file["file"] for file in answer["files"]] == [file.file_name for file in upload.FILES]
    assert answer["files"][2] == {"file": "students.csv", "records": 2, "accepted": 1, "rejected": 1, "blank": 0}
    assert {tuple(problem) for problem in answer["problems"]} == {COLUMNS}
    assert {"wrong_cell_count", "invalid_dob", "teacher_without_email", "class_without_teacher"} <= {
        problem["code"] for problem in answer["problems"]
    }
    assert not (tmp_path / "home").exists()


def test_with_json_a_file_that_cannot_be_read_has_no_counts(run: Run, tmp_path: Path) -> None:
    done = run("check", str(_write(tmp_path / "drop", {**FILES, "schools.csv": ""})), "--format", "json")

    counts = dict.fromkeys(("records", "accepted", "rejected", "blank"))
    assert json.loads(done.stdout)["files"][0] == {"file": "schools.csv", **counts}


def test_with_csv_it_answers_the_table_of_problems(run: Run, tmp_path: Path) -> None:
    done = run("check", str(_write(tmp_path / "drop", FILES)), "--format", "csv")

    listed = list(csv.DictReader(done.stdout.splitlines()))
    assert done.exit_code == 1
    assert tuple(listed[0]) == COLUMNS
    assert SECRET in {row["value"] for row in listed}
    assert [row["severity"] for row in listed] == sorted(
        (row["severity"] for row in listed), key=["blocker", "error", "alert", "notice"].index
    )


def test_people_read_the_verdict_first_then_groups_with_place_remedy_and_the_values_of_their_own_files(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    drop = _write(tmp_path / "drop", {**FILES, "Notes.txt": SECRET})

    done = run("check", str(drop))

    said = done.stdout.splitlines()
    assert said[0].startswith("These files would be accepted, except the records with ")
    assert said[2].startswith("ERROR  ")
    assert "  The row has 4 values, but the header has 12. (wrong_cell_count)" in said
    assert "  Line: 3" in said
    assert [line.split() for line in said if line.startswith("students.csv ")] == [
        ["students.csv", "2", "1", "1", "0", "1", "0"]
    ]
    assert f"teachers.csv, teacher_email  1 row (50 % of the file), such as '{SECRET}'" in done.stdout
    assert SECRET not in done.stderr
    assert "reading students.csv" in capfd.readouterr().err.splitlines()
    assert "\x1b" not in done.stdout + done.stderr
    assert "Ignored because of their names: Notes.txt." in done.stderr


def test_files_without_errors_exit_0_and_blocked_ones_1(run: Run, tmp_path: Path) -> None:
    fine = run("check", str(_write(tmp_path / "fine", SMALL)))
    blocked = run("check", str(_write(tmp_path / "blocked", {"schools.csv": SMALL["schools.csv"]})))

    assert (fine.exit_code, fine.stderr.count("Traceback")) == (0, 0)
    assert fine.stdout.startswith("These files would be accepted")
    assert blocked.exit_code == 1
    assert blocked.stdout.startswith("These files would be refused. Nothing would be changed")
    assert "teachers.csv is missing." in blocked.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no/such/folder",), "no/such/folder does not exist."),
        (("../list.csv",), "is neither a folder nor a zip. Name the folder of the files."),
        ((".",), "has none of schools.csv"),
        (("../zipped",), "It contains Roster.zip. Name the zip itself."),
        ((".", "--region", "XX"), "'XX' is not a region"),
        ((".", "--district", "../oak"), "cannot be a district's id"),
        ((".", "--format", "xml"), "--format"),
    ],
)
def test_wrong_use_exits_2_and_says_what_would_be_right(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "list.csv").touch()
    _write(tmp_path / "zipped", {"Roster.zip": ""})
    monkeypatch.chdir(_write(tmp_path / "empty", {}))

    done = run("check", *arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert says in " ".join(done.stderr.replace("│", " ").split())


def test_a_folder_without_the_files_is_told_with_what_it_holds(tmp_path: Path) -> None:
    drop = _write(tmp_path / "drop", {"students (1).csv": "", "Rosters.xlsx": ""})
    (drop / "May").mkdir()

    with (
        pytest.raises(UsageError, match=r"It contains Rosters.xlsx, students \(1\).csv, May/\."),
        rehearse_files(drop, Rules(), lambda _: None),
    ):
        pass


def test_a_folder_of_dated_files_is_told_with_the_names_that_they_need(tmp_path: Path) -> None:
    drop = _write(tmp_path / "drop", {"students_2026-11-20.csv": "", "2026-schools.csv": ""})
    with (
        pytest.raises(UsageError, match=r"Rename 2026-schools.csv to schools.csv, students_2026-11-20.csv to students"),
        rehearse_files(drop, Rules(), lambda _: None),
    ):
        pass


def test_what_a_database_client_writes_and_placeholders_have_remedies_of_their_own(
    found: Callable[..., list[dict[str, Any]]],
) -> None:
    files = {
        **SMALL,
        "classes.csv": SMALL["classes.csv"] + "(2 rows affected)\n",
        "students.csv": SMALL["students.csv"]
        + "Completion time: 2026-11-20\n"
        + "S1,P8,Al,Orr,,,,,Kim,Orr,,999-999-9999\nS1,P9,Bo,Orr,,,,,Lou,Orr,,1234567890\n",
        "enrollments.csv": SMALL["enrollments.csv"] + "----------,----------,----------\n",
    }

    told = {(problem["code"], problem["file"], problem["fix"]) for problem in found(files)}

    assert {
        ("wrong_cell_count", "classes.csv", REMEDIES["footers"]),
        ("wrong_cell_count", "students.csv", REMEDIES["footers"]),
        ("unknown_class", "enrollments.csv", REMEDIES["footers"]),
        ("invalid_phone", "students.csv", REMEDIES["made_up_phones"]),
    } <= told
    assert len([1 for code, *_, fix in told if (code, fix) == ("invalid_phone", REMEDIES["made_up_phones"])]) == 1


def test_rows_that_repeat_others_are_alerts_and_no_rows_that_are_lost(
    found: Callable[..., list[dict[str, Any]]],
) -> None:
    files = {name: text + text.splitlines(keepends=True)[1] for name, text in SMALL.items() if name[0] in "tse"}
    files |= {"schools.csv": SMALL["schools.csv"], "classes.csv": SMALL["classes.csv"]}

    told = {(p["code"], p["file"]) for p in found(files) if p["severity"] != "notice"}

    people = {("duplicate_row", name) for name in ("teachers.csv", "students.csv", "enrollments.csv")}
    assert told == people | {("student_without_contact", "students.csv")}


@pytest.mark.parametrize("written", ["json", "csv", "text"])
def test_a_file_in_two_spellings_and_one_under_another_name_are_blockers_in_each_format(
    run: Run, tmp_path: Path, written: str
) -> None:
    files = {**SMALL, "Students.CSV": SMALL["students.csv"], "teachers (1).csv": SMALL["teachers.csv"]}
    del files["teachers.csv"]

    done = run("check", str(_write(tmp_path / "drop", files)), "--format", written)

    assert done.exit_code == 1
    assert "students.csv cannot be read: it was uploaded twice." in " ".join(done.stdout.split())
    assert "teachers.csv is missing: teachers (1).csv may be this file." in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        duckdb.TransactionException('Failed to commit: Could not write file "x.wal": No space left on device'),
    ],
)
def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("remind_etl.files.storage.sync_to_disk", mock.Mock(side_effect=error))

    done = run("check", str(_write(tmp_path / "drop", FILES)))

    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1].startswith("The disk is full. Make room")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_files_that_may_not_be_read_are_wrong_use(tmp_path: Path) -> None:
    drop = _write(tmp_path / "drop", FILES)
    (drop / "students.csv").chmod(0)
    us = os.geteuid()
    if us == 0:  # whom no file refuses
        os.seteuid(65534)
    try:
        with pytest.raises(UsageError, match="This account may not read"):
            land_folder(LandingStore(tmp_path / "landed"), OAK, drop)
    finally:
        os.seteuid(us)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_no_copy_of_the_files_stays_where_it_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    drop = _write(tmp_path / "drop", FILES)
    for _ in range(20):  # on a busy machine, a check may end before the signal reaches it
        with subprocess.Popen(  # noqa: S603
            [COMMAND, "check", str(drop)],
            env=_environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # jobs in the background ignore it
        ) as running:
            while not list((tmp_path / "tmp").glob("*/landed/*/*/*")) and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(number)
            shown, said = running.communicate(timeout=120)
        if not shown:  # a check that ends by itself has shown its result
            break

    assert running.returncode not in (0, 1, 2)
    assert SECRET not in said
    assert "Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_copy_of_a_check_that_was_killed_is_deleted_by_the_next_one(tmp_path: Path) -> None:
    drop, environment = _write(tmp_path / "drop", FILES), _environment(tmp_path)
    left: list[Path] = []
    while not left:  # on a busy machine, a check may end before it is looked at
        with subprocess.Popen([COMMAND, "check", str(drop)], env=environment, stdout=subprocess.DEVNULL) as running:  # noqa: S603
            while not list((tmp_path / "tmp").glob("*/landed/*/*/*")) and running.poll() is None:
                time.sleep(0.01)
            running.kill()
        left = list((tmp_path / "tmp").iterdir())

    subprocess.run([COMMAND, "check", str(drop)], env=environment, stdout=subprocess.DEVNULL, check=False)  # noqa: S603

    assert list((tmp_path / "tmp").iterdir()) == []


def test_no_copy_of_the_files_stays_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    def fail(step: str) -> None:
        if step.startswith("looking"):
            raise OSError(step)

    with pytest.raises(OSError, match="looking"):  # noqa: SIM117
        with rehearse_files(_write(tmp_path / "drop", SMALL), Rules(), fail):
            pass
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_people_could_not_get_is_told_as_on_an_empty_platform(
    found: Callable[..., list[dict[str, Any]]],
) -> None:
    teachers = rows("teachers.csv", "S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,ann@example.org,")

    codes = {problem["code"]: problem["line"] for problem in found({**SMALL, "teachers.csv": teachers})}

    assert (codes["email_taken"], codes["class_without_teacher"]) == (3, 3)


def test_a_row_whose_person_would_get_no_account_does_not_count_as_used(tmp_path: Path) -> None:
    teachers = rows("teachers.csv", "S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,ann@example.org,")
    folder = _write(tmp_path / "taken", {**SMALL, "teachers.csv": teachers})
    with rehearse_files(folder, Rules(), lambda _: None) as done:
        files = {file["file"]: file for file in done.files}
        assert "email_taken" in {group["code"] for group in done.groups}
    assert (files["teachers.csv"]["accepted"], files["teachers.csv"]["used"]) == (2, 1)
    assert files["students.csv"]["accepted"] == files["students.csv"]["used"]


def test_a_blocked_drop_is_not_judged_for_what_would_come_of_it(
    found: Callable[..., list[dict[str, Any]]],
) -> None:
    files = {**SMALL, "teachers.csv": SMALL["teachers.csv"].replace("teacher_email", "mail", 1)}

    codes = {problem["code"] for problem in found(files)}

    assert "missing_column" in codes
    assert not {"empty_file", "class_without_teacher", "unknown_teacher"} & codes


def test_a_gate_of_too_many_unknown_ids_blocks_unless_the_district_allows_it(
    found: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    lines = ["S1,C1,P1", *(f"S1,X{number},P1" for number in range(30))]
    own = {"enrollments": {"unknown_classes_are_few": {"share": 0.99}}}
    files = {**SMALL, "enrollments.csv": rows("enrollments.csv", *lines)}

    assert "gate_failed" in {problem["code"] for problem in found(files)}
    (tmp_path / "drop").rename(tmp_path / "before")
    allowed = found(files, Rules(own=own))
    assert "gate_failed" not in {problem["code"] for problem in allowed}


def test_ids_that_a_spreadsheet_rounded_block_for_that_alone_with_its_remedy(
    found: Callable[..., list[dict[str, Any]]],
) -> None:
    students = [f"S1,1.23E+11,Cy{number},Fox,,,,,,,," for number in range(30)]

    blockers = [p for p in found({**SMALL, "students.csv": rows("students.csv", *students)}) if is_blocker(p)]

    assert [(p["file"], p["fix"]) for p in blockers] == [("students.csv", REMEDIES["rounded"])]
    assert "a spreadsheet rounded 30 of 30 values of student_id" in blockers[0]["message"]


def test_a_gate_has_the_remedy_of_most_of_the_problems_that_it_counts(
    found: Callable[..., list[dict[str, Any]]],
) -> None:
    schools = rows("schools.csv", "01,North High", "02,South High")
    lost = [f"1,T{number},Ann,Lee,ann{number}@example.org," for number in range(30)]
    teachers = rows("teachers.csv", *lost, "99,T99,Bob,Ray,bob@example.org,")

    told = found(
        {"schools.csv": schools, "teachers.csv": teachers, "students.csv": rows("students.csv", "01,P1,A,B,,,,,,,,")}
    )

    (gate,) = [p for p in told if is_blocker(p)]
    assert gate["fix"] == REMEDIES["lost_zeros"]
    (unknown,) = [p for p in told if p["record_id"] == "T99"]
    assert unknown["fix"] == BY_CODE["unknown_school"].fix


@pytest.mark.parametrize(
    ("rows_below", "code", "says"),
    [
        ("", "empty_file", "schools.csv has no rows."),
        (",\n\n", "empty_file", "schools.csv has no rows."),
        (
            "S1,North,High\n",
            "gate_failed",
            "schools.csv as a whole looks wrong: none of its 1 rows can be read.",
        ),
    ],
)
def test_a_file_is_not_called_empty_because_its_rows_were_rejected(
    found: Callable[..., list[dict[str, Any]]], rows_below: str, code: str, says: str
) -> None:
    told = found({**SMALL, "schools.csv": f"school_id,school_name\n{rows_below}"})

    assert [(p["code"], p["message"]) for p in told if is_blocker(p)] == [(code, says)]


def test_the_region_is_that_of_the_phones(found: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    files = {**SMALL, "teachers.csv": rows("teachers.csv", "S1,T1,Ann,Lee,ann@example.org,020 7946 0018")}

    assert "invalid_phone" in {problem["code"] for problem in found(files)}
    (tmp_path / "drop").rename(tmp_path / "before")
    assert "invalid_phone" not in {problem["code"] for problem in found(files, Rules(region="GB"))}


def test_a_known_districts_region_is_taken_and_an_unknown_ones_is_us(run: Run, tmp_path: Path) -> None:
    run("districts", "add", "oak", "--name", "Oak", "--region", "GB")
    files = {**SMALL, "teachers.csv": rows("teachers.csv", "S1,T1,Ann,Lee,ann@example.org,020 7946 0018")}
    drop = str(_write(tmp_path / "drop", files))

    assert "invalid_phone" not in run("check", drop, "--district", "oak").stdout
    assert "invalid_phone" in run("check", drop, "--district", "elm").stdout


def test_what_is_found_does_not_depend_on_how_statements_are_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(tmp_path / "drop", students=60, seed=4, untidy=0.3)
    found = []
    for few_bytes in (0, 10**9):
        monkeypatch.setattr("remind_etl.operations.check_files.FEW_BYTES", few_bytes)
        with rehearse_files(tmp_path / "drop", Rules(), lambda _: None) as done:
            values = [done.values(group) for group in done.groups]
            found.append((done.files, done.groups, values, sorted(map(str, done.problems.fetchall()))))

    assert found[0] == found[1]
    assert len(found[0][3]) > 20


def test_dagster_is_not_imported() -> None:
    script = """
import sys
import remind_etl.cli.commands, remind_etl.operations.check_files
sys.exit(any(name.split(".")[0] == "dagster" for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603
