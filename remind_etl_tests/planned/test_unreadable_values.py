"""An unreadable value keeps the delivered one; only a blank cell clears it."""

import itertools
from typing import Final

import pytest

from remind_etl_tests.districts import District, files
from remind_etl_tests.planned.crowds import HOUSE, Crowd, of_case

T1 = "S1,T1,Ann,Lee,ann@example.org,212 555 0142"
T2 = "S2,T2,Bob,Ray,bob@example.org,"
P1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,212 555 0143,Dee,Fox,dee@example.org,212 555 0144"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"


UNREADABLE: Final = (
    ("cy@example.org", "cy@"),
    ("212 555 0143", "555 0143"),
    ("dee@example.org", "dee@"),
    ("212 555 0144", "call me"),
    ("2012-01-31", "soon"),
    (",7,", ",seven,"),
)
"""Values of a row of a student, each as it was and as it is today."""


def _of(number: int, row: str) -> str:
    """The row for a student of that number, whose phones are of another region."""
    return of_case(number, row.replace("212 ", f"21{number + 2} "))


def test_a_student_and_a_guardian_keep_a_value_that_cannot_be_read_today(district: District) -> None:
    others = {name: rows for name, rows in HOUSE.items() if name != "students"}

    def drop(*students: str) -> dict[str, str]:
        return Crowd.files([others] * len(students)) | files(students=[*itertools.starmap(_of, enumerate(students))])

    district.deliver(drop(*[P1] * len(UNREADABLE)))
    with district.day(drop(*(P1.replace(*pair) for pair in UNREADABLE))) as day:
        day.plan_and_deliver()
        assert day.changes() == []
        day.plan()
        assert day.changes() == []


@pytest.mark.parametrize(("readable", "unreadable"), [("ann@example.org", "ann@"), ("212 555 0142", "555 0142")])
def test_a_teacher_keeps_a_value_that_cannot_be_read_today(district: District, readable: str, unreadable: str) -> None:
    district.deliver(files(teachers=[T1, T2]))
    with district.day(files(teachers=[T1.replace(readable, unreadable), T2])) as day:
        day.plan_and_deliver()
        assert day.changes() == []


def test_an_ambiguous_date_keeps_the_delivered_one(district: District) -> None:
    district.deliver(files(students=[P1, P2]))
    with district.day(
        files(students=[P1.replace("2012-01-31", "3/4/2012"), P2.replace(",,K", ",31/12/2012,K")])
    ) as day:
        day.plan_and_deliver()
        assert day.changes() == []


def test_a_blank_cell_clears_the_delivered_value(district: District) -> None:
    district.deliver(files(students=[P1, P2]))
    cleared = "S1,P1,Cy,Fox,,,,,Dee,Fox,dee@example.org,"
    with district.day(files(students=[cleared, P2])) as day:
        day.plan_and_deliver()
    assert set(district.contacts()) == {"ann@example.org", "+12125550142", "bob@example.org", "dee@example.org"}
    student = district.account(student_id="P1")
    assert (student["dob"], student["grade"], student["email"], student["phone"]) == (None, None, None, None)


def test_no_other_account_gets_a_contact_point_whose_cell_cannot_be_read(district: District) -> None:
    district.deliver(files(students=[P1, P2]))
    before = district.contacts()["cy@example.org"]
    with district.day(
        files(students=[P1.replace("cy@example.org", "cy@"), "S2,P2,Eve,Orr,,K,cy@example.org,,,,,"])
    ) as day:
        day.plan_and_deliver()
    assert district.contacts()["cy@example.org"] == before


def test_other_values_of_the_row_are_updated_all_the_same(district: District) -> None:
    district.deliver(files(students=[P1, P2]))
    with district.day(
        files(students=["S1,P1,Cyrus,Fox,31/31/2012,8,cy@,212 555 0143,Dee,Fox,new@example.org,212 555 0144", P2])
    ) as day:
        day.plan_and_deliver()
    student = district.account(student_id="P1")
    assert [student[name] for name in ("first_name", "dob", "grade", "email")] == [
        *("Cyrus", "2012-01-31", "8", "cy@example.org"),
    ]
    assert "dee@example.org" not in district.contacts()


@pytest.mark.parametrize("phone", ["", "212 555 0144"])
def test_a_guardian_without_a_name_keeps_an_email_that_cannot_be_read_today(district: District, phone: str) -> None:
    district.deliver(files(students=[f"S1,P1,Cy,Fox,,7,,,,,dee@example.org,{phone}", P2]))
    with district.day(files(students=[f"S1,P1,Cy,Fox,,7,,,,,dee@,{phone}", P2])) as day:
        day.plan_and_deliver()
        assert day.changes() == []


def test_an_account_of_an_ignored_school_goes_with_a_contact_point_that_cannot_be_read_today(
    district: District,
) -> None:
    district.deliver(files())
    with district.day(files(teachers=[T1, T2.replace("bob@example.org", "bob@")]), {"S2": "ignored"}) as day:
        day.plan_and_deliver()
    assert "bob@example.org" not in district.contacts()
    accounts = {account["account_id"] for account in district.active("accounts")}
    assert {point["account_id"] for point in district.active("contact_points")} <= accounts
