"""The partitions: one a district, added when it is first seen."""

from typing import Final

import dagster as dg

from remind_etl.schema.district_id import DistrictId

districts = dg.DynamicPartitionsDefinition(name="district")

DISTRICT_TAG: Final = "dagster/partition"
"""The tag that Dagster gives a run of one partition: the district."""


def runs_of_district(district: DistrictId) -> dg.RunsFilter:
    """The runs of the district, of any job: assets are run by themselves too."""
    return dg.RunsFilter(tags={DISTRICT_TAG: district})
