"""The pipeline through real parts on loopback: files go in over SFTP, the sensor sees them, tables come out."""

import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from remind_etl import settings
from remind_etl.operations.check_files import Rules, rehearse_files
from remind_etl.provisioned import provision
from remind_etl.published import store
from remind_etl.published.status import UNCHANGED, status_of
from remind_etl.schema import records, tables
from remind_etl_tests.worlds import DISTRICT, World, expected, scenario

TABLES = ("accounts", "contact_points", "school_members", "guardianships", "classes", "class_members", "problems")


def _failed_steps(result: dg.ExecuteInProcessResult) -> set[str | None]:
    return {event.step_key for event in result.all_events if event.is_step_failure}


def _delivered(world: World) -> dict[str, list[tuple[str, ...]]]:
    """All rows of the platform."""
    with sqlite3.connect(settings.home().root / "platform.db") as db:
        return {kind.name: sorted(db.execute(f"select * from {kind.name}"), key=str) for kind in records.KINDS}  # noqa: S608


@pytest.mark.parametrize("name", ["clean", "plain_mistakes", "accounts_only", "contested"])
def test_the_files_that_a_district_uploads_become_the_tables_that_are_expected(world: World, name: str) -> None:
    world.begin_delivered(name)

    for table in TABLES:
        came = [{k: None if v is None else str(v) for k, v in row.items()} for row in world.rows(table)]
        if table == "class_members":  # it has no order
            came.sort(key=lambda row: (row["class_id"], row["role"], row["record_id"], row["account_id"]))
        assert sorted(came, key=str) == sorted(expected(name, table), key=str), table


def test_the_platform_holds_what_is_published_with_the_columns_of_the_schema(world: World) -> None:
    world.begin_clean()

    with duckdb.connect() as db:
        relations = {name: db.read_parquet(str(path)) for name, path in world.published.files(world.manifest).items()}
        published = {name: list(zip(r.columns, map(str, r.types), strict=True)) for name, r in relations.items()}
    with sqlite3.connect(settings.home().root / "platform.db") as db:
        members = db.execute(
            "select class_id, account_id, role, record_id from class_members where removed_at is null"
        ).fetchall()
        drops = db.execute("select drop_id from deliveries").fetchall()
    assert sorted(members) == sorted(
        (r["class_id"], r["account_id"], r["role"], r["record_id"]) for r in world.rows("class_members")
    )
    assert drops == [(world.manifest.drop_id,)]
    described = tables.types_of(tables.PUBLISHED)
    assert tuple(described) == store.TABLES
    assert {name: published[name] for name in described} == {
        name: list(columns.items()) for name, columns in described.items()
    }


def test_the_same_drop_again_makes_an_empty_plan_and_no_delivery(world: World) -> None:
    world.begin_clean()
    before = _delivered(world)

    assert world.sync_again().success

    assert {name: n for name, n in world.manifest.plan.items() if n} == {}
    assert _delivered(world) == before


def test_files_uploaded_again_unchanged_are_the_same_drop(world: World) -> None:
    world.begin_clean()
    drop = world.manifest.drop_id
    stamp = settings.home().drops / DISTRICT / "upload" / "schools.csv"
    os.utime(stamp, (0, 1_700_000_000))

    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    assert world.sync(request).success

    assert world.manifest.drop_id == drop
    assert not world.tick("drops").run_requests


def test_a_missing_column_blocks_the_drop_and_the_delivered_state_stands(world: World) -> None:
    world.begin_clean()
    before, files = _delivered(world), scenario("clean")
    files["students.csv"] = files["students.csv"].replace(b"student_last_name", b"surname", 1)

    result = world.deliver(files)

    assert not result.success
    assert _failed_steps(result) == {"valid__problems"}
    assert not result.filter_events(lambda e: e.is_step_start and str(e.step_key).startswith(("mapped", "planned")))
    assert _delivered(world) == before
    assert world.manifest.blockers == ("students.csv has no column student_last_name: surname may be this column.",)
    assert world.manifest.counts["students"] == 4
    (problem,) = [p for p in world.rows("problems") if p["severity"] == "blocker"]
    assert (problem["code"], problem["file"], problem["line"], problem["column"]) == (
        "missing_column",
        "students.csv",
        1,
        "student_last_name",
    )


