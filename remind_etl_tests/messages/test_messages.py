"""Who hears of what, and that each message is sent once, whatever goes wrong meanwhile."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remind_etl.catalogue import remedies
from remind_etl.catalogue.problems import CATALOGUE, Severity
from remind_etl.decided.outbox import Message
from remind_etl.decided.store import DecisionStore
from remind_etl.errors import MessageNotSent
from remind_etl.messages.events import Ended, Event, Happened, Receiver, events_of_run, overdue_event, receivers_of
from remind_etl.messages.letters import Letter, Reported, letter_to_district, letter_to_operators
from remind_etl.messages.messenger import Messenger
from remind_etl.operations.messages import DIGEST_GAP, MessageService
from remind_etl.published.store import Manifest
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import OAK
from remind_etl_tests.message_servers import Channel, Mailbox, running_channel, running_mailbox

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
ARRIVED = "2026-09-01T08:12:30+00:00"
BLOCKED = Happened(
    Event.BLOCKED,
    "a drop",
    {"why": "students.csv is missing.", "fix": "Add it. Then upload all files again.", "more": 2, "at": ARRIVED},
)
ELM = DistrictId("elm")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes mail after a login."""
    with running_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def channel() -> Iterator[Channel]:
    """A webhook."""
    with running_channel() as channel:
        yield channel


@pytest.fixture
def store(tmp_path: Path) -> DecisionStore:
    """Two districts, each with an administrator; oak has two."""
    store = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    for district in (OAK, ELM):
        store.add_district(district, f"{district.capitalize()} Schools")
        store.add_administrator(district, f"admin@{district}.example.org")
    store.add_administrator(OAK, "second@oak.example.org")
    return store


@pytest.fixture
def service(store: DecisionStore, mailbox: Mailbox, channel: Channel) -> MessageService:
    """Messages by all ways."""
    ways = Messenger(channel.url, mailbox.url(), "roster@example.org", ("ops@example.org", "night@example.org"))
    return MessageService(store, ways, "UTC", "https://sync.example.org/")


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _note(service: MessageService, *happened: Happened, now: datetime = NOON, district: DistrictId = OAK) -> int:
    known = service.decisions.district(district)
    return service.note([(known, one) for one in happened], now)


@pytest.mark.parametrize(
    ("outcome", "acts", "facts", "event"),
    [
        ("delivered", "nobody", {}, Event.RECEIVED),
        ("delivered", "district", {"problems": {"error": 3}}, Event.ERRORS),
        ("on_hold", "us", {"holds": ("students",), "hold_hash": "h"}, Event.ON_HOLD),
        ("waiting_for_schools", "us", {"waiting_schools": 2, "waiting_people": 9}, Event.WAITING_FOR_SCHOOLS),
        ("blocked", "district", {"blockers": ("students.csv is missing.",)}, Event.BLOCKED),
        ("failed", "us", {}, Event.FAILED),
        ("failed", "district", {}, Event.BLOCKED),
        ("failed", "nobody", {}, None),
        ("nothing_new", "district", {"problems": {"error": 3}}, None),
        ("planned", "nobody", {}, None),
    ],
)
def test_a_run_leads_to_at_most_one_event(
    outcome: str, acts: str, facts: dict[str, object], event: Event | None
) -> None:
    manifest = Manifest(OAK, "a drop", ARRIVED, **facts)  # type: ignore[arg-type]

    found = [happened.event for happened in events_of_run(Ended("a run", outcome, acts, "It failed.", manifest))]

    assert found == ([event] if event else [])


def test_a_district_hears_what_it_chose_and_operators_what_needs_a_person() -> None:
    ways = (Receiver.WEBHOOK, Receiver.OPERATORS)
    heard = {
        (event, level): receivers_of(event, level, has_administrators=True, of_operators=ways)
        for event in Event
        for level in ("off", "problems", "all")
    }

    assert heard[Event.RECEIVED, "all"] == [Receiver.DISTRICT]
    assert heard[Event.RECEIVED, "problems"] == []
    assert heard[Event.ERRORS, "problems"] == [Receiver.DISTRICT]
    assert heard[Event.BLOCKED, "off"] == [*ways]
    assert heard[Event.FAILED, "all"] == [*ways]
    assert receivers_of(Event.BLOCKED, "all", has_administrators=False, of_operators=()) == []


