"""Which account is whose: given at first sight, and kept."""

import uuid
from pathlib import Path

import pytest

from remind_etl_tests.districts import ROOMY, Day, District, files, new_district
from remind_etl_tests.warehouses import DISTRICT

NAMESPACE = uuid.UUID("f3a1c6d2b95e4c0f8a7d1e2b6c9f5d04")

BOB = "S1,P1,Bob,Ray,,,e2@example.org,2125550103"
"""A student, up to the guardian."""


def _uuid(role: str, record: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{DISTRICT}:{role}:{record}"))


def _student(record: str, *guardians: str) -> list[str]:
    """The rows of a student with these guardians."""
    return [f"S1,{record},Kid,{record},,,,,{guardian}" for guardian in guardians or (",,,",)]


def _guardians(day: Day) -> dict[str, str]:
    """The accounts of guardians by first name."""
    day.provision()
    found = day.rows("provisioned.accounts", "first_name", "account_id", "roles")
    return {first: account for first, account, roles in found if "guardian" in roles}


def _delivered(district: District, *rows: list[str]) -> dict[str | None, str | None]:
    """Deliver students; the accounts of guardians by first name."""
    district.deliver(files(students=[line for lines in rows for line in lines]))
    return {a["first_name"]: a["account_id"] for a in district.active("accounts") if "guardian" in str(a["roles"])}


@pytest.mark.parametrize("record", ["T1", "  T-é/ü:1 ", "0007", "😀", "x" * 900])
def test_an_id_is_the_name_based_uuid_of_district_role_and_id(district: District, record: str) -> None:
    sent = files(
        teachers=[f"S1,{record},Ann,Lee,ann@example.org,"], students=_student("P1", f"Dee,Fox,{'d'}@example.org,")
    )
    with district.day(sent) as day:
        day.provision()

        accounts = day.rows("provisioned.accounts", "roles", "account_id")
        assert accounts == sorted(
            [
                ("guardian", _uuid("guardian", "d@example.org")),
                ("student", _uuid("student", "P1")),
                ("teacher", _uuid("teacher", record.strip())),
            ]
        )
        assert {uuid.UUID(account).version for _, account in accounts} == {5}


def test_a_guardian_without_email_is_known_by_phone_and_name(district: District) -> None:
    with district.day(files(students=_student("P1", "Dee,Fox,,2125550150"))) as day:
        assert _guardians(day) == {"Dee": _uuid("guardian", "+12125550150 dee fox")}


def test_teachers_and_students_keep_their_account_whatever_changes_of_them(district: District) -> None:
    district.deliver(files())

    def accounts() -> dict[tuple[str | None, str | None], str | None]:
        known = {(a["teacher_id"], a["student_id"]): a["account_id"] for a in district.active("accounts")}
        return {ids: account for ids, account in known.items() if any(ids)}

    before = accounts()
    district.deliver(
        files(
            teachers=["S1,T1,Anna,Li,new@example.org,", "S2,T2,Bob,Ray,bob@example.org,"],
            students=["S2,P1,Cyrus,Fox,,,other@example.org,,,,,", "S2,P2,Eve,Orr,,,,,,,,"],
        )
    )

    assert (accounts(), len(before)) == (before, 4)


@pytest.mark.parametrize(
    "changed", ["Dee,Fox,new@example.org,", "dee,FOX,,2125550199", "Dee,Fox,new@example.org,2125550199"]
)
def test_a_guardian_whose_contact_changed_is_recognised_by_student_and_name(district: District, changed: str) -> None:
    before = _delivered(district, _student("P1", "Dee,Fox,dee@example.org,2125550150"))
    after = _delivered(district, _student("P1", changed))

    assert list(after.values()) == list(before.values())
    assert "dee@example.org" not in district.contacts()


def test_a_guardian_who_changed_the_name_is_recognised_by_email(district: District) -> None:
    before = _delivered(district, _student("P1", "Dee,Fox,dee@example.org,"))
    after = _delivered(district, _student("P1", "Dee,Fox-Orr,dee@example.org,"))

    assert after == before


@pytest.mark.parametrize("family", range(6))
def test_who_has_the_email_of_one_guardian_and_the_phone_of_another_is_the_one_of_the_email(
    district: District, family: int
) -> None:
    def student(*guardians: str) -> list[str]:
        return [f"S1,P{family},Cy,Fox,,7,,,{guardian}" for guardian in guardians]

    mother, phone = f"mo{family}@example.org", f"212555014{family}"
    district.deliver(files(students=student(f"Mo,Fox,{mother},", f"Fa,Fox,fa{family}@example.org,{phone}")))
    before = district.contacts()[mother]

    district.deliver(files(students=student(f"Mo,Fox,{mother},", f"Fa,Fox,{mother},{phone}")))

    assert district.contacts()[mother] == before


@pytest.mark.parametrize("name", ["Dee,Fox", ","])
def test_a_guardian_with_another_student_is_recognised_by_phone_and_name(district: District, name: str) -> None:
    before = _delivered(district, _student("P1", f"{name},,2125550150"))
    after = _delivered(district, _student("P1"), _student("P2", f"{name},dee@example.org,2125550150"))

    assert after == before


def test_another_person_with_the_phone_of_a_guardian_gets_an_account_of_their_own(district: District) -> None:
    before = _delivered(district, _student("P1", "Dee,Fox,,2125550150"))
    after = _delivered(district, _student("P1"), _student("P2", "Ned,Orr,,2125550150"))

    assert after["Ned"] != before["Dee"]
    assert district.contacts()["+12125550150"] == after["Ned"]


def test_a_guardian_of_several_students_keeps_the_account_while_rows_change_one_by_one(district: District) -> None:
    old, new = "Dee,Fox,m@example.org,", "Dee,Fox,a@example.org,"
    before = _delivered(district, _student("P1", old), _student("P2", old), _student("P3", old))

    for guardians in ((new, old, old), (new, new, old), (new, new, new)):
        assert _delivered(district, *(_student(f"P{n}", g) for n, g in enumerate(guardians, 1))) == before
        assert {account for v, account in district.contacts().items() if "@" in v and v[0] in "am"} >= set(
            before.values()
        )
    assert "m@example.org" not in district.contacts()


def test_one_guardian_on_two_rows_of_a_student_is_one_person_with_both_contact_points(district: District) -> None:
    before = _delivered(district, _student("P1", "Dee,Fox,m@example.org,"))
    after = _delivered(district, _student("P1", "Dee,Fox,a@example.org,", "Dee,Fox,m@example.org,", "Dee,Fox,,"))

    assert after == before
    assert {district.contacts()[f"{name}@example.org"] for name in "am"} == set(before.values())
    assert len(district.active("guardianships")) == 1


@pytest.mark.parametrize("changed", ["0@example.org", "z@example.org"])
@pytest.mark.parametrize("whose", [0, 1])
def test_one_guardian_with_two_emails_keeps_the_account_while_one_of_them_changes(
    district: District, whose: int, changed: str
) -> None:
    sent = ["d@example.org", "m@example.org"]
    district.deliver(files(students=_student("P1", *(f"John,Lee,{email}," for email in sent))))
    before = {district.contacts()[email] for email in sent}
    sent[whose] = changed
    district.deliver(files(students=_student("P1", *(f"John,Lee,{email}," for email in sent))))

    assert {district.contacts()[email] for email in sent} == before
    assert len(before) == 1


def test_a_shared_phone_stays_with_its_guardian_when_their_email_changes(district: District) -> None:
    def student(email: str) -> list[str]:
        return _student("P1", f"Mo,Fox,{email},2125550150", "Fa,Fox,fa@example.org,2125550150")

    district.deliver(files(students=student("a@example.org")))
    before = district.contacts()["+12125550150"]
    for email in ("z@example.org", "z@example.org", "y@example.org"):
        district.deliver(files(students=student(email)))
        assert district.contacts()["+12125550150"] == district.contacts()[email] == before


def test_an_email_that_its_guardian_gave_up_does_not_lead_to_the_account(district: District) -> None:
    before = _delivered(district, _student("P1", "Dee,Fox,dee@example.org,"))
    _delivered(district, _student("P1", "Dee,Fox,new@example.org,"))
    after = _delivered(district, _student("P1"), _student("P2", "Ned,Orr,dee@example.org,"))

    assert after["Ned"] != before["Dee"]
    assert after["Ned"] == str(uuid.uuid5(NAMESPACE, f"{DISTRICT}:guardian#2:dee@example.org"))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(
            files(students=_student("P0", "Cy,Ray,,2125550101")),
            files(students=[*_student("P0", "Cy,Ray,,"), *_student("P1", ",,,2125550101")]),
            id="without a name",
        ),
        pytest.param(
            files(students=[f"{BOB},Bob,Ray,e2@example.org,"]),
            files(
                teachers=["S2,T0,Cy,Ray,e0@example.org,2125550100", "S2,T2,Bob,Ray,e0@example.org,"],
                students=[
                    *_student("P0", "Cy,Ray,e1@example.org,2125550101"),
                    f"{BOB},Bob,Ray,e1@example.org,",
                    f"{BOB},Cy,Ray,e2@example.org,2125550103",
                ],
            ),
            id="with the name of another",
        ),
    ],
)
def test_who_waits_for_a_contact_point_that_another_account_keeps_has_the_account_that_was_made_for_them(
    district: District, first: dict[str, str], then: dict[str, str]
) -> None:
    district.deliver(first)
    district.deliver(then)
    assert [sum(district.deliver(then).actions.values()) for _ in range(2)] == [0, 0]


