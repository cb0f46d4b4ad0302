"""The commands as an operator uses them, in processes of their own: their output, and the status they exit with."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import asyncssh
import pyarrow.parquet as pq
import pytest

from remind_etl.published.store import Published
from remind_etl.schema.tables import PUBLISHED
from remind_etl_tests import processes
from remind_etl_tests.ids import OAK
from remind_etl_tests.worlds import DROPS

pytestmark = pytest.mark.server

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With a home of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REMIND_ETL_", "DAGSTER_"))}
    return {**kept, "REMIND_ETL_HOME": str(tmp_path / "home")}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run `remind-etl` with these arguments, forked from a process that has imported it."""
    return lambda *arguments: processes.command(arguments, environment)


@pytest.fixture
def script(environment: dict[str, str]) -> Run:
    """Run the script `remind-etl` with these arguments."""
    command = str(Path(sys.executable).with_name("remind-etl"))
    return lambda *arguments: subprocess.run(  # noqa: S603
        [command, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


def _drop(folder: Path, name: str) -> Path:
    """The files of a scenario in a folder of their own."""
    folder.mkdir()
    for path in (DROPS / name).glob("*.csv"):
        if path.name != "links.csv":
            shutil.copy(path, folder)
    return folder


def _platform_schools(path: Path) -> str:
    path.write_text("platform_school_id,name\nP-1,Lincoln Elementary School\nP-2,Harbor Midle School\n")
    return str(path)


def test_a_first_district_by_hand_whose_zip_is_a_drop_and_whose_tables_are_exported(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    login = _json(run("districts", "add", "oak", "--name", "Oak Unified", "--json"))
    assert login["url"] == "sftp://oak@127.0.0.1:2222/upload"
    assert len(login["password"]) >= 20
    assert login["password"] not in (tmp_path / "home" / "decisions.db").read_bytes().decode("latin-1")
    assert _json(run("districts", "list", "--json"))[0]["status"] == "waiting_for_files"

    run("schools", "import", "oak", _platform_schools(tmp_path / "schools.csv"))
    with zipfile.ZipFile(tmp_path / "drop.zip", "w") as archive:
        for path in _drop(tmp_path / "drop", "clean").iterdir():
            archive.write(path, f"export/{path.name}")
    waiting = run("sync", "oak", "--from", str(tmp_path / "drop.zip"), "--json")
    assert waiting.returncode == 0
    assert _json(waiting)["status"] == "waiting_for_schools"
    assert _json(waiting)["counts"]["accounts"] == 0
    assert _json(waiting)["waiting"] == {"schools": 3, "people": 9, "holds": []}

    links = {row["school_id"]: (row["link"], row["reason"]) for row in _json(run("schools", "list", "oak", "--json"))}
    assert links == {
        "01": ("proposed", "same name"),
        "02": ("proposed", 'similar name, with "Middle" for "Midle"'),
        "03": ("unknown", None),
    }
    run("schools", "link", "oak", "03", "P-2")
    partly = run("schools", "confirm", "oak", "--json")
    assert (partly.returncode, [link["school_id"] for link in _json(partly)]) == (1, ["01"])
    assert "School '02' is not confirmed. School '03' feeds 'P-2' already." in partly.stderr
    second = run("schools", "link", "oak", "03", "P-1")
    assert (second.returncode, "School '01' feeds 'P-1' already" in second.stderr) == (2, True)
    run("schools", "ignore", "oak", "03")
    assert _json(run("schools", "confirm", "oak", "--exact", "--json")) == []
    assert [link["school_id"] for link in _json(run("schools", "confirm", "oak", "--json"))] == ["02"]

    done = run("sync", "oak", "--json")
    no_server = "No newer upload was looked for, because no SFTP server is set up yet."
    assert _json(done)["why_this_drop"] == f"The drop in force was taken. {no_server}"
    assert done.returncode == 0
    answer = _json(done)
    assert {"district", "drop", "status", "counts", "problems", "plan"} <= answer.keys()
    assert (answer["status"], answer["counts"]["students"], answer["plan"]["create"] > 0) == ("synced", 4, True)
    assert _json(run("status", "oak", "--json"))["status"] == "synced"
    _is_exported_as_csv_json_and_parquet(run, tmp_path)
    _is_answered_without_large_libraries(environment, tmp_path)

    for table in PUBLISHED:
        header = run("export", "oak", table.name).stdout.splitlines()[0]
        assert set(header.split(",")) == {column.name for column in table.columns}, table.name


def _is_exported_as_csv_json_and_parquet(run: Run, tmp_path: Path) -> None:
    as_csv = list(csv.DictReader(run("export", "oak", "accounts").stdout.splitlines()))
    as_json = _json(run("export", "oak", "accounts", "--format", "json"))
    run("export", "oak", "accounts", "--format", "parquet", "--out", str(tmp_path / "accounts.parquet"))

    assert as_csv
    assert as_json == pq.read_table(tmp_path / "accounts.parquet").to_pylist()
    assert [row["account_id"] for row in as_csv] == [row["account_id"] for row in as_json]
    assert run("export", "oak", "accounts", "--format", "parquet").returncode == 2
    assert run("export", "oak", "changes").stdout.startswith("kind,id,action,state,reason,before,after")


LARGE: Final = {"dagster", "great_expectations", "pandas", "numpy"}
READING: Final = (
    *("problems oak", "problems oak --all", "plan oak", "holds oak"),
    *("explain oak 01", "schools list oak", "links list oak", "districts list", "messages list"),
    *(
        "districts logins",
        "rehearse oak --removal-share 0.2",
        "export oak accounts",
        "export oak changes --format json",
    ),
    *("export oak accounts --format parquet --out accounts.parquet", "check drop --format csv", "check drop --json"),
    *("check drop", "templates templates --example", "sample sample --students 2 --seed 1 --untidy 1"),
)
ASKING_DAGSTER: Final = ("status", "status oak", "history oak")
"""They tell of runs that failed or are under way, which only Dagster knows."""
ALL_READING: Final = f"""
import sys
from remind_etl.cli import WithoutPandas
from remind_etl.cli.commands import app
from typer.testing import CliRunner
sys.meta_path.insert(0, WithoutPandas())
for commands in ({READING!r}, {ASKING_DAGSTER!r}):
    for command in commands:
        done = CliRunner().invoke(app, command.split())
        if done.exit_code not in (0, 1):
            print(command, done.output)
    print(sorted({LARGE!r} & sys.modules.keys()))
"""


def _is_answered_without_large_libraries(environment: dict[str, str], folder: Path) -> None:
    """Commands that need no Dagster start at once, so they import no large library."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ALL_READING], env=environment, capture_output=True, text=True, check=True, cwd=folder
    )
    assert done.stdout == "[]\n['dagster']\n", done.stderr


def test_data_with_errors_exits_1_and_names_line_and_remedy(run: Run, tmp_path: Path) -> None:
    run("districts", "add", "oak", "--name", "Oak")

    done = run("sync", "oak", "--from", str(_drop(tmp_path / "drop", "plain_mistakes")))
    assert done.returncode == 1
    assert "remind-etl problems oak" in done.stderr

    shown = run("problems", "oak", "--json")
    assert shown.returncode == 1
    (problem,) = [p for p in _json(shown) if p["code"] == "unknown_teacher"]
    assert (problem["file"], problem["line"], problem["record_id"]) == ("classes.csv", 4, "C2")
    assert problem["fix"].startswith("Add the teacher to teachers.csv or correct the teacher_id of this row")

    groups = run("problems", "oak")
    assert groups.stdout.startswith("Nothing is delivered yet. A person must first connect 1 school (")
    assert "Fix: Add the teacher to teachers.csv or correct the teacher_id of this row" in groups.stdout
    (named,) = [line.split(": ", 1)[1] for line in groups.stderr.splitlines() if "report" in line]
    assert {"report.md", "problems.csv", "rows"} <= {path.name for path in Path(named).iterdir()}
    every = run("problems", "oak", "--all").stdout.splitlines()
    assert len(every) == len(_json(shown)) + 1


def test_a_record_is_explained_and_an_unknown_one_exits_2_with_ids_like_it(run: Run, tmp_path: Path) -> None:
    run("districts", "add", "oak", "--name", "Oak", "--link-policy", "exact")
    assert run("explain", "oak", "S1").returncode == 2
    run("schools", "import", "oak", _platform_schools(tmp_path / "schools.csv"))
    run("sync", "oak", "--from", str(_drop(tmp_path / "drop", "plain_mistakes")))

    told = run("explain", "oak", "C1/S4")
    assert (told.returncode, told.stdout.splitlines()[-1].split("\t")[:2]) == (0, ["place C1/S4", "provisioned"])
    facts = _json(run("explain", "oak", "S1", "--json"))["facts"]
    (unknown,) = [fact for fact in facts if fact["fact"] == "not_in_class_unknown_class"]
    assert (unknown["file"], unknown["line"], unknown["rule"]) == ("enrollments.csv", 4, "unknown_class")

    nowhere = run("explain", "oak", "s1", "--json")
    assert (nowhere.returncode, _json(nowhere)["error"]["exit_status"]) == (2, 2)
    assert "Did you mean student 'S1'?" in _json(nowhere)["error"]["message"]
    assert "Did you mean student 'S1'?" in nowhere.stderr


def test_a_blocked_drop_exits_1_and_says_what_blocks_it(script: Run, tmp_path: Path) -> None:
    script("districts", "add", "oak", "--name", "Oak")
    drop = _drop(tmp_path / "drop", "clean")
    (drop / "students.csv").unlink()

    done = script("sync", "oak", "--from", str(drop))

    assert done.returncode == 1
    assert "students.csv is missing." in done.stderr
    assert "Nothing was changed. Delivered records stay as they are." in done.stderr
    assert "Traceback" not in done.stderr
    status = _json(script("status", "oak", "--json"))
    assert (status["status"], status["says"]) == ("blocked", "Nothing was changed. Delivered records stay as they are.")


def test_a_delivery_is_undone_an_older_drop_is_looked_at_and_history_tells_it(run: Run, tmp_path: Path) -> None:
    run("districts", "add", "oak", "--name", "Oak", "--link-policy", "exact")
    run("schools", "import", "oak", _platform_schools(tmp_path / "schools.csv"))
    drop = _drop(tmp_path / "drop", "clean")
    students = (drop / "students.csv").read_text().splitlines(keepends=True)
    (drop / "students.csv").write_text("".join(line for line in students if ",S2," not in line))
    first = _json(run("sync", "oak", "--from", str(drop), "--json"))
    (drop / "students.csv").write_text("".join(line for line in students if ",S1," not in line))
    enrollments = (drop / "enrollments.csv").read_text().splitlines(keepends=True)
    (drop / "enrollments.csv").write_text("".join(line for line in enrollments if ",S1\n" not in line))
    (drop / "schools.csv").write_text((drop / "schools.csv").read_text().replace("Lincoln", "Washington"))
    second = _json(run("sync", "oak", "--from", str(drop), "--json"))

    published = Published(tmp_path / "home" / "published")
    run_at = published.manifest(OAK)
    assert "S1" in pq.read_table(published.file(OAK, "removed"))["student_id"].to_pylist()
    assert "Give --yes" in run("undo", "oak", "2").stderr
    done = _json(run("undo", "oak", "2", "--removals-only", "--yes", "--json"))
    assert (done["delivery"], done["changes"]["accounts"]["revive"] >= 1) == (3, True)
    exported = list(csv.DictReader(run("export", "oak", "accounts").stdout.splitlines()))
    assert "S1" in {account["student_id"] for account in exported}
    assert "S1" not in pq.read_table(published.file(OAK, "removed"))["student_id"].to_pylist()
    now = published.manifest(OAK)
    assert run_at
    assert now
    assert (now.published_at, now.counts["students"]) == (run_at.published_at, run_at.counts["students"] + 1)

    looked = _json(run("sync", "oak", "--drop", first["drop"], "--json"))
    assert "is older than" in looked["not_delivered"]
    assert looked["plan"].keys() >= {"create", "remove", "held"}

    told = _json(run("history", "oak", "--json"))
    assert [event["what"] for event in told if event["event"] == "delivery"] == [3, 2, 1]
    assert {event["what"] for event in told if event["event"] == "drop"} == {first["drop"], second["drop"]}
    (undone,) = [event for event in told if event["what"] == "delivery undone"]
    assert (undone["detail"]["delivery"], undone["detail"]["removals_only"], bool(undone["who"])) == (2, True, True)
    (linked,) = [event for event in told if event["what"] == "school confirmed by policy"]
    assert (linked["detail"]["platform_school_id"], linked["who"]) == ("P-1", "policy exact")
    assert told == sorted(told, key=lambda event: event["at"], reverse=True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sync", "nobody"), "There is no district 'nobody'."),
        (("districts", "add", "../oak", "--name", "X"), "cannot be a district's id"),
        (("districts", "add", "collector", "--name", "X"), "is a name that systems keep"),
        (("schools", "link", "elm", "01", "P-9"), "The platform has no school 'P-9'"),
        (("schools", "list", "elm"), "no run of it has ended so far"),
        (("export", "elm", "accounts"), "no run of it has ended so far"),
        (("sync", "elm", "--from", "no/such/folder"), "does not exist"),
        (("sync", "elm", "--force-older"), "--force-older needs --drop DROP"),
        (("sync", "elm", "--from", ""), "it is empty. Give a value, or leave the option out."),
        (("sync", "elm", "--drop", ""), "it is empty. Give a value, or leave the option out."),
        (("sync", "elm", "--drop", "x"), "elm has no landed drop 'x'"),
        (("undo", "elm", "7"), "elm has no delivery 7"),
        (("forget", "elm"), "Give --yes"),
        (("export", "elm", "passwords"), "is not a published table"),
        (("sample", "out", "--students", "0"), "--students"),
    ],
)
def test_wrong_use_exits_2_and_says_what_would_be_right(run: Run, arguments: tuple[str, ...], says: str) -> None:
    run("districts", "add", "elm", "--name", "Elm")

    done = run(*arguments)

    assert done.returncode == 2
    assert says in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""


@pytest.mark.parametrize("sent", ["no/such/folder", "empty", "photo.jpg", "broken.zip"])
def test_a_source_that_cannot_be_landed_is_refused_before_a_run_is_made(run: Run, tmp_path: Path, sent: str) -> None:
    run("districts", "add", "elm", "--name", "Elm")
    (tmp_path / "empty").mkdir()
    for name in ("photo.jpg", "broken.zip"):
        (tmp_path / name).write_bytes(b"x")

    done = run("sync", "elm", "--from", str(tmp_path / sent))

    assert done.returncode == 2
    assert not (tmp_path / "home" / "dagster" / "storage").exists()
    assert not list((tmp_path / "home" / "dagster").rglob("*.db"))


def test_a_district_without_a_drop_exits_3_if_the_server_cannot_be_asked(run: Run) -> None:
    run("districts", "add", "oak", "--name", "Oak")

    done = run("sync", "oak")

    assert (done.returncode, done.stdout) == (3, "")
    assert "/sftp/known_hosts with its host keys." in done.stderr


def test_our_own_failure_exits_3_and_a_database_that_does_not_answer_4(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    run("districts", "add", "oak", "--name", "Oak")
    drop, home = _drop(tmp_path / "drop", "clean"), tmp_path / "home"
    (home / "landed").mkdir()
    (home / "landed" / "oak").write_text("in the way")
    failed = run("sync", "oak", "--from", str(drop))
    (home / "landed" / "oak").unlink()
    (home / "platform.db").mkdir()
    closed = run("sync", "oak", "--from", str(drop))
    environment["REMIND_ETL_PLATFORM_URL"] = "postgresql+psycopg://tests@127.0.0.1:1/platform"
    unanswered = run("sync", "oak", "--from", str(drop))

    assert (failed.returncode, closed.returncode, unanswered.returncode) == (3, 3, 4)
    check = "Check REMIND_ETL_PLATFORM_URL, its login, its disk, and the rights of its files."
    assert f"The platform's database ({home}/platform.db) cannot be used. {check}" in closed.stderr
    assert "The platform's database (127.0.0.1:1/platform) did not answer." in unanswered.stderr
    assert "Traceback" not in failed.stderr + unanswered.stderr


def test_a_new_password_replaces_the_old_one(run: Run) -> None:
    first = _json(run("districts", "add", "oak", "--name", "Oak", "--json"))["password"]
    second = _json(run("districts", "password", "oak", "--json"))["password"]

    assert first != second


def test_a_public_key_is_added_listed_and_removed(run: Run, tmp_path: Path) -> None:
    run("districts", "add", "oak", "--name", "Oak")
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_public_key(tmp_path / "key.pub")

    [added] = _json(run("districts", "keys", "oak", "add", str(tmp_path / "key.pub"), "--json"))
    absent = run("districts", "keys", "oak", "add", str(tmp_path / "absent"))
    listed = _json(run("districts", "keys", "oak", "list", "--json"))
    removed = run("districts", "keys", "oak", "remove", added["fingerprint"])

    assert added["fingerprint"] == key.get_fingerprint()
    assert (absent.returncode, listed, removed.returncode) == (2, [added], 0)
    assert _json(run("districts", "keys", "oak", "list", "--json")) == []
    assert run("districts", "keys", "elm", "list").returncode == 2


def test_a_login_is_disabled_and_enabled_again(run: Run) -> None:
    run("districts", "add", "oak", "--name", "Oak")
    said = [run("districts", act, "oak").stderr.strip() for act in ("disable", "disable", "enable")]

    assert said == [
        "The login of oak is disabled.",
        "The login of oak is disabled already.",
        "The login of oak is enabled.",
    ]
    assert _json(run("districts", "logins", "oak", "--json")) == []


def test_a_broken_list_of_platform_schools_names_its_line(run: Run, tmp_path: Path) -> None:
    run("districts", "add", "oak", "--name", "Oak")
    (tmp_path / "schools.csv").write_text("platform_school_id,name\nP-1,Lincoln\nP-1,Again\n")

    done = run("schools", "import", "oak", str(tmp_path / "schools.csv"))

    assert done.returncode == 2
    assert "line 3" in done.stderr


def test_templates_and_samples_are_drops(run: Run, tmp_path: Path) -> None:
    run("templates", str(tmp_path / "templates"))
    rows = _json(run("sample", str(tmp_path / "sample"), "--students", "50", "--seed", "3", "--json"))["rows"]

    assert (tmp_path / "templates" / "students.csv").exists()
    assert set(rows) == {"schools", "teachers", "students", "classes", "enrollments"}
    run("districts", "add", "oak", "--name", "Oak")
    done = run("sync", "oak", "--from", str(tmp_path / "sample"), "--json")
    assert (done.returncode, _json(done)["problems"]["error"]) == (0, 0)
