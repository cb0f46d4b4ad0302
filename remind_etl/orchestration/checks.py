"""The suites in `expectations/` as asset checks: each has the rules that an operator knows by one name."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

import dagster as dg

from remind_etl import suites
from remind_etl.catalogue.statuses import NOT_READ, NOT_SENT, REFERS_TO_UNREAD
from remind_etl.orchestration.step import RunWarehouse
from remind_etl.schema import upload
from remind_etl.suites import Expectation, Judgement
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
        findings.record(step.db, f"{stage}/{table}", suites.gates(judgements, file.file_name))
    return results(asset, table, judgements)


def results(asset: Sequence[str], table: str, judgements: Sequence[Judgement]) -> list[dg.AssetCheckResult]:
    """How the checks of a table came out; only counts, shares and limits, never a value of a cell."""
    return [
        dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset),
            check_name=_name(asset, table, check),
            passed=all(rule.passed for rule in rules),
            severity=_severity(_is_critical(rules)),
            description="\n".join(f"{rule.rule}: {rule.detail}" for rule in rules if not rule.passed) or None,
            metadata=_metadata(rules),
        )
        for check, rules in _by_check(judgements)
    ]


def _metadata(rules: Sequence[Judgement]) -> dict[str, float | str]:
    """Counts and limits of the rules, and the names of those that failed."""
    failed = [rule.rule for rule in rules if not rule.passed]
    return {
        **{_own(rule, name): count for rule in rules for name, count in rule.observed.items()},
        **{f"{rule.rule}_{name}": limit for rule in rules for name, limit in rule.limits.items()},
        **({"failed": ", ".join(failed)} if failed else {}),
    }


def _own(rule: Judgement, name: str) -> str:
    """Counts of a suite have names of their own; those that Great Expectations makes are each rule's."""
    return name if rule.expected.entry is None else f"{rule.rule}_{name}"


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
