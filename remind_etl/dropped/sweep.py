"""Lists all districts' upload directories over several connections, within a time budget."""

import queue
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from remind_etl.dropped.listing import Listing
from remind_etl.dropped.places import Group
from remind_etl.dropped.source import DropSource
from remind_etl.errors import ConnectionTrouble, DistrictError, RemindEtlError
from remind_etl.schema.district_id import DistrictId

LOGINS_AT_ONCE: Final = 6
"""If more than ten log in at once, OpenSSH refuses some of them by chance, unless its `MaxStartups` is raised."""

ENOUGH_LISTED: Final = 32
"""After so many listings, their time tells how fast the server is."""

PATIENCE_SECONDS: Final = 1.0
"""After this time without news of a server, another connection is tried."""

POLL_SECONDS: Final = 0.02
"""How often a look asks whether it needs another connection."""


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
    """List the districts in their order, with at most so many connections in all, until `is_over`.

    It begins with one connection, and opens another one only if that pays. Each has a thread of its own: paramiko
    deadlocks where threads share one. A lost connection ends its thread, and another one may take its place. Raises the
    first error that is not a district's if no listing came of any connection, and at once one that needs an operator,
    such as a changed host key.
    """
    look = _Progress(connect, districts, is_over)
    works: list[Future[None]] = []
    with ThreadPoolExecutor(connections) as pool:
        while True:
            running = [work for work in works if not work.done()]
            if len(works) < connections and not _operator_errors(works) and look.needs_another(len(running)):
                running.append(pool.submit(look.list_over, look.begin_connection()))
                works.append(running[-1])
            if not running:
                break
            wait(running, POLL_SECONDS, FIRST_COMPLETED)
    for error in _operator_errors(works) or ([] if look.listings or look.closed else _errors(works)):
        raise error
    reached = look.listings.keys() | look.closed.keys()
    return Swept(look.listings, look.closed, tuple(d for d in districts if d not in reached))


def _errors(works: Iterable[Future[None]]) -> list[BaseException]:
    return [error for work in works if work.done() and (error := work.exception())]


def _operator_errors(works: Iterable[Future[None]]) -> list[BaseException]:
    return [error for error in _errors(works) if not isinstance(error, ConnectionTrouble)]


@dataclass
class _ListingConnection:
    """One connection: when it was begun and open, by the monotonic clock, and how many districts it has listed."""

    begun: float
    opened: float | None = None
    listed: int = 0


class _Progress:
    """How far a look has come: the districts that wait, the connections, and what they have found."""

    def __init__(
        self, connect: Callable[[], DropSource], districts: Iterable[DistrictId], is_over: Callable[[], bool]
    ) -> None:
        self.listings: dict[DistrictId, Listing] = {}
        self.closed: dict[str, str] = {}
        self._connect = connect
        self._is_over = is_over
        self._waiting: queue.SimpleQueue[DistrictId] = queue.SimpleQueue()
        for district in districts:
            self._waiting.put(district)
        self._connections: list[_ListingConnection] = []
        self._news_at = 0.0

    def begin_connection(self) -> _ListingConnection:
        """A connection that is about to log in."""
        self._news_at = time.monotonic()
        self._connections.append(_ListingConnection(self._news_at))
        return self._connections[-1]

    def list_over(self, connection: _ListingConnection) -> None:
        """List districts over the connection, as long as some wait."""
        with self._connect() as client:
            connection.opened = time.monotonic()
            for district, found in client.listings(self._taken()):
                if isinstance(found, DistrictError):
                    self.closed[district] = str(found)
                else:
                    self.listings[district] = found
                connection.listed += 1
                if connection.listed > ENOUGH_LISTED:  # the first ones say little about a server
                    self._news_at = time.monotonic()

    def _taken(self) -> Iterator[DistrictId]:
        while not self._is_over():
            with suppress(queue.Empty):
                yield self._waiting.get_nowait()
                continue
            return

    def needs_another(self, running: int) -> bool:
        """True if another connection beside the `running` ones would end the look sooner.

        With n connections, the look takes n set-ups and the n-th part of the listing. That is least for the root of
        listing by set-up. A set-up counts twice, because it takes processor time, and listing mostly waits. If a server
        says nothing for a while, another connection may get more of it.
        """
        left, now = self._waiting.qsize(), time.monotonic()
        if not left or self._is_over():
            return False
        if not running:
            return True
        if sum(one.opened is None for one in self._connections) >= LOGINS_AT_ONCE:
            return False
        opened = [(one.opened, one) for one in self._connections if one.opened is not None]
        listed = sum(one.listed for _, one in opened)
        if listed < ENOUGH_LISTED or now - self._news_at > PATIENCE_SECONDS:
            return now - self._news_at > PATIENCE_SECONDS
        set_up = min(at - one.begun for at, one in opened)
        listing = left * sum(now - at for at, _ in opened) / listed
        return running < int(sqrt(listing / (2 * set_up)))


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
