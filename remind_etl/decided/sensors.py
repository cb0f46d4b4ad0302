"""Sensor `decisions`: a school link or an approval leads to a run for the district, without a new upload."""

import dagster as dg

from remind_etl.decided.store import DecisionStore
from remind_etl.orchestration.stores import Landing


def decisions_sensor(job_name: str, poll_seconds: int) -> dg.SensorDefinition:
    """The sensor, which looks every `poll_seconds`."""

    @dg.sensor(
        name="decisions",
        job_name=job_name,
        minimum_interval_seconds=poll_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Sees new school links and approvals, and requests a run of the district.",
    )
    def decisions(
        context: dg.SensorEvaluationContext,
        decisions: dg.ResourceParam[DecisionStore],
        landing: dg.ResourceParam[Landing],
    ) -> dg.SensorResult | dg.SkipReason:
        after = int(context.cursor or 0)
        decided = decisions.decided_since(after)
        if not decided:
            return dg.SkipReason("There is no new decision since the last look.")
        ready = {district: newest for district, newest in decided.items() if landing.drops(district)}
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=f"{district}:decision:{newest}", partition_key=district)
                for district, newest in sorted(ready.items())
            ],
            skip_reason=None if ready else "The new decisions are about districts that have not uploaded yet.",
            cursor=str(max(decided.values())),
        )

    return decisions
