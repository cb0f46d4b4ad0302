"""What the checks of a district found in its earlier runs. Dagster's own plots of a check mix all districts.

Dagster has no public call for the history of one partition of a check. This was seen in Dagster 1.13.27.
"""

from collections.abc import Mapping
from typing import Final

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status

RULES: Final = "rules"
"""The metadata of a check with one row a rule."""

RUNS: Final = 10
"""Runs that a plot shows, the newest included."""

_ENDED: Final = {Status.SUCCEEDED, Status.FAILED}
_BARS: Final = "▁▂▃▄▅▆▇█"


def earlier_counts(context: dg.AssetExecutionContext, key: dg.AssetCheckKey) -> Mapping[str, str]:
    """By rule, what the check found in the last runs of this district, oldest first: numbers with commas between."""
    history = context.instance.event_log_storage.get_asset_check_execution_history(
        key, limit=1, status=_ENDED, partition_filter=PartitionKeyFilter(key=context.partition_key)
    )
    event = history[0].event.dagster_event if history and history[0].event else None
    found = event.asset_check_evaluation_data.metadata.get(RULES) if event else None
    if not isinstance(found, dg.TableMetadataValue):
        return {}
    return {str(record.data["rule"]): str(record.data["last_runs"]) for record in found.records}


def with_newest(earlier: str, found: float) -> str:
    """The counts of the last runs with that of this run."""
    return ", ".join([*filter(None, earlier.split(", ")), f"{found:g}"][-RUNS:])


def plot(counts: str) -> str:
    """A bar for each number, the largest as the highest."""
    numbers = [float(number) for number in counts.split(", ") if number]
    highest = max(numbers, default=0) or 1
    return "".join(_BARS[round(number / highest * (len(_BARS) - 1))] for number in numbers)
