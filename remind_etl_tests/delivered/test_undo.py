"""An undoing brings back what a delivery took away or changed, once, and nothing that is another's by now."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from remind_etl.delivered.delivery import Receipt, Undo
from remind_etl.delivered.erase import forget_student
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import CHANGES
from remind_etl.delivered.undo import Undoing, plan_undo
from remind_etl.errors import PlanStale, UsageError
from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import PLATFORM, District, contradictions, files, new_district
from remind_etl_tests.examples import examples
from remind_etl_tests.warehouses import DISTRICT

P1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"


def plan(district: District, number: int, removals_only: bool = False, to: int | None = None) -> Undoing:
    with duckdb.connect() as db:
        return plan_undo(db, district.platform.past(DISTRICT, Undo(number, to or number, removals_only)))


def undo(district: District, number: int, removals_only: bool = False, to: int | None = None) -> Receipt:
    return district.platform.apply(DISTRICT, plan(district, number, removals_only, to).plan)


def active(district: District) -> dict[str, list[dict[str, str | None]]]:
    return {kind.name: district.active(kind.name) for kind in KINDS}


def test_what_a_delivery_removed_comes_back_with_its_ids_and_a_receipt_tells_it(
    store: PlatformStore, district: District
) -> None:
    district.platform = store
    district.deliver(files())
    before = active(district)
    left = {"students": [P2], "teachers": ["S2,T2,Bob,Ray,bob@example.org,"], "classes": ["S2,C2,T2,Biology"]}
    district.deliver(files(**left, enrollments=["S2,C2,P2"]))
    assert active(district) != before

    receipt = undo(district, 2)

    assert active(district) == before
    assert (receipt.number, receipt.undoes, store.last_delivery(DISTRICT)) == (3, 2, receipt)
    assert receipt.counts["accounts"] == {"revive": 3}
    assert receipt.plan_hash != store.deliveries(DISTRICT)[1].plan_hash


def test_what_a_delivery_changed_is_as_it_was(district: District) -> None:
    district.deliver(files())
    before = active(district)
    changed = P1.replace(",7,", ",8,").replace("Fox,2012", "Foxx,2012")
    district.deliver(files(students=[changed, P2], classes=["S1,C1,T1,Geometry", "S2,C2,T2,Biology"]))
    assert district.account(student_id="P1")["grade"] == "8"

    undo(district, 2)

    assert active(district) == before


def test_new_people_and_classes_of_a_delivery_stay_and_leave_those_from_before(district: District) -> None:
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    new = "S2,P2,Eve,Orr,,K,,,Fay,Orr,fay@example.org,"
    classes = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C3,T1,Chess"]
    district.deliver(files(students=[P1, new], classes=classes, enrollments=["S1,C1,P1", "S1,C3,P1", "S2,C2,P2"]))

    undo(district, 2)

    child = district.account(student_id="P1")["account_id"]
    (guardianship,) = district.active("guardianships")
    assert guardianship["student_account_id"] == child
    assert "Fay" not in {account["first_name"] for account in district.active("accounts")}
    assert {row["class_id"] for row in district.active("classes")} == {"C1", "C2", "C3"}
    assert {row["class_id"] for row in district.active("class_memberships") if row["account_id"] == child} == {"C3"}
    assert contradictions(district) == []


def test_a_new_guardian_keeps_a_new_child_of_a_later_delivery_that_is_undone_with_it(district: District) -> None:
    district.deliver(files(students=[P1, P2]))
    both = "S2,P2,Eve,Orr,,K,,,Fay,Orr,fay@example.org,"
    district.deliver(files(students=[P1, both]))
    district.deliver(files(students=[P1, both, "S2,P3,Tim,Orr,,2,,,Fay,Orr,fay@example.org,"]))

    undo(district, 2, to=3)

    child = district.account(student_id="P3")["account_id"]
    (guardian,) = [
        g["guardian_account_id"] for g in district.active("guardianships") if g["student_account_id"] == child
    ]
    assert district.account(first_name="Fay")["account_id"] == guardian
    assert guardian not in {
        row["guardian_account_id"] for row in district.active("guardianships") if row["student_account_id"] != child
    }
    assert contradictions(district) == []


def test_an_id_that_another_person_had_meanwhile_keeps_nothing_of_them_after_an_undoing(district: District) -> None:
    district.deliver(files(classes=["S1,C1,T1,Algebra", "S2,C2,T2,Biology"]))
    before = active(district)
    rows = ["S1,P1,Noa,Tate,2015-02-02,3,noa@example.org,,Moe,Tate,moe@example.org,2125550177", P2]
    teachers = ["S1,T1,Ivo,Quade,ivo@example.org,2125550188", "S2,T2,Bob,Ray,bob@example.org,"]
    classes = ["S1,C1,T1,Pottery", "S2,C2,T2,Biology", "S1,C3,T1,Chess"]
    enrollments = ["S1,C1,P1", "S1,C3,P1", "S2,C2,P2"]
    sent = files(students=rows, teachers=teachers, classes=classes, enrollments=enrollments)
    with district.day(sent) as day:
        held = day.plan()
        assert "reused_ids" in held.holds
        day.plan_and_deliver({str(held.hold_hash): held.holds})

    undo(district, 2)

    assert active(district) == before
    with district.day(sent) as day:
        assert "reused_ids" in day.plan().holds


def test_what_rests_on_a_role_that_is_taken_back_goes_with_it(district: District) -> None:
    district.deliver(files())
    before = active(district)
    child = "S1,P3,Kit,Lee,,,,,Ann,Lee,ann@example.org,"
    district.deliver(files(students=[P1, P2, child], enrollments=["S1,C1,P1", "S2,C2,P2", "S1,C1,P3"]))
    assert district.account(teacher_id="T1")["roles"] == "teacher+guardian"

    undo(district, 2)

    assert contradictions(district) == []
    assert district.account(teacher_id="T1")["roles"] == "teacher"
    assert (active(district)["guardianships"], district.account(student_id="P3")["first_name"]) == (
        before["guardianships"],
        "Kit",
    )
    roles = {(member["account_id"], member["role"]) for member in district.active("school_members")}
    assert (district.account(teacher_id="T1")["account_id"], "guardian") not in roles


def test_people_from_before_leave_the_schools_to_which_the_delivery_brought_them(district: District) -> None:
    """A student who moved is back at the former school only, and so is the guardian."""
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    district.deliver(files(teachers=teachers, students=[P1, P2], enrollments=[]))
    before = active(district)
    two = [teachers[0], teachers[0].replace("S1", "S2"), teachers[1]]
    district.deliver(files(teachers=two, students=[P1.replace("S1", "S2"), P2], enrollments=[]))
    assert active(district)["school_members"] != before["school_members"]

    undo(district, 2)

    assert active(district) == before
    assert contradictions(district) == []


def test_a_guardian_who_became_a_co_teacher_leaves_the_classes_by_an_undoing(district: District) -> None:
    district.deliver(files())
    before = active(district)
    teachers = ["S1,T1,Ann,Lee,ann@example.org,212 555 0142", "S2,T2,Bob,Ray,bob@example.org,"]
    dee = "S1,T3,Dee,Fox,dee@example.org,"
    district.deliver(files(teachers=[*teachers, dee], enrollments=["S1,C1,P1", "S2,C2,P2", "S1,C1,T3"]))
    assert district.account(teacher_id="T3")["roles"] == "teacher+guardian"

    undo(district, 2)

    assert active(district) == before


def test_an_account_that_still_owns_a_class_stays_a_teacher_by_an_undoing(district: District) -> None:
    district.deliver(files())
    teachers = ["S1,T1,Ann,Lee,ann@example.org,212 555 0142", "S2,T2,Bob,Ray,bob@example.org,"]
    dee = "S1,T3,Dee,Fox,dee@example.org,"
    classes = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C3,T3,Chemistry"]
    district.deliver(files(teachers=[*teachers, dee], classes=classes))

    undo(district, 2)

    assert contradictions(district) == []
    assert district.account(teacher_id="T3")["roles"] == "teacher+guardian"


def test_removals_only_leaves_changes_as_they_are(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2.replace(",K,", ",1,")], enrollments=["S2,C2,P2"]))

    undo(district, 2, removals_only=True)

    assert district.account(student_id="P1")
    assert district.account(student_id="P2")["grade"] == "1"
    undo(district, 2)
    assert district.account(student_id="P2")["grade"] == "K"


def test_nothing_is_undone_twice(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    first = plan(district, 2)
    receipt = district.platform.apply(DISTRICT, first.plan)

    assert district.platform.apply(DISTRICT, first.plan) == receipt
    again = plan(district, 2)
    assert (again.plan.counts, again.left) == ({}, {})


def test_an_undoing_is_not_applied_on_top_of_what_came_after_it(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    planned = plan(district, 2)
    district.deliver(files(students=[P2], enrollments=[]))

    with pytest.raises(PlanStale):
        district.platform.apply(DISTRICT, planned.plan)


def test_what_a_later_delivery_changed_again_is_left(district: District) -> None:
    district.deliver(files())
    for grade in ("8", "9", "10"):
        district.deliver(files(students=[P1.replace(",7,", f",{grade},"), P2]))

    assert plan(district, 2).left == {"accounts": {"a later delivery changed it again": 1}}
    undo(district, 2)
    assert district.account(student_id="P1")["grade"] == "10"


def test_who_came_back_by_a_later_drop_is_left(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    district.deliver(files())
    before = active(district)

    assert plan(district, 2).plan.counts == {}
    undo(district, 2)
    assert active(district) == before


def test_a_student_gets_the_email_back_from_a_new_student_of_the_same_guardian(district: District) -> None:
    district.deliver(files())
    other = P1.replace("P1", "P9").replace("Cy,Fox", "Cyrus,Foxman")
    district.deliver(files(students=[other, P2], enrollments=["S1,C1,P9", "S2,C2,P2"]))

    undo(district, 2)

    emails = {a["student_id"]: a["email"] for a in district.active("accounts") if a["student_id"]}
    assert (emails["P1"], emails["P9"]) == ("cy@example.org", None)
    assert contradictions(district) == []


def test_a_contact_point_that_belongs_to_another_account_by_now_is_left_and_counted(district: District) -> None:
    district.deliver(files())
    other = P1.replace("P1", "P9").replace("Cy,Fox", "Cyrus,Foxman").replace("Dee,Fox,dee@", "Una,Foxman,una@")
    district.deliver(files(students=[other, P2], enrollments=["S1,C1,P9", "S2,C2,P2"]))
    if "cy@example.org" not in {a["email"] for a in district.active("accounts") if a["student_id"] == "P9"}:
        pytest.fail("the new account was to have the contact point")

    left = plan(district, 2).left
    undo(district, 2)

    assert left["contact_points"] == {"it belongs to another account now": 1}
    back = district.account(student_id="P1")
    assert back["email"] is None
    assert district.contacts()["cy@example.org"] == district.account(student_id="P9")["account_id"]


def test_a_teacher_whose_former_email_belongs_to_another_one_by_now_keeps_the_present_one_by_an_undoing(
    district: District,
) -> None:
    rest = "S2,T2,Bob,Ray,bob@example.org,"
    district.deliver(files())
    district.deliver(files(teachers=["S1,T1,Ann,Lee,new@example.org,", "S1,T3,Cem,Tan,ann@example.org,", rest]))
    undo(district, 2)

    back = district.account(teacher_id="T1")
    assert (back["email"], district.contacts()["new@example.org"]) == ("new@example.org", back["account_id"])
    assert district.account(teacher_id="T3")["email"] == "ann@example.org"


def test_a_removed_teacher_gets_the_email_back_from_a_teacher_whom_the_undone_delivery_added(
    district: District,
) -> None:
    district.deliver(files())
    before = active(district)
    rest = "S2,T2,Bob,Ray,bob@example.org,"
    sent = files(teachers=["S1,T3,Cem,Tan,ann@example.org,", rest], classes=["S1,C1,T3,Algebra", "S2,C2,T2,Biology"])
    for _ in range(2):
        district.deliver(sent)
        assert district.account(teacher_id="T3")["email"] == "ann@example.org"
        last = district.platform.last_delivery(DISTRICT)
        assert last

        undo(district, last.number)

        assert active(district) == before


def deliver_approved(district: District, sent: dict[str, str]) -> None:
    """Deliver the next day's drop with all that waits for a person."""
    with district.day(sent) as day:
        held = day.plan()
        day.plan_and_deliver({str(held.hold_hash): held.holds})


