"""`raw/<file>`: the files as tables, every column text, each row with its line; judged as a whole by their suites."""

import dagster as dg

from remind_etl.orchestration import checks
from remind_etl.orchestration.stage_asset import stage_asset
from remind_etl.orchestration.step import RunWarehouse
from remind_etl.raw.landed import read_landed
from remind_etl.schema import upload


def raw_table(file: upload.File) -> dg.AssetsDefinition:
    """The asset that reads a file of the drop."""
    key = ["raw", file.name]

    @stage_asset(
        *key,
        deps=[["landed", "files"]],
        kinds={"duckdb", "csv"},
        checks=checks.specs(key, [file.name], blocking=False),
        description=(
            f"One row per accepted record of {file.file_name}, with its line number; every column is text. "
            "Records that cannot be read are in raw.rejects. A critical rule that fails becomes a blocker. The gate at "
            "valid/problems then stops the drop, after all files have been checked."
        ),
    )
    def read(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[RunWarehouse]) -> dg.MaterializeResult:
        with warehouse.step(context) as step:
            counts = read_landed(step.db, file, step.scratch)
            accepted, rejected = (counts.accepted, counts.rejected) if counts else (0, 0)
            metadata = step.metadata(accepted, rejected=rejected)
        return dg.MaterializeResult(metadata=metadata, check_results=checks.judged(context, warehouse, file))

    return read


tables = [raw_table(file) for file in upload.FILES]
