"""Sensor `messages`: sends what waits in the outbox, and notes once a day which districts are overdue."""

import time
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import dagster as dg

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.landed.copy import LandingStore
from remind_etl.messages.events import overdue_event
from remind_etl.operations.messages import MessageService
from remind_etl.orchestration.nightly import overdue

BUDGET_SECONDS: Final = 30.0
"""How long one tick sends. Dagster ends a tick after 60 s."""

OVERDUE_HOUR: Final = 6
"""The hour of the day, in the time zone of the settings, from which overdue districts are noted."""


def messages_sensor(poll_seconds: int) -> dg.SensorDefinition:
    """The sensor, which looks every `poll_seconds`."""

    @dg.sensor(
        name="messages",
        minimum_interval_seconds=poll_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Sends messages to districts and operators, and tries again what could not be sent.",
    )
    def messages(
        context: dg.SensorEvaluationContext,
        decisions: dg.ResourceParam[DecisionStore],
        landing: dg.ResourceParam[LandingStore],
        message_service: dg.ResourceParam[MessageService],
    ) -> dg.SensorResult:
        now = datetime.now(UTC)
        local = now.astimezone(ZoneInfo(message_service.zone))
        day = local.date().isoformat()
        if local.hour >= OVERDUE_HOUR and context.cursor != day:
            note_overdue(decisions, landing, message_service, now)
            decisions.forget_old_messages(now)
        else:
            day = context.cursor or ""
        end = time.monotonic() + BUDGET_SECONDS
        sending = message_service.send(lambda: datetime.now(UTC), lambda: time.monotonic() > end)
        failed = f"{sending.failed} wait for another try. {' '.join(sorted(sending.reasons))}" if sending.failed else ""
        return dg.SensorResult(skip_reason=f"Sent {sending.sent} messages. {failed}".strip(), cursor=day)

    return messages


def note_overdue(decisions: DecisionStore, landing: LandingStore, service: MessageService, now: datetime) -> int:
    """Note each district without an upload for too long; returns how many messages are new."""
    late = []
    for name in overdue(decisions, landing, now, settings.read().overdue_days):
        district, arrival = decisions.district(name), landing.arrival(name)
        late.append((district, overdue_event(arrival.at if arrival else district.added_at, now)))
    return service.note(late, now) if late else 0
