"""The sentences that the SIS Sync pages say after an action, and on errors. page_texts.py has those of the pages."""

from typing import Final

WRONG_SIGN_IN: Final = "This email and password do not belong together. Check both."
TOO_MANY_SIGN_INS: Final = "Too many wrong sign-ins. Wait 15 minutes. Then try again."
PROVIDER_SILENT: Final = "The sign-in of your organization does not answer. Try again in a minute."
NOT_FROM_PROVIDER: Final = "The sign-in was not finished, or your organization has not verified your email. Try again."
UNKNOWN_AT_PROVIDER: Final = (
    "Your organization knows you, but these pages do not know your email. Ask the people who run the platform for you."
)
NOT_FOUND_ANYWHERE: Final = "Neither your newest files nor the platform have this."
NOTHING_READ_YET: Final = "No files of your district have been read yet, so nobody can be found in them."
WITHOUT_LETTERS: Final = "This has neither letters nor digits, so nothing was searched for."
SEARCH_AGAIN: Final = "The results of this search are no longer kept. Search again."
FIND_AFTER_RUN: Final = "Your files are being read. Search again when their run has ended."
RESULTS_LOST_TITLE: Final = "The last results are missing"
RESULTS_LOST: Final = (
    "The results of the last run are not here, so this page cannot say what is wrong, what waits, or who is on the "
    "platform. Nothing on the platform has changed. The next run shows the results again."
)
FILES_WITHOUT_RESULTS: Final = (
    "Your files have come, but their results are not here: no run of them has ended, or the results were lost. "
    "The next run shows them."
)
ROWS_GONE: Final = (
    "These errors are no longer there. The files of {at} do not have them, or they are in another group now."
)
FORM_EXPIRED: Final = "This form is too old, or it came from another site. It was not used. Open the page again."
NOT_FOUND: Final = "There is no such page, or it is not yours to see."
WRONG_WAY: Final = "This address cannot be opened in this way. Go to the first page, and open it by its link."
NOT_UNDERSTOOD: Final = (
    "Your browser sent something that this page does not accept. Nothing was done. Open the page again, and try "
    "once more."
)
FILES_OVER_LIMIT: Final = (
    "These are more than {most} files, the most that the page accepts at once. Nothing was checked. Send only the five "
    "CSV files."
)
TOO_SLOW: Final = "The connection was too slow, so not all arrived. Nothing was done. Try again."
TOO_LARGE_FILES: Final = (
    "These files have more than {most} MB together, the most that the page accepts at once. Nothing was checked. "
    "Send fewer files, or only the five CSV files."
)
TOO_LARGE: Final = "This is more than the page accepts at once. Send less at a time."
BUSY: Final = "The pages are busy. Try again in a minute."
DATABASE_SILENT: Final = (
    "Our database does not answer, so this page cannot be shown. Nothing is lost. Try again in a minute."
)
WE_MUST_ACT: Final = "Our system cannot do this at the moment, and we must act. Nothing is lost. Try again later."
"""Stands for the cause of an error that we must act on. Operators read the cause itself."""

OWN_ERROR: Final = "This page failed because of an internal error. Please tell us when it happened."

DAEMON_SILENT: Final = (
    "No run starts by itself: Dagster's daemon has been silent since {at} ({daemon}). Start it again. "
    "`remind-etl doctor` says how."
)
DAGSTER_SILENT: Final = (
    "Dagster's storage does not answer, so nothing is known of its runs. Start it again. `remind-etl doctor` says more."
)
DAEMONS: Final = {"SENSOR": "sensor daemon", "QUEUED_RUN_COORDINATOR": "run queue daemon"}
"""The parts of Dagster's daemon, by Dagster's names."""

NEXT: Final = {
    "waiting_for_files": ("sync", "Upload your files. The page shows where to."),
    "paused": ("", "Nothing. We paused this district."),
    "blocked": ("problems", "Correct what blocks your files. Then upload them again."),
    "on_hold": ("holds", "Decide about the changes that wait for you."),
    "waiting_for_schools": ("schools", "Connect your schools. Their people get accounts only after that."),
    "stale": ("sync", "Upload your files again. The last upload is old."),
    "undone": ("", "Nothing. We took a delivery back. If your newest files are wrong, upload corrected ones."),
    "unpublished": ("", "Nothing. The next run shows the state of your files."),
    "synced_with_errors": ("problems", "Correct the rows with errors. Their records are not on the platform."),
    "synced": ("", "Nothing. The platform has what your files say."),
}
"""The one thing to do next by status: the page of a district where it is done, and the sentence."""

