"""The one runner of a stage's SQL: it executes the steps of a stage in order, and says how long each took.

Tables that only the stage itself reads lie in the schema `<stage>_steps`. They stay in the warehouse when the asset is
done, until the stage begins anew or the next drop comes. So a run that a check blocked can be queried.
"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, Final

import duckdb

from remind_etl.errors import StepFailed, disk_full
from remind_etl.warehouse import sql
from remind_etl.warehouse.empty_inputs import KnownTables, rules_of_step
from remind_etl.warehouse.parsing import parse_once

SLOWEST: Final = 3
"""How many steps the metadata of an asset names."""

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
"""Of steps in which nothing is filled in."""

_PARAMETER: Final = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class StepTime:
    """How long a step took."""

    step: str
    seconds: float


def clear_steps(db: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Empty the schema of a stage's steps, as the stage begins anew."""
    for statement in sql.filled_statements("warehouse", "clear_steps", stage=stage):
        db.execute(parse_once(statement))


class Steps:
    """Runs the steps of a stage in a warehouse, and notes how long they take.

    Statements that have no rows, because of empty tables, are left out: see `empty_inputs`.
    """

    def __init__(self, db: duckdb.DuckDBPyConnection, stage: str, names: Mapping[str, str] = NO_NAMES) -> None:
        """`names` are put in the places of `${...}` in all steps."""
        self.db = db
        self.times = list[StepTime]()
        self._stage = stage
        self._names = names
        self._tables = KnownTables(db)
        db.execute(parse_once(sql.filled_statements("warehouse", "clear_steps", stage=stage)[0]))
        db.execute(parse_once("set force_compression = 'dictionary'"))

    def run(self, *steps: str, **parameters: Any) -> None:
        """Execute the files `<stage>/<step>.sql` in this order. Each statement gets those parameters that it names.

        Raises StepFailed, which names the step. The caller's transaction then undoes the tables of all its steps.
        """
        self.times += [_run_step(self._tables, self._stage, step, self._names, parameters) for step in steps]

    def run_for_each(self, step: str, fillings: Iterable[Mapping[str, str]]) -> None:
        """Execute `<stage>/<step>.sql` once for each filling of the names `${...}` in it, beside those of all steps.

        Raises StepFailed, which names the step.
        """
        times = [_run_step(self._tables, self._stage, step, {**self._names, **names}, {}) for names in fillings]
        self.times.append(StepTime(step, sum(time.seconds for time in times)))

    def note_rows_in(self, table: str) -> None:
        """Take note that somebody else put rows into a table."""
        self._tables.note_rows_in(table)


def run_step(db: duckdb.DuckDBPyConnection, stage: str, step: str, **names: str) -> None:
    """Execute `<stage>/<step>.sql`, with these names in the places of `${...}`.

    Raises StepFailed, which names the step.
    """
    _run_step(KnownTables(db), stage, step, names, {})


def slowest_steps(times: Iterable[StepTime]) -> str:
    """The slowest steps with their seconds, for the metadata of an asset."""
    longest = sorted(times, key=lambda time: -time.seconds)[:SLOWEST]
    return ", ".join(f"{time.step} {time.seconds:.3f}" for time in longest)


def _run_step(
    tables: KnownTables, stage: str, step: str, names: Mapping[str, str], parameters: Mapping[str, Any]
) -> StepTime:
    started = time.perf_counter()
    statements, rules = sql.filled_statements(stage, step, **names), rules_of_step(stage, step, **names)
    for number, (statement, rule) in enumerate(zip_longest(statements, rules), 1):
        if rule and tables.leave_out(statement, rule):
            continue
        named = set(_PARAMETER.findall(statement))
        given = {name: value for name, value in parameters.items() if name in named}
        _execute(tables.db, f"Statement {number} of {stage}/{step}.sql", statement, given)
        tables.note_execution(statement, rule)
    return StepTime(step, time.perf_counter() - started)


def _execute(db: duckdb.DuckDBPyConnection, what: str, statement: str, parameters: dict[str, Any]) -> None:
    try:
        db.execute(parse_once(statement), parameters)
    except duckdb.Error as error:
        # The text of DuckDB's error stays out: it may quote a cell.
        raise (disk_full(error) or StepFailed(f"{what} failed: {type(error).__name__}.")) from error
