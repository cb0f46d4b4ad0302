"""What waits beside many removed people: missing schools, many guardians, lost roles, schools, students and contacts."""

from dataclasses import replace
from typing import Final

import pytest

from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import ROOMY, Day, District, Elsewhere, contradictions, files

SIX = range(6)
SCHOOLS = ["S1,North High", "S2,South High"]
GUARDIANS = Limits(guardians=3)

T2 = "S2,T2,Bob,Ray,bob@example.org,"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"


def _teachers(school: str, which: range = SIX) -> list[str]:
    return [f"{school},{school}T{n},Tea,Ch{n},{school}t{n}@example.org," for n in which]


def _students(school: str, which: range = SIX) -> list[str]:
    return [f"{school},{school}P{n},Kid,K{n},,,,,Gil,{school}G{n},{school}g{n}@example.org," for n in which]


def _classes(school: str, which: range = SIX) -> list[str]:
    return [f"{school},{school}C{n},{school}T0,Class {n}" for n in which]


def _seats(school: str, which: range = SIX) -> list[str]:
    return [f"{school},{school}C{n},{school}P{n}" for n in which]


def _both(**without: list[str]) -> dict[str, str]:
    """Two schools with six teachers, students, classes and seats each; files given replace theirs. S2 stands first."""
    makers = {"teachers": _teachers, "students": _students, "classes": _classes, "enrollments": _seats}
    rows = {name: [*make("S2"), *make("S1")] for name, make in makers.items()}
    return files(schools=SCHOOLS, **(rows | without))


def _only_north() -> dict[str, str]:
    one = {
        "teachers": _teachers("S1"),
        "students": _students("S1"),
        "classes": _classes("S1"),
        "enrollments": _seats("S1"),
    }
    return files(schools=SCHOOLS[:1], **one)


def _people(district: District) -> int:
    return len(district.active("accounts"))


def _kinds(day: Day, state: str) -> set[tuple[str, str]]:
    return {(kind, action) for kind, action, _ in day.changes(state)}


# Schools


def test_a_school_that_vanished_waits_and_goes_when_a_person_approves_it(district: District) -> None:
    district.deliver(_both())
    with district.day(_only_north()) as day:
        held = day.plan_and_deliver()
        assert (held.holds, held.actions["remove"], _people(district)) == (("schools",), 0, 36)
        assert day.one("planned.holds", "kind = 'students'")["records"] == 0

        gone = day.plan_and_deliver({str(held.hold_hash): ["schools"]})
        assert (gone.holds, gone.held) == ((), 0)
    for _ in range(2):  # it closed for good: nothing of it comes back with the next drops
        with district.day(_only_north()) as day:
            after = day.plan_and_deliver()
            assert (after.holds, after.held, sum(after.actions.values())) == ((), 0, 0)
    assert _people(district) == 18
    assert {m["school_id"] for m in district.active("school_members")} == {"S1"}
    assert {c["school_id"] for c in district.active("classes")} == {"S1"}


def test_who_is_also_elsewhere_loses_only_what_they_have_at_the_school_that_vanished(district: District) -> None:
    moved = ["S1,S2T0,Tea,Ch0,S2t0@example.org,", "S1,S2P0,Kid,K0,,,,,Gil,S2G0,S2g0@example.org,"]
    district.deliver(
        _both(teachers=[*_teachers("S1"), *_teachers("S2"), moved[0]], students=[*_students("S2"), moved[1]])
    )
    sent = files(
        schools=SCHOOLS[:1], teachers=[*_teachers("S1"), moved[0]], students=[moved[1]], classes=[], enrollments=[]
    )
    with district.day(sent) as day:
        held = day.plan_and_deliver()
        assert "schools" in held.holds
        day.plan_and_deliver({str(held.hold_hash): ["schools", "cut_files"]})

    assert district.account(teacher_id="S2T0")["roles"] == "teacher"
    assert [g["student_id"] for g in district.active("guardianships")] == ["S2P0"]
    assert {m["school_id"] for m in district.active("school_members")} == {"S1"}


def test_a_school_without_any_row_in_one_file_waits(district: District) -> None:
    district.deliver(_both())
    for name, make in {
        "teachers": _teachers,
        "students": _students,
        "classes": _classes,
        "enrollments": _seats,
    }.items():
        with district.day(_both(**{name: make("S1")})) as day:
            planned = day.plan()
            assert (name, planned.actions["remove"]) == (name, 0)
            # Classes name their teacher, and enrollments name students and classes, so these are not absent.
            if name == "enrollments":
                assert planned.holds == ("schools",), name


def test_a_school_with_fewer_records_than_the_limit_does_not_wait(district: District) -> None:
    district.deliver(_both())
    with district.day(_both(enrollments=_seats("S1"))) as day:
        assert day.plan(limits=replace(ROOMY, school_count=7)).holds == ()


def test_a_school_that_waits_for_a_file_still_waits_when_fewer_records_than_the_limit_are_left(
    district: District,
) -> None:
    district.deliver(_both())
    rest = [*_students("S2", range(4)), *_students("S1")]
    with district.day(_both(students=rest, enrollments=_seats("S1"))) as day:
        for _ in range(2):
            assert day.plan_and_deliver().holds == ("schools",)
        assert sum(day.plan().actions.values()) == 0
    with district.day(_both(students=[*_students("S2", range(3)), *_students("S1")], enrollments=_seats("S1"))) as day:
        assert day.plan_and_deliver().holds == ("schools",)
    left = {m["record_id"] for m in district.active("class_memberships") if m["role"] == "student"}
    assert {"S2P0", "S2P1", "S2P2"} <= left


