"""The decisions database: districts, school links, approvals, and who decided what and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import phonenumbers
import sqlalchemy as sa

from remind_etl import contract, migrate
from remind_etl.decided import log, passwords
from remind_etl.decided.tables import APPROVALS, DECISIONS, DISTRICTS, PLATFORM_SCHOOLS, SCHOOL_LINKS
from remind_etl.errors import UnknownDistrict, UsageError

LinkPolicy = Literal["ask", "exact"]
"""Who confirms a proposed school link: a person, or the district's policy where id or name are exactly equal."""


@dataclass(frozen=True)
class District:
    """A district as it was set up."""

    district_id: str
    name: str
    region: str
    link_policy: str
    added_at: datetime


@dataclass(frozen=True)
class SchoolLink:
    """A person's decision on a school of the files: the platform school it feeds, or None for an ignored one."""

    school_id: str
    platform_school_id: str | None
    link: Literal["confirmed", "ignored"]


class DecisionStore:
    """All that people decide. Every change is one transaction, which also writes the log of decisions."""

    def __init__(self, url: str) -> None:
        """Open the database and bring its schema up to date."""
        self.engine = migrate.engine(url)
        migrate.upgrade(self.engine, "decided")

    # Districts

    def add_district(self, district_id: str, name: str, region: str = "US", link_policy: LinkPolicy = "ask") -> str:
        """Add a district; returns the password of its SFTP login, which is shown this once.

        Raises UsageError if the id cannot be used or is taken, or the region is none.
        """
        if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
            raise UsageError(f"{region!r} is no region: give the two letters of a country, such as US.")
        password, password_hash = passwords.new_password()
        row = {
            "district_id": contract.district_id(district_id),
            "name": name,
            "region": region.upper(),
            "link_policy": link_policy,
            "password_hash": password_hash,
            "added_at": datetime.now(UTC),
        }
        with self.engine.begin() as db:
            taken = db.scalar(
                sa.select(DISTRICTS.c.district_id).where(sa.func.lower(DISTRICTS.c.district_id) == district_id.lower())
            )
            if taken or district_id.lower() == "collector":
                raise UsageError(f"The id {district_id} is taken. Choose another, or see `remind-etl districts list`.")
            db.execute(sa.insert(DISTRICTS), row)
            log.write(db, district_id, "district added", {"region": row["region"], "link_policy": link_policy})
        return password

    def new_password(self, district_id: str) -> str:
        """Replace the password of the district's login; returns the new one."""
        password, password_hash = passwords.new_password()
        self.district(district_id)
        with self.engine.begin() as db:
            db.execute(
                sa.update(DISTRICTS).where(DISTRICTS.c.district_id == district_id).values(password_hash=password_hash)
            )
            log.write(db, district_id, "password replaced", {})
        return password

    def check_password(self, district_id: str, password: str) -> bool:
        """True if the login exists and has this password; unknown logins take as long as known ones."""
        with self.engine.connect() as db:
            known = db.scalar(sa.select(DISTRICTS.c.password_hash).where(DISTRICTS.c.district_id == district_id))
        return passwords.is_password(known, password)

    def districts(self) -> list[District]:
        """All districts, by id."""
        with self.engine.connect() as db:
            rows = db.execute(_DISTRICT.order_by(DISTRICTS.c.district_id)).mappings().all()
        return [District(**row) for row in rows]

    def district(self, district_id: str) -> District:
        """The district.

        Raises UnknownDistrict if there is none.
        """
        with self.engine.connect() as db:
            row = db.execute(_DISTRICT.where(DISTRICTS.c.district_id == district_id)).mappings().first()
        if row is None:
            raise UnknownDistrict(f"There is no district {district_id!r}. `remind-etl districts list` lists them.")
        return District(**row)

    # Schools

    def import_schools(self, district_id: str, schools: Mapping[str, str]) -> None:
        """Replace the district's platform schools by these, as id to name."""
        self.district(district_id)
        rows = [{"district_id": district_id, "platform_school_id": i, "name": n} for i, n in schools.items()]
        with self.engine.begin() as db:
            db.execute(sa.delete(PLATFORM_SCHOOLS).where(PLATFORM_SCHOOLS.c.district_id == district_id))
            if rows:
                db.execute(sa.insert(PLATFORM_SCHOOLS), rows)
            log.write(db, district_id, "platform schools imported", {"schools": len(rows)})

    def platform_schools(self, district_id: str) -> dict[str, str]:
        """The district's platform schools, id to name."""
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(PLATFORM_SCHOOLS.c.platform_school_id, PLATFORM_SCHOOLS.c.name)
                .where(PLATFORM_SCHOOLS.c.district_id == district_id)
                .order_by(PLATFORM_SCHOOLS.c.platform_school_id)
            ).all()
        return {str(school_id): str(name) for school_id, name in rows}

    def link_schools(self, district_id: str, links: Iterable[SchoolLink]) -> None:
        """Record a person's decisions on schools, replacing earlier ones on the same schools.

        Raises UsageError if a platform school is not one of the district's.
        """
        self.district(district_id)
        decided = list(links)
        known = self.platform_schools(district_id)
        for link in decided:
            if link.link == "confirmed" and link.platform_school_id not in known:
                raise UsageError(
                    f"The platform has no school {link.platform_school_id!r} in {district_id}. "
                    f"Import the platform's schools first: `remind-etl schools import {district_id} FILE`."
                )
        with self.engine.begin() as db:
            for link in decided:
                db.execute(
                    sa.delete(SCHOOL_LINKS).where(
                        SCHOOL_LINKS.c.district_id == district_id, SCHOOL_LINKS.c.school_id == link.school_id
                    )
                )
                db.execute(sa.insert(SCHOOL_LINKS), {"district_id": district_id, **vars(link)})
                log.write(db, district_id, f"school {link.link}", {k: v for k, v in vars(link).items() if k != "link"})

    def school_links(self, district_id: str) -> list[SchoolLink]:
        """The decisions on the district's schools, by school id."""
        table = SCHOOL_LINKS.c
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(table.school_id, table.platform_school_id, table.link)
                .where(table.district_id == district_id)
                .order_by(table.school_id)
            ).mappings()
            return [SchoolLink(**row) for row in rows]

    # Approvals

    def approve(self, district_id: str, plan_hash: str, kind: str) -> None:
        """Let the removals of a kind go through that are held in exactly the plan published under this hash."""
        self.district(district_id)
        key = {"district_id": district_id, "plan_hash": plan_hash, "kind": kind}
        with self.engine.begin() as db:
            if not db.execute(sa.select(APPROVALS).filter_by(**key)).first():
                db.execute(sa.insert(APPROVALS), key)
                log.write(db, district_id, "removals approved", {"plan_hash": plan_hash, "kind": kind})

    def approved_kinds(self, district_id: str, plan_hash: str) -> list[str]:
        """The kinds whose removals, held under this hash, are approved."""
        with self.engine.connect() as db:
            return list(
                db.scalars(
                    sa.select(APPROVALS.c.kind)
                    .where(APPROVALS.c.district_id == district_id, APPROVALS.c.plan_hash == plan_hash)
                    .order_by(APPROVALS.c.kind)
                )
            )

    def undo(self, district_id: str, delivery: int, removals_only: bool) -> None:
        """Record that a delivery is to be undone. What was approved lapses, else the next run would remove it again."""
        self.district(district_id)
        with self.engine.begin() as db:
            db.execute(sa.delete(APPROVALS).where(APPROVALS.c.district_id == district_id))
            log.write(db, district_id, "delivery undone", {"delivery": delivery, "removals_only": removals_only})

    # The log

    def decided_since(self, decision_id: int) -> dict[str, int]:
        """The districts whose rosters a later decision changes, with the newest such decision."""
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(DECISIONS.c.district_id, sa.func.max(DECISIONS.c.decision_id))
                .where(DECISIONS.c.decision_id > decision_id, DECISIONS.c.what.in_(_CHANGES_ROSTERS))
                .group_by(DECISIONS.c.district_id)
            ).all()
        return {str(district_id): int(newest) for district_id, newest in rows}

    def last_decided_at(self, district_id: str) -> datetime | None:
        """When something that changes the district's rosters was decided last."""
        with self.engine.connect() as db:
            newest: datetime | None = db.scalar(
                sa.select(sa.func.max(DECISIONS.c.decided_at)).where(
                    DECISIONS.c.district_id == district_id, DECISIONS.c.what.in_(_CHANGES_ROSTERS)
                )
            )
            return newest

    def record(self, district_id: str, what: str, detail: Mapping[str, object]) -> None:
        """Record what a person did that has no other trace here; the detail is of counts and ids, and of no person."""
        with self.engine.begin() as db:
            log.write(db, district_id, what, detail)

    def forget(self, district_id: str) -> int:
        """Delete a district, its login and all that was decided about it; returns how many rows."""
        self.district(district_id)
        tables = (DECISIONS, APPROVALS, SCHOOL_LINKS, PLATFORM_SCHOOLS, DISTRICTS)
        with self.engine.begin() as db:
            return sum(db.execute(sa.delete(t).where(t.c.district_id == district_id)).rowcount for t in tables)

    def log(self, district_id: str) -> list[log.Decision]:
        """Who decided what and when of the district, newest first."""
        self.district(district_id)
        with self.engine.connect() as db:
            return log.read(db, district_id)


_CHANGES_ROSTERS = ("school confirmed", "school ignored", "removals approved", "platform schools imported")

_DISTRICT = sa.select(
    DISTRICTS.c.district_id,
    DISTRICTS.c.name,
    DISTRICTS.c.region,
    DISTRICTS.c.link_policy,
    DISTRICTS.c.added_at,
)
