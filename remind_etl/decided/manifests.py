"""What each district published last, beside the decisions: one query tells which districts have news."""

from collections.abc import Collection
from typing import Final
from uuid import uuid4

import sqlalchemy as sa

from remind_etl.decided.log import DecisionLog
from remind_etl.decided.tables import MANIFESTS
from remind_etl.schema.district_id import DistrictId, district_id

MOST_ASKED: Final = 500
"""Districts of one query. Databases take a limited number of values."""

_ROW = MANIFESTS.c


class Manifests(DecisionLog):
    """A copy of each district's manifest. No decision, so that the log says nothing of it."""

    def keep_manifest(self, district: DistrictId, manifest: str) -> None:
        """Put the manifest of a district in the place of the one before."""
        with self.engine.begin() as db:
            db.execute(sa.delete(MANIFESTS).where(_ROW.district_id == district))
            db.execute(sa.insert(MANIFESTS), {"district_id": district, "version": uuid4().hex, "manifest": manifest})

    def drop_manifest(self, district: DistrictId) -> None:
        """Delete the manifest of a district of which nothing is published any more."""
        with self.engine.begin() as db:
            db.execute(sa.delete(MANIFESTS).where(_ROW.district_id == district))

    def versions_of_manifests(self) -> dict[DistrictId, str]:
        """Tells each district's manifest from the one before."""
        with self.engine.connect() as db:
            rows = db.execute(sa.select(_ROW.district_id, _ROW.version)).all()
        return {district_id(district): version for district, version in rows}

    def manifests(self, districts: Collection[DistrictId]) -> dict[DistrictId, str]:
        """The manifests of these districts, if they are here."""
        asked = list(districts)
        found: dict[DistrictId, str] = {}
        with self.engine.connect() as db:
            for begin in range(0, len(asked), MOST_ASKED):
                some = asked[begin : begin + MOST_ASKED]
                rows = db.execute(sa.select(_ROW.district_id, _ROW.manifest).where(_ROW.district_id.in_(some))).all()
                found |= {district_id(district): str(manifest) for district, manifest in rows}
        return found
