"""CSV files that people open in a spreadsheet program, which would run a cell such as `=1+1` as a formula.

An apostrophe in front makes such a cell text. In some countries, `;` stands between the cells of a CSV file. There a
spreadsheet program begins a cell after each `;` and each line end within ours, as it sees no quote before ours. So
such a place has an apostrophe too. Uploads are read without the mark of a cell (`valid.without_mark` in
`warehouse/value_forms.sql`), so that a corrected row can be uploaded as it was given.
"""

import re
from collections.abc import Iterable
from typing import Final

import duckdb

MARK: Final = "'"
SIGNS: Final = r"=+@\t\r\n＝＋－＠-"
"""What a formula can begin with, and what programs skip before it."""

_AFTER: Final = r"[;\r\n]\"*"
"""What another program may take for the end of a cell, and the quotes with which the next one then begins."""
_SIGNS_AFTER: Final = SIGNS.replace(r"\r\n", "")

_FORMULA: Final = re.compile(f"^(?=[{SIGNS}])|({_AFTER})(?=[{_SIGNS_AFTER}])")

_MARKED: Final = re.compile(f"^{MARK}(?=[{SIGNS}])|({_AFTER}){MARK}(?=[{_SIGNS_AFTER}])")


def mark_formulas(cells: Iterable[str | None]) -> list[str | None]:
    """The cells of a line, marked where a spreadsheet program would read a formula."""
    return [cell and _FORMULA.sub(rf"\g<1>{MARK}", cell) for cell in cells]


def without_marks(cells: Iterable[str]) -> list[str]:
    """The cells as they were before `mark_formulas`. A mark that was sent goes too, as when an upload is read."""
    return [_MARKED.sub(r"\g<1>", cell) for cell in cells]


def mark_formulas_in_relation(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The rows with their texts so marked; other types stay."""
    return rows.select(*(_marked(name, kind) for name, kind in zip(rows.columns, rows.types, strict=True)))


def with_byte_order_mark(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The rows whose CSV file begins with a byte order mark, without which spreadsheet programs garble names."""
    first, *others = rows.columns
    marked = duckdb.ColumnExpression(first).alias(f"\ufeff{first}")
    return rows.select(marked, *map(duckdb.ColumnExpression, others))


def _marked(name: str, kind: object) -> duckdb.Expression:
    column = duckdb.ColumnExpression(name)
    if kind != duckdb.sqltypes.VARCHAR:
        return column
    inner = _replaced(column, f"({_AFTER})([{_SIGNS_AFTER}])", rf"\1{MARK}\2")
    return _replaced(inner, f"^()([{SIGNS}])", rf"\1{MARK}\2").alias(name)


def _replaced(text: duckdb.Expression, pattern: str, marked: str) -> duckdb.Expression:
    constants = map(duckdb.ConstantExpression, (pattern, marked, "g"))
    return duckdb.FunctionExpression("regexp_replace", text, *constants)
