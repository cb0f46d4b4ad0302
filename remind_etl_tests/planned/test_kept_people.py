"""Kept is not frozen, and a plan after its own delivery is empty: rules that random histories taught."""

import itertools
from typing import Final

import pytest

from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import District, accounts_only, contradictions, files
from remind_etl_tests.planned.crowds import HOUSE, Crowd, of_case

P2 = "S2,P2,Eve,Orr,,K,,,,,,"
BROKEN = "S1,P9,,Orr,,9,,,,,,"


def _settled(district: District, sent: dict[str, str], link: dict[str, str] | None = None) -> None:
    """Deliver the drop; the plan after it is empty, and no record contradicts another."""
    with district.day(sent, link) as day:
        day.plan_and_deliver()
        again = day.plan()
        assert (sum(again.actions.values()), again.held) == (0, 0), day.changes()
    assert contradictions(district) == []


def test_a_row_that_was_left_out_does_not_freeze_others(district: District) -> None:
    district.deliver(
        files(
            teachers=["S1,T7,Dee,Fox,dee@example.org,"],
            classes=[],
            enrollments=[],
            students=["S1,P1,Kid,Fox,,9,,,Dee,Fox,dee@example.org,", P2],
        )
    )
    for teacher in ("S1,T7,Dee,Fox,dee@example.org,", "S1,T7,Dee,Orr,new@example.org,2125550177"):
        _settled(district, files(teachers=[teacher], students=[BROKEN, P2], classes=[], enrollments=[]))
    account = district.account(teacher_id="T7")
    assert (account["roles"], account["last_name"], account["email"]) == ("teacher", "Orr", "new@example.org")


