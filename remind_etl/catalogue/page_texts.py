"""The sentences that stand on the SIS Sync pages, by template. pages.py has those that follow an action.

Headings, labels and buttons are in the templates. `*`, `**` and backticks mark words of other programs.
"""

from typing import Final

# check.html
CHECK_INTRO: Final = (
    "See what would be wrong with your files before you upload them. Nothing is delivered, and the files are "
    "deleted after the check."
)
FILES_NOT_USED: Final = "An upload does not use these files: {files}."
SUCH_AS: Final = "Such as {values}."

# districts.html
LAST_RUN_FAILED: Final = "The last run failed on {at}. We must act."
WITH_FAILED_RUN: Final = "last run failed ({count})"
NO_DISTRICTS: Final = "There is no district yet. An operator adds one with `remind-etl districts add`."
NO_SUCH_DISTRICTS: Final = "No district is like this."

# find.html
FIND_INTRO: Final = (
    "A name is found by the beginning of each of its words, and a phone by its last seven digits or more. People are "
    "found on the platform and in your newest files. For a place in a class, write the class id, a slash, and the "
    "person's id."
)
NO_RELATIVES: Final = "No guardian or child."
NO_CLASSES: Final = "No class."
FIRST_SHOWN: Final = "The first {most} are shown."
NEWEST_TAKEN: Final = "The newest upload was taken on {at}."
MORE_FOUND: Final = "There are more. Write more of the name."
IN_FILES: Final = (
    "The platform does not have these people, or not with this name, email or phone. They stand in the files of {at}. "
    "Choose one to see why."
)
IN_BLOCKED_FILES: Final = (
    "These people stand in the files of {at}. Something blocks these files, so they changed nothing on the platform."
)
ONLY_IN_FILES: Final = "The platform does not have this person. This stands in the files of {at}."
ONLY_IN_BLOCKED_FILES: Final = (
    "The platform does not have this person. This stands in the files of {at}. Something blocks these files."
)
UNREAD_ROW: Final = "A row that could not be read"
HOW_TO_FIND: Final = (
    "Write an id exactly, with capitals and leading zeros, or at least {shortest} letters of a name. Write a shorter "
    "name in full."
)

# held_list.html
NO_HELD_CHANGES: Final = "Nothing waits here."

# history.html
NOTHING_HAPPENED: Final = "Nothing happened yet. Upload your files first:"

# holds.html
HOLDS_INTRO: Final = (
    "Your last files would change more than usual. Nothing of this is done before a person says so. If the files "
    "are wrong, upload correct ones instead."
)
CHOOSE_HELD: Final = "Choose these changes: {kind}"
LEFT_AFTER: Final = "After that: {left}."
REMOVED_IS_KEPT: Final = (
    "A removed account is kept. It comes back with its history if the person is in your files again."
)
REFUSED_UNTIL: Final = "Refused changes are not made until your district sends other files."
APOSTROPHE: Final = (
    "In CSV files of these pages, an apostrophe stands before a text that a spreadsheet program would run as a formula."
)
HOLD_LAPSED: Final = "A delivery was undone since your last files were read. The next run plans anew."
NOTHING_WAITS: Final = (
    "Nothing waits for you. Your next upload is delivered by itself, unless it would change more than usual."
)
NOTHING_WAITS_YET: Final = (
    "Nothing waits for you. If an upload would change more than usual, its changes wait here until you approve them."
)
REFUSED_BY: Final = "Refused by {who} on {at}: {why}"

# holds_approve.html
REST_WAITS: Final = "The rest waits until you approve {others} too."
APPROVED_BEFORE: Final = "With it goes what was approved before: {kinds}."

# operate.html
RUN_AGAIN_INTRO: Final = "A run takes the upload in force, and does all steps again."
PAUSE_INTRO: Final = "A paused district is read, but its changes wait."
PAUSED_BY: Final = "{who} paused {what} of this district{until}."
UNDO_INTRO: Final = "Choose a delivery in the history. You see first what comes back."
REHEARSAL_KNOWS: Final = (
    "A trial uses `removal_share`, `removal_count` and `removal_most` only. The other limits are not tried."
)

# overview.html
NOBODY_YET: Final = "Nobody yet. Accounts are made after your first upload, when its schools are connected."
NO_DECISION_WAITS: Final = "Nothing."
NOT_KNOWN: Final = "not known"

# problem_rows.html
ALL_ROWS: Final = "These are all rows with this problem{of_school}."
FIRST_ROWS: Final = "These are the first rows with this problem{of_school}."
ROWS_AS_SENT: Final = (
    "They are shown as they were sent. Correct them in your student information system, then upload all files again."
)
EMPTY_CELL: Final = "(empty)"
MARKED_DIFFER: Final = (
    "cells differ between rows that belong together. These rows follow each other, and a thick line is above the first."
)

# problem_schools.html
NO_SUCH_SCHOOLS_WITH_PROBLEMS: Final = "No school with errors or alerts is like this."
NO_SCHOOLS_WITH_PROBLEMS: Final = "No school has errors or alerts."

