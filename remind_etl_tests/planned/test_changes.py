"""The difference between what should be and what was last delivered."""

import json

from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import District, accounts_only, files
from remind_etl_tests.warehouses import SMALL, rows

T2 = "S2,T2,Bob,Ray,bob@example.org,"
P1 = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"

NOTHING = {"create": 0, "link": 0, "update": 0, "revive": 0, "remove": 0}


def _actions(district: District, sent: dict[str, str]) -> list[tuple[str, str]]:
    """Kind and action of what a drop would change, all of which goes through."""
    with district.day(sent) as day:
        assert day.plan().held == 0
        return sorted((kind, action) for kind, action, _ in day.changes())


def test_a_first_drop_creates_everything_and_removes_nothing(district: District) -> None:
    with district.day(files()) as day:
        planned = day.plan()

        made = sum(len(day.rows(f"provisioned.{kind.name}")) for kind in KINDS)
        assert planned.actions == NOTHING | {"create": made}
        assert (planned.held, planned.protected, planned.holds, planned.hold_hash) == (0, 0, (), None)


def test_two_equal_drops_make_an_empty_plan(district: District) -> None:
    district.deliver(files())
    with district.day(files()) as day:
        assert day.plan().actions == NOTHING
        assert day.rows("planned.changes") == []


def test_the_order_of_rows_and_columns_changes_nothing(district: District) -> None:
    district.deliver(files())
    turned = {}
    for name, text in SMALL.items():
        header, *lines = (line.split(",") for line in text.splitlines())
        turned[name] = "\n".join(",".join(reversed(line)) for line in (header, *reversed(lines)))
    with district.day(turned) as day:
        assert day.plan().actions == NOTHING


def test_what_was_delivered_is_what_should_be(district: District) -> None:
    with district.day(files()) as day:
        day.plan_and_deliver()

        for kind in KINDS:
            made = {json.dumps(row) for row in day.rows(f"provisioned.{kind.name}")}
            assert {json.dumps(list(row.values())) for row in district.active(kind.name)} == made


def test_a_changed_value_updates_the_record_and_says_what_was_and_what_will_be(district: District) -> None:
    district.deliver(files())
    with district.day(files(classes=["S1,C1,T1,Geometry", "S2,C2,T2,Biology"])) as day:
        day.plan()
        change = day.one("planned.changes", "true")

    assert (change["kind"], change["id"], change["action"]) == ("classes", "C1", "update")
    before, after = json.loads(change["before"]), json.loads(change["after"])
    assert {name for name in before if before[name] != after[name]} == {"class_name"}
    assert (before["class_name"], after["class_name"]) == ("Algebra", "Geometry")


def test_who_is_in_no_file_any_more_is_removed_with_all_they_have(district: District) -> None:
    district.deliver(files())

    assert _actions(district, files(students=[P2], enrollments=["S2,C2,P2"])) == [
        ("accounts", "remove"),  # the student
        ("accounts", "remove"),  # the guardian
        ("class_memberships", "remove"),
        ("contact_points", "remove"),
        ("contact_points", "remove"),
        ("guardianships", "remove"),
        ("school_members", "remove"),
        ("school_members", "remove"),
    ]


def test_a_class_that_is_in_no_file_any_more_is_removed_with_its_seats(district: District) -> None:
    district.deliver(files())

    assert _actions(district, files(classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"])) == [
        ("class_memberships", "remove"),
        ("class_memberships", "remove"),
        ("classes", "remove"),
    ]


def test_a_removed_record_that_comes_back_is_revived(district: District) -> None:
    district.deliver(files())
    district.deliver(files(classes=["S2,C2,T2,Biology"], enrollments=["S2,C2,P2"]))

    assert {action for _, action in _actions(district, files())} == {"revive"}


def test_a_contact_point_that_changes_hands_is_updated(district: District) -> None:
    district.deliver(files())
    sent = files(teachers=["S1,T1,Ann,Lee,new@example.org,", "S2,T2,Bob,Ray,ann@example.org,"])
    with district.day(sent) as day:
        day.plan_and_deliver({str(day.plan().hold_hash): ["contact points"]})

        assert ("contact_points", "update", "email/ann@example.org") in day.changes()
    assert district.contacts()["ann@example.org"] == district.account(teacher_id="T2")["account_id"]


def test_a_drop_without_rosters_leaves_classes_and_seats_alone(district: District) -> None:
    district.deliver(files())
    before = district.active("classes"), district.active("class_memberships")
    sent = accounts_only(files(students=[P2.replace("Eve", "Eva")]))

    assert {kind for kind, _ in _actions(district, sent)} == {
        *("accounts", "contact_points", "guardianships", "school_members"),
    }
    district.deliver(sent)
    assert (district.active("classes"), district.active("class_memberships")) == before


def test_roster_files_without_rows_are_files_whose_removals_wait(district: District) -> None:
    district.deliver(files())
    sent = files() | {"classes.csv": rows("classes.csv"), "enrollments.csv": rows("enrollments.csv")}

    with district.day(sent) as day:
        planned = day.plan()
        states = set(day.rows("planned.changes", "kind", "action", "state"))
    assert planned.holds == ("cut_files",)
    assert states == {("classes", "remove", "held"), ("class_memberships", "remove", "held")}


def test_a_school_that_is_ignored_from_now_on_loses_its_people_on_purpose(district: District) -> None:
    district.deliver(files())
    with district.day(files(), {"S2": "ignored"}) as day:
        assert day.plan().protected == 0
        assert {(kind, action) for kind, action, _ in day.changes()} == {
            ("accounts", "remove"),
            ("contact_points", "remove"),
            ("school_members", "remove"),
            ("classes", "remove"),
            ("class_memberships", "remove"),
        }


def test_the_hash_is_the_same_for_the_same_changes_and_another_for_others(district: District) -> None:
    district.deliver(files())
    hashes = []
    for teacher in ("Anna", "Anna", "Anne"):
        with district.day(files(teachers=[f"S1,T1,{teacher},Lee,ann@example.org,2125550142", T2])) as day:
            hashes.append(day.plan().plan_hash)

    assert hashes[0] == hashes[1] != hashes[2]
    assert all(len(h) == 32 for h in hashes)