def test_a_protected_account_takes_the_values_that_its_rows_give(district: District) -> None:
    parent = "S1,P1,Cy,Fox,2012-01-31,7,,,Ann,Lee,ann@example.org,"
    district.deliver(files(students=[parent, P2]))
    teachers = ["S1,T1,,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    _settled(district, files(teachers=teachers, students=[parent.replace("Ann,Lee", "Anna,Lee"), P2]))
    account = district.account(teacher_id="T1")
    assert (account["roles"], account["first_name"]) == ("teacher+guardian", "Anna")


def test_one_id_is_never_of_two_accounts_when_a_row_was_left_out(district: District) -> None:
    t4, p4 = "S1,T4,Ann,Fox,annf@example.org,2125550188", "S1,P4,Ann,Fox,,9,,2125550188,,,,"
    sent = {"teachers": [t4], "classes": [], "enrollments": []}
    district.deliver(files(students=[p4, P2], **sent))
    _settled(district, files(students=[p4.replace("0188", "0189"), P2, BROKEN], **sent))
    _settled(district, files(students=[BROKEN, p4, P2], **sent))


def test_a_guardian_who_was_taken_out_goes_although_another_has_no_contact(district: District) -> None:
    mo = "S1,P1,Cy,Fox,,7,,,Mo,Lee,mo@example.org,"
    district.deliver(files(students=[mo, mo.replace("Mo,Lee,mo", "Ex,Orr,ex"), P2]))
    _settled(district, files(students=[mo, mo.replace("Mo,Lee,mo@example.org", "Granny,Lee,"), P2]))
    assert "ex@example.org" not in district.contacts()
    assert len(district.active("guardianships")) == 1


SON: Final = "S1,P1,Al,Fox,,11,x@example.org,,,,,"
SIBLING: Final = "S1,P3,Kit,Fox,,7,,,Al,Fox,x@example.org,"


FATHER: Final = SIBLING.replace("x@", "dad@")
MOTHER: Final = SIBLING.replace("Al,Fox,x@", "Mo,Orr,mo@")


@pytest.mark.parametrize(
    ("today", "rejected", "stays"),
    [
        (MOTHER, BROKEN, False),
        (FATHER, BROKEN, False),
        (FATHER, "S1,,Zed,Orr,,9,,,Bo,Roe,bo@example.org,", False),
        (FATHER, "S1,P9,,Orr,,9,,,Al,Orr,bo@example.org,", False),
        (FATHER, "S1,P9,,Orr,,9,,,Al,Fox,,", True),
        (FATHER, "S1,P9,,Orr,,9,,,,,x@example.org,", True),
        (FATHER, "S1,P3,,Fox,,7,,,,,,", True),
        (FATHER, "S1", True),
    ],
    ids=["another name", "student", "guardian", "first name", "name", "contact", "id of the child", "little"],
)
def test_a_rejected_row_keeps_a_guardianship_only_if_it_may_be_about_the_guardian_or_the_student(
    district: District, today: str, rejected: str, stays: bool
) -> None:
    """The son was taken for the guardian of his sibling. The row of today has the mother, or the father of the same name."""
    district.deliver(files(students=[SON, SIBLING, P2]))
    son = district.account(student_id="P1")["account_id"]
    _settled(district, files(students=[SON, today, P2, rejected]))
    found = [g["student_id"] for g in district.active("guardianships") if g["guardian_account_id"] == son]
    assert found == (["P3"] if stays else [])


def test_a_teacher_who_is_gone_and_whose_row_as_a_guardian_gives_the_account_is_only_a_guardian(
    district: District,
) -> None:
    """Another guardian of the same student has no contact point. That row says nothing of this guardian."""
    students = ["S1,P1,Kid,Fox,,9,,,Dee,Fox,,", "S1,P1,Kid,Fox,,9,,,Gus,Orr,gus@example.org,"]
    district.deliver(
        files(teachers=["S1,T7,Gus,Orr,gus@example.org,", "S1,T1,Ann,Lee,ann@example.org,"], students=students)
    )
    assert district.account(first_name="Gus")["roles"] == "teacher+guardian"
    district.deliver(files(teachers=["S1,T1,Ann,Lee,ann@example.org,"], students=students))
    assert district.account(first_name="Gus")["roles"] == "guardian"


def test_a_guardian_of_the_same_name_without_contact_stays(district: District) -> None:
    mo = "S1,P1,Cy,Fox,,7,,,Mo,Lee,mo@example.org,"
    district.deliver(files(students=[mo, P2]))
    _settled(district, files(students=[mo.replace("mo@example.org", "mo@"), P2]))
    assert "mo@example.org" in district.contacts()


def test_a_guardian_whose_contact_stands_in_a_rejected_row_stays(district: District) -> None:
    district.deliver(files(students=["S1,P1,Cy,Fox,,7,,,Bob,Fox,bobf@example.org,2125550190", P2]))
    for row in ("S1,P3,,Fox,,9,,,Bob,Fox,BobF@example.org,", "S1,P3,,Fox,,9,,,Bob,Fox,,(212) 555-0190"):
        _settled(district, files(students=[row, P2], enrollments=["S2,C2,P2"]))
        assert district.account(first_name="Bob", roles="guardian")["email"] == "bobf@example.org"


def test_a_guardian_is_known_in_a_rejected_row_by_an_email_or_phone_however_it_is_written(district: District) -> None:
    written = (
        "S1,P3,,Fox,,9,,,Mo,Fox,MO{n}@Schüle.example,",
        "S1,P3,,Fox,,9,,,Mo,Fox,<mailto:mo{n}@schüle.example>,",
        "S1,P3,Kit,Fox,,9,,,Mo,Fox,mo{n}@schüle.example,,x",
        '"S1,P3,,Fox,,9,,,Mo,Fox,mo{n}@schüle.example,"',
        '"S1,P3,,Fox,,9,,,Mo,Fox,,(212) 555-019{n}",x',
        "S1;P3;Kit;Fox;Mo;Fox;;212 555 019{n}",
    )
    mo = "S1,P1,Cy,Fox,,7,,,Mo,Fox,mo{n}@schüle.example,212555019{n}"
    first, then = (
        Crowd.files([HOUSE | {"students": [row.format(n=n)], "classes": [], "enrollments": []} for n, row in rows])
        for rows in (enumerate([mo] * len(written)), enumerate(written))
    )
    district.deliver(first)
    _settled(district, then)
    guardians = [str(a["phone"]) for a in district.active("accounts") if a["roles"] == "guardian"]
    assert sorted(guardians) == [f"+1212555019{n}" for n in range(len(written))]


MOVED_CELLS: Final = {
    "S1,P1,Cy,Fox,,7,,,Dee,Fox,dee@example.org,": (
        "S1,P1,Cy,Fox,,7,,Dee,Fox,dee@example.org,,",
        "S1,P1,Cy,Fox,,7,Dee,Fox,dee@example.org,,,",
        "S1,P1,Cy,Fox,,7,,,,Dee,Fox,dee@example.org",
    ),
    "S1,P1,Cy,Fox,,7,,,Dee,Fox,,2125550177": (
        "S1,P1,Cy,Fox,,7,,Dee,Fox,,2125550177,",
        "S1,P1,Cy,Fox,,7,Dee,Fox,,2125550177,,",
        "S1,P1,Cy,Fox,,7,,,,Dee,Fox,",
    ),
}
"""Rows of a student with a guardian, and the same rows with cells too few or too many before the guardian."""


@pytest.mark.parametrize(("whole", "moved"), [(whole, row) for whole, rows in MOVED_CELLS.items() for row in rows])
def test_a_guardian_stays_whose_name_and_contact_stand_in_other_cells_of_the_row(
    district: District, whole: str, moved: str
) -> None:
    district.deliver(files(students=[whole, P2]))
    before = district.active("accounts"), district.active("guardianships"), district.active("contact_points")
    _settled(district, files(students=[moved, P2]))
    assert (
        district.active("accounts"),
        district.active("guardianships"),
        district.active("contact_points"),
    ) == before


def test_a_row_with_another_guardian_and_a_contact_in_its_own_cell_protects_nobody(district: District) -> None:
    whole = "S1,P1,Cy,Fox,,7,,,Dee,Fox,dee@example.org,"
    district.deliver(files(students=[whole, P2]))
    with district.day(files(students=["S1,P1,Cy,Fox,,7,dee@example.org,,Granny,Orr,,", P2])) as day:
        assert day.plan().holds == ("contact points",)
        assert day.protected() == {}
        day.plan_and_deliver({str(day.plan().hold_hash): ["contact points"]})
    assert district.active("guardianships") == []
    assert district.contacts()["dee@example.org"] == district.account(student_id="P1")["account_id"]


def test_a_rejected_row_of_an_id_that_another_row_has_protects_nobody_of_its_name(district: District) -> None:
    district.deliver(files(students=["S1,P1,Bob,Lee,,7,,,,,,", P2]))
    rows = ["S1,P4,Bob,Lee,,7,,,,,,,x", "S1,P4,Bob,Lee,,7,,,,,,", P2]
    _settled(district, files(students=rows, enrollments=["S2,C2,P2"]))


def test_an_enrollment_that_names_only_a_school_means_the_same_before_and_after_the_school_has_a_class(
    district: District,
) -> None:
    district.deliver(files(classes=["S1,C1,T1,Algebra"], enrollments=["S1,C1,P1"]))
    _settled(district, files(enrollments=["S2"]))
    assert [m["record_id"] for m in district.active("class_memberships") if m["role"] == "student"] == []


def test_a_guardianship_that_stays_keeps_the_role_of_its_guardian(district: District) -> None:
    parent = "S1,P1,Cy,Fox,,7,,,Ann,Lee,ann@example.org,"
    district.deliver(files(students=[parent, P2]))
    _settled(district, files(students=[parent.replace("ann@example.org", "ann@"), P2]))
    assert district.account(teacher_id="T1")["roles"] == "teacher+guardian"


def test_a_teacher_gets_the_email_or_phone_of_a_guardian_who_is_kept(district: District) -> None:
    students = ["S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,2125550177", P2]
    district.deliver(files(students=students))
    teachers = ["S1,T1,Ann,Lee,dee@example.org,", "S2,T2,Bob,Ray,bob@example.org,2125550177"]
    _settled(district, files(students=students, teachers=teachers))
    contacts = district.contacts()
    assert contacts["dee@example.org"] == district.account(teacher_id="T1", email="dee@example.org")["account_id"]
    assert contacts["+12125550177"] == district.account(teacher_id="T2", phone="+12125550177")["account_id"]
    guardian = district.account(first_name="Dee")
    assert (guardian["roles"], guardian["email"], guardian["phone"]) == ("guardian", None, None)
    assert [tie["guardian_account_id"] for tie in district.active("guardianships")] == [guardian["account_id"]]


def test_a_guardian_whose_row_was_rejected_keeps_the_contact_point_that_no_teacher_claims(district: District) -> None:
    students = ["S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,2125550177", P2]
    district.deliver(files(students=students))
    teachers = ["S1,T1,Ann,Lee,dee@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    sent = files(students=["S1,P1,Cy", P2], teachers=teachers)
    with district.day(sent) as day:
        day.plan()
        assert ("accounts", district.account(first_name="Dee")["account_id"]) in day.protected()
    _settled(district, sent)
    guardian = district.account(first_name="Dee")
    assert (guardian["email"], guardian["phone"]) == (None, "+12125550177")
    assert district.account(teacher_id="T1")["email"] == "dee@example.org"
    _settled(district, files(students=students))
    assert district.account(first_name="Dee") == guardian | {"email": "dee@example.org"}


@pytest.mark.parametrize("email", ["ann@", "bob@example.org"])
def test_a_co_teacher_whose_email_cannot_be_read_or_is_taken_stays_in_the_classes_that_name_them(
    district: District, email: str
) -> None:
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,", "S1,T3,Cem,Tan,cem@example.org,"]
    classes = ["S1,C1,T3,Algebra", "S2,C2,T2,Biology"]
    enrollments = ["S1,C1,P1", "S1,C1,T1", "S2,C2,P2"]
    district.deliver(files(teachers=teachers, classes=classes, enrollments=enrollments))
    before = district.active("class_memberships")
    changed = [f"S1,T1,Ann,Lee,{email},", *teachers[1:]]
    _settled(district, files(teachers=changed, classes=classes, enrollments=enrollments))
    assert district.active("class_memberships") == before
    _settled(district, files(teachers=changed, classes=classes, enrollments=["S1,C1,P1", "S2,C2,P2"]))
    assert "co_teacher" not in {member["role"] for member in district.active("class_memberships")}


def test_a_teacher_whose_email_cannot_be_read_keeps_it_and_all_else_of_the_row_is_delivered(district: District) -> None:
    district.deliver(files())
    row = "S1,T1,Anna,Lee,{},2125550188"
    sent = {"classes": ["S1,C1,T1,Algebra", "S1,C3,T1,Chemistry", "S2,C2,T2,Biology"]}
    _settled(district, files(teachers=[row.format("ann@"), "S2,T2,Bob,Ray,bob@example.org,"], **sent))
    account = district.account(teacher_id="T1")
    assert [account[name] for name in ("first_name", "email", "phone")] == ["Anna", "ann@example.org", "+12125550188"]
    assert {c["class_id"] for c in district.active("classes")} == {"C1", "C2", "C3"}


def test_a_row_of_another_name_whose_email_cannot_be_read_changes_nothing(district: District) -> None:
    district.deliver(files())
    before = district.active("accounts"), district.active("contact_points")
    _settled(district, files(teachers=["S1,T1,Zed,Orr,zed@,", "S2,T2,Bob,Ray,bob@example.org,"]))
    assert (district.active("accounts"), district.active("contact_points")) == before


def test_a_teacher_who_is_in_no_file_goes_though_a_row_was_left_out_and_another_names_them_as_guardian(
    district: District,
) -> None:
    parent = "S1,P1,Cy,Fox,,7,,,Ann,Lee,ann@example.org,"
    district.deliver(files(students=[parent, P2]))
    taught = {"teachers": ["S2,T2,Bob,Ray,bob@example.org,"], "classes": ["S2,C2,T2,Biology"]}
    _settled(district, files(students=[parent, P2, BROKEN], enrollments=["S2,C2,P2"], **taught))
    account = district.account(first_name="Ann")
    assert (account["roles"], account["teacher_id"], account["email"]) == ("guardian", None, "ann@example.org")
    assert {m["role"] for m in district.active("school_members") if m["account_id"] == account["account_id"]} == {
        "guardian"
    }


UNREADABLE: Final = ("S1,T1,Ann,Lee,ann@example.org", "S1,T1,Ann,Lee,,", "S1,T1,,Lee,ann@example.org,")
"""Rows of a teacher who is kept."""


def test_a_membership_of_one_whom_a_drop_without_rosters_removed_goes_with_the_next_rosters(district: District) -> None:
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    enrollments = ["S1,C1,P1", "S1,C1,T3", "S2,C2,P2"]
    district.deliver(files(teachers=[*teachers, "S1,T3,Cem,Tan,cem@example.org,"], enrollments=enrollments))
    sent = files(teachers=teachers, enrollments=enrollments)
    district.deliver(accounts_only(sent))
    _settled(district, sent)
    owners = {member["account_id"] for member in district.active("class_memberships")}
    assert owners <= {account["account_id"] for account in district.active("accounts")}


def test_a_renumbered_teacher_gets_the_new_id_though_the_row_of_a_class_was_rejected(district: District) -> None:
    district.deliver(files(classes=["S1,C1,T1,Algebra", "S1,C3,T1,Art", "S2,C2,T2,Biology"]))
    before = district.account(teacher_id="T1")["account_id"]
    teachers = ["S1,T5,Ann,Lee,ann@example.org,212 555 0142", "S2,T2,Bob,Ray,bob@example.org,"]
    _settled(district, files(teachers=teachers, classes=["S1,C1,T5,", "S1,C3,T5,Art", "S2,C2,T2,Biology"]))
    assert district.account(teacher_id="T5")["account_id"] == before
    assert {c["class_id"] for c in district.active("classes")} == {"C1", "C2", "C3"}


ZOE: Final = "S1,T9,Zoe,Ray,ann@example.org,"


def test_a_new_teacher_whose_email_a_kept_teacher_has_is_not_created(district: District) -> None:
    district.deliver(Crowd.files([HOUSE] * len(UNREADABLE)))
    before = [district.active(kind.name) for kind in KINDS]
    with_class = HOUSE | {
        "classes": [*HOUSE["classes"], "S1,C9,T9,Chemistry"],
        "enrollments": [*HOUSE["enrollments"], "S1,C9,P1"],
    }
    sent = Crowd.files([with_class | {"teachers": [row, ZOE]} for row in UNREADABLE])
    _settled(district, sent)
    assert [district.active(kind.name) for kind in KINDS] == before
    with district.day(sent) as day:
        day.plan()
        assert {("email_taken", of_case(number, "T9")) for number in range(len(UNREADABLE))} <= set(day.problems())


def test_a_teacher_whose_new_email_a_kept_teacher_has_keeps_the_own_one_and_nobody_else_gets_it(
    district: District,
) -> None:
    district.deliver(files())
    before = district.active("accounts"), district.active("contact_points")
    teachers = [
        "S1,T1,Ann,Lee,bob@example.org,2125550142",
        "S2,T2,Bob,Ray,bob@example.org",
        "S1,T9,Zoe,Ray,ann@example.org,",
    ]
    _settled(district, files(teachers=teachers))
    assert (district.active("accounts"), district.active("contact_points")) == before


def test_a_teacher_who_gets_another_name_stays_the_guardian_whom_a_row_names_as_before(district: District) -> None:
    rows, names = ("Ann,Lee,ann@example.org,", "Ann,Lee,,", "Ann,Lee,ann@,"), ("Ann,Fox", "Anna,Lee")
    cases = [*itertools.product(rows, names)]
    parent = HOUSE | {"enrollments": []}
    first = parent | {"students": ["S1,P3,Kit,Lee,,,,,Ann,Lee,ann@example.org,"]}
    district.deliver(Crowd.files([first] * len(cases)))
    renamed = [
        parent
        | {
            "students": [f"S1,P3,Kit,Lee,,,,,{row}"],
            "teachers": [f"S1,T1,{name},ann@example.org,2125550142"],
        }
        for row, name in cases
    ]
    _settled(district, Crowd.files(renamed))
    for number, (row, name) in enumerate(cases):
        account = district.account(teacher_id=of_case(number, "T1"))
        told = f"{account['first_name']},{account['last_name']}"
        assert (told, account["roles"]) == (of_case(number, name), "teacher+guardian"), (row, name)


def test_a_new_guardian_whose_only_contact_a_kept_account_has_is_not_created(district: District) -> None:
    district.deliver(files())
    before = [district.active(kind.name) for kind in KINDS]
    for phone in ("", "2125550142"):
        sent = files(students=["S2,P2,Eve,Orr,,K,,,Tom,Umland,ann@example.org," + phone])
        with district.day(sent, {"S1": "waits"}) as day:
            day.plan_and_deliver()
            assert ("guardian_without_contact", "P2") in day.problems()
            again = day.plan()
            assert (sum(again.actions.values()), again.held) == (0, 0), day.changes()
            assert ("guardian_without_contact", "P2") in day.problems()
        assert [district.active(kind.name) for kind in KINDS] == before


def test_a_new_guardian_without_one_of_two_contacts_is_created(district: District) -> None:
    district.deliver(files())
    sent = files(students=["S2,P2,Eve,Orr,,K,,,Tom,Umland,ann@example.org,2125550177"])
    with district.day(sent, {"S1": "waits"}) as day:
        day.plan_and_deliver()
    guardian = district.account(first_name="Tom")
    assert (guardian["email"], guardian["phone"]) == (None, "+12125550177")


T2 = "S2,T2,Bob,Ray,bob@example.org,"
ANN, CEM = "S1,T1,Ann,Lee,ann@example.org,", "S1,T3,Cem,Tan,cem@example.org,"
BIOLOGY = "S2,C2,T2,Biology"


def test_a_teacher_keeps_the_own_email_while_the_owner_of_a_class_that_stays_keeps_the_new_one(
    district: District,
) -> None:
    district.deliver(files(teachers=[ANN, CEM, T2]))
    taken = CEM.replace("cem@", "ann@")
    sent = files(teachers=[taken, T2], classes=["S1,C1,T3,", BIOLOGY])
    with district.day(sent) as day:
        day.plan_and_deliver()
        assert ("email_taken", "T3") in day.problems()
        assert sum(day.plan().actions.values()) == 0
    assert district.account(teacher_id="T1")["email"] == "ann@example.org"
    assert district.account(teacher_id="T3")["email"] == "cem@example.org"
    assert contradictions(district) == []


def test_a_new_teacher_is_not_created_while_the_owner_of_a_class_that_stays_keeps_the_email(district: District) -> None:
    district.deliver(files(teachers=[ANN, T2]))
    _settled(district, files(teachers=[CEM.replace("cem@", "ann@"), T2], classes=["S1,C1,T3,", BIOLOGY]))
    assert district.account(teacher_id="T1")["email"] == "ann@example.org"
    assert {a["teacher_id"] for a in district.active("accounts") if a["teacher_id"]} == {"T1", "T2"}


def test_an_email_that_a_teacher_takes_does_not_tell_which_of_two_guardians_a_row_names(district: District) -> None:
    def child(email: str) -> list[str]:
        row = "S2,P2,Eve,Orr,,K,,,"
        return [f"{row}Roy,Tan,{email},2125550177", f"{row}Hal,Fox,hal@example.org,"]

    district.deliver(files(students=child("roy@example.org")))
    teacher = "S1,T3,Hal,Poe,hal@example.org,"
    _settled(district, files(teachers=[ANN, T2, teacher], students=child("hal@example.org")))
    assert district.account(teacher_id="T3")["email"] == "hal@example.org"
    assert {a["first_name"] for a in district.active("accounts")} >= {"Roy", "Eve"}


def test_an_owner_of_a_class_that_stays_keeps_the_email_also_if_the_files_name_the_owner_only_as_a_guardian(
    district: District,
) -> None:
    phone = "2125550142"
    district.deliver(files(teachers=[ANN + phone, T2]))
    child = f"S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Ann,Lee,ann@example.org,{phone}"
    teachers = [CEM.replace("cem@", "ann@"), T2]
    _settled(district, files(teachers=teachers, students=[child, P2], classes=["S1,C1,T3,", BIOLOGY]))
    owner = district.account(teacher_id="T1")
    assert (owner["roles"], owner["email"]) == ("teacher+guardian", "ann@example.org")
    assert {a["teacher_id"] for a in district.active("accounts") if a["teacher_id"]} == {"T1", "T2"}


def test_only_the_account_that_does_not_get_an_email_is_told_that_it_is_taken(district: District) -> None:
    """The guardian keeps the email as the owner of a class that stays. So only the new teacher is told."""
    phone = "2125550142"
    district.deliver(files(teachers=[ANN + phone, T2]))
    child = f"S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Ann,Lee,ann@example.org,{phone}"
    teachers = [CEM.replace("cem@", "ann@"), T2]
    sent = files(teachers=teachers, students=[child, P2], classes=["S1,C1,T3,", BIOLOGY])
    for _ in range(2):
        with district.day(sent) as day:
            day.plan_and_deliver()
            assert {problem for problem in day.problems() if "taken" in problem[0]} == {("email_taken", "T3")}
    with district.day(
        sent | files(classes=["S1,C1,T3,Algebra", BIOLOGY], students=[child, P2], teachers=teachers)
    ) as day:
        day.plan_and_deliver()
        assert {problem for problem in day.problems() if "taken" in problem[0]} == {("guardian_email_taken", "P1")}


def test_a_co_teacher_at_a_waiting_school_stays_in_the_class_also_if_they_are_a_guardian_elsewhere(
    district: District,
) -> None:
    enrollments = ["S1,C1,P1", "S1,C1,T3"]
    district.deliver(files(teachers=[ANN, CEM, T2], enrollments=enrollments))
    child = "S2,P2,Eve,Orr,,K,,,Cem,Tan,cem@example.org,"
    _settled(district, files(teachers=[ANN, CEM, T2], students=[child], enrollments=enrollments), {"S1": "waits"})
    assert district.account(teacher_id="T3")["roles"] == "teacher+guardian"
    assert "T3" in {m["record_id"] for m in district.active("class_memberships")}


def test_a_co_teacher_who_lost_the_role_in_a_drop_without_rosters_leaves_a_class_that_waits(
    district: District,
) -> None:
    enrollments = ["S1,C1,P1", "S1,C1,T3"]
    students = ["S1,P1,Cy,Fox,,7,,,,,,", "S2,P2,Eve,Orr,,K,,,Cem,Tan,cem@example.org,"]
    district.deliver(files(teachers=[CEM, ANN, T2], students=students, enrollments=enrollments[::-1]))
    district.deliver(accounts_only(files(teachers=[ANN, T2], students=students)))
    assert district.account(first_name="Cem")["roles"] == "guardian"
    _settled(
        district,
        files(
            teachers=[ANN, T2],
            students=students,
            classes=["S1,C1,T1,", BIOLOGY],
            enrollments=[*enrollments[:1], "S2,C2,P2"],
        ),
    )
    assert {m["record_id"] for m in district.active("class_memberships")} == {"T1", "T2", "P1", "P2"}


def test_a_student_who_moved_school_leaves_a_class_that_waits_for_its_teacher(district: District) -> None:
    p1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
    district.deliver(files())
    _settled(district, files(teachers=["S1,T1,,Lee,ann@example.org,", T2], students=[p1.replace("S1,", "S2,"), P2]))
    assert {c["class_id"] for c in district.active("classes")} == {"C1", "C2"}
    assert "P1" not in {m["record_id"] for m in district.active("class_memberships")}


def test_a_student_who_returns_stays_in_a_class_that_waits_for_its_teacher(district: District) -> None:
    district.deliver(files())
    district.deliver(accounts_only(files(students=[P2])))
    _settled(district, files(teachers=["S1,T1,,Lee,ann@example.org,", T2]))
    assert "P1" in {m["record_id"] for m in district.active("class_memberships")}


def test_a_membership_whose_account_an_earlier_drop_removed_waits_for_no_hold(district: District) -> None:
    district.deliver(files())
    district.deliver(accounts_only(files(students=[P2])))
    assert "P1" in {m["record_id"] for m in district.active("class_memberships")}
    sent = files(students=[P2], enrollments=["S1,C1,T1", "S2,C2,P2"])
    with district.day({**sent, "students.csv": sent["students.csv"].rstrip("\n")}) as day:
        day.plan_and_deliver()
    assert "P1" not in {m["record_id"] for m in district.active("class_memberships")}


def test_a_student_who_moved_school_leaves_a_class_whose_row_was_rejected(district: District) -> None:
    p1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
    district.deliver(files(enrollments=["S1,C1,P1", "S2,C2,P2"]))
    _settled(district, files(teachers=[T2], students=[p1.replace("S1,", "S2,"), P2]))
    assert {c["class_id"] for c in district.active("classes")} == {"C1", "C2"}
    assert "P1" not in {m["record_id"] for m in district.active("class_memberships")}


TANS: Final = "S1,P1,Cy,Tan,,,,,Cem,Tan,cem@example.org,"
"""A child of a former co-teacher."""


def test_a_co_teacher_who_is_only_a_guardian_now_leaves_a_class_whose_row_was_rejected(district: District) -> None:
    enrollments = ["S1,C1,T3", "S2,C2,P2"]
    district.deliver(files(teachers=[ANN, CEM, T2], students=[P2], enrollments=enrollments))
    classes = ["S1,C1,T1,", BIOLOGY]
    _settled(district, files(teachers=[ANN, T2], students=[P2, TANS], classes=classes, enrollments=enrollments[1:]))
    assert district.account(first_name="Cem")["roles"] == "guardian"
    assert {m["record_id"] for m in district.active("class_memberships") if m["class_id"] == "C1"} == {"T1"}


def test_who_may_still_be_a_teacher_becomes_a_guardian_only_when_that_is_known(district: District) -> None:
    enrollments = ["S2,C2,P2", "S1,C1,T3"]
    district.deliver(files(teachers=[CEM, ANN, T2], students=[P2], enrollments=enrollments))
    gone = files(teachers=[ANN, T2], students=[P2, TANS], enrollments=enrollments[:1])
    _holding(district, gone, "cut_files")
    assert district.account(teacher_id="T3")["roles"] == "teacher"
    assert district.active("guardianships") == []
    _settled(district, gone | {"enrollments.csv": files(enrollments=["S2,C2,T2"])["enrollments.csv"]})
    assert district.account(email="cem@example.org")["roles"] == "guardian"
    assert len(district.active("guardianships")) == 1


def test_a_co_teacher_who_is_only_a_guardian_now_leaves_a_class_whose_new_teacher_has_no_account(
    district: District,
) -> None:
    classes = [BIOLOGY, "S1,C1,T1,Algebra"]
    district.deliver(files(teachers=[ANN, CEM, T2], classes=classes, enrollments=["S1,C1,T3", "S2,C2,P2"]))
    without_account = "S1,T9,Zoe,Poe,,"
    _settled(
        district,
        files(
            teachers=[ANN, T2, without_account],
            students=[P2, TANS],
            classes=[BIOLOGY, "S1,C1,T9,Algebra"],
            enrollments=["S2,C2,P2"],
        ),
    )
    assert district.account(first_name="Cem")["roles"] == "guardian"
    assert {m["record_id"] for m in district.active("class_memberships") if m["class_id"] == "C1"} == {"T1"}


def _holding(district: District, sent: dict[str, str], *holds: str) -> None:
    """Deliver the drop, of which only these holds wait; no record contradicts another."""
    with district.day(sent) as day:
        assert day.plan_and_deliver().holds == holds, day.changes()
        assert sum(day.plan().actions.values()) == 0
    assert contradictions(district) == []


def test_a_renumbered_student_keeps_the_account_though_a_new_one_of_a_lower_id_has_the_email(
    district: District,
) -> None:
    old = "S1,P5,Cy,Fox,2012-01-31,7,cy@example.org,,,,,"
    district.deliver(files(students=[old, P2], enrollments=["S1,C1,P5", "S2,C2,P2"]))
    account = district.account(student_id="P5")["account_id"]
    new = [old.replace("P5", "P7"), "S1,P1,Nia,Tan,,9,cy@example.org,,,,,"]
    _settled(district, files(students=[*new, P2], enrollments=["S1,C1,P7", "S2,C2,P2"]))
    assert district.account(student_id="P7")["account_id"] == account
    assert district.account(student_id="P7")["email"] == "cy@example.org"


def test_a_renumbered_student_keeps_the_account_though_a_guardian_writes_the_email_from_now_on(
    district: District,
) -> None:
    brother = "S1,P3,Bob,Lee,,9,,,Wen,Fox,{},"
    student = "S1,{},Yul,Lee,,7,yul@example.org,2125550199,Ann,Lee,anne@example.org,"
    district.deliver(files(students=[student.format("P1"), brother.format("wen@example.org")], enrollments=[]))
    before = {a["account_id"] for a in district.active("accounts")}
    sent = files(students=[student.format("P9"), brother.format("yul@example.org")], enrollments=[])
    _holding(district, sent, "contact points")
    assert {a["account_id"] for a in district.active("accounts")} == before
    assert district.account(first_name="Yul")["student_id"] == "P9"


FAMILY: Final = "S1,P1,Kit,Fox,2012-01-31,7,fam@example.org,,Ann,Fox,fam@example.org,"
BY_PHONE: Final = "S1,P1,Kit,Fox,2012-01-31,7,,,Ann,Fox,,2125550177"


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ([FAMILY], [FAMILY], ()),
        ([FAMILY, FAMILY.replace("P1,Kit", "P3,Joe")], [FAMILY, FAMILY.replace("P1,Kit", "P3,Joe")], ()),
        ([FAMILY], [FAMILY.replace("Ann,Fox,fam@example.org", ",,")], ("contact points",)),
        ([FAMILY], [FAMILY.replace("Kit,Fox,2012-01-31,7", "Kit,Fox,,8")], ()),
        ([BY_PHONE], [BY_PHONE], ()),
        ([BY_PHONE], [BY_PHONE.replace("Ann,Fox,,", "Ann,Orr,ann.orr@example.org,")], ()),
    ],
    ids=["family email", "siblings", "email of the student only", "no birth date", "phone", "renamed guardian"],
)
def test_a_renumbered_student_keeps_the_account_though_the_email_or_phone_is_that_of_the_guardian(
    district: District, old: list[str], new: list[str], holds: tuple[str, ...]
) -> None:
    district.deliver(files(students=[*old, P2]))
    accounts = {a["account_id"] for a in district.active("accounts")}
    kit = district.account(student_id="P1")["account_id"]
    renumbered = [row.replace("S1,P", "S1,9P") for row in new]
    _holding(district, files(students=[*renumbered, P2], enrollments=["S1,C1,9P1", "S2,C2,P2"]), *holds)
    assert {a["account_id"] for a in district.active("accounts")} <= accounts
    assert district.account(student_id="9P1")["account_id"] == kit
    assert [m["account_id"] for m in district.active("class_memberships") if m["record_id"] == "9P1"] == [kit]


