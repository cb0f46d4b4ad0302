"""A rule and a check: the words, the counts and the limits of a fact about a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NOT_NULL: Final = "expect_column_values_to_not_be_null"
IN_SET: Final = "expect_column_values_to_be_in_set"
UNIQUE: Final = "expect_column_values_to_be_unique"


@dataclass(frozen=True)
class Rule:
    """A fact that must be true of a table, and the sentence for its failure.

    `expects` has limits as `{share}`; `otherwise` has counts and limits as `{names}`.
    """

    name: str
    expects: str
    otherwise: str
    found: str = ""
    """The count that the limits are about."""
    among: str | None = None
    """The count that `share` and `rows_each` are shares of."""
    limits: Mapping[str, float] = field(default_factory=dict)
    code: str | None = None
    """For what blocks a drop: the problem of the catalogue."""
    codes: tuple[str, ...] = ()
    """The problems of rows that it counts. The one that most rows have tells the remedy."""
    remedy: str | None = None
    unless: str | None = None
    """A rule of the table that explains the failure of this one: if both fail, only that one blocks."""
    native: Mapping[str, Any] = field(default_factory=dict)
    """The type and kwargs, if it is one of Great Expectations' own expectations on the table."""


@dataclass(frozen=True)
class Check:
    """A check on a table: its name is a sentence that is true when all of its rules hold."""

    name: str
    rules: tuple[Rule, ...]
    is_critical: bool = True


def share_rule(name: str, limit: float, found: str, told: str, **more: Any) -> Rule:
    """At most a share and a count of the rows may be as `told` says; more is a sign that the file is broken."""
    return Rule(
        name,
        f"At most {{share}} of the rows, or {{count}} if that is more, {told}.",
        f"{{{found}:,}} of {{accepted:,}} rows {told}",
        **{"found": found, "among": "accepted", "limits": {"share": limit, "count": 20}, **more},
    )


def gate_rule(name: str, limit: float, found: str, told: str, *codes: str, **more: Any) -> Rule:
    """A share and a count as in `share_rule`; more blocks the drop. `codes` are the problems of such rows."""
    return share_rule(name, limit, found, told, code="gate_failed", codes=codes, **more)


REPEATED: Final = {"school": "duplicate_school", "class": "duplicate_class"}
"""The problem of a row that repeats the id of another, by the record of its file."""
