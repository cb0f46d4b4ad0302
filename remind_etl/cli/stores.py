"""The stores that commands work on, as the settings say."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remind_etl import settings
from remind_etl.catalogue import statuses
from remind_etl.errors import UsageError
from remind_etl.published import status
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId

if TYPE_CHECKING:
    from remind_etl.decided.store import DecisionStore, District
    from remind_etl.delivered.platform import PlatformStore
    from remind_etl.landed.copy import LandingStore
    from remind_etl.operations.holds import HoldService

# The stores are imported where they are used, because their libraries take longer to import than many commands take.


def required_home(may_make: bool = False) -> settings.Home:
    """The home.

    Raises UsageError if there is none yet, unless the command may make one.
    """
    if not may_make and not _has_decisions():
        raise UsageError(
            f"There is no home in {settings.home_folder()}. Set REMIND_ETL_HOME to the folder that has it. "
            "To make one, run `remind-etl districts add`."
        )
    return settings.home()


def decisions(may_make: bool = False) -> "DecisionStore":
    """The decisions of people."""
    from remind_etl.decided.store import DecisionStore

    return DecisionStore(required_home(may_make).decisions_url)


def published() -> Published:
    """The published results."""
    return Published(required_home().published)


def platform() -> "PlatformStore":
    """The records of the platform."""
    from remind_etl.delivered.platform import PlatformStore

    return PlatformStore(required_home().platform_url)


def landing() -> "LandingStore":
    """The landed drops."""
    from remind_etl.landed.copy import LandingStore

    return LandingStore(required_home().landed, settings.size_limits())


def hold_service() -> "HoldService":
    """The service that shows held changes and takes decisions about them."""
    from remind_etl.operations.holds import HoldService

    return HoldService(published(), platform(), landing(), decisions())


def query(source: Path, statement: str) -> list[dict[str, Any]]:
    """The rows of a statement over one published file, which it reads as `published`."""
    import duckdb

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
        from remind_etl.decided.districts import known_region

        return known_region(chosen)
    districts = known_districts() if district else []
    return next((known.region for known in districts if known.district_id == district), "US")


def known_districts() -> "list[District]":
    """The districts; none if there is no database of decisions yet. This creates neither a home nor a database."""
    return decisions().districts() if _has_decisions() else []


def _has_decisions() -> bool:
    return bool(settings.read().decisions_url.get_secret_value()) or settings.home_at().decisions_file.exists()


def _unpublished(district: DistrictId) -> Manifest:
    """What the platform and the landed drops tell of a district whose publication is not here."""
    newest = landing().newest(district)
    told = Manifest(
        district, newest.drop_id if newest else "", newest.landed_at.isoformat(timespec="seconds") if newest else ""
    )
    if not settings.read().platform_url.get_secret_value() and not settings.home_at().platform_file.exists():
        return told
    store = platform()
    if not (last := store.last_delivery(district)):
        return told
    counts = store.counts(district)
    return replace(
        told,
        counts=counts,
        delivered_drop_id=last.drop_id,
        delivered_at=last.delivered_at if counts["accounts"] else "",
        arrived_at=told.arrived_at or last.delivered_at,
    )


def _stands(manifest: Manifest | None, told: Manifest, now: datetime, is_paused: bool) -> tuple[status.Status, str]:
    """How the district stands, as one word and one sentence."""
    word = status.decide(manifest, now, is_paused)
    if manifest or is_paused:
        return word, status.sentence(manifest, now, is_paused)
    if told.delivered_drop_id:
        return status.Status.UNPUBLISHED, status.unpublished(told.counts)
    return word, statuses.LANDED_ONLY if told.drop_id else status.sentence(None, now)


def standing(district: "District") -> dict[str, Any]:
    """The status of a district, as `status --json` shows it."""
    manifest = published().manifest(district.district_id)
    now = datetime.now(UTC)
    told = manifest or _unpublished(district.district_id)
    pause = decisions().pause_of(district.district_id, now)
    word, says = _stands(manifest, told, now, is_paused=pause is not None)
    return {
        "district": district.district_id,
        "name": district.name,
        "status": str(word),
        "says": says,
        "drop": told.drop_id or None,
        "arrived_at": told.arrived_at or None,
        "delivered_drop": told.delivered_drop_id,
        "delivered_at": None if status.waits_wholly(told) else told.delivered_at or None,
        "last_run_at": told.published_at or None,
        "counts": dict(told.counts),
        "problems": dict(told.problems),
        "blockers": list(told.blockers),
        "plan": dict(told.plan),
        "waiting": {"schools": told.waiting_schools, "people": told.waiting_people, "holds": list(told.holds)},
        "pause": pause and {"waits": pause.what, "ends_at": pause.ends_at, "paused_by": pause.paused_by},
        "limits": vars(district.limits),
    }
