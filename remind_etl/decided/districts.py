"""The districts: who may upload, how their rows are read, and what of them may change at once."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, get_args
from zoneinfo import available_timezones

import sqlalchemy as sa

from remind_etl.catalogue.statuses import UNKNOWN_DISTRICT
from remind_etl.decided import passwords
from remind_etl.decided.log import DecisionLog
from remind_etl.decided.tables import DISTRICTS, SFTP_LOGINS
from remind_etl.errors import DecidedMeanwhile, UnknownDistrict, UsageError
from remind_etl.schema.district_id import MAIN_SOURCE, DistrictId, LinkPolicy, MessageLevel, district_id, is_reserved
from remind_etl.schema.limits import FileLimits, Limits

MOST_QUIET_SECONDS: Final = 86_400
MOST_OF_NAME: Final = 255
"""Characters of the name of a district, as of other names."""

REPLACEMENT: Final = "\ufffd"
"""Programs show it in the place of a sign that they cannot show."""

_BLANK: Final = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters, marks and symbols of Unicode that show nothing."""

_JOINING: Final = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Signs that change how the sign before them looks. Some languages need them, and some emojis."""


@dataclass(frozen=True)
class District:
    """A district as it was set up."""

    district_id: DistrictId
    name: str
    region: str
    link_policy: str
    limits: Limits
    added_at: datetime
    messages: str = "problems"
    """The messages that its administrators get: `off`, `problems`, or `all`, which is `received` too."""
    source: str = MAIN_SOURCE
    """The name of the place that it uploads to."""
    quiet_seconds: int | None = None
    """How long its upload must rest before it is taken; None if it is as long as for all districts."""
    file_limits: FileLimits = field(default_factory=dict)
    """Its own limits of its files, by the name of the file's table, rule and limit."""
    time_zone: str | None = None
    """The time zone of the dates on its pages and in its mails; None if it is that of the settings."""

    @property
    def texts(self) -> dict[str, str]:
        """Its settings and limits as `set_district` takes them, by name."""
        values = {name: getattr(self, name) for name in _SETTINGS} | vars(self.limits)
        return {name: "" if value is None else str(value) for name, value in values.items()}


