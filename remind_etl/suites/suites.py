"""The suites in `expectations/`, and how a table comes out. The only module that knows Great Expectations.

A suite is `expectations/<stage>/<table>.json` in the library's own format. The `meta` of each expectation has besides
- `check`: the check's name, a sentence that is true when it passes;
- `code`: for what blocks a drop, the problem of the catalogue that it is;
- `otherwise`: how a failure is told, with `{names}` of counts in `Judgement.observed`.
A query gives no rows where all is well, else one row of counts: so nothing of a cell gets out.
"""

import json
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

import remind_etl
from remind_etl.errors import OperatorError, WarehouseBusy

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite, ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch

FOLDER: Final = Path(remind_etl.__file__).parent.parent / "expectations"
"""The suites of the repository."""

_QUERY: Final = "unexpected_rows_expectation"
_SEVERITIES: Final = ("critical", "warning")
_COUNTS: Final = ("element_count", "unexpected_count", "unexpected_percent", "observed_value")

_KIND: Final = """
    select table_type
    from information_schema.tables
    where table_catalog = current_database() and table_schema = $stage and table_name = $table
"""


@dataclass(frozen=True)
class Expectation:
    """What must be true of a table; a failure stops the run if `is_critical`, as the problem `code` if there is one."""

    check: str
    description: str
    is_critical: bool
    code: str | None


@dataclass(frozen=True)
class Judgement:
    """How a check came out: counts and percentages by name in `observed`, a failure in words in `detail`.

    Neither has a value of a cell. `detail` is empty if the check passed.
    """

    check: str
    passed: bool
    is_critical: bool
    code: str | None
    description: str
    observed: dict[str, int | float]
    detail: str


def expectations(stage: str, table: str, folder: Path = FOLDER) -> tuple[Expectation, ...]:
    """What the suite of `<stage>.<table>` expects, in the order of its file.

    Raises OperatorError if there is no such suite, or if it does not say of each expectation its own check, its
    description, and whether it is critical.
    """
    return tuple(_load(stage, table, folder))


