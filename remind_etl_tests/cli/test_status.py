"""`status`: true, with times, readable on a narrow terminal, and limited to what one looks for."""

import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from rich.console import Console
from rich.text import Text

from remind_etl import settings
from remind_etl.cli import say, status
from remind_etl.decided.store import DecisionStore, SchoolLink
from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import FailedLanding, LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.operations.history import RESULTS_LOST, RUN_FAILED
from remind_etl.operations.standings import why_not_taken
from remind_etl.orchestration import health, nightly
from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.outcome import Acts, Outcome, tag_run
from remind_etl.published.store import VERSION, Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.cli.conftest import Call
from remind_etl_tests.delivered.plans import account, plan_of
from remind_etl_tests.ids import ELM, OAK


@pytest.fixture
def districts(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the districts oak and elm."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    store = DecisionStore(settings.home().decisions_url)
    for district in (OAK, ELM):
        store.add_district(district, district)
    return home


def _publish(district: DistrictId = OAK, ago: timedelta = timedelta(hours=1), **facts: Any) -> None:
    at = (datetime.now(UTC) - ago).isoformat()
    register = DecisionStore(settings.home().decisions_url)
    Published(settings.home().published, register=register).publish(
        Manifest(district, "d1", at, published_at=at, **facts), {}
    )


def _json(call: Call, *arguments: str) -> Any:
    return json.loads(call("status", *arguments, "--json").stdout)


def test_a_status_has_the_times_of_upload_delivery_and_run(call: Call, districts: Path) -> None:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    Published(settings.home().published).publish(Manifest(OAK, "d1", at, published_at=at, delivered_at=at), {})
    told = _json(call, OAK)
    assert (told["arrived_at"], told["delivered_at"], told["last_run_at"]) == (at, at, at)
    assert {_json(call, ELM)[name] for name in status.MOMENTS} == {None}

    lines = [line.split("\t") for line in call("status").stdout.splitlines()]
    assert (lines[0][-3:], lines[2][-3:]) == (["arrived", "delivered", "last_run"], [at, at, at])


def test_while_all_schools_wait_nothing_is_said_to_be_delivered(call: Call, districts: Path) -> None:
    at = datetime.now(UTC).isoformat()
    _publish(waiting_schools=3, waiting_people=214, counts={"accounts": 0}, delivered_at=at)
    says = "Nothing is delivered yet. A person must first connect 3 schools (214 people)."
    assert (_json(call, OAK)["status"], _json(call, OAK)["says"]) == ("waiting_for_schools", says)
    assert _json(call, OAK)["delivered_at"] is None

    _publish(waiting_schools=3, waiting_people=214, counts={"accounts": 7}, delivered_at=at)
    assert _json(call, OAK)["delivered_at"] == at
    assert _json(call, OAK)["says"].startswith("Delivered, but a person must first connect 3 schools")


def test_a_status_says_what_was_decided_since_the_last_run(call: Call, districts: Path) -> None:
    store = DecisionStore(settings.home().decisions_url)
    _publish(waiting_schools=2, waiting_people=214, counts={"accounts": 7})
    store.import_schools(OAK, {"P1": "North High", "P2": "South High"})
    store.link_schools(OAK, [SchoolLink("S1", "P1", "confirmed")])
    waits = "Delivered, but a person must first connect 2 schools (214 people)."
    since = "A person decided about {} since the last run. The next run takes this up."
    assert _json(call, OAK)["says"] == f"{waits} {since.format('1 school')}"
    store.link_schools(OAK, [SchoolLink("S2", None, "ignored")])
    assert _json(call, OAK)["says"] == since.format("2 schools")
    _publish(ago=timedelta(minutes=-1), waiting_schools=2, waiting_people=214, counts={"accounts": 7})
    assert _json(call, OAK)["says"] == waits

    _publish(holds=("students", "classes"), hold_hash="a hash")
    store.approve_kinds(OAK, "a hash", {}, kept=["students"])
    assert "A person approved the changes that waited: removals of students." in _json(call, OAK)["says"]
    assert "removals of classes wait for a person." in _json(call, OAK)["says"]
    store.approve_kinds(OAK, "a hash", {}, kept=["classes"])
    approved = (
        "A person approved the changes that waited: removals of students and classes. The next run delivers them."
    )
    assert _json(call, OAK)["says"] == approved

    store.refuse(OAK, "a hash", "half is missing")
    assert _json(call, OAK)["says"] == (
        "A person refused removals of students and classes. These changes wait until the district uploads other files."
    )


def test_after_a_restore_without_publications_a_status_tells_what_the_platform_has(call: Call, districts: Path) -> None:
    plan = plan_of(account("a1", student_id="S1"), account("a2", roles="teacher", teacher_id="T1"))
    PlatformStore(settings.home().platform_url).apply(OAK, plan)
    told = _json(call, OAK)
    assert (told["status"], told["delivered_drop"], told["last_run_at"]) == ("unpublished", "d", None)
    assert told["says"].startswith(
        "The platform has 2 accounts. The results of the last run are missing, so problems, "
    )
    assert {told["counts"][name] for name in ("accounts", "students", "teachers")} == {2, 1}
    assert told["delivered_at"] == told["arrived_at"]
    assert _json(call, ELM)["status"] == "waiting_for_files"


@pytest.mark.parametrize(
    "command",
    ["holds oak", "approve oak 0a1b2c --yes", "problems oak", "plan oak", "explain oak S1", "schools list oak"],
)
def test_after_a_restore_without_publications_no_command_says_that_there_is_nothing(
    call: Call, districts: Path, command: str
) -> None:
    _publish(holds=("students",), hold_hash="a hash")
    shutil.rmtree(settings.home().published.place)
    done = call(*command.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert "`remind-etl sync oak` publishes them again." in done.stderr
    assert "so far" not in done.stderr


def test_a_district_of_which_nobody_was_delivered_has_no_time_of_delivery_after_a_restore(
    call: Call, districts: Path
) -> None:
    PlatformStore(settings.home().platform_url).apply(OAK, plan_of())
    told = _json(call, OAK)
    assert (told["status"], told["delivered_at"]) == ("unpublished", None)
    assert told["says"].startswith("The platform has 0 accounts.")


def test_a_landed_drop_without_a_run_is_not_said_to_be_missing(call: Call, districts: Path, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "schools.csv").write_text("x")
    drop = land_folder(LandingStore(settings.home().landed), OAK, tmp_path / "files")
    told = _json(call, OAK)
    assert (told["drop"], told["says"]) == (drop.drop_id, "An upload has come, but no run of it has ended yet.")
    assert told["newest_upload"] == "landed"


def test_a_first_upload_whose_run_is_queued_is_not_said_to_be_missing(call: Call, districts: Path) -> None:
    asked = {"ops": {"landed__files": {"config": {"fingerprint": "of the upload"}}}}
    with open_instance() as instance:
        queued = dg.DagsterRun(
            "sync", run_config=asked, tags={"dagster/partition": OAK}, status=dg.DagsterRunStatus.NOT_STARTED
        )
        instance.add_run(queued)
        instance.add_run(
            dg.DagsterRun("sync", tags={"dagster/partition": ELM}, status=dg.DagsterRunStatus.NOT_STARTED)
        )  # by a person, who may take what is not there

        told = _json(call, OAK)
        assert (told["status"], told["newest_upload"], told["says"]) == (
            *("waiting_for_files", "in_run"),
            "An upload has come. Its run is in the queue or under way.",
        )
        assert _json(call, ELM)["newest_upload"] == "none"
        instance.report_run_canceled(queued)
    assert _json(call, OAK)["newest_upload"] == "none"


@pytest.mark.parametrize(
    ("acts", "who"),
    [
        ("district", "The district corrects it and uploads again."),
        ("us", "We correct this. Then we start the run again."),
        ("nobody", "A later run tries again."),
    ],
)
def test_a_first_upload_that_could_not_be_landed_is_told_with_who_acts(
    call: Call, districts: Path, monkeypatch: pytest.MonkeyPatch, acts: str, who: str
) -> None:
    landing = LandingStore(settings.home().landed)
    landing.note_failure(OAK, FailedLanding("The server is silent.", acts))
    says = f"An upload has come, but it could not be taken. The server is silent. {who}"
    told = _json(call, OAK)
    assert (told["status"], told["says"], told["newest_upload"]) == ("waiting_for_files", says, "not_taken")
    assert _json(call, ELM)["newest_upload"] == "none"

    screen = io.StringIO()
    monkeypatch.setattr(
        say, "Console", lambda **_: Console(width=80, file=screen, force_terminal=True, color_system="standard")
    )
    call("status")
    lines = {word: [text for text in screen.getvalue().splitlines() if word in text] for word in (OAK, ELM)}
    assert ("\x1b[1;33m" in lines[OAK][0], len(lines[OAK])) == (True, 2)
    assert lines[OAK][1] == f"oak: {says}"
    assert ("\x1b[" in lines[ELM][0], len(lines[ELM])) == (False, 1)

    landing.note_failure(OAK, FailedLanding("The server is silent.", "somebody"))
    assert _json(call, OAK)["says"] == _json(call, ELM)["says"]


def test_the_note_of_an_upload_that_could_not_be_landed_is_of_that_upload_and_goes_with_the_next(
    districts: Path, tmp_path: Path
) -> None:
    landing = LandingStore(settings.home().landed)
    landing.note_failure(OAK, FailedLanding("The server is silent.", "us", "f1"))
    assert "The server is silent." in why_not_taken(landing, OAK, "f1")
    assert why_not_taken(landing, OAK, "f2") == why_not_taken(landing, ELM, "f1") == ""

    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "schools.csv").write_text("x")
    land_folder(landing, OAK, tmp_path / "files")
    assert why_not_taken(landing, OAK) == ""


@pytest.mark.parametrize(
    ("since", "names"), [("30m", []), ("2h", ["oak"]), ("9d", ["elm", "oak"]), ("2020-01-01", ["elm", "oak"])]
)
def test_since_shows_districts_to_which_something_happened(
    call: Call, districts: Path, since: str, names: list[str]
) -> None:
    _publish(OAK, timedelta(hours=1))
    _publish(ELM, timedelta(days=8))
    assert [row["district"] for row in _json(call, "--since", since)] == names


def test_since_refuses_what_is_no_time(call: Call, districts: Path) -> None:
    done = call("status", "--since", "soon")
    assert (done.exit_code, "'soon' is no time." in done.stderr) == (2, True)


def test_failed_shows_the_districts_whose_newest_run_failed(
    call: Call, districts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = health.FailedRun("2026-06-01T02:00:00+00:00", is_blocked=False)
    monkeypatch.setattr(status, "has_dagster_run", lambda: True)
    monkeypatch.setattr(health, "left_failed", lambda known: {OAK: run})
    (failed,) = _json(call, "--failed")
    assert (failed["district"], failed["failed_at"]) == ("oak", "2026-06-01T02:00:00+00:00")
    assert (
        "oak: its newest run failed at 2026-06-01 02:00 UTC. Dagster shows where. `remind-etl sync oak` starts another run."
        in call("status", "--failed").stderr
    )

    monkeypatch.setattr(health, "left_failed", lambda known: {OAK: replace(run, is_blocked=True)})
    assert "02:00 UTC. The blocked drop is the reason." in call("status", "--failed").stderr


def test_failed_shows_a_district_whose_newest_drop_is_blocked_whatever_run_came_after(
    call: Call, districts: Path
) -> None:
    _publish(OAK, blockers=("students.csv is missing.",))
    _publish(ELM)
    job = dg.JobDefinition(graph_def=dg.GraphDefinition("sync"))
    with open_instance() as instance:
        for district in (OAK, ELM):
            tags = {"dagster/partition": district}
            run = instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.SUCCESS)
            tag_run(instance, run, Outcome.PLANNED, Acts.NOBODY)

    (left,) = _json(call, "--failed")
    assert (left["district"], left["status"], "failed_at" in left) == (OAK, "blocked", False)
    assert "oak: " in (said := call("status", "--failed").stderr)
    assert "students.csv is missing." in said
    assert _json(call, OAK, "--failed")["status"] == "blocked"
    assert _json(call, ELM, "--failed") is None
    call("pause", OAK)
    (left,) = _json(call, "--failed")
    assert (left["district"], left["status"]) == (OAK, "paused")


def test_a_failed_run_is_a_run_of_a_district_since_a_time(call: Call, districts: Path) -> None:
    _publish(ago=timedelta(hours=2))
    assert _json(call, "--since", "1h") == []
    job = dg.JobDefinition(graph_def=dg.GraphDefinition("sync"))
    with open_instance() as instance:
        instance.create_run_for_job(job, tags={"dagster/partition": OAK}, status=dg.DagsterRunStatus.FAILURE)
    assert [row["district"] for row in _json(call, "--since", "1h")] == [OAK]


def test_a_status_is_watched_or_written_as_json(call: Call, districts: Path) -> None:
    assert call("status", "--watch", "--json").exit_code == 2


def test_a_plain_status_tells_of_the_first_run_that_failed(call: Call, districts: Path) -> None:
    job = dg.JobDefinition(graph_def=dg.GraphDefinition("sync"))
    with open_instance() as instance:
        tags = {"dagster/partition": OAK}
        instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.FAILURE)
    done = call("status")
    rows = {line.split("\t")[0]: line.split("\t")[-1] for line in done.stdout.splitlines()}
    assert (rows[OAK][:2], rows[ELM]) == ("20", "")
    assert "oak: its newest run failed at 20" in done.stderr
    assert _json(call, OAK)["last_run_at"] == rows[OAK] == _json(call)[1]["failed_at"]


