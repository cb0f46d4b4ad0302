"""Removals above the limits wait for a person, with all that hangs on them; everything else goes through."""

from collections.abc import Collection

import pytest

from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests.districts import Day, District, files
from remind_etl_tests.ids import SPRINGFIELD

Numbers = Collection[int]
ALL = range(30)


def _mixed(which: Numbers) -> list[int]:
    """The numbers in an order in which a part of them is not how all of them begin: such a file may be cut off."""
    return sorted(which, key=lambda n: (7 * n + 3) % 31)


def _teachers(which: Numbers) -> list[str]:
    return [f"S1,T{n},Tea,Ch{n},t{n}@example.org," for n in _mixed(which)]


def _students(which: Numbers, without_guardian: Numbers = ()) -> list[str]:
    return [
        f"S1,P{n},Kid,K{n},,,p{n}@example.org,," + (",,," if n in without_guardian else f"Gil,G{n},g{n}@example.org,")
        for n in _mixed(which)
    ]


def _classes(which: Numbers, owner: str = "T0") -> list[str]:
    return [f"S1,C{n},{owner},Class {n}" for n in _mixed(which)]


def _sent(
    teachers: Numbers = ALL,
    students: Numbers = ALL,
    classes: Numbers = ALL,
    seats: Numbers = ALL,
    without_guardian: Numbers = (),
) -> dict[str, str]:
    """Thirty teachers, students with a guardian each, and classes of T0; student n sits in class n."""
    return files(
        schools=["S1,North High"],
        teachers=_teachers(teachers),
        students=_students(students, without_guardian),
        classes=_classes(classes),
        enrollments=[f"S1,C{n},P{n}" for n in _mixed(seats)],
    )


def _active(district: District) -> list[object]:
    return [district.active(kind.name) for kind in KINDS]


def _dangling(district: District) -> list[str]:
    """Active records that refer to accounts or classes that are none any more."""
    accounts = {a["account_id"] for a in district.active("accounts")}
    classes = {c["class_id"] for c in district.active("classes")}
    found = [
        str(r)
        for k in ("contact_points", "school_members")
        for r in district.active(k)
        if r["account_id"] not in accounts
    ]
    found += [
        str(r)
        for r in district.active("guardianships")
        if not {r["guardian_account_id"], r["student_account_id"]} <= accounts
    ]
    return found + [
        str(r)
        for r in district.active("class_memberships")
        if r["account_id"] not in accounts or r["class_id"] not in classes
    ]


def _held(day: Day) -> set[str]:
    return {kind for kind, *_ in day.changes("held")}


@pytest.mark.parametrize(
    ("removals", "delivered", "held"),
    [(20, 40, False), (21, 210, False), (21, 209, True), (1, 2, False), (100, 100, True), (0, 0, False)],
)
def test_removals_are_held_above_the_share_and_above_the_count(removals: int, delivered: int, held: bool) -> None:
    assert (removals > Limits().allowed(delivered)) is held


@pytest.mark.parametrize(
    ("removals", "usual", "held"),
    [(5, 0, False), (6, 0, True), (6, 2, False), (9, 3, False), (10, 3, True), (20, 9, False), (21, 9, True)],
)
def test_removals_are_held_above_three_times_the_most_of_the_last_drops_and_above_five(
    removals: int, usual: int, held: bool
) -> None:
    assert (removals > Limits().allowed(100, usual)) is held


@pytest.mark.parametrize(("removals", "delivered", "held"), [(8, 15, True), (7, 15, False), (1, 1, True), (2, 3, True)])
def test_more_than_half_of_a_kind_is_held_however_few_they_are(removals: int, delivered: int, held: bool) -> None:
    assert (removals > Limits().allowed(delivered)) is held


