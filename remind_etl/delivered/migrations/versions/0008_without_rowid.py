"""In SQLite, the records lie in the order of their key, once: not in a table and again in an index of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEYS = {
    "accounts": ("account_id",),
    "contact_points": ("kind", "value"),
    "school_members": ("account_id", "school_id", "role"),
    "guardianships": ("guardian_account_id", "student_account_id"),
    "classes": ("class_id",),
    "class_memberships": ("class_id", "account_id", "role"),
}
_INDEXES = {
    "contact_points_by_value": ("contact_points", ["value", "kind"]),
    "accounts_by_id": ("accounts", ["account_id"]),
}


def upgrade() -> None:
    """Make the tables anew. Postgres has no such tables."""
    db = op.get_bind()
    if db.dialect.name != "sqlite":
        return
    op.execute("pragma cache_size = -262144")
    views = db.execute(sa.text("select sql from sqlite_master where type = 'view'")).scalars().all()
    op.execute("drop view class_members")
    op.execute("drop view class_seats")
    for name, key in _KEYS.items():
        _make_anew(db, name, ("district_id", *key))
    for name, of in _INDEXES.items():
        op.create_index(name, *of)
    for statement in views:
        op.execute(statement)


def _make_anew(db: sa.Connection, name: str, key: tuple[str, ...]) -> None:
    columns = sa.inspect(db).get_columns(name)
    op.create_table(
        f"{name}_by_key",
        *(sa.Column(c["name"], sa.String, nullable=c["nullable"]) for c in columns),
        sa.PrimaryKeyConstraint(*key),
        sqlite_with_rowid=False,
    )
    before, after = (sa.table(table, *(sa.column(c["name"]) for c in columns)) for table in (name, f"{name}_by_key"))
    rows = sa.select(before).order_by(*(before.c[column] for column in key))
    db.execute(sa.insert(after).from_select(before.c.keys(), rows))
    op.drop_table(name)
    op.rename_table(f"{name}_by_key", name)
