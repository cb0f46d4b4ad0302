"""The plan in the warehouse reaches the platform, and what is published of it."""

import json

import pyarrow.parquet as pq
import pytest

from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.report import RECORDS, publish
from remind_etl.errors import PlanStale
from remind_etl.published.store import Published
from remind_etl.raw import as_sent
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import Day, District, accounts_only, files
from remind_etl_tests.warehouses import DISTRICT

P2 = "S2,P2,Eve,Orr,,K,,,,,,"


def _published(day: Day, published: Published) -> dict[str, list[dict[str, str]]]:
    """The tables as published, by name."""
    manifest = publish(
        day.db, day.platform.state(DISTRICT), "2026-01-01T00:00:00+00:00", published, as_sent.read_as_sent
    )
    return {name: pq.read_table(published.file(DISTRICT, name)).to_pylist() for name in manifest.tables}


def test_what_is_planned_is_what_is_delivered(store: PlatformStore, district: District) -> None:
    district.platform = store
    for sent in (files(), files(students=[P2], enrollments=["S2,C2,P2"]), files()):
        with district.day(sent) as day:
            day.plan_and_deliver()
            for kind in KINDS:
                should_be = [dict(zip(kind.columns, row, strict=True)) for row in day.rows(f"provisioned.{kind.name}")]
                assert district.active(kind.name) == sorted(should_be, key=json.dumps)


def test_a_delivery_has_a_receipt_of_its_drop_plan_and_counts(store: PlatformStore, district: District) -> None:
    district.platform = store
    with district.day(files()) as day:
        planned = day.plan_and_deliver()
        ((drop_id,),) = day.rows("landed.drops", "drop_id")

        assert day.receipt == store.last_delivery(DISTRICT)
        assert day.receipt is not None
        assert (day.receipt.number, day.receipt.drop_id, day.receipt.plan_hash) == (1, drop_id, planned.plan_hash)
        assert sum(n for actions in day.receipt.counts.values() for n in actions.values()) == planned.actions["create"]


def test_a_step_that_is_repeated_after_its_delivery_delivers_nothing_more(district: District) -> None:
    with district.day(files()) as day:
        day.plan()
        day.deliver()
        first = day.receipt
        day.deliver()

        assert day.receipt == first is not None
        assert day.platform.state(DISTRICT).base == 1


def test_a_drop_of_which_nothing_is_left_to_do_is_not_delivered_again(district: District) -> None:
    with district.day(files()) as day:
        day.plan_and_deliver()
        day.plan_and_deliver()

        assert day.receipt is None
        assert day.platform.state(DISTRICT).base == 1


def test_a_new_drop_without_changes_has_a_receipt(district: District) -> None:
    sent = files()
    district.deliver(sent)
    with district.day(sent | {"schools.csv": sent["schools.csv"] + "\n"}) as day:
        day.plan_and_deliver()

        assert day.receipt is not None
        assert (day.receipt.number, day.receipt.counts) == (2, {})


def test_a_plan_is_not_delivered_on_top_of_what_came_after_it(district: District) -> None:
    with district.day(files()) as late:
        late.plan()
        district.deliver(files(students=[P2], enrollments=[]))

        with pytest.raises(PlanStale):
            late.deliver(force_older=True)


def test_an_older_drop_does_not_overwrite_a_newer_one_unless_it_is_forced(district: District) -> None:
    with district.day(files()) as older:
        district.deliver(files(students=[P2], enrollments=[]))
        newer = district.active("accounts")

        older.plan_and_deliver()
        assert (older.receipt, district.active("accounts")) == (None, newer)

        older.deliver(force_older=True)
        assert older.receipt is not None
        assert older.receipt.number == 2
        assert len(district.active("accounts")) == 5


