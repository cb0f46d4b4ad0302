"""Every public table and column as data: type, key, meaning and source.

`docs/columns.md` is made from it, and each asset has its table as `dagster/column_schema`. Types are those of DuckDB.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from remind_etl.schema import records, upload

TEXT: Final = "VARCHAR"
WHOLE: Final = "BIGINT"


@dataclass(frozen=True)
class Column:
    """A column: its name, its meaning, where its value comes from, and its type."""

    name: str
    meaning: str
    source: str
    type: str = TEXT


@dataclass(frozen=True)
class Table:
    """A table: its name, what one row is, the columns of its key, and all columns in order."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _table(name: str, grain: str, key: str, *columns: Column) -> Table:
    return Table(name, grain, tuple(key.split()), columns)


def _of_kind(kind: records.Kind, grain: str, *columns: Column) -> Table:
    """The table of a kind of record.

    Raises ValueError if its columns are not described in their order.
    """
    if tuple(column.name for column in columns) != kind.columns:
        raise ValueError(f"the columns of {kind.name} are {kind.columns}")
    return Table(kind.name, grain, kind.key, columns)


# The files of a drop

LINE: Final = Column("line", "Line of the file on which the record starts. Line 1 is the header.", "reader", WHOLE)
_SCHOOL: Final = "Id of the school in the district's system."
_MEANINGS: Final = {
    "school_id": _SCHOOL,
    "school_name": "Name of the school.",
    "teacher_id": "Id of the teacher in the district's system.",
    "teacher_first_name": "First name of the teacher.",
    "teacher_last_name": "Last name of the teacher.",
    "teacher_email": "Email of the teacher. A teacher without a valid email gets no account.",
    "teacher_mobile_phone": "Mobile phone of the teacher.",
    "student_id": "Id of the student in the district's system.",
    "student_first_name": "First name of the student.",
    "student_last_name": "Last name of the student.",
    "dob": "Date of birth of the student.",
    "grade": "Grade of the student, such as `PK`, `K`, `7` or `9th`.",
    "student_email": "Email of the student.",
    "student_phone": "Phone of the student.",
    "guardian_first_name": "First name of one guardian of the student.",
    "guardian_last_name": "Last name of this guardian.",
    "guardian_email": "Email of this guardian.",
    "guardian_phone": "Phone of this guardian.",
    "class_id": "Id of the class in the district's system.",
    "class_name": "Name of the class.",
    "user_id": "Id of the student or teacher who is in the class.",
}
_GRAINS: Final = {
    "schools": "One row for each school.",
    "teachers": "One row for each teacher and school.",
    "students": "One row for each student, school and guardian.",
    "classes": "One row for each class.",
    "enrollments": "One row for each person in a class.",
}


def _raw(file: upload.File) -> Table:
    """The raw table of a file.

    Raises ValueError if a column has no meaning.
    """
    if missing := [column.name for column in file.columns if column.name not in _MEANINGS]:
        raise ValueError(f"add the meaning of {', '.join(missing)} to _MEANINGS in remind_etl/schema/tables.py")
    columns = (Column(c.name, _MEANINGS[c.name], f"cell of {file.file_name}, trimmed") for c in file.columns)
    error = Column(
        "error_for_id", "A spreadsheet's error sign, such as #N/A, that stood instead of the id.", "id column"
    )
    return Table(
        f"raw.{file.name}", f"One row for each accepted record of {file.file_name}.", ("line",), (LINE, *columns, error)
    )


RAW: Final = tuple(map(_raw, upload.FILES))

_VALID_NAMES: Final = {
    **{f"{role}_{name}": name for role in ("teacher", "student") for name in ("first_name", "last_name", "email")},
    "teacher_mobile_phone": "phone",
    "student_phone": "phone",
}
_NORMAL: Final = {
    "email": "one address in lower case, or null",
    "phone": "E.164, or null",
    "dob": "a date, or null",
    "grade": "one spelling a grade, or null",
}
_MORE_OF_VALID: Final = {
    "students": (Column("has_guardian", "True if the row names a guardian.", "guardian columns", "BOOLEAN"),),
    "enrollments": (Column("role", "`student` or `teacher`.", "the file that has the user_id"),),
}


