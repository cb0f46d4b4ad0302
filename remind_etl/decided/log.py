"""The log of decisions: who decided what and when."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import sqlalchemy as sa

from remind_etl.decided.tables import DECISIONS


@dataclass(frozen=True)
class Decision:
    """What a person decided, who and when."""

    what: str
    detail: Mapping[str, object]
    decided_by: str
    decided_at: datetime


def write(db: sa.Connection, district_id: str, what: str, detail: Mapping[str, object]) -> None:
    """Add to the log, in the transaction that does what was decided."""
    row = {"district_id": district_id, "what": what, "detail": detail, "decided_by": _who()}
    db.execute(sa.insert(DECISIONS), row | {"decided_at": datetime.now(UTC)})


def read(db: sa.Connection, district_id: str) -> list[Decision]:
    """The decisions on a district, newest first."""
    columns = (DECISIONS.c[field.name] for field in fields(Decision))
    of_district = sa.select(*columns).where(DECISIONS.c.district_id == district_id)
    return [Decision(**row) for row in db.execute(of_district.order_by(DECISIONS.c.decision_id.desc())).mappings()]


def _who() -> str:
    """The login of whoever runs this; its number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
