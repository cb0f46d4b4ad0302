"""A new email or phone that cannot be given takes nothing away: the delivered one stays, and a problem says who has it."""

import re
from typing import Any, Final

import pytest

from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import District, contradictions, files

ANN, BOB = "S1,T1,Ann,Lee,ann@example.org,2125550142", "S2,T2,Bob,Ray,bob@example.org,"
REJECTED: Final = "S1,T1,,Lee,ann@example.org,2125550142"
"""A row of the teacher T1 without a first name. T1 keeps the account, the email and the phone."""

P1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,2125550171,Dee,Fox,dee@example.org,2125550172"
P2 = "S2,P2,Eve,Orr,,K,,,Gil,Orr,gil@example.org,2125550173"


def _deliver(district: District, sent: dict[str, str], holds: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Deliver the drop; the plan after it is empty. Returns the problems of taken contact points."""
    with district.day(sent) as day:
        assert day.plan_and_deliver().holds == holds, day.changes("held")
        columns = ("code", "file", "line", "column", "value", "record_type", "record_id", "message")
        found = day.rows_where("valid.problems", "code like '%\\_taken' escape '\\'", *columns)
        assert sum(day.plan().actions.values()) == 0, day.changes()
        assert day.rows_where("valid.problems", "code like '%\\_taken' escape '\\'", *columns) == found
    assert contradictions(district) == []
    return [dict(zip(columns, row, strict=True)) for row in found]


TAKEN: Final = {
    "email of a guardian": ("dee@example.org", "ann@example.org", "guardian_email_taken", "guardian"),
    "phone of a guardian": ("2125550172", "2125550142", "phone_taken", "guardian"),
    "email of a student": ("cy@example.org", "ann@example.org", "student_email_taken", "student"),
    "phone of a student": ("2125550171", "2125550142", "phone_taken", "student"),
}


@pytest.mark.parametrize(("old", "new", "code", "who"), TAKEN.values(), ids=TAKEN)
def test_a_known_person_keeps_the_delivered_contact_while_a_protected_account_has_the_new_one(
    district: District, old: str, new: str, code: str, who: str
) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[P1, P2]))
    before = district.active("accounts"), district.active("contact_points")
    (told,) = _deliver(district, files(teachers=[REJECTED, BOB], students=[P2, P1.replace(old, new)]))
    assert (district.active("accounts"), district.active("contact_points")) == before
    assert (told["code"], told["file"], told["line"]) == (code, "students.csv", 3)
    assert (told["record_type"], told["record_id"]) == (who, "P1")
    assert told["column"].startswith(f"{who}_")
    assert "teacher T1" in told["message"]


LOST: Final = {
    "email of a guardian": ("dee@example.org", "bob@example.org", "guardian_email_taken"),
    "phone of a guardian": ("2125550172", "2125550174", "phone_taken"),
    "email of a student": ("cy@example.org", "bob@example.org", "student_email_taken"),
    "phone of a student": ("2125550171", "2125550174", "phone_taken"),
}


@pytest.mark.parametrize(("old", "new", "code"), LOST.values(), ids=LOST)
def test_a_known_person_keeps_the_delivered_contact_if_the_new_one_is_another_persons(
    district: District, old: str, new: str, code: str
) -> None:
    teachers = [ANN, BOB + "2125550174"]
    district.deliver(files(teachers=teachers, students=[P1, P2]))
    before = district.active("accounts"), district.active("contact_points")
    (told,) = _deliver(district, files(teachers=teachers, students=[P1.replace(old, new), P2]))
    assert (district.active("accounts"), district.active("contact_points")) == before
    assert (told["code"], told["record_id"]) == (code, "P1")
    assert "teacher T2" in told["message"]


@pytest.mark.parametrize("column", [10, 11], ids=["email", "phone"])
def test_a_known_guardian_keeps_the_delivered_contact_if_the_new_one_is_a_placeholder(
    district: District, column: int
) -> None:
    district.deliver(files(students=[P1, P2]))
    before = district.active("accounts"), district.active("contact_points")
    rows = [f"S1,P{n},Kid,Of{n},,9,,,Mo{n},Of{n},mo{n}@example.org,212555018{n}" for n in (3, 4)]
    cells = [row.split(",") for row in (P1, *rows)]
    placeholder = "none@example.org" if column == 10 else "2125550199"
    shared = [",".join([*row[:column], placeholder, *row[column + 1 :]]) for row in cells]
    _deliver(district, files(students=[*shared, P2]))
    assert [a for a in district.active("accounts") if a in before[0]] == before[0]
    assert [c for c in district.active("contact_points") if c in before[1]] == before[1]
    assert placeholder not in "".join(district.contacts())


def test_a_known_teacher_keeps_the_delivered_phone_while_a_protected_account_has_the_new_one(
    district: District,
) -> None:
    district.deliver(files(teachers=[ANN, BOB + "2125550174"], students=[P1, P2]))
    before = district.active("accounts"), district.active("contact_points")
    (told,) = _deliver(district, files(teachers=[REJECTED, BOB + "2125550142"], students=[P1, P2]))
    assert (district.active("accounts"), district.active("contact_points")) == before
    assert (told["code"], told["record_id"], told["column"]) == ("phone_taken", "T2", "teacher_mobile_phone")


def test_a_family_whose_own_row_was_rejected_keeps_the_contact_and_so_does_the_other_family(district: District) -> None:
    district.deliver(files(students=[P1, P2]))
    before = district.active("accounts"), district.active("contact_points")
    rejected = P1.replace("Cy,", ",")
    sent = files(students=[rejected, P2.replace("gil@example.org", "dee@example.org")])
    (told,) = _deliver(district, sent)
    assert (district.active("accounts"), district.active("contact_points")) == before
    assert (told["code"], told["record_id"]) == ("guardian_email_taken", "P2")
    assert "a guardian of student P1" in told["message"]


def test_a_delivered_contact_goes_to_another_person_whose_row_has_it(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[P1, P2]))
    students = [P1.replace("dee@example.org", "ann@example.org"), P2.replace("gil@example.org", "dee@example.org")]
    with district.day(files(teachers=[REJECTED, BOB], students=students)) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("contact points",)
        assert [record for code, record in day.problems() if code.endswith("_taken")] == ["P1"]
        assert district.account(first_name="Dee")["email"] == "dee@example.org"
        assert day.plan_and_deliver({str(held.hold_hash): ["contact points"]}).holds == ()
    assert district.account(first_name="Gil")["email"] == "dee@example.org"
    assert district.account(first_name="Dee")["email"] is None


def test_a_delivered_contact_goes_if_the_account_gets_another_one_of_the_kind(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[P1, P2]))
    students = [P1.replace("dee@example.org", email) for email in ("ann@example.org", "new@example.org")]
    _deliver(district, files(teachers=[REJECTED, BOB], students=[*students, P2]))
    assert district.account(first_name="Dee")["email"] == "new@example.org"
    assert "dee@example.org" not in district.contacts()


def test_a_contact_that_was_taken_out_goes_though_the_other_one_goes_to_a_teacher(district: District) -> None:
    both = [P1, P1.replace("dee@example.org", "two@example.org")]
    district.deliver(files(students=[*both, P2]))
    teachers = [ANN, BOB, "S1,T3,Cem,Tan,two@example.org,"]
    _deliver(district, files(teachers=teachers, students=[both[1], P2]))
    assert district.account(first_name="Dee")["email"] is None
    assert "dee@example.org" not in district.contacts()


@pytest.mark.parametrize("old", ["dee@example.org", "cy@example.org"])
def test_a_new_person_without_a_contact_that_a_protected_account_has_is_told_who_has_it(
    district: District, old: str
) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[P2]))
    (told,) = _deliver(district, files(teachers=[REJECTED, BOB], students=[P1.replace(old, "ann@example.org"), P2]))
    assert told["record_id"] == "P1"
    assert "teacher T1" in told["message"]
    assert district.account(student_id="P1")


def test_a_person_who_lost_a_contact_is_told_who_has_it_and_not_who_claims_it_too(district: District) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[P1, P2]))
    taken = P1.replace("dee@example.org", "ann@example.org")
    sent = files(teachers=[REJECTED, BOB, "S1,T9,Zoe,Ray,ann@example.org,"], students=[taken, P2])
    told = {problem["record_id"]: problem["message"] for problem in _deliver(district, sent)}
    assert {*told} == {"T9", "P1"}
    assert all("teacher T1" in message for message in told.values())


HELD: Final = {"guardian": ("dee@example.org", "Dee"), "student": ("cy@example.org", "Cy")}


@pytest.mark.parametrize(("old", "name"), HELD.values(), ids=HELD)
def test_a_known_person_keeps_the_delivered_contact_while_the_new_one_waits(
    district: District, old: str, name: str
) -> None:
    district.deliver(files(teachers=[ANN, BOB], students=[P1, P2]))
    before = district.active("accounts"), district.active("contact_points")
    reused = "S1,T1,Zoe,Kim,zoe@example.org,2125550179"
    sent = files(teachers=[reused, BOB], students=[P1.replace(old, "ann@example.org"), P2])
    with district.day(sent) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert (district.active("accounts"), district.active("contact_points")) == before
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    assert district.account(first_name=name)["email"] == "ann@example.org"
    assert old not in district.contacts()


OLD: Final = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
ANOTHER: Final = "S1,P1,Zoe,Kim,2015-05-05,4,zoe@example.org,,{},2125550199"
"""The row of another child under the id of the first."""


def test_a_known_guardian_gets_nothing_from_the_row_of_a_reused_student_id_until_a_person_decides(
    district: District,
) -> None:
    district.deliver(files(students=[OLD, P2]))
    kinds = ("accounts", "contact_points", "guardianships", "school_members")
    before = [district.active(kind) for kind in kinds]
    with district.day(files(students=[ANOTHER.format("Gil,Orr,gil@example.org"), P2])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert [district.active(kind) for kind in kinds] == before
        assert sum(day.plan().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
    gil = district.account(first_name="Gil")["account_id"]
    assert district.contacts()["+12125550199"] == gil
    assert {m["school_id"] for m in district.active("school_members") if m["account_id"] == gil} == {"S1", "S2"}


FORMER: Final = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
OF_TODAY: Final = "S1,P1,Noa,Tate,2015-02-02,3,noa@example.org,,Moe,Tate,moe@example.org,2125550177"
NAMELESS: Final = "S1,P1,Noa,Tate,2015-02-02,3,noa@example.org,,,,moe@,"
PROTECTING: Final = {
    "a rejected row of another student": [OF_TODAY, "S1,P9,,Orr,,9,,,Dee,Fox,dee@example.org,"],
    "a rejected row of the student": [OF_TODAY, "S1,P1"],
    "a row without an id": [OF_TODAY, "S1,,,,,"],
    "a row without a guardian's name": [NAMELESS],
}


@pytest.mark.parametrize("sent", PROTECTING.values(), ids=PROTECTING)
def test_a_protected_guardian_of_the_former_person_of_a_reused_student_id_is_none_of_the_new_one(
    district: District, sent: list[str]
) -> None:
    district.deliver(files(students=[FORMER, P2]))
    before = [district.active(kind.name) for kind in KINDS]
    with district.day(files(students=[*sent, P2])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert [district.active(kind.name) for kind in KINDS] == before
        assert day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}).holds == ()
        assert sum(day.plan().actions.values()) == 0, day.changes()
    child = district.account(student_id="P1")
    names = {a["account_id"]: a["first_name"] for a in district.active("accounts")}
    found = {
        names[g["guardian_account_id"]]
        for g in district.active("guardianships")
        if g["student_account_id"] == child["account_id"]
    }
    assert (child["first_name"], found) == ("Noa", {"Moe"} if OF_TODAY in sent else set())
    assert [value for value, of in district.contacts().items() if of == child["account_id"]] == ["noa@example.org"]
    assert contradictions(district) == []


def test_a_guardian_of_a_reused_student_id_stays_if_a_row_of_today_names_them_without_a_contact(
    district: District,
) -> None:
    district.deliver(files(students=[FORMER, P2]))
    with district.day(files(students=[OF_TODAY, OF_TODAY.rsplit(",", 4)[0] + ",Dee,Fox,,", P2])) as day:
        held = day.plan()
        day.plan_and_deliver({str(held.hold_hash): held.holds})
    child = district.account(student_id="P1")
    dee = district.account(first_name="Dee")["account_id"]
    assert child["first_name"] == "Noa"
    assert (dee, child["account_id"]) in {
        (g["guardian_account_id"], g["student_account_id"]) for g in district.active("guardianships")
    }


def test_a_guardian_of_a_reused_student_id_keeps_the_contact_that_the_former_row_had(district: District) -> None:
    former = OLD.replace("Dee,Fox,dee@example.org,", "Gil,Orr,gil@example.org,2125550177")
    district.deliver(files(students=[former, P2]))
    before = district.active("contact_points")
    with district.day(files(students=[ANOTHER.format("Uma,Kim,uma@example.org"), P2])) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
        assert district.active("contact_points") == before


def test_a_contact_that_a_row_of_another_student_has_too_does_not_wait_for_a_reused_id(district: District) -> None:
    district.deliver(files(students=[OLD, P2]))
    row = ANOTHER.format("Gil,Orr,gil@example.org")
    with district.day(files(students=[row, P2.replace("2125550173", "2125550199")])) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
    assert district.account(first_name="Gil")["phone"] == "+12125550199"


EXCHANGED: Final = {
    "guardians": (
        {"students": [P1, P2]},
        {"dee@example.org": "gil@example.org", "2125550172": "2125550173"},
    ),
    "phones of guardians": ({"students": [P1, P2]}, {"2125550172": "2125550173"}),
    "guardians of one last name": (
        {"students": [P1, P2.replace("Gil,Orr", "Gil,Fox")]},
        {"dee@example.org": "gil@example.org", "2125550172": "2125550173"},
    ),
    "teachers": ({"teachers": [ANN, BOB]}, {"ann@example.org": "bob@example.org"}),
    "a teacher and a guardian": (
        {"teachers": [ANN, BOB], "students": [P1, P2]},
        {"2125550142": "2125550172"},
    ),
}


@pytest.mark.parametrize(("lines", "cells"), EXCHANGED.values(), ids=EXCHANGED)
def test_contact_points_that_people_of_two_families_exchange_wait_for_a_person(
    district: District, lines: dict[str, list[str]], cells: dict[str, str]
) -> None:
    district.deliver(files(**lines))
    before = [district.active(kind.name) for kind in KINDS]
    other_way = {new: old for old, new in cells.items()}
    exchanged = re.compile("|".join(map(re.escape, [*cells, *other_way])))

    def exchange(line: str) -> str:
        return exchanged.sub(lambda found: (cells | other_way)[found[0]], line)

    with district.day(files(**{name: list(map(exchange, rows)) for name, rows in lines.items()})) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("contact points",)
        assert [district.active(kind.name) for kind in KINDS] == before
        assert sum(day.plan().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["contact points"]}).holds == ()
    assert [district.active(kind.name) for kind in KINDS] != before
    assert contradictions(district) == []


ZOE: Final = "S1,P1,Zoe,Fox,,7,,{}"
WITHOUT_GUARDIAN: Final = "S2,P2,Eve,Orr,,K,,,,,,"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            [ZOE.format("2125550171,Dee,Fox,dee@example.org,"), "S2,P2,Eve,Orr,,K,,,,,gil@example.org,"],
            [ZOE.format("2125550171,,,gil@example.org,2125550171"), WITHOUT_GUARDIAN],
        ),
        (
            [ZOE.format(",Dee,Fox,dee@example.org,2125550171"), "S2,P2,Eve,Orr,,K,,,Gil,Orr,gil@example.org,"],
            [
                ZOE.format(",Dee,Fox,dee@example.org,"),
                ZOE.format(",Gil,Orr,gil@example.org,2125550171"),
                WITHOUT_GUARDIAN,
            ],
        ),
    ],
    ids=["from the student", "from another guardian"],
)
def test_a_guardian_of_another_family_who_gets_a_contact_point_of_a_new_one_waits_with_it(
    district: District, before: list[str], after: list[str]
) -> None:
    district.deliver(files(students=before))
    holder = district.contacts()["+12125550171"]
    with district.day(files(students=after)) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("contact points",)
        assert district.contacts()["+12125550171"] == holder
        assert sum(day.plan().actions.values()) == 0, day.changes()
        assert day.plan_and_deliver({str(held.hold_hash): ["contact points"]}).holds == ()
    assert district.contacts()["+12125550171"] == district.contacts()["gil@example.org"]


def test_a_contact_point_passes_between_a_student_and_the_guardians_without_a_person(district: District) -> None:
    both = [
        P1.replace(",2125550172", ","),
        P1.replace("Dee,Fox,dee@example.org,2125550172", "Dan,Umm,dan@example.org,"),
    ]
    district.deliver(files(students=both))
    phones = [both[0].replace(",2125550171,", ",,") + "2125550171", both[1].replace(",2125550171,", ",,")]
    _deliver(district, files(students=phones))
    assert district.account(first_name="Dee")["phone"] == "+12125550171"
    phones = [phones[0].removesuffix("2125550171"), phones[1] + "2125550171"]
    _deliver(district, files(students=phones))
    assert district.account(first_name="Dan")["phone"] == "+12125550171"


@pytest.mark.parametrize("student_id", ["P1", "P91"])
def test_a_student_does_not_get_the_email_of_a_guardian_who_leaves_with_it_until_a_person_decides(
    district: District, student_id: str
) -> None:
    row = "S1,{},Cy,Fox,2012-01-31,7,{},{}"
    district.deliver(files(students=[row.format("P1", "", ",Dee,Fox,dee@example.org,"), P2]))
    before = district.active("contact_points")
    account = district.account(student_id="P1")["account_id"]
    students = [row.format(student_id, "dee@example.org", ",,,,"), P2]
    sent = files(students=students, enrollments=[f"S1,C1,{student_id}", "S2,C2,P2"])
    with district.day(sent) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("contact points",)
        assert district.active("contact_points") == before
        assert [tie["student_account_id"] for tie in district.active("guardianships")].count(account) == 1
        assert sum(day.plan().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["contact points"]}).holds == ()
    assert district.account(student_id=student_id)["email"] == "dee@example.org"
    assert district.account(student_id=student_id)["account_id"] == account


@pytest.mark.parametrize("guardian", ["Zara,Fox,dee@example.org,", "Zara,Fox,zara@example.org,2125550172"])
def test_a_namesake_whose_guardian_has_another_first_name_is_no_renumbered_student(
    district: District, guardian: str
) -> None:
    district.deliver(files(students=["S1,P1,Cy,Fox,,7,,,Dee,Fox,dee@example.org,2125550172", P2]))
    before = district.account(student_id="P1")["account_id"]
    with district.day(files(students=[f"S1,P91,Cy,Fox,,2,,,{guardian}", P2], enrollments=["S2,C2,P2"])) as day:
        day.plan_and_deliver()
        assert sum(day.plan().actions.values()) == 0
    new = [a["account_id"] for a in district.active("accounts") if a["student_id"] == "P91"]
    assert before not in new
    assert contradictions(district) == []
