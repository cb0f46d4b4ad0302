"""Runs of uploads that failed before they took them: which are asked for again, and under which key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import dagster as dg

from remind_etl.catalogue import uploads
from remind_etl.orchestration.instance import runs_of
from remind_etl.orchestration.outcome import ACTS, Acts, has_outcome
from remind_etl.orchestration.partitions import DISTRICT_TAG
from remind_etl.schema.district_id import DistrictId

RUN_KEY_TAG: Final = "dagster/run_key"
WILL_RETRY_TAG: Final = "dagster/will_retry"
AUTO_RETRY_RUN_ID_TAG: Final = "dagster/auto_retry_run_id"
"""Tags by which Dagster says what asked for a run, and whether it repeats one by itself."""

MOST_TRIES: Final = 3
"""Runs of one upload, those that Dagster repeats by itself too. After them, the schedule `nightly` and people go on."""

LOOKED_AT: Final = 20
"""The newest runs of a district that are looked at."""


@dataclass(frozen=True)
class Tries:
    """What the runs say of uploads that were asked for and did not land."""

    keys: Mapping[DistrictId, str] = field(default_factory=dict)
    """District to the key of the next run of its upload."""
    given_up: Mapping[str, str] = field(default_factory=dict)
    """District to a sentence, where no run is asked for any more."""


def further_tries(instance: dg.DagsterInstance, asked: Mapping[DistrictId, str], most: int) -> Tries:
    """Say which of the uploads are asked for again; `asked` has their fingerprints, and at most `most` are.

    It is an upload whose newest run failed, if no run of the district is in the queue or under way. A run that a person
    ended is not repeated, and an upload that the run refused as the district's fault waits for another upload. One
    query finds the failed runs. Only their districts are looked at one by one.
    """
    if not asked or most <= 0:
        return Tries()
    of_asked = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags={DISTRICT_TAG: sorted(asked)})
    failed = {
        DistrictId(run.tags[DISTRICT_TAG])
        for run in instance.get_runs(of_asked)
        if _fingerprint(run) == asked[DistrictId(run.tags[DISTRICT_TAG])]
    }
    keys: dict[DistrictId, str] = {}
    given_up: dict[str, str] = {}
    for district in sorted(failed):
        if len(keys) >= most:
            break
        runs = runs_of(instance, district, LOOKED_AT)
        tries = [run for run in runs if _fingerprint(run) == asked[district]]
        if not tries or not all(run.is_finished for run in runs) or not _is_lost(tries[0]):
            continue
        first = next((key for run in tries if (key := _first_key(run))), "")
        tried = sum(_first_key(run) in (first, "") for run in tries)
        if first and tried < MOST_TRIES:
            keys[district] = f"{first}:try {tried + 1}"
        elif first:
            given_up[district] = uploads.GIVEN_UP.format(tries=tried)
    return Tries(keys, given_up)


def _fingerprint(run: dg.DagsterRun) -> str:
    """The upload that the run was asked to take; blank if it was none."""
    ops: Any = run.run_config.get("ops", {})
    return ops.get("landed__files", {}).get("config", {}).get("fingerprint") or ""


def _is_lost(run: dg.DagsterRun) -> bool:
    """True if the run failed, not by the district's fault, and Dagster does not repeat it by itself."""
    is_repeated = run.tags.get(WILL_RETRY_TAG) == "true" and AUTO_RETRY_RUN_ID_TAG not in run.tags
    is_refused = has_outcome(run) and run.tags[ACTS] == Acts.DISTRICT
    return run.status is dg.DagsterRunStatus.FAILURE and not is_refused and not is_repeated


def _first_key(run: dg.DagsterRun) -> str:
    """The key of the first run of the upload that this one takes; blank if Dagster repeated a run without it."""
    return run.tags.get(RUN_KEY_TAG, "").partition(":try ")[0]
