"""The decisions database: districts, logins, school links, holds, pauses, page users, messages, and the log."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa

from remind_etl.decided import links
from remind_etl.decided.account_links import AccountLinks
from remind_etl.decided.approvals import Approvals, Refusal
from remind_etl.decided.districts import District, known_region
from remind_etl.decided.links import LinkDecision, SchoolLink
from remind_etl.decided.log import Decision
from remind_etl.decided.logins import SftpEvent, SftpKey, SftpLogin, SftpLogins
from remind_etl.decided.manifests import Manifests
from remind_etl.decided.outbox import Outbox
from remind_etl.decided.page_users import PageUsers, delete_people_without_district
from remind_etl.decided.pauses import Pause, Pauses
from remind_etl.decided.tables import APPROVALS, METADATA, PLATFORM_SCHOOLS
from remind_etl.errors import TransientError, UsageError
from remind_etl.schema.district_id import DistrictId

__all__ = [
    "DecisionStore",
    "District",
    "LinkDecision",
    "Pause",
    "Refusal",
    "SchoolLink",
    "SftpEvent",
    "SftpKey",
    "SftpLogin",
    "known_region",
]


Answer = TypeVar("Answer")


class DecisionStore(Approvals, Pauses, AccountLinks, PageUsers, SftpLogins, Outbox, Manifests):
    """All that people decide. Every change is one transaction, which also writes the log of decisions."""

    def seen_once(self) -> "DecisionStore":
        """The same for one reader, who gets the answer of the first time to what several parts of a page ask."""
        return _AskedOnce(self)

    # Schools

    def import_schools(self, district_id: DistrictId, schools: Mapping[str, str]) -> None:
        """Replace the district's platform schools by these, as id to name."""
        self.district(district_id)
        rows = [{"district_id": district_id, "platform_school_id": i, "name": n} for i, n in schools.items()]
        with self.engine.begin() as db:
            db.execute(sa.delete(PLATFORM_SCHOOLS).where(PLATFORM_SCHOOLS.c.district_id == district_id))
            if rows:
                db.execute(sa.insert(PLATFORM_SCHOOLS), rows)
            self._log(db, district_id, "platform schools imported", {"schools": len(rows)})

    def platform_schools(self, district_id: DistrictId) -> dict[str, str]:
        """The district's platform schools, id to name."""
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(PLATFORM_SCHOOLS.c.platform_school_id, PLATFORM_SCHOOLS.c.name)
                .where(PLATFORM_SCHOOLS.c.district_id == district_id)
                .order_by(PLATFORM_SCHOOLS.c.platform_school_id)
            ).all()
        return {str(school_id): str(name) for school_id, name in rows}

    def has_platform_schools(self, district_id: DistrictId) -> bool:
        """True if the platform has a school of the district. It may have thousands, so none of them is read."""
        of_district = sa.select(PLATFORM_SCHOOLS.c.district_id).where(PLATFORM_SCHOOLS.c.district_id == district_id)
        with self.engine.connect() as db:
            return db.execute(of_district.limit(1)).first() is not None

    def link_schools(
        self,
        district_id: DistrictId,
        chosen: Iterable[SchoolLink],
        may_share: bool = False,
        was: Mapping[str, str] | None = None,
    ) -> None:
        """Record a person's decisions on schools, replacing earlier ones on the same schools.

        `was` has the mark of each decision that the person saw, by school id, blank if there was none.
        Raises UsageError if a platform school is not one of the district's, or without `may_share` if another school
        feeds it. Raises DecidedMeanwhile if there is another decision now. Then nothing is recorded.
        """
        self.district(district_id)
        decided = list(chosen)
        known = self.platform_schools(district_id)
        for link in decided:
            if link.link == "confirmed" and link.platform_school_id not in known:
                raise UsageError(
                    f"The platform has no school {link.platform_school_id!r} in {district_id}. "
                    f"Import the platform's schools first: `remind-etl schools import {district_id} FILE`."
                )
        with self.engine.begin() as db:
            links.check_links(db, district_id, was)
            links.replace_links(db, district_id, decided, may_share)
            for link in decided:
                self._log(db, district_id, f"school {link.link}", link.logged)

    def take_back_school(self, district_id: DistrictId, school_id: str, was: str | None = None) -> bool:
        """Withdraw what was decided about a school, which waits again; False if nothing was decided.

        Its records stay on the platform as they are. `was` is the mark of the decision that the person saw. Raises
        DecidedMeanwhile, and withdraws nothing, if there is another one now.
        """
        self.district(district_id)
        with self.engine.begin() as db:
            links.check_links(db, district_id, None if was is None else {school_id: was})
            was_decided = links.remove_link(db, district_id, school_id)
            if was_decided:
                self._log(db, district_id, links.TAKEN_BACK, {"school_id": school_id})
        return was_decided

    def keep_links(self, district_id: DistrictId, found: Iterable[Sequence[str]]) -> None:
        """Decide once on the links (school_id, platform_school_id, school_name) that the district's policy confirms.

        So they stay when a school is renamed, as those do that a person confirmed. What a person decided is left.
        Raises TransientError if a person decides at the same moment.
        """
        try:
            with self.engine.begin() as db:
                for link in links.confirm_once(db, district_id, found):
                    self._log(db, district_id, links.BY_POLICY, link.logged, "policy exact")
        except sa.exc.IntegrityError as error:
            raise TransientError(f"A person decided about a school of {district_id} at the same moment.") from error

    def school_links(self, district_id: DistrictId) -> list[SchoolLink]:
        """The decisions on the district's schools, by school id."""
        with self.engine.connect() as db:
            return links.current_links(db, district_id)

    def link_decisions(
        self, district_id: DistrictId, schools: Collection[str] | None = None
    ) -> dict[str, LinkDecision]:
        """Who decided last about each school, or about these, that a person linked or ignored; by school id."""
        with self.engine.connect() as db:
            return links.link_decisions(db, district_id, schools)

    def taken_back_schools(self, district_id: DistrictId) -> list[str]:
        """The schools about which a person took the last decision back: they wait for a person, whatever the policy."""
        with self.engine.connect() as db:
            return links.taken_back_schools(db, district_id)

    def agree_to_undo(self, district_id: DistrictId, delivery: int, how: Mapping[str, object]) -> None:
        """Record who undoes a delivery, before it is undone, and withdraw what was approved: it is asked about again.

        `how` is as in `undone`.
        """
        self.district(district_id)
        with self.engine.begin() as db:
            self._log(db, district_id, "undo agreed", {"delivery": delivery, **how})
            lapsed = db.execute(sa.delete(APPROVALS).where(APPROVALS.c.district_id == district_id)).rowcount
            if lapsed:
                self._log(db, district_id, "approvals lapsed", {"approvals": lapsed, "to_undo": delivery})

    def undone(self, district_id: DistrictId, delivery: int, as_delivery: int, how: dict[str, Any]) -> None:
        """Record that a delivery was undone, as one of its own; once, however often it is said.

        `how` says `to` which delivery, and whether `removals_only`. The log names who agreed to it: the process of this
        person may have ended before it said so.
        """
        agreed = self._newest_like(district_id, "undo agreed", {"delivery": delivery, **how})
        key = {"delivery": delivery, "as_delivery": as_delivery}
        self._record_once(district_id, "delivery undone", key, how, agreed.decided_by if agreed else None)
        self.note_undone(district_id, f"{delivery} {as_delivery}", datetime.now(UTC))

    def record_forced_drop(self, district_id: DistrictId, drop_id: str, in_force: str, after_delivery: int) -> None:
        """Record that a drop older than the one in force is to be delivered next; once, however often it is said."""
        key = {"drop": drop_id, "after_delivery": after_delivery}
        self._record_once(district_id, "older drop forced", key, {"in_place_of": in_force})

    def _record_once(
        self, district_id: DistrictId, what: str, key: dict[str, Any], more: dict[str, Any], by: str | None = None
    ) -> None:
        if self._newest_like(district_id, what, key) is None:
            self.record(district_id, what, key | more, by)

    def _newest_like(self, district_id: DistrictId, what: str, key: Mapping[str, object]) -> Decision | None:
        """The newest decision of this kind whose detail has the key."""
        past = self.log(district_id)
        return next((one for one in past if one.what == what and key.items() <= one.detail.items()), None)

    def delete_district(self, district_id: DistrictId) -> int:
        """Delete a district, its login and all that was decided about it; returns how many rows, 0 where it is gone."""
        tables = [table for table in reversed(METADATA.sorted_tables) if "district_id" in table.c]
        with self.engine.begin() as db:
            deleted = sum(db.execute(sa.delete(t).where(t.c.district_id == district_id)).rowcount for t in tables)
            return deleted + delete_people_without_district(db)


class _AskedOnce(DecisionStore):
    """Asks once what several parts of a page ask."""

    def __init__(self, decisions: DecisionStore) -> None:
        self.__dict__.update(vars(decisions))
        self._decisions = decisions
        self._seen: dict[tuple[object, ...], Any] = {}

    @cached_property
    def engine(self) -> sa.Engine:
        return self._decisions.engine

    def _once(self, ask: Callable[..., Answer], *asked: object) -> Answer:
        question = (ask.__name__, *asked)
        if question not in self._seen:
            self._seen[question] = ask(*asked)
        answer: Answer = self._seen[question]
        return answer

    def district(self, district_id: DistrictId) -> District:
        return self._once(super().district, district_id)

    def last_decided_at(self, district_id: DistrictId) -> datetime | None:
        return self._once(super().last_decided_at, district_id)

    def newest_of_all(self) -> int:
        return self._once(super().newest_of_all)

    def approved_kinds(self, district_id: DistrictId, hold_hash: str) -> list[str]:
        return self._once(super().approved_kinds, district_id, hold_hash)

    def refusals(self, district_id: DistrictId, hold_hash: str) -> dict[str, Refusal]:
        return self._once(super().refusals, district_id, hold_hash)
