"""Invalid is not absent: what is never removed, and what is all the same."""

from typing import Final

import pytest

from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import Day, District, contradictions, files
from remind_etl_tests.planned.crowds import CONTROL, HOUSE, Crowd, losing, of_case

T1 = "S1,T1,Ann,Lee,ann@example.org,2125550142"
T2 = "S2,T2,Bob,Ray,bob@example.org,"
P1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"


def _removed(day: Day) -> set[str]:
    """The kinds of which something is removed, once the drop is delivered."""
    day.plan_and_deliver()
    return {kind for kind, action, _ in day.changes() if action == "remove"}


# Rows that were left out


LEFT_OUT_TEACHERS: Final = (
    "S1,T1,,Lee,ann@example.org,2125550142",
    "S1,T1,#N/A,Lee,ann@example.org,2125550142",
    "S1,T1,Ann,Lee,,",
    "S1,T1,Ann,Lee,ann at example,2125550142",
    "NONE,T1,Ann,Lee,ann@example.org,",
    "S1,T1,Ann,Lee,ann@example.org",
    "S1, T1 ,Ann,Lee,ann@example.org,,x,y",
    "S1,T1,A\0nn,Lee,ann@example.org,",
    "S1,,Ann,Lee,ann@example.org,",
    "S1,#REF!,Ann,Lee,ann@example.org,",
    "S1,T\0001,Ann,Lee,ann@example.org,",
    "S1",
)
OPEN_QUOTE: Final = ('S1,T1,Ann,"Lee,ann@example.org,',)


@pytest.mark.parametrize("broken", [LEFT_OUT_TEACHERS, OPEN_QUOTE], ids=["closed", "an open quote"])
def test_a_teacher_whose_row_was_left_out_stays_with_all_they_have(district: District, broken: tuple[str, ...]) -> None:
    crowd = Crowd(HOUSE, "teachers", [[row] for row in broken], gone=("teachers", "classes", "enrollments"))
    losses = losing(crowd.losses(district))
    assert losses.keys() == {CONTROL}
    assert losses[CONTROL] >= {"accounts", "contact_points", "class_memberships"}


def test_a_kept_teacher_is_protected_for_the_row_that_was_left_out(district: District) -> None:
    district.deliver(files())
    with district.day(files(teachers=["S1,T1,,Lee,ann@example.org,2125550142", T2])) as day:
        day.plan()
        assert ("accounts", str(district.account(teacher_id="T1")["account_id"])) in day.protected()


LEFT_OUT_STUDENTS: Final = (
    "S1,P1,,Fox,,,,,Dee,Fox,dee@example.org,",
    "NONE,P1,Cy,Fox,,,,,,,,",
    "S1,P1,Cy,Fox",
    "S1,,Cy,Fox,,,,,,,,",
    "S1,#N/A,Cy,Fox,,,,,,,,",
    "S1,\0,Cy,Fox,,,,,,,,",
    "S1",
    'S9,P3,Al,"Roe\nP1,Cy,Fox",,,,,,,,',
)


def test_a_student_whose_row_was_left_out_stays_with_guardians_and_seats(district: District) -> None:
    crowd = Crowd(HOUSE, "students", [[row] for row in LEFT_OUT_STUDENTS], gone=("students", "enrollments"))
    losses = losing(crowd.losses(district))
    assert losses.keys() == {CONTROL}
    assert losses[CONTROL] >= {"accounts", "guardianships", "class_memberships", "school_members"}


UNTIED: Final = HOUSE | {
    "teachers": [T1, "S1,T2,Bob,Ray,bob@example.org,"],
    "students": [P1, "S1,P2,Eve,Orr,,K,,,,,,"],
    "classes": ["S1,C2,T2,Biology"],
    "enrollments": ["S1,C2,P2"],
}
"""No other file names the first teacher and the first student."""


@pytest.mark.parametrize(("file", "broken"), [("teachers", LEFT_OUT_TEACHERS), ("students", LEFT_OUT_STUDENTS)])
def test_a_person_whom_nothing_but_a_left_out_row_names_stays(
    district: District, file: str, broken: tuple[str, ...]
) -> None:
    cases = [[row, UNTIED[file][1]] for row in broken]
    losses = losing(Crowd(UNTIED, file, cases, gone=UNTIED[file][:1]).losses(district))
    assert losses.keys() == {CONTROL}
    assert losses[CONTROL] >= {"accounts", "contact_points", "school_members"}


@pytest.mark.parametrize(
    "swallowing",
    [
        'S1,P1,"Cy\nS2,P2,Eve",Orr,2012-01-31,7,cy@example.org,,,,,',
        'S2,P2,Eve,Orr,,K,,,,,,\nS1,P1,"Cy\nS1,P1,Cy",Fox,2012-01-31,7,cy@example.org,,,,,',
        'S1,P1,"Cy,Fox\nS2,P2,Eve",Orr,,K,,,,,,',
        'S1, P1,"Cy, Fox, 2012-01-31, 7, cy@example.org, , Dee, Fox\nS2, P2, Eve, Orr, , K",,,,,,,,,',
    ],
)
def test_people_whose_rows_may_stand_in_a_value_over_several_lines_stay_with_all_they_have(
    district: District, swallowing: str
) -> None:
    district.deliver(files())
    with district.day(files(students=[swallowing])) as day:
        assert _removed(day) == set()
        told = day.db.sql("select line from valid.problems where code = 'line_break_in_value'").fetchall()
    assert len(told) == 1
    assert {account["student_id"] for account in district.active("accounts")} >= {"P1", "P2"}