def _valid(file: upload.File, *key: str) -> Table:
    def column(sent: Column) -> Column:
        name = _VALID_NAMES.get(sent.name, sent.name)
        normal = _NORMAL.get(name.removeprefix("guardian_"))
        source = f"`raw.{file.name}.{sent.name}`" + (f": {normal}" if normal else "")
        return replace(sent, name=name, source=source, type="DATE" if name == "dob" else sent.type)

    columns = (LINE, *map(column, _raw(file).columns[1:-1]), *_MORE_OF_VALID.get(file.name, ()))
    return Table(f"valid.{file.name}", _GRAINS[file.name], key, columns)


VALID: Final = (
    _valid(upload.SCHOOLS, "school_id"),
    _valid(upload.TEACHERS, "line"),
    _valid(upload.STUDENTS, "line"),
    _valid(upload.CLASSES, "class_id"),
    _valid(upload.ENROLLMENTS, "class_id", "user_id"),
)

LANDED_FILES: Final = _table(
    "landed.files",
    "One row for each file of the drop.",
    "name",
    Column("name", "Name of its table, such as `students`.", "name of the file"),
    Column("file_name", "Its name in the drop, such as `students.csv`.", "name of the file"),
    Column("sent_as", "The name under which the district sent it.", "upload"),
    Column("path", "Where the copy is.", "landed folder"),
    Column("size", "Size in bytes.", "counted", WHOLE),
    Column("sha256", "SHA-256 of its bytes.", "computed"),
    Column("stated_rows", "Rows that the district stated in `_COMPLETE`; null if it did not.", "`_COMPLETE`", WHOLE),
)

# The records of the platform

ACCOUNT_ID: Final = Column(
    "account_id", "Id of the account: a name-based UUID that never changes.", "district, role and id when first seen"
)
SCHOOL_ID: Final = Column("school_id", _SCHOOL, "`valid.schools`")
PLATFORM_SCHOOL_ID: Final = Column(
    "platform_school_id", "Id of the school on the platform.", "school link that a person confirmed"
)
CLASS_ID: Final = Column("class_id", _MEANINGS["class_id"], "`valid.classes`")

ACCOUNTS: Final = _of_kind(
    records.ACCOUNTS,
    "One row for each account.",
    ACCOUNT_ID,
    Column("roles", "Roles of the person, joined with `+`: `teacher`, `guardian`, `student`.", "files with the person"),
    Column("teacher_id", "Id of the teacher; null for others.", "`valid.teachers`"),
    Column("student_id", "Id of the student; null for others.", "`valid.students`"),
    Column("first_name", "First name.", "first row of the person in the highest role"),
    Column("last_name", "Last name.", "first row of the person in the highest role"),
    Column("email", "Email of the account; null if it has none.", "contact claims"),
    Column("phone", "Phone of the account, E.164; null if it has none.", "contact claims"),
    Column("dob", "Date of birth of a student, `YYYY-MM-DD`.", "`valid.students`"),
    Column("grade", "Grade of a student.", "`valid.students`"),
)
CONTACT_POINTS: Final = _of_kind(
    records.CONTACT_POINTS,
    "One row for each email or phone of an account.",
    ACCOUNT_ID,
    Column("kind", "`email` or `phone`.", "contact claims"),
    Column("value", "The email in lower case, or the phone as E.164.", "contact claims"),
)
SCHOOL_MEMBERS: Final = _of_kind(
    records.SCHOOL_MEMBERS,
    "One row for each person at a school in a role.",
    ACCOUNT_ID,
    SCHOOL_ID,
    PLATFORM_SCHOOL_ID,
    Column("role", "`teacher`, `guardian` or `student`.", "file with the row; a guardian follows the student"),
)
GUARDIANSHIPS: Final = _of_kind(
    records.GUARDIANSHIPS,
    "One row for each guardian and student.",
    replace(ACCOUNT_ID, name="guardian_account_id", meaning="Account of the guardian."),
    replace(ACCOUNT_ID, name="student_account_id", meaning="Account of the student."),
    Column("student_id", _MEANINGS["student_id"], "`valid.students`"),
)
CLASSES: Final = _of_kind(
    records.CLASSES,
    "One row for each class.",
    CLASS_ID,
    SCHOOL_ID,
    PLATFORM_SCHOOL_ID,
    Column("class_name", "Name of the class.", "`valid.classes`"),
    replace(ACCOUNT_ID, name="owner_account_id", meaning="Account of the teacher who owns the class."),
    Column("owner_teacher_id", "Id of the teacher who owns the class.", "`valid.classes`, else the first co-teacher"),
)
CLASS_MEMBERSHIPS: Final = _of_kind(
    records.CLASS_MEMBERSHIPS,
    "One row for each person in a class in a role. Guardians are in `class_members` only.",
    CLASS_ID,
    ACCOUNT_ID,
    Column("role", "`owner`, `co_teacher` or `student`.", "classes.csv for owners, enrollments.csv for others"),
    Column("record_id", "The `teacher_id` or `student_id` of the membership.", "`valid.classes`, `valid.enrollments`"),
)
CLASS_MEMBERS: Final = _table(
    "class_members",
    "One row for each class membership, and one for each guardian and student in the class.",
    "class_id account_id role record_id",
    CLASS_ID,
    ACCOUNT_ID,
    Column("role", "`owner`, `co_teacher`, `student` or `guardian`.", "memberships; guardianships of the students"),
    Column("record_id", "The `teacher_id` or `student_id`; for a guardian, the student's.", "memberships"),
)
RECORDS: Final = (ACCOUNTS, CONTACT_POINTS, SCHOOL_MEMBERS, GUARDIANSHIPS, CLASSES, CLASS_MEMBERSHIPS)

