"""Schedule `nightly` runs districts that are not up to date; the check of `morning` names overdue and failed ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import dagster as dg

from remind_etl import settings
from remind_etl.decided.sensors import run_of_drop_in_force
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.in_force import drop_in_force
from remind_etl.orchestration.instance import newest_run
from remind_etl.orchestration.sizes import size_tags
from remind_etl.published.status import is_blocked
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId

ENDED_BADLY = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


@dataclass(frozen=True)
class Behind:
    """A district that is not up to date: the reason, and the run configuration that would bring it up to date."""

    district: DistrictId
    why: str
    run_config: dict[str, Any]


def behind(
    instance: dg.DagsterInstance,
    decisions: DecisionStore,
    landing: LandingStore,
    platform: PlatformStore,
    published: Published,
) -> Iterator[Behind]:
    """Districts whose last run failed, or whose drop in force or decisions are not delivered, unless a run is going on.

    A district with a blocked drop is not behind: only its next upload, which starts a run by itself, can mend it.
    """
    in_force = partial(drop_in_force, landing, platform)
    for district in decisions.district_ids():
        newest = newest_run(instance, district)
        drop, manifest = landing.newest(district), published.manifest(district)
        if (newest and not newest.is_finished) or (drop and manifest and _is_blocked(manifest, drop.drop_id)):
            continue
        if newest and newest.status in ENDED_BADLY:
            of_drop = run_of_drop_in_force(district, landing, in_force) if drop else {}
            yield Behind(district, "its last run failed", _again(newest, of_drop))
        elif drop and (manifest is None or manifest.drop_id != in_force(district)):
            yield Behind(district, "its newest drop is not delivered", {})
        elif drop and manifest and manifest.is_older_than(decisions.last_decided_at(district)):
            yield Behind(
                district, "something was decided since its last run", run_of_drop_in_force(district, landing, in_force)
            )
        elif drop and manifest and manifest.pause and not decisions.pause_of(district, datetime.now(UTC)):
            yield Behind(district, "its pause has ended", run_of_drop_in_force(district, landing, in_force))


def overdue(decisions: DecisionStore, landing: LandingStore, now: datetime, days: int) -> list[DistrictId]:
    """Districts without an upload for so many days, counted from when a new one was added; paused ones never are."""
    late, districts = [], decisions.districts()
    arrivals = landing.arrivals(district.district_id for district in districts)
    for district in districts:
        if decisions.pause_of(district.district_id, now):
            continue
        arrival = arrivals.get(district.district_id)
        if now - (arrival.at if arrival else district.added_at) > timedelta(days=days):
            late.append(district.district_id)
    return late


def _again(run: dg.DagsterRun, of_drop_in_force: dict[str, Any]) -> dict[str, Any]:
    """The configuration that repeats the run; where a landed drop was chosen, that of the one in force.

    An upload that was chosen by its fingerprint may have changed since. If it is still there, and no run took it, it is
    the newest one.
    """
    ops: Any = run.run_config.get("ops", {})
    source: dict[str, Any] = {**ops.get("landed__files", {}).get("config", {})}
    if source.get("drop"):
        return of_drop_in_force
    if source.pop("fingerprint", None):
        return {**run.run_config, "ops": {**ops, "landed__files": {"config": source}}}
    return dict(run.run_config)


def _is_blocked(manifest: Manifest, drop_id: str) -> bool:
    return is_blocked(manifest) and manifest.drop_id == drop_id


def nightly_schedule(job_name: str, time_zone: str) -> dg.ScheduleDefinition:
    """The schedule that runs districts that are not up to date, at night in the time zone."""

    @dg.schedule(
        name="nightly",
        job_name=job_name,
        cron_schedule="0 2 * * *",
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Runs each district whose last run failed, or whose drop or decisions are not delivered yet.",
    )
    def nightly(
        context: dg.ScheduleEvaluationContext,
        decisions: dg.ResourceParam[DecisionStore],
        landing: dg.ResourceParam[LandingStore],
        platform: dg.ResourceParam[PlatformStore],
        publications: dg.ResourceParam[Published],
    ) -> list[dg.RunRequest] | dg.SkipReason:
        night = context.scheduled_execution_time.date().isoformat()
        late = behind(context.instance, decisions, landing, platform, publications)
        requests = [
            dg.RunRequest(
                run_key=f"{b.district}:nightly:{night}",
                partition_key=b.district,
                run_config=b.run_config,
                tags={"remind_etl/because": b.why, **size_tags(landing.size(b.district))},
            )
            for b in late
        ]
        return requests or dg.SkipReason("Every district is up to date.")

    return nightly


@dg.asset_check(
    asset=["delivered", "report"],
    name="no_district_is_overdue_or_left_failed",
    description="Every district uploaded within the days of REMIND_ETL_OVERDUE_DAYS. No last run failed, and no newest "
    "drop is blocked.",
)
def no_district_is_overdue_or_left_failed(
    context: dg.AssetCheckExecutionContext,
    decisions: dg.ResourceParam[DecisionStore],
    landing: dg.ResourceParam[LandingStore],
    publications: dg.ResourceParam[Published],
) -> dg.AssetCheckResult:
    """Name the districts without an upload for too long, and those whose last run failed or whose drop is blocked."""
    late = overdue(decisions, landing, datetime.now(UTC), settings.read().overdue_days)
    failed = [
        district
        for district in decisions.district_ids()
        if ((run := newest_run(context.instance, district)) and run.status in ENDED_BADLY)
        or is_blocked(publications.manifest(district))
    ]
    said = [f"Overdue: {', '.join(late)}."] * bool(late) + [f"Left failed: {', '.join(failed)}."] * bool(failed)
    return dg.AssetCheckResult(
        passed=not said,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(said) or None,
        metadata={"overdue": len(late), "left_failed": len(failed)},
    )