NEXT_SCHOOLS: Final = (
    "schools",
    "Connect your schools. Until then, new people of a school that waits get no account, and its present accounts stay "
    "as they are.",
)
"""The same if schools wait in a district that has accounts."""

NEXT_REFUSED: Final = ("sync", "Upload corrected files. The changes of the last ones are refused, and wait until then.")
"""The same if a person refused all that waits."""

NEXT_FILES_HERE: Final = (
    "sync/now",
    "Nothing yet. Your files have come. This page shows what is next when they were read.",
)
NEXT_FILES_BEGUN: Final = ("sync/now", "Complete your upload. It has begun, and the rest is still missing.")
"""The same if an upload lies in the folder that is not taken yet: a whole one, and another one."""

FILES_HAVE_COME: Final = "files have come"
"""Stands for the status if the first files lie in the folder."""

NEXT_NO_PLATFORM_SCHOOLS: Final = (
    "",
    "Nothing. The platform has no schools of your district yet. The people who run the platform for you must add them. "
    "Ask them.",
)
"""The same if schools wait, but the platform has no school to connect them to."""
NEXT_FIRST_RUN: Final = (
    "progress",
    "Nothing yet. Your files are being read. When their run has ended, connect your schools.",
)
"""The same while the first run is under way."""

BEING_READ: Final = "being read"
"""Stands for the status while the first run is under way."""

NEXT_QUEUED: Final = (
    "progress",
    "Nothing yet. Your newest files have come. This page shows what is next when they were read.",
)
"""The same while the run that was asked to take the newest files waits for its turn."""

NEXT_READ_NOW: Final = ("progress", "Nothing yet. Your newest files are being read. This page then shows what is next.")
"""The same while newer files than those of the last results are read."""

NEXT_UNREAD: Final = (
    "",
    "Nothing. Your files have come, but no run of them has ended yet. The people who run the platform see this too.",
)
"""The same if an upload has come, but no run of it is under way or has ended."""

NEXT_UNREAD_LATER: Final = (
    "",
    "Nothing. Your newest files have come, but no run of them has ended. The people who run the platform see this too. "
    "Below are the results of the files before.",
)
"""The same if there are results of an earlier upload."""

NEXT_UNTAKEN: Final = {
    "district": ("sync", "Correct what is wrong with your last upload. Then upload again."),
    "us": ("", "Nothing. Your last upload could not be taken because of us. We correct this and then take it."),
    "nobody": ("", "Nothing. Your last upload could not be taken because of us. A later run tries again by itself."),
}
"""The same if the last upload could not be taken, by the value of `acts` of its run."""

NEXT_FAILED: Final = (
    "Nothing. The last run failed on {at}, so what came before it may not be on the platform yet. We correct this. "
    "Below is the state from before."
)
NEXT_TRIED_AGAIN: Final = (
    "progress",
    "Nothing yet. The last run failed, and another one is on its way. This page then shows what is next.",
)
"""The same if the last run failed because of us, and while another one is under way."""

UPLOAD_NOT_READ: Final = "not read"
"""Stands for the status if the run of the first files failed."""

NEXT_DECIDED: Final = ("progress", "Nothing yet. You decided about all that waited. A run makes these changes.")
"""The same if all that waited is decided, and no run has taken it up."""

GO_THERE: Final = {
    "progress": "See how far it is",
    "sync": "See the sync details",
    "sync/now": "See your files now",
    "problems": "See errors and alerts",
    "holds": "See what waits",
    "schools": "Connect your schools",
}
"""The button that leads to a page of NEXT."""

