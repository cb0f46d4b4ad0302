"""The limit on wrong sign-ins: of one email from one address, of an address, and of an email."""

import hashlib
import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

WINDOW_SECONDS: Final = 15 * 60
MOST_OF_BOTH: Final = 10
MOST_OF_ADDRESS: Final = 30
MOST_OF_EMAIL: Final = 100
"""From all addresses together: above the others, so that a stranger cannot easily keep a known person out."""

MOST_KNOWN: Final = 100_000
"""How many are remembered. The one that was seen longest ago is forgotten first."""


@dataclass
class Attempts:
    """The sign-ins of the last quarter of an hour that did not succeed. They are of this process alone."""

    clock: Callable[[], float] = time.monotonic
    _at: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, email: str, address: str) -> bool:
        """Count a sign-in as wrong before it is examined; False, and not counted, if the person must wait."""
        with self._lock:
            limits = _limits_by_key(email, address)
            must_wait = any(len(self._recent(key)) >= most for key, most in limits.items())
            for key in limits:
                times = self._at.setdefault(key, deque())
                self._at.move_to_end(key)
                times.extend([] if must_wait else [self.clock()])
            while len(self._at) > MOST_KNOWN:
                self._at.popitem(last=False)
            return not must_wait

    @contextmanager
    def examining(self, email: str, address: str) -> Iterator[None]:
        """Within it, a sign-in is examined. It does not count if an error ends it: then nobody got an answer."""
        try:
            yield
        except Exception:
            self.take_back(email, address)
            raise

    def take_back(self, email: str, address: str) -> None:
        """Take back the count of a sign-in that was not wrong."""
        with self._lock:
            for key in _limits_by_key(email, address):
                if times := self._at.get(key):
                    times.pop()

    def _recent(self, key: str) -> deque[float]:
        times = self._at.get(key, deque())
        while times and times[0] < self.clock() - WINDOW_SECONDS:
            times.popleft()
        return times


def _limits_by_key(email: str, address: str) -> dict[str, int]:
    """The most sign-ins by key. A key is a hash, so that no email stands in memory and none is long."""
    person, place = email.strip().lower(), _network(address)
    limits = {
        f"both {person} {place}": MOST_OF_BOTH,
        f"place {place}": MOST_OF_ADDRESS,
        f"email {person}": MOST_OF_EMAIL,
    }
    return {hashlib.sha256(key.encode()).hexdigest(): most for key, most in limits.items()}


def _network(address: str) -> str:
    """The address; of one of IPv6 the first 64 bits, as a household has all that begin so."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped:  # as a proxy writes it that listens to both kinds
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
