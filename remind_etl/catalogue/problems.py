"""The catalogue of problems: code, severity, message, and what to change in the student information system.

Each text stands here once. `{column}` and `{file}` stand for names, and `{detail}` stands for counts and names. No
value of a cell is ever filled in. Within a severity, causes come before their consequences.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """The effect of a problem on its record or drop, worst first."""

    BLOCKER = "blocker"
    """The drop is not processed. Delivered records stay as they are."""
    ERROR = "error"
    """This record is not created or not updated."""
    ALERT = "alert"
    """The record is created. A value of it is not used, or a person should check it."""
    NOTICE = "notice"
    """The value is accepted, although it is untidy."""


@dataclass(frozen=True)
class Problem:
    """A kind of problem: its message, and its remedy in the words of a district's own screens."""

    code: str
    severity: Severity
    message: str
    fix: str


def _of(severity: Severity, *kinds: tuple[str, str, str]) -> tuple[Problem, ...]:
    return tuple(Problem(code, severity, message, fix) for code, message, fix in kinds)


_UPLOAD: Final = "Then upload all files again."
_SAME_ID: Final = "The spelling must be the same: 0101 is not 101, and a1 is not A1."

CATALOGUE: Final = (
    *_of(
        Severity.BLOCKER,
        ("missing_file", "{file} is missing{detail}.", f"Add {{file}} to the export. {_UPLOAD}"),
        (
            "unreadable_file",
            "{file} cannot be read: {detail}.",
            f"Export {{file}} again as CSV in UTF-8. Open it to check that it looks right. {_UPLOAD}",
        ),
        (
            "incomplete_upload",
            "The upload does not agree with _COMPLETE. {file}: {detail}.",
            "Upload all files again, and _COMPLETE last. If you do not need _COMPLETE, delete it.",
        ),
        (
            "cut_off_file",
            "{file} looks cut off: its last row is incomplete.",
            f"The upload or the export may have stopped early. Check the last row of {{file}}. {_UPLOAD}",
        ),
        (
            "ids_respelled",
            "{file} spells {detail} ids differently than earlier uploads.",
            "The values of {column} differ in zeros, capitals, spaces, decimals, quotes or accents. Or a spreadsheet "
            "program made dates of them, or a wrong encoding changed their letters. "
            f"Export {{file}} again, and do not open it before the upload. {_UPLOAD} "
            "If the ids have really changed, tell us.",
        ),
        (
            "empty_file",
            "{file} has no rows.",
            f"{{file}} must list all active records. Check the filters of the export. {_UPLOAD}",
        ),
        (
            "missing_column",
            "{file} has no column {column}{detail}.",
            "Add the column {column} to the export. If the column has another name now, change its name in the first "
            f"row to {{column}}. {_UPLOAD}",
        ),
        (
            "duplicate_column",
            "{file} has the column {column} more than once.",
            f"Keep one column {{column}} and delete the others. {_UPLOAD}",
        ),
        (
            "gate_failed",
            "{file} as a whole looks wrong: {detail}.",
            "First correct the other problems of {file}. If there is no other problem, or if there are very many, the "
            "export itself is probably wrong. Check which report it uses, and check its filters and columns. "
            f"{_UPLOAD}",
        ),
    ),
    *_of(
        Severity.ERROR,
        (
            "wrong_cell_count",
            "The row has {detail}.",
            "Look for a comma inside a value, or for a row that is split over two lines. Put double quotes around the "
            "whole value.",
        ),
        (
            "stray_quote",
            "The row has a malformed quote. A double quote is in the middle of a value, or its closing quote is "
            "missing before the next row.",
            "Write the whole value on one line and put double quotes around it. Write each quote inside the value "
            'twice: "Ann ""Annie"" Lee".',
        ),
        (
            "line_break_in_id",
            "The {detail} has a line break.",
            "Write the id on one line. Check this row and the rows below it for a missing double quote.",
        ),
        (
            "unreadable_row",
            "The row has characters that cannot be read.",
            "Look for boxes, question marks or broken accents in this row. Type these values again, and export the "
            "file in UTF-8.",
        ),
        (
            "missing_id",
            "The row has no {column}.",
            "Fill in {column} in this row. If the row is not a real record, delete it.",
        ),
        ("missing_value", "The row has no {column}.", "Fill in {column} for this record."),
        (
            "value_too_long",
            "{column} is longer than {detail} characters.",
            "Shorten {column}. If text of other cells or rows is in it, add the missing double quote.",
        ),
        (
            "duplicate_school",
            "The school_id is on more than one row. Only the first row counts.",
            "Keep one row for each school_id in schools.csv.",
        ),
        (
            "duplicate_class",
            "The class_id is on more than one row. Only the first row counts.",
            "If the rows are of one class, keep the row with its main teacher, and add further teachers in "
            "enrollments.csv. If they are of different classes, give each class a class_id of its own.",
        ),
        (
            "two_people_under_one_id",
            "Two people have the same {column}, see {detail}. No row with this {column} is used.",
            "Give each person a {column} of their own. If it is only one person, write the same name in all rows.",
        ),
        (
            "unknown_school",
            "The school_id is not in schools.csv.",
            f"Add the school to schools.csv or correct the school_id of this row. {_SAME_ID}",
        ),
        (
            "unknown_teacher",
            "The teacher_id is not in teachers.csv.",
            f"Add the teacher to teachers.csv or correct the teacher_id of this row. {_SAME_ID}",
        ),
        (
            "unknown_class",
            "The class_id is not in classes.csv.",
            f"Add the class to classes.csv or correct the class_id of this row. {_SAME_ID}",
        ),
        (
            "unknown_user",
            "The user_id is neither in students.csv nor in teachers.csv.",
            f"Add the person to students.csv or teachers.csv, or correct the user_id of this row. {_SAME_ID}",
        ),
        (
            "school_mismatch",
            "The class is at another school than the person or this row.",
            "First check the school of the class in classes.csv. If it is right and the person is at both schools, add "
            "a row for them with the class's school_id to students.csv or teachers.csv. Otherwise correct the "
            "school_id or class_id of this row.",
        ),
        (
            "named_not_listed",
            "{file} names this record, but {detail} does not. The record stays as it was delivered.",
            "If the record is active, add its row to the file that does not name it. If it is not active, delete the "
            "rows of {file} that name it.",
        ),
        (
            "id_respelled",
            "The {column} is another spelling of the one in earlier uploads. The record stays as it was delivered.",
            "Write the {column} as in earlier uploads. Zeros, capitals, spaces, decimals, quotes or accents may "
            "differ, or a spreadsheet program made a date of it, or a wrong encoding changed its letters. If the ids "
            "have really changed, tell us.",
        ),
        (
            "row_in_other_file",
            "Earlier uploads had this id in {detail}, with the same or a similar name. The record stays as it was "
            "delivered.",
            "Move the row back to its file. If the person has really changed roles, approve the change that waits.",
        ),
        (
            "teacher_without_email",
            "The teacher has no valid email. No new account is created, and an existing account stays.",
            "Fill in a valid teacher_email for this teacher.",
        ),
        (
            "email_taken",
            "The teacher's email is also that of {detail}. No new account is created, and an existing account keeps "
            "its email.",
            "Give each teacher an email of their own.",
        ),
        (
            "guardian_without_contact",
            "The guardian has no valid email or phone of their own. No new account is created, and an existing account "
            "stays.",
            "Fill in guardian_email or guardian_phone. It must be the guardian's own.",
        ),
        (
            "class_without_teacher",
            "No teacher of this class gets an account from the files. No new class is created, and an existing class "
            "stays.",
            "Correct the teacher's row in teachers.csv, or enter another teacher for the class.",
        ),
    ),
    *_of(
        Severity.ALERT,
        (
            "misnamed_column",
            "{file} has no column {column}{detail}.",
            "If that is the right column, change its name in the first row to {column}. Until then, its values are not "
            "used.",
        ),
        (
            "quoted_row",
            "One pair of quotes stands around the whole row. It was read without them.",
            "Export the file again. If you paste rows into a spreadsheet, put each value into a cell of its own.",
        ),
        (
            "delimiter_in_row",
            "The row has {detail} between its values, unlike the other rows. It was read that way.",
            "Put the same character between the values of all rows. A comma is best.",
        ),
        (
            "file_may_be_cut",
            "{file} may be cut off: {detail}. The removals and other changes that follow from it wait for a person.",
            "Check that the last row of {file} is the last row of the export. If it is not, upload all files again.",
        ),
        (
            "line_break_in_value",
            "{column} has a line break. Rows of other people may be inside the value.",
            "Write the value on one line. In this row and the rows below it, look for a double quote that is missing "
            "or should not be there.",
        ),
        (
            "invalid_email",
            "{column} is not an email address.",
            "Write exactly one address, such as name@example.org.",
        ),
        (
            "invalid_phone",
            "{column} is not a valid phone number.",
            "Write exactly one number with its area code, such as 212 555 0142.",
        ),
        (
            "phone_taken",
            "The phone is also that of {detail}, so it is not used for this person.",
            "Give each person a phone number of their own.",
        ),
        (
            "student_email_taken",
            "The email is also that of {detail}, so it is not used for this student.",
            "Give each student an email of their own.",
        ),
        (
            "guardian_email_taken",
            "The email is also that of {detail}, so it is not used for this guardian.",
            "Give each guardian an email of their own.",
        ),
        (
            "contact_not_added",
            "This person also has an account outside of the district. The {column} is not added to it.",
            "Check the value. If it is right, ask the person to add it in their own account.",
        ),
        (
            "placeholder_contact",
            "{detail} people with different names share this email or phone, so it is not used.",
            "Give each person an email or phone of their own. If a person has no such value, leave {column} empty.",
        ),
        (
            "class_teacher_not_listed",
            "The teacher_id is not in teachers.csv, but enrollments.csv names another teacher of the class.",
            "Enter the teacher of the class in classes.csv, or add the teacher to teachers.csv.",
        ),
        (
            "class_teacher_gone",
            "The teacher_id is not in teachers.csv. A co-teacher from enrollments.csv owns the class.",
            "Enter the teacher of the class in classes.csv, or add the teacher to teachers.csv.",
        ),
        (
            "user_id_of_two_people",
            "The user_id is in students.csv and in teachers.csv. This row is read as the student's.",
            "Give the teacher an id of their own in teachers.csv and classes.csv. Then check each row of "
            "enrollments.csv with this id: write the id of the person who is in the class.",
        ),
        (
            "class_id_reused",
            "Another class had this class_id before. Most of its students have left ({detail}), and the school or both "
            "name and teacher have changed.",
            "Correct school_id if it is wrong. Else give the new class a class_id that no other class had before. If "
            "it keeps the old class_id, it gets the history of the old class.",
        ),
        (
            "teacher_under_two_ids",
            "The teacher has the same name and email as teacher {detail}. Both ids have one account.",
            "Use one teacher_id for the teacher in all files. If they are two people, give each an email of their own.",
        ),
        (
            "person_id_reused",
            "Another person had this {column} before. The name has changed, and nothing else shows that the person is "
            "the same. Or another record had the new name until now.",
            "Give the new person a {column} that nobody had before. With the old {column}, they would get the account "
            "and the classes of the former person.",
        ),
        (
            "conflicting_rows",
            "The rows of this person disagree. The first row counts. These columns differ: {detail}.",
            "Find all rows with this person's id. If they are of one person, write the same values in these columns. "
            "If they are of two people, give each an id of their own.",
        ),
        (
            "contact_name_differs",
            "Rows with the same guardian email have different names. The delivered name counts, or the first one if no "
            "row has it.",
            "Write the guardian's name the same way in all rows. If they are different people, give each guardian an "
            "email of their own.",
        ),
        ("duplicate_row", "The row repeats an earlier row. It counts once.", "Export each row only once."),
        (
            "invalid_dob",
            "dob is not a valid date, or it is before 1900 or after the upload.",
            "Write dob as YYYY-MM-DD, such as 2014-09-30. Look for days that do not exist or are in the future.",
        ),
        (
            "ambiguous_dob",
            "dob can be read in two ways, because other rows of the file write the day before the month. It is not "
            "used.",
            "Write dob as YYYY-MM-DD, such as 2014-09-30, in the whole column.",
        ),
        ("invalid_grade", "grade is not a known grade.", "Write grade as PK, TK, K, 1 to 12, or Ungraded."),
        (
            "student_without_contact",
            "Nobody can be reached for this student. Neither the student nor a guardian has a usable email or phone.",
            "Add an email or phone of a guardian or of the student.",
        ),
        (
            "phone_extension",
            "{column} has an extension, a second number or a word. Only the first valid number is used.",
            "Write exactly one number that can be dialled directly.",
        ),
        (
            "toll_free_phone",
            "{column} is a toll-free number. It is used, but text messages rarely reach such a number.",
            "Check whether it is the number of an office or a service. If it is, enter the person's own number, or "
            "leave {column} empty.",
        ),
    ),
    *_of(
        Severity.NOTICE,
        (
            "encoding",
            "{file} has the encoding {detail}. It was read that way.",
            "If your export lets you choose the encoding, choose UTF-8. If the file is UTF-8, nothing needs to be "
            "done.",
        ),
        (
            "end_sign",
            "{file} ends with a character of old programs (Ctrl-Z). It was ignored.",
            "If your export has a CSV format without this character, choose that format.",
        ),
        (
            "header_spelling",
            "The first row spells the column name {column} differently.",
            "Write exactly {column} in the first row.",
        ),
        (
            "extra_column",
            "{file} has extra columns{detail}. They were ignored.",
            "If the template has the column under another name, use that name. Otherwise remove it from the export.",
        ),
        (
            "quoted_header",
            "One pair of quotes stands around the whole first row of {file}. This row, and others like it, were read "
            "without them.",
            "Export the file again. Put quotes only around single values.",
        ),
        ("blank_line", "{file} has blank lines. They were skipped: {detail}.", "Export without blank lines."),
        (
            "line_ends",
            "{file} has the line ends of old Macs (CR). Each one was read as the end of a line.",
            "If your export lets you choose line ends, choose Windows (CRLF) or Unix (LF).",
        ),
        ("file_name", "The name of {file} was spelled differently in the upload.", "Name the file exactly {file}."),
        (
            "old_file",
            "{file} is {detail} older than the newest file of the upload. It was read as it is.",
            "If nothing in it has changed since then, you have nothing to do. Otherwise upload the current file.",
        ),
        (
            "delimiter",
            "{file} has {detail} between its values. It was read that way.",
            "Put commas between the values.",
        ),
        (
            "curly_quotes",
            "{column} has curly quotes (“ ”) around it. They became part of the value.",
            "Remove the curly quotes, in all files at the same time.",
        ),
        (
            "word_for_no_value",
            "{column} has a word such as NULL or N/A instead of a value (cells: {detail}). These cells were read as "
            "empty.",
            "If there is no value, leave the cell empty.",
        ),
        (
            "contact_used_elsewhere",
            "An account outside of the district has this {column} too. The two accounts stay apart.",
            "Check the value. If it is right, nothing needs to be done.",
        ),
        (
            "school_renamed",
            "The school has another name than when it was linked.",
            "If it is still the same school, nothing needs to be done.",
        ),
        (
            "blank_optional_file",
            "{file} has a header but no rows.",
            "If you do not want classes on the platform, nothing needs to be done. Otherwise upload the file with its "
            "rows.",
        ),
    ),
)

COMPARED: Final = frozenset({"conflicting_rows", "contact_name_differs", "duplicate_class", "duplicate_school"})
"""Problems of a row that another row of its file contradicts or repeats. The report has the other row too."""

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