RUN_NONE: Final = "No run is under way."
RUN_LAST: Final = "No run is under way. The last one ended on {at}, and it used all decisions."
RUN_LAST_PAUSED: Final = {
    "all": "No run is under way. The last one ended on {at}. It delivered nothing, because your district is paused.",
    "adds_only": (
        "No run is under way. The last one ended on {at}. It took nothing away, because your district is paused for "
        "removals."
    ),
}
"""The same if the district was paused in that run, by what waits."""
DISTRICT_IS_PAUSED: Final = {
    "all": "This district is paused. Nothing reaches the platform before the people who run it end the pause.",
    "adds_only": (
        "This district is paused for removals. Nothing is taken away before the people who run the platform end the "
        "pause."
    ),
}
"""Stands on each page of a district that is paused, by what waits."""
RUN_SOON: Final = "A decision of {at} is not on the platform yet. The next run uses it."
RUN_BEGINS_SOON: Final = "It begins within a few minutes."
RUN_USES: Final = "A run will use your decision."
NO_RUN_BEGINS: Final = (
    "No run begins at the moment, because a part of our system does not run. Nothing is lost. The run begins when the "
    "people who run the platform for you have started that part again. Ask them."
)
NO_RUN_BEGINS_OPERATOR: Final = (
    "No run begins by itself, because Dagster's daemon does not run ({daemon}). Start it again. The command "
    "remind-etl doctor says how."
)
NO_RUN_BEGINS_UNKNOWN: Final = (
    "No run may begin by itself: Dagster's storage does not answer. Start it again. The command "
    "remind-etl doctor says more."
)
"""Stand instead of RUN_BEGINS_SOON if the part of Dagster that starts runs has stopped: for a district, and for an
operator."""

RUNS_NOT_KNOWN: Final = (
    "Our list of runs does not answer, so it is not known whether a run is under way. Nothing is lost. "
    "Look again in a few minutes."
)
RUN_FIRST: Final = "A run of your first files is under way."
RUN_FIRST_THEN: Final = "When it has ended, connect your schools. Their people get accounts after that."
RUN_WAITS: Final = "A decision is not on the platform yet. The next run uses it."
RUN_QUEUED: Final = "A run has waited since {at}. It has not begun yet."
RUN_BEGUN: Final = "A run has been under way since {at}."
UPLOAD_QUEUED: Final = "Your upload has come. Its run has waited since {at}. It has not begun yet."
UPLOAD_BEGUN: Final = "Your upload has come. Its run has been under way since {at}."
RUN_STEP: Final = "It is at step {begun} of {steps}: {stage}."
"""Follows RUN_BEGUN or UPLOAD_BEGUN."""

RUN_FAILED: Final = "The last run failed on {at}. The delivered state stays. We correct this."
RUN_REFUSED: Final = "The last run failed on {at}. The delivered state stays. The overview says what to do next."
RUN_BLOCKED: Final = "The last run ended on {at}. Something blocks your files, so nothing was changed."
"""How far the newest run is."""

RUN_ASKED: Final = "A run was asked for."
RUN_NEEDS_FILES: Final = (
    "This district has not uploaded yet, so there is nothing to run. Its first upload starts a run."
)
SAVED: Final = "Saved."
SETTINGS_CHANGED_MEANWHILE: Final = (
    "Somebody changed {names} after this page was shown, perhaps you in another window. That change stays. Nothing of "
    "yours was saved. Look at the values again."
)
SAVED_BEFORE_FILES: Final = "Saved. The first upload of the district starts a run that uses it."
NOT_SAVED_YET: Final = "These are the values that you tried. They are not saved."
REHEARSED: Final = (
    "By removal_share, removal_count and removal_most, {would} of the last {drops} uploads would have waited for a "
    "person. Because of removals, {waited} of these uploads really waited. The other limits are not tried, and an "
    "upload may wait for them too."
)
NO_PLANS: Final = "No upload has been planned yet, so there is nothing to try the limits on."
UNDONE: Final = "Delivery {number} is undone: see delivery {as_delivery}."
UNDONE_RANGE: Final = "Deliveries {number} to {to} are undone: see delivery {as_delivery}."
NOTHING_TO_UNDO: Final = "Nothing is left to undo. New people and classes of a delivery stay."
UNDO_CHANGED: Final = (
    "The records that would come back have changed since this page was shown. Nothing was done. Look again."
)
AFTER_UNDO: Final = {
    "": (
        "The next run delivers the newest upload again. If that upload is wrong, pause the district until it has sent "
        "another."
    ),
    "all": "The next run delivers nothing, because the district is paused.",
    "adds_only": (
        "The next run delivers the additions and updates of the newest upload again. Its removals wait, because the "
        "district is paused for removals."
    ),
}
"""Follows the sentence of an undo, by what waits in a pause; blank without one."""
UNDO_BEFORE_RUN: Final = "A run of the district waits in the queue. It comes after this undo."

