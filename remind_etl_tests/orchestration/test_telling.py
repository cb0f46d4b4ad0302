"""From the end of a run to a message: the sensors, with a real mail server and a real webhook."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest

from remind_etl import settings
from remind_etl.decided.store import SchoolLink
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.standings import why_not_taken
from remind_etl.orchestration.outcome import OUTCOME, Acts, Outcome, tag_run
from remind_etl_tests.message_servers import Channel, Mailbox, running_channel, running_mailbox
from remind_etl_tests.worlds import DISTRICT, World, last_student_alone, scenario

ADMINISTRATOR = "admin@oak.example.org"
WRONG_HEADER = scenario("clean")["students.csv"].replace(b"student_id", b"StudentNumber", 1)


@pytest.fixture
def clean_world(world: World) -> World:
    """A world that begins with a delivery; other fixtures change it after that."""
    world.begin_clean()
    return world


@pytest.fixture
def mailbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The mail server of the settings; oak has an administrator."""
    world.store.add_administrator(DISTRICT, ADMINISTRATOR)
    with running_mailbox() as mailbox:
        monkeypatch.setenv("REMIND_ETL_SMTP_URL", mailbox.url())
        monkeypatch.setenv("REMIND_ETL_MAIL_FROM", "roster@example.org")
        yield mailbox


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """The webhook of the settings."""
    with running_channel() as channel:
        monkeypatch.setenv("REMIND_ETL_WEBHOOK_URL", channel.url)
        yield channel


def _look(world: World) -> None:
    for name in ("outcomes", "messages", "outcomes", "messages"):
        world.tick(name)


def _subjects(mailbox: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for _, mail in mailbox.taken]


def test_a_blocked_drop_is_reported_once_to_the_district_with_a_remedy_and_to_the_operators(
    world: World, mailbox: Mailbox, channel: Channel
) -> None:
    world.link("clean")
    _look(world)
    world.deliver({**scenario("clean"), "students.csv": WRONG_HEADER})
    _look(world)
    world.sync_again()
    _look(world)

    ((to, mail),) = mailbox.taken
    name = world.store.district(DISTRICT).name
    assert (to, mail["Subject"]) == ([ADMINISTRATOR], f"{name}: your files were not used")
    text = mail.get_content()
    assert "students.csv has no column student_id: StudentNumber may be this column." in text
    assert "Please do this: " in text
    (said,) = channel.taken
    line = said.splitlines()[1]
    assert line.startswith(f"• oak ({name}), upload of ")
    assert "(UTC): blocked. students.csv has no column student_id" in line


def test_a_run_of_a_partition_that_is_no_district_does_not_stop_the_messages(world: World, mailbox: Mailbox) -> None:
    world.link("clean")
    _look(world)
    world.instance.add_dynamic_partitions("district", ["Nowhere?"])
    sync = world.code.resolve_job_def("sync")
    assert not sync.execute_in_process(instance=world.instance, partition_key="Nowhere?", raise_on_error=False).success
    world.deliver({**scenario("clean"), "students.csv": WRONG_HEADER})
    _look(world)

    assert _subjects(mailbox) == [f"{world.store.district(DISTRICT).name}: your files were not used"]


def test_waiting_schools_are_reported_and_a_clean_upload_only_to_a_district_that_wants_it(
    world: World, mailbox: Mailbox, channel: Channel
) -> None:
    _look(world)
    world.deliver(scenario("clean"))
    _look(world)
    world.link("clean")
    world.store.link_schools(DISTRICT, [SchoolLink("03", None, "ignored")])
    world.sync_again()
    _look(world)
    name = world.store.district(DISTRICT).name
    assert _subjects(mailbox) == [f"{name}: schools must be connected"]
    assert "waits" not in {one.state for one in world.store.messages()}

    world.store.choose_messages(DISTRICT, "all")
    world.sync_again()
    _look(world)

    assert _subjects(mailbox)[1:] == [f"{name}: your files are on the platform"]
    assert len(channel.taken) == 1