def test_a_name_over_two_lines_protects_nobody(district: District) -> None:
    district.deliver(files(students=[P1, P2.replace("Eve", "Cy")]))
    with district.day(
        files(students=[P1.replace("Cy", '"Cy\nMarie"').replace("Dee,Fox,dee@example.org", ",,")])
    ) as day:
        assert _removed(day) >= {"accounts", "guardianships"}


def test_a_row_of_another_person_protects_nobody_else(district: District) -> None:
    district.deliver(files())
    with district.day(
        files(teachers=["S1,T7,,Lee,x@example.org,", T2], classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"])
    ) as day:
        assert _removed(day) == {"accounts", "contact_points", "school_members", "classes", "class_memberships"}


def test_a_row_without_an_id_protects_those_of_its_name_only(district: District) -> None:
    district.deliver(files())
    with district.day(
        files(teachers=["S1,,Tbd,Tbd,tbd@example.org,", T2], classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"])
    ) as day:
        assert "accounts" in _removed(day)


def test_a_guardian_of_whom_no_contact_can_be_read_stays(district: District) -> None:
    district.deliver(files())
    before = district.active("guardianships"), district.active("contact_points")
    with district.day(files(students=[P1.replace("dee@example.org", "dee@"), P2])) as day:
        assert _removed(day) == set()
    assert (district.active("guardianships"), district.active("contact_points")) == before


def test_a_guardian_stays_through_the_student_left_out_and_goes_from_the_one_who_was_read(district: District) -> None:
    other = P1.replace("P1", "P3").replace("Cy", "Di").replace("cy@", "di@")
    district.deliver(files(students=[P1, P2, other]))
    without = other.replace("Dee,Fox,dee@example.org", ",,")
    with district.day(files(students=[P1.replace("Cy", ""), P2, without])) as day:
        assert _removed(day) == {"guardianships"}
    assert [g["student_id"] for g in district.active("guardianships")] == ["P1"]


def test_a_new_teacher_with_the_email_of_another_takes_nothing_and_is_not_created(district: District) -> None:
    district.deliver(files())
    before = district.active("accounts"), district.active("contact_points")
    with district.day(files(teachers=["S1,T0,Zoe,Ray,ann@example.org,", T1, T2])) as day:
        assert _removed(day) == set()
        assert ("email_taken", "T0") in day.problems()

    assert (district.active("accounts"), district.active("contact_points")) == before


def test_a_contact_point_of_one_who_is_kept_goes_to_nobody_else_until_they_can_be_read(district: District) -> None:
    district.deliver(files())
    guardian = P1.replace("dee@example.org,", "dee@example.org,2125550142")
    broken = files(teachers=[T1.replace("Ann", ""), T2], students=[guardian, P2])
    district.deliver(broken)
    with district.day(broken) as day:
        assert sum(day.plan().actions.values()) == 0
    ann = district.account(teacher_id="T1")["account_id"]
    assert district.contacts()["+12125550142"] == ann
    assert district.account(first_name="Dee")["phone"] is None

    district.deliver(files(teachers=["S1,T1,Ann,Lee,ann@example.org,", T2], students=[guardian, P2]))

    assert district.contacts()["+12125550142"] == district.account(first_name="Dee")["account_id"]
    assert district.account(first_name="Dee")["phone"] == "+12125550142"


def test_an_account_loses_no_role_to_a_row_that_was_left_out(district: District) -> None:
    parent = P1.replace("Dee,Fox,dee@example.org", "Ann,Lee,ann@example.org")
    district.deliver(files(students=[parent, P2]))
    before = district.account(teacher_id="T1")
    district.deliver(files(teachers=[T1.replace("S1", "NONE"), T2], students=[parent, P2]))

    assert district.account(teacher_id="T1") == before
    assert before["roles"] == "teacher+guardian"


def test_an_account_does_lose_a_role_that_is_absent(district: District) -> None:
    parent = P1.replace("Dee,Fox,dee@example.org", "Ann,Lee,ann@example.org")
    district.deliver(files(students=[parent, P2]))
    district.deliver(files())

    assert district.account(teacher_id="T1")["roles"] == "teacher"


# Schools


def test_a_school_whose_link_was_taken_back_keeps_its_people_and_classes(district: District) -> None:
    district.deliver(files())
    before = district.active("accounts"), district.active("classes"), district.active("class_memberships")
    sent = files(teachers=[T1], classes=["S1,C1,T1,Algebra"], enrollments=["S1,C1,P1"])
    with district.day(sent, {"S2": "waits"}) as day:
        assert _removed(day) == set()
        assert set(day.protected().values()) >= {"the school waits to be linked"}
        assert day.plan().holds == ()
    assert (district.active("accounts"), district.active("classes"), district.active("class_memberships")) == before


@pytest.mark.parametrize("with_rows", [True, False])
def test_a_school_that_vanished_is_a_hold_and_no_removal(district: District, with_rows: bool) -> None:
    district.deliver(files())
    before = district.active("accounts"), district.active("classes"), district.active("class_memberships")
    schools = ["S1,North High"]
    if with_rows:
        sent = files(schools=schools)
    else:
        sent = files(
            schools=schools,
            teachers=[f"{T1} "],
            students=[f"{P1} "],
            classes=["S1,C1,T1, Algebra"],
            enrollments=["S1,C1, P1"],
        )
    with district.day(sent) as day:
        assert _removed(day) == set()
        assert day.plan().holds == ("schools",)
    assert (district.active("accounts"), district.active("classes"), district.active("class_memberships")) == before


def test_a_school_whose_row_was_left_out_keeps_its_people_and_is_no_hold(district: District) -> None:
    district.deliver(files())
    with district.day(files(schools=["S1,North High", "S2,"])) as day:
        assert _removed(day) == set()
        assert day.plan().holds == ()


def test_who_left_the_school_that_is_there_is_removed_while_another_waits(district: District) -> None:
    district.deliver(files())
    with district.day(files(students=[P2], enrollments=["S2,C2,P2"]), {"S2": "waits"}) as day:
        assert "accounts" in _removed(day)
    assert {a["student_id"] for a in district.active("accounts") if a["student_id"]} == {"P2"}


WITH_NEW: list[str] = ["S1,North High", "S2,South High", "S3,New Academy"]


@pytest.mark.parametrize(
    "moved",
    [
        {"teachers": [T1, T2.replace("S2", "S3")], "students": [P1.replace("S1", "S3"), P2]},
        {
            "teachers": [T1.replace("S1", "S3"), T2],
            "students": [P1.replace("S1", "S3"), P2],
            "classes": ["S3,C1,T1,Algebra", "S2,C2,T2,Biology"],
            "enrollments": ["S3,C1,P1", "S2,C2,P2"],
        },
        {
            "teachers": [T1, T1.replace("S1", "S3"), T2],
            "students": [P1, P1.replace("S1", "S3"), P2],
            "classes": ["S3,C1,T1,Algebra", "S2,C2,T2,Biology"],
            "enrollments": ["S3,C1,P1", "S2,C2,P2"],
        },
    ],
)
def test_who_and_what_moves_to_a_school_that_waits_stays_with_all_they_have(
    district: District, moved: dict[str, list[str]]
) -> None:
    district.deliver(files())
    before = [district.active(kind.name) for kind in KINDS]
    with district.day(files(schools=WITH_NEW, **moved), {"S3": "waits"}) as day:
        assert _removed(day) == set()
        assert day.plan().holds == ()
    assert [district.active(kind.name) for kind in KINDS] == before


def test_a_guardian_whom_only_a_row_at_a_school_that_waits_names_stays(district: District) -> None:
    district.deliver(files())
    guardian = district.contacts()["dee@example.org"]
    students = ["S3,P9,Kit,Fox,,,,,Dee,Fox,dee@example.org,", P2]
    with district.day(files(schools=WITH_NEW, students=students, enrollments=["S2,C2,P2"]), {"S3": "waits"}) as day:
        day.plan_and_deliver()
    assert district.contacts()["dee@example.org"] == guardian
    assert "P1" not in {account["student_id"] for account in district.active("accounts")}


def test_who_has_a_row_at_a_linked_school_too_has_what_that_says(district: District) -> None:
    district.deliver(files())
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S3,T1,Ann,Lee,ann@example.org,2125550142", T2]
    with district.day(files(schools=WITH_NEW, teachers=teachers), {"S3": "waits"}) as day:
        assert _removed(day) == {"contact_points"}
    assert district.account(teacher_id="T1")["phone"] is None


def test_of_a_school_with_a_new_id_that_waits_an_approval_removes_only_who_is_absent(district: District) -> None:
    third = "S2,P3,Ida,May,,K,,,,,,"
    district.deliver(files(students=[P1, P2, third]))
    renumbered = {name: text.replace("S2", "S3") for name, text in files().items()}
    with district.day(renumbered, {"S3": "waits"}) as day:
        planned = day.plan()
        assert planned.holds == ("schools",)
        gone = str(district.account(student_id="P3")["account_id"])
        day.plan_and_deliver({str(planned.hold_hash): ["schools"]})
        assert [change for change in day.changes() if change[1] == "remove"] == [
            ("accounts", "remove", gone),
            ("school_members", "remove", f"{gone}/S2/student"),
        ]


# Classes and seats


LEFT_OUT_CLASSES: Final = (
    "S1,C1,,Algebra",
    "S1,C1,T1,",
    "NONE,C1,T1,Algebra",
    "S1,C1,T1",
    "S1,,T1,Algebra",
    "S1,#N/A,T1,Algebra",
    "S1,C\0,T1,Algebra",
    "S1",
)


def test_a_class_whose_row_was_left_out_stays_with_its_seats(district: District) -> None:
    crowd = Crowd(HOUSE, "classes", [[row] for row in LEFT_OUT_CLASSES], gone=("classes", "enrollments"))
    assert losing(crowd.losses(district)) == {CONTROL: {"classes", "class_memberships"}}


def test_a_class_keeps_its_owner_while_the_owners_row_is_left_out(district: District) -> None:
    enrollments = ["S1,C1,P1", "S1,C1,T3", "S2,C2,P2"]
    t3 = "S1,T3,Cem,Tan,cem@example.org,"
    district.deliver(files(teachers=[T1, T2, t3], enrollments=enrollments))
    before = district.active("classes"), district.active("class_memberships")
    with district.day(files(teachers=[T1.replace("Ann", ""), T2, t3], enrollments=enrollments)) as day:
        assert _removed(day) == set()
    assert (district.active("classes"), district.active("class_memberships")) == before


TWO_SCHOOLS: Final = {
    "schools": ["S1,North High", "S2,South High"],
    "teachers": [T1, T2],
    "students": [P1, P2],
    "classes": ["S1,C1,T1,Algebra", "S2,C2,T2,Biology"],
    "enrollments": ["S1,C1,P1", "S2,C2,P2"],
}

LEFT_OUT_SEATS: Final = (
    *("S1,C1,", "S1,C1,#N/A", ",C1,P1", "S1,C1", "S1,,P1", "S1,C1,P\0", "S1,C1,P1,P1", "S2,C1,P1"),
    *('S1,C1,"P1\nC1,C1"', 'S1,"C2\nC1,P1",P404'),
)


def test_a_seat_whose_enrollment_was_left_out_stays(district: District) -> None:
    cases = [[broken, "S2,C2,P2"] for broken in LEFT_OUT_SEATS]
    losses = Crowd(TWO_SCHOOLS, "enrollments", cases, gone=("enrollments",)).losses(district)
    assert losing(losses) == {CONTROL: {"class_memberships"}}


SEATS_OF_OTHERS: Final = ("S1,C1,P404", "S1,C9,P1", "S2,C2,", "S2,,P2", "S1,C1,P2,P2")


def test_a_left_out_enrollment_of_others_or_elsewhere_protects_no_seat(district: District) -> None:
    cases = [[broken, "S2,C2,P2"] for broken in SEATS_OF_OTHERS]
    losses = Crowd(TWO_SCHOOLS, "enrollments", cases, gone=("enrollments",)).losses(district)
    assert losing(losses) == {number: {"class_memberships"} for number in range(len(cases) + 1)}


@pytest.mark.parametrize(("broken", "is_kept"), [("S1", True), ("?", True), ("S2", False)])
def test_a_left_out_enrollment_that_names_neither_class_nor_person_protects_the_seats_of_its_school(
    district: District, broken: str, is_kept: bool
) -> None:
    district.deliver(files())
    with district.day(files(enrollments=[broken, "S2,C2,P2"])) as day:
        day.plan()
        assert [action for kind, action, _ in day.changes() if kind == "class_memberships"] == ["remove"] * (
            not is_kept
        )


def test_a_student_whom_enrollments_still_name_stays_with_guardians_and_seats_and_a_problem_says_so(
    district: District,
) -> None:
    district.deliver(files())
    before = [district.active(kind.name) for kind in KINDS]
    with district.day(files(students=[P2])) as day:
        assert _removed(day) == set()
        assert ("named_not_listed", "P1") in day.problems()
        (told,) = day.rows_where("valid.problems", "code = 'named_not_listed'", "severity", "file", "line", "message")
        student = str(district.account(student_id="P1")["account_id"])
        assert day.protected()["accounts", student] == "enrollments.csv names them, but students.csv does not"
    assert told[:3] == ("error", "enrollments.csv", 2)
    assert "students.csv" in told[3]
    assert [district.active(kind.name) for kind in KINDS] == before


@pytest.mark.parametrize("others", [[], ["S1,C1,P91"]], ids=["the old id", "both ids"])
def test_a_renumbered_student_whom_enrollments_name_by_the_old_id_has_the_new_one(
    district: District, others: list[str]
) -> None:
    district.deliver(files())
    before = district.account(student_id="P1")["account_id"]
    renumbered = "S1,P91,Cy,Fox,2012-01-31,8,cy@example.org,,Dee,Fox,dee@example.org,"
    with district.day(files(students=[renumbered, P2], enrollments=["S1,C1,P1", "S2,C2,P2", *others])) as day:
        day.plan_and_deliver()
        assert _removed(day) == set()
        assert {code for code, record in day.problems() if record == "P1"} == {"unknown_user"}
        assert sum(day.plan().actions.values()) == 0
    account = district.account(student_id="P91")
    assert (account["account_id"], account["grade"]) == (before, "8")
    assert before in [m["account_id"] for m in district.active("class_memberships") if m["class_id"] == "C1"]
    assert [tie["student_id"] for tie in district.active("guardianships") if tie["student_account_id"] == before] == [
        "P91"
    ]
    assert contradictions(district) == []


@pytest.mark.parametrize("allowed", [0, 1])
def test_records_that_are_named_and_not_listed_count_against_a_limit_of_their_kind(
    district: District, allowed: int
) -> None:
    district.deliver(files())
    limits = Limits(removal_share=0, removal_count=allowed, removal_most=1)
    with district.day(files(students=[P2])) as day:
        assert day.plan(limits=limits).unlisted == {"student": (1, allowed)}
    with district.day(files()) as day:
        assert day.plan(limits=limits).unlisted == {}


def test_a_student_whom_nothing_names_is_removed_with_the_seat(district: District) -> None:
    district.deliver(files())
    with district.day(files(students=[P2], enrollments=["S2,C2,P2"])) as day:
        assert _removed(day) >= {"accounts", "class_memberships"}
        assert "named_not_listed" not in dict(day.problems())


@pytest.mark.parametrize(
    ("classes", "enrollments"),
    [
        (["S1,C1,T1,Algebra", "S2,C2,T2,Biology"], ["S2,C2,P2"]),
        (["S1,C1,T2,Algebra", "S2,C2,T2,Biology"], ["S1,C1,T1", "S2,C2,P2"]),
        (["S1,C1,T2,Algebra,x T1,T1", "S2,C2,T2,Biology"], ["S2,C2,P2"]),
        (["S2,C2,T2,Biology"], ["S1,C1,T1,,", "S2,C2,P2"]),
    ],
)
def test_a_teacher_whom_classes_or_enrollments_still_name_stays_with_all_they_have(
    district: District, classes: list[str], enrollments: list[str]
) -> None:
    district.deliver(files())
    before = [district.active(kind) for kind in ("accounts", "contact_points")]
    with district.day(files(teachers=[T2], classes=classes, enrollments=enrollments)) as day:
        assert "accounts" not in _removed(day)
        assert ("named_not_listed", "T1") in day.problems()
    assert [district.active(kind) for kind in ("accounts", "contact_points")] == before


@pytest.mark.parametrize("enrollment", ["S1,C1,P1", "S1,C1,P404", "S1,C1", "S1,C1,"])
def test_a_class_that_enrollments_still_name_stays_with_its_seats(district: District, enrollment: str) -> None:
    district.deliver(files())
    before = [district.active(kind) for kind in ("classes", "class_memberships")]
    with district.day(files(classes=["S2,C2,T2,Biology"], enrollments=[enrollment, "S2,C2,P2"])) as day:
        assert _removed(day) == set()
        assert ("named_not_listed", "C1") in day.problems()
    assert [district.active(kind) for kind in ("classes", "class_memberships")] == before


NAMING: Final = ("S1;C1;P1;x", '"S1,C1","P1,x",y,z', 'S1,"C1,P1",P404', "S1 C1 P1", "S1|C1|P1|")
"""Rows of enrollments.csv that cannot be used, however they are cut."""


def test_a_rejected_enrollment_names_the_class_and_the_student_in_it_however_it_is_cut(district: District) -> None:
    first = HOUSE | {
        "students": [*HOUSE["students"], "S1,P2,Eve,Orr,,K,,,,,,"],
        "classes": [*HOUSE["classes"], "S1,C2,T1,Art"],
    }
    district.deliver(Crowd.files([first] * (len(NAMING) + 1)))
    before = {kind.name: district.active(kind.name) for kind in KINDS}
    left = first | {"students": first["students"][1:], "classes": first["classes"][1:]}
    cases = [left | {"enrollments": [row]} for row in NAMING]
    with district.day(Crowd.files([left | {"enrollments": []}, *cases])) as day:
        day.plan_and_deliver()
    (lost,) = [r for r in before["classes"] if r not in district.active("classes")]
    assert lost["class_id"] == of_case(CONTROL, "C1")
    students = {str(a["student_id"]) for a in district.active("accounts") if a["student_id"]}
    assert {str(a["student_id"]) for a in before["accounts"] if a["student_id"]} - students == {of_case(CONTROL, "P1")}


def test_rows_of_an_ignored_school_name_nobody(district: District) -> None:
    district.deliver(files())
    with district.day(files(students=[P2], classes=["S2,C2,T2,Biology"]), {"S1": "ignored"}) as day:
        assert _removed(day) >= {"accounts", "classes", "class_memberships"}
        assert "named_not_listed" not in dict(day.problems())


def test_an_enrollment_of_one_who_became_a_teacher_protects_no_student(district: District) -> None:
    district.deliver(files())
    cy = "S1,P1,Cy,Fox,cy@example.org,"
    with district.day(files(teachers=[T1, T2, cy], students=[P2])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        assert "named_not_listed" not in dict(day.problems())
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]})
    assert "P1" not in {account["student_id"] for account in district.active("accounts")}


