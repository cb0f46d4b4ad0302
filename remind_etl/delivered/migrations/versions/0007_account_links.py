"""Which accounts of a district belong to somebody outside of it too, and which contact points a person verified."""

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NAMESPACE = uuid.UUID("f3a1c6d2-b95e-4c0f-8a7d-1e2b6c9f5d04")
_COUNTERS = ("", *(f"#{nth}" for nth in range(2, 10)))


def upgrade() -> None:
    """Add the table, the column and an index, and find the links that the former rule made."""
    op.add_column("contact_points", sa.Column("verified_at", sa.String))
    op.create_index("accounts_by_id", "accounts", ["account_id"])
    op.create_table(
        "account_links",
        sa.Column("district_id", sa.String, nullable=False),
        sa.Column("account_id", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("linked_at", sa.String),
        sa.PrimaryKeyConstraint("district_id", "account_id"),
    )
    _find_links(op.get_bind())


def _find_links(db: sa.Connection) -> None:
    """An account in several districts is of the one that made its id. In the others it is linked."""
    several = "select account_id from accounts group by account_id having count(*) > 1"
    columns = ("district_id", "account_id", "teacher_id", "student_id", "first_name", "last_name")
    accounts = sa.table("accounts", *map(sa.column, columns))
    shared = db.execute(
        sa.select(accounts)
        .where(accounts.c.account_id.in_(sa.text(several)))
        .order_by(accounts.c.account_id, accounts.c.district_id)
    ).all()
    origin: dict[str, str] = {}
    for account in shared:
        if account.account_id not in origin and _is_maker(db, account):
            origin[account.account_id] = account.district_id
    for account in shared:
        # If no district made the id, any of them may be the first. Then the first in order is spared.
        if origin.setdefault(account.account_id, account.district_id) != account.district_id:
            link = {"district_id": account.district_id, "account_id": account.account_id, "rule": "former_rule"}
            db.execute(sa.insert(sa.table("account_links", *map(sa.column, link))).values(link))


def _is_maker(db: sa.Connection, account: Any) -> bool:
    """True for an account of a person themselves, and for the district from whose ids the account's id was made."""
    return not account.district_id or account.account_id in {
        _account_uuid(account.district_id, f"{role}{nth}", of_role)
        for role, of_role in _ids(db, account)
        for nth in _COUNTERS
    }


def _ids(db: sa.Connection, account: Any) -> Iterator[tuple[str, str]]:
    if account.teacher_id:
        yield "teacher", account.teacher_id
    if account.student_id:
        yield "student", account.student_id
    contacts = sa.table("contact_points", *map(sa.column, ("district_id", "account_id", "value")))
    of_account = (contacts.c.district_id == account.district_id) & (contacts.c.account_id == account.account_id)
    name = " ".join(f"{account.first_name or ''} {account.last_name or ''}".lower().split())
    for contact in db.scalars(sa.select(contacts.c.value).where(of_account)):
        yield "guardian", contact
        yield "guardian", f"{contact} {name}"


def _account_uuid(district_id: str, role: str, of_role: str) -> str:
    """The id that provisioned/comparisons.sql makes: the name-based UUID of district, role and id."""
    digest = hashlib.sha1(_NAMESPACE.bytes + f"{district_id}:{role}:{of_role}".encode(), usedforsecurity=False)
    return str(uuid.UUID(bytes=digest.digest()[:16], version=5))
