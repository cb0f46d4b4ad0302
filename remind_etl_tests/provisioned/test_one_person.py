"""Who is one person, and who is not: each rule beside the law that a plan made after its own delivery is empty."""

import unicodedata
from typing import Final

import pytest

from remind_etl.planned.plan import Planned
from remind_etl_tests.districts import District, all_hold, contradictions, files

T1 = "S1,T1,Ann,Lee,ann@example.org,2125550142"
T2 = "S2,T2,Bob,Ray,bob@example.org,"
CLASSES = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology"]


def student(record: str, guardian: str = ",,,", first: str = "Kid", email: str = "", phone: str = "") -> str:
    return f"S1,{record},{first},{record}son,,,{email},{phone},{guardian}"


def deliver(
    district: District, *students: str, teachers: tuple[str, ...] = (T1, T2), **others: list[str]
) -> list[tuple[str, str]]:
    """Deliver a drop and return its problems. A plan after that is empty, and holds nothing new."""
    with district.day(files(students=list(students), teachers=list(teachers), enrollments=[], **others)) as day:
        day.plan_and_deliver(check=all_hold)
        problems = day.problems()
        again = day.plan()
        assert (sum(again.actions.values()), day.changes()) == (0, [])
    return problems


def people(district: District) -> dict[str, str]:
    """The active accounts by first and last name. A name that two accounts have fails."""
    accounts = [(f"{a['first_name']} {a['last_name']}", str(a["account_id"])) for a in district.active("accounts")]
    assert len(dict(accounts)) == len(accounts)
    return dict(accounts)


def families(district: District) -> dict[str, set[str]]:
    """The students of each guardian, by the guardian's name."""
    names = {account: name for name, account in people(district).items()}
    found: dict[str, set[str]] = {}
    for tie in district.active("guardianships"):
        found.setdefault(names[str(tie["guardian_account_id"])], set()).add(str(tie["student_id"]))
    return found


def test_two_children_under_one_id_are_an_error_that_names_both_lines_and_nobody_new_is_attached(
    district: District,
) -> None:
    child = "S1,P1,Cy,Fox,2012-01-31,7,,,Dee,Fox,dee@example.org,"
    deliver(district, child)
    before = {kind: district.active(kind) for kind in ("accounts", "contact_points", "guardianships")}
    sent = files(
        students=[child, "S2,P2,Eve,Orr,,K,,,,,,", "S1,P1,Zed,Ray,2014-02-01,5,,,Uma,Ray,uma@example.org,"],
        enrollments=[],
    )
    with district.day(sent) as day:
        day.plan_and_deliver()
        told = [p for p in day.rows("valid.problems", "code", "severity", "record_id", "message") if p[2] == "P1"]
        assert sum(day.plan().actions.values()) == 0

    assert told == [
        (
            "two_people_under_one_id",
            "error",
            "P1",
            "Two people have the same student_id, see lines 2 and 4. No row with this student_id is used.",
        )
    ]
    for kind, records in before.items():
        assert [record for record in records if record not in district.active(kind)] == []
    assert "uma@example.org" not in district.contacts()
    assert families(district) == {"Dee Fox": {"P1"}}


@pytest.mark.parametrize(
    "other",
    [
        "S1,P1,Lia,Fox,1/2/2014,5,,,Uma,Fox,uma@example.org,",
        "S1,P1,Cy,Orr,1/2/2014,5,,,Uma,Orr,uma@example.org,",
    ],
    ids=["one last name", "one first name"],
)
def test_two_children_under_one_id_are_an_error_and_what_was_delivered_stays(district: District, other: str) -> None:
    child = "S1,P1,Cy,Fox,2012-01-31,7,,,Dee,Fox,dee@example.org,"
    deliver(district, child)
    before = {kind: district.active(kind) for kind in ("accounts", "contact_points", "guardianships")}
    problems = deliver(district, child, other)

    assert ("two_people_under_one_id", "P1") in problems
    assert {kind: district.active(kind) for kind in before} == before


