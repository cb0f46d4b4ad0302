"""Sensor `drops`: sees uploads and asks for a run of each that is complete and has settled. It only lists.

If the run failed before it took the upload, the sensor asks for a few more, after longer and longer pauses.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import dagster as dg

from remind_etl import settings
from remind_etl.catalogue import drop_servers
from remind_etl.dropped import watch
from remind_etl.dropped.assets import DROPS, observation
from remind_etl.dropped.listing import Listing
from remind_etl.dropped.places import DropSources
from remind_etl.dropped.sweep import rotated, sweep_sources
from remind_etl.errors import TransientError
from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.sizes import size_tags, unpacked_size
from remind_etl.orchestration.stores import Decisions, Landing, Messages
from remind_etl.orchestration.tries import further_tries
from remind_etl.schema.district_id import DistrictId

BUDGET_SECONDS: Final = 30.0
"""How long one tick lists. Dagster ends a tick after 60 s, and would lose its cursor."""

CONNECTIONS: Final = 12
"""The most connections to the SFTP server in one tick. A fast server needs one."""

MOST_RUNS: Final = 200
"""Runs asked for in one tick: each costs a tenth of a second of its time; the rest come with the next tick."""


def drops_sensor(job_name: str, poll_seconds: int) -> dg.SensorDefinition:
    """The sensor, which looks every `poll_seconds`."""

    @dg.sensor(
        name=DROPS,
        job_name=job_name,
        minimum_interval_seconds=poll_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Sees uploads of districts, and requests one run for each upload that is complete and has settled.",
    )
    def drops(
        context: dg.SensorEvaluationContext,
        drop_server: dg.ResourceParam[DropSources],
        landing: dg.ResourceParam[Landing],
        decisions: dg.ResourceParam[Decisions],
        message_service: dg.ResourceParam[Messages],
    ) -> dg.SensorResult:
        chosen = settings.read()
        usual = chosen.quiet_seconds
        quiet = {d.district_id: usual if d.quiet_seconds is None else d.quiet_seconds for d in decisions.districts()}
        known = list(quiet)
        try:
            memory = watch.read_cursor(context.cursor)
            end = time.monotonic() + BUDGET_SECONDS
            order = rotated(known, memory.first)
            groups, lost = drop_server.groups(order)
            swept = sweep_sources(groups, order, lambda: time.monotonic() > end, CONNECTIONS)
            arrivals = landing.arrivals(d for d, listing in swept.listings.items() if not listing.is_empty)
        except TransientError as trouble:
            return dg.SensorResult(
                skip_reason=f"{trouble} The next look is in {poll_seconds} s.", cursor=context.cursor
            )
        landed: dict[str, str | None] = {district: arrival.fingerprint for district, arrival in arrivals.items()}
        rules = watch.Rules(quiet, MOST_RUNS, chosen.incomplete_hours * 3_600)
        seen = watch.judge_uploads(swept.listings, landed, memory, time.time(), rules, swept.unseen)
        for district, waits_for in seen.stale.items():
            context.log.warning(f"The upload of {district} is not complete. {waits_for}")
            message_service.note_incomplete(district, rules.stale_seconds, waits_for)
        for district, waits_for in seen.empty.items():
            context.log.warning(f"The upload of {district} has files of 0 bytes. {waits_for}")
            message_service.note_incomplete(district, quiet[district], waits_for)
        for district, waits_for in {**seen.stale, **seen.empty}.items():
            landing.note_incomplete(district, waits_for)
        for source, error in swept.troubles.items():
            if not isinstance(error, TransientError):
                context.log.error(f"The source {source} was not looked at. {error}")
        troubles = {f"The source {source}": str(error) for source, error in swept.troubles.items()}
        tries = further_tries(context.instance, seen.asked, MOST_RUNS - len(seen.ready), datetime.now(UTC))
        waiting = {**seen.waiting, **swept.closed, **lost, **troubles, **tries.waiting}
        return _answer(context, known, {**_first_keys(seen), **tries.keys}, waiting, seen, swept.listings)

    return drops


def _first_keys(seen: watch.Look) -> dict[DistrictId, str]:
    """The key of the first run of each upload that is ready.

    Dagster never runs a key twice; the time tells an upload from an earlier one of the same files.
    """
    return {district: f"{district}:{files}:{seen.since[district]:.0f}" for district, files in seen.ready.items()}


def _answer(
    context: dg.SensorEvaluationContext,
    known: list[DistrictId],
    keys: Mapping[DistrictId, str],
    waiting: Mapping[str, str],
    seen: watch.Look,
    listings: Mapping[DistrictId, Listing],
) -> dg.SensorResult:
    new = sorted(set(known) - set(districts.get_partition_keys(dynamic_partitions_store=context.instance)))
    requests = [
        dg.RunRequest(
            run_key=key,
            partition_key=district,
            run_config={"ops": {"landed__files": {"config": {"fingerprint": listings[district].fingerprint}}}},
            tags=size_tags(unpacked_size((file.name, file.size) for file in listings[district].files)),
        )
        for district, key in keys.items()
    ]
    reasons = [f"{district}: {why}" for district, why in sorted(waiting.items())]
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else " ".join(reasons) or drop_servers.NOTHING_NEW_UPLOADED,
        cursor=watch.write_cursor(seen.memory),
        dynamic_partitions_requests=[districts.build_add_request(new)] if new else [],
        asset_events=[observation(district, listings[district], time.time()) for district in seen.ready],
    )