LINKS: Final = {
    "proposed": "to confirm",
    "unknown": "no match",
    "taken_back": "taken back",
    "confirmed": "connected",
    "ignored": "ignored",
    "vanished": "not in your files",
}
"""The states of a school, those that need a person first."""

SO_MANY_PEOPLE: Final = "Up to {people}, and their guardians,"
THEIR_PEOPLE: Final = "Their people"
EXACT_SCHOOLS: Final = (
    "The platform has {schools} of your files under the same id or name. {people} get accounts if you confirm."
)
IN_NEXT_RUN: Final = "in the next run"
AFTER_PAUSE: Final = "after the pause of your district"
"""When a change reaches the platform: `when` in the next sentences."""

BEFORE_CONFIRMING: Final = "{people} get accounts {when}. People with an account keep it."
CONFIRMED: Final = "{schools} connected. {people} get accounts {when}. People with an account keep it."
TAKEN_BACK: Final = (
    "The decision on school {school} is taken back. The school waits, and its accounts stay as they are."
)
NOT_DECIDED: Final = "Nothing is decided about school {school}, so nothing was changed."
BEFORE_IGNORING: Final = (
    "{people} lose their accounts {when}, unless another school has them too. If they are many, the change "
    "waits for an approval."
)
BEFORE_TAKING_BACK: Final = (
    "{people} keep their accounts as they are. The school waits: until it is connected again, these accounts are not "
    "updated, and its new people get none."
)
BEFORE_RELINKING: Final = "{people} move to the platform school {platform} {when}."
DECIDED_MEANWHILE: Final = (
    "Somebody decided about school {school} after this page was shown, perhaps you in another window. "
    "That decision stays. Look at it again."
)
TAKEN_MEANWHILE: Final = (
    "Another school was connected to {platform} meanwhile. So nothing was decided. Look at the schools again."
)
IGNORED: Final = "School {school} is ignored."
LINKED: Final = "School {school} is connected to {platform}."
CHANGED: Final = "{schools} changed after this page was shown. Nothing was connected. Look at the list again."
CHANGED_OTHERS: Final = (
    "{schools} changed after this page was shown. No changed school was connected. Look at the list again."
)
"""Why a confirmation was not taken, and why it was not taken wholly: then it follows CONFIRMED."""

CONNECTED_SO: Final = "{school} feeds {platform} already, so no decision was made."
ALREADY_CONNECTED: Final = "{schools} connected already, after this page was shown. Nothing more was done."
NO_EXACT_SCHOOLS: Final = "No school with the same id or name waits any more. Nothing was done."
NOT_ALL: Final = (
    "{schools} stayed as they were: somebody decided about them meanwhile, or their platform school is taken. "
    "Connect them one by one."
)
NO_SUCH_PLATFORM_SCHOOL: Final = "The platform has no such school in your district. Choose one of the list."
SCHOOL_NOT_SENT: Final = "Your files have no such school. Upload them first, or open the page again."
FEEDS_ALREADY: Final = "School {other} feeds this platform school already. If both are right, tick the box below."
NO_LOOK: Final = "The upload server did not answer. Look again in a minute."
FILES_TAKEN: Final = "These files were taken on {at}. Upload again when something has changed."
FILES_HERE: Final = "All files are here."
FILES_SETTLED: Final = "They are taken within a minute or two."
FILES_REST: Final = "They are taken in about {left}, if nothing changes until then."
"""Follow FILES_HERE: an upload rests before it is taken."""

