"""Decisions and platform that moved from SQLite to a real Postgres: all is there, and the district goes on there."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from remind_etl import settings
from remind_etl.cli.commands import app
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.schema.records import KINDS
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests import database_servers as databases
from remind_etl_tests.delivered.test_undo import active, undo
from remind_etl_tests.districts import District, files
from remind_etl_tests.warehouses import DISTRICT


def _decide(store: DecisionStore) -> None:
    store.add_district(DISTRICT, "Oak")
    store.import_schools(DISTRICT, {"1": "North"})
    store.approve(DISTRICT, "1" * 32, "students", {"records": 3})
    store.refuse(DISTRICT, "2" * 32, "asked the district")
    store.pause(DISTRICT, None, adds_only=True)


def _records(store: PlatformStore) -> dict[str, list[dict[str, object]]]:
    records = store.state(DISTRICT).records
    return {kind.name: sorted(load_records(records[kind.name]).to_pylist(), key=json.dumps) for kind in KINDS}


def test_what_moved_to_another_database_goes_on_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path))
    home = settings.home()
    decided, old = DecisionStore(home.decisions_url), PlatformStore(home.platform_url)
    _decide(decided)
    district = District(tmp_path, old)
    district.deliver(files())
    first = active(district)
    district.deliver(files(students=["S2,P2,Eve,Orr,,K,,,,,,"]))
    for name in ("DECISIONS", "PLATFORM"):
        monkeypatch.setenv(f"REMIND_ETL_{name}_URL", databases.new("postgres", tmp_path, request.config))

    copied = CliRunner().invoke(app, ["stores", "copy", "--json"])

    assert (copied.exit_code, json.loads(copied.stdout)["decisions"]["decisions"]) == (0, 5)
    store, district.platform = DecisionStore(settings.home().decisions_url), PlatformStore(settings.home().platform_url)
    assert store.log(DISTRICT) == decided.log(DISTRICT)
    assert store.districts() == decided.districts()
    assert (store.approved_kinds(DISTRICT, "1" * 32), store.refusal(DISTRICT, "2" * 32)) == (
        ["students"],
        decided.refusal(DISTRICT, "2" * 32),
    )
    store.resume(DISTRICT)
    assert store.log(DISTRICT)[0].what == "district resumed"
    assert _records(district.platform) == _records(old)
    assert district.platform.deliveries(DISTRICT) == old.deliveries(DISTRICT)
    with district.day(files(students=["S2,P2,Eve,Orr,,K,,,,,,"])) as day:
        assert sum(day.plan().actions.values()) == 0
    undo(district, 2)
    assert active(district) == first

    again = CliRunner().invoke(app, ["stores", "copy"])
    assert (again.exit_code, "already has rows in districts" in again.output) == (2, True)
