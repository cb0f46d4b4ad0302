"""One look at all districts: which uploads are to be taken now, and what the others wait for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from remind_etl.dropped.listing import Listing, Pending, settle
from remind_etl.schema.district_id import DistrictId


@dataclass(frozen=True)
class Memory:
    """What one look leaves to the next, of districts whose upload differs from what was landed."""

    pending: Mapping[str, Pending] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    """District to the fingerprint of the upload for which a run was asked for."""
    first: str = ""
    """The district with which the next look begins: the first that this one did not reach; "" for the first of all."""


@dataclass(frozen=True)
class Look:
    """What a look at all districts says."""

    ready: Mapping[DistrictId, str]
    """District to fingerprint of an upload to be taken now: complete, settled, not landed, not asked for before."""
    waiting: Mapping[str, str]
    """District to a sentence on what its upload waits for."""
    memory: Memory


def look(
    listings: Mapping[DistrictId, Listing],
    landed: Mapping[str, str | None],
    memory: Memory,
    now: float,
    quiet: Mapping[DistrictId, int],
    most: int,
    unseen: Sequence[str] = (),
) -> Look:
    """Judge what each district's directory holds at `now`, seconds of our clock; at most `most` are taken at once.

    `landed` has the fingerprint of each district's newest landed upload, `quiet` the seconds that each must rest, and
    `memory` is of the look before. The `unseen`
    districts were not reached this time: what is remembered of them stays.
    """
    ready: dict[DistrictId, str] = {}
    waiting: dict[str, str] = {}
    pending = {district: memory.pending[district] for district in unseen if district in memory.pending}
    asked = {district: memory.asked[district] for district in unseen if district in memory.asked}
    for district, listing in sorted(listings.items()):
        if listing.is_empty or (listing.is_complete and listing.fingerprint == landed.get(district)):
            continue
        seen, is_settled = settle(listing, memory.pending.get(district), now, quiet[district], landed.get(district))
        pending[district] = seen
        if not is_settled:
            rest = f"Rests {quiet[district]} s before it is taken, {now - seen.since:.0f} s so far."
            waiting[district] = listing.waits_for or rest
        elif memory.asked.get(district) == listing.fingerprint:
            asked[district] = listing.fingerprint
        elif len(ready) < most:
            ready[district] = asked[district] = listing.fingerprint
    return Look(ready, waiting, Memory(pending, asked, next(iter(unseen), "")))


def read_cursor(cursor: str | None) -> Memory:
    """The memory that a cursor holds; an unreadable one holds none, so that all are looked at anew."""
    try:
        held = json.loads(cursor or "{}")
        pending = {district: Pending(**seen) for district, seen in held.get("pending", {}).items()}
        return Memory(pending, dict(held.get("asked", {})), str(held.get("first", "")))
    except (ValueError, TypeError, AttributeError):
        return Memory()


def write_cursor(memory: Memory) -> str:
    """The cursor that holds the memory."""
    return json.dumps(asdict(memory))
