"""Sensor `decisions`: a school link or an approval leads to a run for the district, without a new upload."""

import dagster as dg

from remind_etl.orchestration.resources import Decisions, Landing


def decisions_sensor(job_name: str, poll_seconds: int) -> dg.SensorDefinition:
    """The sensor, which looks every `poll_seconds`."""

    @dg.sensor(
        name="decisions",
        job_name=job_name,
        minimum_interval_seconds=poll_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Sees school links and approvals; asks for a run of the district's drop in force.",
    )
    def decisions(
        context: dg.SensorEvaluationContext, decisions: Decisions, landing: Landing
    ) -> dg.SensorResult | dg.SkipReason:
        after = int(context.cursor or 0)
        decided = decisions.plain().decided_since(after)
        if not decided:
            return dg.SkipReason("Nobody decided anything since the last look.")
        store = landing.plain()
        ready = {district: newest for district, newest in decided.items() if store.newest(district)}
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=f"{district}:decision:{newest}", partition_key=district)
                for district, newest in sorted(ready.items())
            ],
            skip_reason=None if ready else "Decisions were made for districts that have not uploaded yet.",
            cursor=str(max(decided.values())),
        )

    return decisions
