"""`planned/changes`: the difference from what was last delivered, and what of it is held."""

import dagster as dg

from remind_etl.partitions import districts
from remind_etl.planned.plan import plan_changes
from remind_etl.resources import OWNERS, RETRY, Decisions, Platform, Warehouse, guarded


@dg.asset(
    key_prefix="planned",
    group_name="planned",
    kinds={"duckdb", "sql"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["provisioned", "accounts"], ["provisioned", "rosters"], ["decided", "approvals"]],
    retry_policy=RETRY,
    check_specs=[
        dg.AssetCheckSpec(
            "no_removal_waits_for_a_person",
            asset=["planned", "changes"],
            description="No kind of record loses more at once than the district allows, and no school vanished.",
        )
    ],
)
def changes(
    context: dg.AssetExecutionContext, warehouse: Warehouse, platform: Platform, decisions: Decisions
) -> dg.MaterializeResult:
    """One row a change of a record from what was last delivered: create, update, revive or remove; held ones wait."""
    district = context.partition_key
    with guarded():
        state, store = platform.plain().state(district), decisions.plain()
    with warehouse.step(context) as step:
        plan = plan_changes(
            step.db,
            state.records,
            state.base,
            lambda hold_hash: store.approved_kinds(district, hold_hash),
            state.standing(step.drop_id),
        )
        total = step.rows("planned.changes")
        metadata = step.metadata(total, held=plan.held, kept=plan.kept, plan_hash=plan.plan_hash, **plan.actions)
    check = dg.AssetCheckResult(
        passed=not plan.holds,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Waiting: {', '.join(plan.holds)}." if plan.holds else None,
        metadata={"held": plan.held},
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[check])
