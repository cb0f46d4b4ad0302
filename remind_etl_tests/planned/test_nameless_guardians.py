"""A blank name clears nothing: a guardian entry without a name means the delivered guardian who has its email or phone."""

import pytest

from remind_etl_tests.districts import District, files

T1 = "S1,T1,Ann,Lee,ann@example.org,2125550142"
MO = "Mo,Lee,mo@example.org,2125550140"
AL = "Al,Lee,al@example.org,"
OTHERS = ["S1,P8,Eve,Kay,,9,,,Lu,Kay,lu@example.org,", "S2,P9,Cem,Tan,,9,,,Jo,Tan,jo@example.org,2125550149"]


def _child(guardian: str, student: str = "P1") -> str:
    return f"S1,{student},Kid,Fox,,9,,,{guardian}"


def _deliver(district: District, *students: str, others: tuple[str, ...] = tuple(OTHERS)) -> None:
    """Deliver the rows, and find that the second plan is empty."""
    with district.day(files(teachers=[T1], students=[*students, *others], classes=[], enrollments=[])) as day:
        day.plan_and_deliver()
        assert sum(day.plan().actions.values()) == 0


def _guardians(district: District) -> dict[str, tuple[str | None, str | None, set[str]]]:
    """The guardians of P1, P2 and P3: their accounts, with first name, email and students."""
    accounts = {account["account_id"]: account for account in district.active("accounts")}
    found: dict[str, tuple[str | None, str | None, set[str]]] = {}
    for tie in district.active("guardianships"):
        if tie["student_id"] in ("P1", "P2", "P3"):
            account = accounts[tie["guardian_account_id"]]
            known = found.setdefault(str(account["account_id"]), (account["first_name"], account["email"], set()))
            known[2].add(str(tie["student_id"]))
    return found


@pytest.mark.parametrize(
    "blanked",
    [
        ",,mo@example.org,2125550140",
        ",,mo@example.org,",
        ",,,2125550140",
        ",Lee,mo@example.org,2125550140",
        "Mo,,,2125550140",
    ],
)
def test_a_blank_name_clears_neither_the_delivered_name_nor_what_is_blank_beside_it(
    district: District, blanked: str
) -> None:
    _deliver(district, _child(MO))
    before, contacts = _guardians(district), district.contacts()
    _deliver(district, _child(blanked))
    assert _guardians(district) == before
    assert district.contacts() == contacts


def test_a_blank_email_beside_the_name_is_removed(district: District) -> None:
    _deliver(district, _child(MO), _child(MO, "P2"))
    _deliver(district, _child("Mo,Lee,,2125550140"), _child(",,,2125550140", "P2"))
    assert [*_guardians(district).values()] == [("Mo", None, {"P1", "P2"})]


def test_an_entry_without_a_name_is_the_guardian_of_the_student_who_has_the_phone(district: District) -> None:
    _deliver(district, _child(MO))
    (mo,) = _guardians(district)
    _deliver(district, _child(",,new@example.org,2125550140"))
    assert _guardians(district) == {mo: ("Mo", "new@example.org", {"P1"})}


def test_a_phone_means_nobody_whom_another_row_of_the_student_names(district: District) -> None:
    """The father may have the same phone as the mother. Her account stays hers."""
    _deliver(district, _child(MO))
    before = _guardians(district)
    for row in (MO, ",,mo@example.org,"):
        _deliver(district, _child(row), _child(",,dad@example.org,2125550140"))
        assert before.items() <= _guardians(district).items()
        assert district.contacts()["dad@example.org"] not in before
        _deliver(district, _child(MO))


def test_of_two_guardians_without_a_name_each_is_known_by_the_email(district: District) -> None:
    _deliver(district, _child(MO), _child(AL))
    before = _guardians(district)
    _deliver(district, _child(",,al@example.org,2125550140"), _child(",,mo@example.org,"))
    assert _guardians(district) == before


def test_a_row_without_a_name_gives_a_stranger_with_the_email_no_account(district: District) -> None:
    _deliver(district, _child(MO))
    before = _guardians(district)
    _deliver(district, _child(",,mo@example.org,"), "S1,P3,Ned,Orr,,9,,,Al,Orr,mo@example.org,2125550188")
    assert before.items() <= _guardians(district).items()


def test_the_phone_of_a_guardian_of_the_student_counts_before_the_email_of_a_strangers(district: District) -> None:
    _deliver(district, _child(MO))
    before = _guardians(district)
    _deliver(district, _child(",,jo@example.org,2125550140"))
    assert _guardians(district) == before


def test_a_row_with_a_new_name_renames_the_guardian_although_another_row_has_no_name(district: District) -> None:
    _deliver(district, _child(MO), _child(MO, "P2"))
    (mo,) = _guardians(district)
    _deliver(district, _child(",,mo@example.org,2125550140"), _child("Mo,Ray,mo@example.org,2125550140", "P2"))
    assert district.account(account_id=mo)["last_name"] == "Ray"
    assert [*_guardians(district)] == [mo]


def test_a_guardian_without_a_name_keeps_the_delivered_one_when_the_student_has_a_new_id(district: District) -> None:
    _deliver(district, _child(MO))
    (mo,) = _guardians(district)
    _deliver(district, _child(",,mo@example.org,2125550140", "P2"))
    assert _guardians(district) == {mo: ("Mo", "mo@example.org", {"P2"})}


@pytest.mark.parametrize("contacts", ["ann@example.org,2125550170", "ann@example.org,"])
def test_a_line_that_was_delivered_without_a_name_means_the_same_guardian_as_then(
    district: District, contacts: str
) -> None:
    """Ann teaches with this email, and is a guardian with another one: the first plan could not take the line for hers."""
    _deliver(district, _child("Ann,Lee,b@example.org,2125550142"), f"S1,P3,Ned,Orr,,9,,,,,{contacts}")