@pytest.mark.parametrize("together", [True, False])
def test_no_teacher_is_without_an_email_after_an_undoing_that_gives_the_present_one_back(
    district: District, together: bool
) -> None:
    district.deliver(files())
    before = active(district)
    exchanged = ["S1,T1,Ann,Lee,dee@example.org,212 555 0142", "S2,T2,Bob,Ray,bob@example.org,"]
    added = files(teachers=[*exchanged, "S1,T3,Cem,Tan,ann@example.org,"])
    if not together:
        deliver_approved(district, files(teachers=exchanged))
    deliver_approved(district, added)
    assert district.account(teacher_id="T1")["email"] == "dee@example.org"
    later = active(district)

    left = plan(district, 2).left
    undo(district, 2)

    if together:
        assert (active(district), left) == (before, {})
    else:
        assert active(district)["contact_points"] == later["contact_points"]
        assert district.account(teacher_id="T1")["email"] == "dee@example.org"
        assert left["contact_points"] == {
            "a later delivery changed it again": 1,
            "it belongs to another account now": 1,
        }
        assert contradictions(district) == []
        undo(district, 3)
        assert active(district) == before


def test_a_former_email_goes_back_if_the_teacher_whom_an_undone_delivery_gave_it_has_another_one_by_now(
    district: District,
) -> None:
    known = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    moved = P1.replace("dee@", "di@")
    district.deliver(files())
    deliver_approved(district, files(teachers=[*known, "S1,T3,Cem,Tan,dee@example.org,"], students=[moved, P2]))
    deliver_approved(district, files(teachers=[*known, "S1,T3,Cem,Tan,cem@example.org,"], students=[moved, P2]))

    undo(district, 2, to=3)

    contacts = district.contacts()
    assert contacts["dee@example.org"] == district.account(first_name="Dee")["account_id"]
    assert contacts["cem@example.org"] == district.account(teacher_id="T3")["account_id"]
    assert district.account(teacher_id="T3")["email"] == "cem@example.org"
    assert "di@example.org" not in contacts


