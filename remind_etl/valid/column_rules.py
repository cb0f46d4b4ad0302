"""What the schema says of a file's columns, as pieces of SQL that the steps of the stage fill in."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from remind_etl.schema.upload import Column, ColumnKind, File

PERSON_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "teachers": {
        "first_name": "teacher_first_name",
        "last_name": "teacher_last_name",
        "email": "teacher_email",
        "phone": "teacher_mobile_phone",
    },
    "students": {
        "first_name": "student_first_name",
        "last_name": "student_last_name",
        "dob": "dob",
        "grade": "grade",
        "email": "student_email",
        "phone": "student_phone",
    },
}
"""The columns of the valid table in which the rows of one person agree, with the columns of the file."""


@cache
def names_in_steps(file: File) -> Mapping[str, str]:
    """The names that the steps fill in for a file. Do not change the answer."""
    optional = [column for column in file.columns if not column.required]
    return {
        "table": file.name,
        "record": file.record,
        "id_column": file.id_column,
        "columns": ", ".join(column.name for column in file.columns),
        "optional_columns": ", ".join(column.name for column in optional),
        "has_word": " or ".join(map(word_for_no_value_test, optional)),
        "phone_columns": _named(file, "phone"),
        "email_columns": _named(file, "email"),
        "column_errors": _listed([*_each(file, _blank), *_each(file, _too_long)]),
        "too_long": _listed(_each(file, _too_long)),
        "column_alerts": _listed([*_each(file, _unread), *(_curly(name) for name in _curly_columns(file))]),
        "has_column_fault": " or ".join([*_each(file, _is_wrong), *map(_is_curly, _curly_columns(file))]),
        **_of_person(PERSON_COLUMNS.get(file.name, {})),
    }


def word_for_no_value_test(column: Column) -> str:
    """The test whether a cell of the column has a word for no value. In a name, a spreadsheet's error is one too."""
    return f"valid.is_{'error_value' if column.kind == 'name' else 'null_word'}({column.name})"


def _named(file: File, kind: ColumnKind) -> str:
    return ", ".join(column.name for column in file.columns if column.kind == kind)


def _each(file: File, rule: Callable[[File, Column], str | None]) -> list[str]:
    return [piece for column in file.columns if (piece := rule(file, column))]


def _blank(file: File, column: Column) -> str | None:
    if not column.required:
        return None
    if column.name == file.id_column:
        return f"valid.missing({column.name}, '{column.name}', 'missing_id', error_for_id)"
    if column.kind == "name":
        return f"valid.unnamed({column.name}, '{column.name}')"
    return f"valid.missing({column.name}, '{column.name}', 'missing_value')"


def _too_long(_: File, column: Column) -> str:
    return f"valid.too_long({column.name}, '{column.name}', {column.limit})"


def _unread(_: File, column: Column) -> str | None:
    name, limit = column.name, column.limit
    if column.kind == "phone":
        return (
            f"valid.unread('invalid_phone', {name}, {name}_read, '{name}', {limit}), "
            f"valid.fault_if({name}_is_shortened, 'phone_extension', '{name}', {name}), "
            f"valid.fault_if({name}_is_toll_free, 'toll_free_phone', '{name}', {name})"
        )
    if column.kind == "dob":
        return (
            f"valid.unread('invalid_dob', if({name}_is_ambiguous, null, {name}), {name}_read, '{name}', {limit}), "
            f"valid.fault_if({name}_is_ambiguous, 'ambiguous_dob', '{name}', {name})"
        )
    if column.kind in ("email", "grade"):
        return f"valid.unread('invalid_{column.kind}', {name}, {name}_read, '{name}', {limit})"
    return None


def _is_wrong(_: File, column: Column) -> str:
    """The test whether a cell has an error or an alert. It is cheaper than to list the faults of each row."""
    name, limit = column.name, column.limit
    if column.kind in ("id", "name"):
        is_blank = f"not valid.has({name}, {limit})" if column.required else f"length({name}) > {limit}"
        return f"{is_blank} or valid.is_error_value({name})" if column.kind == "name" else is_blank
    is_lost = f"{name}_read is null" if column.required else f"({name} is not null and {name}_read is null)"
    return f"{is_lost} or {name}_is_shortened or {name}_is_toll_free" if column.kind == "phone" else is_lost


def _curly_columns(file: File) -> list[str]:
    return [column.name for column in file.columns if column.name == file.id_column or column.kind == "name"]


def _curly(name: str) -> str:
    return f"valid.fault_if({_is_curly(name)}, 'curly_quotes', '{name}', {name})"


def _is_curly(name: str) -> str:
    return f"valid.is_curly({name})"


def _of_person(columns: Mapping[str, str]) -> dict[str, str]:
    compared = {name: f"valid.name_key({name})" if name.endswith("_name") else name for name in columns}
    in_several = {name: text.replace(name, f"several.{name}") for name, text in compared.items()}
    return {
        "person_columns": ", ".join(columns),
        "first_values": _listed(f"arg_min({text}, line) as {name}" for name, text in compared.items()),
        "differences": _listed(
            f"case when {in_several[name]} != first_values.{name} then '{sent}' end" for name, sent in columns.items()
        ),
    }


def _listed(pieces: Iterable[str]) -> str:
    return ",\n        ".join(pieces)
