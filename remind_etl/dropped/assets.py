"""The uploads of districts as an external asset: they lie on the SFTP server and are never altered."""

import dagster as dg

from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.stage_asset import OWNERS

files = dg.AssetSpec(
    ["dropped", "files"],
    group_name="dropped",
    kinds={"sftp", "csv"},
    owners=OWNERS,
    partitions_def=districts,
    description="One row per file in the district's upload directory.",
)