def test_no_seat_stays_in_a_class_that_is_removed(district: District) -> None:
    district.deliver(files(enrollments=["S1,C1,P1", "S2,C2,P2"]))
    with district.day(files(classes=["S2,C2,T2,Biology"], enrollments=["S1,,P1", "S2,C2,P2"])) as day:
        day.plan_and_deliver()
    classes = {c["class_id"] for c in district.active("classes")}
    assert {s["class_id"] for s in district.active("class_memberships")} <= classes


def test_a_student_who_moved_school_leaves_the_class_of_the_old_school(district: District) -> None:
    district.deliver(files())
    with district.day(files(students=[P1.replace("S1,", "S2,"), P2])) as day:
        assert "class_memberships" in _removed(day)
        assert sum(day.plan().actions.values()) == 0
    assert {m["record_id"] for m in district.active("class_memberships") if m["role"] == "student"} == {"P2"}


def test_a_blank_enrollment_does_not_keep_the_seat_of_an_owner_who_changed(district: District) -> None:
    district.deliver(files())
    sent = files(
        teachers=[T1, T2, "S1,T3,Cem,Tan,cem@example.org,"],
        classes=["S1,C1,T3,Algebra", "S2,C2,T2,Biology"],
        enrollments=["S1,C1,", "S1,C1,P1", "S2,C2,P2"],
    )
    district.deliver(sent)

    assert [
        s["record_id"] for s in district.active("class_memberships") if s["class_id"] == "C1" and s["role"] == "owner"
    ] == ["T3"]