class Districts(DecisionLog):
    """The districts."""

    def add_district(
        self, district_id: DistrictId, name: str, region: str = "US", link_policy: LinkPolicy = "ask"
    ) -> str:
        """Add a district; returns the password of its SFTP login, which is shown this once.

        Raises UsageError if the id is taken, also in other case, or reserved, if the name is too long or has signs
        that cannot be seen, or if the region does not exist.
        """
        if is_reserved(district_id):
            raise UsageError(f"The id {district_id} is a name that systems keep for themselves. Choose another.")
        password, password_hash = passwords.new_login_password()
        now = datetime.now(UTC)
        row = {
            "district_id": district_id,
            "name": _name(name),
            "region": known_region(region),
            "link_policy": link_policy,
            "limits": {},
            "file_limits": {},
            "added_at": now,
        }
        login = {
            "district_id": district_id,
            "password_hash": password_hash,
            "is_disabled": False,
            "password_made_at": now,
        }
        with self.engine.begin() as db:
            taken = db.scalar(
                sa.select(DISTRICTS.c.district_id).where(sa.func.lower(DISTRICTS.c.district_id) == district_id.lower())
            )
            if taken:
                raise UsageError(f"The id {district_id} is taken. Choose another, or see `remind-etl districts list`.")
            db.execute(sa.insert(DISTRICTS), row)
            db.execute(sa.insert(SFTP_LOGINS), login)
            self._log(db, district_id, "district added", {"region": row["region"], "link_policy": link_policy})
        return password

    def set_district(
        self, district_id: DistrictId, values: Mapping[str, str], was: Mapping[str, str] | None = None
    ) -> District:
        """Change settings or limits of a district; returns it as it is then.

        `was` has the `texts` that the person saw. Raises UsageError, and changes nothing, if one of the values cannot
        be, and DecidedMeanwhile with their names if somebody else has changed some of them since.
        """
        with self.engine.begin() as db:
            before = _locked(db, district_id)
            limits, read = read_settings(before, values)
            if was is not None and (others := _changed_since(before.texts, values, was)):
                raise DecidedMeanwhile(f"Somebody changed {', '.join(others)} of {district_id} meanwhile.", others)
            changed = {name: value for name, value in read.items() if value != getattr(before, name)}
            detail = dict(changed)
            if limits != before.limits:
                changed["limits"] = {n: value for n, value in vars(limits).items() if value != getattr(Limits(), n)}
                pairs = {n: [getattr(before.limits, n), value] for n, value in vars(limits).items()}
                detail["changed_limits"] = {n: pair for n, pair in pairs.items() if pair[0] != pair[1]}
            if changed:
                db.execute(sa.update(DISTRICTS).where(DISTRICTS.c.district_id == district_id).values(**changed))
                detail |= changed
                if needs_run(changed):
                    self._log(db, district_id, "district changed", detail)
                else:
                    self._log(db, district_id, "settings changed", detail)
        return self.district(district_id)

    def set_file_limits(self, district_id: DistrictId, file_limits: FileLimits, was: FileLimits | None = None) -> None:
        """Give the files of a district these limits of their own, instead of those that it had.

        `was` has the limits that they were made of. Raises DecidedMeanwhile, and changes nothing, if it has others now.
        """
        with self.engine.begin() as db:
            before = _locked(db, district_id).file_limits
            if was is not None and before != was:
                raise DecidedMeanwhile(f"Somebody changed the limits of {district_id} meanwhile. Look at them again.")
            if file_limits != before:
                changed = {"file_limits": file_limits}
                db.execute(sa.update(DISTRICTS).where(DISTRICTS.c.district_id == district_id).values(**changed))
                self._log(db, district_id, "limits of files changed", changed)

    def choose_messages(self, district_id: DistrictId, level: MessageLevel) -> None:
        """Choose the messages that the administrators of the district get."""
        self.district(district_id)
        with self.engine.begin() as db:
            db.execute(sa.update(DISTRICTS).where(DISTRICTS.c.district_id == district_id).values(messages=level))
            self._log(db, district_id, "messages chosen", {"messages": level})

    def districts(self) -> list[District]:
        """All districts, by id."""
        with self.engine.connect() as db:
            rows = db.execute(sa.select(DISTRICTS).order_by(DISTRICTS.c.district_id)).mappings().all()
        return [_district(row) for row in rows]

    def time_zone_of(self, district_id: DistrictId) -> str | None:
        """The time zone of a district that has one of its own."""
        with self.engine.connect() as db:
            found: str | None = db.scalar(
                sa.select(DISTRICTS.c.time_zone).where(DISTRICTS.c.district_id == district_id)
            )
        return found

    def number_of_districts(self) -> int:
        """How many districts there are."""
        with self.engine.connect() as db:
            return int(db.scalar(sa.select(sa.func.count()).select_from(DISTRICTS)) or 0)

    def district_ids(self) -> list[DistrictId]:
        """The ids of all districts, sorted."""
        return [district.district_id for district in self.districts()]

    def sources(self) -> dict[DistrictId, str]:
        """The sources of the districts that do not upload to the main one."""
        chosen = sa.select(DISTRICTS.c.district_id, DISTRICTS.c.source).where(DISTRICTS.c.source != MAIN_SOURCE)
        with self.engine.connect() as db:
            return {district_id(row.district_id): row.source for row in db.execute(chosen)}

    def district(self, district_id: DistrictId) -> District:
        """The district.

        Raises UnknownDistrict if there is none.
        """
        with self.engine.connect() as db:
            return _known(db, district_id)


def read_settings(district: District, values: Mapping[str, str]) -> tuple[Limits, dict[str, object]]:
    """The limits that the district would have with these values, and the values of the other settings.

    Raises UsageError if one of the values cannot be.
    """
    limits = district.limits.with_values({name: text for name, text in values.items() if name not in _SETTINGS})
    return limits, {name: _SETTINGS[name](text) for name, text in values.items() if name in _SETTINGS}


def _changed_since(now: Mapping[str, str], wanted: Mapping[str, str], was: Mapping[str, str]) -> list[str]:
    """The names of the wanted values in whose place somebody put another value, after a person saw what it `was`."""
    return [name for name, text in wanted.items() if now[name] not in (was.get(name), text)]


