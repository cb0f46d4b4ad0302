"""Deletes from the platform's database for good: what is too old to be undone, a student, a district."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import CHANGES, DELIVERIES, LINKS, TABLES
from remind_etl.schema.district_id import DistrictId

ACCOUNTS, CONTACTS, MEMBERS = TABLES["accounts"], TABLES["contact_points"], TABLES["school_members"]
TIES, PLACES = TABLES["guardianships"], TABLES["class_memberships"]


def prune(store: PlatformStore, before: datetime) -> int:
    """Delete what deliveries before the moment changed, which can then not be undone; returns how many changes."""
    old = sa.exists().where(
        DELIVERIES.c.district_id == CHANGES.c.district_id,
        DELIVERIES.c.number == CHANGES.c.number,
        DELIVERIES.c.delivered_at < before.isoformat(timespec="milliseconds"),
    )
    with store.engine.begin() as db:
        return db.execute(sa.delete(CHANGES).where(old)).rowcount


def forget_district(store: PlatformStore, district: DistrictId) -> int:
    """Delete all records and receipts of a district; returns how many."""
    with store.engine.begin() as db:
        tables = (CHANGES, *TABLES.values(), LINKS, DELIVERIES)
        return sum(db.execute(sa.delete(t).where(t.c.district_id == district)).rowcount for t in tables)


def knows_student(store: PlatformStore, district: DistrictId, student_id: str) -> bool:
    """True if an account, removed or not, is this student's."""
    of_district = ACCOUNTS.c.district_id == district
    with store.engine.connect() as db:
        return db.execute(sa.select(1).where(of_district, ACCOUNTS.c.student_id == student_id)).first() is not None


def ids_of_others(store: PlatformStore, district: DistrictId, student_id: str) -> set[str]:
    """The ids of all other teachers and students of the district, also of removed ones."""
    of_district = ACCOUNTS.c.district_id == district
    with store.engine.connect() as db:
        rows = db.execute(sa.select(ACCOUNTS.c.teacher_id, ACCOUNTS.c.student_id).where(of_district)).all()
    return {record_id for row in rows for record_id in row if record_id} - {student_id}


def forget_student(store: PlatformStore, district: DistrictId, student_id: str) -> int:
    """Delete a student, and guardians of nobody else; returns how many records.

    Who is a teacher or a guardian too keeps the account for that.
    """
    of = {t.name: t.c.district_id == district for t in (*TABLES.values(), CHANGES, LINKS)}
    is_student = of["accounts"] & (ACCOUNTS.c.student_id == student_id)
    with store.engine.begin() as db:
        db.execute(sa.update(DELIVERIES).where(sa.false()).values(number=DELIVERIES.c.number))  # see platform.py
        students = db.execute(sa.select(ACCOUNTS.c.account_id, ACCOUNTS.c.roles).where(is_student)).all()
        ids = {account_id for account_id, _ in students}
        ours = of["guardianships"] & TIES.c.student_account_id.in_(ids)
        theirs = sa.select(TIES.c.guardian_account_id).where(of["guardianships"], TIES.c.student_account_id.not_in(ids))
        lonely = sa.select(ACCOUNTS.c.account_id).where(
            of["accounts"],
            ACCOUNTS.c.roles == "guardian",
            ACCOUNTS.c.account_id.in_(sa.select(TIES.c.guardian_account_id).where(ours)),
            ACCOUNTS.c.account_id.not_in(theirs),
        )
        erased = {account_id for account_id, roles in students if roles == "student"} | set(db.scalars(lonely))
        for account_id, roles in students:
            others = "+".join(role for role in roles.split("+") if role != "student")
            kept = of["accounts"] & (ACCOUNTS.c.account_id == account_id)
            db.execute(sa.update(ACCOUNTS).where(kept).values(student_id=None, dob=None, grade=None, roles=others))
        return sum(
            db.execute(sa.delete(t).where(of[t.name], which)).rowcount
            for t, which in (
                (CHANGES, sa.or_(*(_names(account_id) for account_id in ids | erased), sa.false())),
                (
                    PLACES,
                    PLACES.c.account_id.in_(erased) | (PLACES.c.account_id.in_(ids) & (PLACES.c.role == "student")),
                ),
                (MEMBERS, MEMBERS.c.account_id.in_(erased) | (MEMBERS.c.account_id.in_(ids) & _student_member())),
                (TIES, _either(ids | erased)),
                (CONTACTS, CONTACTS.c.account_id.in_(erased)),
                (LINKS, LINKS.c.account_id.in_(erased)),
                (ACCOUNTS, ACCOUNTS.c.account_id.in_(erased)),
            )
        )


def _names(account_id: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(CHANGES.c[name].contains(account_id) for name in ("id", "before", "after")))


def _student_member() -> sa.ColumnElement[bool]:
    return MEMBERS.c.role == "student"


def _either(accounts: Collection[str]) -> sa.ColumnElement[bool]:
    return TIES.c.student_account_id.in_(accounts) | TIES.c.guardian_account_id.in_(accounts)