def test_a_school_of_which_a_row_could_not_be_read_is_not_missing_and_its_people_stay(district: District) -> None:
    district.deliver(_both())
    sent = _both(students=[*_students("S1"), "S2,S2P0,Kid"], enrollments=[*_seats("S1"), *_seats("S2", range(1))])
    with district.day(sent) as day:
        planned = day.plan()
        assert planned.holds == ()
        removed = {record for kind, action, record in day.changes() if (kind, action) == ("accounts", "remove")}
        assert district.account(student_id="S2P0")["account_id"] not in removed
        assert district.account(student_id="S2P1")["account_id"] in removed


# Many guardians


def _with_guardians(count: int) -> dict[str, str]:
    about = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,"
    return files(students=[f"{about},Gil,G{n},g{n}@example.org," for n in range(count)] + ["S2,P2,Eve,Orr,,K,,,,,,"])


def test_the_guardians_of_a_student_with_many_wait_and_the_student_does_not(district: District) -> None:
    with district.day(_with_guardians(3)) as day:
        held = day.plan_and_deliver(limits=GUARDIANS)
        assert held.holds == ("new_guardians",)
        assert _kinds(day, "held") == {
            *(("accounts", "create"), ("contact_points", "create")),
            *(("guardianships", "create"), ("school_members", "create")),
        }
        assert district.account(student_id="P1")["email"] == "cy@example.org"
        assert district.active("guardianships") == []

        approved = day.plan_and_deliver({str(held.hold_hash): ["new_guardians"]}, limits=GUARDIANS)
        assert (approved.holds, len(district.active("guardianships"))) == ((), 3)
        assert sum(day.plan_and_deliver(limits=GUARDIANS).actions.values()) == 0


def test_guardians_who_were_delivered_stay_when_one_more_makes_them_many(district: District) -> None:
    district.deliver(_with_guardians(2))
    with district.day(_with_guardians(3)) as day:
        assert day.plan_and_deliver(limits=GUARDIANS).holds == ("new_guardians",)
    assert len(district.active("guardianships")) == 2


def test_a_guardian_who_is_there_for_another_student_too_waits_for_the_one_only(district: District) -> None:
    sent = _with_guardians(3)
    sent["students.csv"] += "S2,P3,Mo,Fox,,K,,,Gil,G0,g0@example.org,\n"
    with district.day(sent) as day:
        day.plan_and_deliver(limits=GUARDIANS)
    assert [g["student_id"] for g in district.active("guardianships")] == ["P3"]
    members = [m for m in district.active("school_members") if m["role"] == "guardian"]
    assert [m["school_id"] for m in members] == ["S2"]


# What people lose who stay


