"""One look at all districts: which uploads are to be taken now, and what the others wait for."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from remind_etl.dropped.listing import Listing, Pending, settle


@dataclass(frozen=True)
class Look:
    """What a look at all districts says."""

    ready: Mapping[str, str]
    """District to fingerprint of an upload that is complete, settled and not landed yet."""
    waiting: Mapping[str, str]
    """District to a sentence on what its upload waits for."""
    pending: Mapping[str, Pending]
    """What the next look must know: districts whose upload differs from what was landed."""


def look(
    listings: Mapping[str, Listing],
    landed: Mapping[str, str | None],
    pending: Mapping[str, Pending],
    now: float,
    quiet_seconds: int,
) -> Look:
    """Judge what each district's directory holds at `now`, seconds of our clock.

    `landed` has the fingerprint of each district's newest landed upload, `pending` what the look before said.
    """
    ready, waiting, remembered = {}, {}, {}
    for district, listing in sorted(listings.items()):
        if listing.is_empty or (listing.is_complete and listing.fingerprint == landed.get(district)):
            continue
        seen, is_settled = settle(listing, pending.get(district), now, quiet_seconds)
        remembered[district] = seen
        if is_settled:
            ready[district] = listing.fingerprint
        else:
            rest = f"Rests {quiet_seconds} s before it is taken, {now - seen.since:.0f} s so far."
            waiting[district] = listing.waits_for or rest
    return Look(ready, waiting, remembered)


def read_cursor(cursor: str | None) -> dict[str, Pending]:
    """The pending uploads that a cursor holds; an unreadable one holds none, so that all are looked at anew."""
    try:
        return {district: Pending(**seen) for district, seen in json.loads(cursor or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def write_cursor(pending: Mapping[str, Pending]) -> str:
    """The cursor that holds the pending uploads."""
    return json.dumps({district: asdict(seen) for district, seen in pending.items()})
