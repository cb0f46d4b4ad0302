"""An undoing brings back what a delivery took away or changed, once, and nothing that is another's by now."""

import duckdb
import pytest

from remind_etl.delivered.delivery import Receipt
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.undo import Undoing, plan_undo
from remind_etl.errors import PlanStale, UsageError
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import District, contradictions, files
from remind_etl_tests.warehouses import DISTRICT

P1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"


def plan(district: District, number: int, removals_only: bool = False) -> Undoing:
    with duckdb.connect() as db:
        return plan_undo(db, district.platform.past(DISTRICT, number), removals_only)


def undo(district: District, number: int, removals_only: bool = False) -> Receipt:
    return district.platform.apply(DISTRICT, plan(district, number, removals_only).plan)


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
    assert receipt.plan_hash != store.past(DISTRICT, 2).delivery.plan_hash


def test_what_a_delivery_changed_is_as_it_was(district: District) -> None:
    district.deliver(files())
    before = active(district)
    changed = P1.replace(",7,", ",8,").replace("Fox,2012", "Foxx,2012")
    district.deliver(files(students=[changed, P2], classes=["S1,C1,T1,Geometry", "S2,C2,T2,Biology"]))
    assert district.account(student_id="P1")["grade"] == "8"

    undo(district, 2)

    assert active(district) == before


def test_what_a_delivery_added_stays(district: District) -> None:
    district.deliver(files(students=[P2], enrollments=["S2,C2,P2"]))
    district.deliver(files())

    assert plan(district, 2).plan.counts == {}
    undo(district, 2)
    assert district.account(student_id="P1")


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
    assert again.plan.counts == {}
    assert again.left["accounts"] == {"a later delivery changed it again": 2}


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


def test_a_contact_point_that_belongs_to_another_account_by_now_is_left_and_counted(district: District) -> None:
    district.deliver(files())
    renumbered = P1.replace("P1", "P9").replace("Cy,Fox", "Cyrus,Foxman")
    district.deliver(files(students=[renumbered, P2], enrollments=["S1,C1,P9", "S2,C2,P2"]))
    if "cy@example.org" not in {a["email"] for a in district.active("accounts") if a["student_id"] == "P9"}:
        pytest.fail("the new account was to have the contact point")

    left = plan(district, 2).left
    undo(district, 2)

    assert left["contact_points"] == {"it belongs to another account now": 1}
    back = district.account(student_id="P1")
    assert back["email"] is None
    assert district.contacts()["cy@example.org"] == district.account(student_id="P9")["account_id"]


def test_contact_points_that_were_swapped_are_swapped_back(district: District) -> None:
    mine = [P1, P2.replace(",K,,,", ",K,eve@example.org,,")]
    swapped = [P1.replace("cy@", "eve@"), P2.replace(",K,,,", ",K,cy@example.org,,")]
    district.deliver(files(students=mine))
    before = active(district)
    district.deliver(files(students=swapped))
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
        district.platform.past(DISTRICT, 7)
