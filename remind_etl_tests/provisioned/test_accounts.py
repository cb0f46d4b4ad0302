"""Who gets an account, with which roles, contact points, memberships and guardianships."""

import pytest

from remind_etl import suites
from remind_etl.landed.copy import LandingStore
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import Day, District, broken, files
from remind_etl_tests.warehouses import DISTRICT, prepared


def _student(record: str, guardian: str = ",,,", email: str = "", phone: str = "", school: str = "S1") -> str:
    return f"{school},{record},Kid{record},Fox,,,{email},{phone},{guardian}"


def _people(day: Day) -> set[tuple[str, str, str | None, str | None]]:
    """First name, roles, email and phone of each account."""
    return set(day.rows("provisioned.accounts", "first_name", "roles", "email", "phone"))


def test_each_teacher_student_and_guardian_gets_one_account(district: District) -> None:
    with district.day(files()) as day:
        day.provision()

        assert _people(day) == {
            ("Ann", "teacher", "ann@example.org", "+12125550142"),
            ("Bob", "teacher", "bob@example.org", None),
            ("Cy", "student", "cy@example.org", None),
            ("Dee", "guardian", "dee@example.org", None),
            ("Eve", "student", None, None),
        }
        assert day.one("provisioned.accounts", "student_id = 'P1'") | {"account_id": ""} == {
            "account_id": "",
            "roles": "student",
            "teacher_id": None,
            "student_id": "P1",
            "first_name": "Cy",
            "last_name": "Fox",
            "email": "cy@example.org",
            "phone": None,
            "dob": "2012-01-31",
            "grade": "7",
        }
        assert broken(day.db) == []


def test_tables_have_the_columns_of_their_kind_in_its_order(district: District) -> None:
    with district.day(files()) as day:
        day.provision()

        for kind in KINDS:
            assert tuple(day.db.table(f"provisioned.{kind.name}").columns) == kind.columns


def test_a_teacher_of_two_schools_is_one_account_and_a_member_of_both(district: District) -> None:
    with district.day(files(teachers=["S1,T1,Ann,Lee,ann@example.org,", "S2,T1,Ann,Lee,ann@example.org,"])) as day:
        day.provision()
        teacher = day.one("provisioned.accounts", "teacher_id = 'T1'")["account_id"]

        assert [m for m in day.rows("provisioned.school_members") if m[0] == teacher] == [
            (teacher, "S1", "platform-S1", "teacher"),
            (teacher, "S2", "platform-S2", "teacher"),
        ]


def test_of_rows_that_disagree_the_first_counts_and_a_blank_says_nothing(district: District) -> None:
    lines = ["S1,P1,Cy,Fox,,,,,,,,", "S2,P1,Cyrus,Fox,2012-01-31,7,,,,,,"]
    with district.day(files(students=lines)) as day:
        day.provision()
        student = day.one("provisioned.accounts", "student_id = 'P1'")

    assert (student["first_name"], student["dob"], student["grade"]) == ("Cy", "2012-01-31", "7")


def test_guardians_who_share_an_email_are_one_person(district: District) -> None:
    lines = [_student("P1", "Dee,Fox,dee@example.org,"), _student("P2", "DEE,fox,Dee@Example.org,2125550143")]
    with district.day(files(students=lines)) as day:
        day.provision()

        assert ("Dee", "guardian", "dee@example.org", "+12125550143") in _people(day)
        assert len(day.rows("provisioned.guardianships")) == 2
        assert "contact_name_differs" not in dict(day.problems())


def test_of_several_names_with_one_guardian_email_the_first_in_file_order_counts(district: District) -> None:
    lines = [
        _student("P1", ",,dee@example.org,"),
        _student("P2", "Dee,Fox,dee@example.org,"),
        _student("P3", "Dee,Fox-Orr,dee@example.org,"),
    ]
    with district.day(files(students=lines)) as day:
        day.provision()
        guardian = day.one("provisioned.accounts", "roles = 'guardian'")

        assert (guardian["first_name"], guardian["last_name"]) == ("Dee", "Fox")
        assert [p for p in day.problems() if p[0] == "contact_name_differs"] == [("contact_name_differs", "P3")]


def test_a_guardian_without_email_joins_the_one_with_the_same_phone_and_name(district: District) -> None:
    lines = [_student("P1", "Zoë,Fox,zoe@example.org,2125550143"), _student("P2", "ZOE,Fox,,(212) 555-0143")]
    with district.day(files(students=lines)) as day:
        day.provision()

        assert len(day.rows("provisioned.guardianships")) == 2
        assert sum(roles == "guardian" for _, roles, _, _ in _people(day)) == 1


