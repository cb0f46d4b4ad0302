"""The outbox: what operators and districts are to hear of, what was sent, and what is tried again."""

from collections.abc import Callable, Collection, Mapping, Sequence
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

NOBODY: Final = "nobody"
"""The receiver of rows that are never sent. They keep what happened, also if nobody hears of it."""

UNDONE: Final = "undone"
"""The event of an undone delivery."""

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
class Later:
    """What happened in a district, and when its upload arrived: ISO 8601, blank if there is none."""

    event: str
    at: str


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


MakesUntrue = Callable[[str, datetime, Later], bool]
"""True if an event that was noted at this moment is no longer true after the later one."""


def _never(_event: str, _noted_at: datetime, _later: Later) -> bool:
    return False


class Outbox(Districts):
    """The messages, in the order in which they were noted."""

    def note(self, messages: Collection[Message], day: date, now: datetime, makes_untrue: MakesUntrue = _never) -> int:
        """Note messages to be sent; returns how many are new.

        A receiver gets one message per event, district and day, unless another event came between. It does not get
        the same again that day, nor within `SAME_AGAIN` unless an event made it untrue meanwhile.
        """
        noted = 0
        with self.engine.begin() as db:
            for message in messages:
                key = {"district_id": message.district, "receiver": message.receiver, "event": message.event}
                said = {"about": message.about, "facts": dict(message.facts), "day": day.isoformat()}
                if message.receiver == NOBODY:
                    _keep(db, key, said, now)
                elif not _is_left_out(db, key, said, now, makes_untrue):
                    db.execute(sa.insert(MESSAGES), key | said | {"noted_at": now, "tries": 0, "next_try_at": now})
                    noted += 1
        return noted

    def note_undone(self, district: DistrictId, about: str, now: datetime) -> None:
        """Keep that a delivery was undone: what was said of it before may be untrue."""
        self.note([Message(district, NOBODY, UNDONE, about, {})], now.date(), now)

    def delete_untrue(self, noted: Sequence[Noted], makes_untrue: MakesUntrue) -> list[Noted]:
        """Delete waiting messages that a later event made untrue; returns the others."""
        first = min((one.number for one in noted), default=0)
        columns = (_M.district_id, _M.message_id, _M.event, _M.facts)
        with self.engine.begin() as db:
            rows = db.execute(sa.select(*columns).where(_M.receiver == NOBODY, _M.message_id > first)).all()
            later: dict[str, list[tuple[int, Later]]] = {}
            for district, number, event, facts in rows:
                later.setdefault(district, []).append((number, Later(event, facts.get("at", ""))))
            untrue = {
                one.number
                for one in noted
                for number, happened in later.get(one.message.district, ())
                if number > one.number and makes_untrue(one.message.event, one.noted_at, happened)
            }
            db.execute(sa.delete(MESSAGES).where(_M.message_id.in_(untrue)))
        return [one for one in noted if one.number not in untrue]

    def to_send(self, now: datetime, most: int = 2_000) -> list[Noted]:
        """Messages that may be tried now, oldest first."""
        return self._noted(sa.and_(_M.sent_at.is_(None), _M.next_try_at <= now), _M.message_id.asc(), most)

    def messages(self, district: DistrictId | None = None, most: int = 200) -> list[Noted]:
        """The newest messages of a district or of all, newest first."""
        of_district = _M.district_id == district if district else sa.true()
        return self._noted(sa.and_(_M.receiver != NOBODY, of_district), _M.message_id.desc(), most)

    def unsent(self) -> tuple[int, int]:
        """Numbers of messages that were tried and wait, and of those that were given up."""
        tried, given_up = sa.and_(_M.next_try_at.is_not(None), _M.tries > 0), _M.next_try_at.is_(None)
        with self.engine.connect() as db:
            count = sa.select(sa.func.count()).select_from(MESSAGES).where(_M.sent_at.is_(None), _M.receiver != NOBODY)
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


def _keep(db: sa.Connection, key: dict[str, Any], said: dict[str, Any], now: datetime) -> None:
    """Keep an event that nobody hears of, unless it is the newest one already."""
    of_district = sa.and_(_M.district_id == key["district_id"], _M.receiver == NOBODY)
    newest = db.execute(
        sa.select(_M.event, _M.about).where(of_district).order_by(_M.message_id.desc()).limit(1)
    ).first()
    if newest is None or tuple(newest) != (key["event"], said["about"]):
        facts = {"at": said["facts"].get("at", "")}
        db.execute(sa.insert(MESSAGES), key | said | {"facts": facts, "noted_at": now, "tries": 0})


def _is_left_out(
    db: sa.Connection, key: dict[str, Any], said: dict[str, Any], now: datetime, makes_untrue: MakesUntrue
) -> bool:
    """True if the receiver knows it already, or has heard enough of this event today."""
    same_today = {"day": said["day"], "about": said["about"]}
    if db.execute(sa.select(_M.message_id).filter_by(**key, **same_today).limit(1)).first():
        return True
    before = db.execute(
        sa.select(_M.message_id, _M.day, _M.about, _M.noted_at).filter_by(**key).order_by(_M.message_id.desc()).limit(1)
    ).first()
    if before is None:
        return False
    kept = sa.and_(_M.district_id == key["district_id"], _M.receiver == NOBODY, _M.message_id > before.message_id)
    between = [
        Later(event, facts.get("at", "")) for event, facts in db.execute(sa.select(_M.event, _M.facts).where(kept))
    ]
    if before.about == said["about"] and now - before.noted_at < SAME_AGAIN:
        return not any(makes_untrue(key["event"], before.noted_at, one) for one in between)
    return bool(before.day == said["day"] and all(one.event == key["event"] for one in between))
