"""How a table comes out of its suite. The only module that knows Great Expectations.

Expectations about counts are judged on the one row that `suites/<stage>_<table>.sql` gives in one pass over the table:
a suite costs one scan, however many limits it has. All others are judged on the table itself; their queries give no
rows where all is well, else one row of counts. So nothing of a cell gets out.
"""

import gc
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from remind_etl.errors import OperatorError, WarehouseBusy, is_locked_by_another
from remind_etl.suites.expected import DISTRICTS, FOLDER, Expectation, expectations
from remind_etl.suites.judgement import Judgement, pronounce
from remind_etl.warehouse import sql

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource, _SQLAsset

_QUERY: Final = "unexpected_rows_expectation"
_ALL_COUNTS: Final = "select * from _counts.main.counts"
_COUNTS: Final = ("element_count", "unexpected_count", "unexpected_percent", "observed_value")

_TABLE: Final = """
    select table_type
    from information_schema.tables
    where table_catalog = current_database() and table_schema = $stage and table_name = $table
"""


def judge(
    database: Path,
    stage: str,
    table: str,
    *,
    district: str | None = None,
    memory: str = "2GB",
    threads: int = 2,
    folder: Path = FOLDER,
    districts: Path = DISTRICTS,
    only_critical: bool = False,
) -> list[Judgement]:
    """The judgements of the suite's checks on `<stage>.<table>` of a DuckDB file, in the order of the suite.

    With a district, its own limits in `districts` hold; with `only_critical`, only what can block a drop is judged. The
    file is opened to be read only, and is closed at the end; nobody may have it open for writing.
    Raises WarehouseBusy if somebody has, and OperatorError if the file, the table, the suite or the district's limits
    are not what they should be or a check could not be made, which is no failed check.
    """
    suite = expectations(stage, table, district=district, folder=folder, districts=districts)
    suite = tuple(expected for expected in suite if expected.is_critical or not only_critical)
    import_great_expectations()
    _refuse(f"{stage}.{table}", suite)
    settings = {
        "memory_limit": memory,
        "threads": str(threads),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with _standing(database, stage, table, settings) as db:
        counts = _count(db, stage, table) if any(e.found for e in suite) else {}
        results = {_check(result): result for result in _validate(_source(database, stage, settings), table, suite)}
    return [_judgement(expected, counts, results[expected.check]) for expected in suite]


def import_great_expectations() -> None:
    """Import the library, which takes 2 s; judging does it where nobody did."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings(), _without_collecting():
        # It imports modules that Python deprecated; there is nothing to mend on our side.
        warnings.filterwarnings("ignore", "module 'sre_(constants|parse)' is deprecated", DeprecationWarning)
        import great_expectations  # noqa: F401


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile: an import makes none, and looking takes a fifth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse(name: str, suite: Sequence[Expectation]) -> None:
    """Raise OperatorError for an expectation that Great Expectations refuses or silently drops."""
    import great_expectations as gx

    for expected in suite:
        try:
            is_known = bool(gx.ExpectationSuite(name, [dict(expected.entry)]).expectations)
        except (ValueError, TypeError) as error:
            raise OperatorError(f"{expected.check} of {name} is no valid expectation.") from error
        if not is_known:
            raise OperatorError(f"{expected.check} of {name} is of an unknown type.")


@contextmanager
def _standing(
    database: Path, stage: str, table: str, settings: Mapping[str, str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file, kept open for reading, with a database in memory beside it for the counts."""
    try:
        db = duckdb.connect(str(database), read_only=True, config={**settings})
    except duckdb.IOException as error:
        if is_locked_by_another(error):
            raise WarehouseBusy(f"Another process has {database.name} open.") from error
        raise OperatorError(f"{database.name} cannot be opened.") from error
    except duckdb.ConnectionException as error:
        raise OperatorError(f"{database.name} is open in this process with other settings.") from error
    with closing(db):
        db.execute("set enable_progress_bar = false")
        if not db.execute(_TABLE, {"stage": stage, "table": table}).fetchall():
            raise OperatorError(f"{database.name} has no table {stage}.{table}.")
        db.execute("attach ':memory:' as _counts (read_write)")
        yield db


def _count(db: duckdb.DuckDBPyConnection, stage: str, table: str) -> dict[str, int]:
    """Fill the row of counts of a table; gives it by name."""
    try:
        db.sql(sql.read("suites", f"{stage}_{table}").rstrip(";\n")).create("_counts.main.counts")
    except duckdb.Error as error:  # its text may quote a cell
        raise OperatorError(f"{stage}.{table} cannot be counted: {type(error).__name__}.") from None
    counts = db.table("_counts.main.counts")
    rows = counts.fetchall()
    if len(rows) != 1:
        raise OperatorError(f"{stage}.{table} cannot be counted: its file was not read.")
    return dict(zip(counts.columns, rows[0], strict=True))


def _source(database: Path, search_path: str, settings: Mapping[str, str]) -> "SQLDatasource":
    """The file, as Great Expectations sees it."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from remind_etl.suites import dialect

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context.data_sources.add_sql(
        "warehouse", connection_string=dialect.connection_string(database, search_path, settings)
    )


def _validate(
    source: "SQLDatasource", table: str, suite: Sequence[Expectation]
) -> Iterator["ExpectationValidationResult"]:
    """The results of a suite's expectations: of those about counts, of queries of the table, and of all others."""
    counts = [expected for expected in suite if expected.found]
    queries = [expected for expected in suite if not expected.found and expected.entry.get("type") == _QUERY]
    others = [expected for expected in suite if expected not in (*counts, *queries)]
    if counts:
        yield from _results(source.add_query_asset("counts", _ALL_COUNTS), counts, "BOOLEAN_ONLY")
    rows = source.add_table_asset(table)
    # The counts of a query are its rows, which only COMPLETE gives; of all else it would fetch each bad value.
    yield from _results(rows, queries, "COMPLETE")
    yield from _results(rows, others, "SUMMARY")


def _results(
    asset: "_SQLAsset[Any]", part: Sequence[Expectation], detail: str
) -> Sequence["ExpectationValidationResult"]:
    import great_expectations as gx

    if not part:
        return ()
    batch = asset.get_batch(asset.build_batch_request())
    suite = gx.ExpectationSuite(asset.name, [dict(expected.entry) for expected in part])
    return batch.validate(suite, result_format={"result_format": detail, "partial_unexpected_count": 0}).results


def _check(result: "ExpectationValidationResult") -> str:
    config = result.expectation_config
    return str(config.meta["check"]) if config else ""


def _judgement(expected: Expectation, counts: Mapping[str, int], result: "ExpectationValidationResult") -> Judgement:
    if (kind := _raised(result.exception_info)) is not None:
        raise OperatorError(f"{expected.check} could not be checked: {kind}.")
    return pronounce(expected, counts if expected.found else _counted(result.result), bool(result.success))


def _counted(result: Mapping[str, Any]) -> dict[str, int | float]:
    """The counts of a result: those of the one row of a query, or those that Great Expectations makes."""
    rows = result.get("details", {}).get("unexpected_rows", [])
    counts = rows[0] if len(rows) == 1 else {name: result.get(name) for name in _COUNTS}
    return {name: count for name, count in counts.items() if isinstance(count, int | float)}


def _raised(exception_info: Mapping[str, Any]) -> str | None:
    """The kind of exception behind a result, None if there was none. Its text is withheld: it may quote a cell."""
    infos = [exception_info, *(info for info in exception_info.values() if isinstance(info, Mapping))]
    texts = [str(info.get("exception_message")) for info in infos if info.get("raised_exception")]
    if not texts:
        return None
    kind = re.match(r"\(_?duckdb\.(\w+)\)", texts[0])
    return kind[1] if kind else "Great Expectations raised an exception"
