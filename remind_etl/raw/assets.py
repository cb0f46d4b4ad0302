"""`raw/<file>`: the files as tables, every column text, each row with its line; judged as a whole by their suites."""

from pathlib import Path

import dagster as dg

from remind_etl import checks, contract
from remind_etl.partitions import districts
from remind_etl.raw import read_csv
from remind_etl.resources import OWNERS, RETRY, Warehouse


def table(file: contract.File) -> dg.AssetsDefinition:
    """The asset that reads a file of the drop."""
    key = ["raw", file.name]

    @dg.asset(
        key=key,
        group_name="raw",
        kinds={"duckdb", "csv"},
        owners=OWNERS,
        partitions_def=districts,
        deps=[["landed", "files"]],
        retry_policy=RETRY,
        check_specs=checks.specs(key, [file.name], blocking=False),
        description=(
            f"One row an accepted record of {file.file_name}, with its physical line; every column is text. "
            "Records that cannot be read are in raw.rejects. A critical expectation that fails is a blocker: the gate "
            "at valid/problems stops the drop there, when the faults of all files are known."
        ),
    )
    def read(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        with warehouse.step(context) as step:
            read_csv.forget(step.db, file)
            sent = step.db.execute('select "path" from landed.files where "name" = ?', [file.name]).fetchall()
            scratch = Path(warehouse.root) / "tmp" / context.run.run_id
            counts = read_csv.read_file(step.db, file, Path(sent[0][0]), scratch) if sent else None
            accepted, rejected = (counts.accepted, counts.rejected) if counts else (0, 0)
            metadata = step.metadata(accepted, rejected=rejected)
        return dg.MaterializeResult(metadata=metadata, check_results=checks.judged(context, warehouse, file))

    return read


tables = [table(file) for file in contract.FILES]