FILES_IN_RUN: Final = "A run was asked to take them."
FILES_OF_FAILED_RUN: Final = "The run that was asked to take them failed. We correct this. Then they are taken."
FILE_STATES: Final = {
    "here": "here",
    "uploading": "uploading",
    "empty": "0 bytes",
    "missing": "missing",
    "not needed": "not sent",
}
"""The states of a file in the upload folder."""

NO_FILES: Final = "Choose your files first."
SEVERAL_ZIPS: Final = "You chose {count} zips. Choose the one that you would upload, or the CSV files themselves."
FILE_TWICE: Final = "You chose {file} twice. Choose each file once, without older copies in other folders."
NO_SUCH_FILES: Final = (
    "None of these files can be read. Choose schools.csv, teachers.csv, students.csv, classes.csv and enrollments.csv, "
    "or one zip with them."
)
SENDING: Final = "The files are being sent."
CHECKING: Final = "All files are here. The check of large files takes a minute or two."
FILES_NOT_ARRIVED: Final = (
    "The files did not arrive. They may be larger than this page takes, or the connection broke off."
)
CHECK_TOO_LONG: Final = "The check took too long and was ended. Check fewer files at once."
CHECK_FAILED: Final = "The check failed, or needed too much memory. Check fewer files at once."
CHECK_BUSY: Final = "Another check is running. Try again in a minute."

PAUSED: Final = "The district is paused. Its uploads are read, and their changes wait until the pause ends."
PAUSED_BUT_ADDITIONS: Final = (
    "The district is paused. Its uploads are read, and only their additions are delivered until the pause ends."
)
PAUSE_CHANGED_MEANWHILE: Final = (
    "Somebody changed the pause after this page was shown, perhaps you in another window. Nothing was done. Look at it "
    "again."
)
RESUMED: Final = "The pause has ended. The next run delivers what waited."

RUN_STAGES: Final = {
    "landed": "reading the upload",
    "raw": "reading the files",
    "valid": "checking each row",
    "mapped": "matching schools",
    "provisioned": "working out accounts and classes",
    "planned": "working out what changes",
    "delivered": "changing the platform, and writing your report",
}
"""The work of a run in the steps of each stage."""

STAGES: Final = {
    "landed": "The upload",
    "raw": "In the files",
    "valid": "Checked",
    "mapped": "School",
    "provisioned": "Accounts and classes",
    "planned": "The last changes",
    "delivered": "On the platform",
}
"""The headings of what is known of a record, by stage."""

GUARDIAN_OF: Final = "{guardian} as guardian of {student}"
"""A guardianship in a sentence about it."""
AT_SCHOOL: Final = "{person} as {role} at school {school_id}"
"""A person's place at a school in a sentence about it."""

DECISIONS: Final = {
    "school confirmed": "School {school_id} connected to {platform_school_id}",
    "school confirmed by policy": "School {school_id} connected to {platform_school_id} by itself: same id or name",
    "school ignored": "School {school_id} ignored",
    "school decision taken back": "Decision about school {school_id} taken back",
    "platform schools imported": "List of the platform's schools replaced: {schools} schools",
    "district added": "District added",
    "district changed": "Settings of the district changed: {settings}",
    "settings changed": "Settings of the district changed: {settings}",
    "limits of files changed": "Limits of the district's files changed",
    "district paused": "District paused",
    "district resumed": "Pause ended",
    "password replaced": "Password for uploads replaced",
    "key added": "Public key for uploads added",
    "key removed": "Public key for uploads removed",
    "login disabled": "Login for uploads disabled",
    "login enabled": "Login for uploads enabled again",
    "removals approved": "Waiting changes approved: {kind}",
    "removals refused": "Waiting changes refused: {kinds}",
    "approvals lapsed": "Approvals withdrawn, because a delivery is undone",
    "undo agreed": "Undo of delivery {delivery} agreed",
    "delivery undone": "Delivery {delivery} undone",
    "older drop forced": "Older upload chosen instead of the newest",
    "link taken back": "Link to an account outside of the district taken back",
    "messages chosen": "Messages to administrators: {messages}",
    "administrator added": "Administrator added: {email}",
    "administrator removed": "Administrator removed: {email}",
    "run asked for": "Run asked for",
    "student forgotten": "One student erased on request",
}
"""The sentence of each decision of the log in the history."""

