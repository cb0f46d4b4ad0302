"""What waits because cells, columns or rows may stand in another place: nobody gets the name, guardian or role of another."""

import pytest

from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import District, contradictions, files

MIA, LEO = "Mia,Fox,2012-01-01", "Leo,Fox,2012-01-01"
REST = "S2,P9,Eve,Orr,2011-03-03,5,,,Hal,Orr,hal@example.org,"


def _records(district: District) -> list[object]:
    return [district.active(kind.name) for kind in KINDS]


def _waits_as_a_whole(district: District, sent: dict[str, str], hold: str, problems: dict[str, str]) -> None:
    """Assert that the drop changes nothing, now and in the next plan, and that a person can approve it as a whole."""
    before = _records(district)
    with district.day(sent) as day:
        held = day.plan_and_deliver()
        assert (held.holds, day.changes()) == ((hold,), [])
        assert problems.items() <= {record: code for code, record in day.problems()}.items()
        assert _records(district) == before
        assert day.plan().hold_hash == held.hold_hash
        assert contradictions(district) == []
        assert day.plan_and_deliver({str(held.hold_hash): [hold]}).holds == ()
        assert sum(day.plan().actions.values()) == 0
    assert contradictions(district) == []


# Names


def _child(student_id: str, name: str, email: str = "", guardian: str = "Dee,Fox,dee@example.org") -> str:
    return f"S1,{student_id},{name},7,{email},,{guardian},"


@pytest.mark.parametrize("emails", [("", ""), ("mia@example.org", "leo@example.org")], ids=["no email", "own emails"])
def test_two_children_of_one_family_who_exchange_ids_wait_with_all_that_they_have(
    district: District, emails: tuple[str, str]
) -> None:
    mia, leo = emails
    district.deliver(files(students=[_child("P1", MIA, mia), _child("P3", LEO, leo), REST], enrollments=["S1,C1,P1"]))
    exchanged = files(students=[_child("P1", LEO, leo), _child("P3", MIA, mia), REST], enrollments=["S1,C1,P3"])
    before = district.active("contact_points")
    with district.day(exchanged) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert {("person_id_reused", "P1"), ("person_id_reused", "P3")} <= set(day.problems())
        assert [c for c in day.changes() if c[0] in ("accounts", "contact_points")] == []
        assert district.active("contact_points") == before
        assert sum(day.plan().actions.values()) == 0
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]})
    assert district.account(student_id="P1")["first_name"] == "Leo"


def test_half_siblings_who_exchange_ids_keep_their_own_guardians_until_a_person_approves(district: District) -> None:
    def drop(of_both: tuple[str, str]) -> dict[str, str]:
        one, other = of_both
        rows = [_child(one, MIA), _child(one, MIA, guardian="Gil,Poe,gil@example.org"), _child(other, LEO)]
        return files(students=[*rows, REST], enrollments=[])

    district.deliver(drop(("P1", "P3")))
    _waits_as_a_whole(district, drop(("P3", "P1")), "reused_ids", {"P1": "person_id_reused", "P3": "person_id_reused"})
    names = {a["account_id"]: a["first_name"] for a in district.active("accounts")}
    ties = {(names[t["guardian_account_id"]], names[t["student_account_id"]]) for t in district.active("guardianships")}
    assert ties == {("Dee", "Mia"), ("Gil", "Mia"), ("Dee", "Leo"), ("Hal", "Eve")}


def test_a_twin_who_gets_the_id_of_one_who_leaves_waits_and_both_stay(district: District) -> None:
    district.deliver(files(students=[_child("P1", MIA), _child("P3", LEO), REST], enrollments=[]))
    left = files(students=[_child("P1", LEO), REST], enrollments=[])
    _waits_as_a_whole(district, left, "reused_ids", {"P1": "person_id_reused"})
    assert {a["student_id"]: a["first_name"] for a in district.active("accounts") if a["student_id"]} == {
        "P1": "Leo",
        "P9": "Eve",
    }


CHILDREN = [("Ada", "Abbott"), ("Ben", "Barlow"), ("Cleo", "Castro"), ("Dirk", "Dawson")]


@pytest.mark.parametrize(("turned", "waits"), [(4, True), (2, False)])
def test_names_of_many_people_that_are_turned_round_wait(district: District, turned: int, waits: bool) -> None:
    """Two exchanged headers do this. A few turned names are corrections."""

    def drop(turned: int) -> dict[str, str]:
        names = [(last, first) if n < turned else (first, last) for n, (first, last) in enumerate(CHILDREN)]
        rows = [f"S1,P{n},{first},{last},,7,,,,,," for n, (first, last) in enumerate(names)]
        return files(students=rows, enrollments=[])

    district.deliver(drop(0))
    if waits:
        _waits_as_a_whole(district, drop(turned), "reused_ids", {})
    else:
        assert district.deliver(drop(turned)).holds == ()
    assert district.account(student_id="P0")["first_name"] == "Abbott"


