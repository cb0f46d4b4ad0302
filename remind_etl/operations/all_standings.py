"""How all districts stand, for a page that is asked often."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from remind_etl.operations.standings import Standing, Standings
from remind_etl.published.store import Manifest
from remind_etl.schema.district_id import DistrictId

FRESH_SECONDS: Final = 10.0
"""How old the answer may be."""

Version = tuple[int, int] | None


@dataclass
class AllStandings:
    """The standings of all districts, by id. A manifest is read again only if it is another one."""

    standings: Standings
    clock: Callable[[], float] = time.monotonic
    _read: dict[DistrictId, tuple[Version, Manifest | None]] = field(default_factory=dict)
    _newest: tuple[Standing, ...] | None = None
    _at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self) -> Sequence[Standing]:
        """The standings, at most FRESH_SECONDS old, or older while another thread works them out anew."""
        known = self._newest
        if known is not None and self.clock() - self._at < FRESH_SECONDS:
            return known
        if not self._lock.acquire(blocking=known is None):
            return known or ()
        try:
            if self._newest is None or self.clock() - self._at >= FRESH_SECONDS:
                self._newest = tuple(self._worked_out(datetime.now(UTC)))
                self._at = self.clock()
            return self._newest
        finally:
            self._lock.release()

    def _worked_out(self, now: datetime) -> list[Standing]:
        rules, found = self.standings, []
        platform, pauses = rules.platform(), rules.decisions.pauses(now)
        delivered = platform.delivered_districts() if platform else set()
        for district in rules.decisions.districts():
            name = district.district_id
            found.append(rules.judged(district, self._manifest(name), pauses.get(name), now, name in delivered))
        return found

    def _manifest(self, district: DistrictId) -> Manifest | None:
        published = self.standings.published
        version = published.version(district)
        known = self._read.get(district)
        if known is None or known[0] != version:
            known = self._read[district] = (version, published.manifest(district))
        return known[1]