def test_a_plain_status_tells_that_the_newest_run_of_a_district_with_results_failed(
    call: Call, districts: Path
) -> None:
    for district in (OAK, ELM):
        _publish(district)
    job = dg.JobDefinition(graph_def=dg.GraphDefinition("sync"))
    with open_instance() as instance:
        for district, of in ((OAK, "FAILURE"), (ELM, "FAILURE"), (ELM, "SUCCESS")):
            tags = {"dagster/partition": district}
            instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus(of))

    done = call("status")

    assert "oak: its newest run failed at 20" in done.stderr
    assert "elm: its newest run" not in done.stderr
    _publish(OAK, blockers=("students.csv is missing.",))
    with open_instance() as instance:
        instance.create_run_for_job(
            job,
            tags={"dagster/partition": OAK, "remind_etl/outcome": "blocked"},
            status=dg.DagsterRunStatus.FAILURE,
        )
    assert "its newest run" not in call("status").stderr, "the blockers say why"


def test_a_wrong_choice_of_a_person_leaves_no_district_failed(districts: Path) -> None:
    job = dg.JobDefinition(graph_def=dg.GraphDefinition("sync"))
    tags = {"dagster/partition": OAK}
    with open_instance() as instance:
        for before in ("SUCCESS", "FAILURE"):
            instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus(before))
            wrong = instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.CANCELED)
            tag_run(instance, wrong, Outcome.WRONG_USE, Acts.US)
            assert set(health.left_failed([OAK])) == ({OAK} if before == "FAILURE" else set())