@pytest.mark.parametrize(
    "other",
    [
        "Daniel,Fox,2014-02-01,5",
        "Dan,Fox-Orr,2014-02-01,5",
        "Dan,Orr,2012-01-31,5",
        "Lia,Fox,2012-01-31,5",
        "Lia,Fox,2014-02-01,7",
        "Lia,Fox,,5",
        "Lia,Fox,2014-02-01,",
    ],
    ids=["a nickname", "a longer name", "a marriage", "one date of birth", "one grade", "no date of birth", "no grade"],
)
def test_two_names_are_one_student_unless_date_of_birth_and_grade_differ_too(district: District, other: str) -> None:
    problems = deliver(district, "S1,P1,Dan,Fox,2012-01-31,7,,,,,,", f"S1,P1,{other},,,,,,")

    assert ("two_people_under_one_id", "P1") not in problems
    assert district.account(student_id="P1")["first_name"] == "Dan"


def test_two_teachers_under_one_id_are_an_error_and_the_delivered_teacher_stays(district: District) -> None:
    deliver(district, student("P1"))
    before = district.account(teacher_id="T1")
    problems = deliver(district, student("P1"), teachers=("S1,T1,Zoe,Orr,zoe@example.org,", T1, T2))

    assert ("two_people_under_one_id", "T1") in problems
    assert district.account(teacher_id="T1") == before
    assert "zoe@example.org" not in district.contacts()


TWO_JOHNS = ("S1,T1,John,Smith,js@example.org,", "S2,T1,John,Brown,jb@example.org,")


def test_two_teachers_of_one_first_name_under_one_id_are_two_people_and_the_delivered_teacher_stays(
    district: District,
) -> None:
    deliver(district, student("P1"), teachers=(TWO_JOHNS[0], T2))
    before = district.account(teacher_id="T1")
    problems = deliver(district, student("P1"), teachers=(*TWO_JOHNS, T2))

    assert ("two_people_under_one_id", "T1") in problems
    assert district.account(teacher_id="T1") == before
    assert "jb@example.org" not in district.contacts()


@pytest.mark.parametrize(
    "other",
    [
        "S1,T1,John,Brown,jb@example.org,",
        "S2,T1,John,Brown,js@example.org,",
        "S2,T1,John,Smith,jb@example.org,",
        "S2,T1,John,Brown,jb@example.org,+1 (212) 555-0142",
        "S2,T1,John,Brown,,",
    ],
    ids=["one school", "one email", "one last name", "one phone", "no email"],
)
def test_two_rows_are_one_teacher_unless_last_name_school_email_and_phone_differ(
    district: District, other: str
) -> None:
    problems = deliver(district, student("P1"), teachers=(f"{TWO_JOHNS[0]}212 555 0142", other, T2))

    assert ("two_people_under_one_id", "T1") not in problems
    assert district.account(teacher_id="T1")["last_name"] == "Smith"


@pytest.mark.parametrize("other", ["Cyrus,Fox", "CY,Fuchs", "Fox,Cy", "Cý,Orr", "Cy,FOX", "Cyy,Foxx"], ids=str)
def test_rows_of_one_id_with_names_that_are_alike_are_one_person(district: District, other: str) -> None:
    problems = deliver(district, "S1,P1,Cy,Fox,,,,,,,,", f"S1,P1,{other},,,,,,,,")

    assert ("two_people_under_one_id", "P1") not in problems
    assert district.account(student_id="P1")["first_name"] == "Cy"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dee,O'Neil", "Dee,O’Neil"),
        ("Dee,Fox-Orr", "Dee,Fox Orr"),
        ("Dee,Fox‑Orr", "dee,fox  orr"),
        ("Zoë,Fox", unicodedata.normalize("NFD", "Zoë") + ",Fox"),
    ],
)
def test_apostrophes_hyphens_and_accents_make_no_other_name(district: District, one: str, other: str) -> None:
    deliver(district, student("P1", f"{one},,2125550150"))
    before = {str(a["account_id"]) for a in district.active("accounts")}
    deliver(district, student("P1", f"{other},dee@example.org,"))

    assert {str(a["account_id"]) for a in district.active("accounts")} == before


MO = "Mo,Lee,mo@example.org,"


def test_another_person_with_the_email_of_a_guardian_does_not_take_over_the_account_and_its_student(
    district: District,
) -> None:
    deliver(district, student("P1", MO))
    before = district.account(first_name="Mo")
    problems = deliver(district, student("P1", "Mo,Lee,,"), student("P2", "Al,Orr,mo@example.org,"))

    assert district.account(first_name="Mo") == before
    assert families(district) == {"Mo Lee": {"P1"}}
    assert {("guardian_email_taken", "P2"), ("guardian_without_contact", "P2")} <= set(problems)
    assert ("guardian_without_contact", "P1") in problems