def judge(
    database: Path, stage: str, table: str, *, memory: str = "2GB", threads: int = 2, folder: Path = FOLDER
) -> list[Judgement]:
    """The judgements of the suite's checks on `<stage>.<table>` of a DuckDB file, in the order of the suite.

    The file is opened to be read only, and is closed at the end; nobody may have it open for writing.
    Raises WarehouseBusy if somebody has, and OperatorError if the file, the table or the suite is not what it should be
    or a check could not be made, which is no failed check.
    """
    suite = _load(stage, table, folder)
    _import_great_expectations()
    settings = {
        "memory_limit": memory,
        "threads": str(threads),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    results: dict[str, ExpectationValidationResult] = {}
    with _standing(database, stage, table, settings) as search_path:
        batch = _batch(database, search_path, table, settings)
        for is_query in (True, False):
            part = [entry for entry in suite.values() if (entry.get("type") == _QUERY) is is_query]
            # The counts of a query are its rows, which only COMPLETE gives; of all else it would fetch each bad value.
            detail = {"result_format": "COMPLETE" if is_query else "SUMMARY", "partial_unexpected_count": 0}
            if part:
                judged = batch.validate(_great_suite(f"{stage}.{table}", part), result_format=detail)
                results |= {_check(result): result for result in judged.results}
    return [_judgement(expected, entry, results[expected.check]) for expected, entry in suite.items()]


def _load(stage: str, table: str, folder: Path) -> dict[Expectation, dict[str, Any]]:
    """The expectations of a suite, each with its entry in the file."""
    name = f"{stage}/{table}.json"
    try:
        entries = json.loads((folder / name).read_text(encoding="utf-8"))["expectations"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise OperatorError(f"The suite {name} cannot be read.") from error
    suite: dict[str, tuple[Expectation, dict[str, Any]]] = {}
    for number, entry in enumerate(entries, start=1):
        meta, description, severity = (entry.get(key) for key in ("meta", "description", "severity"))
        check = (meta or {}).get("check")
        if not check or not description:
            raise OperatorError(f"Expectation {number} of the suite {name} lacks its meta.check or its description.")
        if severity not in _SEVERITIES:
            raise OperatorError(f"{check} in the suite {name} must be one of: {', '.join(_SEVERITIES)}.")
        if check in suite:
            raise OperatorError(f"{check} stands twice in the suite {name}.")
        suite[check] = (Expectation(check, description, severity == "critical", meta.get("code")), entry)
    return dict(suite.values())


@contextmanager
def _standing(database: Path, stage: str, table: str, settings: Mapping[str, str]) -> Iterator[str]:
    """Keep the file open for reading; gives the search path along which the table, or a copy of the view, is found."""
    try:
        db = duckdb.connect(str(database), read_only=True, config={**settings})
    except duckdb.IOException as error:
        if "Could not set lock" in str(error):
            raise WarehouseBusy(f"Another process has {database.name} open.") from error
        raise OperatorError(f"{database.name} cannot be opened.") from error
    except duckdb.ConnectionException as error:
        raise OperatorError(f"{database.name} is open in this process with other settings.") from error
    with closing(db):
        db.execute("set enable_progress_bar = false")
        kind = db.execute(_KIND, {"stage": stage, "table": table}).fetchone()
        if kind is None:
            raise OperatorError(f"{database.name} has no table {stage}.{table}.")
        if kind == ("VIEW",):
            # Each check scans its table, some twice: computing the view's cells once is several times faster.
            db.execute("attach ':memory:' as _copy (read_write)")
            try:
                db.table(f"{stage}.{table}").create(f"_copy.main.{table}")
            except duckdb.Error as error:  # its text may quote a cell
                raise OperatorError(f"{stage}.{table} cannot be read: {type(error).__name__}.") from None
            yield f'_copy.main,"{database.stem}".{stage}'  # the catalogue's name is the file's
        else:
            yield stage


def _batch(database: Path, search_path: str, table: str, settings: Mapping[str, str]) -> "Batch":
    """The table, as Great Expectations sees it."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from remind_etl.suites import dialect

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        "warehouse", connection_string=dialect.connection_string(database, search_path, settings)
    )
    return source.add_table_asset(table).add_batch_definition_whole_table(table).get_batch()


def _great_suite(name: str, entries: list[dict[str, Any]]) -> "ExpectationSuite":
    """The entries as a suite; raises OperatorError for one that Great Expectations refuses or silently drops."""
    import great_expectations as gx

    for entry in entries:
        try:
            is_known = bool(gx.ExpectationSuite(name, [entry]).expectations)
        except (ValueError, TypeError) as error:
            raise OperatorError(f"{entry['meta']['check']} of {name} is no valid expectation.") from error
        if not is_known:
            raise OperatorError(f"{entry['meta']['check']} of {name} is of an unknown type.")
    return gx.ExpectationSuite(name, entries)


def _check(result: "ExpectationValidationResult") -> str:
    config = result.expectation_config
    return str(config.meta["check"]) if config else ""


def _judgement(expected: Expectation, entry: Mapping[str, Any], result: "ExpectationValidationResult") -> Judgement:
    if (kind := _raised(result.exception_info)) is not None:
        raise OperatorError(f"{expected.check} could not be checked: {kind}.")
    observed = _observed(result.result)
    otherwise = "" if result.success else entry["meta"].get("otherwise", "").format(**observed)
    return Judgement(**asdict(expected), passed=bool(result.success), observed=observed, detail=otherwise)


def _observed(result: Mapping[str, Any]) -> dict[str, int | float]:
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


def _import_great_expectations() -> None:
    """Import the library, when it is first needed: that takes 2 s."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # It imports modules that Python deprecated; there is nothing to mend on our side.
        warnings.filterwarnings("ignore", "module 'sre_(constants|parse)' is deprecated", DeprecationWarning)
        import great_expectations  # noqa: F401
