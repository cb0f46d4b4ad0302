"""What people searched for, by a key that may stand in an address: the text itself is personal data."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from remind_etl.schema.district_id import DistrictId

LIFE_SECONDS: Final = 30 * 60
MOST_OF_PERSON: Final = 100
"""Searches of a person. The oldest is forgotten first."""
MOST_PEOPLE: Final = 1_000
"""People whose searches are remembered. Who searched longest ago is forgotten first."""


@dataclass(frozen=True)
class _Search:
    district: DistrictId
    text: str
    until: float


@dataclass
class Searches:
    """The searches of the last half hour. They are of this process alone: another one says to search again."""

    clock: Callable[[], float] = time.monotonic
    _of_people: OrderedDict[int, OrderedDict[str, _Search]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, person: int, district: DistrictId, text: str) -> str:
        """Remember a search of a person in a district; returns its key, which nobody can guess."""
        key = secrets.token_hex(24)
        with self._lock:
            of_person = self._of_people.setdefault(person, OrderedDict())
            self._of_people.move_to_end(person)
            of_person[key] = _Search(district, text, self.clock() + LIFE_SECONDS)
            self._forget(of_person)
        return key

    def text(self, key: str, person: int, district: DistrictId) -> str | None:
        """What this person searched for in this district; None if it is forgotten, or of another one."""
        with self._lock:
            search = self._of_people.get(person, OrderedDict()).get(key)
        if search is None or search.district != district or search.until <= self.clock():
            return None
        return search.text

    def _forget(self, of_person: OrderedDict[str, _Search]) -> None:
        while len(of_person) > MOST_OF_PERSON:
            of_person.popitem(last=False)
        while len(self._of_people) > MOST_PEOPLE or self._is_over(next(iter(self._of_people.values()))):
            self._of_people.popitem(last=False)

    def _is_over(self, searches: OrderedDict[str, _Search]) -> bool:
        """True if the newest of the searches is too old."""
        return next(reversed(searches.values())).until <= self.clock()
