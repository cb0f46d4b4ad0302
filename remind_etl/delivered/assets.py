"""`delivered/receipt`: the plan applied in one transaction; `delivered/report`: what is published of it."""

from collections.abc import Mapping

import dagster as dg

from remind_etl.delivered.deliver import deliver, not_delivered
from remind_etl.delivered.report import publish
from remind_etl.operations.in_force import drop_in_force
from remind_etl.orchestration.instance import HERE
from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.resources import (
    OWNERS,
    RETRY,
    Decisions,
    Landing,
    Platform,
    Publications,
    Warehouse,
    guarded,
)
from remind_etl.published.report import page


class Older(dg.Config):
    """What becomes of a drop that is older than the one in force: by itself, its plan is made and no more."""

    force_older: bool = False
    """Deliver it, and so put it in force until another lands."""


@dg.asset(
    key_prefix="delivered",
    group_name="delivered",
    kinds={"sql"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["planned", "changes"]],
    retry_policy=RETRY,
)
def receipt(
    context: dg.AssetExecutionContext,
    config: Older,
    warehouse: Warehouse,
    landing: Landing,
    platform: Platform,
    decisions: Decisions,
) -> dg.MaterializeResult:
    """One row a kind of record and action: how many changes were applied to the platform, in one transaction."""
    district = context.partition_key
    with guarded():
        store = platform.plain()
        in_force = drop_in_force(landing.plain(), store, district)

    def forcing(drop_id: str, base: int) -> None:
        by = None if HERE in context.run.tags else f"Dagster run {context.run.run_id}"
        decisions.plain(by).forced(district, drop_id, in_force, base)

    with warehouse.step(context) as step:
        applied = deliver(step.db, store, in_force, config.force_older, forcing)
        counts = applied.counts if applied else {}
        flat = {f"{kind} {action}": n for kind, actions in counts.items() for action, n in actions.items()}
        metadata = step.metadata(sum(flat.values()), **flat)
        if not applied and (why := not_delivered(step.db, in_force)):
            metadata["not_delivered"] = why
    if applied:
        metadata |= {"delivery": applied.number, "drop": applied.drop_id, "plan_hash": applied.plan_hash}
    return dg.MaterializeResult(metadata=metadata)


@dg.asset(
    key_prefix="delivered",
    group_name="delivered",
    kinds={"parquet"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["delivered", "receipt"], ["valid", "problems"], ["mapped", "schools"]],
    retry_policy=RETRY,
)
def report(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    landing: Landing,
    platform: Platform,
    publications: Publications,
) -> dg.MaterializeResult:
    """One row a published table: its records; the manifest is written last. Of a drop not in force nothing is."""
    district = context.partition_key
    with guarded():
        state, arrived_at = platform.plain().state(district), landing.plain().arrived_at(district)
        in_force = drop_in_force(landing.plain(), platform.plain(), district)
    with warehouse.step(context) as step:
        if step.drop_id != in_force:
            return dg.MaterializeResult(metadata=step.metadata(0))
        manifest = publish(step.db, state, arrived_at, publications.plain())
        metadata = step.metadata(len(manifest.tables), **manifest.counts, **_prefixed("problems", manifest.problems))
        metadata["report"] = dg.MetadataValue.md(page.for_our_eyes(step.db, manifest))
    return dg.MaterializeResult(metadata=metadata)


def _prefixed(prefix: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{prefix} {name}": count for name, count in counts.items()}


assets = [receipt, report]