def test_a_server_that_is_down_fails_no_look_and_the_message_comes_when_it_is_back(
    world: World, mailbox: Mailbox, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.status = 503
    monkeypatch.setenv("REMIND_ETL_SMTP_URL", "smtp://127.0.0.1:1")
    _look(world)
    world.deliver(scenario("clean"))
    _look(world)
    assert {one.state for one in world.store.messages()} == {"waits"}
    assert "could" not in str(world.tick("messages").skip_reason)

    monkeypatch.setattr("remind_etl.orchestration.telling.datetime", _Later)
    channel.status = 200
    monkeypatch.setenv("REMIND_ETL_SMTP_URL", mailbox.url())
    world.tick("messages")

    assert {one.state for one in world.store.messages()} == {"sent"}
    assert len(mailbox.taken) == len(channel.taken) == 1


class _Later:
    """A clock that is an hour ahead."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        return datetime.now(zone) + timedelta(hours=1)


def test_a_failure_of_ours_is_reported_to_operators_and_not_to_the_district(
    world: World, mailbox: Mailbox, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _look(world)
    monkeypatch.setenv("REMIND_ETL_SFTP_USER", "stranger")
    result = world.sync()
    _look(world)

    assert mailbox.taken == []
    (said,) = channel.taken
    assert "a run failed. The SFTP server" in said
    assert result.run_id in said


def test_a_district_is_reported_as_overdue_once_a_week(
    world: World, mailbox: Mailbox, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_OVERDUE_DAYS", "0")
    monkeypatch.setattr("remind_etl.orchestration.telling.OVERDUE_HOUR", 0)
    for _ in range(2):
        world.tick("messages")
    world.cursors["messages"] = "2020-01-01"
    world.tick("messages")

    assert _subjects(mailbox) == [f"{world.store.district(DISTRICT).name}: no upload for 0 days"]
    assert len(channel.taken) == 1


def test_a_run_that_ended_before_the_first_look_is_not_reported(world: World, mailbox: Mailbox) -> None:
    world.deliver(scenario("clean"))
    _look(world)

    assert mailbox.taken == []


def test_changes_on_hold_are_told_once_to_operators_and_to_the_district(
    clean_world: World, mailbox: Mailbox, channel: Channel
) -> None:
    world = clean_world
    _look(world)
    before, mails = len(channel.taken), len(mailbox.taken)
    world.deliver(last_student_alone())
    _look(world)
    _look(world)

    (told,), ((to, mail),) = channel.taken[before:], mailbox.taken[mails:]
    held = "guardians and students wait for a person"
    assert f" (UTC): on hold. Removals of {held}. `remind-etl holds oak` shows them." in told
    assert (to, mail["Subject"]) == ([ADMINISTRATOR], "Oak Unified: changes wait for your decision")
    assert f"but removals of {held}. Look at them" in " ".join(mail.get_content().split())


def test_an_outcome_that_a_later_run_replaced_is_not_reported(world: World, mailbox: Mailbox) -> None:
    _look(world)
    world.link("clean")
    result = world.deliver(scenario("clean"))
    run = world.instance.get_run_by_id(result.run_id)
    assert run
    tag_run(world.instance, run, Outcome.ON_HOLD, Acts.US)
    _look(world)

    run = world.instance.get_run_by_id(result.run_id)
    assert run
    assert run.tags[OUTCOME] == "on_hold"
    assert mailbox.taken == []


def test_a_run_that_dagster_could_not_start_is_told_to_the_operators(world: World, channel: Channel) -> None:
    world.begin_clean()
    _look(world)
    before = len(channel.taken)
    run = world.instance.create_run_for_job(world.code.resolve_job_def("sync"), tags={"dagster/partition": DISTRICT})
    world.instance.report_run_failed(run, "the code server did not answer")

    _look(world)

    assert len(channel.taken) > before


def test_an_upload_that_stays_incomplete_for_hours_is_reported_once_and_starts_no_run(
    world: World, mailbox: Mailbox, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload({"schools.csv": scenario("clean")["schools.csv"], "teachers.csv": b""})
    world.tick("drops")
    _look(world)
    assert (_subjects(mailbox), channel.taken) == ([], [])

    tomorrow = SimpleNamespace(monotonic=time.monotonic, time=lambda: time.time() + 86_400)
    monkeypatch.setattr("remind_etl.dropped.sensors.time", tomorrow)
    assert [world.tick("drops").run_requests or [] for _ in range(3)] == [[], [], []]
    _look(world)
    name = world.store.district(DISTRICT).name
    ((to, mail),) = mailbox.taken
    assert (to, mail["Subject"]) == ([ADMINISTRATOR], f"{name}: your upload is not complete")
    waits = "Waits for teachers.csv (it has 0 bytes: export it again, and upload it), students.csv."
    assert f"has not changed for 24 hours. {waits}" in " ".join(mail.get_content().split())
    (said,) = channel.taken
    line = said.splitlines()[1]
    assert line.startswith(f"• oak ({name}), ")
    assert f" (UTC): upload not complete for 24 hours. {waits}" in line


def test_a_file_of_0_bytes_is_reported_once_after_the_quiet_period(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload(scenario("clean") | {"students.csv": b""})
    world.tick("drops")
    later = SimpleNamespace(monotonic=time.monotonic, time=lambda: time.time() + 300)
    monkeypatch.setattr("remind_etl.dropped.sensors.time", later)
    results = [world.tick("drops") for _ in range(2)]
    _look(world)
    lacks = "Waits for students.csv (it has 0 bytes: export it again, and upload it)."
    assert [(result.run_requests or [], lacks in str(result.skip_reason)) for result in results] == [([], True)] * 2
    ((_, mail),) = mailbox.taken
    minutes = max(1, settings.read().quiet_seconds // 60)
    unit = "minute" if minutes == 1 else "minutes"
    assert f"has not changed for {minutes} {unit}. {lacks}" in " ".join(mail.get_content().split())
    assert lacks in why_not_taken(LandingStore(settings.home().landed), DISTRICT), "the status says it too"
    world.deliver({"students.csv": scenario("clean")["students.csv"]})
    assert why_not_taken(LandingStore(settings.home().landed), DISTRICT) == ""