@pytest.mark.parametrize(
    "new",
    [
        [FAMILY.replace("P1", "P9").replace("2012-01-31", "2014-09-30")],
        [FAMILY.replace("P1", "P9").replace("Kit", "Joe")],
        [FAMILY.replace("P1", "P8"), FAMILY.replace("P1", "P9")],
        [FAMILY, FAMILY.replace("P1", "P9")],
        [FAMILY.replace("P1", "P9").replace("Ann,Fox", "Zara,Wu")],
    ],
    ids=["another birth date", "another name", "two new ids", "the old id is there", "another guardian"],
)
def test_a_new_student_of_the_same_guardian_does_not_get_the_account_of_another_one(
    district: District, new: list[str]
) -> None:
    district.deliver(files(students=[FAMILY, P2]))
    account = district.account(student_id="P1")["account_id"]
    with district.day(files(students=[*new, P2], enrollments=["S2,C2,P2"])) as day:
        day.plan_and_deliver()
    owners = {a["student_id"] for a in district.active("accounts") if a["account_id"] == account}
    assert owners <= {"P1"}
    assert contradictions(district) == []


def test_a_teacher_who_gets_a_second_id_and_another_email_on_one_day_keeps_the_account(district: District) -> None:
    district.deliver(files(teachers=[CEM, T2], classes=["S1,C1,T3,Algebra", BIOLOGY]))
    account = district.account(teacher_id="T3")["account_id"]
    both = [row.replace("cem@", "new@") for row in (CEM.replace("T3", "T1"), CEM)]
    _settled(district, files(teachers=[*both, T2], classes=["S1,C1,T3,Algebra", BIOLOGY]))
    assert district.account(teacher_id="T3")["account_id"] == account
    assert [a["teacher_id"] for a in district.active("accounts") if a["last_name"] == "Tan"] == ["T3"]


