"""How all districts stand, for a page that is asked often."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from remind_etl.catalogue.statuses import PLATFORM_SILENT
from remind_etl.decided.store import District, Pause
from remind_etl.errors import OperatorError, TransientError
from remind_etl.operations.standings import Standing, Standings
from remind_etl.published.status import Status
from remind_etl.schema.district_id import DistrictId

FRESH_SECONDS: Final = 10.0
"""How old the answer may be."""

LASTING_SECONDS: Final = 3_600.0
"""How long the standing of a district is kept that has the same publication and pause: time makes it stale.

A publication of an earlier version is no row of the register yet. It is looked for as seldom.
"""

Basis = tuple[str | None, District, Pause | None, bool, int]
"""The version of the manifest, None without one, the district, its pause, whether something was delivered.

The last is the number of the newest decision about it.
"""


@dataclass
class AllStandings:
    """The standings of all districts, by id. Only what changed is worked out anew."""

    standings: Standings
    clock: Callable[[], float] = time.monotonic
    _known: dict[DistrictId, tuple[Basis, float, Standing]] = field(default_factory=dict)
    _pauses: dict[DistrictId, Pause] = field(default_factory=dict)
    _districts: Sequence[District] = ()
    _newest_decisions: dict[DistrictId, int] = field(default_factory=dict)
    _delivered: set[str] = field(default_factory=set)
    """The districts to which something was delivered, when the platform answered last."""
    _decided: tuple[int, int] = (-1, 0)
    """The newest decision, and the number of districts."""
    _newest: tuple[Standing, ...] | None = None
    _last_decision: object = None
    """Stands for the last decision in this process."""
    _last_known: object = None
    """The same when the newest answer was begun."""
    _at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self) -> Sequence[Standing]:
        """The standings, at most FRESH_SECONDS old, or older while another thread works them out anew.

        They are never from before a decision that was made known by `outdate`.
        """
        known = self._newest
        if known is not None and self._is_fresh():
            return known
        if not self._lock.acquire(blocking=known is None or self._is_outdated()):
            return known or ()
        try:
            if self._newest is None or not self._is_fresh():
                last = self._last_decision  # before anything is read: a later decision outdates this answer too
                self._newest = tuple(self._worked_out(datetime.now(UTC)))
                self._last_known = last
                self._at = self.clock()
            return self._newest
        finally:
            self._lock.release()

    def outdate(self) -> None:
        """Let the next answer be worked out anew, because something was decided in this process."""
        self._last_decision = object()

    def _is_outdated(self) -> bool:
        return self._last_known is not self._last_decision

    def _is_fresh(self) -> bool:
        return not self._is_outdated() and self.clock() - self._at < FRESH_SECONDS

    def _worked_out(self, now: datetime) -> list[Standing]:
        rules = self.standings
        decisions = rules.decisions
        # A district that was forgotten leaves no decision, but the districts are fewer.
        decided = decisions.newest_of_all(), decisions.number_of_districts()
        if decided != self._decided:
            self._pauses, self._districts, self._decided = decisions.pauses(now), decisions.districts(), decided
            self._newest_decisions = decisions.decided_since(0)
        answers = self._ask_platform()
        here = rules.published.districts()  # after a restore, the register tells of results that are lost
        versions = {name: version for name, version in decisions.versions_of_manifests().items() if name in here}
        bases: dict[DistrictId, Basis] = {
            (name := district.district_id): (
                *(versions.get(name), district, self._pause_of(name, now), name in self._delivered),
                self._newest_decisions.get(name, 0),
            )
            for district in self._districts
        }
        changed = [name for name, basis in bases.items() if not self._lasts(name, basis)]
        manifests = decisions.manifests([name for name in changed if name in versions])
        for name in changed:
            if not answers and name not in versions and name in self._known:
                continue  # what is known of it is from the platform
            standing = self._judged(bases[name], manifests.get(name), now, answers)
            self._known[name] = (bases[name], self.clock(), standing)
        return [self._known[name][2] for name in bases]

    def _ask_platform(self) -> bool:
        """Ask which districts have deliveries; False if the platform does not answer, and all stays as it was known."""
        try:
            platform = self.standings.platform()
            self._delivered = platform.delivered_districts() if platform else set()
        except (TransientError, OperatorError):
            return False
        return True

    def _pause_of(self, name: DistrictId, now: datetime) -> Pause | None:
        pause = self._pauses.get(name)
        return None if pause and pause.ends_at and pause.ends_at <= now else pause

    def _lasts(self, name: DistrictId, basis: Basis) -> bool:
        """True if the standing is known, nothing of it has changed, and it is not old."""
        known_basis, at, standing = self._known.get(name, (None, 0.0, None))
        if standing is None or known_basis != basis:
            return False
        return self.clock() - at < (LASTING_SECONDS if standing.manifest.published_at else FRESH_SECONDS)

    def _judged(self, basis: Basis, manifest: str | None, now: datetime, answers: bool) -> Standing:
        _, district, pause, is_delivered, _ = basis
        published = self.standings.published
        told = published.read_manifest(manifest) if manifest else published.manifest(district.district_id)
        standing = self.standings.judged(district, told, pause, now, is_delivered and answers)
        if answers or told or pause:
            return standing
        return replace(standing, word=Status.UNPUBLISHED, says=PLATFORM_SILENT)
