"""The outbox: what operators and districts are to hear of, what was sent, and what is tried again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from remind_etl.decided.districts import Districts
from remind_etl.decided.tables import MESSAGES
from remind_etl.schema.district_id import DistrictId, district_id

SAME_AGAIN: Final = timedelta(days=7)
"""How long a message that would say the same again is left out."""

KEPT: Final = timedelta(days=400)
"""How long messages are remembered."""

GIVEN_UP: Final = timedelta(days=3)
"""A message is tried for so long."""

FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=6)

_M = MESSAGES.c


@dataclass(frozen=True)
class Message:
    """One event of one district for one receiver. The facts are counts, ids of files and columns, and our sentences.

    `about` tells a new fact from the same one on another day.
    """

    district: DistrictId
    receiver: str
    event: str
    about: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Noted:
    """A message in the outbox."""

    number: int
    message: Message
    noted_at: datetime
    tries: int
    next_try_at: datetime | None
    sent_at: datetime | None

    @property
    def state(self) -> str:
        """`sent`, `waits` or `given up`."""
        return "sent" if self.sent_at else "waits" if self.next_try_at else "given up"


class Outbox(Districts):
    """The messages, in the order in which they were noted."""

    def note(self, messages: Collection[Message], day: date, now: datetime) -> int:
        """Note messages to be sent; returns how many are new.

        A receiver gets one message per event, district and day, and not the same again within `SAME_AGAIN`.
        """
        noted = 0
        with self.engine.begin() as db:
            for message in messages:
                key = {"district_id": message.district, "receiver": message.receiver, "event": message.event}
                before = db.execute(
                    sa.select(_M.day, _M.about, _M.noted_at).filter_by(**key).order_by(_M.message_id.desc()).limit(1)
                ).first()
                if before and (before.day == day.isoformat() or _says_the_same(before, message, now)):
                    continue
                said = {"about": message.about, "facts": dict(message.facts), "day": day.isoformat()}
                db.execute(sa.insert(MESSAGES), key | said | {"noted_at": now, "tries": 0, "next_try_at": now})
                noted += 1
        return noted

    def to_send(self, now: datetime, most: int = 2_000) -> list[Noted]:
        """Messages that may be tried now, oldest first."""
        return self._noted(sa.and_(_M.sent_at.is_(None), _M.next_try_at <= now), _M.message_id.asc(), most)

    def messages(self, district: DistrictId | None = None, most: int = 200) -> list[Noted]:
        """The newest messages of a district or of all, newest first."""
        return self._noted(_M.district_id == district if district else sa.true(), _M.message_id.desc(), most)

    def unsent(self) -> tuple[int, int]:
        """Numbers of messages that were tried and wait, and of those that were given up."""
        tried, given_up = sa.and_(_M.next_try_at.is_not(None), _M.tries > 0), _M.next_try_at.is_(None)
        with self.engine.connect() as db:
            count = sa.select(sa.func.count()).select_from(MESSAGES).where(_M.sent_at.is_(None))
            return db.scalar(count.where(tried)) or 0, db.scalar(count.where(given_up)) or 0

    def last_sent_to(self, receiver: str) -> datetime | None:
        """When something was sent to the receiver last."""
        with self.engine.connect() as db:
            newest: datetime | None = db.scalar(sa.select(sa.func.max(_M.sent_at)).where(_M.receiver == receiver))
            return newest

    def note_attempt(self, noted: Sequence[Noted], now: datetime) -> None:
        """Write down that messages are being tried, before they are: after a crash they wait before the next try."""
        with self.engine.begin() as db:
            for one in noted:
                delay = min(FIRST_DELAY * 2**one.tries, LONGEST_DELAY)
                again = now + delay if now - one.noted_at < GIVEN_UP else None
                tried = {"tries": one.tries + 1, "next_try_at": again}
                db.execute(sa.update(MESSAGES).where(_M.message_id == one.number).values(tried))

    def sent(self, noted: Sequence[Noted], now: datetime) -> None:
        """Write down that messages were sent."""
        numbers = [one.number for one in noted]
        with self.engine.begin() as db:
            db.execute(sa.update(MESSAGES).where(_M.message_id.in_(numbers)).values(sent_at=now, next_try_at=None))

    def give_up(self, noted: Sequence[Noted]) -> None:
        """Write down that messages are not tried any more, because nobody is there to get them."""
        numbers = [one.number for one in noted]
        with self.engine.begin() as db:
            db.execute(sa.update(MESSAGES).where(_M.message_id.in_(numbers)).values(next_try_at=None))

    def forget_old_messages(self, now: datetime) -> int:
        """Delete messages that are older than `KEPT`; returns how many."""
        with self.engine.begin() as db:
            return db.execute(sa.delete(MESSAGES).where(_M.noted_at < now - KEPT)).rowcount

    def _noted(self, where: sa.ColumnElement[bool], order: sa.UnaryExpression[int], most: int) -> list[Noted]:
        columns = (_M.message_id, _M.district_id, _M.receiver, _M.event, _M.about, _M.facts)
        times = (_M.noted_at, _M.tries, _M.next_try_at, _M.sent_at)
        with self.engine.connect() as db:
            rows = db.execute(sa.select(*columns, *times).where(where).order_by(order).limit(most)).all()
        return [_of_row(*row) for row in rows]


def _of_row(number: int, district: str, *row: Any) -> Noted:
    receiver, event, about, facts, *when = row
    return Noted(number, Message(district_id(district), receiver, event, about, facts), *when)


def _says_the_same(before: Any, message: Message, now: datetime) -> bool:
    return bool(before.about == message.about and now - before.noted_at < SAME_AGAIN)
