"""Lists all districts' upload directories over several connections, within a time budget."""

import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from remind_etl.dropped.listing import Listing
from remind_etl.dropped.source import DropSource
from remind_etl.errors import ConnectionTrouble, DistrictError
from remind_etl.schema.district_id import DistrictId


@dataclass(frozen=True)
class Swept:
    """What was listed: by district its listing, or why its directory cannot be read; and the districts not reached."""

    listings: dict[DistrictId, Listing] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()


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

    Each thread has a connection of its own: paramiko deadlocks where threads share one. A connection that is lost ends
    its thread; the others go on. Raises the first error that is not a district's if no listing came of any connection,
    and at once one that needs an operator, such as a changed host key.
    """
    waiting: queue.SimpleQueue[DistrictId] = queue.SimpleQueue()
    for district in districts:
        waiting.put(district)
    listings: dict[DistrictId, Listing] = {}
    closed: dict[str, str] = {}

    def work() -> None:
        with connect() as client, suppress(queue.Empty):
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
