"""The accounts of a district that belong to somebody outside of it too, and taking such a link back."""

from collections.abc import Collection
from typing import Any

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import UsageError
from remind_etl.schema.district_id import DistrictId


def account_links(platform: PlatformStore, decisions: DecisionStore, district: DistrictId) -> list[dict[str, Any]]:
    """The links of the district, by account id. `is_taken_back` is true until the next run has removed the account."""
    decisions.district(district)
    taken_back = set(decisions.taken_back_links(district))
    return [{**vars(link), "is_taken_back": link.account_id in taken_back} for link in platform.links(district)]


def take_back(
    platform: PlatformStore, decisions: DecisionStore, district: DistrictId, account_ids: Collection[str]
) -> list[str]:
    """Take back the links of the district to these accounts; returns those that nobody took back before.

    Raises UsageError, and takes back none, if an account is not linked.
    """
    linked = {link["account_id"] for link in account_links(platform, decisions, district)}
    if unknown := sorted(set(account_ids) - linked):
        raise UsageError(
            f"{district} has no link to {', '.join(map(repr, unknown))}. `remind-etl links list {district}` lists them."
        )
    return decisions.take_back_links(district, account_ids)
