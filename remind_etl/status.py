"""The one word for how a district stands. Every screen, check and command asks here."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from remind_etl.published import Manifest

STALE_AFTER: Final = timedelta(days=90)


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
    """Delivered as sent."""


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
