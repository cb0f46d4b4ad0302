"""What waits if many people move to other schools or classes at once, as if a column had been sorted alone."""

from collections import defaultdict

import pytest

from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import Day, District, contradictions, files

SCHOOLS = ["S1,North High", "S2,South High"]
TEACHERS = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]


def _student(number: int, school: str) -> str:
    return f"{school},P{number},Kid,Fox{number},,,,,Gil,Fox{number},g{number}@example.org,"


def _moved(*numbers: int) -> dict[str, str]:
    """Ten students at S1 and thirty at S2, each in the class of their school. Those named move to the other one."""
    home = {n: "S1" if n < 10 else "S2" for n in range(40)}
    school = {n: {"S1": "S2", "S2": "S1"}[at] if n in numbers else at for n, at in home.items()}
    return files(
        schools=SCHOOLS,
        teachers=TEACHERS,
        students=[_student(n, at) for n, at in school.items()],
        enrollments=[f"{at},C{at[1]},P{n}" for n, at in school.items()],
    )


def _state(district: District) -> dict[str, list[dict[str, str | None]]]:
    return {kind.name: district.active(kind.name) for kind in KINDS}


def _hold(day: Day, kind: str) -> tuple[object, object]:
    hold = day.one("planned.holds", f"kind = '{kind}'")
    return hold["records"], hold["delivered"]


def test_half_of_a_school_that_moves_to_another_waits_with_all_that_rests_on_it(district: District) -> None:
    district.deliver(_moved())
    before = _state(district)
    with district.day(_moved(*range(5))) as day:
        held = day.plan_and_deliver(limits=Limits())
        assert (held.holds, _hold(day, "moves")) == (("moves",), (5, 42))
        assert _state(district) == before
        assert day.plan_and_deliver({str(held.hold_hash): ["moves"]}, limits=Limits()).holds == ()
    at_south = {m["account_id"] for m in district.active("school_members") if str(m["school_id"]).endswith("S2")}
    assert {district.account(student_id=f"P{n}")["account_id"] for n in range(5)} < at_south
    assert len([m for m in district.active("class_memberships") if m["class_id"] == "C2"]) == 1 + 35
    assert contradictions(district) == []


def test_the_rest_of_a_drop_goes_while_half_of_a_school_waits_to_move(district: District) -> None:
    district.deliver(_moved())
    sent = _moved(*range(5))
    sent["students.csv"] += _student(50, "S2") + "\n"
    with district.day(sent) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ("moves",)
    assert district.account(student_id="P50")
    assert contradictions(district) == []


def test_less_than_half_of_a_school_moves_without_a_person(district: District) -> None:
    district.deliver(_moved())
    with district.day(_moved(*range(4))) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ()
    assert district.account(student_id="P0")
    assert contradictions(district) == []


def test_half_of_the_teachers_of_a_school_who_move_wait_with_their_classes(district: District) -> None:
    def drop(school: str) -> dict[str, str]:
        teachers = [f"{school},T{n},Tea,Ch{n},t{n}@example.org," for n in range(4)]
        stay = [f"S1,T{n},Tea,Ch{n},t{n}@example.org," for n in range(4, 8)]
        other = [f"S2,T{n},Tea,Ch{n},t{n}@example.org," for n in range(8, 28)]
        classes = [f"{school},C{n},T{n},Class {n}" for n in range(4)]
        students = [_student(n, school) for n in range(2)] + [_student(n, "S1") for n in range(2, 10)]
        students += [_student(n, "S2") for n in range(10, 30)]
        seats = [f"{school},C{n},P{n}" for n in range(2)]
        return files(
            schools=SCHOOLS, teachers=[*teachers, *stay, *other], students=students, classes=classes, enrollments=seats
        )

    district.deliver(drop("S1"))
    before = {name: district.active(name) for name in ("classes", "class_memberships")}
    with district.day(drop("S2")) as day:
        held = day.plan_and_deliver(limits=Limits())
        assert held.holds == ("moves",)
        assert {name: district.active(name) for name in before} == before
        assert contradictions(district) == []
        assert day.plan_and_deliver({str(held.hold_hash): ["moves"]}, limits=Limits()).holds == ()
    assert all(str(c["school_id"]).endswith("S2") for c in district.active("classes"))
    assert contradictions(district) == []


def _five_move(also: str) -> dict[str, str]:
    """Five of ten students of S1 move, and something else removes their places in classes too."""
    sent = _moved(*range(5))
    if also == "class members":
        sent["enrollments.csv"] = "".join(sent["enrollments.csv"].splitlines(keepends=True)[:6])
    else:
        sent["enrollments.csv"] = sent["enrollments.csv"].removesuffix("\n")
    return sent


