"""Validates the rows of a raw table: types and normalises them, and reports what is wrong with each rejected row."""

from typing import Final

import duckdb

from remind_etl.schema import upload
from remind_etl.schema.upload import File
from remind_etl.valid import phones
from remind_etl.valid.column_rules import is_word, names_of
from remind_etl.valid.domains import know_domains
from remind_etl.warehouse import findings
from remind_etl.warehouse.pipeline import StepTime, clear_steps, run_steps

RULES: Final = ("fault_rules", "value_rules")
"""The macros, made once a drop."""

PEOPLE: Final = (upload.TEACHERS, upload.STUDENTS)
"""The files whose rows are about people: they have phones, and a person may have several rows."""

CELLS: Final = ("words", "shared_ids", "phones_sent")
"""What the files of people get before their steps."""

STEPS: Final = {
    upload.SCHOOLS: ("typed_schools", "judged_schools", "schools", "places", "findings", "reasons"),
    upload.TEACHERS: (
        *("typed_teachers", "judged_people", "repeated", "teachers", "differing"),
        *("findings", "findings_of_people", "reasons"),
    ),
    upload.STUDENTS: (
        *("birthdays", "typed_students", "judged_people", "repeated", "students", "differing"),
        *("findings", "findings_of_people", "left_out_contacts", "reasons"),
    ),
    upload.CLASSES: (
        *("asked_by_classes", "whereabouts", "typed_classes", "judged_classes", "classes", "findings", "reasons"),
    ),
    upload.ENROLLMENTS: (
        *("enrollment_members", "typed_enrollments", "doubtful_enrollments", "whereabouts", "judged_enrollments"),
        *("enrollments", "findings", "find_ids_of_two_people", "enrollment_reasons"),
    ),
}
"""The steps of each file, in order."""


def validate_file(db: duckdb.DuckDBPyConnection, file: File, region: str) -> list[StepTime]:
    """Fill `valid.<file>` from `raw.<file>`, with the findings of `valid/<file>` and the ids of rows left out.

    `region` is the two-letter country of phones without a country code. Schools come first, as they begin the stage.
    Answers how long each step took.
    """
    names = names_of(file)
    findings.clear_findings(db, f"valid/{file.name}")
    if file is upload.SCHOOLS:
        clear_steps(db, "valid")
        know_domains(db)
    times = run_steps(db, "valid", "relied_on", *(RULES if file is upload.SCHOOLS else ()))
    if file in PEOPLE:
        times += run_steps(db, "valid", *CELLS, names=names)
        times += run_steps(db, "valid", "sent", names={**names, "blanked": _blanked(db, file)})
        phones.normalise(db, file.name, region)
        know_domains(db, file)
    return times + run_steps(db, "valid", *STEPS[file], names=names)


def steps_of(file: File) -> list[str]:
    """The SQL files that fill the table of a file, in order."""
    first = [*RULES] if file is upload.SCHOOLS else []
    return [
        "relied_on",
        *first,
        *([*CELLS, "sent", "phones", "odd_phones", "domains_sent"] if file in PEOPLE else []),
        *STEPS[file],
    ]


def _blanked(db: duckdb.DuckDBPyConnection, file: File) -> str:
    """The columns that have words for no value, without these. A file without such words is read as it is."""
    found = {name for name, *_ in db.table(f"valid_steps.{file.name}_words").fetchall()}
    with_words = [column for column in file.columns if column.name in found]
    blanked = (f"case when not {is_word(column)} then {column.name} end as {column.name}" for column in with_words)
    return ", ".join(["line as line", *blanked])
