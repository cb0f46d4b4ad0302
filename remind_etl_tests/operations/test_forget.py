"""Retention by the scheduled job, and forgetting: of a student, or of a district, nothing is left in the home."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from remind_etl import settings
from remind_etl.cli.commands import app
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered import erase as delivered
from remind_etl.delivered.state_copy import StateCopies
from remind_etl.errors import TransientError, UnknownDistrict, UsageError
from remind_etl.operations import forget
from remind_etl.operations.forget import Forgetting
from remind_etl.orchestration import instance, retention
from remind_etl.orchestration.instance import district_lock, open_instance
from remind_etl.orchestration.run_here import run_sync
from remind_etl.published.store import Published
from remind_etl_tests.ids import ELM
from remind_etl_tests.worlds import DISTRICT, World, scenario

STUDENT = "S2-904417"
ONLY_THEIRS = (STUDENT, "Theo", "theo@students.example.org", "9/30/2013", "s2-904417", "Teddy", "004417")
"""What the files say of this student and of nobody else."""
REJECTED = b"02,s2-904417,Teddy,Park,,7,,,Min,Park,min.park@example.com,004417,\n"
"""A row of this student that is rejected, with the id in lower case."""


def _files() -> dict[str, bytes]:
    """The scenario `clean`, in which the id of one student occurs nowhere else."""
    files = scenario("clean")
    named = {name: re.sub(rb"\bS2\b", STUDENT.encode(), files[name]) for name in ("students.csv", "enrollments.csv")}
    return files | named | {"students.csv": named["students.csv"] + REJECTED}


def _there(home: Path, *words: str) -> set[str]:
    """Which of the words stand anywhere in the home, in the name or the bytes of a file that is not the district's."""
    paths = [path for path in home.rglob("*") if not path.is_relative_to(home / "drops")]
    texts = [path.name.encode() + (path.read_bytes() if path.is_file() else b"") for path in paths]
    return {word for word in words if any(word.encode() in text for text in texts)}


def _die(*_: object) -> None:
    raise InterruptedError


def _a_run_begins(*_: object) -> int:
    with open_instance() as dagster:
        tags = {"dagster/partition": DISTRICT}
        dg.job(name="sync")(lambda: None).execute_in_process(instance=dagster, tags=tags)
    return 0


def _columns_that_name(file: Path, text: str) -> set[tuple[str, str]]:
    """The columns of a SQLite file that hold the text, with their tables."""
    found = set()
    with closing(sqlite3.connect(file)) as db:
        db.row_factory = sqlite3.Row
        for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in db.execute(f'select * from "{table}"'):  # noqa: S608
                found |= {(table, column) for column in row.keys() if text in str(row[column])}  # noqa: SIM118
    return found


def test_nothing_is_left_of_a_forgotten_student_and_then_district_and_commands_say_why_they_show_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StateCopies, "few_records", 0)
    world.link("clean")
    sent = tmp_path / "drops" / "sent"
    sent.mkdir()
    for name, content in _files().items():
        (sent / name).write_bytes(content)
    run_sync(DISTRICT, {"folder": str(sent)}, lambda _: None)
    everybody = world.rows("accounts")
    assert settings.home().state.names(DISTRICT)
    (student,) = [account for account in everybody if account["student_id"] == STUDENT]
    assert _there(tmp_path, *ONLY_THEIRS) == set(ONLY_THEIRS)

    with pytest.raises(UsageError, match="oak has no student 'S0'"):
        Forgetting().student(DISTRICT, "S0")
    assert CliRunner().invoke(app, ["forget", DISTRICT, "--student", " ", "--yes"]).exit_code == 2
    assert CliRunner().invoke(app, ["forget", DISTRICT, "--student", "", "--yes"]).exit_code == 2
    assert world.rows("accounts") == everybody
    for owner, name in ((Published, "delete_results"), (delivered, "forget_student"), (Forgetting, "_compact")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, _die)
            with pytest.raises(InterruptedError):
                Forgetting().student(DISTRICT, STUDENT)

    done = Forgetting().student(DISTRICT, STUDENT)

    assert "next upload" in done.not_erased[0]
    assert "A row without this student id is not found" in done.not_erased[1]
    for command in (["problems", DISTRICT], ["holds", DISTRICT], ["plan", DISTRICT], ["export", DISTRICT, "accounts"]):
        said = CliRunner().invoke(app, command).stderr
        assert "are not here, as after a restore, or after a student was forgotten." in said, command
        assert f"`remind-etl sync {DISTRICT}` publishes them again." in said, command
    with pytest.raises(UsageError, match="oak has no student 'S2-904417'"):
        Forgetting().student(DISTRICT, STUDENT)
    assert _there(tmp_path, student["account_id"], *ONLY_THEIRS) == set()
    run_sync(DISTRICT, {}, lambda _: None)
    left = {account["account_id"] for account in world.rows("accounts")}
    assert left == {account["account_id"] for account in everybody} - {student["account_id"]}
    # What goes is that guardians are at the school where nobody is theirs any more.
    assert {row["kind"] for row in world.rows("changes") if row["action"] == "remove"} == {"school_members"}
    assert _there(tmp_path, student["account_id"], *ONLY_THEIRS) == set()

    ends: tuple[tuple[type, str, Callable[..., object]], ...] = (
        (Published, "delete_results", _die),
        (DecisionStore, "delete_district", _a_run_begins),
        (Forgetting, "_compact", _die),
    )
    for store, call, end in ends:
        with monkeypatch.context() as patch:
            patch.setattr(store, call, end)
            with pytest.raises((InterruptedError, TransientError)):
                Forgetting().district(DISTRICT)
    assert CliRunner().invoke(app, ["forget", DISTRICT, "--yes"]).exit_code == 0
    assert CliRunner().invoke(app, ["forget", DISTRICT, "--yes"]).exit_code == 2
    for command in (["problems", DISTRICT], ["sync", DISTRICT], ["districts", "logins", DISTRICT]):
        said = CliRunner().invoke(app, command).stderr
        assert "It was never added, or it was forgotten. `remind-etl districts list` lists" in said, command
    ours = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(tmp_path / "drops")]
    (index,) = [path for path in ours if DISTRICT.encode() in path.read_bytes()]
    of_checks = {("asset_check_executions", column) for column in ("partition", "evaluation_event")}
    assert _columns_that_name(index, DISTRICT) == of_checks

    # Three letters stand in random bytes by chance, such as those of a password's hash.
    people = {name for account in everybody if len(name := str(account["last_name"])) > 3}
    assert people
    assert _there(tmp_path, *people, "Oak Unified") == set()
    with open_instance() as dagster:
        assert instance.runs_of(dagster, DISTRICT) == []
        assert dagster.get_dynamic_partitions("district") == []
    with pytest.raises(UnknownDistrict):
        world.store.district(DISTRICT)


