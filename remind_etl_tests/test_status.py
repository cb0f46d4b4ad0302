"""The one word for how a district stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from remind_etl.published import Manifest
from remind_etl.status import Status, decide

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FINE = Manifest("oak", "d1", (NOW - timedelta(days=1)).isoformat())


def test_a_district_before_its_first_run_waits_for_files() -> None:
    assert decide(None, NOW) == "waiting_for_files"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "synced"),
        ({"problems": {"error": 0, "alert": 3, "notice": 1}}, "synced"),
        ({"problems": {"error": 1}}, "synced_with_errors"),
        ({"waiting_schools": 1}, "waiting_for_schools"),
        ({"holds": ("students",)}, "on_hold"),
        ({"blockers": ("schools.csv was not sent.",)}, "blocked"),
        ({"arrived_at": (NOW - timedelta(days=90)).isoformat()}, "synced"),
        ({"arrived_at": (NOW - timedelta(days=90, seconds=1)).isoformat()}, "stale"),
    ],
)
def test_each_fact_has_its_word(facts: dict[str, Any], status: str) -> None:
    assert decide(replace(FINE, **facts), NOW) == status


def test_a_paused_district_is_paused_whatever_else_is_true() -> None:
    assert decide(replace(FINE, blockers=("x",)), NOW, is_paused=True) == decide(None, NOW, is_paused=True) == "paused"


def test_of_several_facts_the_one_that_keeps_most_from_working_counts() -> None:
    facts: list[tuple[dict[str, Any], Status]] = [
        ({"problems": {"error": 1}}, Status.SYNCED_WITH_ERRORS),
        ({"waiting_schools": 1}, Status.WAITING_FOR_SCHOOLS),
        ({"holds": ("students",)}, Status.ON_HOLD),
        ({"arrived_at": "2020-01-01T00:00:00+00:00"}, Status.STALE),
        ({"blockers": ("x",)}, Status.BLOCKED),
    ]
    manifest = FINE
    for fact, status in facts:
        manifest = replace(manifest, **fact)
        assert decide(manifest, NOW) == status
