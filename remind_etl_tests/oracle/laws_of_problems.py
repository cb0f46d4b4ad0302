"""The laws about reported problems: each unreadable value and unknown reference is reported, under its record."""

from collections.abc import Iterator

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.state import Outcome
from remind_etl_tests.oracle.today import Today

_READERS = {
    "invalid_email": (values.email, ("teacher_email", "student_email", "guardian_email")),
    "invalid_phone": (values.phone, ("teacher_mobile_phone", "student_phone", "guardian_phone")),
    "invalid_dob": (values.dob, ("dob",)),
    "invalid_grade": (values.grade, ("grade",)),
}


def an_unreadable_value_is_reported_under_its_person(today: Today, outcome: Outcome) -> Iterator[str]:
    told = set(outcome.problems)
    for who, record_id, rows in today.people():
        for code, (read, columns) in _READERS.items():
            is_bad = any(read(row[column]) is values.UNREADABLE for row in rows for column in columns)
            if is_bad and (code, record_id) not in told and not (who == "teacher" and code == "invalid_email"):
                yield f"{code} {record_id}"


def a_reference_that_leads_nowhere_is_reported(today: Today, outcome: Outcome) -> Iterator[str]:
    codes = {code for code, _ in outcome.problems}
    rows = today.rows("enrollments")
    classes = {row["class_id"] for row in today.reading.rows["classes"]} | today.rejected_texts
    users = {*today.students, *today.teachers}
    is_bare = any(values.bare_id(row["class_id"]) not in map(values.bare_id, classes) for row in rows)
    if is_bare and not codes & {"unknown_class", "school_mismatch"}:
        yield "unknown_class"
    known = {values.bare_id(user) for user in users} | today.rejected_texts | today.waiting_texts
    is_nobody = any(values.bare_id(row["user_id"]) not in known for row in rows)
    if is_nobody and not codes & {"unknown_user", "unknown_class", "school_mismatch"}:
        yield "unknown_user"


def a_student_who_is_reached_is_not_reported_as_without_contact(today: Today, outcome: Outcome) -> Iterator[str]:
    """Also while the move of the last contact point waits for a person."""
    for code, student_id in outcome.problems:
        child = outcome.account("student", student_id) if code == "student_without_contact" else None
        if child and any(outcome.after.of_account(i) for i in (child.id, *outcome.after.guardians(child.id))):
            yield student_id
