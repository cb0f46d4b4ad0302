"""Which landed drop of a district is in force: what a run takes by itself, and whose plan a person may decide about."""

from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import LandingStore
from remind_etl.schema.district_id import DistrictId


def drop_in_force(landing: LandingStore, platform: PlatformStore, district: DistrictId) -> str:
    """The id of the newest landed drop, unless a person had an older one delivered since that landed.

    What was undone counts for nothing. Of an older drop that is not kept any more, and of a newer one, the id remains.
    Raises NothingLanded before the first drop.
    """
    newest = landing.required(district)
    past = platform.deliveries(district)
    undone = {number for receipt in past for number in receipt.undone}
    last = next((receipt for receipt in past if not receipt.undoes and receipt.number not in undone), None)
    landed_at = newest.landed_at.isoformat(timespec="milliseconds")
    if last and (last.delivered_at > landed_at or last.is_newer_than(newest.drop_id)):
        return last.drop_id
    return newest.drop_id
