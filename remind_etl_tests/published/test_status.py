"""The one word for how a district stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import remind_etl
from remind_etl.cli.status import STATUS_COLUMNS, status_row
from remind_etl.published.status import UNCHANGED, Status, sentence_of_status, status_of, verdict_on_drop
from remind_etl.published.store import Manifest
from remind_etl_tests.ids import OAK

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FINE = Manifest(OAK, "d1", (NOW - timedelta(days=1)).isoformat())


def test_a_district_before_its_first_run_waits_for_files() -> None:
    assert status_of(None, NOW) == "waiting_for_files"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "synced"),
        ({"problems": {"error": 0, "alert": 3, "notice": 1}}, "synced"),
        ({"problems": {"error": 1}}, "synced_with_errors"),
        ({"waiting_schools": 1, "waiting_people": 2}, "waiting_for_schools"),
        ({"waiting_schools": 1, "waiting_people": 0, "counts": {"accounts": 7}}, "synced"),
        ({"waiting_schools": 1, "waiting_people": 0, "counts": {"accounts": 0}}, "waiting_for_schools"),
        ({"holds": ("students",)}, "on_hold"),
        ({"undone": "delivery 4"}, "undone"),
        ({"blockers": ("schools.csv is missing.",)}, "blocked"),
        ({"arrived_at": (NOW - timedelta(days=90)).isoformat()}, "synced"),
        ({"arrived_at": (NOW - timedelta(days=90, seconds=1)).isoformat()}, "stale"),
    ],
)
def test_each_fact_has_its_word(facts: dict[str, Any], status: str) -> None:
    assert status_of(replace(FINE, **facts), NOW) == status


def test_a_paused_district_is_paused_whatever_else_is_true() -> None:
    assert (
        status_of(replace(FINE, blockers=("x",)), NOW, is_paused=True)
        == status_of(None, NOW, is_paused=True)
        == "paused"
    )


def test_of_several_facts_the_one_that_keeps_most_from_working_counts() -> None:
    facts: list[tuple[dict[str, Any], Status]] = [
        ({"problems": {"error": 1}}, Status.SYNCED_WITH_ERRORS),
        ({"waiting_schools": 1, "waiting_people": 2}, Status.WAITING_FOR_SCHOOLS),
        ({"holds": ("students",)}, Status.ON_HOLD),
        ({"undone": "delivery 4"}, Status.UNDONE),
        ({"arrived_at": "2020-01-01T00:00:00+00:00"}, Status.STALE),
        ({"blockers": ("x",)}, Status.BLOCKED),
    ]
    manifest = FINE
    for fact, status in facts:
        manifest = replace(manifest, **fact)
        assert status_of(manifest, NOW) == status


def test_a_district_has_one_sentence_and_a_blocked_one_says_that_nothing_was_changed() -> None:
    facts: dict[str, dict[str, Any]] = {
        UNCHANGED: {"blockers": ("x",)},
        "No upload has come for 90 days.": {"arrived_at": "2020-01-01T00:00:00+00:00"},
        "Delivered, but removals of classes, guardians and students wait for a person.": {
            "holds": ("classes", "guardians", "students")
        },
        "Delivered, but removals of classes and students wait for a person.": {"holds": ("classes", "students")},
        "Delivered, but removals of students, the links to accounts outside of the district, and the changes of ids that "
        "may belong to another person or class wait for a person.": {"holds": ("students", "links", "reused_ids")},
        "Delivered, but a person must first connect 1 school (1,200 people).": {
            "waiting_schools": 1,
            "waiting_people": 1200,
        },
        "Delivered, except the record with 1 error.": {"problems": {"error": 1}},
        "Delivered, with 2 alerts: values that are not used, or that a person should check.": {
            "problems": {"alert": 2}
        },
        "Delivered as sent.": {"problems": {"notice": 1}},
    }
    assert {says: sentence_of_status(replace(FINE, **fact), NOW) for says, fact in facts.items()} == {
        says: says for says in facts
    }
    assert sentence_of_status(None, NOW) == "No complete upload has come yet."


def test_a_paused_district_says_whether_its_additions_wait_too() -> None:
    for manifest in (FINE, None):
        assert sentence_of_status(manifest, NOW, "all") == "A person paused this district. All of its changes wait."
        assert sentence_of_status(manifest, NOW, "adds_only") == (
            "A person paused this district. Its additions are delivered. All other changes wait."
        )


def test_every_status_after_an_undo_says_that_the_platform_differs_from_the_uploaded_files() -> None:
    says = "Taken back: deliveries 4 to 6. So the platform differs from the uploaded files."
    undone = replace(FINE, undone="deliveries 4 to 6")
    for manifest, pause in ((undone, ""), (undone, "all"), (replace(undone, blockers=("x",)), "")):
        assert says in sentence_of_status(manifest, NOW, pause)
    again = "delivers these files again."
    assert sentence_of_status(undone, NOW).endswith(f"{says} The next run {again}")
    assert sentence_of_status(undone, NOW, "adds_only").endswith(f"{says} A run after the pause {again}")
    assert again not in sentence_of_status(replace(undone, blockers=("x",)), NOW)


def test_the_sentence_of_a_blocked_drop_is_written_in_one_place() -> None:
    package = Path(remind_etl.__file__).parent
    assert [path.name for path in package.rglob("*.py") if "Nothing was changed" in path.read_text()] == ["statuses.py"]


@pytest.mark.parametrize(
    ("problems", "word", "says"),
    [
        ({"blocker": 1, "error": 5}, "blocked", "refused"),
        ({"blocker": 0, "error": 5, "alert": 1}, "errors", "with 5 errors"),
        ({"error": 0, "alert": 2}, "ok", "2 alerts"),
        ({"notice": 2}, "ok", "as they are"),
        ({}, "ok", "as they are"),
    ],
)
def test_files_that_were_not_sent_have_a_verdict(problems: dict[str, int], word: str, says: str) -> None:
    found, said = verdict_on_drop(problems)
    assert found == word
    assert says in said


@pytest.mark.parametrize(
    ("schools", "people", "waits"), [(1, 1, "1 school (1 person)"), (2, 1200, "2 schools (1,200 people)")]
)
def test_the_status_says_how_many_schools_and_people_wait(schools: int, people: int, waits: str) -> None:
    waiting = {"schools": schools, "people": people, "holds": []}
    problems = {"error": 0, "alert": 0}
    row = {"district": "oak", "status": "waiting_for_schools", "counts": {}, "problems": problems, "blockers": []}
    moments = {"arrived_at": None, "delivered_at": None, "last_run_at": None}
    assert dict(zip(STATUS_COLUMNS, status_row(row | moments | {"waiting": waiting}), strict=True))["waits"] == waits
