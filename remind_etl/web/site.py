"""What every page works on: the stores, and how the districts upload."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from remind_etl import settings
from remind_etl.configuration.environment import PREFIX
from remind_etl.configuration.known_settings import Settings
from remind_etl.decided.store import DecisionStore, District, Pause
from remind_etl.delivered.platform import PlatformStore
from remind_etl.dropped.client import Address
from remind_etl.errors import OperatorError, UsageError
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.drop_places import collector_address, collector_addresses
from remind_etl.operations.holds import HoldService
from remind_etl.operations.school_links import SchoolLinks
from remind_etl.operations.standings import Standings
from remind_etl.published.store import Published
from remind_etl.schema.district_id import MAIN_SOURCE, DistrictId
from remind_etl.web.provider import RETURN_PATH, OpenIdProvider

if TYPE_CHECKING:
    from remind_etl.orchestration.run_progress import RunsSeen
    from remind_etl.orchestration.undo_here import UndoService


@dataclass(frozen=True)
class Site:
    """The stores of this home, as the settings say."""

    decisions: DecisionStore
    published: Published
    platform: PlatformStore
    landing: LandingStore
    upload_host: str
    upload_port: int
    quiet_seconds: int
    zone: ZoneInfo
    sizes: SizeLimits = USUAL
    provider: OpenIdProvider | None = None
    """Who else tells that a person is the one with an email; None if people sign in by a password only."""
    has_passwords: bool = True
    """Whether people may sign in by a password."""
    dagster_origin: str = ""
    """Where operators find Dagster; empty if nobody has said."""
    runs_seen: "RunsSeen | None" = None
    """The runs in Dagster; those of this home if none are given."""

    @classmethod
    def of_settings(cls) -> "Site":
        """The site that the settings describe.

        Raises UsageError or OperatorError if a setting or the home cannot be used.
        """
        home, chosen = settings.home(), settings.read()
        decisions = DecisionStore(home.decisions_url, keeps_connections=True)
        return cls(
            decisions,
            Published(home.published, register=decisions),
            PlatformStore(home.platform_url),
            LandingStore(home.landed, settings.size_limits()),
            chosen.sftp_host,
            chosen.sftp_port,
            chosen.quiet_seconds,
            ZoneInfo(chosen.time_zone),
            settings.size_limits(),
            _provider(chosen),
            chosen.web_sign_in == "any",
            chosen.dagster_origin,
        )

    def seen_once(self) -> "Site":
        """The site for one page: it reads each manifest and decision once, and shows one state of a district."""
        return replace(self, published=self.published.seen_once(), decisions=self.decisions.seen_once())

    def upload_address(self, source: str = MAIN_SOURCE) -> Address:
        """Where the uploads of districts of this source are, and how we log in there.

        Raises OperatorError if the settings do not describe the source.
        """
        if source == MAIN_SOURCE:
            return replace(collector_address(), host=self.upload_host, port=self.upload_port)
        known = collector_addresses()
        if source not in known:
            raise OperatorError(f"The source {source} is not in the file of REMIND_ETL_SOURCES.")
        return known[source]

    def quiet_seconds_of(self, district: District) -> int:
        """How long an upload of the district rests before it is taken."""
        return self.quiet_seconds if district.quiet_seconds is None else district.quiet_seconds

    def deciding_as(self, who: str) -> DecisionStore:
        """The decisions, in which this person decides."""
        return self.decisions.acting_as(who)

    def holds(self, who: str) -> HoldService:
        """The service of held changes, to which this person says what goes."""
        return HoldService(self.published, self.platform, self.landing, self.deciding_as(who))

    def school_links(self, district: DistrictId, who: str) -> SchoolLinks:
        """The links of a district's schools, about which this person decides."""
        return SchoolLinks(district, self.published, self.deciding_as(who))

    def undo_service(self, who: str) -> "UndoService":
        """The service that undoes deliveries, in which this person decides."""
        from remind_etl.orchestration.undo_here import UndoService

        return UndoService(self.published, self.platform, self.deciding_as(who))

    def runs(self) -> "RunsSeen":
        """The runs in Dagster. Its library is loaded here, because that takes seconds."""
        if self.runs_seen:
            return self.runs_seen
        from remind_etl.orchestration.has_run import instance_folder
        from remind_etl.orchestration.run_progress import runs_of_instance

        return runs_of_instance(instance_folder())

    def has_lost_results(self, district: DistrictId) -> bool:
        """True if a run of the district has delivered or published something, and no results of it are here."""
        if self.published.manifest(district) is not None:
            return False
        return self.published.is_lost(district) or self.platform.last_delivery(district) is not None

    def has_unread_files(self, district: DistrictId) -> bool:
        """True if files of the district were taken, no results are here, and no run of it is under way."""
        if self.published.manifest(district) is not None or self.landing.newest(district) is None:
            return False
        run = self.runs().newest(district)
        return run is None or run.is_finished

    def pause_of(self, district: DistrictId) -> Pause | None:
        """The pause of the district at this moment."""
        return self.decisions.pause_of(district, datetime.now(UTC))

    def standings(self, is_for_operators: bool = True) -> Standings:
        """How the districts stand. A cause on our side is for operators alone."""
        return Standings(self.published, self.decisions, lambda: self.landing, lambda: self.platform, is_for_operators)


def _provider(chosen: Settings) -> OpenIdProvider | None:
    """The provider of the settings.

    Raises UsageError if a part of it is missing, or if nobody could sign in.
    """
    if not chosen.oidc_issuer:
        if chosen.web_sign_in == "provider":
            raise UsageError("REMIND_ETL_WEB_SIGN_IN is 'provider': set REMIND_ETL_OIDC_ISSUER, or nobody can sign in.")
        return None
    for name in ("oidc_client_id", "web_origin"):
        if not getattr(chosen, name):
            raise UsageError(f"REMIND_ETL_OIDC_ISSUER is set: set {PREFIX}{name.upper()} too.")
    return OpenIdProvider(
        chosen.oidc_issuer,
        chosen.oidc_client_id,
        chosen.oidc_client_secret,
        f"{chosen.web_origin.rstrip('/')}{RETURN_PATH}",
        chosen.oidc_name,
    )
