"""Messages as text: a mail to one district, and one message to operators about many districts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from remind_etl.catalogue import messages as texts
from remind_etl.catalogue import statuses
from remind_etl.catalogue.printable import printable
from remind_etl.published.status import counted
from remind_etl.schema.district_id import DistrictId

MOST_LINES: Final = 30
"""Events that one message to operators names."""


@dataclass(frozen=True)
class Letter:
    """A message as it is sent."""

    subject: str
    body: str


@dataclass(frozen=True)
class Reported:
    """An event of a district, as it stands in the outbox."""

    district: DistrictId
    name: str
    event: str
    facts: Mapping[str, Any]
    noted_at: datetime


def letter_to_district(reported: Reported, zone: str, origin: str) -> Letter:
    """The mail to the administrators of a district; `origin` is the address of the pages, blank if unknown."""
    words = _words(reported, zone)
    parts = [texts.BODIES[reported.event].format(**words)]
    if fix := reported.facts.get("fix"):
        parts.append(texts.FIX.format(fix=fix))
    if more := reported.facts.get("more"):
        parts.append(texts.MORE_BLOCKERS.format(more=counted(more, "problem")))
    if origin:
        parts.append(texts.PAGE.format(page=_page(reported, origin)))
    parts.append(texts.SIGNATURE.format(**words))
    return Letter(texts.SUBJECTS[reported.event].format(**words), "\n\n".join(parts))


def letter_to_operators(reported: Sequence[Reported], zone: str, origin: str) -> Letter:
    """One message about all these events, oldest first."""
    size = {
        "districts": counted(len({one.district for one in reported}), "district"),
        "events": counted(len(reported), "event"),
    }
    lines = [texts.DIGEST_HEADING.format(**size)]
    for one in reported[:MOST_LINES]:
        words = _words(one, zone)
        line = texts.LINES[one.event].format(**words)
        lines.append(texts.LINE.format(line=line, **words) + (f" {_page(one, origin)}" if origin else ""))
    if len(reported) > MOST_LINES:
        lines.append(texts.MORE_LINES.format(more=f"{len(reported) - MOST_LINES:,}"))
    return Letter(texts.DIGEST_SUBJECT.format(**size), "\n".join(lines))


def _words(reported: Reported, zone: str) -> dict[str, Any]:
    """What the sentences name, from the facts of the event."""
    facts = dict(reported.facts)
    errors, held = facts.get("errors", 0), str(facts.get("held", ""))
    upload = texts.UPLOAD_OF.format(at=_local(facts["at"], zone)) if facts.get("at") else texts.UPLOAD
    noted_at = _local(reported.noted_at.isoformat(), zone)
    records = statuses.RECORDS_WITH_ERRORS.format(errors=counted(errors, "error"))
    return {
        **facts,
        "district": reported.district,
        "name": printable(reported.name),
        "upload": upload,
        "when": texts.WHEN_UPLOADED.format(at=_local(facts["at"], zone)) if facts.get("at") else noted_at,
        "held_words": held[:1].upper() + held[1:],
        "records": statuses.RECORDS_WITH_ERROR if errors == 1 else records,
        "accounts": counted(facts.get("accounts", 0), "account"),
        "schools": counted(facts.get("schools", 0), "school"),
        "rested": counted(facts["minutes"], "minute") if "minutes" in facts else counted(facts.get("hours", 0), "hour"),
        "people": counted(facts.get("people", 0), "person", "people"),
    }


def _local(at: str, zone: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _page(reported: Reported, origin: str) -> str:
    place = texts.PLACES.get(reported.event, "")
    return f"{origin.rstrip('/')}/d/{reported.district}{f'/{place}' if place else ''}"
