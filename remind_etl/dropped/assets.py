"""What districts upload, as an external asset: it lies on their side of the SFTP server and is never altered."""

import dagster as dg

from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.stage_asset import OWNERS

files = dg.AssetSpec(
    ["dropped", "files"],
    group_name="dropped",
    kinds={"sftp", "csv"},
    owners=OWNERS,
    partitions_def=districts,
    description="One row a file in the district's upload directory.",
)