def test_many_ids_in_another_spelling_block_the_drop_and_the_delivered_state_stands(world: World) -> None:
    world.link("clean")
    world.deliver(scenario("clean"))
    before = _delivered(world)
    lowered = {
        name: re.sub(rb",(\w+),", lambda id_: id_[0].lower(), text, flags=re.MULTILINE)
        if name == "students.csv"
        else text
        for name, text in scenario("clean").items()
    }

    result = world.deliver(lowered)

    assert _failed_steps(result) == {"planned__changes"}
    assert _delivered(world) == before
    (blocker,) = world.manifest.blockers
    assert blocker.startswith("students.csv spells ")
    assert "ids_respelled" in {p["code"] for p in world.rows("problems")}

    assert world.deliver(scenario("clean")).success
    assert not world.manifest.blockers


def test_a_blocked_drop_is_lifted_by_the_next_good_one(world: World) -> None:
    world.link("clean")
    world.deliver({**scenario("clean"), "teachers.csv": b"teacher_id\nT1\n"})
    assert world.manifest.blockers

    assert world.deliver(scenario("clean")).success

    assert not world.manifest.blockers
    assert world.manifest.counts["teachers"] == 3


def test_all_files_faults_are_known_after_one_run_of_a_blocked_drop(world: World) -> None:
    world.link("plain_mistakes")
    files = {**scenario("plain_mistakes"), "schools.csv": b"\x00\x01\x02"}

    world.deliver(files)

    codes = {problem["code"] for problem in world.rows("problems")}
    assert {"unreadable_file", "wrong_cell_count", "duplicate_class", "missing_id"} <= codes
    assert "unknown_school" not in codes


def test_a_critical_expectation_that_fails_is_a_red_check_and_blocks_all_that_follows(world: World) -> None:
    world.begin_clean()
    before, files = _delivered(world), scenario("clean")
    files["enrollments.csv"] += b"".join(b"01,C1,\n" for _ in range(60))

    result = world.deliver(files)

    failed = {
        (check.asset_key.to_user_string(), check.check_name)
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    }
    assert ("valid/problems", "nothing_blocks_the_drop") in failed
    assert any(asset == "raw/enrollments" for asset, _ in failed)
    assert [p["code"] for p in world.rows("problems") if p["severity"] == "blocker"] == ["gate_failed"]
    assert _delivered(world) == before


def test_a_result_that_breaks_an_invariant_is_never_delivered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.link("clean")
    rule = provision.provision_accounts

    def broken(db: duckdb.DuckDBPyConnection, known: Any, held_elsewhere: Any) -> None:
        rule(db, known, held_elsewhere)
        db.execute("insert into provisioned.account_rows from provisioned.account_rows limit 1")

    monkeypatch.setattr(provision, "provision_accounts", broken)
    result = world.deliver(scenario("clean"))

    assert _failed_steps(result) == {"provisioned__accounts"}
    assert all(not rows for rows in _delivered(world).values())


def test_a_district_whose_schools_nobody_confirmed_waits_and_gets_nothing(world: World) -> None:
    world.begin_unlinked()

    assert all(not rows for rows in _delivered(world).values())
    assert (world.manifest.waiting_schools, world.manifest.waiting_people) == (3, 9)
    assert not any(problem["severity"] == "error" for problem in world.rows("problems"))


def test_a_school_that_is_no_longer_confirmed_keeps_its_people(world: World) -> None:
    world.begin_clean()
    before = _delivered(world)
    files = scenario("clean")
    files["schools.csv"] = files["schools.csv"].replace(b"02,Harbor Middle School\n", b"")

    world.deliver(files)

    assert _delivered(world) == before
    assert world.manifest.holds == ("schools",)


