"""The rules of the raw tables: the file can be read, and its rows have ids and required values."""

from collections.abc import Iterator
from typing import Final

from remind_etl.catalogue.rule import REPEATED, Check, Rule, gate_rule, share_rule
from remind_etl.schema import upload
from remind_etl.schema.upload import File

_UNREADABLE: Final = ("wrong_cell_count", "stray_quote", "line_break_in_id", "unreadable_row")


def columns_with_a_gate(file: File) -> list[str]:
    """The columns without whose value a row is left out, besides the id; a teacher's email has a gate of its own."""
    required = (column.name for column in file.columns if column.required)
    return [name for name in required if name not in (file.id_column, "teacher_email")]


def raw_checks(file: File) -> Iterator[Check]:
    """The checks of `raw.<file>`: its rows can be used, and they have their required values."""
    yield Check("the_rows_can_be_used", (*_reading(file), *_blank(file), *_ids(file)))
    yield Check("no_row_lacks_a_required_value", tuple(_warnings(file)), is_critical=False)


def _reading(file: File) -> Iterator[Rule]:
    unless = None
    if not file.rosters:
        unless = "at_least_one_row_can_be_read"
        yield Rule("file_has_rows", "The file has at least one row.", "it has no rows", "is_empty", code="empty_file")
        yield Rule(
            unless,
            "At least one row of the file can be read.",
            "none of its {records:,} rows can be read",
            *("is_unreadable", "records"),
            code="gate_failed",
            codes=_UNREADABLE,
        )
    yield Rule(
        "every_record_is_counted",
        "Each record of the file is accepted, rejected or blank.",
        "{lost:,} of {records:,} records are neither accepted, rejected nor blank, which is a defect of the program",
        *("lost", "records"),
        code="gate_failed",
    )
    yield Rule(
        "rejected_rows_are_few",
        "At most {share} of the rows, or {count} if that is more, cannot be read.",
        "{rejected:,} of {records:,} rows cannot be read",
        *("rejected", "records"),
        limits={"share": 0.05, "count": 20},
        code="gate_failed",
        codes=_UNREADABLE,
        unless=unless,
    )


def _blank(file: File) -> Iterator[Rule]:
    id_column, others = file.id_column, columns_with_a_gate(file)
    yield gate_rule("blank_ids_are_few", 0.1, f"no_{id_column}", f"have no {id_column}", "missing_id")
    either = " or ".join(filter(None, (", ".join(others[:-1]), others[-1])))
    rule = gate_rule("blank_values_are_few", 0.2, "blank_values", f"have no {either}", "missing_value")
    if others[1:]:
        each = ", ".join(f"{{no_{name}:,}} no {name}" for name in others)
        told = f"{{blank_values:,}} of {{accepted:,}} rows lack a required value ({each})"
        rule = Rule(**{**rule.__dict__, "otherwise": told})
    yield rule


def _ids(file: File) -> Iterator[Rule]:
    rounded = "ids_are_not_rounded" if file is not upload.SCHOOLS else None
    each = ("filled_ids", "ids")
    if file is upload.ENROLLMENTS:
        yield Rule(
            "classes_have_a_plausible_size",
            "A class has at most {rows_each} people on average. A few more rows than classes are always allowed: "
            "{count}.",
            "it has {filled_classes:,} rows, but the number of different classes is {classes:,} "
            "(up to {rows_each} people each are allowed)",
            *("filled_classes", "classes"),
            limits={"rows_each": 200, "count": 20},
            code="gate_failed",
        )
        yield Rule(
            "people_are_in_a_plausible_number_of_classes",
            "A person is in at most {rows_each} classes on average. A few more rows than people are always allowed: "
            "{count}.",
            "it has {filled_ids:,} rows, but the number of different people is {ids:,} "
            "(up to {rows_each} classes each are allowed)",
            *each,
            limits={"rows_each": 100, "count": 20},
            code="gate_failed",
            unless=rounded,
        )
    else:
        yield Rule(
            f"each_{file.record}_has_few_rows",
            f"A {file.id_column} is on at most {{rows_each}} rows on average. A few rows may always repeat ids: "
            f"{{count}}.",
            f"it has {{filled_ids:,}} rows, but the number of different values of {file.id_column} is {{ids:,}} "
            "(up to {rows_each} rows each are allowed)",
            *each,
            limits={"rows_each": 10, "count": 20},
            code="gate_failed",
            codes=(REPEATED.get(file.record, "conflicting_rows"),),
            unless=rounded,
        )
    if rounded:
        yield Rule(
            rounded,
            f"No {file.id_column} looks like a number that a spreadsheet rounded, such as 1.2E+11. "
            "Two people would have the same id.",
            f"a spreadsheet rounded {{rounded_ids:,}} of {{filled_ids:,}} values of {file.id_column} "
            "to the form 1.2E+11",
            *("rounded_ids", "filled_ids"),
            limits={"share": 0, "count": 0},
            code="gate_failed",
            remedy="rounded",
        )


def _warnings(file: File) -> Iterator[Rule]:
    for name in (column.name for column in file.columns if column.required):
        told = f"{{no_{name}:,}} of {{accepted:,}} rows have no {name}"
        yield Rule(f"every_row_has_a_{name}", f"Every row has a {name}.", told, f"no_{name}", "accepted")
    if file is upload.STUDENTS:
        rule = share_rule("most_rows_have_a_contact", 0.5, "no_contact", "have no email and no phone")
        expects = rule.expects.replace(".", ", whether of the student or of a guardian.")
        yield Rule(**{**rule.__dict__, "expects": expects})
