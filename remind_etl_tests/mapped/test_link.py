from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from remind_etl.mapped.link import Waiting, confirmed_by_policy, link_schools
from remind_etl_tests.warehouses import SMALL, prepared, problems, rows

Link = tuple[str, str | None, str]


def _linked(
    folder: Path, platform: Mapping[str, str], *links: Link, schools: tuple[str, ...], policy: str = "ask"
) -> dict[str, dict[str, Any]]:
    """The rows of mapped.schools by school_id."""
    with prepared(folder, {"schools.csv": rows("schools.csv", *schools)}) as db:
        link_schools(db, platform, links, policy)
        table = db.table("mapped.schools")
        return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}


def test_a_confirmed_link_says_which_platform_school_a_school_feeds(tmp_path: Path) -> None:
    linked = _linked(tmp_path, {"N1": "North"}, ("S1", "N1", "confirmed"), schools=("S1,Whatever",))

    assert linked["S1"] == {
        "school_id": "S1",
        "school_name": "Whatever",
        "platform_school_id": "N1",
        "platform_school_name": "North",
        "link": "confirmed",
        "score": None,
        "reason": "decided",
        "people": 0,
    }


@pytest.mark.parametrize(
    ("platform", "school", "reason"),
    [
        ({"S1": "Another Name", "P2": "North High"}, "S1,North High", "same id"),
        ({"P1": "Éléna  NORTH-high"}, "S1,Elena North High", "same name"),
        ({"P1": "北京学校"}, "S1,北京学校", "same name"),
        ({"P1": "North High School"}, "S1,North HS", 'same name, with "HS" for "High School"'),
        ({"P1": "North High School"}, "S1,North High Schol", 'similar name, with "Schol" for "School"'),
    ],
)
def test_an_equal_id_then_an_equal_name_then_a_similar_name_is_proposed_with_the_reason(
    tmp_path: Path, platform: dict[str, str], school: str, reason: str
) -> None:
    linked = _linked(tmp_path, platform, schools=(school,))

    assert (linked["S1"]["link"], linked["S1"]["reason"]) == ("proposed", reason)
    assert linked["S1"]["platform_school_id"] == next(iter(platform))


def test_names_without_letters_or_digits_are_not_the_same(tmp_path: Path) -> None:
    assert _linked(tmp_path, {"P1": "---"}, schools=("S1,!!!",))["S1"]["link"] == "unknown"


def test_a_school_that_resembles_none_of_the_platform_is_unknown(tmp_path: Path) -> None:
    linked = _linked(tmp_path, {"P1": "Zeta"}, schools=("S1,North High",))

    assert (linked["S1"]["link"], linked["S1"]["platform_school_id"], linked["S1"]["reason"]) == ("unknown", None, None)


def test_a_platform_school_is_proposed_for_one_school_only(tmp_path: Path) -> None:
    linked = _linked(tmp_path, {"P1": "North High"}, schools=("S1,North High", "S2,North Hihg"))

    assert (linked["S1"]["link"], linked["S2"]["link"]) == ("proposed", "unknown")
    assert linked["S2"]["reason"] == "like P1, which is more like S1"


def test_where_two_would_fit_equally_none_is_proposed(tmp_path: Path) -> None:
    linked = _linked(tmp_path, {"P1": "North High", "P2": "north high"}, schools=("S1,North High",))

    assert (linked["S1"]["link"], linked["S1"]["reason"]) == ("unknown", "equally like P1 and P2")

    linked = _linked(tmp_path / "many", {"P1": "North High"}, schools=tuple(f"S{n},North High" for n in range(1, 7)))
    assert {row["link"] for row in linked.values()} == {"unknown"}
    assert linked["S2"]["reason"] == "like P1, which is as much like S1 and S3 and S4 and 2 more"


def test_an_equal_id_comes_before_an_equal_name_and_that_before_a_similar_one(tmp_path: Path) -> None:
    platform = {"S1": "Other", "P2": "North High", "P3": "North High School"}
    linked = _linked(tmp_path, platform, schools=("S1,North High", "S2,North High School", "S3,North HS"))

    assert [(s, linked[s]["platform_school_id"]) for s in sorted(linked)] == [("S1", "S1"), ("S2", "P3"), ("S3", None)]


def test_a_platform_school_that_another_school_feeds_is_not_proposed_but_named(tmp_path: Path) -> None:
    linked = _linked(tmp_path, {"P1": "North High"}, ("OLD", "P1", "confirmed"), schools=("NEW,North HS",))

    assert (linked["NEW"]["link"], linked["NEW"]["platform_school_id"]) == ("unknown", None)
    assert linked["NEW"]["reason"] == 'like P1, which OLD feeds (same name, with "HS" for "High")'


