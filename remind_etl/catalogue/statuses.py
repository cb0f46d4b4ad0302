"""Sentences about how a district stands, what `check` finds, and what waits for a person.

The rules that choose a sentence are in `published/status.py`.
"""

from typing import Final

UNCHANGED: Final = "Nothing was changed. Delivered records stay as they are."
"""The effect of a blocked drop."""

UNDONE_DIFFERS: Final = "Taken back: {undone}. So the platform differs from the uploaded files."
"""Follows the sentence of a district that is paused or blocked, if deliveries are undone."""

UNDONE_IN_A_PAUSE: Final = "A run after the pause delivers these files again."
"""Follows UNDONE_DIFFERS if the district is paused."""

STATUSES: Final = {
    "waiting_for_files": "No complete upload has come yet.",
    "paused": "A person paused this district. All of its changes wait.",
    "blocked": UNCHANGED,
    "on_hold": "Delivered, but {held} wait for a person.",
    "waiting_for_schools": "Delivered, but a person must first connect {schools} ({people}).",
    "stale": "No upload has come for {days} days.",
    "unpublished": (
        "The platform has {accounts}. The results of the last run are missing, so problems, schools and holds are "
        "unknown. The next run publishes them again."
    ),
    "undone": f"{UNDONE_DIFFERS} The next run delivers these files again.",
    "synced_with_errors": "Delivered, except {records}.",
    "synced": "Delivered as sent.",
}
"""The sentence of each status."""

ADDS_ONLY: Final = "A person paused this district. Its additions are delivered. All other changes wait."
"""The sentence of the status `paused` if additions do not wait."""

SYNCED_WITH_ALERTS: Final = "Delivered, with {alerts}."
"""The sentence of the status `synced` if the drop has alerts."""

NOTHING_WITHOUT_SCHOOLS: Final = "Nothing is delivered yet. A person must first connect {schools} ({people})."
"""The sentence of the status `waiting_for_schools` if the platform has nobody of the district."""

SCHOOLS_DECIDED: Final = "A person decided about {schools} since the last run. The next run takes this up."
"""Follows the sentence of the status `waiting_for_schools`, or stands instead of it if no other school waits."""

HOLDS_APPROVED_SINCE: Final = "A person approved the changes that waited: {held}. The next run delivers them."
"""The sentence of the status `on_hold` about what is approved of it."""

HOLDS_REFUSED_SINCE: Final = "A person refused {held}. These changes wait until the district uploads other files."
"""The sentence of the status `on_hold` about what is refused of it."""

NOT_PUBLISHED: Final = "{district} has no {table} yet, because no run of it has ended so far."
"""Why a command has nothing to show of a district before its first run has ended."""

NOT_PUBLISHED_OF_BLOCKED: Final = (
    "{district} has no {table} yet, because its newest drop is blocked. `remind-etl problems {district}` says what to "
    "fix."
)
"""The same of a district whose first drops were blocked."""

NOT_PUBLISHED_BEFORE: Final = (
    "{district} has no {table}, because an earlier version published its results. "
    "`remind-etl sync {district} --again` publishes it."
)
"""The same of a table that earlier versions did not have."""

RESULTS_MISSING: Final = (
    "The results of the last run of {district} are not here, as after a restore, or after a student was forgotten. "
    "So its {table} cannot be shown. `remind-etl sync {district}` publishes them again."
)
"""Why a command has nothing to show of a district whose published results were lost or erased."""

PLATFORM_SILENT: Final = (
    "The platform's database does not answer, so it is not known what was delivered. The list asks again after seconds."
)
"""The sentence of the status `unpublished` in the list of districts, if only the platform can tell more."""

UNKNOWN_DISTRICT: Final = (
    "There is no district {district!r}. It was never added, or it was forgotten. "
    "`remind-etl districts list` lists the districts."
)
"""Why a command does nothing. Nothing is kept of a forgotten district that could tell the two cases apart."""

LANDED_ONLY: Final = "An upload has come, but no run of it has ended yet."
"""The sentence of a district that has a landed drop and neither a publication nor a delivery."""

UPLOAD_IN_RUN: Final = "An upload has come. Its run is in the queue or under way."
"""The sentence of a district of which Dagster has a run for its first upload, which has not landed yet."""

UNTAKEN: Final = {
    "district": "An upload has come, but it could not be taken. {why} The district corrects it and uploads again.",
    "us": "An upload has come, but it could not be taken. {why} We correct this. Then we start the run again.",
    "nobody": "An upload has come, but it could not be taken. {why} A later run tries again.",
}
"""The sentence of a district whose first upload could not be landed, for each value of the tag `acts` of a run."""

UNTAKEN_TO_DISTRICT: Final = {
    "district": "An upload has come, but it could not be taken. {why} Correct it and upload again.",
    "us": "An upload has come, but it could not be taken. We correct this. Then we start the run again.",
    "nobody": "An upload has come, but it could not be taken. A later run tries again.",
}
"""The same on the pages of the district itself. It cannot mend a cause on our side, so it reads only who acts."""

