"""The sentences that the SIS Sync pages say after an action, and on errors. Headings and labels stand in templates."""

from typing import Final

WRONG_SIGN_IN: Final = "This email and password do not belong together. Check both."
TOO_MANY_SIGN_INS: Final = "Too many wrong sign-ins. Wait 15 minutes. Then try again."
FORM_EXPIRED: Final = "This form is too old, or it came from another site. It was not used. Send it again."
NOT_FOUND: Final = "There is no such page, or it is not yours to see."
OWN_ERROR: Final = "This page failed because of an internal error. Please tell us when it happened."

NEXT: Final = {
    "waiting_for_files": ("sync", "Upload your five files. The page shows where to."),
    "paused": ("", "Nothing. We paused this district."),
    "blocked": ("problems", "Correct what blocks your files. Then upload them again."),
    "on_hold": ("holds", "Decide about the changes that wait for you."),
    "waiting_for_schools": ("schools", "Connect your schools. Their people get accounts only after that."),
    "stale": ("sync", "Upload your files again. The last upload is old."),
    "synced_with_errors": ("problems", "Correct the rows with errors. Their records are not on the platform."),
    "synced": ("", "Nothing. All is as your files say."),
}
"""The one thing to do next by status: the page of a district where it is done, and the sentence."""

CONFIRMED: Final = "{schools} connected. The next run makes the accounts."
IGNORED: Final = "School {school} is ignored."
LINKED: Final = "School {school} is connected to {platform}."
NOTHING_CHOSEN: Final = "Nothing was chosen, so nothing was changed."
SHOWN_ONCE: Final = "This is the new password. It is shown only now. The old one no longer works."
APPROVED: Final = "Approved: {kinds}. The next run applies it."
REFUSED: Final = "Refused. The changes wait until your district sends other files."