# Rows that are cut into other cells than they should be


ODD: Final = [sign.join(["S2", "P3", "Al", "Roe", "", "K"]) for sign in "/:^~"]
"""Rows that are cut by a delimiter that no file should have."""

LONE: Final = TWO_SCHOOLS | {"students": [P1, P2, "S2,P3,Al,Roe,,K,,,Mo,Roe,mo@example.org,"]}
"""The third student is in no class."""


@pytest.mark.parametrize(
    "cut",
    [
        ["S2;P3;x", '"S2,P3",x', "S2 P3 Al Roe", 'S2"P3",Al', "S2,'P3',Al", '"S2""P3",Al', *ODD],
        ['"S2,P3 Al'],
    ],
    ids=["closed", "an open quote"],
)
def test_a_rejected_row_protects_a_person_whose_id_stands_in_it_as_a_token(district: District, cut: list[str]) -> None:
    crowd = Crowd(LONE, "students", [[P1, P2, row] for row in cut], gone=("students", "enrollments"))
    losses = losing(crowd.losses(district))
    assert losses.keys() == {CONTROL}
    assert losses[CONTROL] >= {"accounts", "guardianships", "contact_points", "school_members"}


@pytest.mark.parametrize("sign", ["_", "/", "__"])
def test_a_row_of_another_delimiter_protects_ids_with_a_sign_in_them(district: District, sign: str) -> None:
    row = "S2,P-3,Al,Roe,,K,,,Mo,Roe,mo@example.org,"
    district.deliver(files(students=[P1, P2, row]))
    with district.day(files(students=[P1, P2, row.replace(",", sign)])) as day:
        day.plan()
        assert day.changes() == []