def test_an_email_that_another_guardian_gives_too_stays_with_the_account_and_its_students(district: District) -> None:
    deliver(district, student("P2", MO))
    problems = deliver(district, student("P1", "Al,Orr,mo@example.org,2125550150"), student("P2", MO))

    assert families(district) == {"Mo Lee": {"P2"}, "Al Orr": {"P1"}}
    assert district.contacts()["mo@example.org"] == people(district)["Mo Lee"]
    assert ("guardian_email_taken", "P1") in problems


def test_a_new_teacher_with_the_email_of_another_is_told_and_the_other_keeps_it(district: District) -> None:
    deliver(district, student("P1"))
    before = district.account(teacher_id="T2")
    problems = deliver(district, student("P1"), teachers=("S1,T0,Zed,Orr,bob@example.org,", T1, T2))

    assert district.account(teacher_id="T2") == before
    assert [a for a in district.active("accounts") if a["teacher_id"] == "T0"] == []
    assert [record for code, record in problems if code == "email_taken"] == ["T0"]


def test_a_new_guardian_with_the_phone_of_another_is_told_and_the_other_keeps_it(district: District) -> None:
    deliver(district, student("P2", "Mo,Lee,mo@example.org,2125550150"))
    lines = [student("P1", "Al,Orr,al@example.org,2125550150"), student("P2", "Mo,Lee,mo@example.org,2125550150")]
    problems = deliver(district, *lines)

    assert district.contacts()["+12125550150"] == people(district)["Mo Lee"]
    assert [record for code, record in problems if code == "phone_taken"] == ["P1"]


STRANGERS = ("Al,Fox", "Bea,Orr", "Cid,Ray", "Dov,Lum", "Eli,Nye")


@pytest.mark.parametrize("contact", ["office@example.org,", ",2125550199"])
@pytest.mark.parametrize("count", [3, 5])
def test_a_contact_point_of_three_families_or_more_is_nobodys(district: District, contact: str, count: int) -> None:
    lines = [student(f"P{n}", f"{name},{contact}") for n, name in enumerate(STRANGERS[:count])]
    problems = deliver(district, *lines)

    assert families(district) == {}
    assert [code for code, _ in problems].count("placeholder_contact") == 1


ALIKE_IN_PAIRS: Final = ("Mo,Ray", "Mo,Fox", "Al,Fox", "Al,Wen")


@pytest.mark.parametrize("contact", ["none@example.org,", ",2125550199"])
@pytest.mark.parametrize(
    "names",
    [ALIKE_IN_PAIRS, ("Ana,Garcia", "Luis,Garcia", "Eva,Garcia"), ("Chris,Fox", "Christopher,Fox", "Christina,Fox")],
    ids=["in pairs", "by the last name", "by the middle one"],
)
def test_names_that_are_alike_only_in_pairs_make_no_family_of_strangers(
    district: District, names: tuple[str, ...], contact: str
) -> None:
    problems = deliver(district, *(student(f"P{n}", f"{name},{contact}") for n, name in enumerate(names)))

    assert families(district) == {}
    assert [code for code, _ in problems].count("placeholder_contact") == 1


@pytest.mark.parametrize("other", ["Maria,Lopez", "Ana,Garcia"], ids=["one first name", "one last name"])
def test_a_first_or_a_last_name_alone_makes_no_guardian_of_two_families(district: District, other: str) -> None:
    lines = [student("P1", "Maria,Garcia,mg@example.org,"), student("P2", f"{other},mg@example.org,2125550150")]
    planned, _ = shared(district, *lines)

    assert planned.holds == ("shared_contacts",)
    assert families(district) == {other.replace(",", " "): {"P2"}}


def test_a_new_child_of_a_like_name_does_not_join_the_guardian_who_has_the_email(district: District) -> None:
    deliver(district, student("P1", MO))
    before = district.account(first_name="Mo", last_name="Lee")
    others = [student(f"P{n}", f"{name},mo@example.org,") for n, name in enumerate(("Mo,Fox", "Al,Lee", "Al,Wen"), 2)]
    problems = deliver(district, *others, student("P1", MO))

    assert families(district) == {"Mo Lee": {"P1"}}
    assert district.account(first_name="Mo", last_name="Lee") == before
    assert {("guardian_email_taken", f"P{n}") for n in (2, 3, 4)} <= set(problems)