def test_a_removed_teacher_does_not_come_back_while_another_account_has_the_only_email(district: District) -> None:
    rest = "S2,T2,Bob,Ray,bob@example.org,"
    biology = {"classes": ["S2,C2,T2,Biology"], "enrollments": ["S2,C2,P2"]}
    district.deliver(files())
    district.deliver(files(teachers=["S1,T3,Cem,Tan,cem@example.org,", rest], **biology))
    district.deliver(files(teachers=["S1,T3,Cem,Tan,ann@example.org,", rest], **biology))

    left = plan(district, 2).left
    undo(district, 2)

    assert left["accounts"] == {"another account has the teacher's email now": 1}
    assert {a["teacher_id"] for a in district.active("accounts") if a["teacher_id"]} == {"T2", "T3"}
    assert contradictions(district) == []


def test_contact_points_that_were_swapped_are_swapped_back(district: District) -> None:
    mine = [P1, P2.replace(",K,,,", ",K,eve@example.org,,")]
    swapped = [P1.replace("cy@", "eve@"), P2.replace(",K,,,", ",K,cy@example.org,,")]
    district.deliver(files(students=mine))
    before = active(district)
    with district.day(files(students=swapped)) as day:
        day.plan_and_deliver({str(day.plan().hold_hash): ["contact points"]})
    assert active(district) != before

    undo(district, 2)

    assert active(district) == before


