"""The words of messages to districts and operators. They have counts, ids and names of files, and no person's data."""

from typing import Final

from remind_etl.catalogue.statuses import UNCHANGED

SUBJECTS: Final = {
    "received": "{name}: your files are on the platform",
    "blocked": "{name}: your files were not used",
    "on_hold": "{name}: changes wait for your decision",
    "waiting_for_schools": "{name}: schools must be connected",
    "synced_with_errors": "{name}: some rows were not used",
    "incomplete": "{name}: your upload is not complete",
    "overdue": "{name}: no upload for {days} days",
}
"""The subject of a mail to a district, by event."""

BODIES: Final = {
    "received": "{upload} is delivered. The platform now has {accounts} of your district. You need not do anything.",
    "blocked": f"{{upload}} was not used. {UNCHANGED}\n\n{{why}}",
    "on_hold": "{upload} was delivered, but {held} wait for a person. Look at them, then approve or refuse them.",
    "waiting_for_schools": (
        "{upload} was read. A person must first connect {schools} ({people}). These people get accounts after that."
    ),
    "synced_with_errors": (
        "{upload} was delivered, except {records}. Correct these rows in your student information system. Then upload "
        "all files again."
    ),
    "incomplete": (
        "Your upload is not complete, and has not changed for {rested}. {waits_for}\n\n"
        f"It is taken when it is complete. {UNCHANGED}"
    ),
    "overdue": (
        "No upload of your district has come for {days} days. Check whether your export still runs. "
        "Delivered records stay as they are."
    ),
}
"""The text of a mail to a district, by event."""

UPLOAD_OF: Final = "Your upload of {at}"
UPLOAD: Final = "Your upload"
FIX: Final = "Please do this: {fix}"
MORE_BLOCKERS: Final = "The page of your district has {more} more."
PAGE: Final = "The page of your district: {page}"
SIGNATURE: Final = (
    "This message was sent by a program. You get it because you administer {name}. To end these messages, ask us."
)

PLACES: Final = {
    "blocked": "problems",
    "synced_with_errors": "problems",
    "on_hold": "holds",
    "waiting_for_schools": "schools",
    "incomplete": "sync",
    "overdue": "sync",
}
"""The page of a district that a message is about."""

DIGEST_SUBJECT: Final = "Rosters: {districts}, {events}"
DIGEST_HEADING: Final = "Rosters: {districts}, {events}."
"""The first line of a message to operators."""

LINES: Final = {
    "blocked": "blocked. {why} The district must correct its files.",
    "on_hold": "on hold. {held_words} wait for a person. `remind-etl holds {district}` shows them.",
    "waiting_for_schools": "{schools} with {people} wait for a link. `remind-etl schools list {district}` shows them.",
    "incomplete": "upload not complete for {rested}. {waits_for}",
    "overdue": "overdue. No upload for {days} days.",
    "failed": "a run failed. {why} `remind-etl doctor` looks for the cause. Run in Dagster: {run}",
}
"""The line of an event in a message to operators."""

LINE: Final = "• {district} ({name}), {when}: {line}"
WHEN_UPLOADED: Final = "upload of {at}"
"""The time of a line, if the event is about an upload."""

MORE_LINES: Final = "And {more} more. `remind-etl messages list` has all of them."

OPERATORS: Final = "Operators"
ADMINISTRATORS: Final = "Administrators"
"""The receivers that mails show, instead of the addresses."""

TRIAL_SUBJECT: Final = "Rosters: a trial message"
TRIAL: Final = "This is a trial message of `remind-etl messages try`. You need not do anything."

FAILED_OUTSIDE: Final = "It ended outside of its steps."
"""The reason for a failed run if no step gives one."""

FAILED_STEP: Final = "The step {step} failed ({kind})."