def test_another_family_of_a_like_name_does_not_get_the_account_of_a_guardian_whose_row_was_rejected(
    district: District,
) -> None:
    deliver(district, student("P1", MO))
    deliver(district, f"{student('P1', MO)},x", student("P2", "Mo,Fox,mo@example.org,"))

    assert families(district) == {"Mo Lee": {"P1"}}


def test_a_married_name_at_one_of_two_children_parts_no_family(district: District) -> None:
    deliver(district, student("P1", MO), student("P2", MO))
    before = people(district)["Mo Lee"]
    deliver(district, student("P1", "Mo,Orr,mo@example.org,"), student("P2", MO))

    assert families(district) == {"Mo Lee": {"P1", "P2"}}
    assert people(district)["Mo Lee"] == before
    deliver(district, student("P1", "Mo,Orr,mo@example.org,"), student("P2", "Mo,Orr,mo@example.org,"))
    assert people(district)["Mo Orr"] == before


def test_a_name_and_a_phone_make_no_student_the_guardian_of_another(district: District) -> None:
    son, sister = "S1,P1,John,Lee,,9,,2125550151,,,,", "S1,P2,Ann,Lee,,7,,,John,Lee,,2125550151"
    with district.day(files(students=[son, sister], enrollments=[])) as day:
        day.plan_and_deliver(check=all_hold)
        assert sum(day.plan().actions.values()) == 0

    (tie,) = district.active("guardianships")
    assert district.account(student_id="P1")["roles"] == "student"
    assert tie["guardian_account_id"] == district.contacts()["+12125550151"]
    assert tie["guardian_account_id"] != district.account(student_id="P1")["account_id"]


def test_a_teachers_email_proves_no_two_guardians_of_one_student_to_be_one_person(district: District) -> None:
    tom, roy = "Tom,Fay,bob@example.org,2125550151", "Roy,Orr,bob@example.org,"
    problems = deliver(district, student("P1", tom), student("P1", roy), student("P2", roy))

    assert families(district) == {"Tom Fay": {"P1"}}
    assert ("guardian_without_contact", "P2") in problems


def test_a_teacher_who_loses_an_email_to_another_teacher_proves_no_two_guardians_to_be_one_person(
    district: District,
) -> None:
    vic, quin = "Vic,Fay,bob@example.org,2125550151", "Quin,Fay,bob@example.org,2125550153"
    former = "S2,T2,Quin,Fay,bob@example.org,2125550154"
    deliver(district, student("P1", vic), student("P1", "Quin,Fay,bob@example.org,"), teachers=(T1, former))
    classes = ["S1,C1,T1,Algebra", "S2,C2,T3,Biology"]
    following = "S2,T3,Ann,Fay,bob@example.org,"
    deliver(district, student("P1", vic), student("P1", quin), teachers=(T1, following), classes=classes)

    assert families(district) == {"Vic Fay": {"P1"}, "Quin Fay": {"P1"}}


AL, BEA = "Al,Fox,office@example.org,", "Bea,Orr,office@example.org,2125550150"


def shared(district: District, *students: str) -> tuple[Planned, list[tuple[str, str]]]:
    """Deliver a drop in which two families share a contact point. The same plan again changes nothing."""
    with district.day(files(students=list(students), enrollments=[])) as day:
        planned = day.plan_and_deliver(check=all_hold)
        assert contradictions(district) == []
        assert sum(day.plan().actions.values()) == 0
        return planned, day.problems()


