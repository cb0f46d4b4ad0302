"""The code location: the stages in the order of the data, the jobs with their triggers, and the resources."""

import dagster as dg

from remind_etl import settings
from remind_etl.decided import assets as decided
from remind_etl.decided.sensors import decisions_sensor
from remind_etl.delivered import assets as delivered
from remind_etl.dropped import assets as dropped
from remind_etl.dropped.sensors import drops_sensor
from remind_etl.landed import assets as landed
from remind_etl.mapped import assets as mapped
from remind_etl.orchestration import decide, ended, nightly, resources, retention, telling
from remind_etl.planned import assets as planned
from remind_etl.provisioned import assets as provisioned
from remind_etl.raw import assets as raw
from remind_etl.valid import assets as valid

STAGE_ASSETS: list[dg.AssetsDefinition | dg.AssetSpec] = [
    dropped.files,
    landed.files,
    *raw.tables,
    *valid.assets,
    *decided.assets,
    mapped.schools,
    *provisioned.assets,
    planned.changes,
    *delivered.assets,
]

sync = dg.define_asset_job(
    "sync",
    selection=dg.AssetSelection.all() - dg.AssetSelection.checks(nightly.no_district_is_overdue_or_left_failed),
    description="Runs the pipeline for one district: from its files to accounts and rosters on the platform.",
    tags={"dagster/retry_strategy": "ALL_STEPS"},  # of a run whose worker died: its tables died with it
)

watch = dg.define_asset_job(
    "watch",
    selection=dg.AssetSelection.checks(nightly.no_district_is_overdue_or_left_failed),
    description="Names the districts that are overdue or left failed.",
)


@dg.definitions
def definitions() -> dg.Definitions:
    """Everything that Dagster serves; the settings are read here, not at import."""
    poll_seconds = settings.read().poll_seconds
    time_zone = settings.read().time_zone
    return dg.Definitions(
        assets=STAGE_ASSETS,
        asset_checks=[nightly.no_district_is_overdue_or_left_failed],
        jobs=[sync, watch, decide.approve, decide.refuse, retention.retention],
        sensors=[
            drops_sensor(sync.name, poll_seconds),
            decisions_sensor(sync.name, poll_seconds),
            ended.outcomes_sensor(sync.name, poll_seconds),
            telling.messages_sensor(poll_seconds),
        ],
        schedules=[
            nightly.nightly_schedule(sync.name, time_zone),
            dg.ScheduleDefinition(
                name="morning",
                job=watch,
                cron_schedule="0 6 * * *",
                execution_timezone=time_zone,
                default_status=dg.DefaultScheduleStatus.RUNNING,
                description="Names the districts that are overdue or left failed, after the night's runs.",
            ),
            dg.ScheduleDefinition(
                name="weekly",
                job=retention.retention,
                cron_schedule="0 4 * * 0",
                execution_timezone=time_zone,
                default_status=dg.DefaultScheduleStatus.RUNNING,
                description="Deletes what is older than the settings say.",
            ),
        ],
        executor=dg.in_process_executor,
        resources=resources.without_fields(resources.resources()),
    )
