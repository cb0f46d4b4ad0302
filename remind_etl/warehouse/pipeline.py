"""The one runner of a stage's SQL: it executes the steps of a stage in order, and says how long each took.

Tables that only the stage itself reads lie in the schema `<stage>_steps`. They stay in the warehouse when the asset is
done, until the stage begins anew or the next drop comes. So a run that a check blocked can be queried.
"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import duckdb

from remind_etl.errors import StepFailed, disk_full
from remind_etl.warehouse import sql
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


def run_steps(
    db: duckdb.DuckDBPyConnection, stage: str, *steps: str, names: Mapping[str, str] = NO_NAMES, **parameters: Any
) -> list[StepTime]:
    """Execute the files `<stage>/<step>.sql` in this order. Each statement gets those parameters that it names.

    `names` are put in the places of `${...}`.
    Raises StepFailed, which names the step. An error of the caller's transaction undoes the tables of all its steps.
    """
    db.execute(parse_once(sql.filled_statements("warehouse", "clear_steps", stage=stage)[0]))
    db.execute(parse_once("set force_compression = 'dictionary'"))
    return [_run_step(db, stage, step, names, parameters) for step in steps]


def run_filled(db: duckdb.DuckDBPyConnection, stage: str, step: str, fillings: Iterable[Mapping[str, str]]) -> StepTime:
    """Execute `<stage>/<step>.sql` once for each filling of the names `${...}` in it.

    Raises StepFailed, which names the step.
    """
    started = time.perf_counter()
    for names in fillings:
        for number, statement in enumerate(sql.filled_statements(stage, step, **names), 1):
            _execute(db, f"Statement {number} of {stage}/{step}.sql", statement, {})
    return StepTime(step, time.perf_counter() - started)


def slowest_steps(times: Iterable[StepTime]) -> str:
    """The slowest steps with their seconds, for the metadata of an asset."""
    longest = sorted(times, key=lambda time: -time.seconds)[:SLOWEST]
    return ", ".join(f"{time.step} {time.seconds:.3f}" for time in longest)


def _run_step(
    db: duckdb.DuckDBPyConnection, stage: str, step: str, names: Mapping[str, str], parameters: dict[str, Any]
) -> StepTime:
    started = time.perf_counter()
    for number, statement in enumerate(sql.filled_statements(stage, step, **names), 1):
        named = set(_PARAMETER.findall(statement))
        given = {name: value for name, value in parameters.items() if name in named}
        _execute(db, f"Statement {number} of {stage}/{step}.sql", statement, given)
    return StepTime(step, time.perf_counter() - started)


def _execute(db: duckdb.DuckDBPyConnection, what: str, statement: str, parameters: dict[str, Any]) -> None:
    try:
        db.execute(parse_once(statement), parameters)
    except duckdb.Error as error:
        # The text of DuckDB's error stays out: it may quote a cell.
        raise (disk_full(error) or StepFailed(f"{what} failed: {type(error).__name__}.")) from error