@pytest.mark.parametrize("event", Event)
def test_each_event_has_words_for_everybody_who_may_hear_of_it(event: Event) -> None:
    facts = {
        "why": "students.csv is missing.",
        "fix": "Add it. Then upload all files again.",
        "more": 1,
        "at": ARRIVED,
        "held": "removals of students",
        "schools": 1,
        "people": 1_200,
        "errors": 3,
        "accounts": 1,
        "days": 8,
        "hours": 24,
        "waits_for": "Waits for students.csv.",
        "run": "a run",
    }
    reported = Reported(OAK, "Oak Schools", event, facts, NOON)

    if event is not Event.FAILED:
        letter = letter_to_district(reported, "America/New_York", "https://sync.example.org")
        assert letter.subject.startswith("Oak Schools: ")
        assert "{" not in letter.subject + letter.body
    if event not in (Event.RECEIVED, Event.ERRORS):
        assert "oak (Oak Schools), " in letter_to_operators([reported], "UTC", "").body


def test_a_blocked_upload_is_told_with_its_first_remedy_the_time_of_the_district_and_the_page() -> None:
    letter = letter_to_district(
        Reported(OAK, "Oak Schools", "blocked", BLOCKED.facts, NOON), "America/New_York", "https://s.org"
    )

    assert letter.subject == "Oak Schools: your files were not used"
    assert letter.body.split("\n\n") == [
        "Your upload of 2026-09-01 04:12 (America/New_York) was not used. Nothing was changed. Delivered records stay as they are.",
        "students.csv is missing.",
        "Please do this: Add it. Then upload all files again.",
        "The page of your district has 2 problems more.",
        "The page of your district: https://s.org/d/oak/problems",
        "This message was sent by a program. You get it because you administer Oak Schools. To end these messages, ask us.",
    ]


def test_each_remedy_of_a_blocker_asks_for_another_upload_once() -> None:
    fixes = [problem.fix for problem in CATALOGUE if problem.severity is Severity.BLOCKER]
    fixes += [*remedies.FILES.values(), *remedies.ZIPS.values()]
    assert [fix for fix in fixes if len(re.findall(r"[Uu]pload (?:all files|the zip) again", fix)) != 1] == []


def test_a_message_to_operators_names_a_bounded_number_of_events() -> None:
    many = [
        Reported(DistrictId(f"d{n}"), "A name", "failed", {"why": "It failed.", "run": "r"}, NOON) for n in range(100)
    ]

    letter = letter_to_operators(many, "UTC", "")

    assert letter.subject == "Rosters: 100 districts, 100 events"
    assert len(letter.body.splitlines()) == 32
    assert letter.body.endswith("And 70 more. `remind-etl messages list` has all of them.")


def test_an_event_is_sent_once_to_each_receiver_whose_addresses_stay_hidden(
    service: MessageService, mailbox: Mailbox, channel: Channel
) -> None:
    assert _note(service, BLOCKED) == 3
    first = service.send(_at(NOON))
    again = MessageService(DecisionStore(str(service.decisions.engine.url)), service.messenger).send(_at(NOON))

    assert (first.sent, first.failed, again.sent) == (3, 0, 0)
    assert [to for to, _ in mailbox.taken] == [
        ["ops@example.org", "night@example.org"],
        ["admin@oak.example.org", "second@oak.example.org"],
    ]
    assert [mail["To"] for _, mail in mailbox.taken] == ["Operators:;", "Administrators:;"]
    assert mailbox.taken[1][1]["Subject"] == "Oak Schools: your files were not used"
    assert "Add it. Then upload all files again." in mailbox.taken[1][1].get_content()
    (text,) = channel.taken
    line = "• oak (Oak Schools), upload of 2026-09-01 08:12 (UTC): blocked. students.csv is missing."
    assert text.startswith(f"Rosters: 1 district, 1 event.\n{line}")


def test_events_of_many_districts_are_one_message_to_operators(service: MessageService, channel: Channel) -> None:
    _note(service, BLOCKED, Happened(Event.FAILED, "x", {"why": "The disk is full.", "run": "r"}))
    _note(service, BLOCKED, district=ELM)
    service.send(_at(NOON))
    _note(service, overdue_event(NOON - timedelta(days=8), NOON), now=NOON + timedelta(minutes=1))
    service.send(_at(NOON + timedelta(minutes=1)))

    assert [text.splitlines()[0] for text in channel.taken] == ["Rosters: 2 districts, 3 events."]
    service.send(_at(NOON + DIGEST_GAP))
    assert (
        channel.taken[1].splitlines()[1].startswith("• oak (Oak Schools), 2026-09-01 12:01 (UTC): overdue. No upload")
    )


