"""The stores that commands work on, as the settings say."""

from datetime import UTC, datetime
from typing import Any

from remind_etl import settings, status
from remind_etl.decided.store import DecisionStore, District
from remind_etl.landed.copy import LandingStore
from remind_etl.published import Manifest, Published


def decisions() -> DecisionStore:
    """What people decided."""
    return DecisionStore(settings.home().decisions_url)


def published() -> Published:
    """What was published."""
    return Published(settings.home().published)


def landing() -> LandingStore:
    """Landed drops."""
    return LandingStore(settings.home().landed)


def standing(district: District) -> dict[str, Any]:
    """How a district stands, as `status --json` says it."""
    manifest = published().manifest(district.district_id)
    known = manifest or Manifest(district.district_id, "", "")
    now = datetime.now(UTC)
    pause = decisions().pause_of(district.district_id, now)
    return {
        "district": district.district_id,
        "name": district.name,
        "status": str(status.decide(manifest, now, is_paused=pause is not None)),
        "drop": known.drop_id or None,
        "arrived_at": known.arrived_at or None,
        "delivered_drop": known.delivered_drop_id,
        "counts": dict(known.counts),
        "problems": dict(known.problems),
        "blockers": list(known.blockers),
        "plan": dict(known.plan),
        "waiting": {"schools": known.waiting_schools, "people": known.waiting_people, "holds": list(known.holds)},
        "pause": pause and {"waits": pause.what, "ends_at": pause.ends_at, "paused_by": pause.paused_by},
        "limits": vars(district.limits),
    }
