"""People's decisions as external assets: they change outside of runs, through commands and pages."""

import dagster as dg

from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.stage_asset import OWNERS, table_metadata, tags_of

assets = [
    dg.AssetSpec(
        ["decided", "school_links"],
        group_name="decided",
        kinds={"sql"},
        owners=OWNERS,
        partitions_def=districts,
        tags=tags_of(["decided", "school_links"]),
        metadata=table_metadata(["decided", "school_links"]),
        description="One row per school with a decision: the platform school that it feeds, or that it is ignored.",
    ),
    dg.AssetSpec(
        ["decided", "approvals"],
        group_name="decided",
        kinds={"sql"},
        owners=OWNERS,
        partitions_def=districts,
        tags=tags_of(["decided", "approvals"]),
        metadata=table_metadata(["decided", "approvals"]),
        description="One row per plan and kind of held changes that a person approved.",
    ),
]
