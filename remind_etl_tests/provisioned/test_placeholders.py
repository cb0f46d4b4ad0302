"""A contact point that many share is nobody's, and many who share cost no more than as many who do not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from remind_etl_tests.districts import Day, District, broken, files

SCHOOL = "office@example.org"


def _students(count: int, guardian: str) -> list[str]:
    """Students with a guardian each; {n} is the number."""
    return [f"S1,P{n:03},Kid,No{n},,,,,{guardian.format(n=n)}" for n in range(count)]


def _told(day: Day, code: str) -> list[tuple[Any, ...]]:
    day.provision()
    assert broken(day.db) == []
    found = day.rows("valid.problems", "code", "file", "line", "column", "message")
    return [row[1:] for row in found if row[0] == code]


@pytest.mark.parametrize(("names", "is_placeholder"), [(20, False), (21, True)])
def test_an_email_of_more_than_20_people_of_different_names_is_nobodys_and_one_problem_says_so(
    district: District, names: int, is_placeholder: bool
) -> None:
    with district.day(files(students=_students(names, "Dee M{n},Fox," + SCHOOL + ",212555{n:04}"))) as day:
        told = _told(day, "placeholder_contact")
        values = {row[2] for row in day.rows("provisioned.contact_points")}
        guardians = [
            roles for _, roles in day.rows("provisioned.accounts", "account_id", "roles") if roles == "guardian"
        ]
    assert (SCHOOL in values) is not is_placeholder
    assert len(guardians) == (names if is_placeholder else 1)
    assert told == (
        [
            (
                "students.csv",
                2,
                "guardian_email",
                f"{names} people with different names share this email or phone, so it is not used.",
            )
        ]
        if is_placeholder
        else []
    )


def test_200_children_with_the_schools_address_have_no_guardian_in_common(district: District) -> None:
    with district.day(files(students=_students(200, f"Dee{{n}},Fox,{SCHOOL},"))) as day:
        assert len(_told(day, "placeholder_contact")) == 1
        assert day.rows("provisioned.guardianships") == []
        assert len([p for p in day.problems() if p[0] == "guardian_without_contact"]) == 200


@pytest.mark.parametrize(("students", "is_placeholder"), [(20, False), (21, True)])
def test_a_guardian_without_a_name_counts_as_another_with_each_student(
    district: District, students: int, is_placeholder: bool
) -> None:
    kin = [f"S1,P{n:03},Kid{n},Lee,,,,,,,{SCHOOL}," for n in range(students)]
    with district.day(files(students=kin)) as day:
        assert len(_told(day, "placeholder_contact")) == int(is_placeholder)


@pytest.mark.parametrize("contact", [f"{SCHOOL},", ",2125550177"])
@pytest.mark.parametrize(
    ("families", "is_placeholder"),
    [
        (("Fox", "Orr"), False),
        (("Fox", "Orr", "Kim"), True),
        (("Fox", "Fox-Orr", "Fox", "de la Fox"), False),
        (("Fox", "Orr", "Kim", "Ray", "Lee"), True),
    ],
)
def test_a_contact_point_of_guardians_without_a_name_is_nobodys_from_three_families_on(
    district: District, families: tuple[str, ...], is_placeholder: bool, contact: str
) -> None:
    """Without a name, the last names of the students say who is of one family."""
    students = [f"S1,P{n},Kid,{name},,,,,,,{contact}" for n, name in enumerate(families)]
    with district.day(files(students=students)) as day:
        assert len(_told(day, "placeholder_contact")) == int(is_placeholder)
        ties = day.rows("provisioned.guardianships", "student_id")
    assert len(ties) == (0 if is_placeholder else len(families))


def test_guardians_without_a_name_take_no_contact_point_from_its_account(district: District) -> None:
    known = "S1,P1,Kid,Fox,,,,,Dee,Fox,dee@example.org,"
    teacher = "S1,T1,Ann,Lee,ann@example.org,2125550142"
    district.deliver(files(teachers=[teacher], students=[known]))
    others = [
        f"S1,P{n}{role},Kid,{name},,,,,,,{email},"
        for n, name in enumerate(("Orr", "Kim", "Ray"), 2)
        for role, email in (("g", "dee@example.org"), ("t", "ann@example.org"))
    ]
    with district.day(files(teachers=[teacher], students=[known, *others])) as day:
        assert _told(day, "placeholder_contact") == []
        contacts: dict[str, str] = dict(day.rows("provisioned.contact_points", "value", "account_id"))
    owners = district.contacts()
    assert {value: contacts[value] for value in owners} == owners


def test_a_guardian_of_many_students_keeps_the_contact_points(district: District) -> None:
    with district.day(files(students=_students(60, "Dee,Fox,dee@example.org,2125550142"))) as day:
        assert _told(day, "placeholder_contact") == []
        assert len(day.rows("provisioned.guardianships")) == 60


def test_a_placeholder_of_teachers_leaves_them_without_an_email(district: District) -> None:
    teachers = [f"S1,T{n},Ann{n},Lee,{SCHOOL}," for n in range(21)]
    with district.day(files(teachers=[*teachers, "S2,T99,Bob,Ray,bob@example.org,"])) as day:
        assert [row[:3] for row in _told(day, "placeholder_contact")] == [("teachers.csv", 2, "teacher_email")]
        assert len([p for p in day.problems() if p[0] == "teacher_without_email"]) == 21


def _rows_of_operators(operators: list[dict[str, Any]]) -> Iterator[int]:
    for operator in operators:
        yield int(operator["intermediate_rows"])
        yield from _rows_of_operators(operator.get("children", []))


CHAINS = {
    "a mother's email with a father's phone": "Dee,Fox,d{n}@example.org,2125550142",
    "each shares with the next": "Dee{n},Fox,d{n}@example.org,212555{m:04}",
    "one guardian of all": "Dee,Fox,dee@example.org,2125550142",
    "the school's own address": "Dee{n},Fox,office@example.org,2125550142",
    "one name and phone": "Dee,Fox,,2125550142",
}


@pytest.mark.parametrize("chain", CHAINS)
def test_no_step_makes_more_than_a_few_rows_of_each_row_that_shares_a_contact_point(
    district: District, tmp_path: Path, chain: str
) -> None:
    lines = [f"S1,P{n:03},Dee,Fox,,,,2125550142,{CHAINS[chain].format(n=n, m=n // 2)}" for n in range(300)]
    lines += [f"S1,P000,Dee,Fox,,,,2125550142,{CHAINS[chain].format(n=n, m=n // 2)}" for n in range(300)]
    teachers = [f"S1,T{n},Dee,Fox,t{n}@example.org,2125550142" for n in range(300)]
    most, profile = 0, tmp_path / "profile.json"
    with district.day(files(teachers=teachers, students=lines)) as day:
        day.provision()

        class Profiled:
            """The connection, with the rows that each operator of each statement gives counted."""

            def execute(self, text: str, *given: Any) -> Any:
                nonlocal most
                result = day.db.execute(text, *given)
                if profile.exists():
                    most = max(most, *_rows_of_operators(json.loads(profile.read_text())["operator"]))
                return result

            def __getattr__(self, name: str) -> Any:
                return getattr(day.db, name)

        day.db.execute("pragma enable_profiling = 'json'")
        day.db.execute(f"pragma profiling_output = '{profile}'")
        Day(Profiled(), day.platform, day.landing).provision()  # type: ignore[arg-type]
        day.db.execute("pragma disable_profiling")
    assert 900 <= most <= 5 * 900
