"""Classes, their owners, and who sits in them."""

import pytest

from remind_etl_tests.districts import Day, District, accounts_only, broken, files

TEACHERS = [
    "S1,T1,Ann,Lee,ann@example.org,",
    "S1,T2,Bob,Ray,bob@example.org,",
    "S1,T3,Cem,Tan,cem@example.org,",
    "S1,T9,Noe,Mail,nowhere,",
]
STUDENTS = ["S1,P1,Cy,Fox,,,,,Dee,Fox,dee@example.org,", "S1,P2,Eve,Orr,,,,,,,,"]


def _seats(day: Day, table: str = "class_memberships") -> list[tuple[str, str, str]]:
    """Class, role and id of the file of each seat; checks what always holds."""
    day.provision()
    assert broken(day.db) == []
    return day.rows(f"provisioned.{table}", "class_id", "role", "record_id")


def test_the_teacher_of_the_class_owns_it_and_the_enrolled_sit_in_it(district: District) -> None:
    sent = files(
        teachers=TEACHERS[:3],
        students=STUDENTS,
        classes=["S1,C1,T1,Algebra"],
        enrollments=["S1,C1,P1", "S1,C1,P2", "S1,C1,T2"],
    )
    with district.day(sent) as day:
        assert _seats(day) == [
            ("C1", "co_teacher", "T2"),
            ("C1", "owner", "T1"),
            ("C1", "student", "P1"),
            ("C1", "student", "P2"),
        ]
        assert day.one("provisioned.classes", "class_id = 'C1'") == {
            "class_id": "C1",
            "school_id": "S1",
            "platform_school_id": "platform-S1",
            "class_name": "Algebra",
            "owner_account_id": day.one("provisioned.accounts", "teacher_id = 'T1'")["account_id"],
            "owner_teacher_id": "T1",
        }


def test_guardians_are_members_through_their_student(district: District) -> None:
    sent = files(teachers=TEACHERS[:1], students=STUDENTS, classes=["S1,C1,T1,Algebra"], enrollments=["S1,C1,P1"])
    with district.day(sent) as day:
        assert _seats(day, "class_members") == [
            ("C1", "guardian", "P1"),
            ("C1", "owner", "T1"),
            ("C1", "student", "P1"),
        ]


def test_an_owner_who_is_enrolled_too_sits_there_once_as_owner(district: District) -> None:
    sent = files(teachers=TEACHERS[:1], students=STUDENTS, classes=["S1,C1,T1,Algebra"], enrollments=["S1,C1,T1"])
    with district.day(sent) as day:
        assert _seats(day) == [("C1", "owner", "T1")]


@pytest.mark.parametrize("co_teachers", [("T2", "T3"), ("T3", "T2")])
def test_where_the_owner_has_no_account_the_co_teacher_with_the_first_id_owns_the_class(
    district: District, co_teachers: tuple[str, str]
) -> None:
    sent = files(
        teachers=TEACHERS,
        students=STUDENTS,
        classes=["S1,C1,T9,Algebra"],
        enrollments=[f"S1,C1,{teacher}" for teacher in co_teachers],
    )
    with district.day(sent) as day:
        assert _seats(day) == [("C1", "co_teacher", "T3"), ("C1", "owner", "T2")]
        assert ("class_without_teacher", "C1") not in day.problems()


def test_a_class_of_which_no_teacher_has_an_account_is_not_created(district: District) -> None:
    sent = files(teachers=TEACHERS, students=STUDENTS, classes=["S1,C1,T9,Algebra"], enrollments=["S1,C1,P1"])
    with district.day(sent) as day:
        assert _seats(day) == []
        assert day.rows("provisioned.classes") == []
        assert ("class_without_teacher", "C1") in day.problems()


def test_a_class_whose_owner_has_an_account_on_the_platform_waits_for_the_owners_row(district: District) -> None:
    classes, enrollments = ["S1,C1,T1,Algebra"], ["S1,C1,T2", "S1,C1,P1"]
    district.deliver(files(teachers=TEACHERS[:2], students=STUDENTS, classes=classes, enrollments=enrollments))
    teachers = ["S1,T1,,Lee,ann@example.org,", TEACHERS[1]]
    with district.day(files(teachers=teachers, students=STUDENTS, classes=classes, enrollments=enrollments)) as day:
        assert _seats(day) == []
        assert [code for code, _ in day.problems() if code in ("missing_value", "class_without_teacher")] == [
            "missing_value"
        ]


