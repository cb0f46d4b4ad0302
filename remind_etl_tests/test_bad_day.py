"""A bad day, as it goes: half of the students vanish from the files."""

from remind_etl_tests.worlds import DISTRICT, World, scenario

NEW = 5


def _files(students: range) -> dict[str, bytes]:
    """The clean scenario with these students beside its own, each in a class of nobody."""
    files = scenario("clean")
    header, first, *_ = files["students.csv"].decode().splitlines()
    school, at = first.split(",")[0], header.split(",")
    names = {"school_id": school, "student_first_name": "Sam", "student_last_name": "Hill"}
    rows = [",".join({**names, "student_id": f"X{n}"}.get(column, "") for column in at) for n in students]
    return files | {"students.csv": files["students.csv"].rstrip() + "\n".join(["", *rows, ""]).encode()}


def test_half_the_students_vanish_and_nobody_is_lost(world: World) -> None:
    world.link("clean")
    assert world.deliver(_files(range(60))).success
    everybody = world.manifest.counts["students"]

    # Half are gone from the files, and a few are new: those come, and nobody goes.
    assert world.deliver(_files(range(30, 60 + NEW))).success
    bad = world.manifest
    assert bad.holds == ("students",)
    assert (bad.plan["create"] > NEW, bad.plan["held"] >= 30, bad.counts["students"]) == (True, True, everybody + NEW)

    # The same files run again change nothing, and still wait.
    assert world.sync_again().success
    assert (world.manifest.holds, world.manifest.hold_hash) == (bad.holds, bad.hold_hash)
    assert world.manifest.counts == bad.counts

    # The administrator sends all students again: the hold ends, and what was asked about is no longer the question.
    world.store.approve(DISTRICT, str(bad.hold_hash), "students")
    assert world.deliver(_files(range(60 + NEW))).success
    assert world.manifest.holds == ()
    assert world.manifest.counts["students"] == everybody + NEW

    # And the same once more is an empty plan.
    assert world.sync_again().success
    assert [world.manifest.plan[action] for action in ("create", "update", "revive", "remove", "held")] == [0] * 5
