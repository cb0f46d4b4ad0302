"""A delivery before, when and after it is made: the plan, the receipt, what became of it, and the state around it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import pyarrow as pa

from remind_etl.schema.limits import LAST_DROPS


@dataclass(frozen=True)
class Receipt:
    """A delivery: its number in the district, the drop and plan it applied, counts of changes by kind and action.

    `standing` has the records that stood before anything of the drop was delivered, by kind of removal; `held` the
    changes that were not applied because they wait for a person, by kind. `undoes` is the number of the delivery that
    this one undid. `reused` has the class ids that were another class's before the drop, with the problem's detail.
    `removals` has the removals that were delivered, by hold.
    """

    number: int
    drop_id: str
    plan_hash: str
    counts: Mapping[str, Mapping[str, int]]
    standing: Mapping[str, int]
    delivered_at: str
    held: Mapping[str, int] = field(default_factory=dict)
    undoes: int | None = None
    reused: Mapping[str, str] = field(default_factory=dict)
    removals: Mapping[str, int] = field(default_factory=dict)

    def is_newer_than(self, drop_id: str) -> bool:
        """True if that drop landed before the one that was delivered."""
        return drop_id < self.drop_id


@dataclass(frozen=True)
class State:
    """The newest receipt of a district, and by kind all its records; `removed_at` is null where one is not removed.

    `linked` has the ids of its accounts that belong to somebody outside of the district too.
    """

    last: Receipt | None
    records: Mapping[str, pa.Table]
    linked: Collection[str] = ()

    @property
    def base(self) -> int:
        """The number of the newest delivery, 0 before the first."""
        return self.last.number if self.last else 0

    def standing(self, drop_id: str) -> Mapping[str, int]:
        """The records that stood before that drop, by kind of removal; nothing if it is not the one delivered last."""
        return self.last.standing if self.last and self.last.drop_id == drop_id else {}

    def reused(self, drop_id: str) -> Mapping[str, str]:
        """The class ids that drop was found to reuse when it was delivered last, with the detail of the problem."""
        return self.last.reused if self.last and self.last.drop_id == drop_id else {}


@dataclass(frozen=True)
class Plan:
    """What to deliver: the changes of each kind as rows with a column `action`, made on top of delivery `base`.

    `changed` has the changes of what was there before, as rows of `delivery_changes`; `links` the evidence of accounts
    that are linked: the email (kind, value) that each account outside of the district had (account_id).
    """

    drop_id: str
    plan_hash: str
    base: int
    standing: Mapping[str, int]
    changes: Mapping[str, pa.Table]
    changed: pa.Table
    held: Mapping[str, int] = field(default_factory=dict)
    undoes: int | None = None
    reused: Mapping[str, str] = field(default_factory=dict)
    links: pa.Table | None = None
    removals: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of changes by kind and action."""
        return {
            kind: {c["values"]: c["counts"] for c in rows["action"].value_counts().to_pylist()}
            for kind, rows in self.changes.items()
            if rows.num_rows
        }

    def receipt(self, delivered_at: str) -> Receipt:
        """The receipt of its delivery at that moment (UTC, ISO 8601)."""
        of_drop = (self.drop_id, self.plan_hash, self.counts, self.standing)
        return Receipt(self.base + 1, *of_drop, delivered_at, self.held, self.undoes, self.reused, self.removals)


@dataclass(frozen=True)
class History:
    """What a drop is compared with: earlier drops, the newest first, and the most removals of one of them by hold.

    `usual` is None before the first delivery of another drop.
    """

    earlier_drops: tuple[str, ...]
    usual: Mapping[str, int] | None

    @classmethod
    def of(cls, receipts: Sequence[Receipt], drop_id: str) -> "History":
        """The history of a drop, from all receipts of the district, the newest first. Undone deliveries do not count.

        `earlier_drops` ends with the newest drop of which nothing was held in the end. A drop with held changes may
        itself be damaged.
        """
        undone = {receipt.undoes for receipt in receipts}
        of_drops: dict[str, list[Receipt]] = {}
        for receipt in receipts:
            if receipt.drop_id != drop_id and receipt.undoes is None and receipt.number not in undone:
                of_drops.setdefault(receipt.drop_id, []).append(receipt)
        last = dict(list(of_drops.items())[:LAST_DROPS])
        whole = next((n for n, (newest, *_) in enumerate(last.values(), 1) if not newest.held), len(last))
        removals = [sum(map(Counter, (r.removals for r in deliveries)), Counter()) for deliveries in last.values()]
        usual = dict(reduce(or_, removals, Counter[str]())) if last else None
        return cls(tuple(last)[:whole], usual)


@dataclass(frozen=True)
class Link:
    """An account of a district that belongs to somebody outside of it too, and the record that the district has of it.

    `rule` is the rule that linked it. `number` and `linked_at` are those of the delivery, None before they were kept.
    `other_districts` counts the other districts that have the account.
    """

    account_id: str
    rule: str
    number: int | None
    linked_at: str | None
    roles: str
    teacher_id: str | None
    contact_points: int
    other_districts: int


@dataclass(frozen=True)
class Past:
    """A delivery as of now: what it changed, the keys (kind, id) of what later ones changed, and the state."""

    delivery: Receipt
    changes: pa.Table
    changed_since: pa.Table
    state: State