MO: Final = "S1,P1,Cy,Fox,,7,,,Mo,Lee,mo@example.org,"


def test_a_name_in_capitals_at_one_child_is_not_exchanged_again_and_again(district: District) -> None:
    district.deliver(files(students=[MO, P2]))
    sibling = MO.replace("P1,Cy", "P0,Al")
    _settled(district, files(students=[sibling, MO.replace("Mo,", "MO,"), P2]))


def test_an_account_keeps_its_name_when_another_guardian_writes_its_email_on_a_row_of_the_same_child(
    district: District,
) -> None:
    nia, other = "S1,P4,Yul,Orr,,9,,,Nia,Roe,nia@example.org,", MO.replace("P1,Cy", "P3,Ida")
    district.deliver(files(students=[nia, MO, other, P2]))
    account = district.contacts()["mo@example.org"]
    shared = [nia.replace("nia@", "mo@"), MO, other, other.replace("Mo,Lee", "Nia,Roe"), P2]
    with district.day(files(students=shared)) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("guardians",)
        day.plan_and_deliver({str(held.hold_hash): ["guardians"]})
    assert district.account(account_id=str(account))["first_name"] == "Mo"
    _settled(district, files(students=[nia.replace("nia@", "mo@"), MO, other, P2]))
    assert {g["student_id"] for g in district.active("guardianships") if g["guardian_account_id"] == account} == {
        "P1",
        "P3",
    }


