"""Who gets a contact point that several claim, and who is one person in two roles."""

import pytest

from remind_etl_tests.districts import Day, District, broken, files


def _teacher(record: str, first: str, email: str, phone: str = "") -> str:
    return f"S1,{record},{first},Lee,{email},{phone}"


def _student(record: str, guardian: str = ",,,", first: str = "Kid", email: str = "", phone: str = "") -> str:
    return f"S1,{record},{first},Lee,,,{email},{phone},{guardian}"


def _owners(day: Day) -> dict[str, str]:
    """The first name of who has each contact point; checks what always holds."""
    day.provision()
    assert broken(day.db) == []
    names: dict[str, str] = dict(day.rows("provisioned.accounts", "account_id", "first_name"))
    return {value: names[account] for account, value in day.rows("provisioned.contact_points", "account_id", "value")}


def _roles(day: Day) -> dict[str, str]:
    return dict(day.rows("provisioned.accounts", "first_name", "roles"))


def test_a_teacher_comes_before_a_guardian_and_a_guardian_before_a_student(district: District) -> None:
    sent = files(
        teachers=[_teacher("T9", "Ann", "ann@example.org", "2125550142")],
        students=[
            _student("P1", "Gil,Fox,ann@example.org,2125550142"),
            _student("P2", "Gus,Fox,gus@example.org,2125550143"),
            _student("P3", first="Kim", email="gus@example.org", phone="2125550143"),
        ],
    )
    with district.day(sent) as day:
        assert _owners(day) == {
            "ann@example.org": "Ann",
            "+12125550142": "Ann",
            "gus@example.org": "Gus",
            "+12125550143": "Gus",
        }
        assert sorted(p for p in day.problems() if "taken" in p[0] or "guardian_" in p[0]) == [
            ("guardian_email_taken", "P1"),
            ("guardian_without_contact", "P1"),
            ("phone_taken", "P1"),
            ("phone_taken", "P3"),
            ("student_email_taken", "P3"),
        ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_within_a_role_the_first_id_in_byte_order_has_it_whatever_the_order_of_rows(
    district: District, order: tuple[int, ...]
) -> None:
    lines = [
        _student("P10", first="Ten", phone="2125550142"),
        _student("P9", first="Nine", phone="2125550142"),
        _student("a1", first="Low", phone="2125550142"),
    ]
    with district.day(files(teachers=["S2,T2,Bob,Ray,bob@example.org,"], students=[lines[i] for i in order])) as day:
        assert _owners(day)["+12125550142"] == "Ten"


def test_of_teachers_with_one_email_the_first_is_created_and_the_others_are_not(district: District) -> None:
    teachers = [_teacher("T2", "Bob", "x@example.org", "2125550142"), _teacher("T1", "Ann", "X@example.org")]
    with district.day(files(teachers=teachers)) as day:
        assert _owners(day)["x@example.org"] == "Ann"
        assert "Bob" not in _roles(day)
        assert ("email_taken", "T2") in day.problems()


def test_a_teacher_with_a_new_id_keeps_the_email_before_others_with_the_same_last_name(district: District) -> None:
    district.deliver(files(teachers=[_teacher("T9", "Bob", "x@example.org"), _teacher("T2", "Ida", "ida@example.org")]))
    known = district.account(teacher_id="T9")["account_id"]
    teachers = [_teacher("T3", "Sue", "x@example.org"), _teacher("T4", "Bob", "x@example.org")]
    with district.day(files(teachers=[*teachers, _teacher("T2", "Ida", "ida@example.org")])) as day:
        day.plan_and_deliver()
        assert ("email_taken", "T3") in day.problems()
    assert district.account(teacher_id="T4")["account_id"] == known


def test_a_teacher_who_is_not_created_claims_nothing(district: District) -> None:
    teachers = [_teacher("T2", "Bob", "x@example.org", "2125550142"), _teacher("T1", "Ann", "x@example.org")]
    students = [_student("P1", "Gil,Fox,,2125550142"), _student("P2", first="Bob", phone="2125550142")]
    with district.day(files(teachers=teachers, students=students)) as day:
        assert _owners(day)["+12125550142"] == "Gil"
        assert "Bob" in _roles(day)  # the student of that name, by themselves
        assert _roles(day)["Bob"] == "student"


def test_a_teacher_without_a_valid_email_is_not_created(district: District) -> None:
    with district.day(files(teachers=[_teacher("T1", "Ann", "ann@nowhere", "2125550142")])) as day:
        assert "Ann" not in _owners(day).values()
        assert ("teacher_without_email", "T1") in day.problems()


def test_a_teacher_loses_a_phone_and_keeps_the_account(district: District) -> None:
    teachers = [
        _teacher("T1", "Ann", "a@example.org", "2125550142"),
        _teacher("T2", "Bob", "b@example.org", "2125550142"),
    ]
    with district.day(files(teachers=teachers)) as day:
        assert _owners(day)["+12125550142"] == "Ann"
        assert _roles(day)["Bob"] == "teacher"
        assert ("phone_taken", "T2") in day.problems()


@pytest.mark.parametrize("contact", ["ann@example.org,", ",212-555-0142"])
def test_the_teacher_whose_child_is_a_student_has_one_account_with_both_roles(district: District, contact: str) -> None:
    sent = files(
        teachers=[_teacher("T1", "Ánn", "ann@example.org", "2125550142")],
        students=[_student("P1", f"ANN,lee,{contact}")],
    )
    with district.day(sent) as day:
        _owners(day)
        account = day.one("provisioned.accounts", "teacher_id = 'T1'")

        assert (account["roles"], account["first_name"]) == ("teacher+guardian", "Ánn")
        assert [g[:1] for g in day.rows("provisioned.guardianships")] == [(account["account_id"],)]
        assert not [code for code, record in day.problems() if record in ("T1", "P1")]


def test_a_guardian_brings_further_contact_points_to_the_one_account(district: District) -> None:
    sent = files(
        teachers=[_teacher("T1", "Ann", "ann@example.org", "2125550142")],
        students=[_student("P1", "Ann,Lee,home@example.org,2125550142")],
    )
    with district.day(sent) as day:
        assert _owners(day)["home@example.org"] == "Ann"
        assert day.one("provisioned.accounts", "teacher_id = 'T1'")["email"] == "ann@example.org"


def test_what_a_teacher_claims_as_a_guardian_does_not_take_it_from_another_teacher(district: District) -> None:
    sent = files(
        teachers=[_teacher("T1", "Ann", "ann@example.org", "2125550142"), _teacher("T2", "Bob", "bob@example.org")],
        students=[_student("P1", "Ann,Lee,bob@example.org,2125550142")],
    )
    with district.day(sent) as day:
        assert _owners(day)["bob@example.org"] == "Bob"


def test_roles_are_joined_as_teacher_guardian_student(district: District) -> None:
    sent = files(
        teachers=[_teacher("T1", "Sam", "sam@example.org")],
        students=[_student("P1", "Sam,Lee,sam@example.org,"), _student("P2", first="Sam", email="sam@example.org")],
    )
    with district.day(sent) as day:
        _owners(day)
        assert _roles(day)["Sam"] == "teacher+guardian+student"


def test_an_account_is_at_most_one_student(district: District) -> None:
    sent = files(
        students=[
            _student("P3", "Sam,Lee,sam@example.org,"),
            _student("P2", first="Sam", email="sam@example.org"),
            _student("P1", first="Sam", email="sam@example.org"),
        ]
    )
    with district.day(sent) as day:
        _owners(day)
        roles: dict[str, str] = dict(day.rows("provisioned.accounts", "student_id", "roles"))

    assert (roles["P1"], roles["P2"]) == ("guardian+student", "student")


def test_a_student_is_not_one_with_a_guardian_who_cannot_have_an_account(district: District) -> None:
    sent = files(
        teachers=[_teacher("T1", "Ann", "ann@example.org", "2125550142")],
        students=[_student("P1", "Sam,Lee,,2125550142"), _student("P2", first="Sam", phone="2125550142")],
    )
    with district.day(sent) as day:
        assert _owners(day)["+12125550142"] == "Ann"
        assert _roles(day)["Sam"] == "student"
        assert ("guardian_without_contact", "P1") in day.problems()


def test_a_student_and_the_guardian_of_the_students_own_row_are_never_one_person(district: District) -> None:
    with district.day(
        files(students=[_student("P1", "Sam,Lee,sam@example.org,", first="Sam", email="sam@example.org")])
    ) as day:
        _owners(day)
        roles = [row for row in day.rows("provisioned.accounts", "first_name", "roles", "email") if row[0] == "Sam"]
        assert roles == [("Sam", "guardian", "sam@example.org"), ("Sam", "student", None)]
        assert len(day.rows("provisioned.guardianships")) == 1
        assert ("student_email_taken", "P1") in day.problems()


def test_people_without_a_name_are_never_taken_for_one(district: District) -> None:
    sent = files(
        students=[
            "S1,P1,Kid,Lee,,,,,,,x@example.org,2125550143",
            "S1,P2,Kim,Lee,,,,,,,y@example.org,2125550143",
        ]
    )
    with district.day(sent) as day:
        day.provision()
        assert broken(day.db) == []
        guardians = [row for row in day.rows("provisioned.accounts", "email", "phone", "roles") if row[2] == "guardian"]
    assert guardians == [("x@example.org", "+12125550143", "guardian"), ("y@example.org", None, "guardian")]


def test_removing_the_row_of_a_loser_leaves_the_winner_as_it_was(district: District) -> None:
    teachers = [_teacher("T1", "Ann", "a@example.org", "2125550142")]
    loser = _teacher("T2", "Bob", "b@example.org", "2125550142")
    with district.day(files(teachers=[*teachers, loser])) as day:
        day.provision()
        before = day.one("provisioned.accounts", "teacher_id = 'T1'")
    with district.day(files(teachers=teachers)) as day:
        day.provision()
        assert day.one("provisioned.accounts", "teacher_id = 'T1'") == before


def test_a_lost_claim_names_the_record_that_won(district: District) -> None:
    sent = files(
        teachers=[_teacher("T1", "Ann", "ann@example.org", "2125550142"), _teacher("T2", "Bob", "ann@example.org")],
        students=[
            _student("P2", "Gus,Fox,gus@example.org,2125550142"),
            _student("P1", "Gus,Fox,gus@example.org,"),
            _student("P3", first="Kim", email="gus@example.org"),
            _student("P4", first="Lou", email="kim@example.org"),
            _student("P5", first="Max", email="kim@example.org"),
        ],
    )
    with district.day(sent) as day:
        _owners(day)
        told = day.rows("valid.problems", "code", "record_id", "message")
    assert [problem for problem in told if "taken" in problem[0]] == [
        (
            "email_taken",
            "T2",
            "The teacher's email is also that of teacher T1. No new account is created, and an existing account keeps its "
            "email.",
        ),
        ("phone_taken", "P2", "The phone is also that of teacher T1, so it is not used for this person."),
        (
            "student_email_taken",
            "P3",
            "The email is also that of a guardian of student P1, so it is not used for this student.",
        ),
        ("student_email_taken", "P5", "The email is also that of student P4, so it is not used for this student."),
    ]


def test_spouses_who_share_an_email_are_one_account_with_both_phones(district: District) -> None:
    lines = [_student("P1", "Dee,Fox,fox@example.org,2125550150"), _student("P1", "Dan,Fox,fox@example.org,2125550151")]
    with district.day(files(students=lines)) as day:
        owners = _owners(day)
        assert {owners[value] for value in ("fox@example.org", "+12125550150", "+12125550151")} == {"Dee"}
        assert ("contact_name_differs", "P1") in day.problems()


def test_in_a_chain_of_shared_contact_points_each_is_of_the_first_who_claims_it(district: District) -> None:
    lines = [
        _student("P1", "Mom,Fox,m@example.org,2125550150"),
        _student("P1", "Dad,Fox,d@example.org,2125550150"),
        _student("P2", "Dad,Fox,d@example.org,2125550151"),
        _student("P2", "Gran,Fox,,2125550151"),
    ]
    with district.day(files(students=lines)) as day:
        owners = _owners(day)
        assert owners["m@example.org"] == "Mom"
        assert (owners["d@example.org"], owners["+12125550150"], owners["+12125550151"]) == ("Dad", "Dad", "Gran")
        assert [record for code, record in day.problems() if code == "phone_taken"] == ["P1", "P2"]