def test_the_report_shows_the_platform_the_plan_and_the_problems(district: District) -> None:
    published = Published(district.folder / "published")
    with district.day(files()) as day:
        day.plan_and_deliver()
        tables = _published(day, published)

    schools = {row["account_id"]: str(row["school_id"]) for row in district.active("school_members")}  # one each
    by_school = sorted(
        district.active("accounts"), key=lambda row: (schools[row["account_id"]], str(row["account_id"]))
    )
    assert tables["accounts"] == by_school
    assert sorted((r["class_id"], r["role"], r["record_id"]) for r in tables["class_members"]) == [
        ("C1", "guardian", "P1"),
        ("C1", "owner", "T1"),
        ("C1", "student", "P1"),
        ("C2", "owner", "T2"),
        ("C2", "student", "P2"),
    ]
    assert {row["link"] for row in tables["schools"]} == {"confirmed"}
    assert [row["code"] for row in tables["problems"]] == ["student_without_contact"]
    assert {row["action"] for row in tables["changes"]} == {"create"}
    manifest = published.manifest(DISTRICT)
    assert manifest is not None
    assert manifest.counts == {
        "accounts": 5,
        "teachers": 2,
        "guardians": 1,
        "students": 2,
        "contact_points": 5,
        "classes": 2,
        "class_members": 5,
    }
    assert (manifest.problems["alert"], manifest.plan["create"], manifest.holds) == (1, 22, ())


def test_the_report_names_what_waits_and_under_which_hash(district: District) -> None:
    published = Published(district.folder / "published")
    teachers = [f"S1,T{n},Tea,Cher,t{n}@example.org," for n in range(30)]
    district.deliver(accounts_only(files(teachers=teachers)))
    with district.day(accounts_only(files(teachers=teachers[-2:])), {"S2": "waits"}) as day:
        planned = day.plan_and_deliver()
        changes = _published(day, published)["changes"]

    assert day.receipt is not None
    assert day.receipt.held["accounts"] == 28
    manifest = published.manifest(DISTRICT)
    assert manifest is not None
    assert (manifest.holds, manifest.hold_hash) == (("teachers",), planned.hold_hash)
    assert (manifest.waiting_schools, manifest.waiting_people) == (1, 1)
    assert manifest.plan["held"] == sum(row["state"] == "held" for row in changes) > 28


def test_a_change_shows_its_record_but_a_delivered_creation_leaves_it_to_the_table(district: District) -> None:
    published = Published(district.folder / "published")
    district.deliver(files(students=[P2.replace("Eve", "Eva")], enrollments=["S2,C2,P2"]))
    with district.day(files(students=[P2, "S2,P3,Ada,Orr,,K,,,,,,"], enrollments=["S2,C2,P2"])) as day:
        day.plan_and_deliver()
        tables = _published(day, published)

    updated, created = (next(r for r in tables["changes"] if r["action"] == a) for a in ("update", "create"))
    assert [json.loads(updated[side])["first_name"] for side in ("before", "after")] == ["Eva", "Eve"]
    assert (created["kind"], any(created[side] for side in ("before", "after"))) == ("accounts", False)
    assert created["id"] in {row["account_id"] for row in tables["accounts"]}


def test_a_creation_that_waits_shows_its_record(district: District) -> None:
    published = Published(district.folder / "published")
    with district.day(files()) as day:
        day.plan_and_deliver(pause="all")
        changes = _published(day, published)["changes"]

    assert {row["state"] for row in changes} == {"paused"}
    assert all(row["after"] for row in changes)


def test_only_tables_of_records_that_changed_are_written_again(district: District) -> None:
    published = Published(district.folder / "published")

    def publish_files(**sent: list[str]) -> dict[str, str]:
        with district.day(files(**sent)) as day:
            day.plan_and_deliver()
            publish(day.db, day.platform.state(DISTRICT), "2026-01-01T00:00:00+00:00", published, as_sent.read_as_sent)
        manifest = published.manifest(DISTRICT)
        assert manifest is not None
        return {name: manifest.tables[name].file for name in RECORDS}

    first = publish_files(students=[P2], enrollments=["S2,C2,P2"])
    assert publish_files(students=[P2], enrollments=["S2,C2,P2"]) == first
    second = publish_files(students=[P2.replace("Eve", "Eva")], enrollments=["S2,C2,P2"])
    changed = {name for name in RECORDS if second[name] != first[name]}
    assert changed == {"accounts", "class_members", "removed", "search_terms"}


def test_nobody_who_was_removed_is_reported_as_a_class_member(district: District) -> None:
    published = Published(district.folder / "published")
    district.deliver(files())
    with district.day(accounts_only(files(students=[P2]))) as day:
        day.plan_and_deliver()
        members = _published(day, published)["class_members"]

    assert {row["record_id"] for row in members} == {"T1", "T2", "P2"}
