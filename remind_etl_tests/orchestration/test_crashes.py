"""A process that is killed at any point harms nothing: run again, the platform holds what an undisturbed run leaves."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.orchestration import instance
from remind_etl.published.store import Published
from remind_etl.schema.records import KINDS
from remind_etl_tests import crashes
from remind_etl_tests import database_servers as databases
from remind_etl_tests.crashes import STEPS, Walk
from remind_etl_tests.districts import files
from remind_etl_tests.warehouses import DISTRICT

P1 = "S1,P1,Cy,Fox,2012-01-31,8,cy@example.org,,Dee,Foxx,dee@example.org,"
DAYS = (
    files(),
    files(students=["S2,P2,Eve,Orr,,K,,,,,,"], enrollments=["S2,C2,P2"]),
    files(students=[P1, "S2,P3,Kit,Orr,,K,kit@example.org,,,,,"], classes=["S1,C1,T1,Geometry", "S2,C2,T2,Biology"]),
)
"""The third of these creates, updates, revives and removes."""

TO_PLAN = STEPS[: STEPS.index("receipt")]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of what the district sends."""
    folders = []
    for n, sent in enumerate(DAYS):
        folders.append(tmp_path_factory.mktemp("sent") / f"day{n}")
        folders[-1].mkdir()
        for name, text in sent.items():
            (folders[-1] / name).write_text(text)
    return folders


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return databases.new(request.param, tmp_path, request.config)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, days: list[Path]) -> dict[str, list[tuple[Any, ...]]]:
    """What the platform holds after walks that nothing disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    walk = Walk(folder / "home", f"sqlite:///{folder / 'platform.db'}")
    for day in days:
        walk.through(STEPS, day)
    return crashes.holds(walk.url)


def _kill_at_each_statement(home: Path, url: str, sent: Path) -> int:
    """Kill the delivery of a plan at its commit, and at each of its statements; then it has committed.

    Returns how many statements there are. No kill before the commit leaves anything.
    """
    before = crashes.holds(url)
    assert not crashes.run(home, url, sent, ("receipt",), die_at=("commit",))
    assert crashes.holds(url) == before
    for n in count(1):
        assert not crashes.run(home, url, sent, ("receipt",), die_at=(f"statement {n}", "committed"))
        if crashes.holds(url) != before:
            return n - 1
    raise AssertionError


def test_a_walk_that_is_killed_at_every_point_and_run_again_leaves_what_an_undisturbed_one_does(
    url: str, expected: dict[str, list[tuple[Any, ...]]], days: list[Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    Walk(home, url).through(TO_PLAN, days[0])
    assert _kill_at_each_statement(home, url, days[0]) > len(KINDS)
    assert all(crashes.holds(url)[kind.name] for kind in KINDS)
    Walk(home, url).through(STEPS, days[0])
    Walk(home, url).through(STEPS, days[1])

    # Until the receipt, only a walk's own files change: one kind of database shows it.
    done = tuple(f"{step} done" for step in TO_PLAN)
    for point in ("drop", "drop written", *done) if url.startswith("sqlite") else ():
        assert not crashes.run(home, url, days[2], die_at=(point,)), point
    Walk(home, url).through(TO_PLAN, days[2])
    assert _kill_at_each_statement(home, url, days[2]) > 20
    for point in ("receipt done", "manifest", "manifest written"):
        assert not crashes.run(home, url, days[2], die_at=(point,)), point
    assert crashes.run(home, url, days[2])

    assert crashes.holds(url) == expected


def test_a_sync_that_is_killed_in_or_after_its_delivery_is_run_again_and_delivers_once(
    days: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("REMIND_ETL_HOME", str(home))
    monkeypatch.setenv("DAGSTER_HOME", "")
    decisions, platform = DecisionStore(settings.home().decisions_url), PlatformStore(settings.home().platform_url)
    decisions.add_district(DISTRICT, "Springfield", link_policy="exact")
    decisions.import_schools(DISTRICT, {"N": "North High", "S": "South High"})

    assert not crashes.sync(home, days[0], die_at=("commit",))
    assert platform.deliveries(DISTRICT) == []
    assert not crashes.sync(home, days[0], die_at=("committed",))
    (receipt,) = platform.deliveries(DISTRICT)
    assert crashes.sync(home, days[0])

    assert platform.deliveries(DISTRICT) == [receipt]
    manifest = Published(home / "published").manifest(DISTRICT)
    assert manifest is not None
    assert manifest.counts["students"] == 2
    with instance.open_instance() as dagster:
        ended = [run.status.value for run in instance.runs_of(dagster, DISTRICT)]
    assert ended == ["SUCCESS", "FAILURE", "FAILURE"]
