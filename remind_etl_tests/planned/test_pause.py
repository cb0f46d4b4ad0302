"""A paused district: planned, and not delivered."""

from remind_etl_tests.districts import Day, District, files
from remind_etl_tests.ids import SPRINGFIELD

T2 = "S2,T2,Bob,Ray,bob@example.org,"
P2 = "S2,P2,Eve,Orr,,K,,,,,,"
SENT = files(
    teachers=["S1,T1,Anna,Lee,anna@example.org,", "S2,T3,Cem,Tan,cem@example.org,"],
    students=["S1,P3,Mo,Fox,,,,,Dee,Fox,dee@example.org,", P2],
    classes=["S1,C1,T1,Algebra", "S2,C2,T3,Biology"],
    enrollments=["S1,C1,P3", "S2,C2,P2"],
)
"""T1 and C2 change, T3 and P3 come, T2 and P1 go."""


def _counts(day: Day, state: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, action, _ in day.changes(state):
        found[action] = found.get(action, 0) + 1
    return found


def test_a_paused_district_is_planned_and_nothing_is_delivered(district: District) -> None:
    district.deliver(files())
    before = district.platform.last_delivery(SPRINGFIELD)
    with district.day(SENT) as day:
        paused = day.plan_and_deliver(pause="all")
        assert sum(paused.actions.values()) == 0
        assert paused.paused == len(day.rows("planned.changes")) > 0
        assert (day.receipt, district.platform.last_delivery(SPRINGFIELD)) == (None, before)

        resumed = day.plan_and_deliver()
        assert (sum(resumed.actions.values()), resumed.paused) == (paused.paused, 0)


def test_with_adds_only_additions_and_updates_are_delivered_and_every_removal_waits(district: District) -> None:
    district.deliver(files())
    kinds = ("accounts", "guardianships", "school_members", "class_memberships")
    before = {kind: district.active(kind) for kind in kinds}
    with district.day(SENT) as day:
        paused = day.plan_and_deliver(pause="adds_only")
        assert set(_counts(day, "paused")) == {"remove"}
        # the seat of the owner who is replaced
        assert [c for c in day.changes() if c[1] == "remove"] == [
            ("class_memberships", "remove", f"C2/{district.account(teacher_id='T2')['account_id']}/owner")
        ]
        again = day.plan_and_deliver(pause="adds_only")
        assert (sum(again.actions.values()), again.paused) == (0, paused.paused)
    assert district.account(teacher_id="T1")["first_name"] == "Anna"
    for name in ("T2", "T3"):
        assert district.account(teacher_id=name)
    for kind in ("guardianships", "school_members"):
        assert [record for record in before[kind] if record not in district.active(kind)] == []


def test_with_adds_only_no_id_passes_to_another_person_also_if_it_is_approved(district: District) -> None:
    district.deliver(files())
    before = district.active("accounts")
    noa = "S1,P1,Noa,Tate,2015-02-02,3,noa@example.org,,Moe,Tate,moe@example.org,"
    with district.day(files(students=[noa, P2])) as day:
        held = day.plan()
        assert held.holds == ("reused_ids",)
        day.plan_and_deliver({str(held.hold_hash): ["reused_ids"]}, pause="adds_only")
        assert district.active("accounts") == before


def test_what_was_paused_goes_after_the_pause(district: District) -> None:
    district.deliver(files())
    with district.day(SENT) as day:
        day.plan_and_deliver(pause="adds_only")
        day.plan_and_deliver()
        assert sum(day.plan_and_deliver().actions.values()) == 0
        for kind in ("accounts", "school_members", "guardianships", "class_memberships"):
            assert len(district.active(kind)) == len(day.rows(f"provisioned.{kind}"))


def test_an_approval_given_while_paused_is_taken_up_after_it(district: District) -> None:
    students = [f"S1,P{n},Kid,K{n},,,,,Gil,G{n},g{n}@example.org," for n in range(60)]
    district.deliver(files(students=students, enrollments=[]))
    with district.day(files(students=students[-20:], enrollments=[])) as day:
        first = day.plan_and_deliver(pause="all")
        assert first.holds == ("guardians", "students")
        approvals = {str(first.hold_hash): ["students"]}
        second = day.plan_and_deliver(approvals, pause="all")
        assert second.holds == ("guardians",)
        approvals[str(second.hold_hash)] = ["guardians"]
        assert day.plan_and_deliver(approvals).holds == ()
    assert len(district.active("guardianships")) == 20
