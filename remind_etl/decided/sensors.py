"""Sensor `decisions`: a school link or an approval leads to a run for the district, without a new upload.

If the run failed, the sensor asks for a few more.
"""

from datetime import UTC, datetime
from typing import Any, Final

import dagster as dg

from remind_etl.decided.store import DecisionStore
from remind_etl.orchestration.sizes import size_tags
from remind_etl.orchestration.stores import FindDropInForce, Landing
from remind_etl.orchestration.tries import OF_DECISION, further_tries_of_decisions
from remind_etl.schema.district_id import DistrictId

MOST_RETRIED: Final = 200
"""Districts with failed runs that one look takes: each costs up to a tenth of a second of its time."""


def run_of_drop_in_force(district: DistrictId, landing: Landing, drop_in_force: FindDropInForce) -> dict[str, Any]:
    """The configuration of a run of the drop in force: with a newer upload, an approval would lapse.

    The run takes the drop that is in force when it starts: another one may land while it is in the queue. If the drop
    is not kept any more, the run chooses by itself.
    """
    in_force = drop_in_force(district)
    if in_force not in landing.drops(district):
        return {}
    return {"ops": {"landed__files": {"config": {"was_in_force": in_force}}}}


def decisions_sensor(job_name: str, poll_seconds: int) -> dg.SensorDefinition:
    """The sensor, which looks every `poll_seconds`."""

    @dg.sensor(
        name="decisions",
        job_name=job_name,
        minimum_interval_seconds=poll_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Sees new school links and approvals, and requests a run of the district. Asks again if it failed.",
    )
    def decisions(
        context: dg.SensorEvaluationContext,
        decisions: dg.ResourceParam[DecisionStore],
        landing: dg.ResourceParam[Landing],
        drop_in_force: dg.ResourceParam[FindDropInForce],
    ) -> dg.SensorResult:
        after = int(context.cursor or 0)
        decided = decisions.decided_since(after)
        tries = further_tries_of_decisions(context.instance, MOST_RETRIED, datetime.now(UTC))
        new = {district: f"{district}:decision:{newest}" for district, newest in decided.items()}
        ready = {district: key for district, key in {**tries.keys, **new}.items() if landing.drops(district)}
        without = "The new decisions are about districts that have not uploaded yet."
        reasons = [without if decided else "There is no new decision since the last look."]
        reasons += [f"{district}: {why}" for district, why in sorted(tries.waiting.items())]
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    run_key=key,
                    partition_key=district,
                    run_config=run_of_drop_in_force(district, landing, drop_in_force),
                    tags={**OF_DECISION, **size_tags(landing.size(district))},
                )
                for district, key in sorted(ready.items())
            ],
            skip_reason=None if ready else " ".join(reasons),
            cursor=str(max(decided.values(), default=after)),
        )

    return decisions
