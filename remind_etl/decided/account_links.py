"""Links to accounts outside of the district that a person took back. Such an account is never linked again."""

from collections.abc import Collection
from datetime import UTC, datetime

import sqlalchemy as sa

from remind_etl.decided.districts import Districts
from remind_etl.decided.tables import TAKEN_BACK_LINKS
from remind_etl.schema.district_id import DistrictId


class AccountLinks(Districts):
    """The links of accounts that people took back."""

    def take_back_links(self, district_id: DistrictId, account_ids: Collection[str]) -> list[str]:
        """Take back the links to these accounts; returns those that nobody took back before."""
        self.district(district_id)
        taken = TAKEN_BACK_LINKS.c
        with self.engine.begin() as db:
            before = set(db.scalars(sa.select(taken.account_id).where(taken.district_id == district_id)))
            new = sorted(set(account_ids) - before)
            for account_id in new:
                row = {"district_id": district_id, "account_id": account_id}
                by = {"taken_back_by": self.decided_by, "taken_back_at": datetime.now(UTC)}
                db.execute(sa.insert(TAKEN_BACK_LINKS), row | by)
                self._log(db, district_id, "link taken back", {"account_id": account_id})
        return new

    def taken_back_links(self, district_id: DistrictId) -> list[str]:
        """The accounts whose links a person took back, by id."""
        taken = TAKEN_BACK_LINKS.c
        of_district = sa.select(taken.account_id).where(taken.district_id == district_id).order_by(taken.account_id)
        with self.engine.connect() as db:
            return list(db.scalars(of_district))
