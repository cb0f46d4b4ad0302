"""An account outside of the district is linked only by a verified email and a name; all else makes a new account."""

from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import LINKS, NO_DISTRICT, TABLES
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests import database_servers as databases
from remind_etl_tests.districts import ROOMY, Day, District, Elsewhere, all_hold, broken, files, new_district
from remind_etl_tests.warehouses import DISTRICT

TEACHER = "ann@example.org"
"""The email of T1, Ann Lee."""


@pytest.fixture
def district(tmp_path: Path) -> District:
    """A district of which the platform holds nothing yet."""
    return new_district(tmp_path)


@pytest.fixture(params=databases.KINDS)
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> District:
    """The same, in SQLite and in Postgres."""
    return District(tmp_path, PlatformStore(databases.new(request.param, tmp_path, request.config)))


BOB = "S2,T2,Bob,Ray,bob@example.org,"
ANN = f"S1,T1,Ann,Lee,{TEACHER},"
"""The rows of the two teachers, without a phone."""


def _other(district: District, of: str = "elm") -> list[tuple[str, ...]]:
    with district.platform.engine.connect() as db:
        tables = (TABLES["accounts"], TABLES["contact_points"])
        return [tuple(row) for t in tables for row in db.execute(sa.select(t).where(t.c.district_id == of))]


def _student(record: str, guardian: str = ",,,", email: str = "", phone: str = "") -> str:
    return f"S1,{record},Kid,{record},,,{email},{phone},{guardian}"


def _ids(day: Day) -> dict[str, str]:
    day.provision()
    assert broken(day.db) == []
    return dict(day.rows("provisioned.accounts", "first_name", "account_id"))


def _outside(day: Day) -> list[tuple[str, ...]]:
    """The problems about accounts outside of the district."""
    found = day.rows("valid.problems", "code", "file", "column", "record_id", "message")
    return [row for row in found if row[0] in ("contact_used_elsewhere", "contact_not_added")]


VICTIMS = {
    ("teachers.csv", "teacher_email", "T1"): Elsewhere("far-1", TEACHER, "Zoe Ray", "teacher"),
    ("students.csv", "guardian_email", "P1"): Elsewhere("far-2", "dee@example.org", "Zoe Ray", "guardian"),
    ("students.csv", "guardian_phone", "P2"): Elsewhere("far-3", "+12125550150", "Ida May", "guardian"),
    ("students.csv", "student_email", "P3"): Elsewhere("far-4", "kid@example.org", "Kid P3", "student"),
}
"""The people of another district, by the file, column and record that name a contact point of theirs."""


def test_people_of_another_district_keep_their_accounts_to_themselves(anywhere: District) -> None:
    district = anywhere
    for theirs in VICTIMS.values():
        district.hold_elsewhere(theirs)
    before = _other(district)
    students = [_student("P1", "Dee,Fox,dee@example.org,"), _student("P2", "Ida,May,,2125550150")]
    sent = files(students=[*students, _student("P3", email="kid@example.org")])
    with district.day(sent) as day:
        planned = day.plan_and_deliver(check=all_hold)
        told = {tuple(where): (code, message) for code, *where, message in _outside(day)}
    assert told.keys() == VICTIMS.keys()
    accounts = {account["account_id"] for account in district.active("accounts")}
    for place, theirs in VICTIMS.items():
        code, message = told[place]
        assert code == "contact_used_elsewhere"
        assert not [word for word in ("far", "elm", "Zoe", theirs.value) if word in message]
        assert theirs.account_id not in accounts
        assert district.contacts()[theirs.value] in accounts
    assert planned.actions["link"] == 0
    assert _other(district) == before
    again = district.deliver(sent)
    assert (sum(again.actions.values()), again.held) == (0, 0)


def test_a_verified_email_and_an_equal_name_link(anywhere: District) -> None:
    district = anywhere
    district.hold_elsewhere(Elsewhere("own", TEACHER, "ÁNN  lee", of=NO_DISTRICT))
    with district.day(files(teachers=[ANN, BOB])) as day:
        planned = day.plan_and_deliver()
        assert _outside(day) == []
    assert district.account(teacher_id="T1")["account_id"] == "own"
    assert planned.actions["link"] == 1
    assert [(link.account_id, link.rule, link.number) for link in district.platform.links(DISTRICT)] == [
        ("own", "email_and_name", 1)
    ]
    again = district.deliver(files(teachers=[ANN, BOB]))
    assert (sum(again.actions.values()), again.held) == (0, 0)


