"""Notes the events of districts in the outbox, and sends what waits there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from remind_etl import settings
from remind_etl.catalogue import messages as texts
from remind_etl.catalogue.printable import printable
from remind_etl.decided.outbox import NOBODY, Later, Message, Noted
from remind_etl.decided.store import DecisionStore, District
from remind_etl.errors import MessageNotSent
from remind_etl.messages.events import Event, Happened, Receiver, incomplete_event, makes_untrue, receivers_of
from remind_etl.messages.letters import Letter, Reported, letter_to_district, letter_to_operators
from remind_etl.messages.messenger import Mail, Messenger
from remind_etl.schema.district_id import DistrictId

DIGEST_GAP: Final = timedelta(minutes=15)
"""Time between two messages to operators. Events in between are in the second one."""


def messenger_of_settings() -> Messenger:
    """The ways of the settings."""
    chosen = settings.read()
    return Messenger(
        chosen.webhook_url.get_secret_value(),
        chosen.smtp_url.get_secret_value(),
        chosen.mail_from,
        settings.operators(),
    )


@dataclass(frozen=True)
class MessageService:
    """Messages of the decisions database, in the time zone and with the address of the pages of the settings."""

    decisions: DecisionStore
    messenger: Messenger
    zone: str = "UTC"
    origin: str = ""

    def note(self, happened: Iterable[tuple[District, Happened]], now: datetime) -> int:
        """Note events to be sent; returns how many messages are new."""
        day = now.astimezone(ZoneInfo(self.zone)).date()
        messages = [one for event in happened for one in self._messages(*event)]
        return self.decisions.note(messages, day, now, makes_untrue)

    def note_incomplete(self, district_id: DistrictId, seconds: float, waits_for: str) -> None:
        """Note that a district's upload has been incomplete for so many seconds; `waits_for` is what must be done."""
        event = incomplete_event(seconds, printable(waits_for))
        self.note([(self.decisions.district(district_id), event)], datetime.now(UTC))

    def _messages(self, district: District, happened: Happened) -> Iterator[Message]:
        has_administrators = self.messenger.has_mail and bool(self.decisions.administrators(district.district_id))
        ways = self.messenger.of_operators
        hearing = receivers_of(happened.event, district.messages, has_administrators, ways)
        for receiver in (NOBODY, *hearing):
            yield Message(district.district_id, receiver, happened.event, happened.about, happened.facts)

    def send(self, clock: Callable[[], datetime], is_over: Callable[[], bool] = lambda: False) -> "Sending":
        """Send what waits, until `is_over`. What cannot be sent waits for another pass."""
        waiting = self.decisions.delete_untrue(self.decisions.to_send(clock()), _is_untrue_if_late)
        with Sending.through(self, clock) as sending:
            for way in (Receiver.WEBHOOK, Receiver.OPERATORS):
                sending.digest(way, [one for one in waiting if one.message.receiver == way])
            for one in waiting:
                if one.message.receiver == Receiver.DISTRICT and not is_over():
                    sending.mail(one)
        return sending

    def try_ways(self, now: datetime) -> dict[str, str]:
        """Send a trial message to operators by each way that is set; by way, why it was not sent, or blank."""
        found = {}
        with Sending.through(self, lambda: now) as sending:
            for way in self.messenger.of_operators:
                try:
                    sending.to_operators(way, Letter(texts.TRIAL_SUBJECT, texts.TRIAL), f"trial {now.isoformat()}")
                    found[str(way)] = ""
                except MessageNotSent as error:
                    found[str(way)] = str(error)
        return found


def _is_untrue_if_late(event: str, noted_at: datetime, later: Later) -> bool:
    """As `makes_untrue`; but that a run failed, with its time, stays true."""
    return event != Event.FAILED and makes_untrue(event, noted_at, later)


@dataclass
class Sending:
    """One pass over the outbox: its session with the mail server, and what came of it."""

    service: MessageService
    clock: Callable[[], datetime]
    stack: ExitStack
    sent: int = 0
    failed: int = 0
    reasons: set[str] = field(default_factory=set)
    _session: Mail | MessageNotSent | None = None

    @classmethod
    @contextmanager
    def through(cls, service: MessageService, clock: Callable[[], datetime]) -> Iterator["Sending"]:
        """A pass, whose session with the mail server ends with it."""
        with ExitStack() as stack:
            yield cls(service, clock, stack)

    @cached_property
    def _districts(self) -> dict[str, District]:
        return {str(known.district_id): known for known in self.service.decisions.districts()}

    def digest(self, way: Receiver, noted: Sequence[Noted]) -> None:
        """Send events to operators as one message, unless the message before was sent a short time ago."""
        service, now = self.service, self.clock()
        if noted and way not in service.messenger.of_operators:
            service.decisions.give_up(noted)
            return
        last = service.decisions.last_sent_to(way)
        if noted and (last is None or now - last >= DIGEST_GAP):
            letter = letter_to_operators([self._reported(one) for one in noted], service.zone, service.origin)
            self._attempt(noted, lambda: self.to_operators(way, letter, f"{way} {noted[0].number}"))

    def mail(self, noted: Noted) -> None:
        """Send an event to the administrators of its district."""
        service = self.service
        to = [user.email for user in service.decisions.administrators(noted.message.district)]
        if not to or not service.messenger.has_mail:
            service.decisions.give_up([noted])
            return
        zone = self._districts[noted.message.district].time_zone or service.zone
        letter = letter_to_district(self._reported(noted), zone, service.origin)
        self._attempt([noted], lambda: self._mail().send(to, texts.ADMINISTRATORS, letter, f"mail {noted.number}"))

    def to_operators(self, way: Receiver, letter: Letter, key: str) -> None:
        """Send a letter to the operators. Raises MessageNotSent."""
        messenger = self.service.messenger
        if way == Receiver.WEBHOOK:
            messenger.post(letter.body)
        else:
            self._mail().send(messenger.operators, texts.OPERATORS, letter, key)

    def _attempt(self, noted: Sequence[Noted], act: Callable[[], None]) -> None:
        self.service.decisions.note_attempt(noted, self.clock())
        try:
            act()
        except MessageNotSent as error:
            self.failed += len(noted)
            self.reasons.add(str(error))
        else:
            self.service.decisions.sent(noted, self.clock())
            self.sent += len(noted)

    def _mail(self) -> Mail:
        """The session, which is opened once. If it cannot be opened, no other mail of this pass tries it again."""
        if self._session is None:
            try:
                self._session = self.stack.enter_context(self.service.messenger.mail())
            except MessageNotSent as error:
                self._session = error
        if isinstance(self._session, MessageNotSent):
            raise self._session
        return self._session

    def _reported(self, noted: Noted) -> Reported:
        message = noted.message
        name = self._districts[message.district].name
        return Reported(message.district, name, message.event, message.facts, noted.noted_at)
