"""The table `class_seats` is named `class_memberships`, in what was delivered too."""

from alembic import op

revision = "0005"
down_revision = "0004"

_CLASS_MEMBERS = """
    create view class_members as
    select s.district_id, s.class_id, s.account_id, s.role, s.record_id,
           coalesce(s.removed_at, a.removed_at) as removed_at
    from class_memberships s
    join accounts a on s.district_id = a.district_id and s.account_id = a.account_id
    union all
    select s.district_id, s.class_id, g.guardian_account_id, 'guardian', g.student_id,
           coalesce(s.removed_at, a.removed_at, g.removed_at)
    from class_memberships s
    join accounts a on s.district_id = a.district_id and s.account_id = a.account_id
    join guardianships g on s.district_id = g.district_id and s.account_id = g.student_account_id
    where s.role = 'student'
"""


def upgrade() -> None:
    """Rename the table and the kind; the old name stays as a view for who reads it."""
    op.execute("drop view class_members")
    op.rename_table("class_seats", "class_memberships")
    op.execute(_CLASS_MEMBERS)
    op.execute("create view class_seats as select * from class_memberships")
    op.execute("update delivery_changes set kind = 'class_memberships' where kind = 'class_seats'")
    op.execute(
        """
        update deliveries
        set counts = replace(counts, '"class_seats"', '"class_memberships"'),
            standing = replace(standing, '"class_seats"', '"class_memberships"'),
            held = replace(held, '"class_seats"', '"class_memberships"')
        """
    )