# Guardians

GUARDIANS = {"A": "Ula,Fox,ula@example.org", "B": "Vic,Sax,vic@example.org", "C": "Wes,Tan,wes@example.org"}
FAMILIES = ["Cy,Abbott", "Lou,Barlow", "Ned,Castro"]


def _guarded(*guardians: str, first: str = "XYZ") -> dict[str, str]:
    """Three students of three families with a guardian of their own, and the second guardians named by a letter."""
    own = [f"S1,P{n},{name},,7,,,Own,Par{first[n]},{first[n]}@example.org," for n, name in enumerate(FAMILIES)]
    more = [f"S1,P{n},{FAMILIES[n]},,7,,,{GUARDIANS[g]}," for n, letters in enumerate(guardians) for g in letters]
    return files(students=[*own, *more], enrollments=[])


@pytest.mark.parametrize(
    ("before", "now"),
    [(("A", "B", "C"), ("A", "A", "A")), (("A", "", ""), ("A", "A", "A")), (("A", "B"), ("A", "A"))],
    ids=["instead of others", "beside others", "one row"],
)
def test_a_second_guardian_who_was_filled_down_over_other_families_waits(
    district: District, before: tuple[str, ...], now: tuple[str, ...]
) -> None:
    district.deliver(_guarded(*before))
    _waits_as_a_whole(district, _guarded(*now), "guardians", {})
    ula = next(a["account_id"] for a in district.active("accounts") if a["first_name"] == "Ula")
    assert sum(tie["guardian_account_id"] == ula for tie in district.active("guardianships")) == len(now)


def test_a_guardian_who_comes_to_one_more_student_beside_the_others_does_not_wait(district: District) -> None:
    """An aunt or a neighbour may be a contact of two families."""
    district.deliver(_guarded("A", "B"))
    assert district.deliver(_guarded("A", "AB")).holds == ()


@pytest.mark.parametrize("tie", ["last name", "guardian in common", "name of guardian"])
def test_a_guardian_who_comes_to_another_child_of_the_family_does_not_wait(district: District, tie: str) -> None:
    name = {"name of guardian": "Lou,Fox", "last name": "Lou,Abbott"}.get(tie, "Lou,Barlow")
    common = "Own,Par,own@example.org" if tie == "guardian in common" else "Own,Other,other@example.org"

    def drop(second: str) -> dict[str, str]:
        rows = [
            "S1,P1,Cy,Abbott,,7,,,Own,Par,own@example.org,",
            f"S1,P1,Cy,Abbott,,7,,,{GUARDIANS['A']},",
            f"S1,P2,{name},,7,,,{common},",
            f"S1,P2,{name},,7,,,{second},",
        ]
        return files(students=[*rows, REST], enrollments=[])

    district.deliver(drop(GUARDIANS["B"]))
    assert district.deliver(drop(GUARDIANS["A"])).holds == ()


# Files

KID = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
ANN, BOB = "S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"


@pytest.mark.parametrize("email", ["cy@example.org", "new@example.org"])
def test_a_student_whose_row_stands_in_teachers_csv_stays_a_student(district: District, email: str) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[KID, REST], enrollments=["S1,C1,P1"]))
    moved = files(teachers=[ANN, BOB, f"S1,P1,Cy,Fox,{email},"], students=[REST], enrollments=["S1,C1,P1"])
    _waits_as_a_whole(district, moved, "reused_ids", {"P1": "row_in_other_file"})
    assert district.account(teacher_id="P1")["first_name"] == "Cy"


def test_a_teacher_whose_row_stands_in_students_csv_gets_no_second_account(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[KID, REST]))
    moved = files(teachers=[BOB], students=[KID, REST, "S1,T1,Ann,Lee,,,ann@example.org,,,,,"])
    before = _records(district)
    with district.day(moved) as day:
        held = day.plan_and_deliver()
        assert (held.holds, day.changes()) == (("reused_ids",), [])
        assert ("row_in_other_file", "T1") in day.problems()
        assert sum(day.plan().actions.values()) == 0
    assert _records(district) == before


def test_a_person_with_rows_in_both_files_does_not_wait(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[KID, REST]))
    aide = files(teachers=[ANN, BOB, "S1,P1,Cy,Fox,aide@example.org,"], students=[KID, REST])
    assert district.deliver(aide).holds == ()