LOST_DELIMITERS: Final = ('S2,"P3,Al",Roe,,,,,,,,,', "S2,,P3,Al,Roe,,,,,,,", ",,,,,,S2 P3,,,,,")


def test_a_row_that_lost_a_delimiter_protects_the_person_in_it(district: District) -> None:
    crowd = Crowd(LONE, "students", [[P1, P2, row] for row in LOST_DELIMITERS], gone=("students", "enrollments"))
    assert losing(crowd.losses(district)).keys() == {CONTROL}


CUT_CLASSES: Final = (
    "S2/C2/T2/Biology",
    "S2;C2;T2",
    '"S2,C2",T2',
    "S2\tC2\tT2\tBiology\tx",
    'S2,"C2,T2",Biology,',
    "S2,,C2,T2",
)


def test_a_rejected_row_protects_a_class_whose_id_stands_in_it_as_a_token(district: District) -> None:
    cases = [["S1,C1,T1,Algebra", cut] for cut in CUT_CLASSES]
    crowd = Crowd(TWO_SCHOOLS, "classes", cases, gone=("classes", "enrollments"))
    assert losing(crowd.losses(district)).keys() == {CONTROL}


CUT_SEATS: Final = (
    "S2/C2/P2",
    "S2-C2-P2",
    "S2;C2;P2;x",
    '"S2,C2,P2",x',
    "S2 C2 P2",
    'S2,"C2""P2",',
    'S2,"C2,P2",',
)