# What else a run publishes

SCHOOLS: Final = _table(
    "schools",
    "One row for each school of the newest drop.",
    "school_id",
    SCHOOL_ID,
    Column("school_name", "Name of the school in the files.", "`valid.schools`"),
    Column("platform_school_id", "Platform school that it feeds, or may feed.", "link or proposal"),
    Column("platform_school_name", "Name of that school on the platform.", "list of the platform's schools"),
    Column("link", "`confirmed`, `ignored`, `proposed` or `unknown`.", "decisions, else the proposals"),
    Column("score", "How well the proposal fits, 0 to 1; null without a proposal.", "names and ids", "DOUBLE"),
    Column("reason", "Reason of the proposal, or of its absence, in words.", "`mapped`"),
    Column("people", "Teachers and students of the school in the files.", "`valid.teachers`, `valid.students`", WHOLE),
)
_SEVERITY: Final = Column("severity", "`blocker`, `error`, `alert` or `notice`.", "catalogue")
_CODE: Final = Column("code", "Code of the problem, see problems.md.", "the rule that found it")
_FILE: Final = Column("file", "Name of the file.", "the rule that found it")
_COLUMN: Final = Column("column", "Column of the file; null if the problem is about the row.", "the rule that found it")
_MESSAGE: Final = Column("message", "The problem as a sentence.", "catalogue")
_FIX: Final = Column("fix", "The remedy as a sentence.", "catalogue; remedy of a known cause")
PROBLEMS: Final = _table(
    "problems",
    "One row for each problem of the drop. A problem on many rows of one record is one problem.",
    "",
    _SEVERITY,
    _CODE,
    _FILE,
    replace(LINE, meaning="First line with the problem; null if it is about the file."),
    _COLUMN,
    Column("value", "The cell as it was sent. Personal data.", "`raw`"),
    Column("record_type", "`school`, `teacher`, `student`, `class` or `enrollment`.", "the rule that found it"),
    Column("record_id", "Id of the record.", "the row"),
    Column("school_id", "School of the record, if the row says so.", "the row"),
    Column("rows", "Number of rows with the problem.", "counted", WHOLE),
    _MESSAGE,
    _FIX,
)
PROBLEM_GROUPS: Final = _table(
    "problem_groups",
    "One row for each code, file, column and cause, or shape of the value.",
    "",
    _SEVERITY,
    _CODE,
    _FILE,
    _COLUMN,
    Column("shape", "Shape of most values: letters are A or AAA, each digit is 9.", "values of the problems"),
    Column("problems", "Number of problems in the group.", "counted", WHOLE),
    Column("rows", "Number of rows in the group.", "counted", WHOLE),
    Column("share", "Rows of the group as a share of the file's records, 0 to 1.", "counted", "DOUBLE"),
    Column("lines", "The first lines of the group.", "lines of the problems", "BIGINT[]"),
    _MESSAGE,
    _FIX,
)
CHANGES: Final = _table(
    "changes",
    "One row for each change of a record in the last plan. `creations` counts others of a first delivery.",
    "kind id",
    Column("kind", "Kind of record: the name of its table.", "`planned`"),
    Column("id", "Key of the record, its parts joined with `/`.", "`planned`"),
    Column("action", "`create`, `link`, `update`, `revive` or `remove`.", "`planned`"),
    Column("state", "`go` (delivered), `held` or `paused`.", "holds, approvals, pause"),
    Column("reason", "Why the change is held, in words; null for others.", "`planned`"),
    Column("before", "The record as it was delivered; null for a new one. Personal data.", "platform", "JSON"),
    Column(
        "after",
        "The record as it should be; null if it is removed, or created and delivered. Personal data.",
        "`provisioned`",
        "JSON",
    ),
    Column("school", "School of the record.", "the record"),
    Column(
        "waits_for",
        "Lists of holds. The change is delivered when all holds of one list are approved.",
        "holds",
        "VARCHAR[][]",
    ),
    Column("reason_code", "Code of the reason; null for others.", "`planned`"),
)
CREATIONS: Final = _table(
    "creations",
    "One row for each school and kind of record that the last plan created first. It has no accounts and classes.",
    "kind school",
    Column("kind", "Kind of record: the name of its table.", "`planned`"),
    Column("school", "School of the records.", "the record"),
    Column("records", "Number of records that were created and delivered.", "`planned`", WHOLE),
)
_HOLD: Final = Column("kind", "Name of the hold, such as `students`.", "`planned`")
_RECORDS: Final = Column("records", "Number of records that the hold counts.", "`planned`", WHOLE)
_DELIVERED: Final = Column("delivered", "Number of delivered records of this kind.", "platform", WHOLE)
_IS_APPROVED: Final = Column("is_approved", "True if a person approved it.", "decisions", "BOOLEAN")
HOLDS: Final = _table(
    "holds",
    "One row for each hold that waits for a person, or with changes that also wait for another hold.",
    "kind",
    _HOLD,
    _RECORDS,
    _DELIVERED,
    Column("allowed", "Number that goes through without a person.", "limits of the district", WHOLE),
    _IS_APPROVED,
)
PLANS: Final = _table(
    "plans",
    "One row for each plan so far and kind of removals; without a kind if the plan removes nothing.",
    "drop_id hold_hash kind",
    Column("drop_id", "Id of the landed drop.", "`landed.drops`"),
    Column("hold_hash", "Hash of the held changes, which an approval names; null without any.", "`planned`"),
    _HOLD,
    _RECORDS,
    _DELIVERED,
    Column("is_held", "True if the removals were held.", "limits of the district", "BOOLEAN"),
    _IS_APPROVED,
)
UPLOADS: Final = _table(
    "uploads",
    "One row for each upload so far, at most the newest 30.",
    "drop_id",
    Column("drop_id", "Id of the landed drop.", "`landed.drops`"),
    Column("arrived_at", "When it was taken, in UTC.", "landed folder"),
    Column("accounts", "Accounts on the platform after its last run.", "platform", WHOLE),
    Column("errors", "Number of its errors.", "`valid.problems`", WHOLE),
    Column("alerts", "Number of its alerts.", "`valid.problems`", WHOLE),
    Column("is_blocked", "True if it was not processed.", "`valid.problems`", "BOOLEAN"),
)
PROBLEM_MARKS: Final = _table(
    "problem_marks",
    "One row for each problem of the newest upload and of the one before.",
    "drop_id file code mark",
    Column("drop_id", "Id of the landed drop.", "`landed.drops`"),
    _SEVERITY,
    _FILE,
    _CODE,
    Column("mark", "MD5 hash of its column and record, or of its line without a record.", "`valid.problems`"),
)
PUBLISHED: Final = (
    *(ACCOUNTS, CONTACT_POINTS, SCHOOL_MEMBERS, GUARDIANSHIPS, CLASSES, CLASS_MEMBERS),
    *(SCHOOLS, PROBLEMS, PROBLEM_GROUPS, CHANGES, CREATIONS, HOLDS, PLANS),
    *(UPLOADS, PROBLEM_MARKS),
)
"""The tables of `published/<district>/`, as Parquet."""

