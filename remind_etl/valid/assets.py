"""`valid/<file>`: the rows typed and normalised; `valid/problems`: all that is wrong, and the gate of the drop."""

import dagster as dg

from remind_etl import contract
from remind_etl.partitions import districts
from remind_etl.resources import OWNERS, RETRY, Decisions, Landing, Publications, Warehouse, guarded
from remind_etl.valid import judge
from remind_etl.warehouse import found, traces

REFERS_TO = {
    "schools": (),
    "teachers": ("schools",),
    "students": ("schools",),
    "classes": ("schools", "teachers"),
    "enrollments": ("teachers", "students", "classes"),
}


def table(file: contract.File) -> dg.AssetsDefinition:
    """The asset of the rows of a file that can be used."""

    @dg.asset(
        key=["valid", file.name],
        group_name="valid",
        kinds={"duckdb", "sql"},
        owners=OWNERS,
        partitions_def=districts,
        deps=[["raw", file.name], *(["valid", other] for other in REFERS_TO[file.name])],
        retry_policy=RETRY,
        description=(
            f"One row a line of {file.file_name} that can be used: typed, normalised, its references found. "
            "Lines left out stand in valid.left_out, so that nobody takes them for absent."
        ),
    )
    def take(context: dg.AssetExecutionContext, warehouse: Warehouse, decisions: Decisions) -> dg.MaterializeResult:
        with guarded():
            region = decisions.plain().district(context.partition_key).region
        with warehouse.step(context) as step:
            judge.judge(step.db, file, region)
            read, taken = step.rows(f"raw.{file.name}"), step.rows(f"valid.{file.name}")
            return dg.MaterializeResult(metadata=step.metadata(taken, left_out=read - taken))

    return take


@dg.asset(
    key_prefix="valid",
    group_name="valid",
    kinds={"duckdb", "parquet"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["valid", file.name] for file in contract.FILES],
    retry_policy=RETRY,
    check_specs=[
        dg.AssetCheckSpec(
            "nothing_blocks_the_drop",
            asset=["valid", "problems"],
            description="Every required file could be read and no gate of its suite failed.",
            blocking=True,
        )
    ],
)
def problems(
    context: dg.AssetExecutionContext, warehouse: Warehouse, landing: Landing, publications: Publications
) -> dg.MaterializeResult:
    """One row a fault of a record, at its first line, with code, message and remedy; published if one blocks."""
    district = context.partition_key
    with warehouse.step(context) as step:
        counts, blockers = found.by_severity(step.db), found.blockers(step.db)
        if blockers:
            arrived_at = landing.plain().arrived_at(district)
            listed = found.listed(step.db)
            publications.plain().publish_blocked(
                district, step.drop_id, arrived_at, blockers, counts, listed, traces.of_files(step.db)
            )
        metadata = step.metadata(sum(counts.values()), **counts)
    gate = dg.AssetCheckResult(
        check_name="nothing_blocks_the_drop",
        passed=not blockers,
        description=" ".join((*blockers, "Nothing was changed; the last delivered state stands."))
        if blockers
        else None,
        metadata={"blockers": counts["blocker"]},
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[gate])


assets = [*(table(file) for file in contract.FILES), problems]