def test_a_district_is_left_failed_until_a_later_run_succeeds(districts: Path) -> None:
    assert health.left_failed([OAK]) == {}
    job = dg.JobDefinition(graph_def=dg.GraphDefinition("sync"))
    with open_instance() as instance:
        for of in (*nightly.ENDED_BADLY, dg.DagsterRunStatus.SUCCESS):
            instance.create_run_for_job(job, tags={"dagster/partition": OAK}, status=of)
            assert set(health.left_failed([OAK, ELM])) == ({OAK} if of in nightly.ENDED_BADLY else set())
        for outcome in ("failed", "blocked"):
            tags = {"dagster/partition": OAK, "remind_etl/outcome": outcome}
            instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.FAILURE)
            assert health.left_failed([OAK])[OAK].is_blocked == (outcome == "blocked")


def test_the_history_says_of_a_drop_that_its_run_is_queued_or_under_way(
    call: Call, districts: Path, tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "schools.csv").write_text("x")
    drop = land_folder(LandingStore(settings.home().landed), OAK, tmp_path / "files").drop_id
    chosen = {"ops": {"landed__files": {"config": {"drop": drop}}}}
    other = {"ops": {"landed__files": {"config": {"fingerprint": "of an upload that has not landed"}}}}

    def outcome() -> str:
        (event,) = [row for row in json.loads(call("history", OAK, "--json").stdout) if row["event"] == "drop"]
        return str(event["detail"]["outcome"])

    of = {"dagster/partition": OAK}
    assert outcome() == RESULTS_LOST
    _publish()
    failed = RUN_FAILED
    assert outcome() == failed
    with open_instance() as instance:
        for config, status_of_run, says in (
            (other, dg.DagsterRunStatus.STARTED, failed),
            (chosen, dg.DagsterRunStatus.NOT_STARTED, "its run is queued"),
            (chosen, dg.DagsterRunStatus.STARTED, "its run is under way"),
            ({}, dg.DagsterRunStatus.STARTED, "its run is under way"),
        ):
            run = instance.add_run(dg.DagsterRun("sync", run_config=config, tags=of, status=status_of_run))
            assert outcome() == says
            instance.delete_run(run.run_id)


