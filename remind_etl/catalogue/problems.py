"""The catalogue of problems: code, severity, message, and what to change in the student information system.

Each text stands here once. `{column}`, `{file}` and `{detail}` in a message are filled with the names of a column and a
file and with counts, never with a cell's value. Of one severity a cause stands before what follows from it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """What a problem means for its record or drop, worst first."""

    BLOCKER = "blocker"
    """The drop is not processed; the last delivered state stands."""
    ERROR = "error"
    """This record is not created or not updated."""
    ALERT = "alert"
    """The record is created; a bad or contested value is left off."""
    NOTICE = "notice"
    """Accepted though untidy."""


@dataclass(frozen=True)
class Problem:
    """A kind of problem: what it says, and the remedy in the words of a district administrator."""

    code: str
    severity: Severity
    message: str
    fix: str


def _of(severity: Severity, *kinds: tuple[str, str, str]) -> tuple[Problem, ...]:
    return tuple(Problem(code, severity, message, fix) for code, message, fix in kinds)


CATALOGUE: Final = (
    *_of(
        Severity.BLOCKER,
        ("missing_file", "{file} was not sent{detail}.", "Add {file} to the export and upload all files again."),
        (
            "unreadable_file",
            "{file} cannot be read: {detail}.",
            "Export {file} again as CSV in UTF-8, open it to check it, and upload all files again.",
        ),
        (
            "empty_file",
            "{file} has no rows.",
            "Check the export's filters: {file} must list all active records. Then upload all files again.",
        ),
        (
            "missing_column",
            "{file} has no column {column}{detail}.",
            "Add the column {column} to the export, or rename the one that is meant; names stand in the first row.",
        ),
        (
            "duplicate_column",
            "{file} has the column {column} more than once.",
            "Keep one column {column} in the export.",
        ),
        (
            "gate_failed",
            "{file} as a whole does not look right: {detail}.",
            "Mend what the other problems of {file} tell. Where there are none, or too many, the export is not as "
            "agreed: check the report, its filters and columns. Then upload all files again.",
        ),
    ),
    *_of(
        Severity.ERROR,
        (
            "wrong_cell_count",
            "The row has {detail}.",
            "Look for a comma inside a value, or a row broken over two lines: put such values in double quotes.",
        ),
        (
            "stray_quote",
            "A double quote in the row stands inside a value, or is not closed where the next row seems to begin.",
            'Put the whole value in double quotes, on one line, and write a quote in it twice: "Ann ""Annie"" Lee".',
        ),
        ("line_break_in_id", "The {detail} has a line break.", "Write it on one line; mind a missing double quote."),
        (
            "unreadable_row",
            "The row has bytes that are no text.",
            "Look for boxes, question marks or broken accents, type these values again, and export in UTF-8.",
        ),
        ("missing_id", "The row has no {column}.", "Give the record its {column}, or leave the row out if it is none."),
        ("missing_value", "The row has no {column}.", "Fill in {column} for this record."),
        (
            "value_too_long",
            "{column} is longer than {detail} characters.",
            "Shorten {column}; mind a missing double quote.",
        ),
        (
            "duplicate_school",
            "The school_id stands on more than one row; the first row counts.",
            "Keep one row for each school_id in schools.csv.",
        ),
        (
            "duplicate_class",
            "The class_id stands on more than one row; the first row counts.",
            "Keep one row for each class_id in classes.csv; further teachers go into enrollments.csv.",
        ),
        (
            "unknown_school",
            "The school_id is not in schools.csv.",
            "Add the school to schools.csv or correct the school_id of this row (0101 is not 101, and a1 not A1).",
        ),
        (
            "unknown_teacher",
            "The teacher_id is not in teachers.csv.",
            "Add the teacher to teachers.csv or correct the teacher_id of this row (0101 is not 101, and a1 not A1).",
        ),
        (
            "unknown_class",
            "The class_id is not in classes.csv.",
            "Add the class to classes.csv or correct the class_id of this row (0101 is not 101, and a1 not A1).",
        ),
        (
            "unknown_user",
            "The user_id is neither in students.csv nor in teachers.csv.",
            "Add the person to their file or correct the user_id of this row (0101 is not 101, and a1 not A1).",
        ),
        (
            "school_mismatch",
            "The class and the person or row are not at the same school.",
            "Give the person a row at the class's school, or correct the school_id or class_id of this row.",
        ),
        (
            "teacher_without_email",
            "The teacher has no valid email, so no account is created.",
            "Fill in a valid teacher_email for this teacher.",
        ),
        (
            "email_taken",
            "The teacher's email belongs to {detail}, so no account is created.",
            "Give each teacher an email of their own.",
        ),
        (
            "guardian_without_contact",
            "The guardian has no valid email or phone of their own, so no account is created.",
            "Fill in guardian_email or guardian_phone.",
        ),
        (
            "class_without_teacher",
            "Neither the class's owner nor a co-teacher has an account, so the class is not created.",
            "Mend the teacher's row in teachers.csv, or name another teacher for the class.",
        ),
    ),
    *_of(
        Severity.ALERT,
        (
            "misnamed_column",
            "{file} has no column {column}{detail}.",
            "If it is meant, name it {column}; until then its values are not used.",
        ),
        ("line_break_in_value", "{column} has a line break.", "Write it on one line; look for stray quotes near it."),
        (
            "invalid_email",
            "{column} is not an email address.",
            "Write one address and no more, such as name@example.org.",
        ),
        (
            "invalid_phone",
            "{column} is not a valid phone number.",
            "Write one, with its area code, such as 212 555 0142.",
        ),
        (
            "phone_taken",
            "The phone belongs to {detail}, so it is left off here.",
            "Give each person a phone of their own.",
        ),
        (
            "student_email_taken",
            "The email belongs to {detail}, so it is left off this student.",
            "Give each student an email of their own.",
        ),
        (
            "guardian_email_taken",
            "The email belongs to {detail}, so it is left off this guardian.",
            "Give each guardian an email of their own.",
        ),
        (
            "placeholder_contact",
            "{detail} people of different names share this email or phone, so nobody gets it.",
            "Give each person a contact point of their own, and leave {column} blank where there is none.",
        ),
        (
            "class_id_reused",
            "The class_id was another class's: name, teacher and most students have changed ({detail}).",
            "Give a new class a class_id of its own: under the old one it goes on with that class's history.",
        ),
        (
            "conflicting_rows",
            "Rows of one person disagree in these columns, and the first row counts: {detail}.",
            "Find the person's rows by the id, and make them agree in these columns.",
        ),
        (
            "contact_name_differs",
            "Rows with the same guardian email have another name; the first row's name counts.",
            "Write the guardian's name the same way in all rows, or give each guardian an email of their own.",
        ),
        ("duplicate_row", "The row repeats an earlier row and counts once.", "Export each row once."),
        (
            "invalid_dob",
            "dob is not a day between 1900 and the upload, or not written as one.",
            "Write dob as YYYY-MM-DD, such as 2014-09-30, and look for days that do not exist or are yet to come.",
        ),
        ("invalid_grade", "grade is none we know.", "Write grade as PK, TK, K, 1 to 12, or Ungraded."),
        (
            "student_without_contact",
            "Nobody can be reached for this student: no email or phone of the student or a guardian.",
            "Add a guardian's email or phone, or the student's.",
        ),
        ("phone_extension", "{column} has an extension; it was left off.", "Give a number to be dialled directly."),
    ),
    *_of(
        Severity.NOTICE,
        ("encoding", "{file} is in {detail}; it was read as such.", "Export in UTF-8 without a byte order mark."),
        ("header_spelling", "The header is spelled otherwise: {column} is expected.", "Write in the header: {column}."),
        (
            "extra_column",
            "{file} has columns that are none of ours{detail}; they were ignored.",
            "If one of our columns is meant, name it as in the template; else leave it out.",
        ),
        ("blank_line", "{file} has blank lines, which were skipped: {detail}.", "Export without blank lines."),
        ("line_ends", "{file} has line ends of old Macs (CR); each ends a line.", "Export with CRLF or LF line ends."),
        ("file_name", "{file} was sent under another spelling of its name.", "Name the file {file}."),
        ("delimiter", "{file} separates values by {detail}; it was read as such.", "Separate values by commas."),
        ("curly_quotes", "{column} is taken with the curly quotes around it.", "Leave them out, in all files at once."),
        ("school_renamed", "The school was linked under another name.", "Nothing, if it is the same school."),
        ("blank_optional_file", "{file} has a header and no rows.", "Nothing, if no class is to be rostered."),
    ),
)

BY_CODE: Final = {problem.code: problem for problem in CATALOGUE}

COLUMNS: Final = (
    *("severity", "code", "file", "line", "column", "value"),
    *("record_type", "record_id", "school_id", "rows", "message", "fix"),
)
"""The columns of `valid.problems`, and of every list of problems that is shown or published."""

GROUP_COLUMNS: Final = (
    *("severity", "code", "file", "column", "shape"),
    *("problems", "rows", "share", "lines", "message", "fix"),
)
"""The columns of `valid.problem_groups`, and of every list of groups that is shown or published."""
