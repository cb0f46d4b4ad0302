"""Statements whose results have no rows, because tables that they read are empty. They need not be executed.

In a small district most rules find nothing, and DuckDB takes longer to plan such a statement than to run it.
`empty_inputs.json` says for each statement which tables it writes, and which tables must be empty for that. It is made
from the SQL by `python -m remind_etl_tests.empty_inputs`. The rules of a file that has changed since then do not count.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import duckdb

from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once

HASH_LENGTH: Final = 16
"""How many digits of a file's SHA-256 stand beside its rules."""

_SHAPES: Final = dict[str, str]()
"""The statement that makes the empty table, by the statement that fills it. DuckDB's types do not depend on rows."""


@dataclass(frozen=True)
class Rule:
    """What a statement writes, and when it has no rows."""

    writes: str | None = None
    creates: bool = False
    empty_groups: tuple[tuple[str, ...], ...] = ()
    """It has no rows if all tables of one of these groups are empty."""


class KnownTables:
    """Which tables of a connection are empty, as far as it is known. It must be told of all that writes rows."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db = db
        self._is_empty = dict[str, bool]()

    def leave_out(self, statement: str, rule: Rule) -> bool:
        """Whether the statement has no rows; the table that it would create is there then, and empty.

        A statement that creates a table is executed once a process: then the columns of the table are known.
        """
        shape = _SHAPES.get(statement)
        if (rule.creates and not shape) or not any(all(map(self.is_empty, group)) for group in rule.empty_groups):
            return False
        if shape and rule.writes:
            self.db.execute(parse_once(shape))
            self._is_empty[rule.writes] = True
        return True

    def note_execution(self, statement: str, rule: Rule | None) -> None:
        """Take note that the statement was executed, by any rule or by none that is known."""
        if not rule:
            self._is_empty.clear()
        elif rule.creates and rule.writes:
            ((rows,),) = self.db.fetchall()
            self._is_empty[rule.writes] = not rows
            if rule.empty_groups and statement not in _SHAPES:
                _SHAPES[statement] = self._shape(rule.writes)
        elif rule.writes:
            self._is_empty.pop(rule.writes, None)

    def note_rows_in(self, table: str) -> None:
        """Take note that the table may have rows by now."""
        self._is_empty.pop(table, None)

    def is_empty(self, table: str) -> bool:
        """Whether the table is there and has no rows."""
        if table not in self._is_empty:
            self._is_empty[table] = self._has_no_rows(table)
        return self._is_empty[table]

    def _has_no_rows(self, table: str) -> bool:
        try:
            (query,) = sql.filled_statements("warehouse", "table_has_rows", table=table)
            return not self.db.execute(parse_once(query)).fetchall()
        except duckdb.CatalogException:
            return False  # the statement that reads it says what is missing

    def _shape(self, name: str) -> str:
        table = self.db.table(name)
        columns = ", ".join(f'"{column}" {kind}' for column, kind in zip(table.columns, table.types, strict=True))
        return sql.filled_statements("warehouse", "empty_table", table=name, typed_columns=columns)[0]


@cache
def rules_of_step(stage: str, step: str, **names: str) -> Sequence[Rule]:
    """The rules of the statements of `<stage>/<step>.sql`, in order, with names in the places of `${...}`.

    There are none if the file is not the one that they were made from.
    """
    known = _rules().get(f"{stage}/{step}")
    if not known or known["hash"] != content_hash(sql.sql_text(stage, step)):
        return ()
    return tuple(
        Rule(
            writes and sql.fill_names(writes, names),
            creates,
            tuple(tuple(sql.fill_names(t, names) for t in group) for group in groups),
        )
        for writes, creates, groups in known["statements"]
    )


def content_hash(text: str) -> str:
    """What stands in `empty_inputs.json` for a file of that text."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


@cache
def _rules() -> dict[str, Any]:
    text = files("remind_etl").joinpath("warehouse", "empty_inputs.json").read_text(encoding="utf-8")
    rules: dict[str, Any] = json.loads(text)
    return rules