def test_a_tiny_district_does_not_lose_everybody(district: District) -> None:
    fifteen = range(15)
    district.deliver(_sent(teachers=[0], students=fifteen, classes=[], seats=[]))
    before = _active(district)
    with district.day(_sent(teachers=[0], students=[20], classes=[], seats=[])) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ("guardians", "students")
        assert district.active("guardianships")[:15] != []
    assert all(record in district.active("accounts") for record in before[0])  # type: ignore[attr-defined]


def test_removals_that_the_last_ten_drops_call_unusual_wait_and_the_usual_ones_go(district: District) -> None:
    def drop(first: int) -> dict[str, str]:
        return _sent(teachers=[0], students=range(first, 60), classes=[], seats=[])

    district.deliver(drop(0))
    with district.day(drop(6)) as day:
        unusual = day.plan_and_deliver(limits=Limits())
        assert unusual.holds == ("guardians", "students")
        day.plan_and_deliver({str(unusual.hold_hash): unusual.holds}, limits=Limits())
    with district.day(drop(24)) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ()
    assert district.platform.history(SPRINGFIELD, "later").usual["students"] == 18  # type: ignore[index]


def test_half_of_a_school_is_held_and_what_other_schools_lose_goes(district: District) -> None:
    def drop(north: Numbers, south: Numbers) -> dict[str, str]:
        rows = [f"S1,N{n},Kid,K{n},,,,,,,," for n in north] + [f"S2,P{n},Kid,K{n},,,,,,,," for n in south]
        return files(students=rows, classes=[], enrollments=[])

    district.deliver(drop(ALL, range(4)))
    with district.day(drop(range(1, 30), range(2))) as day:
        assert day.plan_and_deliver(limits=Limits()).holds == ("students",)
        reasons = day.rows_where("planned.changes", "state = 'held' and kind = 'accounts'", "school", "reason")
        assert reasons == [("S2", "half of a school would be removed at once")] * 2
    assert {a["student_id"] for a in district.active("accounts") if a["student_id"]} == {
        *(f"N{n}" for n in range(1, 30)),
        *(f"P{n}" for n in range(4)),
    }


def test_limits_can_be_others() -> None:
    assert Limits(removal_share=0.1, removal_count=5).allowed(50) == 5
    assert Limits(removal_share=0.2, removal_count=5).allowed(50) == 10


def test_few_removals_go_through(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(students=range(20), seats=range(20))) as day:
        planned = day.plan_and_deliver()

    assert (planned.held, planned.holds, planned.hold_hash) == (0, (), None)
    assert len(district.active("accounts")) == 30 + 20 + 20
    assert _dangling(district) == []


def test_many_removed_students_are_held_with_guardians_contacts_and_seats_while_additions_go_through(
    district: District,
) -> None:
    district.deliver(_sent())
    before = _active(district)
    sent = _sent(teachers=range(31), students=range(5), seats=range(5))
    with district.day(sent) as day:
        planned = day.plan_and_deliver()

        assert planned.holds == ("guardians", "students")
        assert _held(day) >= {"accounts", "contact_points", "guardianships", "school_members"}
        assert planned.actions["remove"] == 0
    new = district.account(teacher_id="T30")
    assert [a for a in district.active("accounts") if a != new] == before[0]
    assert district.active("guardianships") == before[3]
    assert district.active("class_memberships") == before[5]
    assert _dangling(district) == []


def test_guardians_of_held_students_wait_with_them_even_if_they_are_few(district: District) -> None:
    district.deliver(_sent(without_guardian=range(20)))
    with district.day(_sent(students=[29], seats=[29])) as day:
        planned = day.plan_and_deliver()

        assert planned.holds == ("students",)
        assert planned.actions["remove"] == 0
    assert len(district.active("guardianships")) == 10
    assert _dangling(district) == []


def test_students_go_while_their_guardians_wait(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(students=range(20), seats=range(20), without_guardian=range(20))) as day:
        planned = day.plan_and_deliver()

        assert planned.holds == ("guardians",)
    assert len([a for a in district.active("accounts") if a["roles"] == "student"]) == 20
    assert len([a for a in district.active("accounts") if a["roles"] == "guardian"]) == 30
    assert _dangling(district) == []


