"""What an operator does about a drop in which half of the students are gone: the commands in this process."""

import fcntl
import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest
import sqlalchemy as sa
from rich.console import Console
from typer.testing import CliRunner, Result

from remind_etl import settings
from remind_etl.cli import say
from remind_etl.cli.commands import app
from remind_etl.decided.store import DecisionStore
from remind_etl.decided.tables import PAUSES
from remind_etl.definitions import definitions
from remind_etl.delivered import report
from remind_etl.delivered.delivery import Plan
from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import LandingStore
from remind_etl.orchestration import instance
from remind_etl.orchestration.instance import district_lock, open_instance
from remind_etl_tests.orchestration.test_runs import at_night
from remind_etl_tests.worlds import DISTRICT, World

Call = Callable[..., Result]


@pytest.fixture
def call() -> Call:
    """Run a command in the world's home."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _drop(students: int, with_guardian: int = 60) -> dict[str, bytes]:
    """Students with a guardian each, those with the highest numbers without. Their rows come first."""
    guardians = [f"Gil,G{n},g{n}@example.org," if n < with_guardian else ",,," for n in range(students)]
    rows = "".join(
        f"1,P{n},Kid,K{n},,,p{n}@example.org,,{guardian}\n" for n, guardian in reversed([*enumerate(guardians)])
    )
    header = "school_id,student_id,student_first_name,student_last_name,dob,grade,student_email,student_phone,"
    return {
        "schools.csv": b"school_id,school_name\n1,North High\n",
        "teachers.csv": b"school_id,teacher_id,teacher_first_name,teacher_last_name,teacher_email,teacher_mobile_phone\n"
        b"1,T1,Ann,Lee,ann@example.org,\n",
        "students.csv": (
            header + "guardian_first_name,guardian_last_name,guardian_email,guardian_phone\n" + rows
        ).encode(),
    }


def _begin(world: World) -> None:
    """A district that was delivered with 60 students."""

    def act() -> None:
        world.store.set_district(DISTRICT, {"link_policy": "exact"})
        world.store.import_schools(DISTRICT, {"1": "North High"})
        assert world.deliver(_drop(60)).success

    world.begin("60 students", act)


def _begin_half(world: World) -> None:
    """The same, and then 30 of them are gone: their removals are held."""

    def act() -> None:
        _begin(world)
        assert world.deliver(_drop(30)).success

    world.begin("30 of 60 students", act)


def _students(world: World) -> int:
    return world.manifest.counts["students"]


def test_held_removals_are_shown_refused_and_approved_by_their_hash_alone(world: World, call: Call) -> None:
    _begin(world)
    result = world.deliver(_drop(30))
    held = _json(call("holds", DISTRICT, "--json"))
    (students,) = [row for row in held["holds"] if row["kind"] == "students"]
    assert (students["records"], students["delivered"], students["allowed"]) == (30, 60, 5)
    assert {"kind": "guardianships", "action": "remove", "changes": 30} in students["alone"]
    plan = _json(call("plan", DISTRICT, "--json"))
    assert {"kind": "accounts", "action": "remove", "changes": 60, "held": 60, "paused": 0} in plan["counts"]
    assert plan["hold_hash"] == held["hold_hash"]

    wrong = call("approve", DISTRICT, "0" * 32, "--yes")
    assert wrong.exit_code != 0
    assert "No plan of oak has the hash" in str(wrong.exception or wrong.output) + wrong.output

    _json(call("refuse", DISTRICT, held["hold_hash"], "--why", "asked the district", "--json"))
    assert world.tick("decisions").run_requests
    assert world.sync().success
    refused = _json(call("holds", DISTRICT, "--json"))
    assert (refused["refusal"]["why"], refused["hold_hash"], _students(world)) == (
        "asked the district",
        held["hold_hash"],
        60,
    )

    assert not _job(world, "refuse", "keep_back", hold_hash="0" * 32, why="no")
    assert not _job(world, "refuse", "keep_back", hold_hash=held["hold_hash"], why="no", who=" ")
    assert not _job(world, "refuse", "keep_back", hold_hash=held["hold_hash"], why=" ")
    assert "The reason is empty." in call("refuse", DISTRICT, held["hold_hash"], "--why", "").output
    assert (
        "No '' wait in oak. These kinds wait: "
        in call("approve", DISTRICT, held["hold_hash"], "--kind", "", "--yes").output
    )
    assert _job(world, "refuse", "keep_back", hold_hash=held["hold_hash"], why="asked again")
    assert _job(world, "approve", "let_go", hold_hash=held["hold_hash"], kinds=["students", "guardians"])
    decided = [(decision.what, decision.decided_by) for decision in world.store.log(DISTRICT)[:3]]
    assert decided == [(f"removals {word}", "Kim (Dagster)") for word in ("approved", "approved", "refused")]
    assert _was(call) == {"held"}
    (request,) = world.tick("decisions").run_requests or ()
    assert world.sync(request).success
    assert (_students(world), world.manifest.holds) == (30, ())
    assert _was(call) == {"held, then approved"}
    assert "no change waits there" in call("approve", DISTRICT, held["hold_hash"], "--yes").output
    _no_contact_is_told(world, result)


def test_the_former_name_of_a_hold_approves_it(world: World, call: Call) -> None:
    _begin(world)
    world.store.set_district(DISTRICT, {"guardians": "2"})
    more = _drop(60)
    more["students.csv"] += b"1,P0,Kid,K0,,,p0@example.org,,Hal,H0,h0@example.org,\n"
    assert world.deliver(more).success
    held = _json(call("holds", DISTRICT, "--json"))
    assert [row["kind"] for row in held["holds"]] == ["new_guardians"]

    approved = _json(call("approve", DISTRICT, held["hold_hash"], "--kind", "contacts", "--yes", "--json"))["approved"]
    assert approved == ["new_guardians"]
    assert world.sync().success
    assert (world.manifest.holds, world.manifest.counts["guardians"]) == ((), 61)


@pytest.mark.parametrize(("job", "op", "more"), [("approve", "let_go", set()), ("refuse", "keep_back", {"why"})])
def test_a_launchpad_asks_for_nothing_but_the_decision(world: World, job: str, op: str, more: set[str]) -> None:
    config = world.code.resolve_job_def(job).run_config

    assert config is not None
    assert {*config} == {"ops"}
    assert {*config["ops"][op]["config"]} == {"district", "hold_hash", "kinds", "who"} | more
    assert not _job(world, job, op, hold_hash=" ", kinds=[], **dict.fromkeys(more, "asked"))


def _job(world: World, name: str, op: str, who: str = "Kim", **config: Any) -> bool:
    """Run a job from the launchpad; True if it succeeded."""
    run_config = {"ops": {op: {"config": {"district": DISTRICT, "who": who, **config}}}}
    job = world.code.resolve_job_def(name)
    return job.execute_in_process(run_config=run_config, instance=world.instance, raise_on_error=False).success


def _was(call: Call) -> set[str]:
    """What became of the drops that other limits are rehearsed on."""
    return {row["was"] for row in _json(call("rehearse", DISTRICT, "--json"))["held"]}


def _no_contact_is_told(world: World, result: dg.ExecuteInProcessResult) -> None:
    (made,) = [
        e for e in result.get_asset_materialization_events() if e.asset_key == dg.AssetKey(["planned", "changes"])
    ]
    metadata = made.materialization.metadata
    assert metadata["accounts remove"].value == 60
    assert "| `1` | 0 | 0 | 210 | 210 | 0 |" in str(metadata["schools"].value)
    assert "| held |" in str(metadata["first changes"].value)
    assert "example.org" not in str(metadata)


def _accounts(counts: list[dict[str, Any]]) -> int:
    return sum(row["changes"] for row in counts if row["kind"] == "accounts")


@pytest.mark.parametrize("dies_in", ["apply", "publish_state", "undone"])
def test_an_undoing_that_ends_anywhere_is_done_once_when_it_is_said_again_and_its_log_is_true(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    def act() -> None:
        _begin_half(world)
        call("approve", DISTRICT, world.manifest.hold_hash, "--kind", "students", "--yes")
        assert world.sync().success

    world.begin("30 of 60 students approved", act)
    (shown,) = (str(d.detail["hold_hash"]) for d in world.store.log(DISTRICT) if d.what == "removals approved")
    owners = {"apply": PlatformStore, "publish_state": report, "undone": DecisionStore}
    with monkeypatch.context() as patch:
        patch.setattr(owners[dies_in], dies_in, _die)
        assert call("undo", DISTRICT, 3, "--yes").exit_code != 0
    assert "delivery undone" not in [decision.what for decision in world.store.log(DISTRICT)]
    assert [world.store.approved_kinds(DISTRICT, hold) for hold in (shown, str(world.manifest.hold_hash))] == [[], []]

    for _ in range(2):
        assert _json(call("undo", DISTRICT, 3, "--yes", "--json"))["delivery"] == 4

    done = [d.what for d in world.store.log(DISTRICT) if d.what != "undo agreed"]
    assert done[:2] == ["delivery undone", "approvals lapsed"]
    assert _students(world) == 60
    assert "Delivery 4 undid delivery 3" in call("approve", DISTRICT, world.manifest.hold_hash, "--yes").output
    assert "Delivery 4 undid delivery 3" in _json(call("holds", DISTRICT, "--json"))["lapsed"]
    assert "Delivery 4 undid delivery 3" in call("plan", DISTRICT).output
    held = next(row["id"] for row in world.rows("changes") if (row["kind"], row["state"]) == ("accounts", "held"))
    explained = {fact["fact"] for fact in _json(call("explain", DISTRICT, held, "--json"))["facts"]}
    assert {fact for fact in explained if fact.startswith(("held", "lapsed"))} == {"lapsed_removal"}
    status = _json(call("status", DISTRICT, "--json"))
    assert (status["status"], "Taken back: delivery 3." in status["says"]) == ("undone", True)
    if dies_in == "undone":  # what runs make of it afterwards is the same for all
        _is_undone_until_a_run_delivers(world, call)


def _shows_on_a_terminal(call: Call, sentence: str) -> None:
    screen = io.StringIO()
    terminal = Console(width=80, file=screen, force_terminal=True, color_system=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(say, "Console", lambda **_: terminal)
        call("status", DISTRICT)
    assert sentence in screen.getvalue()


def _is_undone_until_a_run_delivers(world: World, call: Call) -> None:
    world.store.pause(DISTRICT)
    assert world.sync().success
    assert "Taken back: delivery 3." in _json(call("status", DISTRICT, "--json"))["says"]
    _shows_on_a_terminal(call, "until `remind-etl resume oak`. Taken back: delivery 3.")
    world.store.resume(DISTRICT)
    assert world.sync().success
    assert "Taken back" not in _json(call("status", DISTRICT, "--json"))["says"]
    assert _json(call("status", DISTRICT, "--json"))["status"] == "on_hold"
    assert _json(call("holds", DISTRICT, "--json"))["lapsed"] is None
    assert "students" in world.manifest.holds


def _die(*_: object) -> None:
    raise OSError


def test_what_goes_only_with_another_kind_is_said_and_goes_with_it(world: World, call: Call) -> None:
    _begin(world)
    world.deliver(_drop(35, with_guardian=10))

    held = _json(call("holds", DISTRICT, "--json"))
    kinds = {row["kind"]: row for row in held["holds"]}
    assert {kind: (_accounts(row["changes"]), _accounts(row["alone"]), row["with"]) for kind, row in kinds.items()} == {
        "guardians": (50, 25, ["students"]),
        "students": (50, 25, ["guardians"]),
    }
    assert _accounts(held["all"]) == 75
    assert (
        "also needs an approval of students"
        in call("approve", DISTRICT, held["hold_hash"], "--kind", "guardians", "--yes").output
    )
    assert "Approved: guardians. The next run applies it." in call("holds", DISTRICT).output

    assert world.sync().success
    left = _json(call("holds", DISTRICT, "--json"))
    assert [(row["kind"], row["is_approved"]) for row in left["holds"]] == [("guardians", True), ("students", False)]
    assert (left["approved"], _accounts(left["all"])) == ([], 50)
    assert "approved, and a run applied it" in call("holds", DISTRICT).output

    _json(call("approve", DISTRICT, left["hold_hash"], "--kind", "students", "--yes", "--json"))
    logged: list[Any] = [
        decision.detail for decision in world.store.log(DISTRICT) if decision.what == "removals approved"
    ]
    assert [(detail["kind"], detail["covers"]["accounts remove"]) for detail in logged] == [
        ("students", 50),
        ("guardians", 25),
    ]
    assert world.sync().success
    assert (world.manifest.counts["guardians"], _students(world), world.manifest.holds) == (10, 35, ())


def test_a_hash_lapses_when_other_files_come(world: World, call: Call) -> None:
    _begin_half(world)
    shown = world.manifest.hold_hash
    world.deliver(_drop(29))

    said = call("approve", DISTRICT, shown, "--yes")

    assert "has lapsed, because the district has sent other files" in said.output
    assert world.sync().success
    assert _students(world) == 60


def test_of_a_blocked_drop_it_is_said_that_it_has_no_plan(world: World, call: Call) -> None:
    _begin(world)
    planned = world.manifest.drop_id
    world.deliver({**_drop(60), "students.csv": b"x\n"})

    plan = _json(call("plan", DISTRICT, "--json"))

    assert (plan["drop"], plan["newest_is_blocked"], len(plan["blockers"])) == (planned, True, 1)
    assert plan["newest_drop"] == world.manifest.drop_id != planned
    assert "is blocked and has no plan" in call("plan", DISTRICT).stdout
    assert "its newest drop is blocked and has no plan" in call("holds", DISTRICT).output
    assert _json(call("holds", DISTRICT, "--json"))["hold_hash"] is None
    told = [event["detail"] for event in _json(call("history", DISTRICT, "--json")) if event["event"] == "drop"]
    assert [drop["outcome"] for drop in told] == ["blocked", "delivered"]
    assert "outcome blocked, bytes (" in call("history", DISTRICT).stdout


def test_of_an_older_drop_of_a_paused_district_it_is_shown_what_it_would_change_after_the_pause(
    world: World, call: Call
) -> None:
    _begin(world)
    older = world.manifest.drop_id
    world.deliver(_drop(61))
    world.store.pause(DISTRICT)

    looked = _json(call("sync", DISTRICT, "--drop", older, "--json"))

    assert {"kind": "accounts", "action": "remove", "changes": 1} in looked["changes"]
    assert (looked["plan"]["remove"], looked["plan"]["paused"]) == (0, sum(row["changes"] for row in looked["changes"]))
    assert "The district is paused." in looked["not_delivered"]
    forced = call("sync", DISTRICT, "--drop", older, "--force-older")
    assert (forced.exit_code, "After `remind-etl resume oak`, `--force-older` delivers it." in forced.stderr) == (
        0,
        True,
    )


def test_what_a_forced_older_drop_holds_is_decided_about_until_another_lands(world: World, call: Call) -> None:
    world.store.set_district(DISTRICT, {"link_policy": "exact"})
    world.store.import_schools(DISTRICT, {"1": "North High"})
    for students in (30, 60):
        world.deliver(_drop(students))
    landing = LandingStore(settings.home().landed)
    older, _ = landing.drops(DISTRICT)
    forced = {"landed__files": {"drop": older}, "delivered__receipt": {"force_older": True}}
    assert world.sync(dg.RunRequest(run_config={"ops": {op: {"config": c} for op, c in forced.items()}})).success
    held = world.manifest.hold_hash
    assert (world.manifest.drop_id, _students(world)) == (older, 60)

    _json(call("approve", DISTRICT, held, "--kind", "students", "--yes", "--json"))
    _json(call("refuse", DISTRICT, held, "--why", "asked the district", "--json"))
    _json(call("approve", DISTRICT, held, "--yes", "--json"))
    (request,) = world.tick("decisions").run_requests or ()
    assert world.sync(request).success
    assert (world.manifest.drop_id, _students(world), world.manifest.holds) == (older, 30, ())


@pytest.mark.parametrize("command", [("sync", DISTRICT), ("undo", DISTRICT, 1, "--yes")])
def test_while_a_run_is_under_way_another_exits_4_and_says_so(
    world: World, call: Call, command: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin(world)
    monkeypatch.setattr(instance, "WAIT_SECONDS", 1)
    with open_instance() as dagster, district_lock(dagster, DISTRICT):
        said = call(*command)

    assert (said.exit_code, "A run of oak is under way" in said.stderr) == (4, True)


def test_an_undo_right_after_a_pause_waits_for_the_run_that_the_pause_started(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin(world)
    with (settings.home().warehouse / f"{DISTRICT}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Other threads sleep too, so only the clock of the wait is another one.
        clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: fcntl.flock(lock, fcntl.LOCK_UN))
        monkeypatch.setattr("remind_etl.orchestration.instance.time", clock)
        done = call("undo", DISTRICT, 1, "--yes")

    assert done.exit_code == 0
    assert "A run of oak is under way here. Undoing waits for its end, at most 2 minutes." in done.stderr


def test_an_undo_does_not_wait_for_a_run_in_the_queue_and_says_what_that_run_will_do(world: World, call: Call) -> None:
    _begin(world)
    world.deliver(_drop(59))
    with open_instance() as dagster:
        queued = _created_run(dagster)
        done = call("undo", DISTRICT, 2, "--yes")

        assert (done.exit_code, _students(world)) == (0, 60)
        assert f"A run of oak is in Dagster's queue ({queued.run_id}). It comes after this undo" in done.stderr
        dagster.report_run_canceled(queued)


def _created_run(dagster: dg.DagsterInstance) -> dg.DagsterRun:
    """A run of the district that has done nothing yet, as those in the queue."""
    return dagster.create_run_for_job(definitions().resolve_job_def("sync"), tags={"dagster/partition": DISTRICT})


@pytest.mark.parametrize("command", [("sync", DISTRICT), ("forget", DISTRICT, "--yes")])
def test_other_commands_refuse_at_once_while_a_run_is_in_the_queue(
    world: World, call: Call, command: tuple[object, ...]
) -> None:
    _begin(world)
    with open_instance() as dagster:
        queued = _created_run(dagster)
        said = call(*command)
        dagster.report_run_canceled(queued)

    assert (said.exit_code, f"A run of oak is in Dagster's queue ({queued.run_id})" in said.stderr) == (4, True)


def test_a_run_whose_plan_another_delivery_made_stale_fails_at_once_and_is_right_when_it_is_said_again(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin(world)
    with monkeypatch.context() as patch:
        patch.setattr(PlatformStore, "apply", _apply_late)
        world.upload(_drop(61))
        world.tick("drops")
        (request,) = world.tick("drops").run_requests or ()
        ended = world.sync(request)

    (failure,) = [event.step_failure_data for event in ended.all_events if event.is_step_failure]
    assert failure.user_failure_data
    assert str(failure.user_failure_data.description).endswith("came after the plan was made. Run it again.")
    assert not [event for event in ended.all_events if event.is_step_up_for_retry]
    assert world.sync().success
    assert _students(world) == 61


def _apply_late(store: PlatformStore, district: str, plan: Plan, apply: Any = PlatformStore.apply) -> Any:
    """Apply a plan after another that was made on the same delivery."""
    apply(store, district, Plan(plan.drop_id, "another", plan.base, {}, {}, pa.table({})))
    return apply(store, district, plan)


def test_other_limits_are_rehearsed_and_set(world: World, call: Call) -> None:
    _begin_half(world)

    loose = _json(call("rehearse", DISTRICT, "--removal-share", "0.5", "--json"))
    assert (loose["drops"], loose["would_be_held"], loose["were_held"]) == (2, 0, 1)
    said = call("rehearse", DISTRICT, "--removal-share", "0.5").output
    assert "Because of removals, 1 of these drops were held. The other limits are not tried." in " ".join(said.split())
    assert {row["kind"] for row in loose["held"]} == {"students", "guardians"}
    assert _json(call("rehearse", DISTRICT, "--json"))["would_be_held"] == 1

    roomy = ("removal_share=0.5", "usual_count=30", "school_share=0.6")
    assert _json(call("districts", "set", DISTRICT, *roomy, "--json"))["removal_share"] == 0.5
    assert call("districts", "set", DISTRICT, "removal_share").exit_code != 0
    (request,) = world.tick("decisions").run_requests or ()
    assert world.sync(request).success
    assert _students(world) == 30


def test_a_paused_district_says_so_and_the_night_after_its_pause_delivers(world: World, call: Call) -> None:
    _begin(world)
    until = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    assert call("pause", DISTRICT, "--until", "2020-01-01").exit_code != 0
    assert _json(call("pause", DISTRICT, "--until", until, "--json"))["waits"] == "all"
    assert world.deliver(_drop(61)).success

    status = _json(call("status", DISTRICT, "--json"))
    assert (status["status"], status["counts"]["students"], status["plan"]["paused"] > 0) == ("paused", 60, True)
    assert at_night(world) == []

    with sa.create_engine(settings.home().decisions_url, poolclass=sa.NullPool).begin() as db:
        db.execute(sa.update(PAUSES).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    (behind,) = at_night(world)
    assert behind.why == "its pause has ended"
    assert world.sync(dg.RunRequest(run_config=behind.run_config)).success
    assert _students(world) == 61
    assert _json(call("status", DISTRICT, "--json"))["status"] == "synced"