def test_a_district_hears_of_an_event_once_a_day_and_of_the_same_fact_once_a_week(service: MessageService) -> None:
    other = Happened(Event.BLOCKED, "another drop", BLOCKED.facts)

    assert _note(service, BLOCKED, BLOCKED) == 3
    assert _note(service, other, now=NOON + timedelta(hours=2)) == 0
    assert _note(service, BLOCKED, now=NOON + timedelta(days=1)) == 0
    assert _note(service, other, now=NOON + timedelta(days=1)) == 3
    assert _note(service, other, now=NOON + timedelta(days=7)) == 0
    assert _note(service, other, now=NOON + timedelta(days=8)) == 3


def _delivered(drop: str) -> Happened:
    return Happened(Event.RECEIVED, drop, {"accounts": 9, "at": ARRIVED})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BLOCKED, Happened(Event.BLOCKED, "another drop", BLOCKED.facts)),
        (Happened(Event.ON_HOLD, "a hash", {"held": "students"}), Happened(Event.ON_HOLD, "another", {"held": "x"})),
        (Happened(Event.FAILED, "x", {"why": "x", "run": "r"}), Happened(Event.FAILED, "y", {"why": "y", "run": "s"})),
    ],
    ids=lambda happened: happened.event,
)
def test_a_new_fact_after_another_event_is_sent_on_the_same_day_also_if_nobody_heard_of_that_event(
    service: MessageService, first: Happened, second: Happened
) -> None:
    heard = _note(service, first)
    assert heard >= 2

    assert _note(service, second, now=NOON + timedelta(minutes=2)) == 0
    assert _note(service, _delivered("a good drop"), now=NOON + timedelta(minutes=5)) == 0
    assert _note(service, first, now=NOON + timedelta(minutes=9)) == 0
    assert _note(service, second, now=NOON + timedelta(minutes=20)) == heard
    assert _note(service, second, now=NOON + timedelta(minutes=30)) == 0


def test_a_fact_that_a_later_event_ended_is_sent_again_from_the_next_day_on(service: MessageService) -> None:
    unreadable = Happened(Event.BLOCKED, "The zip cannot be read.", BLOCKED.facts)

    assert _note(service, unreadable) == 3
    _note(service, _delivered("a good drop"), now=NOON + timedelta(hours=1))
    assert _note(service, unreadable, now=NOON + timedelta(hours=2)) == 0
    assert _note(service, unreadable, now=NOON + timedelta(days=1)) == 3
    assert _note(service, unreadable, now=NOON + timedelta(days=2)) == 0


def test_a_message_leaves_out_what_a_later_event_made_untrue_before_it_was_sent(
    service: MessageService, store: DecisionStore, channel: Channel
) -> None:
    _note(service, Happened(Event.FAILED, "x", {"why": "The disk is full.", "run": "r"}))
    service.send(_at(NOON))
    held = Happened(Event.ON_HOLD, "a hash", {"held": "removals of students", "at": ARRIVED})
    later = NOON + timedelta(minutes=5)
    _note(service, BLOCKED, now=later)
    _note(service, held, now=later, district=ELM)
    _note(service, Happened(Event.FAILED, "y", {"why": "Busy.", "run": "s"}), now=later, district=ELM)
    _note(service, _delivered("a good drop"), now=later)
    store.undone(ELM, 4, 5, {})

    service.send(_at(NOON + DIGEST_GAP))

    (line,) = channel.taken[1].splitlines()[1:]
    assert line.startswith("• elm (Elm Schools), 2026-09-01 12:05 (UTC): a run failed. Busy.")


def test_only_a_later_upload_ends_an_overdue_one(service: MessageService, channel: Channel) -> None:
    _note(service, overdue_event(NOON - timedelta(days=8), NOON))
    _note(service, _delivered("an older drop"), now=NOON)
    service.send(_at(NOON))
    assert "overdue" in channel.taken[0]

    _note(service, overdue_event(NOON - timedelta(days=8), NOON), now=NOON + timedelta(days=8))
    arrived = (NOON + timedelta(days=8, minutes=1)).isoformat()
    _note(service, Happened(Event.RECEIVED, "new", {"at": arrived}), now=NOON + timedelta(days=8, minutes=2))
    service.send(_at(NOON + timedelta(days=8, minutes=3)))
    assert len(channel.taken) == 1


def test_what_nobody_hears_of_is_neither_listed_nor_counted_as_unsent(service: MessageService) -> None:
    _note(service, _delivered("a good drop"))

    assert service.decisions.messages() == []
    assert service.decisions.unsent() == (0, 0)
    assert service.send(_at(NOON)).sent == 0