def test_a_rejected_row_protects_the_membership_whose_ids_stand_in_it_as_tokens(district: District) -> None:
    first = LONE | {"enrollments": ["S1,C1,P1", "S2,C2,P2", "S2,C2,P3"]}
    cases = [["S1,C1,P1", cut] for cut in CUT_SEATS]
    losses = Crowd(first, "enrollments", cases, gone=("enrollments",)).losses(district)
    lost = {(kind, record["record_id"]) for number, kind, record in losses if number != CONTROL}
    assert lost == {("class_memberships", of_case(number, "P3")) for number in range(1, len(cases) + 1)}


WITHOUT_ID: Final = {
    "teachers": ["S1,,Zed,Kim,ANN@example.org,", "S1,#N/A,Zed,Kim,,2125550142", "S1,,,,ann@example.org,,x"],
    "students": [
        "S1,,Zed,Kim,,,<cy@example.org>,,,,,",
        "S1,NULL,Zed,Kim,,,,(212) 555-0142,,,,",
        "S1;;Zed;Kim;;cy@example.org",
    ],
}
"""Rows that have neither the id nor the name of a person, but an email or phone of theirs."""


@pytest.mark.parametrize("file", WITHOUT_ID)
def test_a_person_stays_whose_email_or_phone_stands_in_a_rejected_row_without_an_id(
    district: District, file: str
) -> None:
    student = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,2125550142,Dee,Fox,dee@example.org,"
    with_phone = {"students": [student, UNTIED["students"][1]], "teachers": UNTIED["teachers"][1:]}
    first = UNTIED | with_phone if file == "students" else UNTIED
    cases = [[row.replace("(212) 555-0142", "2125550142"), first[file][1]] for row in WITHOUT_ID[file]]
    losses = losing(Crowd(first, file, cases, gone=first[file][:1]).losses(district))
    assert losses.keys() == {CONTROL}
    assert losses[CONTROL] >= {"accounts", "contact_points", "school_members"}


JOINED: Final = {
    "teachers": ('S1,"T1,Ann",Lee,Ann,new@example.org,', 'S1,"T1;Ann",Lee,Ann,new@example.org,'),
    "students": (
        'S1,"P1,Cy,Fox",2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,,,',
        'S1,"P1,Cy",Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,,',
    ),
    "classes": ('S1,"C2,T2",T2,Biology',),
}
"""Rows in which a pair of quotes makes one cell of several, and all required cells have a value."""


@pytest.mark.parametrize("file", JOINED)
def test_an_id_that_holds_a_delivered_id_and_other_cells_takes_nobodys_place(district: District, file: str) -> None:
    first = UNTIED | {"enrollments": []}
    cases = [[row, *first[file][1:]] for row in JOINED[file]]
    losses = losing(Crowd(first, file, cases, gone=first[file][:1]).losses(district))
    assert losses.keys() == {CONTROL}
    ids = {str(account[f"{role}_id"]) for account in district.active("accounts") for role in ("teacher", "student")}
    ids |= {str(record["class_id"]) for record in district.active("classes")}
    assert [record for record in ids if "," in record or ";" in record] == []


# Ids in another spelling

