"""The partitions: one a district, added when it is first seen."""

import dagster as dg

districts = dg.DynamicPartitionsDefinition(name="district")