def test_a_message_that_cannot_be_sent_is_tried_again_less_and_less_often_and_given_up_in_the_end(
    service: MessageService, channel: Channel, mailbox: Mailbox
) -> None:
    channel.status = 500
    mailbox.refuses = {"admin@oak.example.org", "second@oak.example.org"}
    _note(service, BLOCKED)

    first = service.send(_at(NOON))
    assert (first.sent, first.failed) == (1, 2)
    assert first.reasons == {"The webhook answered with the status 500.", "The mail server refused all addresses."}
    assert service.send(_at(NOON)).failed == 0
    tries = sum(bool(service.send(_at(NOON + timedelta(minutes=n))).failed) for n in range(1, 60))
    assert tries == 5
    assert service.decisions.unsent() == (2, 0)

    mailbox.refuses = {"second@oak.example.org"}
    assert service.send(_at(NOON + timedelta(days=2))).sent == 1
    assert service.send(_at(NOON + timedelta(days=4))).failed == 1
    assert service.decisions.unsent() == (0, 1)
    assert service.send(_at(NOON + timedelta(days=9))).failed == 0


def test_a_mail_server_that_is_gone_is_asked_once_a_pass_and_all_mails_wait(store: DecisionStore) -> None:
    service = MessageService(store, Messenger("", "smtp://127.0.0.1:1", "roster@example.org"))
    for district in (OAK, ELM):
        _note(service, BLOCKED, district=district)

    sending = service.send(_at(NOON))

    assert (sending.sent, sending.failed) == (0, 2)
    assert sending.reasons == {"The mail server did not take it (ConnectionRefusedError)."}


def test_a_way_that_is_no_longer_set_and_a_district_without_administrators_wait_for_nothing(
    service: MessageService, store: DecisionStore
) -> None:
    _note(service, BLOCKED)
    _note(service, BLOCKED, district=ELM)
    store.remove_administrator(ELM, "admin@elm.example.org")

    MessageService(store, Messenger("", service.messenger.smtp_url, "roster@example.org")).send(_at(NOON))

    assert sorted(one.state for one in store.messages()) == ["given up"] * 5 + ["sent"]


def test_what_is_remembered_of_a_district_goes_with_it(service: MessageService) -> None:
    _note(service, BLOCKED)

    service.decisions.delete_district(OAK)

    assert service.decisions.messages() == []


def test_old_messages_are_forgotten(service: MessageService) -> None:
    _note(service, BLOCKED)

    assert service.decisions.forget_old_messages(NOON + timedelta(days=399)) == 0
    assert service.decisions.forget_old_messages(NOON + timedelta(days=401)) == 4  # and the event itself


def test_a_wrong_password_says_so_and_no_error_has_an_address(mailbox: Mailbox, channel: Channel) -> None:
    wrong = Messenger(channel.url, mailbox.url("hush"), "roster@example.org")
    channel.status = 302

    with pytest.raises(MessageNotSent) as refused, wrong.mail():
        pass
    with pytest.raises(MessageNotSent) as moved:
        wrong.post("a text")

    assert str(refused.value) == "The mail server refused our login."
    assert str(moved.value) == "The webhook answered with the status 302."
    assert "hush" not in repr(wrong)


def test_a_text_of_a_webhook_has_no_links_that_slack_would_make_of_it(channel: Channel) -> None:
    Messenger(channel.url).post("<!channel> & all")

    assert channel.taken == ["&lt;!channel&gt; &amp; all"]


def test_a_line_break_in_a_name_adds_no_header_to_a_mail(mailbox: Mailbox) -> None:
    letter = letter_to_district(Reported(OAK, "Oak\r\nBcc: x@example.org", "overdue", {"days": 8}, NOON), "UTC", "")

    with Messenger("", mailbox.url(), "roster@example.org").mail() as mail:
        mail.send(["a@example.org"], "Administrators", Letter(letter.subject, letter.body), "a key")

    ((to, taken),) = mailbox.taken
    assert to == ["a@example.org"]
    assert "Bcc" not in taken


def test_a_message_in_the_outbox_has_no_email(service: MessageService) -> None:
    _note(service, BLOCKED)
    with service.decisions.engine.connect() as db:
        rows = db.exec_driver_sql("select * from messages").all()

    assert len(rows) == 4
    assert "@" not in repr(rows)


def test_the_outbox_keeps_what_it_was_given(store: DecisionStore) -> None:
    message = Message(OAK, "webhook", "blocked", "a drop", {"why": "x", "more": 2})
    store.note([message], NOON.date(), NOON)

    (noted,) = store.to_send(NOON)

    assert noted.message == message
    assert (noted.noted_at, noted.tries, noted.state) == (NOON, 0, "waits")