SETTINGS: Final = {
    "name": "the name",
    "region": "the country of phones",
    "link_policy": "how schools are connected",
    "source": "the place of its uploads",
    "quiet_seconds": "how long an upload rests",
    "time_zone": "the time zone",
    "limits": "limits",
}
"""The settings of a district as the history names them."""

LIMIT_CHANGED: Final = "{name} from {before} to {after}"
"""A limit that was changed, as the history names it."""

FORMER_USER: Final = "a person who has no sign-in any more"
"""Stands for the email of an administrator who was deleted."""

ALL_HELD: Final = "all"
"""The changes of a refusal that names no kind."""

EVENTS: Final = {"drop": "Upload", "delivery": "Delivery {number}", "hold": "Changes that waited for a person"}
"""The heading of each other event."""

OUTCOMES: Final = {
    "blocked": "Not used, because something blocks it.",
    "delivered": "Delivered.",
    "delivered nobody": "Read. Nobody was put on the platform yet.",
    "not known: no run of it has ended, or its results are lost": "No results of it are here.",
    "its run is queued": "Its run waits, and has not begun yet.",
    "its run is under way": "Its run is under way.",
    "planned": "Read, and not delivered yet.",
}
"""The outcomes of uploads in the history."""

NO_OUTCOME: Final = "Not used: its run failed, or has not begun."
RECORDS: Final = "Records: {counts}."
UNDONE_SINCE: Final = "Deliveries {delivery} to {to} undone"
"""The sentence of the decision `delivery undone` about more than one delivery."""

UNDONE_BY: Final = "Delivery {undone_by} undid this."
UNDID: Final = "It undid delivery {undoes}."
UNDID_SINCE: Final = "It undid deliveries {undoes} to {to}."
NO_CHANGE: Final = "Nothing changed."
PUT_NOBODY: Final = "It had nothing in it. Nobody was put on the platform yet."
"""Stands for NO_CHANGE before the first delivery of a record."""


HELD: Final = {
    "students": ("Students", "{records} of {delivered} students are not in your files any more."),
    "teachers": ("Teachers", "{records} of {delivered} teachers are not in your files any more."),
    "guardians": ("Guardians", "{records} of {delivered} guardians are not in your files any more."),
    "classes": ("Classes", "{records} of {delivered} classes are not in your files any more."),
    "class members": (
        "Places in classes",
        "{records} of {delivered} places are not in your files any more.",
    ),
    "contact points": (
        "Emails and phones",
        "{records} of {delivered} are not in your files any more, or belong to another person.",
    ),
    "schools": ("Missing schools", "The files have no rows of some schools. {records} records belong to them."),
    "cut_files": (
        "Cut files",
        "A file may have lost its end. {records} records would be removed or changed because of it.",
    ),
    "reused_ids": (
        "Changed ids",
        "{records} changes come from ids that belonged to another person or class, or are spelled differently, missing "
        "or in another file.",
    ),
    "moves": ("Moves to other schools", "{records} people move to other schools. That is half of a school or more."),
    "new_guardians": ("New guardians", "{records} new guardians belong to students who have many."),
    "shared_contacts": (
        "Emails and phones of two families",
        "{records} emails or phones belong to guardians of two families: different names, and no student in common.",
    ),
    "links": ("Links to other accounts", "{records} people have an account outside of your district."),
}
"""The kinds of held changes: the heading and the sentence of each."""

HELD_LIMIT: Final = "The limit is {allowed} at once, so a person must look first."
HELD_HALF: Final = "This is half or more of one school, so a person must look first."
HELD_ALWAYS: Final = "A person must always look at such changes first."
HELD_HALF_OR_EXCHANGED: Final = (
    "This is half or more of one school, or values may stand in the rows of other families. So a person must look "
    "first."
)
HELD_NEW_GUARDIANS: Final = "Students would get guardians of other families."
"""Said of held guardians if none is removed."""
HELD_EXCHANGED: Final = "Values may stand in the rows of other people, so a person must look first."
EXCHANGED_KINDS: Final = ("contact points", "class members")
"""The kinds of held changes that wait below the limit only because people seem to have exchanged what they have."""

