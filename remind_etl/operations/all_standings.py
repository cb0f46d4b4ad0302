"""How all districts stand, for a page that is asked often."""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from remind_etl.decided.store import District, Pause
from remind_etl.operations.standings import Standing, Standings
from remind_etl.schema.district_id import DistrictId

FRESH_SECONDS: Final = 10.0
"""How old the answer may be."""

LASTING_SECONDS: Final = 3_600.0
"""How long the standing of a district is kept that has the same publication and pause: time makes it stale."""

Basis = tuple[Hashable, District, Pause | None, bool]
"""The version of the publication, the district, its pause, and whether something was delivered."""


@dataclass
class AllStandings:
    """The standings of all districts, by id. Only what changed is worked out anew."""

    standings: Standings
    clock: Callable[[], float] = time.monotonic
    _known: dict[DistrictId, tuple[Basis, float, Standing]] = field(default_factory=dict)
    _pauses: dict[DistrictId, Pause] = field(default_factory=dict)
    _decision: int = -1
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
        rules = self.standings
        decision, platform = rules.decisions.newest_of_all(), rules.platform()
        if decision != self._decision:
            self._pauses, self._decision = rules.decisions.pauses(now), decision
        districts = rules.decisions.districts()  # one that was forgotten leaves no decision
        delivered = platform.delivered_districts() if platform else set()
        return [self._standing(district, district.district_id in delivered, now) for district in districts]

    def _standing(self, district: District, is_delivered: bool, now: datetime) -> Standing:
        """The standing that is known, if nothing of it has changed and it is not old; else as it is now."""
        name, at = district.district_id, self.clock()
        pause = self._pauses.get(name)
        if pause and pause.ends_at and pause.ends_at <= now:
            pause = None
        basis = (self.standings.published.version(name), district, pause, is_delivered)
        known = self._known.get(name)
        lasts = LASTING_SECONDS if basis[0] else FRESH_SECONDS
        if known and known[0] == basis and at - known[1] < lasts:
            return known[2]
        standing = self.standings.judged(district, self.standings.published.manifest(name), pause, now, is_delivered)
        self._known[name] = (basis, at, standing)
        return standing