# What only `explain` reads

SENT_ROWS: Final = _table(
    "sent_rows",
    "One row for each accepted row of a file, with the ids in it.",
    "file line",
    _FILE,
    LINE,
    SCHOOL_ID,
    CLASS_ID,
    Column("person_id", "Id of the teacher, student or user of the row.", "`raw`"),
    Column("is_taken", "False if the row is left out.", "`valid.left_out`", "BOOLEAN"),
)
REASONS: Final = _table(
    "reasons",
    "One row for each record and reason why the platform does not have it as the files do.",
    "",
    Column("found_by", "Asset that wrote it, such as `valid/students`. The first word is the stage.", "each stage"),
    Column("kind", "Record of the files, such as `student`, or of the platform, such as `accounts`.", "each stage"),
    Column("id", "Id of the record. For a rejected line, the MD5 hash of one of its cells.", "each stage"),
    Column("second_id", "The user_id of an enrollment, whose id is the class_id.", "each stage"),
    Column("reason_code", "Code of the problem or reason. The sentence stands in the catalogue.", "each stage"),
    Column("severity", "Severity of the problem; null for a reason that is no problem.", "catalogue"),
    _FILE,
    LINE,
    _COLUMN,
    Column("cause_file", "File of the row behind it, such as that of the class.", "each stage"),
    Column("cause_line", "Line of that row.", "each stage", WHOLE),
    Column("school_id", "School of the record.", "each stage"),
    Column("other_id", "Id that the sentence names beside the record.", "each stage"),
    Column("count", "Number that the sentence names.", "each stage", WHOLE),
    Column("detail", "Counts, columns and ids that the message of the problem names.", "`valid.findings`"),
    Column("remedy", "Name of a remedy that fits better than that of the code.", "`valid.findings`"),
)
REMOVED: Final = _table(
    "removed",
    "One row for each account or class that was delivered and is removed.",
    "kind id",
    Column("kind", "`accounts` or `classes`.", "platform"),
    Column("id", "Key of the record.", "platform"),
    *ACCOUNTS.columns[2:4],
    Column("removed_at", "When it was removed, in UTC.", "clock"),
)
GUARDIAN_LINES: Final = _table(
    "guardian_lines",
    "One row for each row of students.csv that names a guardian.",
    "line",
    LINE,
    replace(ACCOUNT_ID, meaning="Account of the guardian that has a contact point of the row; null without any."),
)
EXPLAINED: Final = (
    *(SENT_ROWS, REASONS, REMOVED, GUARDIAN_LINES, SCHOOLS, CHANGES),
    *(ACCOUNTS, CONTACT_POINTS, SCHOOL_MEMBERS, GUARDIANSHIPS, CLASSES, CLASS_MEMBERS),
)
"""The published tables that an explanation reads."""