# problems.html
NO_FILES_YET: Final = "No files have come yet. Upload them first:"
PROBLEMS_AFTER_RUN: Final = "Your files are being read. When their run has ended, this page shows their errors."
NO_PROBLEMS_IN_FILES: Final = "No problems were found in your last files."
PROBLEMS_INTRO: Final = (
    "These problems are in the files of {at}. A row with an error is not used until you correct it. Delivered "
    "records stay."
)
WORST_SCHOOLS: Final = "The list has only the {schools} worst schools."
READ_WITHOUT_IT: Final = "Uploads are read without it at the beginning of a cell."
NO_SUCH_PROBLEMS: Final = "No problem is like this."
AT_LINE: Final = "Line: {lines}"
AT_LINES: Final = "Lines: {lines}"
NEW_SINCE: Final = "{new} new problems since the upload before. A problem can stand on several rows."
NEW_ONE_SINCE: Final = "1 new problem since the upload before."
FIXED_SINCE: Final = "{fixed} of the upload before are fixed."

# report.html
REPORT_WRITTEN: Final = "This report was written on {at}. It stays as it was then."

# schools.html
SCHOOLS_INTRO_EXACT: Final = (
    "Each school of your files feeds one school of the platform. A school with the same id or name there is connected "
    "by itself. The people of all others get accounts after you confirm their school."
)
"""Stands instead of SCHOOLS_INTRO if operators chose that runs connect such schools."""

SCHOOLS_INTRO: Final = (
    "Each school of your files feeds one school of the platform. Its people get accounts after you confirm it, and "
    "not before."
)
NO_SUCH_SCHOOLS: Final = "No school is like this."
NO_SCHOOLS_YET: Final = "No school is known yet. Upload your files first:"
SCHOOLS_AFTER_RUN: Final = (
    "Your files are being read. When their run has ended, connect the schools that this page shows then."
)

# schools_choose.html
UNKNOWN_SCHOOL: Final = "Your files have no such school."
SO_MANY_AT_SCHOOL: Final = "Teachers and students: {people}."
WRITE_LESS: Final = "No school of the platform is like this. Write less of its name."
NO_PLATFORM_SCHOOLS: Final = (
    "The platform has no schools of your district yet. Ask the people who run the platform for you."
)
IGNORE_OR_TAKE_BACK: Final = (
    "An ignored school gets no accounts. If a decision is taken back, the school waits again. Its present accounts "
    "stay as they are."
)

# sign_in.html
SIGN_IN_LOST: Final = "You have no password, or you lost it? Ask the people who run the platform for you."

# sync_details.html
FILES_ASKED_FOR: Final = (
    "The upload server is asked which files are here. The answer comes here in a few seconds, or by the link below."
)
COMPARE_KEY: Final = (
    "At the first connection, your program shows the key of the server. Go on only if it is the key on this page. If it"
    " is another one, tell the people who run the platform for you."
)
OTHER_SERVER: Final = (
    "Your files go to this server, which other people run for you. Ask them for its address, the username and the"
    " password."
)
SYNC_INTRO: Final = "Give these details to the export of your student information system, or to an SFTP program."
NOT_SHOWN_AGAIN: Final = "It was shown when it was made. A new one replaces it at once."
LOGIN_IS_DISABLED: Final = "This login is disabled. The server refuses its password and its keys."
BY_WINSCP: Final = (
    "**WinSCP**: choose *New Session* and the protocol *SFTP*. Enter host, port, username and password. Open the "
    "folder `/upload` and drag the files into it."
)
BY_FILEZILLA: Final = (
    "**FileZilla**: open the *Site Manager* and add a site with the protocol *SFTP*. Enter host, port, username and"
    " password. Put the files into `/upload`."
)
BY_COMMAND: Final = "**A command line**: `sftp -P {port} {username}@{host}`, then `cd /upload` and `put *.csv`."
BY_EXPORT: Final = (
    "**Your student information system**: in its scheduled export choose *SFTP* and the format *CSV*. Enter the "
    "same details and the folder `/upload`."
)
ALL_TOGETHER: Final = (
    "Upload all files together, also those that did not change. They are taken when they have not changed for "
    "{seconds} seconds."
)
KEYS_INTRO: Final = (
    "A program can log in with a key pair instead of the password. Paste the public key here, and keep the private "
    "key in the program."
)
NO_KEYS: Final = "No public key can log in."
STOP_INTRO: Final = (
    "If a stranger may have your password or a private key, make a new password and remove the key. To stop all "
    "uploads, disable the login."
)
UPLOADS_STOPPED: Final = "All uploads are stopped."

# undo.html
ADDED_STAY: Final = "New people and classes that {deliveries} added stay."
ADDED_GO: Final = "All other records that {deliveries} added go."
NOTHING_COMES_BACK: Final = "Nothing can come back now."
CHANGED_AGAIN: Final = (
    "Delivery {later} changed some of these records again. They come back only if all are undone together."
)
