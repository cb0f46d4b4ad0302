"""What the platform holds, by district, and the receipts of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _create(name: str, key: tuple[str, ...], *columns: sa.Column[str]) -> None:
    """A table of records of one kind; a removed record stays, with the time of its removal."""
    op.create_table(
        name,
        sa.Column("district_id", sa.String, nullable=False),
        *columns,
        sa.Column("removed_at", sa.String),
        sa.PrimaryKeyConstraint("district_id", *key),
    )


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=nullable)


def upgrade() -> None:
    """Make the tables."""
    _create(
        "accounts",
        ("account_id",),
        _text("account_id"),
        _text("roles"),
        *(
            _text(name, nullable=True)
            for name in ("teacher_id", "student_id", "first_name", "last_name", "email", "phone", "dob", "grade")
        ),
    )
    _create("contact_points", ("kind", "value"), _text("account_id"), _text("kind"), _text("value"))
    _create(
        "school_members",
        ("account_id", "school_id", "role"),
        *(_text(name) for name in ("account_id", "school_id", "platform_school_id", "role")),
    )
    _create(
        "guardianships",
        ("guardian_account_id", "student_account_id"),
        *(_text(name) for name in ("guardian_account_id", "student_account_id", "student_id")),
    )
    _create(
        "classes",
        ("class_id",),
        *(
            _text(name)
            for name in (
                "class_id",
                "school_id",
                "platform_school_id",
                "class_name",
                "owner_account_id",
                "owner_teacher_id",
            )
        ),
    )
    _create(
        "class_seats",
        ("class_id", "account_id", "role"),
        *(_text(name) for name in ("class_id", "account_id", "role", "record_id")),
    )
    op.create_table(
        "deliveries",
        sa.Column("district_id", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("drop_id", sa.String, nullable=False),
        sa.Column("plan_hash", sa.String, nullable=False),
        sa.Column("counts", sa.String, nullable=False),
        sa.Column("standing", sa.String, nullable=False),
        sa.Column("delivered_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("district_id", "number"),
    )
    op.execute(
        """
        create view class_members as
        select s.district_id, s.class_id, s.account_id, s.role, s.record_id,
               coalesce(s.removed_at, a.removed_at) as removed_at
        from class_seats s
        join accounts a on s.district_id = a.district_id and s.account_id = a.account_id
        union all
        select s.district_id, s.class_id, g.guardian_account_id, 'guardian', g.student_id,
               coalesce(s.removed_at, a.removed_at, g.removed_at)
        from class_seats s
        join accounts a on s.district_id = a.district_id and s.account_id = a.account_id
        join guardianships g on s.district_id = g.district_id and s.account_id = g.student_account_id
        where s.role = 'student'
        """
    )
