"""`planned/changes`: the difference from what was last delivered, and what of it is held."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import dagster as dg
import duckdb

from remind_etl.catalogue.statuses import UNLISTED
from remind_etl.errors import DropBlocked
from remind_etl.orchestration.stage_asset import stage_asset
from remind_etl.orchestration.step import RunWarehouse, district_of, failure, guarded
from remind_etl.orchestration.stores import Decisions, Landing, Platform
from remind_etl.planned import tell
from remind_etl.planned.plan import Before, Planned, plan_changes
from remind_etl.published.report import gate
from remind_etl.published.report.rows import ReadRecords
from remind_etl.published.store import Published
from remind_etl.schema import upload

RECORD_FILES = {file.record: file.file_name for file in upload.FILES}


@stage_asset(
    "planned",
    deps=[["provisioned", "accounts"], ["provisioned", "rosters"], ["decided", "approvals"]],
    kinds={"duckdb", "sql"},
    checks=[
        dg.AssetCheckSpec(
            "no_removal_waits_for_a_person",
            asset=["planned", "changes"],
            description="No kind of record loses more at once than the district allows, and no school vanished.",
        ),
        dg.AssetCheckSpec(
            "files_list_what_other_files_name",
            asset=["planned", "changes"],
            description=(
                "Other files name few delivered records that their own file does not list. Such records stay. "
                "Many of them are a sign that their own file is not whole."
            ),
        ),
        dg.AssetCheckSpec(
            "ids_are_spelled_as_before",
            asset=["planned", "changes"],
            description="Few ids are delivered ones in another spelling: zeros, case, blanks, decimals or accents.",
            blocking=True,
        ),
    ],
)
def changes(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[RunWarehouse],
    platform: dg.ResourceParam[Platform],
    decisions: dg.ResourceParam[Decisions],
    landing: dg.ResourceParam[Landing],
    publications: dg.ResourceParam[Published],
    read_records: dg.ResourceParam[ReadRecords],
) -> Iterator[dg.MaterializeResult]:
    """One row per record that differs from the delivery: create, link, update, revive or remove. Held changes wait."""
    with guarded():
        district = district_of(context)
        state, limits = platform.state(district), decisions.district(district).limits
        pause = decisions.pause_of(district, datetime.now(UTC))
    with warehouse.step(context) as step:
        history = platform.history(district, step.drop_id)
        before = Before(
            state.records,
            state.base,
            platform.previous_delivery(district, step.drop_id),
            state.standing(step.drop_id),
            history.usual,
            landing.cut_files(district, step.drop_id, history.earlier_drops),
        )
        approved = partial(decisions.approved_kinds, district)
        plan = plan_changes(step.db, before, approved, limits, pause.what if pause else None)
        total = step.rows("planned.changes")
        numbers = {
            "held": plan.held,
            "paused": plan.paused,
            "kept": plan.protected,
            **plan.actions,
            **tell.counts(step.db),
        }
        metadata: dict[str, Any] = step.metadata(
            total, plan_hash=plan.plan_hash, slowest_steps=plan.slowest_steps, **numbers
        )
        metadata |= _tables(step.db)
        blocked = None
        if plan.is_blocked:
            blocked = gate.assess_drop(step.db, landing.arrived_at(district), publications, read_records)
    refusals = decisions.refusals(district, plan.hold_hash) if plan.hold_hash else {}
    said = [f"Waiting: {', '.join(plan.holds)}."] * bool(plan.holds)
    for kind, refusal in refusals.items():
        said.append(f"{kind or 'All'}: refused by {refusal.refused_by} on {refusal.refused_at:%Y-%m-%d}.")
    waiting = dg.AssetCheckResult(
        check_name="no_removal_waits_for_a_person",
        passed=not plan.holds,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(said) or None,
        metadata={"held": plan.held, "hold_hash": plan.hold_hash or "nothing waits"},
    )
    spelled = dg.AssetCheckResult(
        check_name="ids_are_spelled_as_before",
        passed=blocked is None,
        description=blocked.sentence if blocked else None,
    )
    yield dg.MaterializeResult(metadata=metadata, check_results=[waiting, _unlisted(plan), spelled])
    if blocked:
        raise failure(" ".join(blocked.blockers), kind=DropBlocked.__name__)


def _unlisted(plan: Planned) -> dg.AssetCheckResult:
    too_many = {kind: numbers for kind, numbers in plan.unlisted.items() if numbers[0] > numbers[1]}
    return dg.AssetCheckResult(
        check_name="files_list_what_other_files_name",
        passed=not too_many,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(
            UNLISTED.format(file=RECORD_FILES[kind], found=found, allowed=allowed)
            for kind, (found, allowed) in too_many.items()
        )
        or None,
        metadata={kind: found for kind, (found, _) in plan.unlisted.items()},
    )


def _tables(db: duckdb.DuckDBPyConnection) -> dict[str, dg.MetadataValue]:
    """The counts by school, and the first changes, as tables in the UI."""
    return {
        "schools": dg.MetadataValue.md(tell.changes_by_school(db)),
        "first changes": dg.MetadataValue.md(tell.first_changes(db)),
    }