def test_who_comes_back_gets_the_account_back(district: District) -> None:
    district.deliver(files())
    before = {kind: district.active(kind) for kind in ("accounts", "contact_points", "guardianships", "school_members")}
    gone = files(
        teachers=["S2,T2,Bob,Ray,bob@example.org,"],
        students=["S2,P2,Eve,Orr,,K,,,,,,"],
        classes=["S2,C2,T2,Biology"],
        enrollments=["S2,C2,P2"],
    )
    district.deliver(gone)
    assert len(district.active("accounts")) == 2

    planned = district.deliver(files())

    assert {kind: district.active(kind) for kind in before} == before
    assert (planned.actions["create"], planned.actions["remove"]) == (0, 0)
    assert planned.actions["revive"] > 0


def test_a_guardian_who_becomes_a_teacher_keeps_the_account(district: District) -> None:
    before = _delivered(district, _student("P1", "Dee,Fox,dee@example.org,"))
    district.deliver(
        files(teachers=["S1,T7,Dee,Fox,dee@example.org,"], students=_student("P1", "Dee,Fox,dee@example.org,"))
    )

    account = district.account(teacher_id="T7")
    assert (account["account_id"], account["roles"]) == (before["Dee"], "teacher+guardian")


def test_a_teacher_who_is_only_a_guardian_from_now_on_keeps_the_account(district: District) -> None:
    district.deliver(files(teachers=["S1,T7,Dee,Fox,dee@example.org,"], students=_student("P1")))
    before = district.account(teacher_id="T7")["account_id"]
    after = _delivered(district, _student("P1", "Dee,Fox,dee@example.org,"))

    assert after == {"Dee": before}


def test_a_teacher_whose_email_as_a_guardian_changes_stays_one_person(district: District) -> None:
    sent = files(teachers=["S1,T7,Dee,Fox,dee@example.org,"], students=_student("P1", "Dee,Fox,dee@example.org,"))
    district.deliver(sent)
    before = district.account(teacher_id="T7")["account_id"]
    split = _student("P1", "Dee,Fox,home@example.org,")
    district.deliver(files(teachers=["S1,T7,Dee,Fox,dee@example.org,"], students=split))

    assert district.account(teacher_id="T7")["account_id"] == before
    assert district.contacts()["home@example.org"] == before


def test_an_unrelated_family_changes_nobodys_account(district: District) -> None:
    family = _student("P1", "Dee,Fox,dee@example.org,2125550150", "Dan,Fox,,2125550143")
    other = _student("A1", "Una,Orr,a@example.org,2125550144", "Uwe,Orr,,2125550145")
    with district.day(files(students=family)) as day:
        alone = _guardians(day)
    with district.day(files(students=other + family)) as day:
        assert alone.items() <= _guardians(day).items()


def test_a_teacher_with_a_new_id_keeps_the_account_before_a_guardian_with_the_same_phone(tmp_path: Path) -> None:
    district = new_district(tmp_path)
    bob, ann = "S2,T2,Bob,Ray,bob@example.org,", "S1,{},Ann,Lee,ann@example.org,"
    child = "S1,P1,Kid,Fox,,7,,,Ann,{},ann@example.org,2125550151"
    other = "S2,P2,Eve,Orr,,,,,,,,"
    district.deliver(files(teachers=[ann.format("T1"), bob], students=[child.format("Lee"), other]))
    known = district.account(teacher_id="T1")["account_id"]
    classes = ["S1,C1,T9,Algebra", "S2,C2,T2,Biology"]
    sent = files(teachers=[ann.format("T9"), bob], students=[child.format("Quill"), other], classes=classes)
    with district.day(sent) as day:
        day.plan_and_deliver(limits=ROOMY)
        assert sum(day.plan(limits=ROOMY).actions.values()) == 0
    assert district.account(teacher_id="T9")["account_id"] == known