def test_a_renamed_school_keeps_its_link_and_is_a_notice(tmp_path: Path) -> None:
    schools = rows("schools.csv", "S1,New Name", "S2,SOUTH-high", "S3,Gone")
    links = [
        ("S1", "P1", "confirmed", "Old Name"),
        ("S2", "P2", "confirmed", "South High"),
        ("S3", None, "ignored", "Gone"),
    ]
    with prepared(tmp_path, SMALL | {"schools.csv": schools}) as db:
        link_schools(db, {"P1": "P", "P2": "P"}, links, "ask")
        link_schools(db, {"P1": "P", "P2": "P"}, links, "ask")  # a retry reports nothing twice

        assert problems(db, "severity", "code", "line", "record_id") == [("notice", "school_renamed", 2, "S1")]
        found = db.table("mapped.schools").project("school_id, link, reason").order("school_id").fetchall()
    assert found == [
        ("S1", "confirmed", "decided when it was named Old Name"),
        ("S2", "confirmed", "decided"),
        ("S3", "ignored", "decided"),
    ]


def test_what_a_person_decided_about_is_proposed_no_more(tmp_path: Path) -> None:
    linked = _linked(
        tmp_path, {"P1": "North High"}, ("S1", "P1", "confirmed"), schools=("S1,Somewhere", "S2,North High")
    )

    assert linked["S2"]["link"] == "unknown"


def test_an_ignored_school_is_neither_proposed_for_nor_waits(tmp_path: Path) -> None:
    linked = _linked(tmp_path, {"S1": "North High"}, ("S1", None, "ignored"), schools=("S1,North High",))

    assert (linked["S1"]["link"], linked["S1"]["platform_school_id"]) == ("ignored", None)


@pytest.mark.parametrize(
    ("platform", "link"),
    [({"S1": "X"}, "confirmed"), ({"P1": "North High"}, "confirmed"), ({"P1": "North High School"}, "proposed")],
)
def test_nothing_is_confirmed_without_a_person_unless_the_policy_is_exact_and_id_or_name_are(
    tmp_path: Path, platform: dict[str, str], link: str
) -> None:
    assert _linked(tmp_path / "ask", platform, schools=("S1,North High",))["S1"]["link"] == "proposed"
    assert _linked(tmp_path / "exact", platform, schools=("S1,North High",), policy="exact")["S1"]["link"] == link


def test_a_link_by_policy_is_told_apart_from_one_that_a_person_decided(tmp_path: Path) -> None:
    schools = rows("schools.csv", "S1,North High", "S2,South High", "S3,West High Schol", "S4,East High")
    platform = {"S1": "X", "P2": "South High", "P3": "West High", "P4": "East High"}
    with prepared(tmp_path, SMALL | {"schools.csv": schools}) as db:
        link_schools(db, platform, [("S4", "P4", "confirmed", "East High")], "exact")
        assert confirmed_by_policy(db) == [("S1", "S1", "North High"), ("S2", "P2", "South High")]


def test_a_school_whose_decision_was_taken_back_waits_for_a_person_also_under_the_policy(tmp_path: Path) -> None:
    with prepared(tmp_path, SMALL) as db:
        link_schools(db, {"S1": "North High", "S2": "South High"}, [], "exact", taken_back=["S2"])
        assert confirmed_by_policy(db) == [("S1", "S1", "North High")]
        assert db.sql("select link from mapped.schools where school_id = 'S2'").fetchall() == [("proposed",)]


def test_people_wait_who_are_at_waiting_schools_only(tmp_path: Path) -> None:
    students = rows("students.csv", "S1,P1,Cy,Fox,,,,,,,,", "S2,P1,Cy,Fox,,,,,,,,", "S2,P2,Eve,Orr,,,,,,,,")
    with prepared(tmp_path, SMALL | {"students.csv": students}) as db:
        waiting = link_schools(db, {"N1": "N"}, [("S1", "N1", "confirmed")], "ask")

    assert waiting == Waiting(schools=1, people=2)  # T2 and P2; P1 is at S1 too


def test_nobody_waits_for_an_ignored_school(tmp_path: Path) -> None:
    with prepared(tmp_path, SMALL) as db:
        assert link_schools(db, {}, [("S1", None, "ignored"), ("S2", None, "ignored")], "ask") == Waiting(0, 0)
