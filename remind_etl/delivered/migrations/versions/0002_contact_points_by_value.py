"""Contact points are looked up by value, whatever the district."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index."""
    op.create_index("contact_points_by_value", "contact_points", ["value", "kind"])