@pytest.mark.parametrize("also", ["class members", "cut_files"])
@pytest.mark.parametrize("is_approved", [True, False])
def test_no_student_who_moves_is_in_classes_of_two_schools_whatever_is_approved(
    district: District, also: str, is_approved: bool
) -> None:
    def schools_of_students() -> set[frozenset[str]]:
        """The schools of the classes of each student."""
        school = {c["class_id"]: str(c["school_id"]) for c in district.active("classes")}
        places = [m for m in district.active("class_memberships") if m["role"] == "student"]
        return {
            frozenset(school[m["class_id"]] for m in places if m["account_id"] == of)
            for of in {m["account_id"] for m in places}
        }

    district.deliver(_moved())
    with district.day(_five_move(also)) as day:
        held = day.plan(limits=Limits())
        assert {also, "moves"} <= {*held.holds}
        approved = {"moves"} if is_approved else {*held.holds} - {"moves"}
        for _ in range(2):
            held = day.plan_and_deliver({str(held.hold_hash): approved}, limits=Limits())
            assert {len(schools) for schools in schools_of_students()} == {1}
            assert contradictions(district) == []
        approvals = defaultdict[str, set[str]](set)
        while held.holds:
            assert not {*held.holds} <= approvals[str(held.hold_hash)]
            approvals[str(held.hold_hash)] |= {*held.holds}
            held = day.plan_and_deliver(approvals, limits=Limits())
        assert {len(schools) for schools in schools_of_students()} == {1}
    at_north = {m["account_id"] for m in district.active("school_members") if str(m["school_id"]).endswith("S1")}
    assert not {district.account(student_id=f"P{n}")["account_id"] for n in range(5)} & at_north


# The same drop again


def _with_newcomers(left: int, school: str = "") -> dict[str, str]:
    """Four students at S1, of whom so many left or are at another school, and six new ones. Many are at S2."""
    here = [_student(n, "S1") for n in range(left, 4)] + [_student(n, school) for n in range(left if school else 0)]
    new = [_student(n, "S1") for n in range(100, 106)] if left else []
    return files(
        schools=SCHOOLS,
        teachers=TEACHERS,
        students=[*here, *new, *(_student(n, "S2") for n in range(10, 60))],
        enrollments=[],
    )


@pytest.mark.parametrize(("school", "holds"), [("", ("guardians", "students")), ("S2", ("moves",))])
def test_a_second_run_of_a_drop_removes_no_half_of_a_school_beside_those_whom_the_first_run_added(
    district: District, school: str, holds: tuple[str, ...]
) -> None:
    district.deliver(_with_newcomers(0))
    with district.day(_with_newcomers(2, school)) as day:
        for _ in range(3):
            assert day.plan_and_deliver(limits=Limits()).holds == holds
        assert len([a for a in district.active("accounts") if a["student_id"]]) == 4 + 50 + 6
    for grade in ("7", "8"):  # the next drops lack the same people
        later = _with_newcomers(2, school)
        later["students.csv"] += f"S2,P200,Zoe,Ray,,{grade},,,,,,\n"
        with district.day(later) as day:
            assert day.plan_and_deliver(limits=Limits()).holds == holds


@pytest.mark.parametrize("newcomers", [0, 6])
def test_a_second_run_moves_nobody_because_the_first_one_removed_the_others_who_left(
    district: District, newcomers: int
) -> None:
    def drop(school: str, *left: int) -> dict[str, str]:
        here = [_student(n, school if n == 0 else "S1") for n in range(4) if n not in left]
        new = [_student(n, "S1") for n in range(100, 100 + newcomers)] if left else []
        others = [_student(n, "S2") for n in range(10, 60)]
        return files(schools=SCHOOLS, teachers=TEACHERS, students=[*here, *new, *others], enrollments=[])

    district.deliver(drop("S1"))
    with district.day(drop("S2", 1)) as day:
        for _ in range(3):
            assert day.plan_and_deliver(limits=Limits()).holds == ("moves",)
    moved = district.account(student_id="P0")["account_id"]
    schools = {str(m["school_id"]) for m in district.active("school_members") if m["account_id"] == moved}
    assert [school[-2:] for school in schools] == ["S1"]


# Classes


def _seats(is_sorted: bool) -> dict[str, str]:
    """Eight classes with five students each, all at one school. The people may be sorted alone."""
    seats = [(n % 8, n) for n in range(40)]
    people = sorted((n for _, n in seats), reverse=True) if is_sorted else [n for _, n in seats]
    return files(
        schools=SCHOOLS,
        teachers=TEACHERS,
        students=[_student(n, "S1") for n in range(40)],
        classes=[f"S1,C{n},T1,Class {n}" for n in range(8)],
        enrollments=[f"S1,C{c},P{n}" for (c, _), n in zip(seats, people, strict=True)],
    )


def test_people_of_enrollments_that_were_sorted_alone_come_into_no_class(district: District) -> None:
    district.deliver(_seats(is_sorted=False))
    before = _state(district)
    with district.day(_seats(is_sorted=True)) as day:
        held = day.plan_and_deliver(limits=Limits())
        assert held.holds == ("class members",)
        assert _state(district) == before
        assert day.plan_and_deliver({str(held.hold_hash): ["class members"]}, limits=Limits()).holds == ()
    assert len(district.active("class_memberships")) == len(before["class_memberships"])


