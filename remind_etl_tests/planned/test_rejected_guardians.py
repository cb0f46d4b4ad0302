"""What a rejected row, a held contact point or a row without a name says of a guardian."""

import pytest

from remind_etl_tests.districts import District, contradictions, files

TEACHERS = ["S1,T1,Ann,Lee,ann@example.org,2125550142", "S2,T2,Bo,Orr,bo@example.org,"]
BOBS_CHILD = "S1,P1,Kid,Fox,,9,,,Bob,Fox,bob@example.org,"
OTHERS = ["S1,P3,Eve,Kay,,9,eve@example.org,,Lu,Kay,lu@example.org,", "S1,P4,Cem,Tan,,9,,,Jo,Tan,jo@example.org,"]


@pytest.mark.parametrize(
    "rejected",
    [
        "S1,P2,,Fox,,9,,,Bob,Fox,bob2@example.org,",
        "S1,P2,,Fox,,9,,,bob,FOX,,",
        "S1,P2,Kid;Fox;9;Bob;Fox",
        "S1,P2,,Kay,,9,,,Fox,Bob,,",
    ],
)
def test_a_guardian_whose_first_and_last_name_stand_in_a_rejected_row_is_not_removed(
    district: District, rejected: str
) -> None:
    district.deliver(files(teachers=TEACHERS, students=[BOBS_CHILD, *OTHERS], enrollments=[]))
    with district.day(files(teachers=TEACHERS, students=[rejected, *OTHERS], enrollments=[])) as day:
        day.plan_and_deliver()
        assert contradictions(district) == []
        assert sum(day.plan().actions.values()) == 0
    assert "Bob" in {account["first_name"] for account in district.active("accounts")}
    assert "bob@example.org" in district.contacts()


@pytest.mark.parametrize(
    "rejected", ["S1,P2,,Fox,,9,,,Al,Fox,al@example.org,", "S1,P2,,Ray,,9,,,Bob,Ray,al@example.org,"]
)
def test_one_name_in_a_rejected_row_of_another_student_does_not_keep_a_guardian(
    district: District, rejected: str
) -> None:
    district.deliver(files(teachers=TEACHERS, students=[BOBS_CHILD, *OTHERS], enrollments=[]))
    with district.day(files(teachers=TEACHERS, students=[rejected, *OTHERS], enrollments=[])) as day:
        day.plan_and_deliver()
    assert "bob@example.org" not in district.contacts()


def test_a_guardian_whom_only_a_rejected_row_names_stays_the_guardian_of_the_child(district: District) -> None:
    """The second guardian of P1 stands at P3 today: two people under one id, so the row was left out."""
    second = "S1,P1,Kid,Fox,,9,,,Sven,Fox,sven@example.org,"
    students = [BOBS_CHILD, second, *OTHERS]
    district.deliver(files(teachers=TEACHERS, students=students, enrollments=[]))
    before = district.active("guardianships")
    mistaken = [BOBS_CHILD, second.replace("P1", "P3"), *OTHERS]
    with district.day(files(teachers=TEACHERS, students=mistaken, enrollments=[])) as day:
        day.plan_and_deliver()
        assert sum(day.plan().actions.values()) == 0
    assert district.active("guardianships") == before


def test_a_change_that_waits_names_no_contact_point_that_a_protected_account_keeps(district: District) -> None:
    """The last row may be cut, so its teacher waits; the email of the row stays with a teacher whose row was rejected."""
    sent = files(teachers=TEACHERS, students=OTHERS, enrollments=[])
    district.deliver(sent)
    teachers = files(teachers=["S1,T1,,Lee,ann@example.org,2125550142", "S2,T2,Bob,Orr,ann@example.org,"])
    with district.day({**sent, "teachers.csv": teachers["teachers.csv"].removesuffix("\n")}) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("cut_files",)
        change = day.one("planned.account_changes", "state = 'held'")
        assert (change["old_email"], change["new_email"]) == ("bo@example.org", "bo@example.org")
        day.plan_and_deliver({str(held.hold_hash): ["cut_files"]})
    assert district.account(teacher_id="T2")["first_name"] == "Bob"
    assert district.account(teacher_id="T2")["email"] == "bo@example.org"


def test_no_problem_says_that_an_email_is_not_used_while_the_account_still_has_it(district: District) -> None:
    """The new teacher's row may be cut, so the email stays with the guardian until a person decides."""
    sent = files(teachers=TEACHERS, students=[f"{BOBS_CHILD}2125550177", *OTHERS], enrollments=[])
    district.deliver(sent)
    teachers = files(teachers=[*TEACHERS, "S1,T3,Zoe,Nox,bob@example.org,"])["teachers.csv"]
    with district.day({**sent, "teachers.csv": teachers}) as day:
        day.plan()
        assert ("guardian_email_taken", "P1") in day.problems()
    with district.day({**sent, "teachers.csv": teachers.removesuffix("\n")}) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("cut_files",)
        assert "guardian_email_taken" not in dict(day.problems())
        day.plan({str(held.hold_hash): ["cut_files"]})
        assert ("guardian_email_taken", "P1") in day.problems()
    assert district.contacts()["bob@example.org"]


def test_no_problem_says_that_somebody_is_without_a_contact_while_the_account_still_has_it(district: District) -> None:
    """A guardian and a student whose only email a new teacher claims. The teacher's row may be cut, so they keep it."""
    eve = OTHERS[0][: OTHERS[0].index("Lu,")] + ",,,"
    sent = files(teachers=TEACHERS, students=[BOBS_CHILD, eve, OTHERS[1]], enrollments=[])
    district.deliver(sent)
    for email, told in (
        ("bob@example.org", {"guardian_email_taken", "guardian_without_contact", "student_without_contact"}),
        ("eve@example.org", {"student_email_taken", "student_without_contact"}),
    ):
        teachers = files(teachers=[*TEACHERS, f"S1,T3,Zoe,Nox,{email},"])["teachers.csv"]
        with district.day({**sent, "teachers.csv": teachers}) as day:
            day.plan()
            assert told <= dict(day.problems()).keys()
        with district.day({**sent, "teachers.csv": teachers.removesuffix("\n")}) as day:
            held = day.plan_and_deliver()
            assert held.holds == ("cut_files",)
            assert not told & dict(day.problems()).keys()
            assert sum(day.plan().actions.values()) == 0
            assert not told & dict(day.problems()).keys()


def test_a_student_whose_guardian_waits_to_be_removed_and_gets_a_new_email_is_not_without_a_contact(
    district: District,
) -> None:
    def child(record: str, guardian: str = ",,,") -> str:
        return f"S1,{record},Kid,{record}son,,9,,,{guardian}"

    def family(n: int, email: str) -> str:
        return f"Gus,Fox{n},{email}{n}@example.org,"

    of_both = [child(f"{first}{n}", family(n, "old")) for n in range(3) for first in "PQ"]
    district.deliver(files(students=of_both, enrollments=[]))
    of_one = [row for n in range(3) for row in (child(f"P{n}"), child(f"Q{n}", family(n, "new")))]
    with district.day(files(students=of_one, enrollments=[])) as day:
        held = day.plan()
        assert held.holds == ("guardians",)
        assert "student_without_contact" not in dict(day.problems())
        day.plan({str(held.hold_hash): ["guardians"]})
        assert ("student_without_contact", "P0") in day.problems()
