"""Which past drops other limits would have held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remind_etl.schema.limits import REMOVALS, Limits

DELIVERED, HELD, APPROVED = _WAS = ("delivered", "held", "held, then approved")
"""The outcomes of a drop's removals of a kind."""


@dataclass(frozen=True)
class Rehearsal:
    """What other limits would have done to past drops."""

    rows: Sequence[dict[str, Any]]
    """The removals by drop and kind that were held, or would be."""
    drops: int
    would_be_held: int
    """Drops that the tried limits would hold."""
    were_held: int
    """Drops whose removals were held, also by limits that are not tried."""


def rehearse_limits(plans: Iterable[Mapping[str, Any]], limits: Limits) -> Rehearsal:
    """Which past drops would be held by `removal_share`, `removal_count` and `removal_most`. No other limit is tried.

    `plans` are the rows of the published table of that name.
    """
    past = list(plans)
    rows = [
        row
        for row in _worst(past)
        if row["kind"] in REMOVALS and (row["was"] != DELIVERED or row["records"] > limits.allowed(row["delivered"]))
    ]
    for row in rows:
        row["allowed"] = limits.allowed(row["delivered"])
        row["would_be_held"] = row["records"] > row["allowed"]
    would_be_held = {row["drop_id"] for row in rows if row["would_be_held"]}
    were_held = {row["drop_id"] for row in rows if row["was"] != DELIVERED}
    return Rehearsal(rows, len({row["drop_id"] for row in past}), len(would_be_held), len(were_held))


def _worst(past: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The plan with the most removals for each drop and kind, with its outcome. Later plans have only the rest."""
    worst: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted((row for row in past if row["kind"]), key=lambda row: row["records"]):
        key = (row["drop_id"], row["kind"])
        was = APPROVED if row.get("is_approved") else HELD if row["is_held"] else DELIVERED
        columns = {name: row[name] for name in ("drop_id", "kind", "records", "delivered")}
        worst[key] = {**columns, "was": max(was, worst[key]["was"], key=_WAS.index) if key in worst else was}
    return [worst[key] for key in sorted(worst)]
