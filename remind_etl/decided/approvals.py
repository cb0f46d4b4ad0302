"""Holds that a person approved or refused: by the hash of what waits, so that no word covers anything else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from remind_etl.decided.districts import Districts, lock_district
from remind_etl.decided.tables import APPROVALS, REFUSALS
from remind_etl.errors import DecidedMeanwhile
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.limits import ALL_KINDS, FORMER_HOLDS, present_hold


@dataclass(frozen=True)
class Refusal:
    """That a person refused a kind of what waits: who, when and why."""

    why: str
    refused_by: str
    refused_at: datetime


class Approvals(Districts):
    """Approvals and refusals; of both on one hash and kind, the newest counts."""

    def approve(
        self, district_id: DistrictId, hold_hash: str, kind: str, covers: Mapping[str, int] | None = None
    ) -> None:
        """Let the changes of a kind go through that are held under exactly this hash.

        `covers` is what goes by it, in counts, for the log.
        """
        self.approve_kinds(district_id, hold_hash, {kind: covers or {}})

    def approve_kinds(
        self,
        district_id: DistrictId,
        hold_hash: str,
        covers: Mapping[str, Mapping[str, int]],
        kept: Iterable[str] = (),
        was: str | None = None,
    ) -> None:
        """Approve each kind of `covers`, which has the counts that go by it, under exactly this hash.

        `kept` are kinds that were approved under an earlier hash and are so under this one: nobody decides about them,
        so no log has it. `was` is what `decisions_about` gave when the person looked.
        Raises DecidedMeanwhile, and approves nothing, if it gives something else now.
        """
        self.district(district_id)
        with self.engine.begin() as db:
            _check_decisions(db, district_id, hold_hash, was)
            for kind in kept:
                key = {"district_id": district_id, "hold_hash": hold_hash, "kind": kind}
                if not db.execute(sa.select(APPROVALS).filter_by(**key)).first():
                    db.execute(sa.insert(APPROVALS), key)
            for kind, counts in covers.items():
                key = {"district_id": district_id, "hold_hash": hold_hash, "kind": kind}
                refused = REFUSALS.c.kind.in_([kind, ALL_KINDS])
                withdrawn = db.execute(_of(REFUSALS, district_id, hold_hash).where(refused)).rowcount
                if withdrawn or not db.execute(sa.select(APPROVALS).filter_by(**key)).first():
                    db.execute(sa.delete(APPROVALS).filter_by(**key))
                    db.execute(sa.insert(APPROVALS), key)
                    detail = {"hold_hash": hold_hash, "kind": kind, "covers": dict(counts)}
                    self._log(db, district_id, "removals approved", detail)

    def refuse(
        self,
        district_id: DistrictId,
        hold_hash: str,
        why: str,
        covers: Mapping[str, int] | None = None,
        was: str | None = None,
    ) -> None:
        """Say that what waits under this hash is not to go through: approvals of it are withdrawn.

        `covers` is what was refused, in counts by kind; without it all kinds are refused. `was` is as in
        `approve_kinds`. Raises DecidedMeanwhile, and refuses nothing, as it does.
        """
        self.district(district_id)
        refusal = Refusal(why, self.decided_by, datetime.now(UTC))
        with self.engine.begin() as db:
            _check_decisions(db, district_id, hold_hash, was)
            for table in (APPROVALS, REFUSALS):
                theirs = table.c.kind.in_(_names_of(covers)) if covers else sa.true()
                db.execute(_of(table, district_id, hold_hash).where(theirs))
            key = {"district_id": district_id, "hold_hash": hold_hash}
            db.execute(sa.insert(REFUSALS), [{**key, "kind": kind, **vars(refusal)} for kind in covers or (ALL_KINDS,)])
            detail = {"hold_hash": hold_hash, "why": why, "covers": dict(covers or {})}
            self._log(db, district_id, "removals refused", detail)

    def decisions_about(self, district_id: DistrictId, hold_hash: str) -> str:
        """Stands for all approvals and refusals of what is held under this hash; blank if there are none."""
        with self.engine.connect() as db:
            return _decisions_about(db, district_id, hold_hash)

    def approved_kinds(self, district_id: DistrictId, hold_hash: str) -> list[str]:
        """The kinds whose changes, held under this hash, are approved."""
        with self.engine.connect() as db:
            kinds = db.scalars(
                sa.select(APPROVALS.c.kind).where(
                    APPROVALS.c.district_id == district_id, APPROVALS.c.hold_hash == hold_hash
                )
            )
            return sorted({present_hold(kind) for kind in kinds})

    def refusals(self, district_id: DistrictId, hold_hash: str) -> dict[str, Refusal]:
        """The refusals of what is held under this hash, by kind; ALL_KINDS if one names no kind. The newest is last."""
        r = REFUSALS.c
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(r.kind, r.why, r.refused_by, r.refused_at)
                .where(r.district_id == district_id, r.hold_hash == hold_hash)
                .order_by(r.refused_at, r.kind)
            ).all()
        return {present_hold(kind): Refusal(*refused) for kind, *refused in rows}

    def refusal(self, district_id: DistrictId, hold_hash: str) -> Refusal | None:
        """The newest refusal of what is held under this hash, of any kind."""
        return next(reversed(self.refusals(district_id, hold_hash).values()), None)


def _check_decisions(db: sa.Connection, district_id: DistrictId, hold_hash: str, was: str | None) -> None:
    """Raise DecidedMeanwhile if the decisions are not those that a person saw. Until the end, nobody else decides."""
    lock_district(db, district_id)
    if was is not None and was != _decisions_about(db, district_id, hold_hash):
        raise DecidedMeanwhile(f"Somebody decided about these changes of {district_id} meanwhile. Look at them again.")


def _decisions_about(db: sa.Connection, district_id: DistrictId, hold_hash: str) -> str:
    approved, refused = (
        db.execute(sa.select(*columns).filter_by(district_id=district_id, hold_hash=hold_hash)).all()
        for columns in ([APPROVALS.c.kind], [REFUSALS.c.kind, REFUSALS.c.refused_at])
    )
    marks = {f"approved {kind}" for (kind,) in approved} | {f"refused {kind} {at.isoformat()}" for kind, at in refused}
    return ", ".join(sorted(marks))


def _names_of(kinds: Iterable[str]) -> list[str]:
    """The present and the former names of the kinds."""
    present = set(kinds)
    return [*present, *(former for former, name in FORMER_HOLDS.items() if name in present)]


def _of(table: sa.Table, district_id: DistrictId, hold_hash: str) -> sa.Delete:
    return sa.delete(table).where(table.c.district_id == district_id, table.c.hold_hash == hold_hash)