@pytest.mark.parametrize(
    "other",
    [
        Elsewhere("far", TEACHER, "Ann Lee", "teacher", is_verified=False),
        Elsewhere("far", TEACHER, "Anna Lee", "teacher"),
        Elsewhere("far", TEACHER, "", "teacher"),
        Elsewhere("far", TEACHER, "Ann Lee", "student"),
        Elsewhere("far", TEACHER, "Ann Lee", "guardian+student"),
    ],
    ids=["not verified", "another name", "no name", "a student", "a student too"],
)
def test_less_than_a_verified_email_and_an_equal_name_of_an_adult_does_not_link(
    district: District, other: Elsewhere
) -> None:
    district.hold_elsewhere(other)
    with district.day(files(teachers=[ANN, BOB])) as day:
        assert _ids(day)["Ann"] != "far"
        assert [row[0] for row in _outside(day)] == ["contact_used_elsewhere"]


def test_a_guardian_without_a_name_is_not_linked_to_an_account_without_a_name(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", "dee@example.org", ""))
    with district.day(files(students=[_student("P1", ",,dee@example.org,")])) as day:
        day.provision()
        assert day.rows("provisioned.linked") == []


def test_a_guardian_is_never_linked_to_an_account_that_is_a_teacher_somewhere(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", "dee@example.org", "Dee Fox", "guardian"))
    district.hold_elsewhere(Elsewhere("far", "dee@work.example.org", "Dee Fox", "teacher", of="ash"))
    with district.day(files(students=[_student("P1", "Dee,Fox,dee@example.org,")])) as day:
        assert _ids(day)["Dee"] != "far"


def test_a_student_who_is_also_a_guardian_is_not_linked(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", "kid@example.org", "Kid P1", "guardian"))
    lines = [_student("P1", email="kid@example.org"), _student("P2", "Kid,P1,kid@example.org,")]
    with district.day(files(students=lines)) as day:
        day.provision()
        assert day.rows("provisioned.linked") == []


def test_an_email_that_fits_two_accounts_links_to_neither(district: District) -> None:
    for account_id, of in (("far", "elm"), ("own", NO_DISTRICT)):
        district.hold_elsewhere(Elsewhere(account_id, TEACHER, "Ann Lee", "teacher", of=of))
    with district.day(files(teachers=[ANN, BOB])) as day:
        assert not {"far", "own"} & {*_ids(day).values()}


def test_an_account_that_fits_two_people_is_linked_to_neither(district: District) -> None:
    for email in (TEACHER, "lee@example.org"):
        district.hold_elsewhere(Elsewhere("far", email, "Ann Lee", "teacher"))
    teachers = [f"S1,T1,Ann,Lee,{TEACHER},", "S2,T2,Ann,Lee,lee@example.org,"]
    with district.day(files(teachers=teachers)) as day:
        day.provision()
        assert day.rows("provisioned.linked") == []


def test_a_linked_account_gets_no_further_contact_point_by_itself(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    with district.day(files(teachers=[f"{ANN}2125550177", BOB])) as day:
        day.plan_and_deliver(check=all_hold)
        assert [row[:4] for row in _outside(day)] == [
            ("contact_not_added", "teachers.csv", "teacher_mobile_phone", "T1")
        ]
    assert [value for value, owner in district.contacts().items() if owner == "far"] == [TEACHER]
    assert district.account(teacher_id="T1")["phone"] is None

    with district.day(files(teachers=["S1,T1,Ann,Lee,new@example.org,", BOB])) as day:
        day.plan_and_deliver(check=all_hold)
        assert [row[:4] for row in _outside(day)] == [("contact_not_added", "teachers.csv", "teacher_email", "T1")]
    assert district.account(teacher_id="T1")["account_id"] == "far"
    assert district.account(teacher_id="T1")["email"] == TEACHER
    assert "new@example.org" not in district.contacts()
    assert sum(district.deliver(files(teachers=["S1,T1,Ann,Lee,new@example.org,", BOB])).actions.values()) == 0


def test_a_linked_account_gets_a_contact_point_that_it_has_outside_of_the_district(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    district.hold_elsewhere(Elsewhere("far", "+12125550177", "Ann Lee", "teacher"))
    district.deliver(files(teachers=[f"{ANN}2125550177", BOB]))
    assert district.contacts()["+12125550177"] == "far"


def test_a_contact_point_that_a_linked_account_had_before_stays_when_the_other_district_gives_it_up(
    district: District,
) -> None:
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    district.deliver(files(teachers=[ANN, BOB]))
    contacts = TABLES["contact_points"]
    with district.platform.engine.begin() as db:
        db.execute(sa.delete(contacts).where(contacts.c.district_id == "elm"))
    assert sum(district.deliver(files(teachers=[ANN, BOB])).actions.values()) == 0


def test_a_linked_account_is_neither_altered_nor_removed_for_others(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    before = _other(district)
    district.deliver(files(teachers=[ANN, BOB]))
    planned = district.deliver(files(teachers=[BOB], classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"]))

    assert planned.actions["remove"] > 0
    assert "far" not in {a["account_id"] for a in district.active("accounts")}
    assert _other(district) == before


def test_a_person_that_is_known_in_the_district_is_not_linked(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB]))
    before = district.account(teacher_id="T1")["account_id"]
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    assert sum(district.deliver(files(teachers=[ANN, BOB])).actions.values()) == 0

    assert district.account(teacher_id="T1")["account_id"] == before


def test_all_contact_points_are_looked_up_in_one_query(district: District) -> None:
    asked: list[int] = []
    held_elsewhere = PlatformStore.held_elsewhere

    def counted(store: PlatformStore, district_id: DistrictId, contacts: pa.Table) -> pa.Table:
        asked.append(contacts.num_rows)
        return held_elsewhere(store, district_id, contacts)

    district.platform.held_elsewhere = counted.__get__(district.platform)  # type: ignore[method-assign]
    with district.day(files(teachers=[ANN, BOB])) as first:
        first.plan_and_deliver()
    assert asked == [4]


@pytest.mark.parametrize("broken_row", [[], ["S1,T9,,Orr,x@example.org,"]], ids=["all rows readable", "a rejected row"])
def test_the_person_of_a_link_that_was_taken_back_gets_an_account_of_their_own(
    anywhere: District, broken_row: list[str]
) -> None:
    district = anywhere
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    district.hold_elsewhere(Elsewhere("of-dee", "dee@example.org", "Dee Fox", "guardian"))
    before = _other(district)
    students = ["S1,P1,Cy,Fox,,,,,Dee,Fox,dee@example.org,", "S2,P2,Eve,Orr,,,,,,,,"]
    sent = files(teachers=[ANN, BOB, *broken_row], students=students)
    district.deliver(sent)
    assert district.platform.state(DISTRICT).linked == {"far", "of-dee"}

    district.taken_back = ("far", "of-dee")
    with district.day(sent) as day:
        day.plan_and_deliver(limits=ROOMY, check=all_hold)

    owner = district.account(teacher_id="T1")["account_id"]
    assert owner != "far"
    assert not {"far", "of-dee"} & {account["account_id"] for account in district.active("accounts")}
    assert district.contacts()[TEACHER] == owner
    assert owner in {row["owner_account_id"] for row in district.active("classes")}
    (guardianship,) = district.active("guardianships")
    assert district.contacts()["dee@example.org"] == guardianship["guardian_account_id"]
    assert _other(district) == before
    assert district.platform.links(DISTRICT) == []
    again = district.deliver(sent)
    assert (sum(again.actions.values()), again.held) == (0, 0)


ZOE = "S1,T1,Zoe,Ray,zoe@example.org,"
"""Another teacher under the id of Ann Lee."""


@pytest.mark.parametrize("broken_row", [[], ["S1,T1,,Lee,x@example.org,"]], ids=["all rows readable", "a rejected row"])
def test_a_linked_account_never_passes_to_another_teacher_who_gets_its_id(
    anywhere: District, broken_row: list[str]
) -> None:
    district = anywhere
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    district.deliver(files(teachers=[ANN, BOB]))
    sent = files(teachers=[ZOE, BOB, *broken_row])
    before = district.active("accounts"), district.active("classes"), _other(district)
    held = district.deliver(sent)
    assert [district.active("accounts"), district.active("classes"), _other(district)] == [*before]
    assert held.holds == ("reused_ids",)

    with district.day(sent) as day:
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}, check=all_hold)
        told = {row for row in day.rows("valid.problems", "code", "file", "record_id") if row[0] == "person_id_reused"}
    assert told == {("person_id_reused", "teachers.csv", "T1")}
    own = district.account(teacher_id="T1")
    assert (own["first_name"], own["email"]) == ("Zoe", "zoe@example.org")
    assert own["account_id"] != "far"
    assert "far" not in {account["account_id"] for account in district.active("accounts")}
    assert district.contacts().get(TEACHER) is None
    assert own["account_id"] in {row["owner_account_id"] for row in district.active("classes")}
    assert _other(district) == before[2]
    again = district.deliver(sent)
    assert (sum(again.actions.values()), again.held) == (0, 0)


@pytest.mark.parametrize(
    "row",
    ["S1,T1,Zoe,Lee,zoe@example.org,", "S1,T1,Zoe,Quill,zoe@example.org,2125550142", f"S1,T1,Zoe,Lee,{TEACHER},"],
    ids=["an equal last name", "an equal phone", "an equal last name and email"],
)
@pytest.mark.parametrize(
    "is_ours", [True, False], ids=["another district has ours", "we have that of another district"]
)
def test_one_value_in_common_does_not_make_another_teacher_the_owner_of_a_linked_account(
    district: District, row: str, is_ours: bool
) -> None:
    known = f"{ANN}2125550142"
    if is_ours:
        district.deliver(files(teachers=[known, BOB]))
        linked = str(district.account(teacher_id="T1")["account_id"])
        _link_in_another_district(district, linked)
    else:
        linked = "far"
        district.hold_elsewhere(Elsewhere(linked, TEACHER, "Ann Lee", "teacher"))
        district.hold_elsewhere(Elsewhere(linked, "+12125550142", "Ann Lee", "teacher"))
        district.deliver(files(teachers=[known, BOB]))
    held = district.deliver(files(teachers=[row, BOB]))
    assert held.holds == ("reused_ids",)
    with district.day(files(teachers=[row, BOB])) as day:
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}, check=all_hold)
    assert district.account(teacher_id="T1")["account_id"] != linked
    assert linked not in {account["account_id"] for account in district.active("accounts")}


def test_the_other_parent_never_gets_the_linked_account_of_a_guardian(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", "dee@example.org", "Dee Fox", "guardian"))
    district.hold_elsewhere(Elsewhere("far", "+12125550151", "Dee Fox", "guardian"))
    district.deliver(files(students=[_student("P1", "Dee,Fox,dee@example.org,2125550151")]))
    assert district.contacts()["dee@example.org"] == "far"
    district.deliver(files(students=[_student("P1", "Al,Fox,al@example.org,2125550151")]))
    assert "far" not in {
        account["account_id"] for account in district.active("accounts") if account["first_name"] == "Al"
    }
    assert district.contacts()["al@example.org"] != "far"


@pytest.mark.parametrize(
    ("former", "new"),
    [
        ({"teachers": [ANN, BOB]}, {"teachers": [ZOE, BOB]}),
        (
            {"students": [_student("P1", "Dee,Fox,dee@example.org,")]},
            {"students": [_student("P1", "Una,Zorn,dee@example.org,")]},
        ),
    ],
    ids=["a teacher", "a guardian"],
)
def test_a_new_person_never_gets_an_id_that_another_district_has_by_a_link(
    tmp_path: Path, former: dict[str, list[str]], new: dict[str, list[str]]
) -> None:
    (before, after) = (new_district(tmp_path / name) for name in ("before", "after"))
    before.deliver(files(**former))
    for linked in [str(account["account_id"]) for account in before.active("accounts")]:
        _link_in_another_district(after, linked)
    after.deliver(files(**new))
    first = {(a["first_name"], a["account_id"]) for a in before.active("accounts")}
    second = {(a["first_name"], a["account_id"]) for a in after.active("accounts")}
    assert not {account_id for _, account_id in first} & {account_id for _, account_id in second}


def test_the_id_of_a_link_that_was_removed_goes_to_nobody_else(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB]))
    linked = str(district.account(teacher_id="T1")["account_id"])
    _link_in_another_district(district, linked, is_removed=True)
    held = district.deliver(files(teachers=[ZOE, BOB]))
    with district.day(files(teachers=[ZOE, BOB])) as day:
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}, check=all_hold)
    assert district.account(teacher_id="T1")["account_id"] != linked


def _link_in_another_district(district: District, account_id: str, *, is_removed: bool = False) -> None:
    """Let the district `elm` have the account by a link."""
    district.hold_elsewhere(Elsewhere(account_id, f"{account_id}@example.org", "Ann Lee", "teacher"))
    accounts = TABLES["accounts"]
    with district.platform.engine.begin() as db:
        db.execute(sa.insert(LINKS).values(district_id="elm", account_id=account_id, rule="email_and_name"))
        if is_removed:
            of_elm = accounts.c.district_id == "elm"
            db.execute(sa.update(accounts).where(of_elm).values(removed_at="2026-09-01 00:00:00"))


@pytest.mark.parametrize(
    "row", [f"S1,T1,Ann,Quill,{TEACHER},", "S1,T1,Anne,Lee,new@example.org,"], ids=["a marriage", "a spelling"]
)
def test_a_linked_teacher_who_is_the_same_person_keeps_the_account(district: District, row: str) -> None:
    district.hold_elsewhere(Elsewhere("far", TEACHER, "Ann Lee", "teacher"))
    district.deliver(files(teachers=[ANN, BOB]))
    district.deliver(files(teachers=[row, BOB]))
    assert district.account(teacher_id="T1")["account_id"] == "far"