# The platform's database

DISTRICT_ID: Final = Column("district_id", "The district; blank for accounts of people themselves.", "partition")
_NUMBER: Final = Column("number", "Number of the delivery in its district, from 1.", "counted", WHOLE)
DELIVERIES: Final = _table(
    "deliveries",
    "One row for each delivery: its receipt.",
    "district_id number",
    replace(DISTRICT_ID, meaning="The district."),
    _NUMBER,
    Column("drop_id", "Id of the delivered drop.", "`landed.drops`"),
    Column("plan_hash", "Hash of the delivered plan.", "`planned`"),
    Column("counts", "Applied changes by kind and action, as JSON.", "counted"),
    Column("standing", "Records before the drop by kind of removal, as JSON.", "counted"),
    Column("delivered_at", "When, in UTC.", "clock"),
    Column("held", "Held changes by hold, as JSON.", "`planned.holds`"),
    Column("undoes", "Number of the first delivery that this one undid; null for others.", "undo", WHOLE),
    Column("reused", "Class ids that were another class's before, with the detail, as JSON.", "`provisioned`"),
    Column("removals", "Removals that were delivered, by hold, as JSON.", "`planned.holds`"),
    Column("undoes_to", "Number of the last delivery that this one undid; null for others.", "undo", WHOLE),
    Column("removals_only", "True if only removals were undone.", "undo", "BOOLEAN"),
)
DELIVERY_CHANGES: Final = _table(
    "delivery_changes",
    "One row for each record that a delivery removed, changed, or added to an account or class that was there.",
    "district_id number kind id",
    replace(DISTRICT_ID, meaning="The district."),
    _NUMBER,
    *(replace(column, source="`planned.changes`", type=TEXT) for column in CHANGES.columns[:3]),
    *(replace(column, meaning=f"{column.meaning} JSON as text.", type=TEXT) for column in CHANGES.columns[5:7]),
)
REMOVED_AT: Final = Column("removed_at", "When the record was removed, in UTC; null while it is there.", "clock")