def _tight(district: District, before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    """The holds where nothing may go, from one drop to the next; the platform is then as it was before."""
    district.deliver(before)
    kinds = ("accounts", "contact_points", "school_members", "guardianships")
    there = [district.active(kind) for kind in kinds]
    with district.day(after) as day:
        holds = day.plan_and_deliver(limits=Limits(removal_share=0, removal_count=0)).holds
    assert [district.active(kind) for kind in kinds] == there
    return holds


def test_a_lost_guardianship_counts_as_a_removed_guardian(district: District) -> None:
    both = ["S1,P1,Cy,Fox,,,,,Dee,Fox,dee@example.org,", "S2,P2,Eve,Orr,,,,,Dee,Fox,dee@example.org,"]
    assert _tight(district, files(students=both), files(students=[both[0], "S2,P2,Eve,Orr,,,,,,,,"])) == ("guardians",)


def test_a_lost_role_counts_as_a_removal_of_that_role(district: District) -> None:
    parent = ["S1,P1,Cy,Fox,,,,,Ann,Lee,ann@example.org,", "S2,P2,Eve,Orr,,,,,,,,"]
    alone = ["S1,P1,Cy,Fox,,,,,,,,", parent[1]]
    assert _tight(district, files(students=parent), files(students=alone)) == ("guardians",)


def test_a_teacher_at_fewer_schools_counts_and_one_who_moved_does_not(district: District) -> None:
    two = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    assert _tight(district, files(teachers=two), files(teachers=[two[0], two[2]])) == ("teachers",)
    moved = [two[0], two[1], two[2].replace("S2", "S1")]
    with district.day(files(teachers=moved, classes=["S1,C1,T1,Algebra"], enrollments=["S1,C1,P1"])) as day:
        holds = day.plan(limits=Limits(removal_share=0, removal_count=0)).holds
        assert "teachers" not in holds


def test_a_contact_point_without_another_in_its_stead_counts_and_its_account_keeps_naming_it(
    district: District,
) -> None:
    with_phone = ["S1,P1,Cy,Fox,,,cy@example.org,2125550150,,,,", "S2,P2,Eve,Orr,,,,,,,,"]
    without = ["S1,P1,Cyd,Fox,,,new@example.org,,,,,", with_phone[1]]
    district.deliver(files(students=with_phone))
    with district.day(files(students=without)) as day:
        held = day.plan_and_deliver(limits=Limits(removal_share=0, removal_count=0))
    assert held.holds == ("contact points",)
    account = district.account(student_id="P1")
    assert (account["first_name"], account["email"], account["phone"]) == ("Cyd", "new@example.org", "+12125550150")
    assert "cy@example.org" not in district.contacts()


# Columns that were sorted or moved alone

MANY = range(30)


def _families(shift: int, column: str) -> list[str]:
    """Students with a guardian each; the emails, or all of the guardian, are those of a family so many rows below."""
    found = []
    for n in MANY:
        of, moved = n, (n + shift) % len(MANY)
        of = moved if column == "guardian" else n
        found.append(f"S1,P{n},Kid,Fox{n},,,,,Gil,Fox{of},g{moved}@example.org,")
    return found


@pytest.mark.parametrize(("column", "hold"), [("email", "contact points"), ("guardian", "guardians")])
def test_a_column_that_was_moved_alone_gives_nobody_a_child_or_an_email_of_strangers(
    district: District, column: str, hold: str
) -> None:
    district.deliver(files(students=[*_families(0, column), "S2,P99,Eve,Orr,,,,,,,,"], enrollments=[]))
    kinds = ("contact_points", "guardianships")
    before = {kind: district.active(kind) for kind in kinds}
    students = ["S2,P98,Hal,Orr,,,,,,,,", *_families(1, column), "S2,P99,Eve,Orr,,,,,,,,"]
    with district.day(files(students=students, enrollments=[])) as day:
        planned = day.plan_and_deliver(limits=Limits())
        assert planned.holds == (hold,)
        assert {kind: district.active(kind) for kind in kinds} == before
        assert day.plan_and_deliver({str(planned.hold_hash): [hold]}, limits=Limits()).holds == ()
    owners = {c["value"]: c["account_id"] for c in district.active("contact_points")}
    last_names = {a["account_id"]: a["last_name"] for a in district.active("accounts")}
    expected = 0 if column == "guardian" else 29
    assert last_names[owners["g0@example.org"]] == f"Fox{expected}"
    assert contradictions(district) == []


def test_new_guardians_who_replace_all_others_wait_with_their_accounts(district: District) -> None:
    def drop(name: str) -> dict[str, str]:
        rows = [f"S1,P{n},Kid,Fox{n},,,,,{name},Orr{n},{name}{n}@example.org," for n in MANY]
        return files(students=[*rows, "S2,P99,Eve,Orr,,,,,,,,"], enrollments=[])

    district.deliver(drop("Gil"))
    before = {kind.name: district.active(kind.name) for kind in KINDS}
    with district.day(drop("Pat")) as day:
        planned = day.plan_and_deliver(limits=Limits())
        assert planned.holds == ("guardians",)
        assert {kind.name: district.active(kind.name) for kind in KINDS} == before
        assert day.plan_and_deliver({str(planned.hold_hash): ["guardians"]}, limits=Limits()).holds == ()
    assert {a["first_name"] for a in district.active("accounts") if a["roles"] == "guardian"} == {"Pat"}


@pytest.mark.parametrize("order", ["BA", "CAB", "BCD"])
def test_guardians_who_change_places_wait_however_few_they_are(district: District, order: str) -> None:
    def drop(guardians: str) -> dict[str, str]:
        rows = [f"S1,P{n},Kid,Fox{n},,,,,Gil,Orr{letter},{letter}@example.org," for n, letter in enumerate(guardians)]
        return files(students=[*rows, P2.replace("P2", "P99")], enrollments=[])

    district.deliver(drop("ABCD"[: len(order)]))
    before = [district.active(kind.name) for kind in KINDS]
    with district.day(drop(order)) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("guardians",)
        ties = [tie for tie in district.active("guardianships") if tie in before[_TIES]]
        assert ties == before[_TIES]
        assert len(district.active("guardianships")) == len(before[_TIES])
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert contradictions(district) == []
        assert day.plan_and_deliver({str(held.hold_hash): ["guardians"]}).holds == ()
    emails = {str(a["account_id"]): str(a["email"])[0].upper() for a in district.active("accounts")}
    found = sorted(district.active("guardianships"), key=lambda tie: str(tie["student_id"]))
    assert "".join(emails[str(tie["guardian_account_id"])] for tie in found) == order


_TIES = [kind.name for kind in KINDS].index("guardianships")


@pytest.mark.parametrize("families", ["ABC", "ABB"], ids=["two families", "siblings"])
def test_a_guardian_who_was_filled_down_over_other_families_waits(district: District, families: str) -> None:
    def drop(letters: str) -> dict[str, str]:
        rows = [f"S1,P{n},Kid,Fox{n},,,,,Gil,Orr{letter},{letter}@example.org," for n, letter in enumerate(letters)]
        return files(students=[*rows, P2.replace("P2", "P99")], enrollments=[])

    district.deliver(drop(families))
    before = district.active("guardianships")
    with district.day(drop("AAA")) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("guardians",)
        assert district.active("guardianships") == before
        assert sum(day.plan().actions.values()) == 0
        day.plan_and_deliver({str(held.hold_hash): ["guardians"]})
    emails = {account["account_id"]: account["email"] for account in district.active("accounts")}
    assert {emails[tie["guardian_account_id"]] for tie in district.active("guardianships")} == {"a@example.org"}


def test_one_student_who_gets_the_guardian_of_another_family_waits(district: District) -> None:
    rows = ["S1,P1,Cy,Fox,,,,,Dee,Fox,dee@example.org,", "S2,P2,Eve,Orr,,,,,Gil,Orr,gil@example.org,"]
    district.deliver(files(students=rows))
    with district.day(files(students=[rows[0].replace("Dee,Fox,dee", "Gil,Orr,gil"), rows[1]])) as day:
        assert day.plan().holds == ("guardians",)


def test_a_student_keeps_the_guardian_while_the_only_new_one_waits_for_students_of_another_school(
    district: District,
) -> None:
    """One guardian would replace three. Two are those of S1, so they wait for the number of removals; the others need not."""

    def drop(replaced: int) -> dict[str, str]:
        guardians = ["Nan,Roe,nan@example.org,"] * replaced + [
            f"Gil,Fox{n},g{n}@example.org," for n in range(replaced, 8)
        ]
        rows = [f"S{1 + (n > 1)},P{n},Kid,Fox{n},,,,,{guardian}" for n, guardian in enumerate(guardians)]
        return files(students=rows, enrollments=[])

    district.deliver(drop(0))
    before = {kind.name: district.active(kind.name) for kind in KINDS}
    with district.day(drop(3)) as day:
        held = day.plan_and_deliver(limits=Limits())
        assert held.holds == ("guardians",)
        assert {kind.name: district.active(kind.name) for kind in KINDS} == before
        assert sum(day.plan(limits=Limits()).actions.values()) == 0
        day.plan_and_deliver({str(held.hold_hash): ["guardians"]}, limits=Limits())
    assert len(district.active("guardianships")) == 8
    assert len([a for a in district.active("accounts") if a["roles"] == "guardian"]) == 6


def test_a_student_keeps_the_only_guardian_while_two_families_have_the_contact_of_the_new_one(
    district: District,
) -> None:
    rest = ["S2,P2,Eve,Orr,,,,,Gil,Orr,gil@example.org,"]
    district.deliver(files(students=["S1,P1,Cy,Fox,,,,,Dee,Fox,dee@example.org,", *rest]))
    before = district.active("guardianships")
    rows = ["S1,P1,Cy,Fox,,,,,Nan,Roe,nan@example.org,", *rest, "S2,P3,Ella,Zed,,,,,Al,Zed,nan@example.org,"]
    with district.day(files(students=rows)) as day:
        assert day.plan_and_deliver().holds == ("shared_contacts",)
        assert sum(day.plan().actions.values()) == 0
    assert district.active("guardianships") == before
    assert district.contacts()["dee@example.org"]


CHILDREN = [("Ada", "Abbott"), ("Ben", "Barlow"), ("Cleo", "Castro"), ("Dirk", "Dawson")]


@pytest.mark.parametrize("moved", ["both names", "first names", "two full names"])
def test_names_that_moved_to_other_rows_wait_for_a_person(district: District, moved: str) -> None:
    def drop(first_names: str, last_names: str) -> dict[str, str]:
        names = [f"{CHILDREN[int(f)][0]},{CHILDREN[int(n)][1]}" for f, n in zip(first_names, last_names, strict=True)]
        rows = [f"S1,P{n},{name},,7,,,Gil,Orr{n},g{n}@example.org," for n, name in enumerate(names)]
        return files(students=rows, enrollments=[])

    district.deliver(drop("0123", "0123"))
    before = [district.active(kind.name) for kind in KINDS]
    orders = {"both names": ("1230", "1230"), "first names": ("1230", "0123"), "two full names": ("1023", "1023")}
    with district.day(drop(*orders[moved])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert [district.active(kind.name) for kind in KINDS] == before
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]})
    assert district.account(student_id="P0")["first_name"] == "Ben"


