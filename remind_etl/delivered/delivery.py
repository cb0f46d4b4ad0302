"""A delivery before, when and after it is made: the plan, the receipt, what became of it, and the state around it."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from remind_etl.schema.limits import LAST_DROPS

if TYPE_CHECKING:
    import pyarrow as pa

    from remind_etl.warehouse.platform_records import Records


@dataclass(frozen=True)
class Receipt:
    """A delivery: its number in the district, the drop and plan it applied, counts of changes by kind and action.

    `standing` has the records that stood before anything of the drop was delivered, by kind of removal; `held` the
    changes that were not applied because they wait for a person, by kind. `undoes` and `undoes_to` are the numbers of
    the first and the last delivery that this one undid, perhaps `removals_only`. `reused` has the class ids that were
    another class's before the drop, with the problem's detail. `removals` has the delivered removals, by hold.
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
    undoes_to: int | None = None
    removals_only: bool = False

    @property
    def undone(self) -> range:
        """The numbers from the first to the last delivery that this one undid; empty if it is no undoing."""
        return range(self.undoes, (self.undoes_to or self.undoes) + 1) if self.undoes else range(0)

    @property
    def undone_named(self) -> str:
        """The deliveries that it undid, such as `delivery 4` or `deliveries 4 to 6`."""
        first, last = self.undone[0], self.undone[-1]
        return f"delivery {first}" if first == last else f"deliveries {first} to {last}"

    @property
    def changed_records(self) -> bool:
        """True if it changed records that were there before, so that it has rows in `delivery_changes`."""
        return any(set(actions) - {"create"} for actions in self.counts.values())

    def is_newer_than(self, drop_id: str) -> bool:
        """True if that drop landed before the one that was delivered."""
        return drop_id < self.drop_id


def undone_in_words(receipts: Sequence[Receipt]) -> str:
    """The deliveries that are undone now, such as `deliveries 4 and 6`; empty if a later delivery stays."""
    ever = {number for receipt in receipts for number in receipt.undone}
    stays = _newest_that_stays(receipts, ever)
    now = [receipt for receipt in receipts if receipt.undoes and receipt.number > stays]
    if len({receipt.undone for receipt in now}) == 1:
        return now[0].undone_named
    deliveries = {receipt.number for receipt in receipts if not receipt.undoes}
    first = sorted({str(number) for receipt in now for number in receipt.undone if number in deliveries}, key=int)
    return f"deliveries {' and '.join([', '.join(first[:-1]), first[-1]])}" if len(first) > 1 else ""


def _newest_that_stays(receipts: Sequence[Receipt], undone: Set[int]) -> int:
    """The number of the newest delivery that is not undone; 0 if there is none."""
    return max(
        (receipt.number for receipt in receipts if not receipt.undoes and receipt.number not in undone), default=0
    )


@dataclass(frozen=True)
class State:
    """The newest receipt of a district, and by kind all its records; `removed_at` is null where one is not removed.

    `linked` has the ids of its accounts that belong to somebody outside of the district too.
    """

    last: Receipt | None
    records: "Mapping[str, Records]"
    linked: Collection[str] = ()

    @property
    def base(self) -> int:
        """The number of the newest delivery, 0 before the first."""
        return self.last.number if self.last else 0

    def standing(self, drop_id: str) -> Mapping[str, int]:
        """The records that stood before that drop, by hold, and by hold and school; nothing if those of now count.

        While changes of the newest delivery wait, those before it count. Else what it added would let the next drop
        remove what waits.
        """
        return self.last.standing if self.last and (self.last.drop_id == drop_id or self.last.held) else {}

    def reused(self, drop_id: str) -> Mapping[str, str]:
        """The class ids that drop was found to reuse when it was delivered last, with the detail of the problem."""
        return self.last.reused if self.last and self.last.drop_id == drop_id else {}


@dataclass(frozen=True)
class Undo:
    """What an undoing undoes: the deliveries from the first number to the last, or only their removals."""

    undoes: int
    undoes_to: int
    removals_only: bool = False

    def with_earlier(self, receipts: Sequence[Receipt], pruned: Set[int]) -> tuple[dict[int, bool], list[int]]:
        """The deliveries that are undone afterwards, True if only their removals are, and the undoings among them.

        `receipts` are all of the district; `pruned` are the numbers of the deliveries whose changes are not kept any
        more. An earlier undoing counts if every delivery after it was undone, or is undone now. If a delivery after it
        stays, that one said anew how every record should be.
        """
        now = {r.number for r in receipts if not r.undoes and self.undoes <= r.number <= self.undoes_to}
        ever = now.union(*(receipt.undone for receipt in receipts))
        stays = _newest_that_stays(receipts, ever)
        earlier = [
            receipt
            for receipt in receipts
            if receipt.undoes and receipt.number > stays and pruned.isdisjoint(receipt.undone)
        ]
        undone = dict.fromkeys(now, self.removals_only)
        for receipt in earlier:
            for number in receipt.undone:
                undone[number] = undone.get(number, True) and receipt.removals_only
        return undone, [receipt.number for receipt in earlier]


@dataclass(frozen=True)
class Changes:
    """What to deliver of one kind: numbers of changes by action, and the records with their `action`.

    `read` gives the records in batches, each time anew: those of all kinds together may be more than fits in memory.
    """

    counts: Mapping[str, int]
    read: "Callable[[], pa.RecordBatchReader]"

    @classmethod
    def of(cls, rows: "pa.Table") -> "Changes":
        """The changes of a table in memory."""
        return cls({c["values"]: c["counts"] for c in rows["action"].value_counts().to_pylist()}, rows.to_reader)


@dataclass(frozen=True)
class Plan:
    """What to deliver: the changes of each kind that has some, made on top of delivery `base`.

    `changed` has what was changed of, or added to, what was there before, as rows of `delivery_changes`. `links` has
    the evidence of accounts that are linked: the email (kind, value) that each account outside of the district had
    (account_id). `undo` is what an undoing undoes.
    """

    drop_id: str
    plan_hash: str
    base: int
    standing: Mapping[str, int]
    changes: Mapping[str, Changes]
    changed: "pa.Table"
    held: Mapping[str, int] = field(default_factory=dict)
    undo: "Undo | None" = None
    reused: Mapping[str, str] = field(default_factory=dict)
    links: "pa.Table | None" = None
    removals: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of changes by kind and action."""
        return {kind: {**of_kind.counts} for kind, of_kind in self.changes.items() if of_kind.counts}

    def receipt(self, delivered_at: str) -> Receipt:
        """The receipt of its delivery at that moment (UTC, ISO 8601)."""
        of_drop = (self.drop_id, self.plan_hash, self.counts, self.standing)
        receipt = Receipt(self.base + 1, *of_drop, delivered_at, self.held, None, self.reused, self.removals)
        return replace(receipt, **vars(self.undo)) if self.undo else receipt


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
        undone = {number for receipt in receipts for number in receipt.undone}
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
    """What an undoing rests on, as of one moment.

    `undone` has the numbers of the deliveries that are undone afterwards: the new ones, and those that earlier undoings
    undid since the newest delivery that stays. The value is True if only removals are undone. `undoings` has the
    numbers of these earlier undoings. `changes` has the changes of all deliveries since the first undone one. `newest`
    is the number of the newest delivery that is no undoing.
    """

    undo: Undo
    undone: Mapping[int, bool]
    undoings: Collection[int]
    changes: "pa.Table"
    state: State
    newest: int