def test_an_email_of_two_families_is_nobodys_until_a_person_has_looked(district: District) -> None:
    lines = [student("P1", AL), student("P2", BEA)]
    with district.day(files(students=lines, enrollments=[])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("shared_contacts",)
        assert day.one("planned.holds", "kind = 'shared_contacts'")["records"] == 1
        assert ("guardian_email_taken", "P2") in day.problems()
        assert families(district) == {"Bea Orr": {"P2"}}
        assert "office@example.org" not in district.contacts()
        assert sum(day.plan_and_deliver().actions.values()) == 0
        assert day.plan_and_deliver({str(held.hold_hash): ["shared_contacts"]}).holds == ()
    assert families(district) == {"Al Fox": {"P1"}, "Bea Orr": {"P2"}}
    assert district.contacts()["office@example.org"] == people(district)["Al Fox"]
    assert shared(district, *lines, student("P3"))[0].holds == ()


def test_a_guardian_with_another_contact_does_not_wait_for_one_that_two_families_have(district: District) -> None:
    planned, _ = shared(
        district, student("P1", "Al,Fox,al@example.org,2125550199"), student("P2", "Bea,Orr,,2125550199")
    )

    assert planned.holds == ("shared_contacts",)
    assert families(district) == {"Al Fox": {"P1"}}
    account = district.account(first_name="Al")
    assert (account["email"], account["phone"]) == ("al@example.org", None)


def test_a_family_keeps_the_email_that_another_one_writes_too_and_nothing_of_hers_waits(district: District) -> None:
    deliver(district, student("P1", AL))
    before = people(district)["Al Fox"]
    planned, problems = shared(district, student("P1", AL), student("P2", BEA))

    assert planned.holds == ()
    assert families(district) == {"Al Fox": {"P1"}, "Bea Orr": {"P2"}}
    assert (people(district)["Al Fox"], district.contacts()["office@example.org"]) == (before, before)
    assert ("guardian_email_taken", "P2") in problems


def test_a_guardian_who_writes_the_email_of_another_family_keeps_the_own_one_and_is_told(district: District) -> None:
    bea = "Bea,Orr,bea@example.org,2125550150"
    deliver(district, student("P1", AL), student("P2", bea))
    before = people(district)
    planned, problems = shared(district, student("P1", AL), student("P2", BEA))

    assert planned.holds == ()
    assert ("guardian_email_taken", "P2") in problems
    assert (people(district), district.contacts()["bea@example.org"]) == (before, before["Bea Orr"])
    assert district.account(first_name="Bea")["email"] == "bea@example.org"


def test_known_guardians_of_two_families_keep_all_they_have_beside_a_new_shared_phone(district: District) -> None:
    deliver(district, student("P1", "Al,Fox,al@example.org,"), student("P2", "Bea,Orr,bea@example.org,"))
    before = (people(district), families(district), district.contacts())
    lines = [student("P1", "Al,Fox,al@example.org,2125550199"), student("P2", "Bea,Orr,bea@example.org,2125550199")]
    planned, _ = shared(district, *lines)

    assert planned.holds == ("shared_contacts",)
    assert (people(district), families(district), district.contacts()) == before


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [
                student(f"P{n}", f"{name},office@example.org,")
                for n, name in enumerate(("Deb,Fox", "Debra,Fox", "Deb,Fox-Orr"))
            ],
            id="spellings of one name",
        ),
        pytest.param(
            [
                student("P1", "Al,Fox,fox@example.org,"),
                student("P1", "Bea,Orr,fox@example.org,"),
                student("P2", "Bea,Orr,fox@example.org,"),
                student("P2", "Cid,Ray,fox@example.org,"),
            ],
            id="students in common",
        ),
    ],
)
def test_a_family_with_several_names_keeps_the_email_that_it_shares(district: District, lines: list[str]) -> None:
    problems = deliver(district, *lines)

    assert "office@example.org" in district.contacts() or "fox@example.org" in district.contacts()
    assert "placeholder_contact" not in dict(problems)


def test_a_delivered_name_stays_while_a_row_of_the_guardian_has_it(district: District) -> None:
    deliver(district, student("P1", MO), student("P2", MO))
    before = people(district)
    lines = [student("P1", "Mo,Ray,mo@example.org,"), student("P1", "Mo,Lee,new@example.org,"), student("P2", MO)]
    deliver(district, *lines)

    assert people(district) == before
    deliver(district, student("P1", "Mo,Ray,mo@example.org,"), student("P2", "Mo,Ray,mo@example.org,"))
    assert people(district)["Mo Ray"] == before["Mo Lee"]


def test_a_father_with_the_name_and_phone_of_his_son_is_the_guardian_of_his_son(district: District) -> None:
    with district.day(files(students=["S1,P1,John,Lee,,,,2125550150,John,Lee,,2125550150"], enrollments=[])) as day:
        day.plan_and_deliver(check=all_hold)
        assert sum(day.plan().actions.values()) == 0

    (tie,) = district.active("guardianships")
    assert tie["guardian_account_id"] == district.contacts()["+12125550150"] != tie["student_account_id"]


def test_a_guardian_with_a_phone_alone_keeps_the_account_when_the_name_is_respelled(district: District) -> None:
    deliver(district, student("P1", "Dee,Fox,,2125550150"))
    before = district.contacts()["+12125550150"]
    deliver(district, student("P1", "Dea,Fox,,2125550150"))

    assert district.contacts()["+12125550150"] == before == people(district)["Dea Fox"]


