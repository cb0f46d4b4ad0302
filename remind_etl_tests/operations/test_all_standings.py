"""The standings of all districts for a page that is asked often."""

import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from remind_etl.catalogue.statuses import PLATFORM_SILENT
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import DELIVERIES
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.all_standings import FRESH_SECONDS, AllStandings
from remind_etl.operations.standings import Standings
from remind_etl.published.status import Status
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.web.pages.districts import Grouped
from remind_etl_tests import database_servers
from remind_etl_tests.delivered.plans import account, plan_of
from remind_etl_tests.ids import ELM, OAK


def test_standings_are_worked_out_anew_after_some_seconds_and_read_only_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    published = Published(tmp_path / "published", register=decisions)
    for district in (OAK, ELM):
        decisions.add_district(district, f"{district} schools")
    at = datetime.now(UTC).isoformat()
    oak = Manifest(OAK, "d1", at, problems={"error": 1})
    published.publish(oak, {})
    reads: list[str] = []
    read = DecisionStore.manifests

    def noted(self: DecisionStore, districts: Collection[DistrictId]) -> dict[DistrictId, str]:
        reads.extend(districts)
        return read(self, districts)

    monkeypatch.setattr(DecisionStore, "manifests", noted)
    now = [0.0]
    every = AllStandings(Standings(published, decisions, partial(LandingStore, tmp_path), lambda: None), lambda: now[0])

    assert [(x.district.district_id, x.word) for x in every.newest()] == [
        (ELM, "waiting_for_files"),
        (OAK, "synced_with_errors"),
    ]
    decisions.pause(ELM)
    published.publish(replace(oak, problems={}), {})
    reads.clear()
    assert [x.word for x in every.newest()] == ["waiting_for_files", "synced_with_errors"]
    now[0] += FRESH_SECONDS
    assert [x.word for x in every.newest()] == ["paused", "synced"]
    assert reads.count(OAK) == 1
    now[0] += FRESH_SECONDS
    reads.clear()
    every.newest()
    assert OAK not in reads
    decisions.delete_district(OAK)
    now[0] += FRESH_SECONDS
    assert [x.district.district_id for x in every.newest()] == [ELM]


def test_a_decision_of_this_process_is_seen_at_once_also_if_it_was_made_while_others_were_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    published = Published(tmp_path / "published", register=decisions)
    decisions.add_district(OAK, "Oak")
    every = AllStandings(Standings(published, decisions, partial(LandingStore, tmp_path), lambda: None), lambda: 0.0)
    assert [x.word for x in every.newest()] == ["waiting_for_files"]
    read = DecisionStore.versions_of_manifests

    def decided_meanwhile(self: DecisionStore) -> dict[DistrictId, str]:
        monkeypatch.undo()
        decisions.resume(OAK)
        every.outdate()
        return read(self)

    decisions.pause(OAK)
    assert [x.word for x in every.newest()] == ["waiting_for_files"]
    every.outdate()
    monkeypatch.setattr(DecisionStore, "versions_of_manifests", decided_meanwhile)

    assert [x.word for x in every.newest()] == ["paused"]
    assert [x.word for x in every.newest()] == ["waiting_for_files"]
    assert every.newest() is every.newest()


def test_a_publication_without_a_row_in_the_register_is_found_and_its_next_run_makes_the_row(tmp_path: Path) -> None:
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    decisions.add_district(OAK, "oak schools")
    oak = Manifest(OAK, "d1", datetime.now(UTC).isoformat(), problems={"error": 1})
    Published(tmp_path / "published").publish(oak, {})
    published = Published(tmp_path / "published", register=decisions)
    now = [0.0]
    every = AllStandings(Standings(published, decisions, partial(LandingStore, tmp_path), lambda: None), lambda: now[0])
    assert [x.word for x in every.newest()] == ["synced_with_errors"]

    published.publish(replace(oak, problems={}), {})
    now[0] += FRESH_SECONDS
    assert [x.word for x in every.newest()] == ["synced"]
    published.delete_district(OAK)
    now[0] += FRESH_SECONDS
    assert [x.word for x in every.newest()] == ["waiting_for_files"]


