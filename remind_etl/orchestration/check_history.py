"""What the checks of a district found in its earlier runs. Dagster's own plots of a check mix all districts.

Dagster has no public call for the history of one partition of a check. This was seen in Dagster 1.13.27.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status

RULES: Final = "rules"
"""The metadata of a check with one row a rule."""

RUNS: Final = 10
"""Runs that a plot shows, the newest included."""

PAGE: Final = 20
"""Evaluations that are read at a time, after the newest one."""

_ENDED: Final = {Status.SUCCEEDED, Status.FAILED}
_BARS: Final = "▁▂▃▄▅▆▇█"


def earlier_counts(context: dg.AssetExecutionContext, key: dg.AssetCheckKey) -> Mapping[str, str]:
    """By rule, what the check found in the last runs of this district, oldest first: numbers with commas between.

    A run whose table could not be judged found nothing, so the last one before it that could is read.
    """
    for event in _evaluations(context, key):
        found = event.asset_check_evaluation_data.metadata.get(RULES)
        if isinstance(found, dg.TableMetadataValue):
            return {str(record.data["rule"]): str(record.data["last_runs"]) for record in found.records}
    return {}


def _evaluations(context: dg.AssetExecutionContext, key: dg.AssetCheckKey) -> Iterator[dg.DagsterEvent]:
    """The ended evaluations of the check in this district, newest first."""
    log, of_district = context.instance.event_log_storage, PartitionKeyFilter(key=context.partition_key)
    limit, cursor = 1, None
    while page := log.get_asset_check_execution_history(key, limit, cursor, _ENDED, of_district):
        yield from (one.event.dagster_event for one in page if one.event and one.event.dagster_event)
        limit, cursor = PAGE, page[-1].id


def with_newest(earlier: str, found: float) -> str:
    """The counts of the last runs with that of this run."""
    return ", ".join([*filter(None, earlier.split(", ")), f"{found:g}"][-RUNS:])


def plot(counts: str) -> str:
    """A bar for each number, the largest as the highest."""
    numbers = [float(number) for number in counts.split(", ") if number]
    highest = max(numbers, default=0) or 1
    return "".join(_BARS[round(number / highest * (len(_BARS) - 1))] for number in numbers)
