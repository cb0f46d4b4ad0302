"""What a check of an installation found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Examined:
    """What a check found, and what a person should do about it."""

    check: str
    state: State
    found: str
    do: str = ""