def test_many_removed_teachers_are_held(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(teachers=[0])) as day:
        planned = day.plan_and_deliver()

        assert planned.holds == ("teachers",)
        assert _held(day) == {"accounts", "contact_points", "school_members"}
    assert _dangling(district) == []


def test_many_removed_classes_are_held_with_their_seats(district: District) -> None:
    district.deliver(_sent())
    before = _active(district)
    with district.day(_sent(classes=range(3), seats=range(3))) as day:
        planned = day.plan_and_deliver()

        assert planned.holds == ("classes",)
        assert _held(day) == {"classes", "class_memberships"}
    assert _active(district) == before


def test_many_removed_seats_are_held_where_person_and_class_stay(district: District) -> None:
    district.deliver(_sent())
    before = _active(district)
    with district.day(_sent(seats=range(3))) as day:
        planned = day.plan_and_deliver()

        assert planned.holds == ("class members",)
        assert _held(day) == {"class_memberships"}
    assert _active(district) == before


def test_seats_of_few_people_and_classes_that_go_are_not_counted(district: District) -> None:
    seats = [f"S1,C{c},P{p}" for c in range(5) for p in range(30)]
    district.deliver(_sent() | {"enrollments.csv": files(enrollments=seats)["enrollments.csv"]})
    left = [f"S1,C{c},P{p}" for c in range(1, 5) for p in range(5, 30)]
    sent = _sent(students=range(5, 30), classes=range(1, 30)) | {
        "enrollments.csv": files(enrollments=left)["enrollments.csv"]
    }
    with district.day(sent) as day:
        planned = day.plan_and_deliver()

        assert (planned.held, planned.holds) == (0, ())
    assert len([s for s in district.active("class_memberships") if s["role"] == "student"]) == len(left)


def test_an_owner_who_waits_loses_a_class_that_gets_another_owner(district: District) -> None:
    district.deliver(_sent())
    sent = _sent(teachers=[31]) | {"classes.csv": files(classes=_classes(ALL, "T31"))["classes.csv"]}
    with district.day(sent) as day:
        assert day.plan_and_deliver().holds == ("teachers",)

    owners = {(s["class_id"], s["record_id"]) for s in district.active("class_memberships") if s["role"] == "owner"}
    assert owners == {(f"C{n}", "T31") for n in ALL}
    assert _dangling(district) == []


def test_a_contact_point_of_one_who_waits_goes_to_nobody_else_yet(district: District) -> None:
    district.deliver(_sent())
    sent = _sent(teachers=[0]) | {
        "students.csv": files(students=["S1,P99,New,Kid,,,t9@example.org,,,,,", *_students(ALL)])["students.csv"]
    }
    with district.day(sent) as day:
        planned = day.plan_and_deliver()
        waiting = load_records(day.platform.state(SPRINGFIELD).records["accounts"]).num_rows

        assert planned.held > 0
        again = day.plan_and_deliver()
        assert sum(again.actions.values()) == 0
        assert load_records(day.platform.state(SPRINGFIELD).records["accounts"]).num_rows == waiting
        assert district.account(student_id="P99")["email"] is None
        assert district.contacts()["t9@example.org"] == district.account(teacher_id="T9")["account_id"]

        approved = day.plan_and_deliver({str(again.hold_hash): ["teachers"]})
        assert approved.holds == ()
    assert district.contacts()["t9@example.org"] == district.account(student_id="P99")["account_id"]
    assert district.account(student_id="P99")["email"] == "t9@example.org"


# Approvals


