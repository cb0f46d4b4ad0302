"""Deletes from the platform's database for good: what is too old to be undone, a student, a district."""

import json
from collections.abc import Collection, Mapping
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
    """True if an account, removed or not, is or was this student's, or a change that is kept for undo names one."""
    with store.engine.connect() as db:
        return bool(_accounts_of(db, district, student_id))


def ids_of_others(store: PlatformStore, district: DistrictId, student_id: str) -> set[str]:
    """The ids of all other teachers and students of the district, also of removed ones."""
    of_district = ACCOUNTS.c.district_id == district
    with store.engine.connect() as db:
        rows = db.execute(sa.select(ACCOUNTS.c.teacher_id, ACCOUNTS.c.student_id).where(of_district)).all()
    return {record_id for row in rows for record_id in row if record_id} - {student_id}


def forget_student(store: PlatformStore, district: DistrictId, student_id: str) -> int:
    """Delete a student, and guardians of nobody else; returns how many records.

    A person who is a teacher or a guardian too, or became one, keeps the account for that. A student who has another id
    now stays one. A guardianship that was removed keeps no guardian: if its student returns, the files create both.
    """
    of = {t.name: t.c.district_id == district for t in (*TABLES.values(), CHANGES, LINKS)}
    with store.engine.begin() as db:
        db.execute(sa.update(DELIVERIES).where(sa.false()).values(number=DELIVERIES.c.number))  # see platform.py
        named = _accounts_of(db, district, student_id)
        roles = _other_roles(db, district, student_id, named)
        ties = TIES.c.student_account_id.in_(roles) | (sa.func.coalesce(TIES.c.student_id, "") == student_id)
        erased = {account_id for account_id, others in roles.items() if not others}
        erased |= _lonely_guardians(db, district, ties, roles)
        for account_id, others in roles.items():
            kept = of["accounts"] & (ACCOUNTS.c.account_id == account_id)
            db.execute(sa.update(ACCOUNTS).where(kept).values(student_id=None, dob=None, grade=None, roles=others))
        places = (PLACES.c.account_id.in_(roles) | (PLACES.c.record_id == student_id)) & (PLACES.c.role == "student")
        return sum(
            db.execute(sa.delete(t).where(of[t.name], which)).rowcount
            for t, which in (
                (CHANGES, sa.or_(*(_names(account_id) for account_id in named | erased), sa.false())),
                (PLACES, PLACES.c.account_id.in_(erased) | places),
                (MEMBERS, MEMBERS.c.account_id.in_(erased) | (MEMBERS.c.account_id.in_(roles) & _student_member())),
                (TIES, ties | _either(erased)),
                (CONTACTS, CONTACTS.c.account_id.in_(erased) | _former_contact(roles)),
                (LINKS, LINKS.c.account_id.in_(erased)),
                (ACCOUNTS, ACCOUNTS.c.account_id.in_(erased)),
            )
        )


def _accounts_of(db: sa.Connection, district: DistrictId, student_id: str) -> set[str]:
    """The accounts that have the student id, or had it while they were a student."""
    is_student, is_tie = ACCOUNTS.c.student_id == student_id, TIES.c.student_id == student_id
    is_place = (PLACES.c.record_id == student_id) & (PLACES.c.role == "student")
    found = sa.union(
        sa.select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.district_id == district, is_student),
        sa.select(TIES.c.student_account_id).where(TIES.c.district_id == district, is_tie),
        sa.select(PLACES.c.account_id).where(PLACES.c.district_id == district, is_place),
    )
    return set(db.scalars(found)) | _accounts_in_changes(db, district, student_id)


def _accounts_in_changes(db: sa.Connection, district: DistrictId, student_id: str) -> set[str]:
    """The accounts that have the student id in a record that is kept for undo."""
    text = json.dumps(student_id, ensure_ascii=False)[1:-1]
    has_text = (CHANGES.c[name].contains(text, autoescape=True) for name in ("before", "after"))
    rows = sa.select(CHANGES.c.before, CHANGES.c.after).where(CHANGES.c.district_id == district, sa.or_(*has_text))
    records = [json.loads(record) for row in db.execute(rows) for record in row if record]
    of_student = [record for record in records if _student_id(record) == student_id]
    return {record.get("student_account_id") or record["account_id"] for record in of_student}


def _student_id(record: Mapping[str, str | None]) -> str | None:
    """The student id in a record of any kind. A class membership of a teacher has the teacher's id."""
    return record.get("record_id") if record.get("role") == "student" else record.get("student_id")


def _other_roles(db: sa.Connection, district: DistrictId, student_id: str, named: Collection[str]) -> dict[str, str]:
    """The roles beside that of this student, by account. An account that is another student now is not among them."""
    columns = (ACCOUNTS.c.account_id, ACCOUNTS.c.roles, ACCOUNTS.c.student_id)
    found = sa.select(*columns).where(ACCOUNTS.c.district_id == district, ACCOUNTS.c.account_id.in_(named))
    return {
        account_id: "+".join(role for role in (roles or "").split("+") if role != "student")
        for account_id, roles, now in db.execute(found)
        if now in (None, student_id)
    }


def _lonely_guardians(
    db: sa.Connection, district: DistrictId, ties: sa.ColumnElement[bool], roles: Mapping[str, str]
) -> set[str]:
    """The guardians in these guardianships, and the accounts with this role alone, who have no other student."""
    of_district = TIES.c.district_id == district
    of_ties = sa.select(TIES.c.guardian_account_id).where(of_district, ties)
    guardians = sa.select(ACCOUNTS.c.account_id).where(
        ACCOUNTS.c.district_id == district, ACCOUNTS.c.roles == "guardian", ACCOUNTS.c.account_id.in_(of_ties)
    )
    busy = sa.select(TIES.c.guardian_account_id).where(of_district, TIES.c.removed_at.is_(None), sa.not_(ties))
    alone = {account_id for account_id, others in roles.items() if others == "guardian"}
    return (set(db.scalars(guardians)) | alone) - set(db.scalars(busy))


def _names(account_id: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(CHANGES.c[name].contains(account_id) for name in ("id", "before", "after")))


def _student_member() -> sa.ColumnElement[bool]:
    return MEMBERS.c.role == "student"


def _former_contact(accounts: Collection[str]) -> sa.ColumnElement[bool]:
    """A contact point that the account has no more: it may be one of the student."""
    return CONTACTS.c.account_id.in_(accounts) & CONTACTS.c.removed_at.is_not(None)


def _either(accounts: Collection[str]) -> sa.ColumnElement[bool]:
    return TIES.c.student_account_id.in_(accounts) | TIES.c.guardian_account_id.in_(accounts)
