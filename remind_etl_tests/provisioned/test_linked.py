"""A contact point that the platform holds outside of the district leads to that account."""

import sqlite3
from pathlib import Path

import pyarrow as pa

from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import NO_DISTRICT
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACCOUNTS, CONTACT_POINTS
from remind_etl_tests.districts import Day, District, broken, files


def _elsewhere(district: District, *contacts: tuple[str, str, str], of: str = "elm") -> None:
    """Let another district, or nobody's, have accounts with these contact points: account_id, kind, value."""
    for contact in contacts:
        district.hold_elsewhere(*contact, of=of)


def _other(folder: Path, of: str = "elm") -> list[tuple[str, ...]]:
    with sqlite3.connect(folder / "platform.db") as db:
        return [
            row
            for kind in (ACCOUNTS, CONTACT_POINTS)
            for row in db.execute(f"select * from {kind.name} where district_id = ?", [of])  # noqa: S608
        ]


def _student(record: str, guardian: str = ",,,", email: str = "", phone: str = "") -> str:
    return f"S1,{record},Kid,{record},,,{email},{phone},{guardian}"


def _ids(day: Day) -> dict[str, str]:
    day.provision()
    assert broken(day.db) == []
    return dict(day.rows("provisioned.accounts", "first_name", "account_id"))


def test_a_contact_point_that_another_district_holds_links_to_its_account(district: District) -> None:
    _elsewhere(district, ("far", "email", "dee@example.org"))
    with district.day(files()) as day:
        assert _ids(day)["Dee"] == "far"
        assert len(day.rows("provisioned.linked")) == 1


def test_a_teacher_links_to_the_account_that_they_made_for_themselves(district: District) -> None:
    _elsewhere(district, ("own", "phone", "+12125550142"), of=NO_DISTRICT)
    planned = district.deliver(files())

    assert district.account(teacher_id="T1")["account_id"] == "own"
    assert planned.actions["link"] == 1


def test_a_linked_account_is_linked_once_and_kept_when_its_contact_point_changes(district: District) -> None:
    _elsewhere(district, ("own", "email", "ann@example.org"), of=NO_DISTRICT)
    district.deliver(files())
    assert sum(district.deliver(files()).actions.values()) == 0
    district.deliver(files(teachers=["S1,T1,Ann,Lee,new@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]))

    assert district.account(teacher_id="T1")["account_id"] == "own"


def test_a_linked_account_is_neither_altered_nor_removed_for_others(district: District) -> None:
    _elsewhere(district, ("far", "email", "ann@example.org"), ("far", "phone", "+12125550199"))
    before = _other(district.folder)
    district.deliver(files())
    planned = district.deliver(
        files(teachers=["S2,T2,Bob,Ray,bob@example.org,"], classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"])
    )

    assert planned.actions["remove"] > 0
    assert "far" not in {a["account_id"] for a in district.active("accounts")}
    assert _other(district.folder) == before


def test_an_account_elsewhere_is_linked_to_one_person_by_email_before_phone(district: District) -> None:
    _elsewhere(district, ("far", "email", "zoe@example.org"), ("far", "phone", "+12125550150"))
    lines = [_student("P1", "Abe,Fox,,2125550150"), _student("P2", "Zoe,Fox,zoe@example.org,")]
    with district.day(files(students=lines)) as day:
        ids = _ids(day)
    assert ids["Zoe"] == "far"
    assert ids["Abe"] != "far"


def test_a_person_with_contact_points_of_two_accounts_is_linked_by_the_email(district: District) -> None:
    _elsewhere(district, ("a", "phone", "+12125550150"), ("b", "email", "dee@example.org"))
    with district.day(files(students=[_student("P1", "Dee,Fox,dee@example.org,2125550150")])) as day:
        assert _ids(day)["Dee"] == "b"


def test_a_student_is_linked_by_an_email_and_never_by_a_phone_that_an_adult_may_have(district: District) -> None:
    _elsewhere(district, ("adult", "phone", "+12125550150"), ("own", "email", "kid@example.org"))
    lines = [
        _student("P1", phone="2125550150"),
        _student("P2", email="kid@example.org", phone="2125550151"),
    ]
    district.deliver(files(students=lines))

    assert district.account(student_id="P1")["account_id"] != "adult"
    assert district.account(student_id="P2")["account_id"] == "own"


def test_who_is_known_in_the_district_is_not_linked(district: District) -> None:
    district.deliver(files())
    before = district.account(teacher_id="T1")["account_id"]
    _elsewhere(district, ("far", "email", "ann@example.org"))
    assert sum(district.deliver(files()).actions.values()) == 0

    assert district.account(teacher_id="T1")["account_id"] == before


def test_all_contact_points_are_looked_up_in_one_query_and_only_those_of_people_not_known(district: District) -> None:
    asked: list[int] = []
    held_elsewhere = PlatformStore.held_elsewhere

    def counted(store: PlatformStore, district_id: DistrictId, contacts: pa.Table) -> pa.Table:
        asked.append(contacts.num_rows)
        return held_elsewhere(store, district_id, contacts)

    district.platform.held_elsewhere = counted.__get__(district.platform)  # type: ignore[method-assign]
    with district.day(files()) as first:
        first.walk()
    district.deliver(files())
    district.deliver(files(students=[_student("P1"), _student("P7", email="new@example.org")]))
    assert asked == [5, 0, 1]
