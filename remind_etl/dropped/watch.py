"""One look at all districts: which uploads are to be taken now, and what the others wait for."""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Final

from remind_etl.dropped.listing import Listing, Pending, settle
from remind_etl.schema.district_id import DistrictId

MARK_BYTES: Final = 4
"""Bytes of the hash of a district, and of the hash of what its directory showed, in the mark of a sighting."""

PLACE_BYTES: Final = 3
"""Bytes of the place of a time among all times: many uploads are seen first in one look."""


@dataclass(frozen=True)
class Sighting:
    """Since when a district's upload has looked the same, in seconds of our clock, and whether that led to something.

    That is a run for a complete upload, or a message about an incomplete one. After it, the time is 0, as it decides
    nothing.
    """

    since: float
    is_done: bool = False


@dataclass(frozen=True)
class LookMemory:
    """What one look leaves to the next, of districts whose upload differs from what was landed."""

    seen: Mapping[int, Sighting] = field(default_factory=dict)
    """By the mark of a district and its upload, which `mark_of` makes: thousands of them fit into a cursor."""
    first: str = ""
    """The district with which the next look begins: the first that this one did not reach; "" for the first of all."""

    def of(self, district: str, listing: Listing) -> Sighting | None:
        """What is remembered of the district's upload, if it looks as it did."""
        return self.seen.get(mark_of(district, listing))


@dataclass(frozen=True)
class Look:
    """What a look at all districts says."""

    ready: Mapping[DistrictId, str]
    """District to fingerprint of an upload to be taken now: complete, settled, not landed, not asked for before."""
    since: Mapping[DistrictId, float]
    """Since when each of them has looked the same, in seconds of our clock."""
    waiting: Mapping[str, str]
    """District to a sentence on what its upload waits for."""
    stale: Mapping[DistrictId, str]
    """Those whose incomplete upload has not changed for too long, and that were not named before for it."""
    empty: Mapping[DistrictId, str]
    """The same of uploads with files of 0 bytes, which are named as soon as a complete upload would be taken."""
    asked: Mapping[DistrictId, str]
    """District to fingerprint of a complete upload that was asked for before, and has not landed."""
    memory: LookMemory


@dataclass(frozen=True)
class Rules:
    """How long uploads rest, and how many are taken at once."""

    quiet: Mapping[DistrictId, int]
    """The seconds that each district's complete upload must rest."""
    most: int
    """Uploads that one look takes."""
    stale_seconds: float = inf
    """After so many seconds without a change, an incomplete upload is named."""


def judge_uploads(
    listings: Mapping[DistrictId, Listing],
    landed: Mapping[str, str | None],
    memory: LookMemory,
    now: float,
    rules: Rules,
    unseen: Sequence[str] = (),
) -> Look:
    """Judge what each district's directory holds at `now`, seconds of our clock.

    `landed` has the fingerprint of each district's newest landed upload, and `memory` is of the look before. The
    `unseen` districts were not reached this time: what is remembered of them stays.
    """
    ready: dict[DistrictId, str] = {}
    since: dict[DistrictId, float] = {}
    waiting: dict[str, str] = {}
    stale: dict[DistrictId, str] = {}
    empty: dict[DistrictId, str] = {}
    asked: dict[DistrictId, str] = {}
    unseen_marks = {_hash(district) for district in unseen}
    kept = {mark: seen for mark, seen in memory.seen.items() if mark >> (8 * MARK_BYTES) in unseen_marks}
    for district, listing in sorted(listings.items()):
        if listing.is_empty or (listing.is_complete and listing.fingerprint == landed.get(district)):
            continue
        before = memory.of(district, listing)
        pending = Pending(listing.observation, before.since) if before else None
        seen, is_settled = settle(listing, pending, now, rules.quiet[district], landed.get(district))
        is_done = before is not None and before.is_done and (is_settled or not listing.is_complete)
        if is_settled and not is_done and len(ready) < rules.most:
            ready[district], since[district] = listing.fingerprint, seen.since
            is_done = True
        elif is_settled and is_done:
            asked[district] = listing.fingerprint
        elif not is_settled:
            rest = f"Rests {rules.quiet[district]} s before it is taken, {now - seen.since:.0f} s so far."
            has_rested = is_done or (before is not None and now - seen.since >= rules.quiet[district])
            lacks = (listing.waits_for_bytes if has_rested else None) or listing.waits_for
            waiting[district] = lacks or rest
            if lacks and not is_done:
                if now - seen.since >= rules.stale_seconds:
                    stale[district] = lacks
                elif lacks == listing.waits_for_bytes:
                    empty[district] = lacks
                is_done = district in stale or district in empty
        kept[mark_of(district, listing)] = Sighting(0.0 if is_done else seen.since, is_done)
    return Look(ready, since, waiting, stale, empty, asked, LookMemory(kept, next(iter(unseen), "")))


def mark_of(district: str, listing: Listing) -> int:
    """A number that stands for a district and what its directory showed.

    Its upper half is of the district alone. Two uploads of a district have the same mark once in four thousand million
    times; then the second one rests less than it should. Two districts with the same upper half do not disturb each
    other, because the lower half is of both the district and its upload.
    """
    return _hash(district) << (8 * MARK_BYTES) | _hash(f"{district} {listing.observation}")


def read_cursor(cursor: str | None) -> LookMemory:
    """The memory that a cursor holds; an unreadable one holds none, so that all are looked at anew."""
    try:
        held = json.loads(cursor or "{}")
        return LookMemory(_unpacked(held.get("seen", ""), held.get("times", [])), str(held.get("first", "")))
    except (ValueError, TypeError, AttributeError, IndexError, zlib.error):
        return LookMemory()


def write_cursor(memory: LookMemory) -> str:
    """The cursor that holds the memory, with times in whole milliseconds: about nine bytes for each upload."""
    times = sorted({_milliseconds(seen) for seen in memory.seen.values()})
    return json.dumps({"seen": _packed(memory.seen, times), "times": times, "first": memory.first})


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:MARK_BYTES])


def _milliseconds(seen: Sighting) -> int:
    return int(seen.since * 1_000)


_RECORD: Final = 2 * MARK_BYTES + PLACE_BYTES + 1


def _packed(seen: Mapping[int, Sighting], times: Sequence[int]) -> str:
    """The sightings in order of their marks: the gap to the mark before, the place of the time, and whether it is done.

    The bytes stand in columns, because leading digits and places are nearly equal and so take little room.
    """
    places = {time: place for place, time in enumerate(times)}
    records = [
        (mark - before).to_bytes(2 * MARK_BYTES)
        + places[_milliseconds(seen[mark])].to_bytes(PLACE_BYTES)
        + seen[mark].is_done.to_bytes()
        for before, mark in pairwise((0, *sorted(seen)))
    ]
    columns = bytes(byte for column in zip(*records, strict=True) for byte in column)
    return base64.b85encode(zlib.compress(columns, 9)).decode()


def _unpacked(text: str, times: Sequence[int]) -> dict[int, Sighting]:
    """The sightings of a packed text. Raises ValueError, IndexError or zlib.error if it is none."""
    columns = zlib.decompress(base64.b85decode(text)) if text else b""
    count, rest = divmod(len(columns), _RECORD)
    if rest:
        raise ValueError(text)
    seen: dict[int, Sighting] = {}
    mark = 0
    for n in range(count):
        record = columns[n::count]
        mark += int.from_bytes(record[: 2 * MARK_BYTES])
        time = times[int.from_bytes(record[2 * MARK_BYTES : -1])]
        seen[mark] = Sighting(time / 1_000, is_done=bool(record[-1]))
    return seen
