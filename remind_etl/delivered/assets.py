"""`delivered/receipt`: the plan applied in one transaction; `delivered/report`: what is published of it."""

from collections.abc import Mapping

import dagster as dg
from pydantic import Field

from remind_etl.delivered.deliver import deliver, not_delivered
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.report import publish
from remind_etl.errors import ONLY_UNPUBLISHED
from remind_etl.orchestration.instance import is_here
from remind_etl.orchestration.outcome import Acts, Outcome, is_refused, of_manifest, tag_run
from remind_etl.orchestration.stage_asset import FRESH, stage_asset
from remind_etl.orchestration.step import RunWarehouse, district_of, failing_with, guarded
from remind_etl.orchestration.stores import Decisions, FindDropInForce, Landing
from remind_etl.published.report import page
from remind_etl.published.report.rows import ReadRecords
from remind_etl.published.store import Published


class Older(dg.Config):
    """The handling of a drop that is older than the drop in force: normally it is only planned."""

    force_older: bool = Field(
        default=False, description="Deliver the older drop. It is then in force until another drop lands."
    )


@stage_asset("delivered", deps=[["planned", "changes"]], kinds={"sql"}, sql=["[cr]*d*"], freshness=FRESH)
def receipt(
    context: dg.AssetExecutionContext,
    config: Older,
    warehouse: dg.ResourceParam[RunWarehouse],
    platform: dg.ResourceParam[PlatformStore],
    decisions: dg.ResourceParam[Decisions],
    drop_in_force: dg.ResourceParam[FindDropInForce],
) -> dg.MaterializeResult:
    """One row per kind of record and action, with its number of changes, applied to the platform in one transaction."""
    with guarded():
        district = district_of(context)
        in_force = drop_in_force(district)

    def forcing(drop_id: str, base: int) -> None:
        by_dagster = decisions.acting_as(f"Dagster run {context.run.run_id}")
        (decisions if is_here(context.run) else by_dagster).record_forced_drop(district, drop_id, in_force, base)

    with warehouse.step(context) as step:
        applied = deliver(step.db, platform, in_force, config.force_older, forcing)
        counts = applied.counts if applied else {}
        flat = {f"{kind} {action}": n for kind, actions in counts.items() for action, n in actions.items()}
        metadata = step.metadata(sum(flat.values()), **flat)
        if not applied and (why := not_delivered(step.db, in_force)):
            metadata["not_delivered"] = why
    if applied:
        metadata |= {"delivery": applied.number, "drop": applied.drop_id, "plan_hash": applied.plan_hash}
    return dg.MaterializeResult(metadata=metadata)


@stage_asset(
    "delivered",
    deps=[["delivered", "receipt"], ["valid", "problems"], ["mapped", "schools"]],
    kinds={"parquet"},
    sql=["live_records", "report*"],
)
def report(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[RunWarehouse],
    landing: dg.ResourceParam[Landing],
    platform: dg.ResourceParam[PlatformStore],
    decisions: dg.ResourceParam[Decisions],
    publications: dg.ResourceParam[Published],
    drop_in_force: dg.ResourceParam[FindDropInForce],
    read_records: dg.ResourceParam[ReadRecords],
) -> dg.MaterializeResult:
    """One row per published table. The manifest is written last. A drop that is not in force publishes nothing."""
    with failing_with(ONLY_UNPUBLISHED), guarded():
        district = district_of(context)
        state, arrived_at = platform.state(district, keep_copy=True), landing.arrived_at(district)
        in_force = drop_in_force(district)
    with failing_with(ONLY_UNPUBLISHED), warehouse.step(context) as step:
        if step.drop_id != in_force:
            tag_run(context.instance, context.run, Outcome.PLANNED, Acts.NOBODY)
            return dg.MaterializeResult(metadata=step.metadata(0))
        manifest = publish(step.db, state, arrived_at, publications, read_records)
        metadata = step.metadata(len(manifest.tables), **manifest.counts, **_prefixed("problems", manifest.problems))
        metadata["report"] = dg.MetadataValue.md(page.for_our_eyes(step.db, manifest))
    if folder := publications.report_place(district):
        metadata["report_folder"] = dg.MetadataValue.path(folder)
    tag_run(context.instance, context.run, *of_manifest(manifest, is_refused(decisions, manifest)))
    return dg.MaterializeResult(metadata=metadata)


def _prefixed(prefix: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{prefix} {name}": count for name, count in counts.items()}


assets = [receipt, report]
