"""The standings of all districts for a page that is asked often."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remind_etl.decided.store import DecisionStore
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.all_standings import FRESH_SECONDS, AllStandings
from remind_etl.operations.standings import Standings
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, OAK


def test_standings_are_worked_out_anew_after_some_seconds_and_read_only_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions, published = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}"), Published(tmp_path / "published")
    for district in (OAK, ELM):
        decisions.add_district(district, f"{district} schools")
    at = datetime.now(UTC).isoformat()
    oak = Manifest(OAK, "d1", at, problems={"error": 1})
    published.publish(oak, {})
    reads: list[str] = []
    read = Published.manifest

    def noted(self: Published, district: DistrictId) -> Manifest | None:
        reads.append(district)
        return read(self, district)

    monkeypatch.setattr(Published, "manifest", noted)
    now = [0.0]
    every = AllStandings(Standings(published, decisions, LandingStore(tmp_path), lambda: None), lambda: now[0])

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
