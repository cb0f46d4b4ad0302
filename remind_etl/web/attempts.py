"""The limit on wrong sign-ins, per email and per address."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

WINDOW_SECONDS: Final = 15 * 60
MOST_OF_EMAIL: Final = 10
MOST_OF_ADDRESS: Final = 30
MOST_KNOWN: Final = 100_000
"""How many emails and addresses are remembered; beyond that, all are forgotten, as memory must not grow."""


@dataclass
class Attempts:
    """The wrong sign-ins of the last quarter of an hour. They are of this process, and a restart forgets them."""

    clock: Callable[[], float] = time.monotonic
    _at: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def are_too_many(self, email: str, address: str) -> bool:
        """True if the email or the address must wait. A known and an unknown email are alike."""
        with self._lock:
            of_email, of_address = (len(self._recent(key)) for key in _keys(email, address))
        return of_email >= MOST_OF_EMAIL or of_address >= MOST_OF_ADDRESS

    def add(self, email: str, address: str) -> None:
        """Count a wrong sign-in."""
        with self._lock:
            if len(self._at) > MOST_KNOWN:
                self._at.clear()
            for key in _keys(email, address):
                self._recent(key).append(self.clock())

    def _recent(self, key: str) -> deque[float]:
        times = self._at[key]
        while times and times[0] < self.clock() - WINDOW_SECONDS:
            times.popleft()
        return times


def _keys(email: str, address: str) -> tuple[str, str]:
    return f"email {email.strip().lower()}", f"address {address}"