GOES_ALREADY: Final = "Nothing more. Its changes go with what else is approved."
NOTHING_ALONE: Final = "Nothing changes yet. Approve {others} too."
NEEDS_TOO: Final = "For the rest, approve {others} too."
NOTHING_TO_APPROVE: Final = "Rows of other files still name them, so everything stays. You need not approve anything."
NOUNS: Final = {
    "accounts": ("account", "accounts"),
    "classes": ("class", "classes"),
    "class_memberships": ("place in a class", "places in classes"),
    "school_members": ("place at a school", "places at schools"),
    "guardianships": ("tie between a guardian and a student", "ties between guardians and students"),
    "contact_points": ("email or phone", "emails and phones"),
}
"""Kinds of records as one and as many, the ones that matter most to people first."""

DONE: Final = {
    "remove": "removed",
    "create": "added",
    "link": "linked",
    "update": "changed",
    "revive": "brought back",
}
"""The effect of each action, the one that a person must look at first."""

NOTHING_CHANGES: Final = "Nothing changes."
HOLD_CHANGED: Final = (
    "The waiting changes are no longer those that this page showed. Nothing was decided. Look at them again."
)
HOLD_DECIDED_MEANWHILE: Final = (
    "Somebody decided about these changes after your page was shown, perhaps you in another window. "
    "That decision stays. Look at it again."
)
NEWER_FILES: Final = (
    "Your district has sent newer files since. Nothing was decided. Wait until their run has ended, and look again."
)
NO_REASON: Final = "Write a short reason, without names of people."
NOT_SURE: Final = "Tick the box first: your uploads fail until your upload program has the new password."
MADE_MEANWHILE: Final = "A new password was made since this page was shown. Make another one if you do not have it."
NO_KEY: Final = "Paste the public key first. Its file often ends in .pub."
KEY_ADDED: Final = "The key {fingerprint} can log in from now on."
KEY_REMOVED: Final = "The key {fingerprint} can no longer log in."
NO_SUCH_KEY: Final = "Your login has no such key any more. Look at the list again."
NOT_SURE_TO_DISABLE: Final = "Tick the box first: no upload is possible while the login is disabled."
LOGIN_DISABLED: Final = "The login is disabled. The server refuses your password and your keys from now on."
LOGIN_ENABLED: Final = "The login is enabled. The password and the keys from before can log in again."
ASK_TO_ENABLE: Final = "Ask the people who run the platform for you to enable the login again."
NOTHING_CHOSEN: Final = "Nothing was chosen, so nothing was changed."
SHOWN_ONCE: Final = "This is the new password. It is shown only now. The old one no longer works."
HOLDS_APPROVED: Final = "Approved: {kinds}. {effect}"
NEXT_RUN_CHANGES: Final = {
    "": "The next run makes these changes.",
    "all": "These changes are made after the pause of your district.",
    "adds_only": "The next run makes those that take nothing away, and the others after the pause of your district.",
}
"""When approved changes are made, by what waits in a pause; blank without one."""
OLDER_CHANGES: Final = (
    "These changes are of older files: a newer upload has come, and it is read first. They are made only if the new "
    "files ask for exactly the same."
)
APPROVAL_LAPSED: Final = (
    "An approval has lapsed: {kinds}. Newer files came before a run used it, and they ask for other changes."
)
HOLDS_REFUSED: Final = "Refused: {kinds}. These changes wait until your district sends other files."

LIMITS: Final = {
    "removal_share": "Share of a kind that may be removed at once, 0 to 1",
    "removal_count": "Up to this many of a kind may always be removed at once",
    "removal_most": "Removals of a larger share of a kind always wait, however few they are",
    "usual_times": "Removals wait if they are more than this many times the usual number",
    "usual_count": "Up to this many removals are never unusual",
    "school_share": "If a school loses this share of a kind, its removals wait",
    "school_count": "A school without rows waits if it had this many records",
    "guardians": "New guardians wait if a student has this many",
    "link_count": "If there are more links to outside accounts than this, they wait",
}
"""The meaning of each limit of a district."""