def test_an_approved_kind_goes_through_with_all_that_hangs_on_it(district: District) -> None:
    district.deliver(_sent(without_guardian=ALL))
    with district.day(_sent(teachers=range(40), students=range(5), seats=range(5), without_guardian=ALL)) as day:
        held = day.plan_and_deliver()  # delivers the new teachers
        approved = day.plan_and_deliver({str(held.hold_hash): ["students"]})

        assert (approved.held, approved.holds, approved.hold_hash) == (0, (), None)
        assert sum(day.plan_and_deliver().actions.values()) == 0
    assert len([a for a in district.active("accounts") if a["roles"] == "student"]) == 5
    assert len([s for s in district.active("class_memberships") if s["role"] == "student"]) == 5
    assert _dangling(district) == []


def test_an_approval_of_one_kind_leaves_the_others_waiting_under_a_hash_of_their_own(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(students=range(5), seats=range(5))) as day:
        first = day.plan_and_deliver()
        second = day.plan_and_deliver({str(first.hold_hash): ["students"]})

        assert (first.holds, second.holds) == (("guardians", "students"), ("guardians",))
        assert day.plan_and_deliver().hold_hash == second.hold_hash != first.hold_hash
        assert _dangling(district) == []
        third = day.plan_and_deliver({str(second.hold_hash): ["guardians"]})
        assert third.holds == ()
    assert len(district.active("guardianships")) == 5
    assert _dangling(district) == []


def test_an_approval_under_another_hash_does_nothing(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(teachers=[0])) as day:
        assert day.plan({"0" * 32: ["teachers"]}).holds == ("teachers",)


@pytest.mark.parametrize("teachers", [[0, 1], [0, 50], [50]])
def test_an_approval_lapses_when_the_files_change(district: District, teachers: list[int]) -> None:
    district.deliver(_sent())
    with district.day(_sent(teachers=[0])) as day:
        approval = {str(day.plan_and_deliver().hold_hash): ["teachers"]}
    with district.day(_sent(teachers=teachers)) as day:
        assert day.plan_and_deliver(approval).holds == ("teachers",)


def test_files_that_were_approved_once_are_asked_about_again_when_they_come_back(district: District) -> None:
    bad = _sent(teachers=[0])
    district.deliver(_sent())
    with district.day(bad) as day:
        approval = {str(day.plan_and_deliver().hold_hash): ["teachers"]}
    district.deliver(_sent())

    with district.day(bad) as day:
        again = day.plan_and_deliver(approval)

    assert (again.holds, again.actions["remove"]) == (("teachers",), 0)


@pytest.mark.parametrize("taken_up", [False, True])
def test_a_drop_that_was_approved_once_is_asked_about_again_after_another_was_delivered(
    district: District, taken_up: bool
) -> None:
    district.deliver(_sent())
    with district.day(_sent(teachers=[0])) as day:
        approval = {str(day.plan_and_deliver().hold_hash): ["teachers"]}
        if taken_up:
            assert day.plan_and_deliver(approval).holds == ()
        district.deliver(_sent())

        again = day.plan(approval)

        assert (again.holds, again.actions["remove"]) == (("teachers",), 0)
        approval[str(again.hold_hash)] = ["teachers"]
        assert day.plan(approval).holds == ()


def test_an_approval_holds_while_the_drop_is_the_same(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(teachers=[0])) as day:
        approval = {str(day.plan_and_deliver().hold_hash): ["teachers"]}

    with district.day(_sent(teachers=[0])) as day:
        assert day.plan_and_deliver(approval).holds == ()


def test_what_a_run_adds_does_not_let_the_next_run_of_the_drop_remove_more(district: District) -> None:
    district.deliver(_sent())
    with district.day(_sent(teachers=[0, *range(100, 500)])) as day:
        assert day.plan_and_deliver().holds == ("teachers",)
        assert len(district.active("accounts")) == 30 + 400 + 60
        again = day.plan_and_deliver()

        assert (again.holds, sum(again.actions.values())) == (("teachers",), 0)
        assert day.rows("planned.holds", "kind", "records", "delivered", "is_held")[-1] == (
            "teachers",
            29,
            30,
            True,
        )
