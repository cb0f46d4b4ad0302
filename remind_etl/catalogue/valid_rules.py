"""The rules of the valid tables: no row is lost, and few rows have the same fault."""

from collections.abc import Iterator
from typing import Final

from remind_etl.catalogue.rule import REPEATED, Check, Rule, gate_rule, share_rule
from remind_etl.schema import upload
from remind_etl.schema.upload import File

_UNIQUE_IDS: Final = (upload.SCHOOLS, upload.CLASSES)
"""The files with one row an id."""


def valid_checks(file: File) -> Iterator[Check]:
    """The checks of `valid.<file>`: few rows have an error, and few values are lost."""
    yield Check("faulty_rows_are_few", (*_taken(file), *_faulty(file)))
    yield Check("losses_are_few", tuple(_losses(file)), is_critical=False)


def _taken(file: File) -> Iterator[Rule]:
    repeats = ", or it repeats another row" if file is upload.ENROLLMENTS else ""
    yield Rule(
        "no_row_is_lost",
        f"Each row of the file is used or rejected{repeats}.",
        "{lost:,} of {accepted:,} rows are neither used nor rejected, which is a defect of the program",
        *("lost", "accepted"),
        code="gate_failed",
    )
    yield Rule(
        "rows_that_are_taken_are_complete",
        "Each row that is used has its required values.",
        "{incomplete:,} of {taken:,} rows that are used lack a required value, which is a defect of the program",
        *("incomplete", "taken"),
        code="gate_failed",
    )
    if file in _UNIQUE_IDS:
        yield Rule(
            f"each_{file.id_column}_is_taken_once",
            f"Each {file.id_column} is on one used row only.",
            "{repeated:,} of {taken:,} used rows repeat an id, which is a defect of the program",
            *("repeated", "taken"),
            code="gate_failed",
        )


def _faulty(file: File) -> Iterator[Rule]:
    yield gate_rule("long_values_are_few", 0.1, "long_values", "have a value that is too long", "value_too_long")
    if file in _UNIQUE_IDS:
        told = f"repeat the {file.id_column} of an earlier row"
        yield gate_rule("repeated_ids_are_few", 0.3, "repeated_ids", told, REPEATED[file.record])
    if file in (upload.TEACHERS, upload.STUDENTS, upload.CLASSES):
        told = "have a school_id that is not in schools.csv"
        yield gate_rule("unknown_schools_are_few", 0.1, "unknown_schools", told, "unknown_school")
    if file is upload.TEACHERS:
        told = "have no valid teacher_email"
        yield gate_rule("teachers_without_an_email_are_few", 0.2, "no_email", told, "invalid_email")
    if file is upload.STUDENTS:
        for kind in ("email", "phone"):
            yield Rule(
                f"most_{kind}s_are_valid",
                f"At most {{share}} of the {kind}s, or {{count}} if that is more, are not valid.",
                f"{{invalid_{kind}s:,}} of {{{kind}s:,}} {kind}s of students and guardians are not valid",
                *(f"invalid_{kind}s", f"{kind}s"),
                limits={"share": 0.5, "count": 20},
                code="gate_failed",
                codes=(f"invalid_{kind}",),
            )
    if file is upload.CLASSES:
        told = "have a teacher_id that is not in teachers.csv"
        yield gate_rule("unknown_teachers_are_few", 0.2, "unknown_teachers", told, "unknown_teacher")
        told = "name a teacher of another school"
        yield gate_rule("mismatches_of_schools_are_few", 0.2, "mismatches", told, "school_mismatch")
    if file is upload.ENROLLMENTS:
        told = "have a class_id that is not in classes.csv"
        yield gate_rule("unknown_classes_are_few", 0.2, "unknown_classes", told, "unknown_class")
        told = "have a user_id that is neither in students.csv nor in teachers.csv"
        yield gate_rule("unknown_users_are_few", 0.2, "unknown_users", told, "unknown_user")
        told = "name a class and a person of different schools"
        yield gate_rule("mismatches_of_schools_are_few", 0.2, "mismatches", told, "school_mismatch")


def _losses(file: File) -> Iterator[Rule]:
    if file is upload.TEACHERS:
        yield _values("invalid_phones_are_few", "invalid_phones", "phones", "phones", "are not valid")
    if file is upload.STUDENTS:
        told = "are not a date, or have two meanings"
        yield _values("invalid_dates_of_birth_are_few", "invalid_dobs", "dobs", "values of dob", told)
        told = "are not a known grade"
        yield _values("invalid_grades_are_few", "invalid_grades", "grades", "values of grade", told)
    if file is upload.ENROLLMENTS:
        yield share_rule("repeated_rows_are_few", 0.2, "repeated_rows", "repeat an earlier row")
    told = "are rejected, because of an error or because they refer to a rejected row"
    yield share_rule("rows_left_out_are_few", 0.3, "left_out", told)


def _values(name: str, found: str, among: str, values: str, told: str) -> Rule:
    return Rule(
        name,
        f"At most {{share}} of the {values}, or {{count}} if that is more, {told}.",
        f"{{{found}:,}} of {{{among}:,}} {values} {told}",
        *(found, among),
        limits={"share": 0.2, "count": 20},
    )
