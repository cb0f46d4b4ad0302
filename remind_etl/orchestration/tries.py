"""Which failed runs of uploads and decisions are asked for again: under which key, and after which pause."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import dagster as dg

from remind_etl.catalogue import uploads
from remind_etl.orchestration.instance import MOST_FAILED, ended_at
from remind_etl.orchestration.outcome import ACTS, Acts, has_outcome
from remind_etl.orchestration.partitions import DISTRICT_TAG, runs_of_district
from remind_etl.schema.district_id import DistrictId

RUN_KEY_TAG: Final = "dagster/run_key"
WILL_RETRY_TAG: Final = "dagster/will_retry"
AUTO_RETRY_RUN_ID_TAG: Final = "dagster/auto_retry_run_id"
"""Tags by which Dagster says what asked for a run, and whether it repeats one by itself."""

OF_DECISION: Final = {"remind_etl/because": "a person decided something"}
"""The tag of the runs that carry out a decision."""

TRY: Final = ":try "
"""What stands before the number of a further try in a run's key."""

PAUSES: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""From the end of a failed run to the next try: the pauses after the first run, the second one, and so on."""

MOST_TRIES: Final = 1 + len(PAUSES)
"""Runs of one upload or decision, with those that Dagster repeats. After them, `nightly` and people go on."""

DECISIONS_SINCE: Final = timedelta(days=1)
"""Older failed runs of decisions are left to the schedule `nightly`."""

LOOKED_AT: Final = 20
"""The newest runs of a district that are looked at."""


@dataclass(frozen=True)
class Tries:
    """What the failed runs say of uploads that did not land, or of decisions that were not carried out."""

    keys: Mapping[DistrictId, str] = field(default_factory=dict)
    """District to the key of the next run."""
    waiting: Mapping[str, str] = field(default_factory=dict)
    """District to a sentence, where no run is asked for now, or none any more."""


OfOne = Callable[[DistrictId, Sequence[dg.RunRecord]], list[dg.RunRecord]]
"""Those of a district's newest runs that were asked for the newest upload or a decision, newest first."""


def further_tries(instance: dg.DagsterInstance, asked: Mapping[DistrictId, str], most: int, now: datetime) -> Tries:
    """Say which of the uploads are asked for again; `asked` has their fingerprints, and at most `most` are looked at.

    It is an upload whose newest run failed, if no run of the district is in the queue or under way, and the pause after
    the failed run is over. A run that a person ended is not repeated, and an upload that the run refused as the
    district's fault waits for another upload. One query finds the failed runs.
    """
    if not asked:
        return Tries()
    of_asked = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags={DISTRICT_TAG: sorted(asked)})

    def of_upload(district: DistrictId, records: Sequence[dg.RunRecord]) -> list[dg.RunRecord]:
        return [one for one in records if _fingerprint(one.dagster_run) == asked[district]]

    failed = {
        district: one
        for one in reversed(instance.get_run_records(of_asked, limit=MOST_FAILED))
        if of_upload(district := _district(one), [one])
    }
    return _tries(instance, _first_due(failed, most), of_upload, uploads.GIVEN_UP, now)


def further_tries_of_decisions(instance: dg.DagsterInstance, most: int, now: datetime) -> Tries:
    """The same of runs that carry out a decision, if the district has no newer run of another kind."""
    since = now - DECISIONS_SINCE
    lost = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags=OF_DECISION, updated_after=since)
    failed = {_district(one): one for one in reversed(instance.get_run_records(lost, limit=MOST_FAILED))}
    return _tries(instance, _first_due(failed, most), _of_decisions, uploads.DECISION_GIVEN_UP, now)


def _of_decisions(_: DistrictId, records: Sequence[dg.RunRecord]) -> list[dg.RunRecord]:
    """The runs of decisions; none if the newest run of the district is of another kind."""
    if not records or not _is_of_decision(records[0]):
        return []
    return [one for one in records if _is_of_decision(one)]


def _is_of_decision(record: dg.RunRecord) -> bool:
    return OF_DECISION.items() <= record.dagster_run.tags.items()


def _first_due(failed: Mapping[DistrictId, dg.RunRecord], most: int) -> list[DistrictId]:
    """At most so many districts of these failed runs, those first whose next try is due first."""

    def due(district: DistrictId) -> tuple[bool, datetime]:
        run = failed[district]
        number = int(run.dagster_run.tags.get(RUN_KEY_TAG, "").partition(TRY)[2] or 1)
        return number >= MOST_TRIES, ended_at(run) + _pause_after(number)

    return sorted(failed, key=due)[: max(most, 0)]


def _tries(
    instance: dg.DagsterInstance, districts: Iterable[DistrictId], of_one: OfOne, given_up: str, now: datetime
) -> Tries:
    keys: dict[DistrictId, str] = {}
    waiting: dict[str, str] = {}
    for district in districts:
        records = instance.get_run_records(runs_of_district(district), limit=LOOKED_AT)
        of_kind = of_one(district, records)
        first = next((key for one in of_kind if (key := _first_key(one))), "")
        tries = [one for one in of_kind if _first_key(one) in (first, "")]
        tried = len(tries)
        if not first or not all(one.dagster_run.is_finished for one in records) or not _is_lost(tries[0].dagster_run):
            continue
        rest = ended_at(tries[0]) + _pause_after(tried) - now
        if tried >= MOST_TRIES:
            waiting[district] = given_up.format(tries=tried, district=district)
        elif rest > timedelta():
            waiting[district] = uploads.NEXT_TRY.format(seconds=math.ceil(rest.total_seconds()))
        else:
            keys[district] = f"{first}{TRY}{tried + 1}"
    return Tries(keys, waiting)


def _pause_after(tried: int) -> timedelta:
    return PAUSES[min(tried, len(PAUSES)) - 1]


def _district(record: dg.RunRecord) -> DistrictId:
    return DistrictId(record.dagster_run.tags[DISTRICT_TAG])


def _fingerprint(run: dg.DagsterRun) -> str:
    """The upload that the run was asked to take; blank if it was none."""
    ops: Any = run.run_config.get("ops", {})
    return ops.get("landed__files", {}).get("config", {}).get("fingerprint") or ""


def _is_lost(run: dg.DagsterRun) -> bool:
    """True if the run failed, not by the district's fault, and Dagster does not repeat it by itself."""
    is_repeated = run.tags.get(WILL_RETRY_TAG) == "true" and AUTO_RETRY_RUN_ID_TAG not in run.tags
    is_refused = has_outcome(run) and run.tags[ACTS] == Acts.DISTRICT
    return run.status is dg.DagsterRunStatus.FAILURE and not is_refused and not is_repeated


def _first_key(record: dg.RunRecord) -> str:
    """The key of the first run of the same upload or decision; blank if Dagster repeated a run without it."""
    return record.dagster_run.tags.get(RUN_KEY_TAG, "").partition(TRY)[0]