SPELLINGS = [
    ("0101", "101"),
    ("101", "0101"),
    ("a1b", "A1B"),
    ("A 1", "A1"),
    ("101", "101.0"),
    ("101", '"""101"""'),
    ("é1", "e\u03011"),
    ("ñ1", "n1"),
]
DAMAGED = [
    ("Ñañ1", "Ã‘aÃ±1"),
    ("ño1", "?o1"),
    ("数学1", "æ•°å\xad¦1"),
    ("数1", "?1"),
    ("3-4", "4-Mar"),
    ("5-32", "May-32"),
    ("2/6", "2/6/2026"),
    ("7-8", "2026-07-08"),
]
"""An id, and what a wrong encoding or a spreadsheet makes of it."""


def _spelled(number: int, spelling: str) -> str:
    """The id as that case has it."""
    return spelling.replace("101", f"{number}101") if "101" in spelling else spelling.replace("1", str(number))


def _named(spelling: str) -> list[str]:
    return [P1.replace("P1", spelling), P2]


def test_a_seat_stays_if_only_enrollments_spell_the_id_otherwise(district: District) -> None:
    pairs = [(_spelled(n, delivered), _spelled(n, sent)) for n, (delivered, sent) in enumerate(SPELLINGS, 1)]
    delivered_as = [delivered for delivered, _ in pairs]

    def drop(spellings: list[str]) -> dict[str, str]:
        cases = [
            {**_OTHERS, "students": _named(delivered), "enrollments": [f"S1,C1,{spelling}", "S2,C2,P2"]}
            for delivered, spelling in zip(delivered_as, spellings, strict=True)
        ]
        return Crowd.files(cases)

    district.deliver(drop(delivered_as))
    before = district.active("class_memberships")
    with district.day(drop([sent for _, sent in pairs])) as day:
        assert _removed(day) == set()
        assert [code for code, _ in day.problems()].count("unknown_user") == len(pairs)
    assert district.active("class_memberships") == before


@pytest.mark.parametrize("named", ["Cy Fox", '"Fox, Cy"', "cy@oak-valley.org"])
def test_a_seat_stays_if_its_enrollment_has_the_name_or_email_of_the_person_instead_of_the_id(
    district: District, named: str
) -> None:
    student = "S1,P1,Cy,Fox,2012-01-31,7,cy@oak-valley.org,,,,,"
    others = {"students": [student, P2, P2.replace("P2,Eve", "P3,Ida")]}
    district.deliver(files(**others, enrollments=["S1,C1,P1", "S2,C2,P2", "S2,C2,P3"]))
    with district.day(files(**others, enrollments=[f"S1,C1,{named}", "S2,C2,P2"])) as day:
        day.plan_and_deliver()
        assert ("unknown_user", named.strip('"')) in day.problems()
        assert [member["record_id"] for member in district.active("class_memberships")].count("P1") == 1
        assert "P3" not in {member["record_id"] for member in district.active("class_memberships")}


_OTHERS: Final = {name: TWO_SCHOOLS[name] for name in ("schools", "teachers", "classes")}


def test_a_student_whom_enrollments_name_in_another_spelling_alone_stays(district: District) -> None:
    district.deliver(files())
    sent = files(students=["S2,P2,Eve,Orr,,K,,,,,,"], enrollments=["S1,C1,p1", "S2,C2,P2"])
    with district.day(sent) as day:
        day.plan_and_deliver()
        assert [change for change in day.changes() if change[1] == "remove"] == []
        assert ("named_not_listed", "P1") in day.problems()
        assert sum(day.plan().actions.values()) == 0


def test_a_class_keeps_its_owner_if_only_classes_csv_spells_the_teacher_otherwise(district: District) -> None:
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S1,T3,Cem,Tan,cem@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    sent = {"teachers": teachers, "enrollments": ["S1,C1,P1", "S1,C1,T3", "S2,C2,P2"]}
    district.deliver(files(**sent))
    with district.day(files(classes=["S1,C1,t1,Algebra", "S2,C2,T2,Biology"], **sent)) as day:
        day.plan()
        assert day.changes() == []
        assert ("unknown_teacher", "C1") in day.problems()


@pytest.mark.parametrize("rosters", [True, False])
def test_a_student_whose_id_is_spelled_otherwise_gets_no_second_account_and_loses_nothing(
    district: District, rosters: bool
) -> None:
    spellings = [*SPELLINGS, *DAMAGED]
    pairs = [(_spelled(n, delivered), _spelled(n, sent)) for n, (delivered, sent) in enumerate(spellings, 1)]

    def drop(spellings: list[str]) -> dict[str, str]:
        cases = [
            {**_OTHERS, "students": _named(s), "enrollments": [*([f"S1,C1,{s}"] if rosters else []), "S2,C2,P2"]}
            for s in spellings
        ]
        return Crowd.files(cases)

    district.deliver(drop([delivered for delivered, _ in pairs]))
    before = [district.active(kind.name) for kind in KINDS]
    with district.day(drop([sent for _, sent in pairs])) as day:
        day.plan_and_deliver()
        assert day.changes() == []
        respelled = {record for code, record in day.problems() if code == "id_respelled"}
        assert len(respelled) == len(pairs)
        assert day.plan().holds == ("reused_ids",)
    assert [district.active(kind.name) for kind in KINDS] == before


