"""Who is one person, and who is not: each rule beside the law that a plan made after its own delivery is empty."""

import unicodedata

import pytest

from remind_etl_tests.districts import District, broken, files

T1 = "S1,T1,Ann,Lee,ann@example.org,2125550142"
T2 = "S2,T2,Bob,Ray,bob@example.org,"
CLASSES = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology"]


def student(record: str, guardian: str = ",,,", first: str = "Kid", email: str = "", phone: str = "") -> str:
    return f"S1,{record},{first},{record}son,,,{email},{phone},{guardian}"


def deliver(district: District, *students: str, teachers: tuple[str, ...] = (T1, T2)) -> list[tuple[str, str]]:
    """Deliver a drop and return its problems. A plan after that is empty, and holds nothing new."""
    with district.day(files(students=list(students), teachers=list(teachers), enrollments=[])) as day:
        day.walk()
        assert broken(day.db) == []
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
        day.walk()
        told = [p for p in day.rows("valid.problems", "code", "severity", "record_id", "message") if p[2] == "P1"]
        assert sum(day.plan().actions.values()) == 0

    assert told == [
        (
            "two_people_under_one_id",
            "error",
            "P1",
            "student_id is the same for two people, see lines 2 and 4. No row with it is used.",
        )
    ]
    for kind, records in before.items():
        assert [record for record in records if record not in district.active(kind)] == []
    assert "uma@example.org" not in district.contacts()
    assert families(district) == {"Dee Fox": {"P1"}}


def test_two_teachers_under_one_id_are_an_error_and_the_delivered_teacher_stays(district: District) -> None:
    deliver(district, student("P1"))
    before = district.account(teacher_id="T1")
    problems = deliver(district, student("P1"), teachers=("S1,T1,Zoe,Orr,zoe@example.org,", T1, T2))

    assert ("two_people_under_one_id", "T1") in problems
    assert district.account(teacher_id="T1") == before
    assert "zoe@example.org" not in district.contacts()


@pytest.mark.parametrize("other", ["Cyrus,Fox", "CY,Fuchs", "Fox,Cy", "Cý,Orr", "Cy,FOX", "Ci,Foxx"], ids=str)
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
