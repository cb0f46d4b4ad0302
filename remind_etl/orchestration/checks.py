"""The suites in `expectations/` as asset checks: each has the rules that an operator knows by one name."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, TypeVar

import dagster as dg

from remind_etl import suites
from remind_etl.catalogue.statuses import NOT_READ, NOT_SENT, REFERS_TO_UNREAD
from remind_etl.orchestration.check_history import RULES, earlier_counts, plot, with_newest
from remind_etl.orchestration.step import RunWarehouse
from remind_etl.schema import upload
from remind_etl.suites import Expectation, Judgement, allowed_count
from remind_etl.warehouse import findings

_Rule = TypeVar("_Rule", Expectation, Judgement)

_SENT_AND_READ = """
    select
        exists (from landed.files as f where f."name" = $name),
        exists (from raw.files as f where f."file" = $file)
"""


def specs(asset: Sequence[str], tables: Sequence[str], blocking: bool) -> list[dg.AssetCheckSpec]:
    """The checks of an asset from the suites of its tables, which lie in the schema of the asset's stage.

    With `blocking`, a critical one that fails ends the run before anything downstream.
    """
    return [
        dg.AssetCheckSpec(
            _name(asset, table, check),
            asset=asset,
            description="\n".join(f"- {rule.description}" for rule in rules),
            blocking=blocking and _is_critical(rules),
        )
        for table in tables
        for check, rules in _by_check(suites.expectations(asset[0], table))
    ]


def judged(
    context: dg.AssetExecutionContext, warehouse: RunWarehouse, file: upload.File, refers_to: Iterable[str] = ()
) -> list[dg.AssetCheckResult]:
    """Judge the table of a file that the asset just filled; what is critical and failed is added to its findings.

    If one of the files `refers_to` cannot be read, the rows that name it are left out, so the table is not judged.
    """
    stage, table = asset = context.asset_key.path
    with warehouse.step(context) as step:
        place = {"name": file.name, "file": file.file_name}
        ((was_sent, was_read),) = step.db.execute(_SENT_AND_READ, place).fetchall()
        if not was_read:
            return _not_judged(asset, table, NOT_READ if was_sent else NOT_SENT)
        read = {name for (name,) in step.db.execute('select f."file" from raw.files as f').fetchall()}
        for other in refers_to:
            if (name := upload.BY_NAME[other].file_name) not in read:
                return _not_judged(asset, table, REFERS_TO_UNREAD.format(file=name))
        judgements = warehouse.validate_table(step, stage, table)
        findings.record_findings(step.db, f"{stage}/{table}", suites.gate_findings(judgements, file.file_name))
    return results(context, asset, table, judgements)


def results(
    context: dg.AssetExecutionContext, asset: Sequence[str], table: str, judgements: Sequence[Judgement]
) -> list[dg.AssetCheckResult]:
    """How the checks of a table came out; only counts, shares and limits, never a value of a cell."""
    return [
        dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset),
            check_name=_name(asset, table, check),
            passed=all(rule.passed for rule in rules),
            severity=_severity(_is_critical(rules)),
            description="\n".join(f"{rule.rule}: {rule.detail}" for rule in rules if not rule.passed) or None,
            metadata=_metadata(
                rules, earlier_counts(context, dg.AssetCheckKey(dg.AssetKey(asset), _name(asset, table, check)))
            ),
        )
        for check, rules in _by_check(judgements)
    ]


def _metadata(rules: Sequence[Judgement], earlier: Mapping[str, str]) -> dict[str, dg.MetadataValue]:
    """A row for each rule, and the names of those that failed.

    None of the counts is a metadata value of its own: Dagster would plot those of all districts as one line.
    """
    failed = ", ".join(rule.rule for rule in rules if not rule.passed)
    return {
        **({"failed": dg.MetadataValue.text(failed)} if failed else {}),
        RULES: dg.MetadataValue.table([_row(rule, earlier.get(rule.rule, "")) for rule in rules], COLUMNS),
    }


def _row(rule: Judgement, earlier: str) -> dg.TableRecord:
    """A rule: what was found, in how many, how many are allowed, and what the last runs of the district found."""
    told, counts = rule.expected.told, dict(rule.observed)
    found = counts.pop(told.found, None) if told.found else None
    if found is None:
        found = counts.pop("unexpected_count", int(not rule.passed))
    among = counts.pop(told.among) if told.among in counts else None
    limit = allowed_count(rule.expected, {told.among or "": int(among or 0)})
    last_runs = with_newest(earlier, found)
    return dg.TableRecord(
        {
            "rule": rule.rule,
            "holds": "yes" if rule.passed else "NO",
            "found": found,
            "of": "" if among is None else f"{among:g}",
            "allowed": limit,
            "plot": plot(last_runs),
            "last_runs": last_runs,
            "other_counts": ", ".join(f"{name} {count:g}" for name, count in counts.items()),
        }
    )


COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("rule", "string", "The name of the rule."),
        dg.TableColumn("holds", "string", "NO if more was found than is allowed."),
        dg.TableColumn("found", "float", "The count that the rule is about."),
        dg.TableColumn("of", "string", "The number of rows or values that the rule looked at."),
        dg.TableColumn("allowed", "int", "The most that may be found here, by the limits of the district."),
        dg.TableColumn("plot", "string", "What the last runs of this district found, oldest first."),
        dg.TableColumn("last_runs", "string", "The same as numbers."),
        dg.TableColumn("other_counts", "string", "Further counts of the table."),
    ]
)


def _not_judged(asset: Sequence[str], table: str, why: str) -> list[dg.AssetCheckResult]:
    """The checks of a table that there is nothing of. They are not red: `nothing_blocks_the_drop` tells of the file."""
    return [
        dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset),
            check_name=_name(asset, table, check),
            passed=True,
            severity=_severity(_is_critical(rules)),
            description=why,
        )
        for check, rules in _by_check(suites.expectations(asset[0], table))
    ]


def _by_check(rules: Iterable[_Rule]) -> list[tuple[str, list[_Rule]]]:
    return [(check, list(of_check)) for check, of_check in groupby(rules, key=lambda rule: rule.check)]


def _is_critical(rules: Sequence[Expectation] | Sequence[Judgement]) -> bool:
    return any(rule.is_critical for rule in rules)


def _name(asset: Sequence[str], table: str, check: str) -> str:
    """Names are unique within an asset: those of a table with another name carry it."""
    return check if table == asset[-1] else f"{table}__{check}"


def _severity(is_critical: bool) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN
