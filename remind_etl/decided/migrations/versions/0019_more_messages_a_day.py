"""More than one message of an event a day: a new fact after a contrary message is sent on the same day."""

from alembic import op

revision = "0019"
down_revision = "0018"

POSTGRES_NAME = "messages_district_id_receiver_event_day_key"
CONVENTION = {"uq": "uq_%(table_name)s"}
"""SQLite gives the constraint no name, so it gets one while the table is made again."""


def upgrade() -> None:
    """Replace the constraint by an index."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("messages", naming_convention=CONVENTION) as messages:
            messages.drop_constraint("uq_messages", type_="unique")
    else:
        op.drop_constraint(POSTGRES_NAME, "messages", type_="unique")
    op.create_index("ix_messages_of_district", "messages", ["district_id", "receiver", "event"])
