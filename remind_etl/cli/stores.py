"""The stores that commands work on, as the settings say."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from remind_etl import settings
from remind_etl.decided.store import DecisionStore, District, known_region
from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.holds import HoldService
from remind_etl.published import status
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId


def decisions() -> DecisionStore:
    """The decisions of people."""
    return DecisionStore(settings.home().decisions_url)


def published() -> Published:
    """The published results."""
    return Published(settings.home().published)


def platform() -> PlatformStore:
    """The records of the platform."""
    return PlatformStore(settings.home().platform_url)


def landing() -> LandingStore:
    """The landed drops."""
    return LandingStore(settings.home().landed, settings.size_limits())


def hold_service() -> HoldService:
    """The service that shows held changes and takes decisions about them."""
    return HoldService(published(), platform(), landing(), decisions())


def query(source: Path, statement: str) -> list[dict[str, Any]]:
    """The rows of a statement over one published file, which it reads as `published`."""
    with duckdb.connect() as db:
        db.execute("set enable_progress_bar = false")
        db.read_parquet(str(source)).create_view("published")
        found = db.sql(statement)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def region(district: DistrictId | None, chosen: str | None) -> str:
    """The country of phones without a country code: the chosen one, or the district's if it is known here, or US.

    Raises UsageError if the chosen one does not exist. This creates neither a home nor a database.
    """
    if chosen:
        return known_region(chosen)
    has_decisions = (
        settings.read().decisions_url.get_secret_value() or (settings.home_folder() / "decisions.db").exists()
    )
    districts = decisions().districts() if district and has_decisions else []
    return next((known.region for known in districts if known.district_id == district), "US")


def standing(district: District) -> dict[str, Any]:
    """The status of a district, as `status --json` shows it."""
    manifest = published().manifest(district.district_id)
    told = manifest or Manifest(district.district_id, "", "")
    now = datetime.now(UTC)
    pause = decisions().pause_of(district.district_id, now)
    is_paused = pause is not None
    return {
        "district": district.district_id,
        "name": district.name,
        "status": str(status.decide(manifest, now, is_paused)),
        "says": status.sentence(manifest, now, is_paused),
        "drop": told.drop_id or None,
        "arrived_at": told.arrived_at or None,
        "delivered_drop": told.delivered_drop_id,
        "counts": dict(told.counts),
        "problems": dict(told.problems),
        "blockers": list(told.blockers),
        "plan": dict(told.plan),
        "waiting": {"schools": told.waiting_schools, "people": told.waiting_people, "holds": list(told.holds)},
        "pause": pause and {"waits": pause.what, "ends_at": pause.ends_at, "paused_by": pause.paused_by},
        "limits": vars(district.limits),
    }
