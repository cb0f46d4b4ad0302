"""The removals of each delivery by hold, with which the removals of later drops are compared."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_HOLDS = {
    "teachers": "accounts",
    "guardians": "accounts",
    "students": "accounts",
    "contact points": "contact_points",
    "classes": "classes",
    "class members": "class_memberships",
}


def upgrade() -> None:
    """Add the column. Of earlier deliveries it has the removals of the kind of record: those by hold are not known."""
    op.add_column("deliveries", sa.Column("removals", sa.String, nullable=False, server_default="{}"))
    db = op.get_bind()
    for district_id, number, counts in db.execute(sa.text("select district_id, number, counts from deliveries")).all():
        removed = {kind: actions.get("remove", 0) for kind, actions in json.loads(counts).items()}
        removals = {hold: removed[kind] for hold, kind in _HOLDS.items() if removed.get(kind)}
        db.execute(
            sa.text("update deliveries set removals = :removals where district_id = :district and number = :number"),
            {"removals": json.dumps(removals), "district": district_id, "number": number},
        )
