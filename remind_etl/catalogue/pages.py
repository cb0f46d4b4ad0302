"""The sentences that the SIS Sync pages say after an action, and on errors. Headings and labels stand in templates."""

from typing import Final

WRONG_SIGN_IN: Final = "This email and password do not belong together. Check both."
TOO_MANY_SIGN_INS: Final = "Too many wrong sign-ins. Wait 15 minutes. Then try again."
FORM_EXPIRED: Final = "This form is too old, or it came from another site. It was not used. Open the page again."
NOT_FOUND: Final = "There is no such page, or it is not yours to see."
BUSY: Final = "A database is busy. Try again in a minute."
OWN_ERROR: Final = "This page failed because of an internal error. Please tell us when it happened."

NEXT: Final = {
    "waiting_for_files": ("sync", "Upload your five files. The page shows where to."),
    "paused": ("", "Nothing. We paused this district."),
    "blocked": ("problems", "Correct what blocks your files. Then upload them again."),
    "on_hold": ("holds", "Decide about the changes that wait for you."),
    "waiting_for_schools": ("schools", "Connect your schools. Their people get accounts only after that."),
    "stale": ("sync", "Upload your files again. The last upload is old."),
    "unpublished": ("", "Nothing. The next run tells how your files stand."),
    "synced_with_errors": ("problems", "Correct the rows with errors. Their records are not on the platform."),
    "synced": ("", "Nothing. All is as your files say."),
}
"""The one thing to do next by status: the page of a district where it is done, and the sentence."""

NOT_TAKEN_UP: Final = "A decision of {at} is not on the platform yet. The next run takes it up."
"""Said if a decision is newer than the last run."""

LINKS: Final = {
    "proposed": "to confirm",
    "unknown": "no match",
    "confirmed": "connected",
    "ignored": "ignored",
    "vanished": "not in your files",
}
"""The states of a school, those that need a person first."""

SO_MANY_PEOPLE: Final = "Up to {people} teachers and students, and their guardians,"
THEIR_PEOPLE: Final = "Their people"
EXACT_SCHOOLS: Final = (
    "{schools} of your files have the same id or name on the platform. {people} get accounts if you confirm."
)
BEFORE_CONFIRMING: Final = "{people} get accounts in the next run."
CONFIRMED: Final = "{schools} connected. {people} get accounts in the next run."
TAKEN_BACK: Final = (
    "The decision on school {school} is taken back. The school waits, and its accounts stay as they are."
)
IGNORED: Final = "School {school} is ignored."
LINKED: Final = "School {school} is connected to {platform}."
CHANGED: Final = "{schools} changed meanwhile and stayed as they were. Look at them again."
NOT_ALL: Final = "{schools} stayed as they were, because their platform school is taken. Connect them one by one."
NO_SUCH_PLATFORM_SCHOOL: Final = "The platform has no such school in your district. Choose one of the list."
NO_SUCH_SCHOOL: Final = "Your files have no such school. Upload them first, or open the page again."
FEEDS_ALREADY: Final = "School {other} feeds this platform school already. If both are right, tick the box beside it."
HOLD_CHANGED: Final = "The page showed other changes than those that wait now. Nothing was decided. Look at them again."
NO_REASON: Final = "Write a short reason, without names of people."
NOT_SURE: Final = "Tick the box first: your uploads fail until the new password stands in their settings."
MADE_MEANWHILE: Final = "A new password was made since this page was shown. Make another one if you do not have it."
NOTHING_CHOSEN: Final = "Nothing was chosen, so nothing was changed."
SHOWN_ONCE: Final = "This is the new password. It is shown only now. The old one no longer works."
APPROVED: Final = "Approved: {kinds}. The next run applies it."
REFUSED: Final = "Refused. The changes wait until your district sends other files."
