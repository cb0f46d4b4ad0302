"""How a table comes out of its suite. The only module that knows Great Expectations.

A rule about counts compares one count with what its limits allow. All of a table are rows of one table of counts, which
one expectation judges: each costs Great Expectations milliseconds, however small its data. All other expectations are
judged on the table itself. Nothing of a cell gets out: results are counts.
"""

import os
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from remind_etl.errors import OperatorError
from remind_etl.schema.limits import FileLimits
from remind_etl.suites.counts import count_rows
from remind_etl.suites.expected import COUNTS, FOLDER, NO_LIMITS, OVER_THEIR_LIMITS, Expectation, expectations
from remind_etl.suites.judgement import Judgement, allowed_count, judge_rule
from remind_etl.warehouse import sql
from remind_etl.warehouse.imports import deferring, without_collecting
from remind_etl.warehouse.parsing import parse_once

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite, ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

    from remind_etl.suites import dialect

_OF_RESULT: Final = ("element_count", "unexpected_count", "unexpected_percent", "observed_value")
_ALL_COUNTS: Final = {
    "type": COUNTS,
    "kwargs": OVER_THEIR_LIMITS,
    "severity": "critical",
}
_ALL_ROWS: Final = "select * from temp.main.counts"

UNUSED: Final = ("scipy.stats", "altair")
"""What Great Expectations imports for charts and for tests of distributions. To load it takes as long as all else."""


def validate_table(
    db: duckdb.DuckDBPyConnection,
    stage: str,
    table: str,
    *,
    own: FileLimits = NO_LIMITS,
    folder: Path = FOLDER,
) -> list[Judgement]:
    """The judgements of the rules of the suite on `<stage>.<table>`, in the order of `expectations`.

    A district's `own` limits hold.
    The connection is left as it was, but for a temporary table.
    Raises OperatorError if the table, the suite or the district's limits are not what they should be. It also does if
    a rule could not be judged, which is not a failed rule.
    """
    suite = expectations(stage, table, own=own, folder=folder)
    counted = [expected for expected in suite if expected.entry is None]
    native = [expected for expected in suite if expected.entry is not None]
    import_great_expectations()
    suite_of_table = _suite(f"{stage}.{table}", native)
    from remind_etl.suites import dialect  # imports SQLAlchemy

    with dialect.lend_schema(db, stage) as reader:
        counts = count_rows(db, stage, table) if counted else {}
        judged = _judged_on_table(reader, (stage, table), native, suite_of_table) if native else {}
        failed = _failed(db, counted, counts) if counted else set()
    judged |= {e.rule: judge_rule(e, counts, e.rule not in failed) for e in counted}
    return [judged[expected.rule] for expected in suite]


def import_great_expectations() -> None:
    """Import the library, which takes 1 s, if no one did yet."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings(), without_collecting(), deferring(*UNUSED):
        # It imports modules that Python deprecated; there is nothing to mend on our side.
        warnings.filterwarnings("ignore", "module 'sre_(constants|parse)' is deprecated", DeprecationWarning)
        import great_expectations  # noqa: F401


def _suite(name: str, native: Sequence[Expectation]) -> "ExpectationSuite":
    """The suite as Great Expectations has it.

    Raises OperatorError for an expectation that it refuses or silently drops.
    """
    import great_expectations as gx

    known_ones = []
    for expected in native:
        try:
            (known,) = gx.ExpectationSuite(name, [dict(expected.entry or {})]).expectations or (None,)
        except (ValueError, TypeError) as error:
            raise OperatorError(f"{expected.rule} of {name} is no valid expectation.") from error
        if known is None:
            raise OperatorError(f"{expected.rule} of {name} is of an unknown type.")
        known_ones.append(known)
    return gx.ExpectationSuite(name, known_ones)


@cache
def _source() -> "SQLDatasource":
    """The warehouse as Great Expectations sees it: the connection that is being read."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from remind_etl.suites import dialect

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context.data_sources.add_sql("warehouse", connection_string=dialect.CONNECTION_STRING)


@cache
def _table(stage: str, table: str) -> "BatchDefinition[Any]":
    asset = _source().add_table_asset(f"{stage}.{table}", table_name=table)
    return asset.add_batch_definition_whole_table("all")


@cache
def _counts() -> "BatchDefinition[Any]":
    return _source().add_query_asset("counts", _ALL_ROWS).add_batch_definition_whole_table("all")


def _judged_on_table(
    reader: "dialect.Connection", place: tuple[str, str], native: Sequence[Expectation], suite: "ExpectationSuite"
) -> dict[str, Judgement]:
    """The judgements of the expectations on the table itself, by rule."""
    detail = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
    results = {_rule_of(r): r for r in _table(*place).get_batch().validate(suite, result_format=detail).results}
    if raised := [rule for rule, result in results.items() if _has_raised(result)]:
        raise OperatorError(f"{', '.join(raised)} could not be checked: {_kind_of_error(reader)}.")
    return {expected.rule: _judgement(expected, results[expected.rule]) for expected in native}


def _failed(db: duckdb.DuckDBPyConnection, counted: Sequence[Expectation], counts: Mapping[str, int]) -> set[str]:
    """The rules of which more are found than allowed."""
    import great_expectations as gx

    (fill,) = sql.statements("suites", "counts")
    columns = {
        "rules": [e.rule for e in counted],
        "found": [counts[e.told.found] for e in counted],
        "allowed": [allowed_count(e, counts) for e in counted],
    }
    db.execute(parse_once(fill), columns)
    suite = gx.ExpectationSuite("counts", [_ALL_COUNTS])
    (result,) = _counts().get_batch().validate(suite, result_format="COMPLETE").results
    if _has_raised(result):
        raise OperatorError("The counts of the table could not be judged.")
    return set() if result.success else {row["rule"] for row in result.result["details"]["unexpected_rows"]}


def _rule_of(result: "ExpectationValidationResult") -> str:
    meta = result.expectation_config.meta or {} if result.expectation_config else {}
    return str(meta.get("rule", meta.get("check")))


def _judgement(expected: Expectation, result: "ExpectationValidationResult") -> Judgement:
    counts = {name: result.result.get(name) for name in _OF_RESULT}
    numbers = {name: count for name, count in counts.items() if isinstance(count, int | float)}
    return judge_rule(expected, numbers, bool(result.success))


def _has_raised(result: "ExpectationValidationResult") -> bool:
    """True if the result is an exception. Its text is withheld: it may quote a cell."""
    infos = [result.exception_info, *result.exception_info.values()]
    return any(isinstance(info, Mapping) and info.get("raised_exception") for info in infos)


def _kind_of_error(reader: "dialect.Connection") -> str:
    return reader.errors[0] if reader.errors else "Great Expectations raised an exception"