def test_first_names_that_are_corrected_wait_for_nobody_although_two_children_exchange_them(district: District) -> None:
    rows = [f"S1,P{n},{first},{last},,7,,,Gil,Orr{n},g{n}@example.org," for n, (first, last) in enumerate(CHILDREN)]
    district.deliver(files(students=rows, enrollments=[]))
    rows[0], rows[1] = rows[0].replace("Ada", "Ben"), rows[1].replace("Ben", "Ada")
    rows[2] = rows[2].replace("Cleo", "Zoe")
    with district.day(files(students=rows, enrollments=[])) as day:
        assert day.plan().holds == ()


@pytest.mark.parametrize(
    "renamed",
    [["Ben Barlow", "Zoe Barlow"], ["Ben Abbott", "Cleo Barlow", "Dirk Castro", "Zoe Dawson", "Ada Eaton"]],
    ids=["a full name", "first names"],
)
def test_a_change_that_shows_an_exchange_of_names_waits_with_it(district: District, renamed: list[str]) -> None:
    """Else the next plan of the same rows would see no exchange, and let the others through."""

    def drop(names: list[str]) -> dict[str, str]:
        named = [name.replace(" ", ",") for name in names]
        rows = [f"S1,P{n},{name},,7,,,Gil,Orr{n},g{n}@example.org," for n, name in enumerate(named)]
        return files(students=rows, enrollments=[])

    children = [" ".join(child) for child in [*CHILDREN, ("Eli", "Eaton")]]
    district.deliver(drop(children))
    with district.day(drop(renamed + children[len(renamed) :])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert day.plan().hold_hash == held.hold_hash
        assert day.changes("go") == []


# Ids of others

REUSED = [
    ("students", "S1,P1,Zoe,Kim,2015-05-05,4,zoe@example.org,,Pat,Kim,pat@example.org,"),
    ("teachers", "S1,T1,Zoe,Kim,zoe@example.org,2125550177"),
]


@pytest.mark.parametrize("new", [["S2,C1,T1,Algebra"], ["S2,C1,T2,Algebra", "S1,C1,T1,Algebra"]])
def test_a_class_that_would_leave_its_students_for_another_school_is_told_and_held(
    district: District, new: list[str]
) -> None:
    """One wrong cell, or two schools that count their classes from one. Else the next run removes the students."""

    def drop(*classes: str) -> dict[str, str]:
        teachers = [
            "S1,T1,Ann,Lee,ann@example.org,",
            "S2,T1,Ann,Lee,ann@example.org,",
            "S2,T2,Bob,Ray,bob@example.org,",
        ]
        students = [f"S1,P{n},Kid,Fox,,,,,,,," for n in (1, 2)]
        return files(teachers=teachers, students=students, classes=list(classes), enrollments=["S1,C1,P1", "S1,C1,P2"])

    district.deliver(drop("S1,C1,T1,Algebra"))
    before = [district.active(kind) for kind in ("classes", "class_memberships")]
    with district.day(drop(*new)) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert ("class_id_reused", "C1") in day.problems()
        assert sum(day.plan_and_deliver().actions.values()) == 0
    assert [district.active(kind) for kind in ("classes", "class_memberships")] == before


@pytest.mark.parametrize(("file", "row"), REUSED)
def test_a_person_id_of_another_person_is_told_and_held(district: District, file: str, row: str) -> None:
    rest = {"students": ["S2,P2,Eve,Orr,,K,,,,,,"], "teachers": ["S2,T2,Bob,Ray,bob@example.org,"]}
    district.deliver(files())
    kinds = ("accounts", "contact_points", "guardianships", "class_memberships")
    before = [district.active(kind) for kind in kinds]
    with district.day(files(**{file: [row, *rest[file]]})) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert ("person_id_reused", row.split(",")[1]) in day.problems()
        assert [district.active(kind) for kind in kinds] == before
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert district.account(first_name="Zoe")["last_name"] == "Kim"


FILLED_DOWN = [f"S1,S1P{n},Kid,K{n},,,,,Gil,S1G0,S1g0@example.org," for n in (1, 2)]
NEW_CLASSES = {
    "classes": [*_classes("S2"), *(f"S1,S1D{n},S1T0,Class {n}" for n in SIX)],
    "enrollments": [*_seats("S2"), *(f"S1,S1D{n},S1P{n}" for n in SIX)],
}


@pytest.mark.parametrize(
    ("students", "rosters", "hold", "waiting"),
    [
        ([*FILLED_DOWN, *_students("S1", range(3, 6))], {}, "guardians", {"student_id": "S1P0"}),
        (_students("S1", range(1, 6)), NEW_CLASSES, "classes", {"teacher_id": "S1T0"}),
    ],
)
def test_a_new_person_of_an_id_waits_as_long_as_something_of_the_former_one(
    district: District, students: list[str], rosters: dict[str, list[str]], hold: str, waiting: dict[str, str]
) -> None:
    """A former guardian is no guardian of another child, and a former class no class of another teacher."""
    district.deliver(_both())
    before = district.account(**waiting)
    new_student = "S1,S1P0,Noa,Tate,2015-02-02,3,noa@example.org,,Moe,Tate,moe@example.org,"
    new_teacher = "S1,S1T0,Ivo,Quade,ivo@example.org,"
    sent = _both(
        students=[*_students("S2"), new_student, *students],
        teachers=[*_teachers("S2"), new_teacher, *_teachers("S1", range(1, 6))],
        **rosters,
    )
    with district.day(sent) as day:
        held = day.plan(limits=Limits())
        assert {*held.holds} == {hold, "reused_ids"}
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}, Limits())
        assert district.account(**waiting) == before
    with district.day(sent) as day:
        held = day.plan(limits=Limits())
        assert day.plan_and_deliver({str(held.hold_hash): held.holds}, Limits()).holds == ()
    assert {district.account(student_id="S1P0")["first_name"], district.account(teacher_id="S1T0")["first_name"]} == {
        "Noa",
        "Ivo",
    }
    assert contradictions(district) == []