@pytest.mark.parametrize("with_rosters", [True, False])
def test_a_class_that_stays_keeps_its_owner(world: World, with_rosters: bool) -> None:
    world.begin_clean()
    files = scenario("clean")
    files["teachers.csv"] = b"".join(row for row in files["teachers.csv"].splitlines(True) if b"T2" not in row)
    if not with_rosters:
        for name in ("classes.csv", "enrollments.csv"):
            del files[name]
            (settings.home().drops / DISTRICT / "upload" / name).unlink()

    world.deliver(files)

    owners = {row["owner_account_id"] for row in world.rows("classes")}
    assert len(world.rows("classes")) == 3
    assert owners <= {row["account_id"] for row in world.rows("accounts")}
    assert {row["class_id"] for row in world.rows("class_members") if row["role"] == "owner"} == {"C1", "C2", "C3"}


def test_a_school_whose_platform_school_is_gone_waits_and_keeps_its_people(world: World) -> None:
    world.begin_clean()
    before = _delivered(world)
    world.store.import_schools(DISTRICT, {"P-100": "Lincoln Elementary"})

    assert world.sync().success

    assert _delivered(world) == before
    assert world.manifest.waiting_schools == 2


def test_check_finds_what_a_run_finds(world: World, tmp_path: Path) -> None:
    world.begin_delivered("plain_mistakes")
    folder = tmp_path / "drop"
    folder.mkdir()
    for name, content in scenario("plain_mistakes").items():
        (folder / name).write_bytes(content)

    with rehearse_files(folder, Rules(), lambda _: None) as done:
        assert done.problems.to_arrow_table().to_pylist() == world.rows("problems")
        assert done.groups == world.rows("problem_groups")


def test_a_delivered_drop_and_a_blocked_one_have_a_report_and_show_it_to_us(world: World) -> None:
    world.link("plain_mistakes")

    delivered = world.deliver(scenario("plain_mistakes"))
    first = world.published.report(DISTRICT)
    blocked = world.deliver({**scenario("plain_mistakes"), "teachers.csv": b"teacher_id\nT1\n"})
    second = world.published.report(DISTRICT)

    assert first is not None
    assert second is not None
    assert "**Delivered, except the records with " in (first / "report.md").read_text()
    assert f"**{UNCHANGED}**" in (second / "report.md").read_text()
    assert "## Problems, worst first" in _shown(delivered, "delivered/report", "report")
    assert f"**{UNCHANGED}**" in _shown(blocked, "valid/problems", "groups")
    (gate,) = [c for c in blocked.get_asset_check_evaluations() if c.check_name == "nothing_blocks_the_drop"]
    assert str(gate.description).startswith(UNCHANGED)


def _shown(result: dg.ExecuteInProcessResult, asset: str, name: str) -> str:
    """Metadata of an asset as its page shows it."""
    (made,) = result.asset_materializations_for_node(asset.replace("/", "__"))
    return str(made.metadata[name].value)


def test_nothing_personal_stands_in_logs_metadata_or_checks(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.link("plain_mistakes")
    secret = b"Zyxwvut"
    files = {
        name: content.replace(b"Lia", secret).replace(b"min@", secret + b"@")
        for name, content in scenario("plain_mistakes").items()
    }

    result = world.deliver(files)

    said = capfd.readouterr()
    events = "".join(str(record) for record in world.instance.all_logs(result.run_id))
    assert "zyxwvut" not in (said.out + said.err + events).casefold()
    assert any("Zyxwvut" in str(row) for row in world.rows("accounts"))


def test_an_error_of_a_library_reaches_the_logs_without_its_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(db: duckdb.DuckDBPyConnection, *given: object) -> None:
        db.execute("select 'min@example.com'::integer")

    monkeypatch.setattr(provision, "provision_accounts", broken)
    result = world.deliver(scenario("clean"))

    events = "".join(str(record) for record in world.instance.all_logs(result.run_id))
    assert "ConversionException" in events
    assert "test_pipeline.py" in events
    assert "min@example.com" not in events


def test_every_file_of_the_home_is_private_to_its_owner(world: World, tmp_path: Path) -> None:
    world.begin_clean()

    for name in ("landed", "warehouse", "published"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0, name
    assert status_of(world.manifest, world.store.district(DISTRICT).added_at) == "waiting_for_schools"