def test_classes_of_a_school_that_waits_wait_with_it(district: District) -> None:
    with district.day(files(), {"S1": "waits"}) as day:
        assert {seat[0] for seat in _seats(day)} == {"C2"}
        assert "class_without_teacher" not in dict(day.problems())


def test_a_person_who_is_teacher_and_student_sits_in_classes_as_either(district: District) -> None:
    sent = files(
        teachers=["S1,T1,Ann,Lee,ann@example.org,", "S1,T2,Sam,Roe,sam@example.org,"],
        students=["S1,P1,Sam,Roe,,,sam@example.org,,,,,"],
        classes=["S1,C1,T1,Algebra", "S1,C2,T2,Biology"],
        enrollments=["S1,C1,P1", "S1,C1,T2", "S1,C2,P1"],
    )
    with district.day(sent) as day:
        seats = _seats(day)
        assert len(day.rows("provisioned.accounts")) == 2
    assert seats == [("C1", "co_teacher", "T2"), ("C1", "owner", "T1"), ("C1", "student", "P1"), ("C2", "owner", "T2")]


def test_a_drop_without_rosters_has_no_classes(district: District) -> None:
    with district.day(accounts_only(files())) as day:
        assert _seats(day) == []


OLD = [f"S1,P{n},Kid,No{n},,,,,,,," for n in range(10)]


def _term(district: District, line: str, *students: int) -> dict[str, str]:
    """A drop with one class and these students in it."""
    enrolled = [f"S1,C1,P{n}" for n in students]
    return files(teachers=TEACHERS[:2], students=OLD, classes=[line], enrollments=enrolled)


@pytest.mark.parametrize(
    ("line", "students", "is_told"),
    [
        ("S1,C1,T2,Biology", range(4, 8), True),
        ("S1,C1,T2,Biology", range(5), False),
        ("S1,C1,T1,Biology", range(5, 10), False),
        ("S1,C1,T2,ALGEBRA", range(5, 10), False),
    ],
    ids=["name, teacher and most students", "half of the students stay", "the teacher stays", "the name stays"],
)
def test_a_class_id_whose_name_teacher_and_most_students_changed_is_reported_as_reused(
    district: District, line: str, students: range, is_told: bool
) -> None:
    district.deliver(_term(district, "S1,C1,T1,Algebra", *range(5)))
    with district.day(_term(district, line, *students)) as day:
        _seats(day)
        told = [
            row[1:] for row in day.rows("valid.problems", "code", "record_id", "line") if row[0] == "class_id_reused"
        ]
        messages = str(day.rows("valid.problems", "message"))
    assert told == ([("C1", 2)] if is_told else [])
    assert ("(1 of 5 are still in it)" in messages) is is_told


def test_a_class_id_that_was_removed_and_comes_back_as_another_class_is_reported_too(district: District) -> None:
    district.deliver(_term(district, "S1,C1,T1,Algebra", *range(5)))
    district.deliver(files(teachers=TEACHERS[:2], students=OLD, classes=["S1,C2,T1,Art"], enrollments=["S1,C2,P1"]))
    assert [c["class_id"] for c in district.active("classes")] == ["C2"]
    with district.day(_term(district, "S1,C1,T2,Biology", 7, 8)) as day:
        _seats(day)
        assert ("class_id_reused", "C1") in day.problems()


def test_a_reused_class_id_is_reported_with_every_run_of_its_drop_and_with_none_of_the_next(district: District) -> None:
    district.deliver(_term(district, "S1,C1,T1,Algebra", *range(5)))
    new_term = _term(district, "S1,C1,T2,Biology", 7, 8)
    for _ in range(3):
        with district.day(new_term) as day:
            held = day.plan()
            day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]})
            assert day.problems().count(("class_id_reused", "C1")) == 1
    with district.day(new_term | {"schools.csv": "school_id,school_name\nS1,New Name\n"}) as day:
        day.plan_and_deliver()
        assert ("class_id_reused", "C1") not in day.problems()
