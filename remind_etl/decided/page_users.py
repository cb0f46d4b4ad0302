"""The people who sign in to the SIS Sync pages: administrators of districts, and operators, who see all districts."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from remind_etl.decided import passwords
from remind_etl.decided.districts import Districts
from remind_etl.decided.tables import ADMINISTRATORS, PAGE_USERS, SIGN_INS
from remind_etl.errors import UsageError
from remind_etl.schema.district_id import DistrictId, district_id

AUDIT_DAYS: Final = 400
"""How long sign-ins are kept."""

NOBODY_KNOWN: Final = 0
"""The number in the audit for an email that nobody has."""

_USER = PAGE_USERS.c
_OF = ADMINISTRATORS.c


@dataclass(frozen=True)
class PageUser:
    """Who signs in, and the districts that they may see; an operator sees all."""

    user_id: int
    email: str
    is_operator: bool
    password_hash: str
    signed_out_at: datetime | None
    districts: tuple[DistrictId, ...]

    def may_see(self, district: DistrictId) -> bool:
        """True if the pages of the district are theirs to see and to decide on."""
        return self.is_operator or district in self.districts


@dataclass(frozen=True)
class SignIn:
    """That a person signed in or out, or that somebody could not sign in. No email: only a number."""

    user_id: int
    what: str
    at: datetime


class PageUsers(Districts):
    """Administrators and operators, and their passwords. An email is one person, in any case of its letters."""

    def add_administrator(self, district: DistrictId, email: str) -> str | None:
        """Let a person see a district's pages; returns the password if the person is new, which is shown this once.

        Raises UsageError if the email cannot be one, or the person is an administrator of the district already.
        """
        self.district(district)
        with self.engine.begin() as db:
            user_id, password = _known_or_new(db, _email(email))
            if db.execute(sa.select(ADMINISTRATORS).filter_by(district_id=district, user_id=user_id)).first():
                raise UsageError(f"This person is an administrator of {district} already.")
            db.execute(sa.insert(ADMINISTRATORS), {"district_id": district, "user_id": user_id})
            self._log(db, district, "administrator added", {"user": user_id})
        return password

    def remove_administrator(self, district: DistrictId, email: str) -> None:
        """Take a district's pages from a person at once. Who has no district left, and is no operator, is deleted.

        Raises UsageError if the person is no administrator of the district.
        """
        self.district(district)
        with self.engine.begin() as db:
            user_id = db.scalar(sa.select(_USER.user_id).where(_USER.email == email.strip().lower()))
            of_both = (_OF.district_id == district, _OF.user_id == user_id)
            if user_id is None or not db.execute(sa.delete(ADMINISTRATORS).where(*of_both)).rowcount:
                raise UsageError(
                    f"This person is no administrator of {district}. See `remind-etl admins list {district}`."
                )
            delete_people_without_district(db)
            self._log(db, district, "administrator removed", {"user": user_id})

    def administrators(self, district: DistrictId) -> list[PageUser]:
        """The administrators of a district, by email."""
        self.district(district)
        of_district = _USER.user_id.in_(sa.select(_OF.user_id).where(_OF.district_id == district))
        return self._users(of_district)

    def add_operator(self, email: str) -> str | None:
        """Let a person see all districts; returns the password if the person is new, which is shown this once.

        Raises UsageError if the email cannot be one, or the person is an operator already.
        """
        with self.engine.begin() as db:
            user_id, password = _known_or_new(db, _email(email))
            if db.scalar(sa.select(_USER.is_operator).where(_USER.user_id == user_id)):
                raise UsageError("This person is an operator already.")
            db.execute(sa.update(PAGE_USERS).where(_USER.user_id == user_id).values(is_operator=True))
        return password

    def remove_operator(self, email: str) -> None:
        """Take all districts from an operator at once, but for those that they administer.

        Raises UsageError if the person is no operator.
        """
        is_theirs = (_USER.email == email.strip().lower(), _USER.is_operator)
        with self.engine.begin() as db:
            if not db.execute(sa.update(PAGE_USERS).where(*is_theirs).values(is_operator=False)).rowcount:
                raise UsageError("This person is no operator. See `remind-etl operators list`.")
            delete_people_without_district(db)

    def operators(self) -> list[PageUser]:
        """The operators, by email."""
        return self._users(_USER.is_operator)

    def new_page_password(self, email: str) -> str:
        """Replace the password of a person; returns the new one. Their sessions end at once.

        Raises UsageError if nobody has the email.
        """
        password, password_hash = passwords.new_password()
        with self.engine.begin() as db:
            theirs = sa.update(PAGE_USERS).where(_USER.email == email.strip().lower())
            if not db.execute(theirs.values(password_hash=password_hash)).rowcount:
                raise UsageError("Nobody signs in with this email.")
        return password

    def signed_in(self, email: str, password: str) -> PageUser | None:
        """The person who has this email and password; an unknown email takes as long as a known one."""
        found = self._users(_USER.email == email.strip().lower())
        user = found[0] if found else None
        is_theirs = passwords.is_password(user.password_hash if user else None, password)
        with self.engine.begin() as db:  # of an unknown email too, so that both take as long
            _audit(db, user.user_id if user else NOBODY_KNOWN, "signed in" if is_theirs else "wrong password")
        return user if is_theirs else None

    def signed_in_by_provider(self, email: str | None) -> PageUser | None:
        """The person with this email, which a provider has verified; None, and recorded too, if there is none."""
        found = self._users(_USER.email == email.strip().lower()) if email else []
        user = found[0] if found else None
        with self.engine.begin() as db:
            _audit(db, user.user_id if user else NOBODY_KNOWN, "signed in by provider" if user else "unknown email")
        return user

    def sign_out(self, user: PageUser) -> None:
        """End all sessions of the person."""
        with self.engine.begin() as db:
            theirs = sa.update(PAGE_USERS).where(_USER.user_id == user.user_id)
            db.execute(theirs.values(signed_out_at=datetime.now(UTC)))
            _audit(db, user.user_id, "signed out")

    def sign_ins(self, most: int) -> list[SignIn]:
        """The newest sign-ins, wrong passwords and sign-outs, newest first."""
        columns = (SIGN_INS.c.user_id, SIGN_INS.c.what, SIGN_INS.c.at)
        with self.engine.connect() as db:
            rows = db.execute(sa.select(*columns).order_by(SIGN_INS.c.sign_in_id.desc()).limit(most)).all()
        return [SignIn(*row) for row in rows]

    def page_user(self, user_id: int) -> PageUser | None:
        """The person with this number."""
        found = self._users(_USER.user_id == user_id)
        return found[0] if found else None

    def _users(self, where: sa.ColumnElement[bool]) -> list[PageUser]:
        columns = (_USER.user_id, _USER.email, _USER.is_operator, _USER.password_hash, _USER.signed_out_at)
        with self.engine.connect() as db:
            users = db.execute(sa.select(*columns).where(where).order_by(_USER.email)).all()
            numbers = [user.user_id for user in users]
            pairs = db.execute(
                sa.select(_OF.user_id, _OF.district_id).where(_OF.user_id.in_(numbers)).order_by(_OF.district_id)
            ).all()
        return [
            PageUser(*user, districts=tuple(district_id(theirs) for owner, theirs in pairs if owner == user.user_id))
            for user in users
        ]


def delete_people_without_district(db: sa.Connection) -> int:
    """Delete the people who can see nothing any more; returns how many."""
    some_district = sa.select(_OF.user_id)
    without = sa.delete(PAGE_USERS).where(~_USER.is_operator, _USER.user_id.not_in(some_district))
    return db.execute(without).rowcount


def _audit(db: sa.Connection, user_id: int, what: str) -> None:
    """Record it, and forget what is older than AUDIT_DAYS."""
    now = datetime.now(UTC)
    db.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.at < now - timedelta(days=AUDIT_DAYS)))
    db.execute(sa.insert(SIGN_INS), {"user_id": user_id, "what": what, "at": now})


def _known_or_new(db: sa.Connection, email: str) -> tuple[int, str | None]:
    """The number of the person with the email, and the password if they are new."""
    known: int | None = db.scalar(sa.select(_USER.user_id).where(_USER.email == email))
    if known is not None:
        return known, None
    password, password_hash = passwords.new_password()
    row = {"email": email, "password_hash": password_hash, "is_operator": False, "added_at": datetime.now(UTC)}
    made: int = db.execute(sa.insert(PAGE_USERS).values(row).returning(_USER.user_id)).scalar_one()
    return made, password


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text.strip()):
        raise UsageError("This cannot be an email. Write it as name@example.org.")
    return text.strip().lower()
