"""Validates the rows of a raw table: types and normalises them, and reports what is wrong with each rejected row."""

from collections.abc import Callable
from typing import Final

import duckdb

from remind_etl.schema import upload
from remind_etl.schema.upload import File
from remind_etl.valid import phones
from remind_etl.valid.column_rules import names_in_steps, word_for_no_value_test
from remind_etl.valid.domains import set_ascii_domains
from remind_etl.warehouse import findings
from remind_etl.warehouse.pipeline import Steps, StepTime, clear_steps

RULES: Final = ("fault_rules", "value_rules")
"""The macros, made once a drop."""

PEOPLE: Final = (upload.TEACHERS, upload.STUDENTS)
"""The files whose rows are about people: they have phones, and a person may have several rows."""

CELLS: Final = ("words", "shared_ids", "phones_sent")
"""What finds the odd cells of the files of people, before their own steps."""

STEPS: Final = {
    upload.SCHOOLS: ("typed_schools", "judged_schools", "schools", "places", "findings", "reasons"),
    upload.TEACHERS: (
        *(
            "teachers_under_one_id",
            "odd_emails",
            "typed_teachers",
            "judged_people",
            "repeated",
            "teachers",
            "differing",
        ),
        *("findings", "findings_of_people", "left_out_contacts", "reasons"),
    ),
    upload.STUDENTS: (
        *(
            "birthdays",
            "siblings_under_one_id",
            "odd_emails",
            "typed_students",
            "judged_people",
            "repeated",
            "students",
            "differing",
        ),
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
    names = names_in_steps(file)
    findings.clear_findings(db, f"valid/{file.name}")
    if file is upload.SCHOOLS:
        clear_steps(db, "valid")
        set_ascii_domains(db)
    steps = Steps(db, "valid", names)
    steps.run(*_first(file))
    for read_cells in _cell_steps(file).values():
        read_cells(steps, file, region)
    steps.run(*STEPS[file])
    return steps.times


def steps_of_file(file: File) -> list[str]:
    """The SQL files that fill the table of a file, in order."""
    return [*_first(file), *(step for steps in _cell_steps(file) for step in steps), *STEPS[file]]


def _first(file: File) -> tuple[str, ...]:
    rules = RULES if file is upload.SCHOOLS else ()
    return "relied_on", *rules, *(CELLS if file in PEOPLE else ())


_ReadCells = Callable[[Steps, File, str], None]


def _cell_steps(file: File) -> dict[tuple[str, ...], _ReadCells]:
    """What reads the cells of a file of people between these steps, in order, with the SQL files that it runs."""
    if file not in PEOPLE:
        return {}
    return {("sent",): _blank_words, ("phones", "odd_phones"): _read_phones, ("domains_sent",): _read_domains}


def _blank_words(steps: Steps, file: File, _: str) -> None:
    """Read the words for no value as blank cells. A file without such words is read as it is."""
    found = {name for name, *_ in steps.db.table(f"valid_steps.{file.name}_words").fetchall()}
    with_words = [column for column in file.columns if column.name in found]
    blanked = (
        f"case when not {word_for_no_value_test(column)} then {column.name} end as {column.name}"
        for column in with_words
    )
    steps.run_for_each("sent", [{"blanked": ", ".join(["line as line", *blanked])}])


def _read_phones(steps: Steps, file: File, region: str) -> None:
    phones.normalise_phones(steps, file.name, region)


def _read_domains(steps: Steps, file: File, _: str) -> None:
    set_ascii_domains(steps.db, file)
