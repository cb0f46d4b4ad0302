"""The log of the decisions database: who decided what about which district, and when."""

import getpass
import os
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, Final, Self

import sqlalchemy as sa

from remind_etl.databases import migrate
from remind_etl.decided.tables import DECISIONS
from remind_etl.schema.district_id import DistrictId, district_id

CHANGES_ROSTERS: Final = (
    "school confirmed",
    "school ignored",
    "school decision taken back",
    "platform schools imported",
    "district changed",
    "limits of files changed",
    "removals approved",
    "removals refused",
    "link taken back",
    "district paused",
    "district resumed",
    "run asked for",
)
"""Decisions that a run takes up, without a new upload."""

CHANGES_NOTHING: Final = ("removals refused", "district paused")
"""Those of them whose run only says so: the platform is as before."""


@dataclass(frozen=True)
class Decision:
    """What a person decided, who and when."""

    what: str
    detail: Mapping[str, object]
    decided_by: str
    decided_at: datetime


class DecisionLog:
    """The database itself. Every change is one transaction, which also writes the log of decisions."""

    def __init__(self, url: str, decided_by: str | None = None, keeps_connections: bool = False) -> None:
        """Keep decisions at the URL; `decided_by` is who decides, by itself the login of this process.

        A process that answers many requests `keeps_connections`.
        """
        self._url = url
        self._keeps_connections = keeps_connections
        self.decided_by = decided_by or login_of_account()

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, opened and its schema brought up to date at the first use."""
        engine = migrate.open_engine(self._url, "decided", self._keeps_connections)
        migrate.apply_migrations(engine, "decided")
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _read_any_text)
            engine.dispose()  # a kept connection was made before
        return engine

    def acting_as(self, who: str) -> Self:
        """The same decisions, in which this name decides from now on."""
        same = copy(self)
        same.__dict__["engine"] = self.engine  # one pool of connections, however many people decide
        same.decided_by = who
        return same

    def decided_since(self, decision_id: int) -> dict[DistrictId, int]:
        """The districts whose rosters a later decision changes, with the newest such decision."""
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(DECISIONS.c.district_id, sa.func.max(DECISIONS.c.decision_id))
                .where(DECISIONS.c.decision_id > decision_id, DECISIONS.c.what.in_(CHANGES_ROSTERS))
                .group_by(DECISIONS.c.district_id)
            ).all()
        return {district_id(district): int(newest) for district, newest in rows}

    def last_decided_at(self, district_id: DistrictId) -> datetime | None:
        """When something that changes the district's rosters was decided last."""
        effective = [what for what in CHANGES_ROSTERS if what not in CHANGES_NOTHING]
        with self.engine.connect() as db:
            newest: datetime | None = db.scalar(
                sa.select(sa.func.max(DECISIONS.c.decided_at)).where(
                    DECISIONS.c.district_id == district_id, DECISIONS.c.what.in_(effective)
                )
            )
            return newest

    def newest_decision(self, district_id: DistrictId) -> int:
        """The number of the newest decision that changes the district's rosters, 0 if there is none."""
        with self.engine.connect() as db:
            newest: int | None = db.scalar(
                sa.select(sa.func.max(DECISIONS.c.decision_id)).where(
                    DECISIONS.c.district_id == district_id, DECISIONS.c.what.in_(CHANGES_ROSTERS)
                )
            )
            return newest or 0

    def newest_of_all(self) -> int:
        """The number of the newest decision about any district, 0 if there is none."""
        with self.engine.connect() as db:
            newest: int | None = db.scalar(sa.select(sa.func.max(DECISIONS.c.decision_id)))
            return newest or 0

    def log(self, district_id: DistrictId, most: int | None = None) -> list[Decision]:
        """Who decided what and when of the district, newest first, perhaps at most so many."""
        columns = (DECISIONS.c[field.name] for field in fields(Decision))
        of_district = sa.select(*columns).where(DECISIONS.c.district_id == district_id)
        with self.engine.connect() as db:
            rows = db.execute(of_district.order_by(DECISIONS.c.decision_id.desc()).limit(most)).all()
        return [Decision(*row) for row in rows]

    def record(self, district_id: DistrictId, what: str, detail: Mapping[str, object], by: str | None = None) -> None:
        """Record what a person did that has no other trace here; the detail is of counts and ids, and of no person.

        `by` is who did it, if it is not the person who decides here.
        """
        with self.engine.begin() as db:
            self._log(db, district_id, what, detail, by)

    def ask_for_run(self, district_id: DistrictId) -> None:
        """Let the sensor start a run of the district, which does all steps again."""
        self.record(district_id, "run asked for", {})

    def _log(
        self, db: sa.Connection, district_id: DistrictId, what: str, detail: Mapping[str, object], by: str | None = None
    ) -> None:
        db.execute(
            sa.insert(DECISIONS),
            {
                "district_id": district_id,
                "what": what,
                "detail": dict(detail),
                "decided_by": by or self.decided_by,
                "decided_at": datetime.now(UTC),
            },
        )


def login_of_account() -> str:
    """The login of whoever runs this; its number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _read_any_text(connection: Any, _: object) -> None:
    """Let a text that is not UTF-8 be read: ProFTPD writes file names of districts as they are."""
    connection.text_factory = partial(bytes.decode, errors="replace")
