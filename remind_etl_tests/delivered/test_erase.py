"""What is deleted from the platform's database for good, in SQLite and in Postgres."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from remind_etl.delivered.delivery import Undo
from remind_etl.delivered.erase import forget_district, forget_student, ids_of_others, knows_student, prune
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.undo import plan_undo
from remind_etl.errors import UsageError
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import KINDS
from remind_etl_tests.crashes import holds
from remind_etl_tests.districts import District, Elsewhere, files
from remind_etl_tests.warehouses import DISTRICT

ONLY = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
SIBLING = "S1,P3,Kit,Fox,,K,,,Gus,Fox,gus@example.org,"
SHARED = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Gus,Fox,gus@example.org,"


@pytest.fixture
def filled(store: PlatformStore, district: District) -> District:
    """P1 has a guardian alone and one with P3; later P1 and what they had changes."""
    district.platform = store
    district.deliver(files(students=[ONLY, SHARED, SIBLING]))
    district.deliver(files(students=[ONLY.replace(",7,", ",8,"), SIBLING], enrollments=[]))
    return district


def test_a_student_is_forgotten_with_guardians_of_nobody_else_and_all_that_was_kept_of_them(
    filled: District, url: str
) -> None:
    gus = next(a["account_id"] for a in filled.active("accounts") if a["first_name"] == "Gus")

    assert forget_student(filled.platform, DISTRICT, "P1") > 5

    left = repr(holds(url))
    assert [word for word in ("P1", "'Cy'", "cy@example", "'Dee'", "dee@example", "2012-01-31") if word in left] == []
    assert "P3" in left
    assert str(gus) in left
    assert forget_student(filled.platform, DISTRICT, "P1") == 0


def test_the_ids_of_others_are_those_of_removed_people_too(filled: District) -> None:
    assert ids_of_others(filled.platform, DISTRICT, "P1") == {"P3", "T1", "T2"}
    filled.deliver(files(students=[ONLY]))
    assert ids_of_others(filled.platform, DISTRICT, "P1") == {"P3", "T1", "T2"}


def test_a_student_who_is_a_teacher_too_keeps_the_account_for_that(store: PlatformStore, district: District) -> None:
    district.platform = store
    both = ["S1,P1,Ann,Lee,2001-01-31,12,ann@example.org,,,,,"]
    district.deliver(files(students=both))
    assert district.account(teacher_id="T1")["student_id"] == "P1"

    forget_student(store, DISTRICT, "P1")

    account = district.account(teacher_id="T1")
    assert (account["roles"], account["student_id"], account["dob"]) == ("teacher", None, None)
    assert district.contacts()["ann@example.org"] == account["account_id"]


BECOMES = "S1,P1,Pat,Roe,2001-01-31,12,pat@example.org,,Mom,Roe,mom@example.org,2125550123"
ROSTER = ["S2,C2,T2"]
CHILD = "S1,P2,Kid,Roe,,K,,,Pat,Roe,pat@example.org,"
OF_STUDENT = ("P1", "2001-01-31", "'Mom'", "Mom", "mom@example", "2125550123")
"""What the files say of this student, and of nobody who stays."""


@pytest.mark.parametrize(
    ("before", "after", "role"),
    [
        ({"students": [BECOMES]}, {"students": [SIBLING], "teachers": ["S1,P1,Pat,Roe,pat@example.org,"]}, "teacher"),
        ({"students": [BECOMES, CHILD]}, {"students": [CHILD]}, "guardian"),
    ],
)
def test_a_former_student_keeps_the_account_of_another_role_and_nothing_of_the_student(
    store: PlatformStore,
    district: District,
    url: str,
    before: dict[str, list[str]],
    after: dict[str, list[str]],
    role: str,
) -> None:
    district.platform = store
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    district.deliver(files(**before))
    (was,) = [a for a in district.active("accounts") if a["student_id"] == "P1"]
    with district.day(files(enrollments=ROSTER, **{**after, "teachers": teachers + after.get("teachers", [])})) as day:
        held = day.plan_and_deliver()
        day.plan_and_deliver({str(held.hold_hash): held.holds})
    (now,) = [a for a in district.active("accounts") if a["account_id"] == was["account_id"]]
    assert (now["roles"], now["student_id"]) == (role, None)
    others = [row for row in district.active("guardianships") if row["student_account_id"] != was["account_id"]]

    assert knows_student(store, DISTRICT, "P1")
    assert forget_student(store, DISTRICT, "P1") > 1

    left = {name: rows for name, rows in holds(url).items() if name != "accounts"}
    accounts = [a for a in district.active("accounts") if a["account_id"] != was["account_id"]]
    assert [word for word in OF_STUDENT if word in repr((left, accounts))] == []
    (account,) = [a for a in district.active("accounts") if a["account_id"] == was["account_id"]]
    assert account == now
    assert district.contacts()["pat@example.org"] == was["account_id"]
    assert district.active("guardianships") == others
    assert not knows_student(store, DISTRICT, "P1")
    assert forget_student(store, DISTRICT, "P1") == 0


def test_a_student_who_is_a_guardian_too_keeps_the_guardianship(store: PlatformStore, district: District) -> None:
    district.platform = store
    district.deliver(files(students=[BECOMES, CHILD]))
    (account,) = [a for a in district.active("accounts") if a["student_id"] == "P1"]

    forget_student(store, DISTRICT, "P1")

    (tie,) = district.active("guardianships")
    assert (tie["guardian_account_id"], tie["student_id"]) == (account["account_id"], "P2")


def test_a_former_student_who_was_a_guardian_is_erased_if_no_student_is_left(
    store: PlatformStore, district: District, url: str
) -> None:
    district.platform = store
    for students in ([BECOMES, CHILD], [CHILD], [SIBLING]):
        district.deliver(files(students=students, enrollments=ROSTER))

    forget_student(store, DISTRICT, "P1")

    assert [word for word in ("P1", "Pat", "Mom", "2001-01-31") if word in repr(holds(url))] == []


def test_the_student_id_that_a_student_had_before_is_forgotten_and_the_student_stays(
    store: PlatformStore, district: District, url: str
) -> None:
    district.platform = store
    district.deliver(files(students=[ONLY, SIBLING]))
    district.deliver(files(students=[ONLY.replace(",P1,", ",P9,"), SIBLING], enrollments=ROSTER))
    assert "P1" in repr(holds(url))
    active = {kind.name: district.active(kind.name) for kind in KINDS}

    assert forget_student(store, DISTRICT, "P1") > 0

    assert "P1" not in repr(holds(url))
    assert {kind.name: district.active(kind.name) for kind in KINDS} == active


def test_a_removed_guardianship_of_another_student_does_not_keep_a_guardian(
    store: PlatformStore, district: District, url: str
) -> None:
    district.platform = store
    district.deliver(files(students=[SIBLING.replace("Gus,Fox,gus@", "Dee,Fox,dee@"), ONLY, SIBLING]))
    district.deliver(files(students=[ONLY, SIBLING], enrollments=ROSTER))
    assert sum(row["student_id"] == "P3" for row in district.active("guardianships")) == 1

    forget_student(store, DISTRICT, "P1")

    assert [word for word in ("P1", "Cy", "Dee", "dee@example") if word in repr(holds(url))] == []


def test_a_student_who_returns_gets_the_guardian_anew_whom_forgetting_another_student_erased(
    store: PlatformStore, district: District
) -> None:
    district.platform = store
    district.deliver(files(students=[SIBLING, SHARED], enrollments=ROSTER))
    district.deliver(files(students=[SHARED], enrollments=ROSTER))
    assert {row["student_id"] for row in district.active("guardianships")} == {"P1"}
    forget_student(store, DISTRICT, "P1")

    district.deliver(files(students=[SIBLING], enrollments=ROSTER))

    (tie,) = district.active("guardianships")
    (gus,) = [a for a in district.active("accounts") if a["first_name"] == "Gus"]
    assert (tie["guardian_account_id"], tie["student_id"]) == (gus["account_id"], "P3")
    assert district.contacts()["gus@example.org"] == gus["account_id"]
    assert sum(district.deliver(files(students=[SIBLING], enrollments=ROSTER)).actions.values()) == 0


def test_nothing_is_left_of_a_district_and_others_stay(filled: District, url: str) -> None:
    forget_district(filled.platform, DISTRICT)

    assert {name: rows for name, rows in holds(url).items() if rows} == {}


def _of_elm(url: str) -> dict[str, list[str]]:
    """The records of the other district, by table."""
    found = {name: [repr(row) for row in rows if "elm" in repr(row)] for name, rows in holds(url).items()}
    return {name: sorted(rows) for name, rows in found.items() if rows}


def test_a_link_to_another_district_stays_through_an_undoing_and_is_forgotten_on_one_side_alone(
    store: PlatformStore, district: District, url: str
) -> None:
    district.platform = store
    district.hold_elsewhere(Elsewhere("far", "dee@example.org", "Dee Fox", "guardian"))
    theirs, whole = _of_elm(url), files(students=[ONLY, SIBLING])
    district.deliver(whole)
    before = {kind.name: district.active(kind.name) for kind in KINDS}
    district.deliver(files(students=[SIBLING], enrollments=["S2,C2,T2"]))
    assert "far" not in {account["account_id"] for account in district.active("accounts")}

    with duckdb.connect() as db:
        store.apply(DISTRICT, plan_undo(db, store.past(DISTRICT, Undo(2, 2))).plan)
    assert {kind.name: district.active(kind.name) for kind in KINDS} == before
    assert (store.state(DISTRICT).linked, _of_elm(url)) == ({"far"}, theirs)

    forget_student(store, DISTRICT, "P1")
    assert (store.state(DISTRICT).linked, _of_elm(url)) == (set(), theirs)
    district.deliver(whole)
    assert {kind.name: district.active(kind.name) for kind in KINDS} == before
    assert (store.state(DISTRICT).linked, _of_elm(url)) == ({"far"}, theirs)

    forget_district(store, DistrictId("elm"))
    assert _of_elm(url) == {}
    assert sum(district.deliver(whole).actions.values()) == 0
    assert {kind.name: district.active(kind.name) for kind in KINDS} == before


def test_what_is_too_old_to_be_undone_is_deleted_and_undo_says_so(filled: District) -> None:
    assert prune(filled.platform, datetime.now(UTC) - timedelta(days=1)) == 0
    assert prune(filled.platform, datetime.now(UTC) + timedelta(days=1)) > 0

    with pytest.raises(UsageError, match="no longer kept"):
        filled.platform.past(DISTRICT, Undo(2, 2))
