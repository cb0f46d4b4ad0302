"""The one word and the one sentence for how a district stands. Every screen, check, report and command asks here."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from remind_etl.catalogue import statuses
from remind_etl.catalogue.listed import listed_in_words
from remind_etl.published.store import Manifest
from remind_etl.schema.limits import present_hold

STALE_AFTER: Final = timedelta(days=90)

UNCHANGED: Final = statuses.UNCHANGED
"""The effect of a blocked drop, in all places that report it."""


class Status(StrEnum):
    """How a district stands, and therefore who must act."""

    WAITING_FOR_FILES = "waiting_for_files"
    """No complete upload has come yet."""
    PAUSED = "paused"
    """A person paused it, so the changes of its drops wait."""
    BLOCKED = "blocked"
    """The newest drop cannot be processed. Delivered records stay as they are."""
    ON_HOLD = "on_hold"
    """Held changes wait for a person."""
    WAITING_FOR_SCHOOLS = "waiting_for_schools"
    """Schools of the files wait to be linked, and people with them."""
    UNDONE = "undone"
    """A delivery was undone, so the platform differs from the drop in force. The next run plans that drop again."""
    STALE = "stale"
    """No upload has come for 90 days."""
    UNPUBLISHED = "unpublished"
    """Delivered, but what its last run published is not here, as after a restore. No manifest has this status."""
    SYNCED_WITH_ERRORS = "synced_with_errors"
    """Delivered, except records with errors."""
    SYNCED = "synced"
    """Delivered, perhaps without some values."""


class Verdict(StrEnum):
    """The effect that files would have if they were uploaded, as `remind-etl check` reports it."""

    BLOCKED = "blocked"
    """The drop would not be processed."""
    ERRORS = "errors"
    """The drop would be delivered, except records with errors."""
    OK = "ok"
    """The drop would be delivered, perhaps without some values."""


def verdict_on_drop(problems: Mapping[str, int], unused: Sequence[str] = ()) -> tuple[Verdict, str]:
    """The verdict on a drop, and its sentence, from the numbers of problems by severity.

    `unused` are the files that have rows, but no row that could be used.
    """
    if problems.get("blocker"):
        return Verdict.BLOCKED, statuses.VERDICTS["blocked"]
    if errors := problems.get("error"):
        sentences = [statuses.VERDICTS["errors"].format(records=_records_with(errors))]
        sentences += [statuses.UNUSED_FILES.format(files=listed_in_words(unused))] * bool(unused)
        return Verdict.ERRORS, " ".join(sentences)
    if alerts := problems.get("alert"):
        return Verdict.OK, statuses.OK_WITH_ALERTS.format(alerts=_alerts(alerts))
    return Verdict.OK, statuses.VERDICTS["ok"]


def is_blocked(manifest: Manifest | None) -> bool:
    """True if the newest drop with results is blocked, whatever runs planned an older one since, or pauses it."""
    return manifest is not None and bool(manifest.blockers)


def status_of(manifest: Manifest | None, now: datetime, is_paused: bool = False) -> Status:
    """The district's status from its manifest, which is None before the first run; the worst obstacle comes first."""
    if is_paused:
        return Status.PAUSED
    if manifest is None:
        return Status.WAITING_FOR_FILES
    if is_blocked(manifest):
        return Status.BLOCKED
    if now - datetime.fromisoformat(manifest.arrived_at) > STALE_AFTER:
        return Status.STALE
    if manifest.undone:
        return Status.UNDONE
    if manifest.holds:
        return Status.ON_HOLD
    if manifest.waiting_schools and (manifest.waiting_people or waits_wholly(manifest)):
        return Status.WAITING_FOR_SCHOOLS
    return Status.SYNCED_WITH_ERRORS if manifest.problems.get("error") else Status.SYNCED


def sentence_of_status(manifest: Manifest | None, now: datetime, pause: str = "") -> str:
    """How a district stands, in one sentence without personal data.

    `pause` is what waits because a person paused it, `all` or `adds_only`; blank if nobody did.
    """
    word = status_of(manifest, now, is_paused=bool(pause))
    template = statuses.ADDS_ONLY if pause == "adds_only" else statuses.STATUSES[word]
    if manifest is None:
        return template
    alerts = manifest.problems.get("alert", 0)
    if word is Status.SYNCED and alerts:
        template = statuses.SYNCED_WITH_ALERTS
    if word is Status.WAITING_FOR_SCHOOLS and waits_wholly(manifest):
        template = statuses.NOTHING_WITHOUT_SCHOOLS
    if manifest.undone and word is not Status.UNDONE:
        template = f"{template} {statuses.UNDONE_DIFFERS}"
        template += f" {statuses.UNDONE_IN_A_PAUSE}" if word is Status.PAUSED else ""
    return template.format(
        undone=manifest.undone,
        days=STALE_AFTER.days,
        held=kinds_in_words(manifest.holds),
        schools=counted(manifest.waiting_schools, "school"),
        people=counted(manifest.waiting_people, "person", "people"),
        records=_records_with(manifest.problems.get("error", 0)),
        alerts=_alerts(alerts),
    )


def unpublished(counts: Mapping[str, int]) -> str:
    """How a district stands whose publication is not here, from the counts of its records on the platform."""
    accounts = counted(counts.get("accounts", 0), "account")
    return statuses.STATUSES[Status.UNPUBLISHED].format(accounts=accounts)


def waits_wholly(manifest: Manifest) -> bool:
    """True if nobody of the district is on the platform, because schools wait: its deliveries had nothing in them."""
    return bool(manifest.waiting_schools) and manifest.counts.get("accounts") == 0


def kinds_in_words(kinds: Sequence[str]) -> str:
    """The changes that wait for a person because of these kinds of holds."""
    present = [present_hold(kind) for kind in kinds]
    removals = listed_in_words([kind for kind in present if kind not in statuses.HELD_OTHERS])
    parts = [statuses.HELD_REMOVALS.format(kinds=removals)] if removals else []
    parts += [statuses.HELD_OTHERS[kind] for kind in present if kind in statuses.HELD_OTHERS]
    return ", and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)  # a part may have an "and"


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """The number with its noun, such as `1 school` or `2 schools`; `nouns` is an irregular plural."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def _alerts(alerts: int) -> str:
    return statuses.ALERTS.format(alerts=counted(alerts, "alert"))


def _records_with(errors: int) -> str:
    if errors == 1:
        return statuses.RECORDS_WITH_ERROR
    return statuses.RECORDS_WITH_ERRORS.format(errors=counted(errors, "error"))
