"""When removals wait for a person: above a share of what was delivered, and above a count."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limits:
    """Removals of a kind go through up to this share (0 to 1) of the delivered ones, or up to this count."""

    share: float = 0.10
    count: int = 20


DEFAULT: Final = Limits()


def is_held(removals: int, delivered: int, limits: Limits = DEFAULT) -> bool:
    """True if so many removals of so many delivered records exceed the share *and* the count."""
    return removals > limits.count and removals > limits.share * delivered