def test_a_renumbered_teacher_and_student_keep_their_accounts(district: District) -> None:
    child = "S1,P1,Cy,Fox,,,cy@example.org,,Dee,Fox,dee@example.org,"
    deliver(district, child)
    before = people(district)
    renumbered = "S1,T91,Ann,Lee,ann@example.org,2125550142"
    deliver(district, child.replace("P1", "P91"), teachers=(renumbered, T2), classes=["S1,C1,T91,Algebra"])

    assert people(district) == before
    assert district.account(teacher_id="T91")["account_id"] == before["Ann Lee"]


def test_a_student_who_becomes_a_teacher_with_the_same_id_name_and_email_keeps_the_account(district: District) -> None:
    """Until a person approves the change, the row may stand in the wrong file."""
    deliver(district, "S1,X1,Al,Orr,,,al@example.org,,,,,", student("P1"))
    before = people(district)["Al Orr"]
    with district.day(files(teachers=[T1, T2, "S1,X1,Al,Orr,al@example.org,"], students=[student("P1")])) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("reused_ids",)
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]})

    assert (people(district)["Al Orr"], district.account(teacher_id="X1")["roles"]) == (before, "teacher")


def test_a_teacher_and_parent_who_leaves_as_teacher_and_returns_with_another_email_keeps_the_account(
    district: District,
) -> None:
    family = student("P1", "Dee,Fox,dee@example.org,")
    deliver(district, family, teachers=("S1,T7,Dee,Fox,dee@example.org,", T1, T2))
    before = people(district)["Dee Fox"]
    deliver(district, family)
    account = district.account(first_name="Dee")
    assert (account["account_id"], account["roles"], account["teacher_id"]) == (before, "guardian", None)
    deliver(district, family, teachers=("S1,T7,Dee,Fox,new@example.org,", T1, T2))

    assert people(district)["Dee Fox"] == before == district.account(teacher_id="T7")["account_id"]


def test_a_teacher_and_parent_who_returns_as_teacher_with_another_surname_keeps_the_account_and_the_child(
    district: District,
) -> None:
    family = student("P1", "Dee,Fox,dee@example.org,")
    deliver(district, family, teachers=("S1,T7,Dee,Fox,dee@example.org,", T1, T2))
    before = people(district)["Dee Fox"]
    deliver(district, family)
    deliver(district, family, teachers=("S1,T7,Dee,Orr,dee@example.org,", T1, T2))

    account = district.account(teacher_id="T7")
    assert (account["account_id"], account["roles"], account["last_name"]) == (before, "teacher+guardian", "Orr")
    assert families(district) == {"Dee Orr": {"P1"}}


@pytest.mark.parametrize("other", ["Al,Orr", "Dee,Orr", "Al,Fox"], ids=["no name", "first name", "last name"])
def test_another_teacher_who_gets_the_id_of_a_former_one_does_not_get_the_account(
    district: District, other: str
) -> None:
    family = student("P1", "Dee,Fox,dee@example.org,")
    deliver(district, family, teachers=("S1,T7,Dee,Fox,dee@example.org,", T1, T2))
    before = people(district)["Dee Fox"]
    deliver(district, family)
    deliver(district, family, teachers=(f"S1,T7,{other},al@example.org,", T1, T2))

    assert district.account(teacher_id="T7")["account_id"] != before
    assert people(district)["Dee Fox"] == before


def test_one_teacher_with_one_name_and_email_under_two_ids_is_one_teacher(district: District) -> None:
    other = "S1,T0,ANN,Lee,ann@example.org,2125550177"
    classes = ["S1,C1,T0,Algebra", "S1,C3,T1,Art"]
    deliver(district, student("P1"))
    before = district.account(teacher_id="T1")["account_id"]
    sent = files(
        teachers=[other, T1, T2], students=[student("P1")], classes=classes, enrollments=["S1,C1,T1", "S1,C3,T0"]
    )
    with district.day(sent) as day:
        day.plan_and_deliver(check=all_hold)
        assert ("teacher_under_two_ids", "T0") in day.problems()
        assert sum(day.plan().actions.values()) == 0

    assert {c["class_id"]: c["owner_account_id"] for c in district.active("classes")} == {"C1": before, "C3": before}
    assert len([a for a in district.active("accounts") if a["last_name"] == "Lee"]) == 1
    assert district.contacts()["+12125550177"] == before


