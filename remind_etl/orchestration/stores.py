"""What the shells may ask of the stores. `orchestration/resources.py` alone knows which objects answer."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

import pyarrow as pa

from remind_etl.errors import NothingLanded, RemindEtlError
from remind_etl.files.cut import Cut
from remind_etl.files.sent import Sent
from remind_etl.published.store import Manifest
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.limits import Limits
from remind_etl.schema.records import Kind
from remind_etl.warehouse.platform_records import Records

FindDropInForce = Callable[[DistrictId], str]
"""Finds the id of a district's drop in force. Raises NothingLanded before the first drop."""

FindNewestDelivery = Callable[[DistrictId], int]
"""Finds the number of a district's newest delivery, 0 before the first."""

FindBasis = Callable[[DistrictId], Mapping[str, str]]
"""Finds what a run of the district would rest on now, beside its drop."""


class UploadFound(NamedTuple):
    """What lies in a district's upload directory: the upload that may be taken, and the reason.

    The fingerprint is empty if there is none to take. `error` is then what ends a run that finds no landed drop either:
    its kind says who must act.
    """

    fingerprint: str
    why: str
    error: type[RemindEtlError] = NothingLanded


FindUpload = Callable[[DistrictId, str | None], UploadFound]
"""Finds the upload of a district that may be taken now; the text is the fingerprint of the one taken last."""


class Arrival(Protocol):
    """An upload that was taken."""

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the newest upload that was taken from the SFTP server; None if none was."""


class Landing(Protocol):
    """Landed drops."""

    def drops(self, district: DistrictId) -> list[str]:
        """The ids of the district's landed drops, oldest first."""

    def size(self, district: DistrictId) -> int:
        """The bytes of the newest drop, 0 before the first."""

    def cut_files(self, district: DistrictId, drop_id: str, earlier: Iterable[str]) -> Mapping[str, Cut]:
        """The files of a drop that may be cut off, compared with earlier drops: their names, and the evidence."""

    def arrival(self, district: DistrictId) -> Arrival | None:
        """The newest upload that was taken."""

    def arrivals(self, districts: Iterable[DistrictId]) -> Mapping[DistrictId, Arrival]:
        """The newest upload of each district that has one."""

    def arrived_at(self, district: DistrictId) -> str:
        """When the newest upload was taken, as ISO 8601."""

    def note_incomplete(self, district: DistrictId, why: str) -> None:
        """Keep what an upload waits for that the district must complete."""


class DropServer(Protocol):
    """The SFTP server that districts upload to."""

    def upload(self, district: DistrictId, fingerprint: str) -> Iterable[Sent]:
        """The files of the upload with this fingerprint."""


OpenDropServer = Callable[[DistrictId], AbstractContextManager[DropServer]]
"""Connects to the place that the district uploads to, within `with`."""


class District(Protocol):
    """A district as it was set up."""

    @property
    def district_id(self) -> DistrictId:
        """Its id."""

    @property
    def quiet_seconds(self) -> int | None:
        """How long its upload must rest before it is taken; None if it is as long as for all districts."""

    @property
    def region(self) -> str:
        """Two-letter country of phones without a country code."""

    @property
    def link_policy(self) -> str:
        """Who confirms a proposed school link."""

    @property
    def limits(self) -> Limits:
        """How much of it may go at once."""


class Pause(Protocol):
    """That a person paused a district."""

    @property
    def what(self) -> Literal["all", "adds_only"]:
        """What waits."""


class Refusal(Protocol):
    """That a person refused what waits."""

    @property
    def refused_by(self) -> str:
        """Who."""

    @property
    def refused_at(self) -> datetime:
        """When."""


class SchoolLink(Protocol):
    """A decision on a school of the files."""

    @property
    def school_id(self) -> str:
        """The school of the files."""

    @property
    def platform_school_id(self) -> str | None:
        """The school of the platform; None for an ignored one."""

    @property
    def link(self) -> str:
        """`confirmed` or `ignored`."""

    @property
    def school_name(self) -> str | None:
        """The name in the files when it was decided about."""


