"""`valid/<file>`: the rows typed and normalised; `valid/problems`: all that is wrong, and the gate of the drop."""

from collections.abc import Iterator

import dagster as dg

from remind_etl.errors import DropBlocked
from remind_etl.orchestration import checks
from remind_etl.orchestration.stage_asset import stage_asset
from remind_etl.orchestration.step import RunWarehouse, district_of, failure, guarded
from remind_etl.orchestration.stores import Decisions, Landing
from remind_etl.published.report import gate
from remind_etl.published.report.rows import ReadRecords
from remind_etl.published.store import Published
from remind_etl.schema import upload
from remind_etl.valid import validate
from remind_etl.warehouse.pipeline import slowest_steps

REFERS_TO = {
    "schools": (),
    "teachers": ("schools",),
    "students": ("schools",),
    "classes": ("schools", "teachers"),
    "enrollments": ("teachers", "students", "classes"),
}

READS = {"classes": ("students", "enrollments")}
"""The raw tables that a file's rows are compared with, beside those of the files that it refers to."""


def _referred(name: str) -> tuple[str, ...]:
    """The files that a file refers to, also through others."""
    return tuple(dict.fromkeys(one for other in REFERS_TO[name] for one in (*_referred(other), other)))


def valid_table(file: upload.File) -> dg.AssetsDefinition:
    """The asset of the rows of a file that can be used."""
    key = ["valid", file.name]

    @stage_asset(
        *key,
        deps=[
            *(["raw", name] for name in (file.name, *READS.get(file.name, ()))),
            *(["valid", other] for other in REFERS_TO[file.name]),
        ],
        kinds={"duckdb", "sql"},
        checks=checks.specs(key, [file.name], blocking=False),
        sql=validate.steps_of_file(file),
        description=(
            f"One row per row of {file.file_name} that can be used: typed, normalised, its references found. "
            "The ids of rejected rows are in valid.left_out, so that their records are not removed. A critical rule "
            "that fails becomes a blocker, as in raw tables."
        ),
    )
    def take(
        context: dg.AssetExecutionContext,
        warehouse: dg.ResourceParam[RunWarehouse],
        decisions: dg.ResourceParam[Decisions],
    ) -> dg.MaterializeResult:
        with guarded():
            region = decisions.district(district_of(context)).region
        with warehouse.step(context) as step:
            times = validate.validate_file(step.db, file, region)
            read, taken = step.rows(f"raw.{file.name}"), step.rows(f"valid.{file.name}")
            metadata = step.metadata(taken, left_out=read - taken, slowest_steps=slowest_steps(times))
        return dg.MaterializeResult(
            metadata=metadata, check_results=checks.judged(context, warehouse, file, _referred(file.name))
        )

    return take


@stage_asset(
    "valid",
    deps=[["valid", file.name] for file in upload.FILES],
    kinds={"duckdb", "parquet"},
    sql=["findings*"],
    checks=[
        dg.AssetCheckSpec(
            "nothing_blocks_the_drop",
            asset=["valid", "problems"],
            description="Every required file can be read, and no critical check of its suite failed.",
            blocking=True,
        )
    ],
)
def problems(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[RunWarehouse],
    landing: dg.ResourceParam[Landing],
    publications: dg.ResourceParam[Published],
    read_records: dg.ResourceParam[ReadRecords],
) -> Iterator[dg.MaterializeResult]:
    """One row per fault of a record, at its first line, with code, message and remedy; published if one blocks."""
    with guarded():
        arrived_at = landing.arrived_at(district_of(context))
    with warehouse.step(context) as step:
        judged = gate.assess_drop(step.db, arrived_at, publications, read_records)
        counts = judged.counts
        metadata = step.metadata(sum(counts.values()), groups=dg.MetadataValue.md(judged.page), **counts)
    check = dg.AssetCheckResult(
        check_name="nothing_blocks_the_drop",
        passed=not judged.blockers,
        description=judged.sentence,
        metadata={"blockers": counts["blocker"]},
    )
    yield dg.MaterializeResult(metadata=metadata, check_results=[check])
    if judged.blockers:
        raise failure(" ".join(judged.blockers), kind=DropBlocked.__name__)


assets = [*(valid_table(file) for file in upload.FILES), problems]