VERDICTS: Final = {
    "blocked": "These files would be refused. Nothing would be changed. Delivered records would stay as they are.",
    "errors": "These files would be accepted, except {records}.",
    "ok": "These files would be accepted as they are.",
}
"""The sentence of each verdict of `check`."""

OK_WITH_ALERTS: Final = "These files would be accepted, with {alerts}."
"""The sentence of the verdict `ok` if the files have alerts."""

UNUSED_FILES: Final = "No row of {files} would be used."
"""Follows the verdict `errors` if no row of a file can be used."""

RECORDS_WITH_ERROR: Final = "the record with 1 error"
RECORDS_WITH_ERRORS: Final = "the records with {errors}"
ALERTS: Final = "{alerts}: values that are not used, or that a person should check"

HELD_REMOVALS: Final = "removals of {kinds}"
"""The changes that wait because of holds on removals."""

HELD_OTHERS: Final = {
    "schools": "the people and classes of missing schools",
    "cut_files": "the removals because of files that may be cut off",
    "reused_ids": "the changes of ids that may belong to another person or class",
    "moves": "the moves of half of a school to other schools",
    "new_guardians": "the new guardians of students who have many",
    "shared_contacts": "the emails and phones that guardians of two families share",
    "links": "the links to accounts outside of the district",
}
"""The changes that wait because of another hold than one on removals."""

IS_PAUSED: Final = {
    "all": "{district} is paused {until}. Its uploads are planned, but nothing is delivered.",
    "adds_only": "{district} is paused {until}. Additions and updates are delivered, but all removals wait.",
}
"""The answer of `pause` on a terminal, for each kind of pause."""

IS_RESUMED: Final = "{district} is no longer paused."
NOT_PAUSED: Final = "{district} was not paused. Nothing changes, and no run starts."
"""The answers of `resume` on a terminal."""

TERMS: Final = {
    "families_without_contact": "families left without any contact",
    "classes_without_owner": "classes left without an owner",
    "students_without_class": "students left without a class",
}
"""How a plan leaves people, by the names in `planned.people`."""

NO_SCRATCH: Final = (
    "The tables of the earlier steps are not on this machine, or another run or version made them. "
    "Run all steps: the job `sync`, or a re-execution of all steps."
)
"""Why a run that begins with a later step cannot go on."""

NO_DISTRICT: Final = (
    "The partition {partition} is not a district. Add the district with `remind-etl districts add`, or delete "
    "the partition in Dagster."
)
"""Why a run of a partition that a person added in Dagster fails."""

NO_PARTITION: Final = (
    "The run has no district. Choose a district as its partition. "
    "For several districts, launch a backfill with one run for each partition."
)
"""Why a run without a partition, or with a range of partitions, does nothing."""

NOT_ASKED: Final = (
    "Dagster's runs could not be read, so failed runs and runs under way are missing here. "
    "Check that the disk of Dagster's storage has room and is writable, and that its database answers."
)
"""The note of a command without the runs."""

NOTHING_NEW: Final = (
    "Nothing is new since the last run: files, decisions, limits, program and delivered state are the same. "
    "All further steps are skipped."
)
"""Why a run ended after `landed/files`."""

NOT_SENT: Final = "not judged: there is no such file in the drop"
NOT_READ: Final = "not judged: the file cannot be read"
REFERS_TO_UNREAD: Final = "not judged: it refers to {file}, which cannot be read"
"""Why the checks of a file's table say nothing about it."""

NO_PROBLEMS: Final = "No problems were found."

REPORT: Final = {
    "title": "# Report on {district}, drop {drop}",
    "taken": "Taken {at}. {found}",
    "found": "Found: {counts}.",
    "on_platform": "On the platform when this was written: {counts}.",
    "first": "## What to do first",
    "files": "## Accepted rows",
    "groups": "## Problems, worst first",
    "more_groups": "More groups like these: {count}.",
    "schools": "## Rows to correct, by school",
    "more_schools": "{count} more schools.",
    "waiting": "## Decisions that a person must make",
    "waiting_schools": "- Connect {schools} ({people}).",
    "waiting_changes": "- Approve or refuse {held}.",
    "folder": "## Files that belong to this report",
    "problems_file": "- `problems.csv`: every problem, with line, record and remedy.",
    "rows_folder": (
        "- `{folder}/`: the rows to correct, as they were sent. Each school has a folder. In it, each code has a file. "
        "`{without_school}` has the rows whose school is not in schools.csv. Rows that contradict or repeat each other "
        "stand together."
    ),
    "compared_row": "This row is here to compare. The other lines: {}.",
}
"""The headings and sentences of a district's report."""

REPORT_FILES: Final = (
    "file",
    "rows",
    "used",
    "with errors",
    "belong to a row with errors",
    "not readable",
    "blank lines",
)
"""The columns of the table of files."""

UNREADABLE_FILE: Final = "could not be read"

UNLISTED: Final = (
    "Other files name {found} delivered records that {file} does not list. The limit is {allowed}. All of them are "
    "kept. Check whether {file} is whole."
)
"""Why the check of records that are named, but not listed, warns."""