VERIFIED_AT: Final = Column(
    "verified_at", "When a person proved that the contact point is theirs, in UTC; null if nobody did.", "the platform"
)
ACCOUNT_LINKS: Final = _table(
    "account_links",
    "One row for each account of the district that also belongs to somebody outside of it.",
    "district_id account_id",
    replace(DISTRICT_ID, meaning="The district that the account was linked for."),
    replace(ACCOUNT_ID, source="`provisioned.linked`"),
    Column("rule", "`email_and_name`, or `former_rule` for older links.", "delivery"),
    replace(_NUMBER, meaning="Number of the delivery; null for older links."),
    Column("linked_at", "When, in UTC; null for older links.", "clock"),
)


def _on_platform(table: Table) -> Table:
    more = (REMOVED_AT, VERIFIED_AT) if table is CONTACT_POINTS else (REMOVED_AT,)
    return replace(table, key=("district_id", *table.key), columns=(DISTRICT_ID, *table.columns, *more))


PLATFORM: Final = (*map(_on_platform, (*RECORDS, CLASS_MEMBERS)), ACCOUNT_LINKS, DELIVERIES, DELIVERY_CHANGES)
"""The tables of the platform's database; `class_members` is a view."""

# The database of decisions

_MOMENT: Final = "TIMESTAMP WITH TIME ZONE"
_OF: Final = Column("district_id", "The district.", "the person's command")
_LINKED_SCHOOL: Final = replace(SCHOOL_ID, source="the person's command")
_HASH: Final = Column("hold_hash", "Hash of the held changes that the person saw.", "the person's command")


def _by_and_at(verb: str) -> tuple[Column, Column]:
    return (
        Column(f"{verb}_by", "Login of the person, or the name that they gave.", "command or run"),
        Column(f"{verb}_at", "When.", "clock", _MOMENT),
    )


