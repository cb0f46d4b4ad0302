"""Lists all districts' upload directories over several connections, within a time budget."""

import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from threading import Semaphore
from typing import Final

from remind_etl.dropped.listing import Listing
from remind_etl.dropped.places import Group
from remind_etl.dropped.source import DropSource
from remind_etl.errors import ConnectionTrouble, DistrictError, RemindEtlError
from remind_etl.schema.district_id import DistrictId

LOGINS_AT_ONCE: Final = 6
"""If more than ten log in at once, OpenSSH refuses some of them by chance, unless its `MaxStartups` is raised."""


@dataclass(frozen=True)
class Swept:
    """What was listed: by district its listing, or why its directory cannot be read; and the districts not reached."""

    listings: dict[DistrictId, Listing] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    """Those that the budget did not reach come before those of a source in trouble."""
    troubles: dict[str, RemindEtlError] = field(default_factory=dict)
    """By source why it could not be looked at, if another source could."""


def rotated(districts: Iterable[DistrictId], first: str) -> list[DistrictId]:
    """The districts in order, from `first` on and around: a budget that ends early leaves out others each time."""
    ordered = sorted(districts)
    later = [district for district in ordered if district >= first]
    return later + ordered[: len(ordered) - len(later)]


def sweep(
    connect: Callable[[], DropSource],
    districts: Sequence[DistrictId],
    is_over: Callable[[], bool],
    connections: int,
) -> Swept:
    """List the districts in their order, with at most so many connections at once, until `is_over`.

    Each thread has a connection of its own: paramiko deadlocks where threads share one. Not all log in at once. A
    connection that is lost ends its thread; the others go on. Raises the first error that is not a district's if no
    listing came of any connection, and at once one that needs an operator, such as a changed host key.
    """
    waiting: queue.SimpleQueue[DistrictId] = queue.SimpleQueue()
    for district in districts:
        waiting.put(district)
    listings: dict[DistrictId, Listing] = {}
    closed: dict[str, str] = {}

    logins = Semaphore(LOGINS_AT_ONCE)

    def work() -> None:
        with ExitStack() as stack, suppress(queue.Empty):
            with logins:
                if waiting.empty():
                    return
                client = stack.enter_context(connect())
            while not is_over():
                district = waiting.get_nowait()
                try:
                    listings[district] = client.listing(district)
                except DistrictError as error:
                    closed[district] = str(error)

    with ThreadPoolExecutor(connections) as pool:
        works = [pool.submit(work) for _ in range(min(connections, len(districts)))]
    errors = [error for error in (work.exception() for work in works) if error]
    is_empty = not listings and not closed
    for error in errors:
        if is_empty or not isinstance(error, ConnectionTrouble):
            raise error
    return Swept(listings, closed, tuple(d for d in districts if d not in listings and d not in closed))


def sweep_sources(
    groups: Sequence[Group], districts: Sequence[DistrictId], is_over: Callable[[], bool], connections: int
) -> Swept:
    """List the districts of all sources at once, which share the connections: a source in trouble delays no other.

    Raises as `sweep` does if there is one source, or if no source can be looked at.
    """
    swept: list[Swept] = []
    troubles: dict[str, RemindEtlError] = {}
    with ThreadPoolExecutor(max(1, len(groups))) as pool:
        share = max(1, connections // max(1, len(groups)))
        works = {g.source: pool.submit(sweep, g.connect, g.districts, is_over, share) for g in groups}
    for source, work in works.items():
        try:
            swept.append(work.result())
        except RemindEtlError as trouble:
            troubles[source] = trouble
    if troubles and not swept:
        raise next(iter(troubles.values()))
    listings = {district: listing for one in swept for district, listing in one.listings.items()}
    closed = {district: why for one in swept for district, why in one.closed.items()}
    late = {district for one in swept for district in one.unseen}
    lost = {district for group in groups if group.source in troubles for district in group.districts}
    # The next look begins with the first: with one of a source in trouble, others would never have their turn.
    unseen = (*(d for d in districts if d in late), *(d for d in districts if d in lost))
    return Swept(listings, closed, unseen, troubles)
