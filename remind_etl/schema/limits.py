"""How much of a district may go at once, or come to one student, before it waits for a person."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import floor
from typing import Any, Final

from remind_etl.errors import UsageError

FileLimits = Mapping[str, Mapping[str, Mapping[str, float]]]
"""How much of a file may be wrong, where a district has numbers of its own: by table, rule and limit."""

REMOVALS: Final = ("teachers", "guardians", "students", "contact points", "classes", "class members")
"""The kinds of removals that a share and a count limit; HELD_OTHERS in catalogue/statuses.py has the other holds."""

LAST_DROPS: Final = 10
"""With so many delivered drops a new drop is compared."""

LEAST_LEAVING: Final = 2
"""Fewer people or classes that a school loses are never too large a share of it."""

LEAST_EXCHANGING: Final = 3
"""Fewer people who exchange places in classes never wait for that."""

NEW_GUARDIANS: Final = "new_guardians"
"""The hold of new guardians of a student with many."""

FORMER_HOLDS: Final = {"contacts": NEW_GUARDIANS}
"""Former names of holds. Commands, job configurations, stored approvals and older publications may have them."""

ALL_KINDS: Final = ""
"""Stands for all holds in a refusal that names none."""


def present_hold(name: str) -> str:
    """The present name of a hold that is named by its present or former name."""
    return FORMER_HOLDS.get(name, name)


@dataclass(frozen=True)
class Limits:
    """The limits of a district."""

    removal_share: float = 0.10
    """Removals of a kind go through up to this share (0 to 1) of the delivered ones, or up to `removal_count`."""
    removal_count: int = 20
    removal_most: float = 0.5
    """More than this share of the delivered ones waits, however few they are."""
    usual_times: int = 3
    """Removals of a kind wait if they are more than so many times the most that one of the last drops removed."""
    usual_count: int = 5
    """So many removals of a kind are never unusual."""
    school_share: float = 0.5
    """If two or more of a kind are removed from one school, they wait if they are this share of it, or more."""
    school_count: int = 5
    """A school with so many delivered records of a kind, and no row of it in the file, waits."""
    guardians: int = 6
    """The new guardians of a student with so many wait."""
    link_count: int = 20
    """If one drop links more accounts that belong to somebody outside of the district, they wait."""

    def allowed(self, delivered: int, usual: int | None = None) -> int:
        """How many of so many delivered records may be removed without a person.

        `usual` is the most that one of the last drops removed; None if that is not known.
        """
        many = max(self.removal_count, _part(self.removal_share, delivered))
        unusual = many if usual is None else max(self.usual_count, self.usual_times * usual)
        return min(many, unusual, _part(self.removal_most, delivered))

    def with_values(self, values: Mapping[str, str]) -> "Limits":
        """The limits with some of them as these texts say.

        Raises UsageError if there is no such limit, or it cannot have that value.
        """
        changed: Any = {name: _read(name, text) for name, text in values.items()}
        return replace(self, **changed)


def _part(share: float, of: int) -> int:
    # Rounded first: 0.29 * 100 is a little less than 29.
    return floor(round(share * of, 6))


NAMES: Final = tuple(field.name for field in fields(Limits))

_SHARES: Final = ("removal_share", "removal_most", "school_share")
_LEAST: Final = {
    "removal_count": 0,
    "usual_times": 1,
    "usual_count": 0,
    "school_count": 1,
    "guardians": 2,
    "link_count": 0,
}
_MOST: Final = 1_000_000_000
"""Far more than any district has, and a number that every database can keep."""


def _read(name: str, text: str) -> float | int:
    if name not in NAMES:
        raise UsageError(f"{name!r} is not a limit. The limits are {', '.join(NAMES)}.")
    try:
        value = float(text) if name in _SHARES else int(text)
    except ValueError:
        value = -1
    if name in _SHARES and not 0 <= value <= 1:
        raise UsageError(f"{name} must be a share from 0 to 1, such as 0.15, not {text!r}.")
    if not _LEAST.get(name, 0) <= value <= _MOST:
        raise UsageError(f"{name} must be a whole number from {_LEAST[name]} to {_MOST:,}, not {text!r}.")
    return value