def test_a_class_gets_its_owner_back_and_has_no_other(district: District) -> None:
    district.deliver(files())
    district.deliver(
        files(
            classes=["S1,C1,T3,Algebra", "S2,C2,T2,Biology"],
            teachers=[
                "S1,T1,Ann,Lee,ann@example.org,",
                "S1,T3,Abe,Low,abe@example.org,",
                "S2,T2,Bob,Ray,bob@example.org,",
            ],
        )
    )

    undo(district, 2)

    t1 = district.account(teacher_id="T1")["account_id"]
    (owner,) = [
        s["account_id"] for s in district.active("class_memberships") if (s["class_id"], s["role"]) == ("C1", "owner")
    ]
    (klass,) = [c for c in district.active("classes") if c["class_id"] == "C1"]
    assert owner == klass["owner_account_id"] == t1


def test_a_seat_of_a_class_that_is_removed_by_now_stays_removed(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    district.deliver(files(students=[P2], classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"]))

    left = plan(district, 2).left
    undo(district, 2)

    assert left["class_memberships"] == {"its class is removed, or has another owner": 1}
    assert district.account(student_id="P1")
    assert {s["class_id"] for s in district.active("class_memberships")} == {"C2"}


def test_a_delivery_that_is_none_cannot_be_undone(district: District) -> None:
    district.deliver(files())

    with pytest.raises(UsageError, match="has no delivery 7"):
        district.platform.past(DISTRICT, Undo(7, 7))


def test_an_undoing_is_not_undone(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    undo(district, 2)

    with pytest.raises(
        UsageError, match=r"Delivery 3 of \w+ is an undo itself\. The next run delivers the drop in force"
    ):
        district.platform.past(DISTRICT, Undo(3, 3))


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_two_deliveries_that_took_a_family_away_are_undone_in_any_order(
    district: District, order: tuple[int, int]
) -> None:
    district.deliver(files())
    before = active(district)
    district.deliver(files(students=[P1.split(",cy@")[0] + ",,,,,,", P2]))
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))

    first, second = (undo(district, number) for number in order)

    assert (first.undoes, second.undoes) == order
    assert active(district) == before


@pytest.mark.parametrize("order", [(2, 3), (3, 2), (2,)])
def test_records_that_come_back_are_the_base_of_the_shares_again(district: District, order: tuple[int, ...]) -> None:
    people = [f"S1,P{n},A{n},Fox,,7,,,G{n},Fox,g{n}@example.org," for n in range(10)]
    members = [f"S1,C1,P{n}" for n in range(10)]
    district.deliver(files(students=people, enrollments=members))
    district.deliver(files(students=people[3:], enrollments=members[3:]))
    last = files(students=people[5:], enrollments=members[5:])
    with district.day(last) as day:
        day.plan_and_deliver()
        for number in order:
            undo(district, number, to=None if len(order) > 1 else 3)
        day.plan(limits=Limits())

        base = {kind: (records, of) for kind, records, of in day.rows("planned.holds", "kind", "records", "delivered")}
        assert (base["students"], base["guardians"]) == ((5, 10), (5, 10))
        assert base["contact points"][1] == len(district.active("contact_points"))
        assert base["class members"][1] == len(district.active("class_memberships"))
        assert ("guardians", "S1", 10) in day.rows("planned.standing_schools", "kind", "school_id", "records")


def test_records_that_a_drop_added_are_no_base_of_its_shares_after_an_undoing(district: District) -> None:
    everybody = [f"S1,P{n},A{n},Fox,,7,,,,,," for n in range(10)]
    district.deliver(files(students=everybody[:6], enrollments=[]))
    district.deliver(files(students=everybody[:5], enrollments=[]))
    with district.day(files(students=everybody[1:5] + everybody[6:], enrollments=[])) as day:
        day.plan_and_deliver()
        undo(district, 2, to=3)
        day.plan(limits=Limits())

        assert len(district.active("accounts")) == 12  # ten students, and two teachers
        assert ("students", 2, 6) in day.rows("planned.holds", "kind", "records", "delivered")


def test_what_an_undoing_could_not_bring_back_yet_is_told_with_the_delivery_that_is_the_reason(
    district: District,
) -> None:
    district.deliver(files())
    for grade in ("8", "9"):
        district.deliver(files(students=[P1.replace(",7,", f",{grade},"), P2]))

    first = plan(district, 2)
    assert (first.left, first.later) == ({"accounts": {"a later delivery changed it again": 1}}, [3])
    district.platform.apply(DISTRICT, first.plan)
    undo(district, 3)

    assert district.account(student_id="P1")["grade"] == "7"


def test_a_delivery_and_all_after_it_are_undone_by_one_receipt(store: PlatformStore, district: District) -> None:
    district.platform = store
    district.deliver(files())
    before = active(district)
    district.deliver(files(students=[P1.replace(",7,", ",8,"), P2]))
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))

    receipt = undo(district, 2, to=3)

    assert active(district) == before
    assert ((receipt.undoes, receipt.undoes_to), store.last_delivery(DISTRICT)) == ((2, 3), receipt)
    assert plan(district, 2, to=3).plan.counts == {}