def test_results_that_are_not_here_are_told_of_on_no_list_of_districts(tmp_path: Path) -> None:
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    published = Published(tmp_path / "published", register=decisions)
    decisions.add_district(OAK, "Oak")
    published.publish(Manifest(OAK, "d1", datetime.now(UTC).isoformat(), holds=("students",)), {})
    now = [0.0]
    every = AllStandings(Standings(published, decisions, partial(LandingStore, tmp_path), lambda: None), lambda: now[0])
    assert [x.word for x in every.newest()] == ["on_hold"]

    shutil.rmtree(tmp_path / "published")

    now[0] += FRESH_SECONDS
    assert [x.word for x in every.newest()] == ["waiting_for_files"]


def test_the_list_of_districts_groups_standings_once_and_anew_when_they_are_others(tmp_path: Path) -> None:
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    published = Published(tmp_path / "published", register=decisions)
    for district in (OAK, ELM):
        decisions.add_district(district, f"{district} schools")
    now = [0.0]
    every = AllStandings(Standings(published, decisions, partial(LandingStore, tmp_path), lambda: None), lambda: now[0])
    grouped = Grouped()
    first = grouped.of(every.newest())
    assert grouped.of(every.newest()) is first
    assert [x.district.district_id for x in first.of_word[Status.WAITING_FOR_FILES]] == [ELM, OAK]
    decisions.pause(ELM)
    now[0] += FRESH_SECONDS

    second = grouped.of(every.newest())

    assert [x.district.district_id for x in second.of_word[Status.PAUSED]] == [ELM]
    assert [x.district.district_id for x in second.of_word[Status.WAITING_FOR_FILES]] == [OAK]
    assert second.of_district[ELM].word is Status.PAUSED
    assert [x.district.district_id for x in second.like("OAK s").standings] == [OAK]


def test_the_list_answers_from_what_is_known_if_the_platform_does_not_answer(tmp_path: Path) -> None:
    decisions, published = DecisionStore(f"sqlite:///{tmp_path}/decisions.db"), Published(tmp_path / "published")
    decisions.add_district(OAK, "Oak")
    here, gone = (
        PlatformStore(f"sqlite:///{tmp_path}/platform.db"),
        PlatformStore("postgresql+psycopg://a@127.0.0.1:1/b"),
    )
    receipt = {
        "district_id": OAK,
        "number": 1,
        "drop_id": "d1",
        "plan_hash": "p",
        "delivered_at": datetime.now(UTC).isoformat(),
    }
    with here.engine.begin() as db:
        db.execute(sa.insert(DELIVERIES), {**receipt, "counts": "{}", "standing": "{}", "held": "{}"})
    used, now = [here], [0.0]
    rules = Standings(published, decisions, partial(LandingStore, tmp_path), lambda: used[0])
    every = AllStandings(rules, lambda: now[0])
    assert [x.word for x in every.newest()] == [Status.UNPUBLISHED]
    used[0], now[0] = gone, FRESH_SECONDS

    assert [x.word for x in every.newest()] == [Status.UNPUBLISHED]


def test_a_list_that_was_begun_while_the_platform_did_not_answer_says_so_and_asks_again(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    decisions, published = DecisionStore(f"sqlite:///{tmp_path}/decisions.db"), Published(tmp_path / "published")
    for district in (ELM, OAK):
        decisions.add_district(district, district)
    database = database_servers.new("postgres", tmp_path, pytestconfig)
    platform, now = PlatformStore(database.replace("?host=", "?host=/nowhere")), [0.0]
    rules = Standings(published, decisions, partial(LandingStore, tmp_path), lambda: platform)
    every = AllStandings(rules, lambda: now[0])

    assert [(x.word, x.says) for x in every.newest()] == [(Status.UNPUBLISHED, PLATFORM_SILENT)] * 2

    PlatformStore(database).apply(OAK, plan_of(account("a1", student_id="S1")))
    platform._url, now[0] = database, FRESH_SECONDS  # the same server answers now
    assert [x.word for x in every.newest()] == [Status.WAITING_FOR_FILES, Status.UNPUBLISHED]
    assert every.newest()[1].says.startswith("The platform has 1 account.")