def test_a_teacher_is_the_guardian_of_the_own_child_though_another_guardian_writes_the_email(
    district: District,
) -> None:
    """An email alone would make the other guardian the one of a stranger's child."""
    other = "S1,P1,Cy,Fox,,7,,,Eve,Lee,ann@example.org,2125550151"
    _settled(district, files(students=[other, "S1,P3,Ida,Orr,,9,,,Ann,Lee,ann@example.org,", P2]))
    guardians = {g["student_id"]: g["guardian_account_id"] for g in district.active("guardianships")}
    assert guardians["P3"] == district.account(teacher_id="T1")["account_id"]
    assert guardians["P1"] == district.account(first_name="Eve", roles="guardian")["account_id"]


@pytest.mark.parametrize("guardian", ["Mo,Lee,,", "Mo,Lee,new@example.org,"], ids=["no contact", "another email"])
def test_a_guardian_stays_when_the_student_is_renumbered_and_the_contact_changes(
    district: District, guardian: str
) -> None:
    old = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Mo,Lee,mo@example.org,"
    district.deliver(files(students=[old, P2]))
    account = district.account(first_name="Mo")["account_id"]
    new = old.replace("P1", "P7").replace("Mo,Lee,mo@example.org,", guardian)
    _settled(district, files(students=[new, P2], enrollments=["S1,C1,P7", "S2,C2,P2"]))
    assert district.account(first_name="Mo")["account_id"] == account
    assert [(g["guardian_account_id"], g["student_id"]) for g in district.active("guardianships")] == [(account, "P7")]


def test_two_spellings_of_an_id_in_one_file_are_two_students_and_neither_takes_what_the_other_has(
    district: District,
) -> None:
    district.deliver(files())
    first = district.account(student_id="P1")
    sent = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
    _settled(district, files(students=[sent, "S1,p1,Zed,Kim,,9,cy@example.org,,Uma,Kim,uma@example.org,", P2]))
    assert district.account(student_id="P1") == first
    assert district.account(student_id="p1")["email"] is None
    guardians = {(g["student_id"], g["guardian_account_id"]) for g in district.active("guardianships")}
    assert guardians == {
        ("P1", district.account(first_name="Dee")["account_id"]),
        ("p1", district.account(first_name="Uma")["account_id"]),
    }