@pytest.mark.parametrize(
    "row",
    [
        "S1,P1,Zoe,Kim,2012-01-31,7,,,,,,",
        "S1,P1,Zoe,Kim,2015-05-05,7,,,Dee,Fox,dee@example.org,",
        "S1,P1,Cy,Kim,2015-05-05,7,zoe@example.org,,,,,",
        "S1,P1,Fox,Cy,2015-05-05,7,zoe@example.org,,,,,",
    ],
)
def test_one_who_has_another_name_and_something_of_before_is_the_same_person(district: District, row: str) -> None:
    district.deliver(files())
    with district.day(files(students=[row, "S2,P2,Eve,Orr,,K,,,,,,"])) as day:
        assert day.plan().holds == ()


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (",,,,,,,", ",,,,Uma,Kim,uma@example.org,"),
        (",,,,,,,", ",,,,,,,"),
        (",,cy@example.org,,,,,", "2015-05-05,,,,,,,"),
        (",,,,Dee,Fox,dee@example.org,", ",7,zoe@example.org,,,,,"),
    ],
)
def test_an_id_with_another_name_and_nothing_of_before_is_told_and_held(
    district: District, before: str, now: str
) -> None:
    district.deliver(files(students=[f"S1,P1,Cy,Fox,{before}", P2]))
    records = [district.active(kind.name) for kind in KINDS]
    with district.day(files(students=[f"S1,P1,Zoe,Kim,{now}", P2])) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert ("person_id_reused", "P1") in day.problems()
    assert [district.active(kind.name) for kind in KINDS] == records


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        ("Cy,Kim,2015-05-05,3,,,Al,Kim,al@example.org,", ("reused_ids",)),
        ("Cy,Kim,2012-01-31,7,,,Al,Kim,al@example.org,", ()),
        ("Cy,Kim,2015-05-05,7,,,Dee,Fox,dee@example.org,", ()),
    ],
    ids=["nothing else is the same", "same date of birth", "same guardian"],
)
def test_an_equal_first_name_makes_no_student_the_same_person(
    district: District, now: str, holds: tuple[str, ...]
) -> None:
    district.deliver(files(students=["S1,P1,Cy,Fox,2012-01-31,7,,,Dee,Fox,dee@example.org,", P2]))
    with district.day(files(students=[f"S1,P1,{now}", P2])) as day:
        assert day.plan().holds == holds


TED = "S1,T1,Ted,Lee,ted@example.org,"


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        ("S2,T9,Ann,Orr,orr@example.org,2125550188", ("reused_ids",)),
        ("S1,T9,Ann,Orr,orr@example.org,2125550188", ()),
        ("S2,T9,Ann,Orr,ann@example.org,2125550188", ()),
        ("S2,T9,Ann,Orr,orr@example.org,2125550177", ()),
        ("S2,T9,Ann,Fox,orr@example.org,2125550188", ()),
    ],
    ids=["all", "same school", "same email", "same phone", "same last name"],
)
def test_an_equal_first_name_makes_no_teacher_the_same_person_if_last_name_contacts_and_schools_are_other_ones(
    district: District, now: str, holds: tuple[str, ...]
) -> None:
    district.deliver(files(teachers=[TED, T2, "S1,T9,Ann,Fox,ann@example.org,2125550177"]))
    with district.day(files(teachers=[TED, T2, now])) as day:
        assert day.plan_and_deliver().holds == holds
        assert sum(day.plan_and_deliver().actions.values()) == 0