def test_people_who_are_only_added_to_classes_do_not_wait_beside_others_who_do(district: District) -> None:
    district.deliver(_seats(is_sorted=False))
    sent = _seats(is_sorted=True)
    sent["students.csv"] += _student(50, "S1") + "\n"
    sent["enrollments.csv"] += "S1,C1,P50\n"
    with district.day(sent) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ("class members",)
    new = district.account(student_id="P50")["account_id"]
    assert [m["class_id"] for m in district.active("class_memberships") if m["account_id"] == new] == ["C1"]


def test_people_of_two_schools_that_were_sorted_alone_come_into_no_class(district: District) -> None:
    def drop(is_sorted: bool) -> dict[str, str]:
        seats = [("S1" if n % 2 else "S2", n) for n in range(60)]
        people = sorted(n for _, n in seats) if not is_sorted else sorted((n for _, n in seats), key=str)
        return files(
            schools=SCHOOLS,
            teachers=TEACHERS,
            students=[_student(n, school) for school, n in seats],
            classes=[f"{school},C{school[1]}{n},T{school[1]},Class {n}" for school in ("S1", "S2") for n in range(5)],
            enrollments=[f"{school},C{school[1]}{at % 5},P{n}" for (school, at), n in zip(seats, people, strict=True)],
        )

    district.deliver(drop(is_sorted=False))
    before = _state(district)
    with district.day(drop(is_sorted=True)) as day:
        held = day.plan_and_deliver(limits=Limits())
        assert held.holds == ("class members",)
        assert {name: rows for name, rows in _state(district).items() if rows != before[name]} == {}


def _few_seats(people: list[int]) -> dict[str, str]:
    """Forty people in two classes; of the first so many the places are as listed."""
    places = [n if n >= len(people) else people[n] for n in range(40)]
    return files(
        schools=SCHOOLS,
        teachers=TEACHERS,
        students=[_student(n, "S1") for n in range(40)],
        classes=[f"S1,C{n},T1,Class {n}" for n in range(2)],
        enrollments=[f"S1,C{at % 2},P{n}" for at, n in enumerate(places)],
    )


def test_few_people_who_were_sorted_alone_come_into_no_class(district: District) -> None:
    district.deliver(_few_seats([1, 0, 3, 2]))
    before = _state(district)
    with district.day(_few_seats([0, 1, 2, 3])) as day:
        held = day.plan_and_deliver(limits=Limits())
        assert held.holds == ("class members",)
        assert _state(district) == before
        assert {r for (r,) in day.rows("planned.waits", "reason_code")} == {"places_exchanged"}
        assert day.plan_and_deliver({str(held.hold_hash): ["class members"]}, limits=Limits()).holds == ()
    new = district.account(student_id="P0")["account_id"]
    assert [m["class_id"] for m in district.active("class_memberships") if m["account_id"] == new] == ["C0"]


def test_two_people_exchange_places_without_a_person(district: District) -> None:
    district.deliver(_few_seats([1, 0]))
    with district.day(_few_seats([0, 1])) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ()
    new = district.account(student_id="P0")["account_id"]
    assert [m["class_id"] for m in district.active("class_memberships") if m["account_id"] == new] == ["C0"]


@pytest.mark.parametrize(("teachers", "holds"), [("231", ("class members",)), ("213", ())])
def test_teachers_who_were_sorted_alone_get_no_class_of_each_other(
    district: District, teachers: str, holds: tuple[str, ...]
) -> None:
    def drop(order: str) -> dict[str, str]:
        return files(
            teachers=[f"S1,T{n},Tea,Fox{n},t{n}@example.org," for n in "123"],
            students=[_student(1, "S1")],
            classes=[f"S1,C{n},T{owner},Class {n}" for n, owner in zip("123", order, strict=True)],
            enrollments=["S1,C1,P1"],
        )

    district.deliver(drop("123"))
    before = _state(district)
    with district.day(drop(teachers)) as day:
        held = day.plan_and_deliver()
        assert held.holds == holds
        assert (_state(district) == before) == bool(holds)
        day.plan_and_deliver({str(held.hold_hash): list(holds)})
    owners = {c["class_id"]: c["owner_account_id"] for c in district.active("classes")}
    assert owners["C1"] == district.account(teacher_id=f"T{teachers[0]}")["account_id"]


def test_a_class_on_two_rows_keeps_its_teacher_whatever_their_order_is(district: District) -> None:
    def drop(*teachers: int) -> dict[str, str]:
        return files(
            teachers=[f"S1,T{n},Tea,Fox{n},t{n}@example.org," for n in (1, 2)],
            students=[_student(1, "S1")],
            classes=[f"S1,C1,T{n},Algebra" for n in teachers],
            enrollments=["S1,C1,P1"],
        )

    district.deliver(drop(1))
    before = _state(district)
    with district.day(drop(2, 1)) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert sum(day.plan().actions.values()) == 0
    assert _state(district) == before
    with district.day(drop(2, 2)) as day:
        assert day.plan_and_deliver().holds == ()
    (owned,) = district.active("classes")
    assert owned["owner_account_id"] == district.account(teacher_id="T2")["account_id"]