def test_the_history_knows_an_earlier_blocked_drop_by_its_report(call: Call, districts: Path, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "schools.csv").write_text("x")
    drop = land_folder(LandingStore(settings.home().landed), OAK, tmp_path / "files").drop_id
    _publish()
    report = settings.home().root / "published" / OAK / "reports" / f"{drop}.{datetime.now(UTC):{VERSION}}.zip"
    report.parent.mkdir()
    report.write_bytes(b"")
    assert "outcome blocked" in call("history", OAK).stdout


def test_a_status_is_readable_at_80_columns_with_colour_for_what_needs_a_person(
    districts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()

    def narrow(**more: Any) -> Console:
        return Console(**{**more, "width": 80, "file": screen, "force_terminal": True, "color_system": "standard"})

    monkeypatch.setattr(say, "Console", narrow)
    row = {
        "district": "oak-valley-unified-school-district",
        "status": "waiting_for_schools",
        "says": "Nothing is delivered yet.",
        "newest_upload": "published",
        "counts": {"accounts": 12345, "classes": 1234},
        "problems": {"error": 1234},
        "blockers": [],
        "waiting": {"schools": 3, "people": 214, "holds": []},
        **dict.fromkeys(status.MOMENTS, (datetime.now(UTC) - timedelta(minutes=58)).isoformat()),
    }
    fine = row | {"district": "elm", "status": "synced", "arrived_at": None}

    status.show_standings([row, fine])

    shown = screen.getvalue().splitlines()
    (line,) = [text for text in shown if "waiting_for_schools" in text and "oak-valley" in text]
    assert "\x1b[1;33m" in line
    assert [word in line for word in ("12,345", "1,234", "58 min")] == [True] * 3
    assert max(len(Text.from_ansi(text)) for text in shown) <= 80
    (calm,) = [text for text in shown if "synced" in text]
    assert "\x1b[" not in calm
    assert "school-district: Nothing is delivered yet." in screen.getvalue()


def test_watch_shows_the_status_again_until_ctrl_c(
    call: Call, districts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(status.time, "sleep", sleep)  # type: ignore[attr-defined]
    done = call("status", "--watch")
    assert (done.exit_code, done.stdout.count("district\tstatus"), slept) == (130, 3, [status.WATCH_SECONDS] * 3)


def test_a_resume_says_that_a_run_starts_only_if_the_district_was_paused(call: Call, districts: Path) -> None:
    call("pause", OAK)
    assert "A running Dagster starts a run by itself." in call("resume", OAK).stderr
    assert call("resume", OAK).stderr == "oak was not paused. Nothing changes, and no run starts.\n"


def test_a_terminal_reads_a_sentence_of_a_pause_and_of_its_end(
    call: Call, districts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(say, "on_terminal", lambda: True)
    monkeypatch.setattr(say, "note", lambda _: None)
    monkeypatch.setattr(say, "verdict", said.append)
    for arguments in (("pause", OAK), ("pause", OAK, "--adds-only"), ("resume", OAK), ("resume", OAK)):
        done = call(*arguments)
        assert (done.exit_code, done.stdout) == (0, "")

    assert said == [
        "oak is paused until `remind-etl resume oak`. Its uploads are planned, but nothing is delivered.",
        "oak is paused until `remind-etl resume oak`. Additions and updates are delivered, but all removals wait.",
        "oak is no longer paused.",
        "oak was not paused. Nothing changes, and no run starts.",
    ]


@pytest.mark.parametrize(
    ("is_terminal", "shown"), [(True, "2027-01-01 00:00 EST"), (False, "2027-01-01T05:00:00+00:00")]
)
def test_the_end_of_a_pause_is_a_plain_time_on_a_terminal_and_utc_in_a_pipe(
    call: Call, districts: Path, monkeypatch: pytest.MonkeyPatch, is_terminal: bool, shown: str
) -> None:
    monkeypatch.setenv("REMIND_ETL_TIME_ZONE", "America/New_York")
    screen = io.StringIO()
    if is_terminal:
        terminal = Console(width=80, file=screen, force_terminal=True, color_system=None)
        monkeypatch.setattr(say, "Console", lambda **_: terminal)

    told = call("pause", OAK, "--until", "2026-12-31")
    assert shown in screen.getvalue() + told.stdout
    call("status")
    assert (f"oak: paused until {shown}." in screen.getvalue()) is is_terminal
    told = call("pause", OAK, "--until", "2026-12-31", "--json")
    assert json.loads(told.stdout)["ends_at"] == "2027-01-01T05:00:00+00:00"