def test_where_phone_and_name_fit_two_guardians_a_row_without_email_joins_neither(district: District) -> None:
    lines = [
        _student("P1", "Dee,Fox,a@example.org,2125550143"),
        _student("P2", "Dee,Fox,b@example.org,2125550143"),
        _student("P3", "Dee,Fox,,2125550143"),
    ]
    with district.day(files(students=lines)) as day:
        day.provision()

        guardians = {person for person in _people(day) if person[1] == "guardian"}
        assert guardians == {
            ("Dee", "guardian", None, "+12125550143"),
            ("Dee", "guardian", "a@example.org", None),
            ("Dee", "guardian", "b@example.org", None),
        }


def test_guardians_without_email_are_one_where_phone_and_name_are_the_same(district: District) -> None:
    lines = [
        _student("P1", "Dee,Fox,,2125550143"),
        _student("P2", "dee,FOX,,212.555.0143"),
        _student("P3", "Dan,Fox,,2125550144"),
    ]
    with district.day(files(students=lines)) as day:
        day.provision()

        assert sum(roles == "guardian" for _, roles, _, _ in _people(day)) == 2


def test_a_guardian_with_neither_contact_is_no_account(district: District) -> None:
    with district.day(files(students=[_student("P1", "Dee,Fox,nonsense,")])) as day:
        day.provision()

        assert not [roles for _, roles, _, _ in _people(day) if "guardian" in roles]
        assert ("guardian_without_contact", "P1") in day.problems()
        assert ("student_without_contact", "P1") in day.problems()


def test_a_guardian_is_a_member_of_the_schools_of_their_students(district: District) -> None:
    lines = [_student("P1", "Dee,Fox,dee@example.org,"), _student("P2", "Dee,Fox,dee@example.org,", school="S2")]
    with district.day(files(students=lines)) as day:
        day.provision()

        members = day.rows("provisioned.school_members", "school_id", "role")
        assert [m for m in members if m[1] == "guardian"] == [("S1", "guardian"), ("S2", "guardian")]


def test_people_of_schools_that_wait_or_are_ignored_get_no_account_and_no_error(district: District) -> None:
    for how in ("waits", "ignored"):
        with district.day(files(), {"S2": how}) as day:
            day.provision()

            assert {first for first, *_ in _people(day)} == {"Ann", "Cy", "Dee"}
            assert day.rows("provisioned.classes", "class_id") == [("C1",)]
            assert day.problems() == []


@pytest.mark.parametrize("how", ["waits", "ignored"])
def test_of_a_person_at_two_schools_only_the_rows_of_the_confirmed_one_say_anything(
    district: District, how: str
) -> None:
    sent = files(
        teachers=["S2,T1,Anna,Li,other@example.org,2125550142", "S1,T1,Ann,Lee,ann@example.org,"],
        students=[
            _student("P1", "Dan,Fox,dan@example.org,", phone="2125550143", school="S2"),
            _student("P1", "Dee,Fox,dee@example.org,"),
        ],
    )
    with district.day(sent, {"S2": how}) as day:
        day.provision()

        assert _people(day) == {
            ("Ann", "teacher", "ann@example.org", None),
            ("KidP1", "student", None, None),
            ("Dee", "guardian", "dee@example.org", None),
        }
        assert broken(day.db) == []
        confirmed = day.rows("provisioned.accounts")
    district.deliver(sent)
    before = {kind: district.active(kind) for kind in ("contact_points", "guardianships", "school_members")}
    planned = district.deliver(sent, {"S2": how})

    if how == "waits":
        assert planned.actions["remove"] == 0
        assert all(record in district.active(kind) for kind in before for record in before[kind])
    else:
        assert {a["account_id"] for a in district.active("accounts")} == {account[0] for account in confirmed}


def test_the_suites_themselves_approve_of_a_district_with_every_kind_of_person(district: District) -> None:
    lines = [
        _student("P1", "Ann,Lee,ann@example.org,2125550199"),
        _student("P2", "Sam,Roe,,2125550142", email="bob@example.org"),
        _student("P3", "Dee,Fox,dee@example.org,"),
    ]
    file = district.folder / f"{DISTRICT}.duckdb"
    with prepared(district.folder / "day", files(students=lines), database=file) as db:
        Day(db, district.platform, LandingStore(district.folder)).provision()
        failed = [
            judgement.rule
            for kind in KINDS
            for judgement in suites.validate_table(db, "provisioned", kind.name)
            if not judgement.passed
        ]

    assert failed == []


def test_provisioning_again_reports_nothing_twice(district: District) -> None:
    with district.day(files(students=[_student("P1", "Dee,Fox,nonsense,")])) as day:
        day.provision()
        before = day.rows("valid.findings"), day.rows("valid.left_out"), day.rows("provisioned.accounts")
        day.provision()

        assert (day.rows("valid.findings"), day.rows("valid.left_out"), day.rows("provisioned.accounts")) == before
