"""The event that a run leads to, and who hears of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from remind_etl.decided.outbox import UNDONE, Later
from remind_etl.published import status
from remind_etl.published.store import Manifest

MINUTES_AN_HOUR: Final = 60


class Event(StrEnum):
    """What a message is about."""

    RECEIVED = "received"
    """An upload was taken, and nobody of the district must act."""
    BLOCKED = "blocked"
    """An upload cannot be used."""
    ON_HOLD = "on_hold"
    """Changes wait for a person."""
    WAITING_FOR_SCHOOLS = "waiting_for_schools"
    """Schools and their people wait for a link."""
    ERRORS = "synced_with_errors"
    """Delivered, except records with errors."""
    INCOMPLETE = "incomplete"
    """Files of an upload are missing, empty or have a fault, and nothing has changed for a time."""
    OVERDUE = "overdue"
    """No upload came for too many days."""
    FAILED = "failed"
    """A run failed, and operators must act."""


class Receiver(StrEnum):
    """Who gets a message, and how."""

    DISTRICT = "district"
    """The administrators of the district, by mail."""
    OPERATORS = "operators"
    """The operators of the settings, by mail."""
    WEBHOOK = "webhook"
    """The operators' channel."""


OF_DISTRICTS: Final[Mapping[str, frozenset[Event]]] = {
    "off": frozenset(),
    "problems": frozenset(Event) - {Event.RECEIVED, Event.FAILED},
    "all": frozenset(Event) - {Event.FAILED},
}
"""The events that a district hears of, by its choice."""

OF_OPERATORS: Final = frozenset(Event) - {Event.RECEIVED, Event.ERRORS}


_DELIVERED: Final = frozenset({Event.RECEIVED, Event.ERRORS})
_READ: Final = _DELIVERED | {Event.ON_HOLD, Event.WAITING_FOR_SCHOOLS}

OVER_AFTER: Final[Mapping[str, frozenset[str]]] = {
    Event.BLOCKED: _READ,
    Event.ON_HOLD: _DELIVERED | {Event.WAITING_FOR_SCHOOLS, UNDONE},
    Event.WAITING_FOR_SCHOOLS: _DELIVERED,
    Event.ERRORS: frozenset({Event.RECEIVED}),
    Event.INCOMPLETE: _READ | {Event.BLOCKED},
    Event.OVERDUE: _READ | {Event.BLOCKED},
    Event.FAILED: _READ | {Event.BLOCKED},
}
"""By event, the later ones after which it is no longer true."""

_OF_UPLOADS: Final = {Event.INCOMPLETE, Event.OVERDUE}
"""Events that only a later upload ends, not another run of an earlier one."""


@dataclass(frozen=True)
class Happened:
    """An event with its facts: counts, ids of files and columns, and sentences without personal data.

    `about` tells a new fact from the same one on another day.
    """

    event: Event
    about: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """A run that ended: its outcome, who must act, the sentence that it failed with, and what it published."""

    run_id: str
    outcome: str
    acts: str
    why: str = ""
    manifest: Manifest | None = None
    fix: str = ""
    """The first remedy of a blocked drop."""


def events_of_run(run: Ended) -> Iterator[Happened]:
    """The events that the end of a run leads to; none if nothing is new or if it passes by itself."""
    told = run.manifest
    at = told.arrived_at if told else ""
    if run.outcome == "failed":
        if run.acts == "us":
            yield Happened(Event.FAILED, run.why, {"why": run.why, "run": run.run_id})
        elif run.acts == "district":
            yield Happened(Event.BLOCKED, run.why, {"why": run.why, "fix": "", "more": 0, "at": ""})
    elif told is None or run.outcome == "nothing_new":
        return
    elif run.outcome == "blocked":
        first, *more = told.blockers or (run.why,)
        yield Happened(Event.BLOCKED, told.drop_id, {"why": first, "fix": run.fix, "more": len(more), "at": at})
    elif run.outcome == "on_hold" and run.acts == "us":  # a refused change waits for the next upload
        yield Happened(Event.ON_HOLD, told.hold_hash or "", {"held": status.kinds_in_words(told.holds), "at": at})
    elif run.outcome == "waiting_for_schools":
        facts = {"schools": told.waiting_schools, "people": told.waiting_people}
        yield Happened(Event.WAITING_FOR_SCHOOLS, f"{told.waiting_schools} {told.waiting_people}", {**facts, "at": at})
    elif run.outcome == "delivered":
        if errors := told.problems.get("error", 0):
            yield Happened(Event.ERRORS, str(errors), {"errors": errors, "at": at})
        else:
            yield Happened(Event.RECEIVED, told.drop_id, {"accounts": told.counts.get("accounts", 0), "at": at})


def makes_untrue(event: str, noted_at: datetime, later: Later) -> bool:
    """True if an event that was noted at this moment is no longer true after a later one of its district."""
    if later.event not in OVER_AFTER.get(event, ()):
        return False
    return event not in _OF_UPLOADS or bool(later.at and datetime.fromisoformat(later.at) > noted_at)


def overdue_event(last: datetime, now: datetime) -> Happened:
    """The event of a district without an upload since `last`."""
    return Happened(Event.OVERDUE, last.date().isoformat(), {"days": (now - last) // timedelta(days=1)})


def incomplete_event(seconds: float, waits_for: str) -> Happened:
    """The event of an upload that has been incomplete for so many seconds; `waits_for` says what must be done."""
    minutes = max(1, int(seconds // 60))
    rested = {"minutes": minutes} if minutes < MINUTES_AN_HOUR else {"hours": minutes // MINUTES_AN_HOUR}
    return Happened(Event.INCOMPLETE, waits_for, {**rested, "waits_for": waits_for})


def receivers_of(
    event: Event, level: str, has_administrators: bool, of_operators: Iterable[Receiver]
) -> list[Receiver]:
    """Who hears of an event of a district; `level` is the district's choice, `of_operators` are their ways."""
    hears = has_administrators and event in OF_DISTRICTS[level]
    return [Receiver.DISTRICT] * hears + [one for one in of_operators if event in OF_OPERATORS]