def test_another_person_whose_id_is_a_delivered_one_in_another_spelling_waits_with_the_guardian(
    district: District,
) -> None:
    district.deliver(files(enrollments=[]))
    before = [district.active(kind.name) for kind in KINDS]
    new = "S1,p1,Zed,Kim,,,zed@example.org,,Uma,Kim,uma@example.org,"
    with district.day(files(students=[new, P2], enrollments=[])) as day:
        assert day.plan_and_deliver().holds == ("reused_ids",)
    assert [district.active(kind.name) for kind in KINDS] == before


def test_what_the_row_of_another_spelling_says_of_a_known_guardian_waits(district: District) -> None:
    """The guardian has another child, so that the account stays in any case."""
    kin = "S1,P3,Kit,Fox,,,,,Dee,Fox,dee@example.org,"
    district.deliver(files(students=[f"{P1[: P1.index('Dee')]}Dee,Fox,dee@example.org,2125550143", kin, P2]))
    before = [district.active(kind.name) for kind in KINDS]
    for contacts in ("dee@example.org,2125550199", "dee@example.org,"):
        new = f"S1,p1,Zed,Kim,,,zed@example.org,,Dee,Fox,{contacts}"
        with district.day(files(students=[new, kin, P2], enrollments=["S2,C2,P2"])) as day:
            day.plan_and_deliver()
            assert day.changes() == []
    assert [district.active(kind.name) for kind in KINDS] == before


def test_a_teacher_under_another_spelling_becomes_no_guardian_before_the_account_is_approved(
    district: District,
) -> None:
    district.deliver(files(enrollments=["S2,C2,P2"]))
    teachers = ["S1,t1,Zed,Kim,zed@example.org,", T2]
    students = [P1, f"{P2[: P2.index(',,,,,')]},,,Zed,Kim,zed@example.org,"]
    with district.day(files(teachers=teachers, students=students, enrollments=["S2,C2,P2"])) as day:
        day.plan_and_deliver()
        assert day.changes() == []
    assert contradictions(district) == []


def test_a_teacher_and_a_class_whose_ids_are_spelled_otherwise_stay_as_delivered(district: District) -> None:
    district.deliver(files())
    before = [district.active(kind.name) for kind in KINDS]
    teachers, classes = ["S1,t1,Ann,Lee,new@example.org,", T2], ["S1,c1,t1,Algebra", "S2,C2,T2,Biology"]
    with district.day(files(teachers=teachers, classes=classes, enrollments=["S1,c1,P1", "S2,C2,P2"])) as day:
        day.plan_and_deliver()
        assert day.changes() == []
        assert {("id_respelled", "t1"), ("id_respelled", "c1")} <= set(day.problems())
    assert [district.active(kind.name) for kind in KINDS] == before


def test_approved_ids_in_another_spelling_replace_the_delivered_ones(district: District) -> None:
    student = "S1,{},Cy,Fox,2012-01-31,7,,,Dee,Fox,dee@example.org,"
    district.deliver(files(students=[student.format("0101"), P2], enrollments=["S1,C1,0101", "S2,C2,P2"]))
    with district.day(files(students=[student.format("101"), P2], enrollments=["S1,C1,101", "S2,C2,P2"])) as day:
        hold_hash = str(day.plan().hold_hash)
        day.plan_and_deliver(approve={hold_hash: ["reused_ids"]})
        assert sum(day.plan().actions.values()) == 0
    assert [row["student_id"] for row in district.active("accounts") if row["last_name"] == "Fox"].count("101") == 1
    assert "0101" not in {row["student_id"] for row in district.active("accounts")}


def test_a_new_student_whose_id_is_like_no_other_is_created(district: District) -> None:
    district.deliver(files())
    with district.day(files(students=[P1, P2, P2.replace("P2", "P20")])) as day:
        day.plan_and_deliver()
        assert "id_respelled" not in dict(day.problems())
    assert district.account(student_id="P20")


@pytest.mark.parametrize(
    ("former", "new"),
    [
        ("BIO-01", "ENG-01"),
        ("数学-7", "物理-7"),
        ("7", "Ñ7"),
        ("2025-09-01", "2026-09-01"),
        ("3-4", "4-3"),
        ("?7", "!7"),
    ],
)
def test_an_id_that_no_program_can_have_damaged_is_a_new_one(district: District, former: str, new: str) -> None:
    student = "S1,{},Cy,Fox,2012-01-31,7,,,Dee,Fox,dee@example.org,"
    district.deliver(files(students=[student.format(former), P2], enrollments=[]))
    other = student.format(new).replace("Cy,Fox", "Zed,Kim").replace("Dee,Fox,dee", "Uma,Kim,uma")
    with district.day(files(students=[other, P2], enrollments=[])) as day:
        day.plan_and_deliver()
        assert "id_respelled" not in dict(day.problems())
    assert district.account(student_id=new)


def test_many_ids_in_another_spelling_block_the_drop(district: District) -> None:
    row = "S1,{},Cy,Fox,2012-01-31,7,cy{}@example.org,,,,,"
    ids = [f"0{number}" for number in range(101, 131)]
    district.deliver(files(students=[row.format(i, i) for i in ids], enrollments=[]))
    respelled = [row.format(i.lstrip("0"), i) for i in ids[:21]] + [row.format(i, i) for i in ids[21:]]
    for count, is_blocked in ((20, False), (21, True)):
        sent = [*respelled[:count], *(row.format(i, i) for i in ids[count:])]
        with district.day(files(students=sent, enrollments=[])) as day:
            planned = day.plan(limits=Limits(removal_most=1, school_share=1))
            assert planned.is_blocked == is_blocked
            assert ("ids_respelled" in dict(day.problems())) == is_blocked
            assert day.changes() == []
