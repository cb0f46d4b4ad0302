"""The suites in `expectations/` as asset checks, one an expectation."""

from collections.abc import Sequence

import dagster as dg

from remind_etl import suites
from remind_etl.orchestration.step import RunWarehouse
from remind_etl.schema import upload
from remind_etl.suites import Judgement
from remind_etl.warehouse import findings

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
            _name(asset, table, e.check), asset=asset, description=e.description, blocking=blocking and e.is_critical
        )
        for table in tables
        for e in suites.expectations(asset[0], table)
    ]


def judged(context: dg.AssetExecutionContext, warehouse: RunWarehouse, file: upload.File) -> list[dg.AssetCheckResult]:
    """Judge the table of a file that the asset just filled; what is critical and failed is added to its findings."""
    stage, table = asset = context.asset_key.path
    with warehouse.step(context) as step:
        place = {"name": file.name, "file": file.file_name}
        ((was_sent, was_read),) = step.db.execute(_SENT_AND_READ, place).fetchall()
    if not was_read:
        return unjudged(asset, table, not was_sent and file.rosters, "There was no such file to judge.")
    judgements = warehouse.judge(context, stage, table)
    with warehouse.step(context) as step:
        findings.record(step.db, f"{stage}/{table}", suites.gates(judgements, file.file_name))
    return results(asset, table, judgements)


def results(asset: Sequence[str], table: str, judgements: Sequence[Judgement]) -> list[dg.AssetCheckResult]:
    """What the judge said of a table; only counts, shares and limits, never a value of a cell."""
    return [
        dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset),
            check_name=_name(asset, table, j.check),
            passed=j.passed,
            severity=_severity(j.is_critical),
            description=j.detail or None,
            metadata={**j.observed, **{f"limit_{name}": limit for name, limit in j.limits.items()}},
        )
        for j in judgements
    ]


def unjudged(asset: Sequence[str], table: str, passed: bool, why: str) -> list[dg.AssetCheckResult]:
    """The checks of a table that there is nothing of."""
    return [
        dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset),
            check_name=_name(asset, table, e.check),
            passed=passed,
            severity=_severity(e.is_critical),
            description=why,
        )
        for e in suites.expectations(asset[0], table)
    ]


def _name(asset: Sequence[str], table: str, check: str) -> str:
    """Names are unique within an asset: those of a table with another name carry it."""
    return check if table == asset[-1] else f"{table}__{check}"


def _severity(is_critical: bool) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN
