"""Which school of the platform a school of the files feeds, as people decided it: rows of the decisions database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa

from remind_etl.decided.districts import lock_district
from remind_etl.decided.tables import DECISIONS, SCHOOL_LINKS
from remind_etl.errors import DecidedMeanwhile, UsageError
from remind_etl.schema.district_id import DistrictId

BY_POLICY: Final = "school confirmed by policy"
"""What the log says of a link that needed no person."""

TAKEN_BACK: Final = "school decision taken back"
"""What the log says if a person withdrew what was decided about a school."""

_LINK = SCHOOL_LINKS.c


@dataclass(frozen=True)
class SchoolLink:
    """A person's decision on a school of the files: the platform school it feeds, or None for an ignored one."""

    school_id: str
    platform_school_id: str | None
    link: Literal["confirmed", "ignored"]
    school_name: str | None = None
    """The school's name in the files when it was decided about, where it is known."""

    @property
    def mark(self) -> str:
        """Stands for the decision, other than blank."""
        return f"{self.link}\t{self.platform_school_id or ''}"

    @property
    def logged(self) -> dict[str, object]:
        """What the log of decisions says of it."""
        return {"school_id": self.school_id, "platform_school_id": self.platform_school_id}


@dataclass(frozen=True)
class LinkDecision:
    """Who decided about a school, and when."""

    school_id: str
    decided_by: str
    decided_at: datetime


def check_links(db: sa.Connection, district_id: DistrictId, was: Mapping[str, str] | None) -> None:
    """Raise DecidedMeanwhile if a school's decision is not the one that a person saw.

    Until the end of the transaction, nobody else decides about the district.
    `was` has the mark of each decision by school id, blank if there was none.
    """
    lock_district(db, district_id)
    if was:
        marks = {link.school_id: link.mark for link in current_links(db, district_id)}
        if others := [school for school, mark in was.items() if marks.get(school, "") != mark]:
            raise DecidedMeanwhile(f"Somebody decided about school {others[0]!r} of {district_id} meanwhile.")


def replace_links(db: sa.Connection, district_id: DistrictId, links: Iterable[SchoolLink], may_share: bool) -> None:
    """Put these links in the place of earlier ones of the same schools.

    Raises UsageError if another school feeds a platform school and it may not be shared.
    """
    chosen = list(links)
    for link in chosen:
        db.execute(sa.delete(SCHOOL_LINKS).where(_LINK.district_id == district_id, _LINK.school_id == link.school_id))
    for link in chosen:
        if link.platform_school_id and not may_share:
            _refuse_shared(db, district_id, link)
        db.execute(sa.insert(SCHOOL_LINKS), {"district_id": district_id, **vars(link)})


def confirm_once(db: sa.Connection, district_id: DistrictId, found: Iterable[Sequence[str]]) -> list[SchoolLink]:
    """Confirm these (school_id, platform_school_id, school_name) but for those decided about; returns the links."""
    decided = current_links(db, district_id)
    schools, fed = {x.school_id for x in decided}, {x.platform_school_id for x in decided}
    links = [
        SchoolLink(school, platform, "confirmed", name)
        for school, platform, name in found
        if school not in schools and platform not in fed
    ]
    for link in links:
        db.execute(sa.insert(SCHOOL_LINKS), {"district_id": district_id, **vars(link)})
    return links


def current_links(db: sa.Connection, district_id: DistrictId) -> list[SchoolLink]:
    """The district's links, by school id."""
    rows = db.execute(
        sa.select(_LINK.school_id, _LINK.platform_school_id, _LINK.link, _LINK.school_name)
        .where(_LINK.district_id == district_id)
        .order_by(_LINK.school_id)
    )
    return [SchoolLink(*row) for row in rows]


def link_decisions(
    db: sa.Connection, district_id: DistrictId, schools: Collection[str] | None = None
) -> dict[str, LinkDecision]:
    """Who decided last about each school that a person linked or ignored, and when, by school id.

    A school whose decision was taken back is not in it. Of a large district, only the decisions about some `schools`
    may be read.
    """
    newest = _newest_decisions(db, district_id, schools)
    return {school: decision for school, (what, decision) in newest.items() if what != TAKEN_BACK}


def taken_back_schools(db: sa.Connection, district_id: DistrictId) -> list[str]:
    """The schools about which a person took the last decision back, sorted."""
    newest = _newest_decisions(db, district_id)
    return sorted(school for school, (what, _) in newest.items() if what == TAKEN_BACK)


def _newest_decisions(
    db: sa.Connection, district_id: DistrictId, schools: Collection[str] | None = None
) -> dict[str, tuple[str, LinkDecision]]:
    d = DECISIONS.c
    of_schools = sa.true() if schools is None else d.detail["school_id"].as_string().in_(schools)
    rows = db.execute(
        sa.select(d.what, d.detail, d.decided_by, d.decided_at)
        .where(d.district_id == district_id, d.what.in_(("school confirmed", "school ignored", BY_POLICY, TAKEN_BACK)))
        .where(of_schools)
        .order_by(d.decision_id)
    ).all()
    made = ((str(detail["school_id"]), what, who, at) for what, detail, who, at in rows)
    return {school: (what, LinkDecision(school, who, at)) for school, what, who, at in made}


def remove_link(db: sa.Connection, district_id: DistrictId, school_id: str) -> bool:
    """Delete what was decided about a school; True if something was."""
    theirs = sa.delete(SCHOOL_LINKS).where(_LINK.district_id == district_id, _LINK.school_id == school_id)
    return bool(db.execute(theirs).rowcount)


def _refuse_shared(db: sa.Connection, district_id: DistrictId, link: SchoolLink) -> None:
    """Raise UsageError if another school feeds the platform school of the link."""
    feeds = (_LINK.district_id == district_id, _LINK.platform_school_id == link.platform_school_id)
    other = db.scalar(sa.select(_LINK.school_id).where(*feeds).order_by(_LINK.school_id))
    if other is not None:
        raise UsageError(
            f"School {other!r} feeds {link.platform_school_id!r} already. If {link.school_id!r} must feed it too, run "
            f"`remind-etl schools link {district_id} {link.school_id} {link.platform_school_id} --shared`. If "
            f"{other!r} is wrong or gone, run `remind-etl schools ignore {district_id} {other}`, or link it elsewhere."
        )
