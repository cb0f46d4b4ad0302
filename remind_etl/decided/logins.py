"""The SFTP logins of districts: passwords, public keys, and the audit of what the SFTP servers saw."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from remind_etl.decided import passwords
from remind_etl.decided.districts import Districts, lock_district
from remind_etl.decided.public_keys import PublicKey, fingerprint_of, read_public_key
from remind_etl.decided.tables import SFTP_AUDIT, SFTP_KEYS, SFTP_LOGINS
from remind_etl.errors import DecidedMeanwhile, UsageError
from remind_etl.schema.district_id import DistrictId

SFTP_AUDIT_DAYS: Final = 400
"""How long the audit is kept."""

MOST_KEYS: Final = 10
"""Keys of one login: a server tries each at each login."""

LOGIN: Final = "login"

_LOGIN = SFTP_LOGINS.c
_KEY = SFTP_KEYS.c


@dataclass(frozen=True)
class SftpKey:
    """A public key that may log in for a district."""

    kind: str
    fingerprint: str
    added_at: datetime


@dataclass(frozen=True)
class SftpLogin:
    """The SFTP login of a district. Moments are None if they are not known."""

    is_disabled: bool
    password_made_at: datetime | None
    last_login_at: datetime | None
    keys: tuple[SftpKey, ...]

    @property
    def password_mark(self) -> str:
        """Stands for the present password, other than blank: when it was made."""
        return _mark_of_password(self.password_made_at)


@dataclass(frozen=True)
class SftpEvent:
    """What an SFTP server saw: a login, an upload, or the refusal of one.

    `file` is the path below `upload/`, `client` is an address. The district is None if the login is of none.
    """

    district_id: str | None
    what: str
    file: str | None
    bytes: int | None
    client: str | None
    at: datetime


class SftpLogins(Districts):
    """The SFTP logins. A server reads them at each login, so a change holds for the next one."""

    def sftp_login(self, district: DistrictId) -> SftpLogin:
        """The district's login.

        Raises UnknownDistrict if there is no such district.
        """
        self.district(district)
        with self.engine.connect() as db:
            login = db.execute(
                sa.select(_LOGIN.is_disabled, _LOGIN.password_made_at, _LOGIN.last_login_at).where(
                    _LOGIN.district_id == district
                )
            ).one()
            keys = db.execute(
                sa.select(_KEY.kind, _KEY.fingerprint, _KEY.added_at)
                .where(_KEY.district_id == district)
                .order_by(_KEY.added_at, _KEY.fingerprint)
            ).all()
        return SftpLogin(*login, keys=tuple(SftpKey(*key) for key in keys))

    def new_password(self, district: DistrictId, was: str | None = None) -> str:
        """Replace the password of the district's login; returns the new one.

        `was` is the mark of the password that the person saw. Raises UnknownDistrict if there is no such district, and
        DecidedMeanwhile, and changes nothing, if the password is another one now.
        """
        self.district(district)
        password, password_hash = passwords.new_login_password()
        with self.engine.begin() as db:
            _check_password_mark(db, district, was)
            changed = {"password_hash": password_hash, "password_made_at": datetime.now(UTC)}
            db.execute(sa.update(SFTP_LOGINS).where(_LOGIN.district_id == district).values(**changed))
            self._log(db, district, "password replaced", {})
        return password

    def add_key(self, district: DistrictId, text: str) -> SftpKey:
        """Let a public key log in, given as OpenSSH or PuTTY write it; returns the key.

        Raises UnknownDistrict, or UsageError if it is no such key, is there already, or is one too many.
        """
        self.district(district)
        key = read_public_key(text)
        added = SftpKey(key.kind, key.fingerprint, datetime.now(UTC))
        with self.engine.begin() as db:
            lock_district(db, district)  # so that two people at once add no key twice, and not one too many
            known = db.scalars(sa.select(_KEY.fingerprint).where(_KEY.district_id == district)).all()
            if key.fingerprint in known:
                raise UsageError(f"{district} has the key {key.fingerprint} already.")
            if len(known) >= MOST_KEYS:
                raise UsageError(f"{district} has {MOST_KEYS} keys already. Remove one first.")
            db.execute(sa.insert(SFTP_KEYS), _row_of_key(district, key, added.added_at))
            self._log(db, district, "key added", {"fingerprint": key.fingerprint})
        return added

    def remove_key(self, district: DistrictId, fingerprint: str) -> None:
        """Take a key, named by its fingerprint, from the district's login.

        Raises UnknownDistrict, or UsageError if the district has no such key.
        """
        self.district(district)
        its = (_KEY.district_id == district, _KEY.fingerprint == fingerprint)
        with self.engine.begin() as db:
            if not db.execute(sa.delete(SFTP_KEYS).where(*its)).rowcount:
                raise UsageError(
                    f"{district} has no key {fingerprint!r}. `remind-etl districts keys {district} list` lists them."
                )
            self._log(db, district, "key removed", {"fingerprint": fingerprint})

    def disable_login(self, district: DistrictId) -> bool:
        """Refuse the district's next login, by password and by key; False if that was so before.

        Raises UnknownDistrict if there is no such district.
        """
        return self._set_disabled(district, True, "login disabled")

    def enable_login(self, district: DistrictId) -> bool:
        """Let the district log in again, with the password and the keys from before; False if it could already.

        Raises UnknownDistrict if there is no such district.
        """
        return self._set_disabled(district, False, "login enabled")

    def _set_disabled(self, district: DistrictId, is_disabled: bool, what: str) -> bool:
        self.district(district)
        other = (_LOGIN.district_id == district, _LOGIN.is_disabled != is_disabled)
        with self.engine.begin() as db:
            is_new = bool(db.execute(sa.update(SFTP_LOGINS).where(*other).values(is_disabled=is_disabled)).rowcount)
            if is_new:
                self._log(db, district, what, {})
        return is_new

    # What SFTP servers ask and tell

    def check_password(self, login: str, password: str) -> bool:
        """True if the login exists, is not disabled and has this password; any other takes as long."""
        known = sa.select(_LOGIN.password_hash).where(_LOGIN.district_id == login, ~_LOGIN.is_disabled)
        with self.engine.connect() as db:
            password_hash = db.scalar(known)
        return passwords.is_login_password(password_hash, password)

    def has_key(self, login: str, key: bytes) -> bool:
        """True if the login exists, is not disabled and has this public key, in the bytes that SSH sends."""
        of_login = sa.select(_KEY.public_key).join(SFTP_LOGINS, _KEY.district_id == _LOGIN.district_id)
        its = (_KEY.district_id == login, _KEY.fingerprint == fingerprint_of(key), ~_LOGIN.is_disabled)
        with self.engine.connect() as db:
            return db.scalar(of_login.where(*its)) is not None

    def note_event(self, login: str, what: str, client: str, file: str | None = None, size: int | None = None) -> None:
        """Add to the audit what an SFTP server saw. The name of an unknown login is left out: it may be a password."""
        now = datetime.now(UTC)
        with self.engine.begin() as db:
            district = db.scalar(sa.select(_LOGIN.district_id).where(_LOGIN.district_id == login))
            event = {"district_id": district, "what": what, "file": file, "bytes": size, "client": client, "at": now}
            db.execute(sa.insert(SFTP_AUDIT), event)
            if what == LOGIN:
                db.execute(sa.update(SFTP_LOGINS).where(_LOGIN.district_id == login).values(last_login_at=now))

    def sftp_events(self, district: DistrictId | None, most: int) -> list[SftpEvent]:
        """The newest events, newest first, of the district or of all."""
        columns = (SFTP_AUDIT.c[name] for name in ("district_id", "what", "file", "bytes", "client", "at"))
        events = sa.select(*columns).order_by(SFTP_AUDIT.c.event_id.desc()).limit(most)
        with self.engine.connect() as db:
            rows = db.execute(events.where(SFTP_AUDIT.c.district_id == district) if district else events).all()
        return [SftpEvent(*row) for row in rows]

    def prune_sftp_audit(self, now: datetime) -> int:
        """Delete events that are older than SFTP_AUDIT_DAYS; returns how many."""
        old = sa.delete(SFTP_AUDIT).where(SFTP_AUDIT.c.at < now - timedelta(days=SFTP_AUDIT_DAYS))
        with self.engine.begin() as db:
            return db.execute(old).rowcount


def _check_password_mark(db: sa.Connection, district: DistrictId, was: str | None) -> None:
    """Raise DecidedMeanwhile if the password is not the one that a person saw. Until the end, nobody else decides."""
    lock_district(db, district)
    made_at = db.scalar(sa.select(_LOGIN.password_made_at).where(_LOGIN.district_id == district))
    if was is not None and was != _mark_of_password(made_at):
        raise DecidedMeanwhile(f"Somebody made a new password for {district} meanwhile.")


def _mark_of_password(made_at: datetime | None) -> str:
    return made_at.isoformat() if made_at else "first"


def _row_of_key(district: DistrictId, key: PublicKey, added_at: datetime) -> dict[str, object]:
    return {"district_id": district, **vars(key), "added_at": added_at}