def test_the_index_of_assets_forgets_the_events_of_one_district_only() -> None:
    def event(asset: str, district: str) -> dg.AssetMaterialization:
        return dg.AssetMaterialization(asset, partition=district, metadata={"first changes": f"remove {STUDENT}"})

    changes, files = dg.AssetKey("changes"), dg.AssetKey("files")
    with dg.DagsterInstance.ephemeral() as dagster:
        for asset, district in (("changes", "elm"), ("changes", DISTRICT), ("files", DISTRICT), ("files", "elm")):
            dagster.report_runless_asset_event(event(asset, district))

        assert instance.forget_newest_events(dagster, DISTRICT) == 1

        newest = {key: dagster.get_latest_materialization_event(key) for key in (changes, files)}
        made = {key: found.asset_materialization for key, found in newest.items() if found}
        told = {key: (found.partition, dict(found.metadata)) for key, found in made.items() if found}
        assert told[changes] == (None, {})
        assert told[files][0] == "elm"


@pytest.mark.parametrize("name", ["platform.db", "decisions.db", "dagster/history/runs/index.db"])
def test_forgetting_says_to_repeat_it_while_a_process_reads_a_database_that_must_be_compacted(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    world.link("clean")
    assert world.deliver(scenario("clean")).success
    with open_instance():
        file = settings.home().root / name
    monkeypatch.setattr(forget, "COMPACT_SECONDS", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from sqlite_master").fetchall()
        busy = CliRunner().invoke(app, ["forget", DISTRICT, "--student", "S1", "--yes"])
    assert (busy.exit_code, f"{file.name} is in use" in busy.output, "Repeat" in busy.output) == (4, True, True)

    done = CliRunner().invoke(app, ["forget", DISTRICT, "--student", "S1", "--yes"])

    assert done.exit_code == 0
    assert [path.name for path in settings.home().root.rglob("*.db-wal") if path.stat().st_size] == []


def test_nothing_is_forgotten_while_a_run_of_the_district_is_under_way(world: World) -> None:
    with open_instance() as dagster, district_lock(dagster, DISTRICT), pytest.raises(TransientError):
        Forgetting().district(DISTRICT)

    assert world.store.district(DISTRICT)


def test_the_job_retention_deletes_what_is_old_and_counts_it(
    lasting_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = lasting_world
    for schools in (b"school_id\n1\n", b"school_id\n2\n"):
        world.deliver({**scenario("clean"), "schools.csv": schools})
    newest = world.manifest.drop_id
    (Path(settings.home().landed.place) / DISTRICT / ".gone-x").mkdir()
    monkeypatch.setenv("REMIND_ETL_KEEP_DAYS", "0")
    monkeypatch.setenv("REMIND_ETL_KEEP_RUNS_DAYS", "0")

    ended = world.code.resolve_job_def("retention").execute_in_process(instance=world.instance)

    (output,) = [event for event in ended.all_events if event.is_successful_output]
    counted = {name: value.value for name, value in output.event_specific_data.metadata.items()}  # type: ignore[union-attr]
    assert counted == {"drops": 1, "published_versions": 1, "reports": 1, "changes": 0, "sftp_events": 0, "runs": 1}
    assert len(instance.runs_of(world.instance, DISTRICT)) == 1
    folders = [path.name for path in (Path(settings.home().landed.place) / DISTRICT).iterdir() if path.is_dir()]
    assert sorted(folders) == [newest, "files"]
    assert world.rows("problems")


def test_runs_are_deleted_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PAGE", 2)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with dg.DagsterInstance.ephemeral() as dagster:
        for _ in range(7):
            dg.job(name="sync")(lambda: None).execute_in_process(instance=dagster, tags={"dagster/partition": "elm"})

        assert retention.prune_runs(dagster, tomorrow - timedelta(days=2), [ELM]) == 0
        assert retention.prune_runs(dagster, tomorrow, [ELM]) == 6
        assert len(dagster.get_runs()) == 1
