"""The stores that commands work on, as the settings say."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from remind_etl import settings
from remind_etl.errors import UsageError
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

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
    home = required_home(may_make)
    from remind_etl.decided.store import DecisionStore

    return DecisionStore(home.decisions_url)


def published() -> Published:
    """The published results."""
    return Published(required_home().published, register=decisions())


def platform() -> "PlatformStore":
    """The records of the platform."""
    home = required_home()
    from remind_etl.delivered.platform import PlatformStore

    return PlatformStore(home.platform_url)


def landing() -> "LandingStore":
    """The landed drops."""
    home = required_home()
    from remind_etl.landed.copy import LandingStore

    return LandingStore(home.landed, settings.size_limits())


def hold_service() -> "HoldService":
    """The service that shows held changes and takes decisions about them."""
    required_home()
    from remind_etl.operations.holds import HoldService

    return HoldService(published(), platform(), landing(), decisions())


def region(district: "District | None", chosen: str | None) -> str:
    """The country of phones without a country code: the chosen one, or the district's if it is known here, or US.

    Raises UsageError if the chosen one does not exist.
    """
    if chosen:
        from remind_etl.decided.districts import known_region

        return known_region(chosen)
    return district.region if district else "US"


def known_district(district: DistrictId | None) -> "District | None":
    """The district, if it is known here. This creates neither a home nor a database."""
    districts = known_districts() if district else []
    return next((known for known in districts if known.district_id == district), None)


def known_districts() -> "list[District]":
    """The districts; none if there is no database of decisions yet. This creates neither a home nor a database."""
    return decisions().districts() if _has_decisions() else []


def _has_decisions() -> bool:
    return bool(settings.read().decisions_url.get_secret_value()) or settings.home_at().decisions_file.exists()


def shown_status(district: "District") -> dict[str, Any]:
    """The status of a district, as `status --json` shows it."""
    return shown_statuses([district])[0]


def shown_statuses(
    districts: "Sequence[District]",
    failed: "Collection[DistrictId] | None" = None,
    with_upload_in_run: "Collection[str]" = (),
) -> list[dict[str, Any]]:
    """The statuses of districts, as `status --json` shows them.

    With `failed`, the districts whose newest run failed, only these and the districts whose newest drop is blocked.
    `with_upload_in_run` are the districts of which Dagster has a run that was asked to take an upload.
    """
    from remind_etl.operations.standings import Standings

    def known_platform() -> "PlatformStore | None":
        named = settings.read().platform_url.get_secret_value()
        return platform() if named or settings.home_at().platform_file.exists() else None

    decided, now = decisions(), datetime.now(UTC)
    results = Published(required_home().published, register=decided)
    standings = Standings(results, decided, landing, known_platform)
    shown = districts if failed is None else [one for one in districts if standings.is_left(one, failed)]
    found = [standings.of(district, now) for district in shown]
    return [
        (one.with_upload_in_run() if one.district.district_id in with_upload_in_run else one).document()
        for one in found
    ]
