"""The decisions database: districts, school links, holds approved or refused, pauses, and the log of all that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from remind_etl.decided.approvals import Approvals, Refusal
from remind_etl.decided.districts import District, LinkPolicy, known_region
from remind_etl.decided.pauses import Pause, Pauses
from remind_etl.decided.tables import PLATFORM_SCHOOLS, SCHOOL_LINKS
from remind_etl.errors import UsageError

__all__ = ["DecisionStore", "District", "LinkPolicy", "Pause", "Refusal", "SchoolLink", "known_region"]


@dataclass(frozen=True)
class SchoolLink:
    """A person's decision on a school of the files: the platform school it feeds, or None for an ignored one."""

    school_id: str
    platform_school_id: str | None
    link: Literal["confirmed", "ignored"]


class DecisionStore(Approvals, Pauses):
    """All that people decide. Every change is one transaction, which also writes the log of decisions."""

    # Schools

    def import_schools(self, district_id: str, schools: Mapping[str, str]) -> None:
        """Replace the district's platform schools by these, as id to name."""
        self.district(district_id)
        rows = [{"district_id": district_id, "platform_school_id": i, "name": n} for i, n in schools.items()]
        with self._engine.begin() as db:
            db.execute(sa.delete(PLATFORM_SCHOOLS).where(PLATFORM_SCHOOLS.c.district_id == district_id))
            if rows:
                db.execute(sa.insert(PLATFORM_SCHOOLS), rows)
            self._log(db, district_id, "platform schools imported", {"schools": len(rows)})

    def platform_schools(self, district_id: str) -> dict[str, str]:
        """The district's platform schools, id to name."""
        with self._engine.connect() as db:
            rows = db.execute(
                sa.select(PLATFORM_SCHOOLS.c.platform_school_id, PLATFORM_SCHOOLS.c.name)
                .where(PLATFORM_SCHOOLS.c.district_id == district_id)
                .order_by(PLATFORM_SCHOOLS.c.platform_school_id)
            ).all()
        return {str(school_id): str(name) for school_id, name in rows}

    def link_schools(self, district_id: str, links: Iterable[SchoolLink]) -> None:
        """Record a person's decisions on schools, replacing earlier ones on the same schools.

        Raises UsageError if a platform school is not one of the district's.
        """
        self.district(district_id)
        decided = list(links)
        known = self.platform_schools(district_id)
        for link in decided:
            if link.link == "confirmed" and link.platform_school_id not in known:
                raise UsageError(
                    f"The platform has no school {link.platform_school_id!r} in {district_id}. "
                    f"Import the platform's schools first: `remind-etl schools import {district_id} FILE`."
                )
        with self._engine.begin() as db:
            for link in decided:
                db.execute(
                    sa.delete(SCHOOL_LINKS).where(
                        SCHOOL_LINKS.c.district_id == district_id, SCHOOL_LINKS.c.school_id == link.school_id
                    )
                )
                db.execute(sa.insert(SCHOOL_LINKS), {"district_id": district_id, **vars(link)})
                self._log(db, district_id, f"school {link.link}", {k: v for k, v in vars(link).items() if k != "link"})

    def school_links(self, district_id: str) -> list[SchoolLink]:
        """The decisions on the district's schools, by school id."""
        table = SCHOOL_LINKS.c
        with self._engine.connect() as db:
            rows = db.execute(
                sa.select(table.school_id, table.platform_school_id, table.link)
                .where(table.district_id == district_id)
                .order_by(table.school_id)
            ).mappings()
            return [SchoolLink(**row) for row in rows]
