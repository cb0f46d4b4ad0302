"""Bars of a series of counts, for a page to draw as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 96
GAP: Final = 3
FEWEST: Final = 30
"""The bars for which there is room at least, so that few bars are not wide."""
LEAST: Final = 2
"""The height of the smallest bar of a count above 0, so that it can be seen."""


@dataclass(frozen=True)
class Bar:
    """A bar, in units of a drawing of WIDTH and HEIGHT."""

    x: float
    y: float
    width: float
    height: float


def bars(counts: Sequence[int]) -> list[Bar]:
    """A bar for each count, the highest as high as the drawing."""
    most, step = max((*counts, 1)), WIDTH / max(len(counts), FEWEST)
    heights = [max(HEIGHT * count / most, LEAST if count else 0) for count in counts]
    return [
        Bar(round(step * place, 1), round(HEIGHT - height, 1), round(step - GAP, 1), round(height, 1))
        for place, height in enumerate(heights)
    ]