def test_a_delivery_that_stays_says_anew_how_records_should_be(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P1.split(",cy@")[0] + ",,,,,,", P2]))
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    undo(district, 2)
    without_guardian = [P1.split(",cy@")[0] + ",,,,,,", P2.replace(",K,", ",1,")]
    district.deliver(files(students=without_guardian))
    before = active(district)
    district.deliver(files(students=[without_guardian[0], P2]))

    undo(district, 6)

    assert active(district) == before


def test_an_account_of_a_link_that_a_person_took_back_stays_away(district: District) -> None:
    district.deliver(files())
    gone = str(district.account(student_id="P1")["account_id"])
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))

    with duckdb.connect() as db:
        undoing = plan_undo(db, district.platform.past(DISTRICT, Undo(2, 2)), taken_back=[gone])
    district.platform.apply(DISTRICT, undoing.plan)

    assert undoing.left["accounts"] == {"a person took the link of the account back": 1}
    assert gone not in {account["account_id"] for account in district.active("accounts")}
    assert contradictions(district) == []


def test_what_stays_of_a_delivery_names_the_id_that_its_student_has_again(district: District) -> None:
    student = "S1,P1,Cy,Fox,,7,,,Uma,Fox,uma@example.org,"
    district.deliver(files(students=[student, P2]))
    renumbered = student.replace("P1", "P9")
    rows = [renumbered, renumbered.replace("Uma,Fox,uma", "Lou,Kim,lou"), P2]
    classes = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C3,T1,Chess"]
    sent = files(students=rows[:1] + rows[2:], classes=classes, enrollments=["S1,C1,P9", "S1,C3,P9", "S2,C2,P2"])
    district.deliver(sent)
    district.deliver(sent | {"students.csv": files(students=rows)["students.csv"]})
    assert {row["student_id"] for row in district.active("guardianships")} == {"P9"}
    undo(district, 2)
    assert [row["student_id"] for row in district.active("guardianships")] == ["P1", "P1"]
    places = [row["record_id"] for row in district.active("class_memberships") if row["role"] == "student"]
    assert sorted(map(str, places)) == ["P1", "P1", "P2"]
    assert contradictions(district) == []