def test_a_co_teacher_owns_a_class_whose_teacher_is_gone_from_teachers_csv(district: District) -> None:
    classes, enrollments = ["S1,C1,T1,Algebra"], ["S1,C1,P1", "S1,C1,T3"]
    co_teacher = "S1,T3,Cem,Tan,cem@example.org,"
    rows = {"students": [student("P1")], "classes": classes, "enrollments": enrollments}
    district.deliver(files(teachers=[T1, T2, co_teacher], **rows))
    with district.day(files(teachers=[T2, co_teacher], **rows)) as day:
        day.plan_and_deliver(check=all_hold)
        assert ("class_teacher_gone", "C1") in day.problems()
        assert sum(day.plan().actions.values()) == 0

    (owned,) = district.active("classes")
    assert owned["owner_teacher_id"] == "T3"


@pytest.mark.parametrize(("teacher_id", "named"), [("T10", "T1"), ("T1", "T01")], ids=["renumbered", "misspelled"])
def test_a_co_teacher_gets_no_class_whose_owner_still_is_a_teacher_without_an_approval(
    district: District, teacher_id: str, named: str
) -> None:
    """The teacher has another id now, or classes.csv names an id that nobody has."""
    co_teacher, teacher = "S1,T3,Cem,Tan,cem@example.org,", T1.replace("T1", teacher_id, 1)
    rows = {"students": [student("P1")], "enrollments": ["S1,C1,P1", "S1,C1,T3"]}
    district.deliver(files(teachers=[T1, T2, co_teacher], classes=["S1,C1,T1,Algebra"], **rows))
    before = district.active("class_memberships")
    with district.day(files(teachers=[teacher, T2, co_teacher], classes=[f"S1,C1,{named},Algebra"], **rows)) as day:
        planned = day.plan_and_deliver()
        assert planned.holds == ("reused_ids",)
        assert district.active("class_memberships") == before
        assert sum(day.plan().actions.values()) == 0
        day.plan_and_deliver({str(planned.hold_hash): ["reused_ids"]})
    (owned,) = district.active("classes")
    assert owned["owner_teacher_id"] == "T3"


def test_a_teacher_takes_the_email_of_a_guardian_and_keeps_the_contacts_of_an_own_account(district: District) -> None:
    family = (student("P1", "Ex,Orr,b@example.org,"), student("P1", "Bob,Lee,a@example.org,2125550151"))
    deliver(district, *family)
    before = people(district)["Bob Lee"]
    deliver(district, *family, teachers=(T1, T2, "S1,T3,Bob,Lee,b@example.org,2125550151"))

    account = district.account(teacher_id="T3")
    of_account = {value for value, account_id in district.contacts().items() if account_id == before}
    assert of_account == {"a@example.org", "b@example.org", "+12125550151"}
    assert (account["account_id"], account["email"], account["phone"]) == (before, "b@example.org", "+12125550151")


CO_TAUGHT: Final = ["S1,C1,P1", "S1,C1,T3", "S2,C2,P2"]
T3: Final = "S1,T3,Cem,Tan,cem@example.org,"


@pytest.mark.parametrize(
    ("co_teacher", "link", "cut"),
    [
        (T3.replace("cem@example.org", ""), {}, False),
        (T3.replace("Cem", ""), {}, False),
        (T3.replace("S1", "S2"), {}, False),
        (T3, {"S1": "waits"}, False),
        (T3, {}, True),
    ],
    ids=["no email", "rejected", "elsewhere", "waiting school", "held change"],
)
def test_a_co_teacher_is_said_to_own_a_class_only_if_the_class_is_theirs_after_the_plan(
    district: District, co_teacher: str, link: dict[str, str], cut: bool
) -> None:
    district.deliver(files(teachers=[T1, T2, T3], enrollments=CO_TAUGHT))
    sent = files(teachers=[T2, co_teacher], enrollments=CO_TAUGHT)
    if cut:
        sent["teachers.csv"] = sent["teachers.csv"].rstrip("\n")
    with district.day(sent, link) as day:
        for _ in range(2):
            day.plan_and_deliver()
            told = {code for code, record in day.problems() if record == "C1"}
            assert "class_teacher_not_listed" in told
            assert "class_teacher_gone" not in told
    assert {c["class_id"]: c["owner_teacher_id"] for c in district.active("classes")}["C1"] == "T1"
