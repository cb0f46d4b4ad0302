"""Pauses: a paused district is processed as far as its plan, and what waits is delivered after the pause."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from remind_etl.decided.districts import Districts, lock_district
from remind_etl.decided.tables import PAUSES
from remind_etl.errors import DecidedMeanwhile
from remind_etl.schema.district_id import DistrictId, district_id


@dataclass(frozen=True)
class Pause:
    """That a person paused a district; `ends_at` is None where only a person ends it."""

    adds_only: bool
    ends_at: datetime | None
    paused_by: str
    paused_at: datetime

    @property
    def what(self) -> Literal["all", "adds_only"]:
        """What waits: every change, or all that takes something away."""
        return "adds_only" if self.adds_only else "all"


def mark_of_pause(pause: Pause | None) -> str:
    """Stands for the pause that a person sees; blank if there is none."""
    return f"{pause.what} {pause.paused_at.isoformat()}" if pause else ""


class Pauses(Districts):
    """The pauses of districts, at most one of each."""

    def pause(
        self,
        district_id: DistrictId,
        ends_at: datetime | None = None,
        adds_only: bool = False,
        was: str | None = None,
    ) -> Pause:
        """Pause a district until a moment or, without one, until it is resumed; with `adds_only` but for additions.

        `was` is the mark of the pause that the person saw. Raises DecidedMeanwhile, and changes nothing, if the pause
        is another one now.
        """
        self.district(district_id)
        pause = Pause(adds_only, ends_at, self.decided_by, datetime.now(UTC))
        with self.engine.begin() as db:
            _check_pause(db, district_id, was)
            db.execute(sa.delete(PAUSES).where(PAUSES.c.district_id == district_id))
            db.execute(sa.insert(PAUSES), {"district_id": district_id, **vars(pause)})
            detail = {"adds_only": adds_only, "ends_at": ends_at.isoformat() if ends_at else None}
            self._log(db, district_id, "district paused", detail)
        return pause

    def resume(self, district_id: DistrictId, was: str | None = None) -> bool:
        """End the pause of a district; False if there was none. `was` and DecidedMeanwhile are as in `pause`."""
        self.district(district_id)
        with self.engine.begin() as db:
            _check_pause(db, district_id, was)
            ended = db.execute(sa.delete(PAUSES).where(PAUSES.c.district_id == district_id)).rowcount
            if ended:
                self._log(db, district_id, "district resumed", {})
        return bool(ended)

    def pauses(self, now: datetime) -> dict[DistrictId, Pause]:
        """The pauses of all districts that are paused now."""
        p = PAUSES.c
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(p.district_id, p.adds_only, p.ends_at, p.paused_by, p.paused_at).where(
                    sa.or_(p.ends_at.is_(None), p.ends_at > now)
                )
            ).all()
        return {district_id(district): Pause(*pause) for district, *pause in rows}

    def pause_of(self, district_id: DistrictId, now: datetime) -> Pause | None:
        """The pause of a district, None where there is none or it has ended by itself."""
        with self.engine.connect() as db:
            return _pause_of(db, district_id, now)


def _check_pause(db: sa.Connection, district_id: DistrictId, was: str | None) -> None:
    """Raise DecidedMeanwhile if the pause is not the one that a person saw. Until the end, nobody else decides."""
    lock_district(db, district_id)
    if was is not None and was != mark_of_pause(_pause_of(db, district_id, datetime.now(UTC))):
        raise DecidedMeanwhile(f"Somebody changed the pause of {district_id} meanwhile. Look at it again.")


def _pause_of(db: sa.Connection, district_id: DistrictId, now: datetime) -> Pause | None:
    p = PAUSES.c
    row = db.execute(
        sa.select(p.adds_only, p.ends_at, p.paused_by, p.paused_at).where(
            p.district_id == district_id, sa.or_(p.ends_at.is_(None), p.ends_at > now)
        )
    ).first()
    return Pause(*row) if row else None