def lock_district(db: sa.Connection, district_id: DistrictId) -> None:
    """Until the end of the transaction, nobody else decides about the district."""
    of_district = DISTRICTS.c.district_id == district_id
    db.execute(sa.update(DISTRICTS).where(of_district).values(district_id=district_id))  # the lock of SQLite too


def _locked(db: sa.Connection, district_id: DistrictId) -> District:
    lock_district(db, district_id)
    return _known(db, district_id)


def _known(db: sa.Connection, district_id: DistrictId) -> District:
    row = db.execute(sa.select(DISTRICTS).where(DISTRICTS.c.district_id == district_id)).mappings().first()
    if row is None:
        raise UnknownDistrict(UNKNOWN_DISTRICT.format(district=district_id))
    return _district(row)


def known_region(text: str) -> str:
    """The country of these two letters.

    Raises UsageError if there is none.
    """
    import phonenumbers  # few commands read a region, and this takes long

    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(f"{text!r} is not a region. Give the two letters of a country, such as US.")
    return text.upper()


def _name(text: str) -> str:
    name = text.strip()
    if not name:
        raise UsageError("A district needs a name.")
    if len(name) > MOST_OF_NAME:
        raise UsageError(f"The name of a district has at most {MOST_OF_NAME} characters. This one has {len(name)}.")
    for number, (before, sign) in enumerate(pairwise(f" {name}"), 1):
        if _is_unseen(sign, before):
            called = unicodedata.name(sign, "")
            raise UsageError(
                f"Character {number} of the name cannot be seen: U+{ord(sign):04X}{f' ({called})' if called else ''}. "
                "Type the name again instead of pasting it."
                + " Such a sign may follow only a letter or an emoji that is not of ASCII."
                * bool(_JOINING.match(sign))
            )
    return name


def _is_unseen(sign: str, before: str) -> bool:
    """True if nobody sees the sign after the one `before`. Names with such signs look like others, or run backwards."""
    if _JOINING.match(sign):
        return before.isascii() or unicodedata.category(before)[0] not in "LMS"
    is_blank = unicodedata.category(sign) == "Zs"
    return sign in _BLANK or sign == REPLACEMENT or not (sign.isprintable() or is_blank)


def _link_policy(text: str) -> str:
    if text not in get_args(LinkPolicy):
        raise UsageError(f"{text!r} is not a link policy. The link policies are {' and '.join(get_args(LinkPolicy))}.")
    return text


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", text):
        raise UsageError(f"{text!r} is not the name of a source. REMIND_ETL_SOURCES describes them.")
    return text


def _quiet_seconds(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and int(text) <= MOST_QUIET_SECONDS):
        raise UsageError(
            f"{text!r} is not a quiet period. Give seconds up to {MOST_QUIET_SECONDS}, or nothing for the usual one."
        )
    return int(text) if text else None


def _time_zone(text: str) -> str | None:
    if text and text not in available_timezones():
        raise UsageError(
            f"{text!r} is not a time zone. Give a name such as America/New_York, or nothing for the usual one."
        )
    return text or None


_SETTINGS: Final[Mapping[str, Callable[[str], str | int | None]]] = {
    "name": _name,
    "region": known_region,
    "link_policy": _link_policy,
    "source": _source,
    "quiet_seconds": _quiet_seconds,
    "time_zone": _time_zone,
}
"""What of a district can be set beside its limits, and what judges it."""

_NO_RUN: Final = ("name", "source", "quiet_seconds", "time_zone")
"""The settings that change no row of a drop."""


def needs_run(changed: Iterable[str]) -> bool:
    """Whether a run takes up a change of these settings or limits, given by name."""
    return not {*changed} <= {*_NO_RUN}


def _district(row: sa.RowMapping) -> District:
    names = (
        "name",
        "region",
        "link_policy",
        "added_at",
        "messages",
        "source",
        "quiet_seconds",
        "file_limits",
        "time_zone",
    )
    known = {name: row[name] for name in names}
    return District(district_id(row["district_id"]), limits=Limits(**row["limits"]), **known)