ANN_FOX = "S1,T1,Ann,Fox,x@example.org,"
KIT = "S1,P1,Kit,Fox,,7,,,Ann,Fox,x@example.org,"
KIT_BY_PHONE = "S1,P1,Kit,Fox,,7,,,Ann,Fox,x@example.org,2125550177"
ZOE_KIM = "S1,T1,Zoe,Kim,x@example.org,"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((ANN_FOX, KIT), (ZOE_KIM, KIT)),
        ((ANN_FOX, KIT), (ZOE_KIM, KIT.replace("x@", "y@"))),
        ((ANN_FOX, KIT), (ZOE_KIM, KIT.replace(",Ann,Fox,x@example.org", ",,,"))),
        ((ANN_FOX, KIT), (ZOE_KIM, KIT.replace("Ann,Fox,x@", "Uma,Orr,uma@"))),
        ((ZOE_KIM, KIT_BY_PHONE), (ANN_FOX, KIT_BY_PHONE)),
        (("S1,T1,Cem,Tan,cem@example.org,", KIT), (ANN_FOX, KIT)),
        (("S1,T1,Cem,Tan,cem@example.org,", KIT), (ZOE_KIM, KIT)),
    ],
    ids=[
        "same row",
        "other email",
        "no guardian",
        "other guardian",
        "teacher gets the name",
        "id of a parent",
        "email",
    ],
)
def test_a_teacher_id_that_passes_to_another_name_takes_no_child_and_gives_none(
    district: District, before: tuple[str, str], now: tuple[str, str]
) -> None:
    """The email of the row is that of the parent, or stays the same: it is not enough to be the same person."""

    def drop(teacher: str, student: str) -> dict[str, str]:
        return files(teachers=[teacher, T2], students=[student, P2])

    district.deliver(drop(*before))
    records = [district.active(kind.name) for kind in KINDS]
    with district.day(drop(*now)) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert ("person_id_reused", "T1") in day.problems()
        assert [district.active(kind.name) for kind in KINDS] == records
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert district.account(teacher_id="T1")["email"] == "x@example.org"
    assert contradictions(district) == []


@pytest.mark.parametrize(
    ("teacher", "student"),
    [("S1,T1,Ann,Orr,x@example.org,", KIT), (ZOE_KIM, KIT.replace("Ann,Fox", "Zoe,Kim")), (ZOE_KIM, None)],
    ids=["marriage", "both rows", "no child"],
)
def test_a_teacher_with_the_email_of_before_may_have_another_name(
    district: District, teacher: str, student: str | None
) -> None:
    children = [] if student is None else [KIT]
    district.deliver(files(teachers=[ANN_FOX, T2], students=[*children, P2]))
    ties = district.active("guardianships")
    with district.day(files(teachers=[teacher, T2], students=[*filter(None, [student]), P2])) as day:
        assert day.plan_and_deliver().holds == ()
        assert sum(day.plan().actions.values()) == 0
    assert district.account(teacher_id="T1")["last_name"] == teacher.split(",")[3]
    assert district.active("guardianships") == ties


def test_a_student_with_another_name_and_other_guardians_is_told_and_held_though_the_email_is_the_same(
    district: District,
) -> None:
    district.deliver(files())
    records = [district.active(kind.name) for kind in KINDS]
    row = "S1,P1,Zoe,Kim,,4,cy@example.org,,Pat,Kim,pat@example.org,"
    with district.day(files(students=[row, P2])) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        found = day.rows_where("valid.problems", "code = 'person_id_reused'", "file", "line", "record_id")
        assert found == [("students.csv", 2, "P1")]
    assert [district.active(kind.name) for kind in KINDS] == records


OTHER_CHILDREN: Final = {
    "one last name": "S1,P1,Zed,Ray,2013-03-03,3,zed@example.org,,Zara,Ray,zara@example.org,",
    "one date of birth": "S1,P1,Zed,Orr,2012-01-31,3,zed@example.org,,Zara,Orr,zara@example.org,",
}


