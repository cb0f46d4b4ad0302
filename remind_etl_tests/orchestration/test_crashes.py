"""A process that is killed at any point harms nothing: run again, the platform holds what an undisturbed run leaves."""

from itertools import chain, count
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
from remind_etl_tests.crashes import STEPS, Pipeline
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


@pytest.fixture
def days(tmp_path: Path) -> list[Path]:
    """The folders of what the district sends."""
    folders = []
    for n, sent in enumerate(DAYS):
        folders.append(tmp_path / f"day{n}")
        folders[-1].mkdir()
        for name, text in sent.items():
            (folders[-1] / name).write_text(text)
    return folders


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return databases.new(request.param, tmp_path, request.config)


@pytest.fixture
def expected(tmp_path: Path, days: list[Path]) -> dict[str, list[tuple[Any, ...]]]:
    """What the platform holds after runs that nothing disturbs."""
    undisturbed = Pipeline(tmp_path / "undisturbed", f"sqlite:///{tmp_path / 'undisturbed.db'}")
    for day in days:
        undisturbed.run(STEPS, day)
    return crashes.holds(undisturbed.url)


def test_a_pipeline_that_is_killed_at_any_point_and_run_again_leaves_what_an_undisturbed_one_leaves(
    url: str, expected: dict[str, list[tuple[Any, ...]]], days: list[Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    Pipeline(home, url).run(STEPS, days[0])
    Pipeline(home, url).run(STEPS, days[1])

    done = tuple(f"{step} done" for step in TO_PLAN)
    for point in ("drop", "drop written", *done, "committed", "receipt done", "manifest", "manifest written"):
        assert not crashes.run(home, url, days[2], die_at=point), point
    assert crashes.run(home, url, days[2])

    assert crashes.holds(url) == expected


def test_a_delivery_that_is_killed_at_any_statement_leaves_nothing_and_then_all_once(
    url: str, expected: dict[str, list[tuple[Any, ...]]], days: list[Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    Pipeline(home, url).run(STEPS, days[0])
    Pipeline(home, url).run(STEPS, days[1])
    Pipeline(home, url).run(TO_PLAN, days[2])
    before = crashes.holds(url)

    killed = 0
    for point in chain(["commit"], (f"statement {n}" for n in count(1))):
        if crashes.run(home, url, days[2], ("receipt",), die_at=point):
            break
        killed += 1
        assert crashes.holds(url) == before, point

    assert killed > 20
    assert crashes.holds(url) == expected


def test_a_first_delivery_that_is_killed_at_any_statement_leaves_nothing(
    url: str, days: list[Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    Pipeline(home, url).run(TO_PLAN, days[0])
    before = crashes.holds(url)

    killed = 0
    for point in chain(["commit"], (f"statement {n}" for n in count(1))):
        if crashes.run(home, url, days[0], ("receipt",), die_at=point):
            break
        killed += 1
        assert crashes.holds(url) == before, point

    assert killed > len(KINDS)
    assert all(crashes.holds(url)[kind.name] for kind in KINDS)


def test_a_sync_that_is_killed_in_or_after_its_delivery_is_run_again_and_delivers_once(
    days: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("REMIND_ETL_HOME", str(home))
    monkeypatch.setenv("DAGSTER_HOME", "")
    decisions, platform = DecisionStore(settings.home().decisions_url), PlatformStore(settings.home().platform_url)
    decisions.add_district(DISTRICT, "Springfield", link_policy="exact")
    decisions.import_schools(DISTRICT, {"N": "North High", "S": "South High"})

    assert not crashes.sync(home, days[0], die_at="commit")
    assert platform.deliveries(DISTRICT) == []
    assert not crashes.sync(home, days[0], die_at="committed")
    (receipt,) = platform.deliveries(DISTRICT)
    assert crashes.sync(home, days[0])

    assert platform.deliveries(DISTRICT) == [receipt]
    manifest = Published(home / "published").manifest(DISTRICT)
    assert manifest is not None
    assert manifest.counts["students"] == 2
    with instance.open_instance() as dagster:
        ended = [run.status.value for run in instance.runs_of(dagster, DISTRICT)]
    assert ended == ["SUCCESS", "FAILURE", "FAILURE"]