class Decisions(Protocol):
    """What people decided."""

    def acting_as(self, who: str) -> "Decisions":
        """The same decisions, in which this name decides from now on."""

    def district_ids(self) -> list[DistrictId]:
        """The ids of all districts."""

    def districts(self) -> Sequence[District]:
        """All districts, by id."""

    def district(self, district_id: DistrictId) -> District:
        """The district. Raises UnknownDistrict if there is none."""

    def school_links(self, district_id: DistrictId) -> Sequence[SchoolLink]:
        """The decisions on the district's schools."""

    def platform_schools(self, district_id: DistrictId) -> dict[str, str]:
        """The district's platform schools, id to name."""

    def taken_back_schools(self, district_id: DistrictId) -> Sequence[str]:
        """The schools about which a person took the last decision back."""

    def keep_links(self, district_id: DistrictId, found: Iterable[Sequence[str]]) -> None:
        """Decide once on the links that the district's policy confirms."""

    def taken_back_links(self, district_id: DistrictId) -> Sequence[str]:
        """The accounts outside of the district whose links a person took back, by id."""

    def pause_of(self, district_id: DistrictId, now: datetime) -> Pause | None:
        """The pause of a district."""

    def approved_kinds(self, district_id: DistrictId, hold_hash: str) -> list[str]:
        """The kinds whose changes, held under this hash, are approved."""

    def refusals(self, district_id: DistrictId, hold_hash: str) -> Mapping[str, Refusal]:
        """The refusals of what is held under this hash, by kind; of all kinds if the kind is blank."""

    def record_forced_drop(self, district_id: DistrictId, drop_id: str, in_force: str, after_delivery: int) -> None:
        """Record that a drop older than the one in force is to be delivered next."""


class State(Protocol):
    """What the platform holds of a district."""

    @property
    def records(self) -> Mapping[str, Records]:
        """All records, by kind."""

    @property
    def base(self) -> int:
        """The number of the newest delivery, 0 before the first."""

    @property
    def linked(self) -> Collection[str]:
        """The ids of its accounts that belong to somebody outside of the district too."""

    def standing(self, drop_id: str) -> Mapping[str, int]:
        """The records that stood before that drop, by kind of removal."""

    def reused(self, drop_id: str) -> Mapping[str, str]:
        """The class ids that the drop was found to reuse."""


class History(Protocol):
    """What a drop is compared with."""

    @property
    def earlier_drops(self) -> Sequence[str]:
        """Earlier drops, the newest first, up to one of which nothing was held."""

    @property
    def usual(self) -> Mapping[str, int] | None:
        """The most removals of one of the last drops, by hold."""


class Platform(Protocol):
    """The platform."""

    def history(self, district_id: DistrictId, drop_id: str) -> History:
        """What that drop is compared with: the deliveries of other drops."""

    def state(self, district_id: DistrictId, kinds: Sequence[Kind] = ...) -> State:
        """What the platform holds of the district of these kinds, as of one moment."""

    def held_elsewhere(self, district_id: DistrictId, contacts: pa.Table) -> pa.Table:
        """Those of the contact points that accounts outside of the district have, with their names and roles."""

    def links_anywhere(self) -> Collection[str]:
        """The ids of all accounts that some district has, or had, by a link."""

    def previous_delivery(self, district_id: DistrictId, drop_id: str) -> int:
        """The number of the newest delivery that was not of the drop; 0 if none was."""


class Messages(Protocol):
    """The outbox."""

    def note_incomplete(self, district_id: DistrictId, seconds: float, waits_for: str) -> None:
        """Note a message about an incomplete upload that has not changed for so many seconds."""


class Publications(Protocol):
    """What was published of districts."""

    def has_results(
        self, district: DistrictId, drop_id: str, basis: Mapping[str, str], newest_delivery: "FindNewestDelivery"
    ) -> bool:
        """True if the last run published the results of the drop, and rested on the same basis and delivery."""

    def manifest(self, district: DistrictId) -> Manifest | None:
        """What is known of a district since its last run."""

    def arrived_again(self, district: DistrictId, arrived_at: str) -> None:
        """Write down when the newest upload was taken, if it had nothing new."""