@pytest.mark.parametrize("other", OTHER_CHILDREN.values(), ids=OTHER_CHILDREN)
def test_a_last_name_or_a_date_of_birth_alone_makes_no_other_student_the_same(district: District, other: str) -> None:
    district.deliver(
        files(students=["S1,P1,Kit,Ray,2012-01-31,9,kit@example.org,,Mo,Ray,mo@example.org,2125550150", P2])
    )
    records = [district.active(kind.name) for kind in KINDS]
    with district.day(files(students=[P2, other])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        found = day.rows_where("valid.problems", "code = 'person_id_reused'", "file", "line", "record_id")
        assert found == [("students.csv", 3, "P1")]
        assert [district.active(kind.name) for kind in KINDS] == records
        assert sum(day.plan().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert district.account(student_id="P1")["first_name"] == "Zed"


@pytest.mark.parametrize("name", ["Christopher", "Cris"], ids=["the long form", "a like spelling"])
def test_a_first_name_in_another_form_waits_for_nobody_though_the_email_is_new_too(
    district: District, name: str
) -> None:
    teacher = "S1,T1,Chris,Ray,chris@example.org,"
    district.deliver(files(teachers=[teacher, T2]))
    with district.day(files(teachers=[f"S1,T1,{name},Ray,c.ray@example.org,", T2])) as day:
        assert day.plan_and_deliver().holds == ()
    assert district.account(teacher_id="T1")["first_name"] == name


@pytest.mark.parametrize(
    ("changes", "record"),
    [
        ({"teachers": [T2], "classes": ["S2,C2,T2,Biology"], "enrollments": ["S2,C2,P2"]}, "T1"),
        ({"students": [P2], "enrollments": ["S2,C2,P2"]}, "P1"),
    ],
)
def test_a_removed_id_that_comes_back_as_another_person_is_told_and_held(
    district: District, changes: dict[str, list[str]], record: str
) -> None:
    district.deliver(files())
    district.deliver(files(**changes))
    before = [district.active(kind.name) for kind in KINDS]
    new = {
        "teachers": ["S1,T1,Zoe,Kim,zoe@example.org,", T2],
        "students": ["S1,P1,Zoe,Kim,2015-05-05,7,zoe@example.org,,Uma,Kim,uma@example.org,", P2],
    }
    file = "teachers" if record == "T1" else "students"
    with district.day(files(**{file: new[file]})) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert ("person_id_reused", record) in day.problems()
        assert [district.active(kind.name) for kind in KINDS] == before
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert district.account(first_name="Zoe")
    assert contradictions(district) == []


def test_a_person_who_comes_back_under_the_same_name_is_not_held(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    with district.day(files()) as day:
        assert day.plan_and_deliver().holds == ()
    assert district.account(student_id="P1")


def test_a_new_teacher_or_guardian_waits_for_the_only_contact_point_that_another_account_keeps(
    district: District,
) -> None:
    district.deliver(files())
    reused = ["S1,T1,Zoe,Kim,zoe@example.org,", "S2,T2,Bob,Ray,ann@example.org,", "S1,T9,New,One,bob@example.org,"]
    classes = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C9,T9,Chemistry"]
    students = [
        "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,",
        "S2,P2,Eve,Orr,,K,,,Tom,Umland,,2125550142",
    ]
    kinds = [kind.name for kind in KINDS]
    before = [district.active(kind) for kind in kinds]
    sent = files(teachers=reused, classes=classes, students=students, enrollments=["S1,C1,P1", "S2,C2,P2", "S1,C9,P1"])
    with district.day(sent) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert [district.active(kind) for kind in kinds] == before
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    emails = {a["teacher_id"]: a["email"] for a in district.active("accounts") if a["teacher_id"]}
    assert emails == {"T1": "zoe@example.org", "T2": "ann@example.org", "T9": "bob@example.org"}
    assert district.account(first_name="Tom")["phone"] == "+12125550142"
    assert contradictions(district) == []


def test_an_account_that_would_be_removed_stays_while_its_contact_point_waits(district: District) -> None:
    district.deliver(files())
    reused = ["S1,T1,Zoe,Kim,zoe@example.org,2125550142", "S2,T2,Bob,Ray,bob@example.org,"]
    students = ["S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,,,,", "S2,P2,Eve,Orr,,K,,,,,,"]
    taken = [reused[0].replace("zoe@", "dee@"), reused[1]]
    with district.day(files(teachers=taken, students=students)) as day:
        day.plan_and_deliver()
    owners = {c["account_id"] for c in district.active("contact_points")}
    assert owners <= {a["account_id"] for a in district.active("accounts")}


def test_a_class_that_waits_for_another_owner_keeps_the_memberships_of_both(district: District) -> None:
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S1,T3,Cem,Tan,cem@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    district.deliver(files(teachers=teachers, enrollments=["S1,C1,P1", "S1,C1,T3", "S2,C2,P2"]))
    before = district.active("class_memberships")
    sent = files(teachers=teachers, classes=["S1,C1,T3,Algebra", "S2,C2,T2,Biology"])
    with district.day({**sent, "classes.csv": sent["classes.csv"].rstrip("\n")}) as day:
        planned = day.plan_and_deliver()
        assert planned.holds == ("cut_files",)
        assert district.active("class_memberships") == before
        assert day.plan_and_deliver({str(planned.hold_hash): ["cut_files"]}).holds == ()
    owners = {m["class_id"]: m["account_id"] for m in district.active("class_memberships") if m["role"] == "owner"}
    assert owners == {c["class_id"]: c["owner_account_id"] for c in district.active("classes")}


def test_a_class_id_of_another_class_is_held(district: District) -> None:
    students = [f"S1,P{n},Kid,K{n},,,,,,,," for n in range(6)]
    new = {"teachers": ["S1,T1,Ann,Lee,ann@example.org,", "S1,T3,Cem,Tan,cem@example.org,"], "students": students}
    district.deliver(files(classes=["S1,C1,T1,Algebra"], enrollments=[f"S1,C1,P{n}" for n in range(3)], **new))
    kinds = ("classes", "class_memberships")
    before = [district.active(kind) for kind in kinds]
    sent = files(classes=["S1,C1,T3,Chemistry"], enrollments=[f"S1,C1,P{n}" for n in range(3, 6)], **new)
    with district.day(sent) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert [district.active(kind) for kind in kinds] == before
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert [c["class_name"] for c in district.active("classes")] == ["Chemistry"]


def test_a_teacher_whose_id_was_reused_gets_no_child_and_no_class_until_a_person_decides(district: District) -> None:
    district.deliver(files())
    ann = district.account(teacher_id="T1")["account_id"]
    child = "S1,P3,Kit,Orr,,,,,Zed,Orr,zed@example.org,"
    sent = files(
        teachers=["S1,T1,Zed,Orr,zed@example.org,", "S2,T2,Bob,Ray,bob@example.org,"],
        students=[
            "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,",
            "S2,P2,Eve,Orr,,K,,,,,,",
            child,
        ],
        classes=["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C3,T1,Chemistry"],
        enrollments=["S1,C1,P1", "S2,C2,P2", "S1,C3,P3"],
    )
    with district.day(sent) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert ann not in [tie["guardian_account_id"] for tie in district.active("guardianships")]
        assert [c["class_id"] for c in district.active("classes") if c["owner_account_id"] == ann] == ["C1"]
        assert "C3" not in [member["class_id"] for member in district.active("class_memberships")]
        assert contradictions(district) == []
        held = day.plan()
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert "C3" in [c["class_id"] for c in district.active("classes")]
    assert contradictions(district) == []


def test_a_teacher_becomes_no_guardian_of_a_student_whose_id_was_reused_until_a_person_decides(
    district: District,
) -> None:
    district.deliver(files())
    bob = district.account(teacher_id="T2")["account_id"]
    child = "S1,P1,Kit,Ray,2011-05-09,8,kit@example.org,,Bob,Ray,bob@example.org,2125550175"
    with district.day(files(students=[child, P2])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        teacher = district.account(teacher_id="T2")
        assert (teacher["roles"], teacher["phone"]) == ("teacher", None)
        assert "+12125550175" not in [contact["value"] for contact in district.active("contact_points")]
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    teacher = district.account(teacher_id="T2")
    assert (teacher["roles"], teacher["phone"]) == ("teacher+guardian", "+12125550175")
    assert bob in [tie["guardian_account_id"] for tie in district.active("guardianships")]
    assert contradictions(district) == []


def test_a_class_that_leaves_a_teacher_whose_id_was_reused_has_one_owner(district: District) -> None:
    bob = "S2,T2,Bob,Ray,bob@example.org,"
    cem = "S1,T3,Cem,Tan,cem@example.org,"
    district.deliver(files(teachers=["S1,T1,Ann,Lee,ann@example.org,", cem, bob]))
    sent = files(
        teachers=["S1,T1,Zed,Orr,zed@example.org,", cem, bob], classes=["S1,C1,T3,Algebra", "S2,C2,T2,Biology"]
    )
    with district.day(sent) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert sum(day.plan().actions.values()) == 0
    owners = [(m["class_id"], m["record_id"]) for m in district.active("class_memberships") if m["role"] == "owner"]
    assert owners == [(c["class_id"], c["owner_teacher_id"]) for c in district.active("classes")]
    assert district.account(teacher_id="T1")["last_name"] == "Lee"


@pytest.mark.parametrize("cells", ["Dee,Kay,dee@example.org", "Ann,Lee,ann@example.org"])
def test_a_class_of_a_teacher_whose_id_is_spelled_otherwise_keeps_its_owner(district: District, cells: str) -> None:
    bob = "S2,T2,Bob,Ray,bob@example.org,"
    district.deliver(files(teachers=["S1,T1,Ann,Lee,ann@example.org,", bob]))
    sent = files(teachers=[f"S1,t1,{cells},", bob], classes=["S1,C1,t1,Algebra", "S2,C2,T2,Biology"])
    with district.day(sent) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert sum(day.plan().actions.values()) == 0
    (owner,) = [m for m in district.active("class_memberships") if (m["class_id"], m["role"]) == ("C1", "owner")]
    (its_class,) = [c for c in district.active("classes") if c["class_id"] == "C1"]
    assert its_class["owner_account_id"] == owner["account_id"] == district.account(teacher_id="T1")["account_id"]
    assert its_class["owner_teacher_id"] == owner["record_id"] == "T1"


# People's terms


def test_the_plan_says_who_is_left_without_contact_class_and_owner(district: District) -> None:
    district.deliver(files())
    with district.day(
        files(students=["S1,P1,Cy,Fox,,,,,,,,", "S2,P2,Eve,Orr,,K,,,,,,"], enrollments=["S2,C2,P2"])
    ) as day:
        day.plan()
        assert sorted(day.rows("planned.people")) == [
            ("classes_without_owner", 0, 0),
            ("families_without_contact", 1, 1),
            ("students_without_class", 1, 1),
        ]
        day.plan(limits=Limits(removal_share=0, removal_count=0))
        assert ("families_without_contact", 0, 1) in day.rows("planned.people")


def test_every_change_has_its_school(district: District) -> None:
    with district.day(_both()) as day:
        day.plan()
        assert {school for (school,) in day.rows("planned.changes", "school")} == {"S1", "S2"}


# Links


def test_more_links_than_the_limit_wait_with_what_they_have_until_a_person_approves(district: District) -> None:
    for email, name in (("ann@example.org", "Ann Lee"), ("bob@example.org", "Bob Ray")):
        district.hold_elsewhere(Elsewhere(f"of-{name[:3]}", email, name, "teacher"))
    sent, linked = files(), {"of-Ann", "of-Bob"}
    with district.day(sent) as day:
        held = day.plan_and_deliver(limits=Limits(link_count=1))
        assert (held.holds, held.actions["link"]) == (("links",), 0)
        assert not linked & {account["account_id"] for account in district.active("accounts")}
        assert not linked & {*district.contacts().values()}
        assert (district.active("classes"), district.active("class_memberships")) == ([], [])
        assert district.account(student_id="P1")
        assert ("links", 2, 1) in day.rows("planned.holds", "kind", "records", "allowed")

        again = day.plan_and_deliver(limits=Limits(link_count=1))
        assert (again.holds, sum(again.actions.values())) == (("links",), 0)

        approved = day.plan_and_deliver({str(held.hold_hash): ["links"]}, limits=Limits(link_count=1))
        assert (approved.holds, approved.actions["link"]) == ((), 2)
        assert linked <= {account["account_id"] for account in district.active("accounts")}
        assert {row["owner_account_id"] for row in district.active("classes")} == linked
        assert sum(day.plan_and_deliver(limits=Limits(link_count=1)).actions.values()) == 0


def test_so_many_links_as_the_limit_go_through(district: District) -> None:
    district.hold_elsewhere(Elsewhere("far", "ann@example.org", "Ann Lee", "teacher"))
    with district.day(files()) as day:
        planned = day.plan_and_deliver(limits=Limits(link_count=1))
        assert (planned.holds, planned.actions["link"]) == ((), 1)