def test_a_class_that_stays_of_a_delivery_names_the_id_that_its_teacher_has_again(district: District) -> None:
    district.deliver(files())
    teachers = ["S1,T9,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    classes = ["S1,C1,T9,Algebra", "S2,C2,T2,Biology", "S1,C3,T9,Chess"]
    district.deliver(files(teachers=teachers, classes=classes))
    assert {row["owner_teacher_id"] for row in district.active("classes")} == {"T9", "T2"}
    undo(district, 2)
    ids = {row["class_id"]: row["owner_teacher_id"] for row in district.active("classes")}
    assert ids == {"C1": "T1", "C2": "T2", "C3": "T1"}
    owners = [row["record_id"] for row in district.active("class_memberships") if row["role"] == "owner"]
    assert sorted(map(str, owners)) == ["T1", "T1", "T2"]
    assert contradictions(district) == []


def test_an_undoing_whose_deliveries_are_not_kept_any_more_is_part_of_the_past(district: District) -> None:
    district.deliver(files())
    district.deliver(files(students=[P1.replace(",7,", ",8,"), P2]))
    undo(district, 2)
    with district.platform.engine.begin() as db:
        db.execute(sa.delete(CHANGES).where(CHANGES.c.number == 2))
    before = active(district)
    district.deliver(files(students=[P1.replace(",7,", ",9,"), P2]))

    undo(district, 4)

    assert active(district) == before


FAMILY = (
    "Dee,Fox,dee@example.org,",
    "Dee,Fox,dee@example.net,",
    "Gil,Orr,gil@example.org,",
    "Ann,Lee,ann@example.org,",
    ",,,",
)
OF_P1 = st.sampled_from(["cy@example.org", "eve@example.org", ""])
STUDENTS = st.builds(
    lambda grade, email, family, other, is_there: [
        f"S1,P1,Cy,Fox,2012-01-31,{grade},{email},,{family}",
        *([f"S2,P2,Eve,Orr,,K,{'eve@example.org' if email.startswith('cy') else ''},,{other}"] * is_there),
    ],
    st.sampled_from("78"),
    OF_P1,
    st.sampled_from(FAMILY),
    st.sampled_from(FAMILY),
    st.booleans(),
)
TEACHERS = st.lists(
    st.sampled_from(["S1,T3,Dee,Fox,dee@example.org,", "S2,T4,Gil,Orr,gil@example.org,"]), unique=True, max_size=2
).map(lambda more: ["S1,T1,Ann,Lee,ann@example.org,212 555 0142", "S2,T2,Bob,Ray,bob@example.org,", *more])
CLASSES = st.tuples(st.sampled_from(["T1", "T3"]), st.sampled_from(["T2", "T4", None])).map(
    lambda owners: [f"S1,C1,{owners[0]},Algebra", *([f"S2,C2,{owners[1]},Biology"] if owners[1] else [])]
)
ENROLLMENTS = st.lists(
    st.sampled_from(["S1,C1,P1", "S2,C2,P2", "S1,C1,T3", "S2,C2,T4", "S1,C1,T1"]), unique=True, min_size=1
)
DROPS = st.builds(
    lambda students, teachers, classes, enrollments: files(
        students=students, teachers=teachers, classes=classes, enrollments=enrollments
    ),
    STUDENTS,
    TEACHERS,
    CLASSES,
    ENROLLMENTS,
)


@given(data=st.data(), drops=st.lists(DROPS, min_size=2, max_size=4))
@examples(2, is_dear=True)
def test_deliveries_that_are_undone_in_any_order_leave_the_same_state(
    data: st.DataObject, drops: list[dict[str, str]]
) -> None:
    with TemporaryDirectory() as folder:
        district = new_district(Path(folder))
        district.deliver(files())
        for drop in drops:
            district.deliver(drop)
        last = district.platform.last_delivery(DISTRICT)
        assert last
        numbers = data.draw(
            st.lists(st.integers(2, last.number), unique=True, min_size=1) if last.number > 1 else st.just([])
        )
        found: list[dict[str, list[dict[str, str | None]]]] = []
        for order in (numbers, sorted(numbers), data.draw(st.permutations(numbers))):
            copy = Path(folder) / f"{len(found)}"
            copy.mkdir()
            shutil.copy(Path(folder) / PLATFORM, copy / PLATFORM)
            another = new_district(copy)
            for number in order:
                undo(another, number)
                assert contradictions(another) == []
            found.append(active(another))
            assert plan(another, numbers[0]).plan.counts == {} if numbers else True
        assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_who_is_forgotten_changes_nothing_in_the_undoing_of_another_person(
    district: District, is_forgotten: bool
) -> None:
    district.deliver(files(students=[P1, P2]))
    district.deliver(files(students=[P1, P2.replace("Orr,,K", "Orr,,1")]))
    new = P1.replace("cy@example.org", "cyrus@example.org")
    district.deliver(files(students=[new, P2.replace("Orr,,K", "Orr,,1")]))
    district.deliver(files(students=[P2.replace("Orr,,K", "Orr,,1")], enrollments=["S2,C2,P2"]))
    undo(district, 3)
    undo(district, 2)
    if is_forgotten:
        forget_student(district.platform, DISTRICT, "P2")

    undo(district, 4)

    assert district.account(student_id="P1")["email"] == "cy@example.org"
