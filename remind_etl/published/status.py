"""The one word for how a district stands, and the one sentence. Every screen, check, report and command asks here."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from remind_etl.published.store import Manifest
from remind_etl.schema.limits import NEW_GUARDIANS, present_hold

STALE_AFTER: Final = timedelta(days=90)

UNCHANGED: Final = "Nothing was changed; the last delivered state stands."
"""What a blocked drop comes to, wherever it is told."""


NO_REMOVALS: Final = {
    "schools": "the people and classes of missing schools",
    NEW_GUARDIANS: "the new guardians of students who have many",
}
"""What waits for the kinds of holds that are not named for the records removed."""


class Status(StrEnum):
    """How a district stands, and so who must act."""

    WAITING_FOR_FILES = "waiting_for_files"
    """No complete drop has come yet."""
    PAUSED = "paused"
    """A person paused it: what its drops would change waits."""
    BLOCKED = "blocked"
    """The newest drop cannot be processed; the last delivered state stands."""
    ON_HOLD = "on_hold"
    """Removals or vanished schools wait for a person."""
    WAITING_FOR_SCHOOLS = "waiting_for_schools"
    """Schools of the files wait to be linked."""
    STALE = "stale"
    """No drop has come for 90 days."""
    SYNCED_WITH_ERRORS = "synced_with_errors"
    """Delivered, but for records with errors."""
    SYNCED = "synced"
    """Delivered, maybe but for values left off."""


class Verdict(StrEnum):
    """What a drop would come to, as `remind-etl check` says it of files that were not sent yet."""

    BLOCKED = "blocked"
    """It would not be processed."""
    ERRORS = "errors"
    """It would be delivered, but for records with errors."""
    OK = "ok"
    """It would be delivered, maybe but for values left off."""


def judge(problems: Mapping[str, int], unused: Sequence[str] = ()) -> tuple[Verdict, str]:
    """What a drop with these numbers of problems by severity would come to: the word and the sentence.

    `unused` are the files with rows of which none could be used.
    """
    if problems.get("blocker"):
        return (
            Verdict.BLOCKED,
            "These files would be refused: nothing would be changed, the last delivered state stands.",
        )
    if errors := problems.get("error"):
        nothing = f" Nothing of {' and '.join(unused)} would be used." if unused else ""
        return Verdict.ERRORS, f"These files would be taken, but for {_faulty(errors)}.{nothing}"
    if alerts := problems.get("alert"):
        return Verdict.OK, f"These files would be taken, with {_alerts(alerts)}."
    return Verdict.OK, "These files would be taken as they are."


def decide(manifest: Manifest | None, now: datetime, is_paused: bool = False) -> Status:
    """The district's status from its manifest, None before its first run; what keeps most from working comes first."""
    if is_paused:
        return Status.PAUSED
    if manifest is None:
        return Status.WAITING_FOR_FILES
    if manifest.blockers:
        return Status.BLOCKED
    if now - datetime.fromisoformat(manifest.arrived_at) > STALE_AFTER:
        return Status.STALE
    if manifest.holds:
        return Status.ON_HOLD
    if manifest.waiting_schools:
        return Status.WAITING_FOR_SCHOOLS
    return Status.SYNCED_WITH_ERRORS if manifest.problems.get("error") else Status.SYNCED


def sentence(manifest: Manifest | None, now: datetime, is_paused: bool = False) -> str:
    """How a district stands, in one sentence; no person's data."""
    word = decide(manifest, now, is_paused)
    if word is Status.PAUSED:
        return "Paused by a person: removals wait, or all of its changes."
    if manifest is None or word is Status.WAITING_FOR_FILES:
        return "No complete drop has come yet."
    match word:
        case Status.BLOCKED:
            return UNCHANGED
        case Status.STALE:
            return f"No drop has come for {STALE_AFTER.days} days."
        case Status.ON_HOLD:
            return f"Delivered, but for {held(manifest.holds)}, which wait for a person."
        case Status.WAITING_FOR_SCHOOLS:
            schools = counted(manifest.waiting_schools, "school")
            return f"Delivered, but for {schools} with {manifest.waiting_people:,} people, to be linked by a person."
        case Status.SYNCED_WITH_ERRORS:
            return f"Delivered, but for {_faulty(manifest.problems['error'])}."
    if alerts := manifest.problems.get("alert"):
        return f"Delivered, with {_alerts(alerts)}."
    return "Delivered as sent."


def held(kinds: Sequence[str]) -> str:
    """What waits for a person, of these kinds of holds."""
    kinds = [present_hold(kind) for kind in kinds]
    removals = " and ".join(kind for kind in kinds if kind not in NO_REMOVALS)
    said = [f"removals of {removals}"] if removals else []
    return ", ".join([*said, *(NO_REMOVALS[kind] for kind in kinds if kind in NO_REMOVALS)])


def _alerts(alerts: int) -> str:
    return f"{counted(alerts, 'alert')}: values that are left off, or that a person should look at"


def _faulty(errors: int) -> str:
    return f"the record{'s that have' if errors != 1 else ' that has'} {counted(errors, 'error')}"


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """The number with its noun, such as `1 school`, or `2 schools`; `nouns` where that has no s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
