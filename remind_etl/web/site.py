"""What every page works on: the stores, and how the districts upload."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.dropped.client import Address
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.doctor import collector_address
from remind_etl.operations.holds import HoldService
from remind_etl.operations.school_links import SchoolLinks
from remind_etl.operations.standings import Standings
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId


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

    @classmethod
    def of_settings(cls) -> "Site":
        """The site that the settings describe.

        Raises UsageError or OperatorError if a setting or the home cannot be used.
        """
        home, chosen = settings.home(), settings.read()
        return cls(
            DecisionStore(home.decisions_url),
            Published(home.published),
            PlatformStore(home.platform_url),
            LandingStore(home.landed, settings.size_limits()),
            chosen.sftp_host,
            chosen.sftp_port,
            chosen.quiet_seconds,
            ZoneInfo(chosen.time_zone),
            settings.size_limits(),
        )

    def upload_address(self) -> Address:
        """Where the districts' uploads are, and how we log in there."""
        return replace(collector_address(), host=self.upload_host, port=self.upload_port)

    def deciding_as(self, who: str) -> DecisionStore:
        """The decisions, in which this person decides."""
        return self.decisions.acting_as(who)

    def holds(self, who: str) -> HoldService:
        """The service of held changes, to which this person says what goes."""
        return HoldService(self.published, self.platform, self.landing, self.deciding_as(who))

    def school_links(self, district: DistrictId, who: str) -> SchoolLinks:
        """The links of a district's schools, about which this person decides."""
        return SchoolLinks(district, self.published, self.deciding_as(who))

    def standings(self) -> Standings:
        """How the districts stand."""
        return Standings(self.published, self.decisions, self.landing, lambda: self.platform)