DISTRICTS: Final = _table(
    "districts",
    "One row for each district.",
    "district_id",
    _OF,
    Column("name", "Name of the district.", "the person's command"),
    Column("region", "Country of phones without a country code.", "the person's command"),
    Column("link_policy", "`ask`, or `exact`: links with the same id or name need no person.", "the person's command"),
    Column("limits", "Limits that differ from the defaults.", "the person's command", "JSON"),
    Column("messages", "The messages to its administrators: `off`, `problems` or `all`.", "the person's command"),
    Column(
        "source", "Name of the place that it uploads to; `main` is the one of the settings.", "the person's command"
    ),
    Column(
        "quiet_seconds",
        "Seconds that its upload rests before it is taken; null for REMIND_ETL_QUIET_SECONDS.",
        "the person's command",
        "INTEGER",
    ),
    Column("file_limits", "Its own limits of its files, by table, rule and limit.", "the person's command", "JSON"),
    Column("time_zone", "Time zone of the dates on its pages; null for REMIND_ETL_TIME_ZONE.", "the person's command"),
    Column("added_at", "When it was added.", "clock", _MOMENT),
)
PLATFORM_SCHOOLS: Final = _table(
    "platform_schools",
    "One row for each school that the platform has.",
    "district_id platform_school_id",
    _OF,
    Column("platform_school_id", "Id of the school on the platform.", "imported list"),
    Column("name", "Name of the school on the platform.", "imported list"),
)
SCHOOL_LINKS: Final = _table(
    "school_links",
    "One row for each school about which a person decided.",
    "district_id school_id",
    _OF,
    _LINKED_SCHOOL,
    Column("platform_school_id", "The platform school that it feeds; null if it is ignored.", "the person's command"),
    Column("link", "`confirmed` or `ignored`.", "the person's command"),
    Column("school_name", "Name of the school when it was linked.", "`valid.schools`"),
)
APPROVALS: Final = _table(
    "approvals",
    "One row for each plan and hold that a person approved.",
    "district_id hold_hash kind",
    _OF,
    _HASH,
    Column("kind", "Name of the hold.", "the person's command"),
)
TAKEN_BACK_LINKS: Final = _table(
    "taken_back_links",
    "One row for each account outside of the district whose link a person took back.",
    "district_id account_id",
    _OF,
    Column("account_id", "Id of the account.", "the person's command"),
    *_by_and_at("taken_back"),
)
REFUSALS: Final = _table(
    "refusals",
    "One row for each plan and hold that a person refused.",
    "district_id hold_hash kind",
    _OF,
    _HASH,
    Column("kind", "Name of the hold; blank if all are refused.", "the person's command"),
    Column("why", "Reason in the person's words.", "the person's command"),
    *_by_and_at("refused"),
)
PAUSES: Final = _table(
    "pauses",
    "One row for each paused district.",
    "district_id",
    _OF,
    Column("adds_only", "True if only removals wait.", "the person's command", "BOOLEAN"),
    Column("ends_at", "When the pause ends; null if a person must end it.", "the person's command", _MOMENT),
    *_by_and_at("paused"),
)
SFTP_LOGINS: Final = _table(
    "sftp_logins",
    "One row for each SFTP login of a district.",
    "district_id",
    _OF,
    Column("password_hash", "Bcrypt hash of the password, which each SFTP server understands.", "computed"),
    Column("is_disabled", "True if the login is refused.", "the person's command", "BOOLEAN"),
    Column("password_made_at", "When the password was made; null if before this was noted.", "clock", _MOMENT),
    Column("last_login_at", "When the district logged in last; null if never.", "SFTP server", _MOMENT),
)
SFTP_KEYS: Final = _table(
    "sftp_keys",
    "One row for each public key that may log in for a district.",
    "district_id fingerprint",
    _OF,
    Column("fingerprint", "SHA-256 of the key, as `ssh-keygen -l` shows it.", "computed"),
    Column("kind", "Kind of the key, such as `ssh-ed25519`.", "the person's key"),
    Column("public_key", "The key in base64, without its comment.", "the person's key"),
    Column("added_at", "When it was added.", "clock", _MOMENT),
)
SFTP_AUDIT: Final = _table(
    "sftp_audit",
    "One row for each event at an SFTP server in the last 400 days, such as a login or an upload.",
    "event_id",
    Column("event_id", "Number of the event.", "counted", "INTEGER"),
    Column("district_id", "The district; null for a login that is of none.", "SFTP server"),
    Column("what", "`login`, `login refused`, `upload`, `rename`, `remove` or `upload refused`.", "SFTP server"),
    Column("file", "Path of the file in the district's upload folder; null for a login.", "SFTP server"),
    Column("bytes", "Bytes of an uploaded file; null for other events.", "SFTP server", WHOLE),
    Column("client", "Address that the client came from.", "SFTP server"),
    Column("at", "When.", "clock", _MOMENT),
)
SFTP_TALLIES: Final = _table(
    "sftp_tallies",
    "One row for each district: its files on the SFTP server, as ProFTPD counts them for its quotas.",
    "district_id",
    Column("district_id", "The district.", "ProFTPD"),
    Column("bytes_used", "Bytes of its files.", "ProFTPD", WHOLE),
    Column("files_used", "Number of its files.", "ProFTPD", "INTEGER"),
)
DECISIONS: Final = _table(
    "decisions",
    "One row for each decision, in order: the log.",
    "decision_id",
    Column("decision_id", "Number of the decision.", "counted", "INTEGER"),
    _OF,
    Column("what", "The decision, such as `school confirmed`.", "the person's command"),
    Column("detail", "Ids and counts of the decision.", "the person's command", "JSON"),
    *_by_and_at("decided"),
)
PAGE_USERS: Final = _table(
    "page_users",
    "One row for each person who signs in to the pages.",
    "user_id",
    Column("user_id", "Number of the person.", "counted", "INTEGER"),
    Column("email", "Email that the person signs in with, in small letters. Personal data.", "the operator's command"),
    Column("password_hash", "Argon2 hash of the person's password.", "computed"),
    Column("is_operator", "True if the person sees all districts.", "the operator's command", "BOOLEAN"),
    Column("added_at", "When the person was added.", "clock", _MOMENT),
    Column("signed_out_at", "When the person signed out last. Sessions from before have ended.", "clock", _MOMENT),
)
SIGN_INS: Final = _table(
    "sign_ins",
    "One row for each sign-in, a wrong password or a sign-out of the last 400 days.",
    "sign_in_id",
    Column("sign_in_id", "Number of the event.", "counted", "INTEGER"),
    Column(
        "user_id",
        "Number of the person; 0 for an email that nobody has.",
        "`page_users`",
        "INTEGER",
    ),
    Column("what", "`signed in`, `wrong password` or `signed out`.", "the pages"),
    Column("at", "When.", "clock", _MOMENT),
)
ADMINISTRATORS: Final = _table(
    "administrators",
    "One row for each district and a person who sees its pages.",
    "district_id user_id",
    _OF,
    Column("user_id", "Number of the person.", "the operator's command", "INTEGER"),
)
MESSAGES: Final = _table(
    "messages",
    "One row for each message that is to be sent or was sent, and one for each event of a district.",
    "message_id",
    Column("message_id", "Number of the message.", "counted", "INTEGER"),
    Column("district_id", "The district.", "runs and sensors"),
    Column("receiver", "The group of people that gets it; `nobody` for the event itself.", "runs and sensors"),
    Column("event", "The kind of event, such as a blocked upload.", "runs and sensors"),
    Column("about", "Tells a new event from the same one on another day.", "runs and sensors"),
    Column("facts", "Counts and ids for its text. No data of a person.", "runs and sensors", "JSON"),
    Column("day", "The day of the event. An event is sent once a day, unless another one came between.", "clock"),
    Column("noted_at", "When it was noted.", "clock", _MOMENT),
    Column("tries", "How often it was tried to send it.", "counted", "INTEGER"),
    Column("next_try_at", "When it is tried next; null if it is not tried again.", "clock", _MOMENT),
    Column("sent_at", "When it was sent; null before.", "clock", _MOMENT),
)
MANIFESTS: Final = _table(
    "manifests",
    "One row a district: a copy of what its last run published, for the list of all districts.",
    "district_id",
    Column("district_id", "The district.", "partition"),
    Column("version", "Another text after each publication.", "random"),
    Column("manifest", "The `manifest.json` of the district. No data of a person.", "`published`"),
)
DECIDED: Final = (
    *(DISTRICTS, PLATFORM_SCHOOLS, SCHOOL_LINKS, APPROVALS, TAKEN_BACK_LINKS, REFUSALS, PAUSES),
    *(SFTP_LOGINS, SFTP_KEYS, SFTP_AUDIT, SFTP_TALLIES, MESSAGES, MANIFESTS),
    *(PAGE_USERS, ADMINISTRATORS, SIGN_INS, DECISIONS),
)
"""The tables of the decisions database."""

OF_ASSETS: Final = {
    "landed/files": LANDED_FILES,
    "decided/school_links": SCHOOL_LINKS,
    "decided/approvals": APPROVALS,
    **{table.name.replace(".", "/"): table for table in (*RAW, *VALID)},
    "valid/problems": PROBLEMS,
    "mapped/schools": SCHOOLS,
    "provisioned/accounts": ACCOUNTS,
    "provisioned/rosters": CLASSES,
    "planned/changes": CHANGES,
}
"""The table of each asset that is one."""


def types_of(section: Iterable[Table]) -> dict[str, dict[str, str]]:
    """The types of the columns by table and column, in order."""
    return {table.name: {column.name: column.type for column in table.columns} for table in section}
