"""All laws, and how a day is judged by them."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final, TypeAlias

from remind_etl_tests.oracle import (
    invariants,
    laws_of_classes,
    laws_of_contacts,
    laws_of_guardians,
    laws_of_holds,
    laws_of_people,
    laws_of_problems,
)
from remind_etl_tests.oracle.histories import Day
from remind_etl_tests.oracle.reading import Reading
from remind_etl_tests.oracle.state import Account, Memory, Outcome, State
from remind_etl_tests.oracle.today import Today


@dataclass(frozen=True)
class Difference:
    """A law that does not hold, and of what."""

    law: str
    of: str


Law: TypeAlias = Callable[[Today, Outcome], Iterator[str]]
_MODULES: Final = (
    laws_of_people,
    laws_of_contacts,
    laws_of_guardians,
    laws_of_classes,
    laws_of_holds,
    laws_of_problems,
)


def _laws(module: ModuleType) -> Iterator[Law]:
    """The functions of a module whose names are laws."""
    for name, found in inspect.getmembers(module, inspect.isfunction):
        if not name.startswith("_") and found.__module__ == module.__name__:
            yield found


LAWS: Final[tuple[Law, ...]] = tuple(law for module in _MODULES for law in _laws(module))


def judge(reading: Reading, day: Day, outcome: Outcome, memory: Memory) -> Iterator[Difference]:
    """What is wrong with a day that was delivered."""
    today = Today(reading, day, outcome.before, memory)
    waiting = {i for i in outcome.after.accounts if outcome.waits(i) or ("accounts", i) in outcome.protected}
    staying = {tie for tie in outcome.after.guardianships if outcome.is_held("guardianships", *tie)}
    for law, of in invariants.broken(outcome.after, outcome.before, today.has_rosters, waiting, staying):
        yield Difference(law, of)
    for judged in LAWS:
        yield from (Difference(judged.__name__.replace("_", " "), of) for of in judged(today, outcome))


def judge_block(reading: Reading, is_blocked: bool, problems: list[tuple[str, str]]) -> Iterator[Difference]:
    """A cut or incomplete drop is blocked, and no other."""
    if reading.is_blocked and not is_blocked:
        yield Difference("a cut or incomplete drop is blocked", "the drop")
    if is_blocked and not reading.is_blocked:
        yield Difference("a whole drop is not blocked", f"problems {sorted({code for code, _ in problems})}")


def judge_repeat(actions: Mapping[str, int], changes: list[tuple[str, str, str]]) -> Iterator[Difference]:
    """A plan that is made after its own delivery is empty."""
    if sum(actions.values()):
        yield Difference("a plan that is made after its own delivery is empty", f"{changes[:3]}")


def judge_undo(before: State, after: State, undone: State, left: Set[str] = frozenset()) -> Iterator[Difference]:
    """Undoing gives back what was removed or changed, and ties nobody from before to what the delivery added.

    New people and classes may stay. People whom earlier undone deliveries `left` count as new, because deliveries that
    are undone in any order leave the same state.
    A contact point that the delivery gave to another account may stay there too. A membership whose account was removed
    before, by a drop without rosters, may stay removed. The owner of a class that stays is a teacher.
    """
    law = "an undone delivery gives back what it removed and changed"
    owners = {record["owner_account_id"] for record in undone.classes.values()}
    for account_id, was in before.accounts.items():
        there = undone.accounts.get(account_id)
        if there and account_id in owners and was.teacher_id is None:
            was = replace(was, teacher_id=there.teacher_id)
        if there is None or _without_contacts(there) != _without_contacts(was):
            yield Difference(law, f"account {account_id}")
    for contact, owner in before.contacts.items():
        if undone.contacts.get(contact) != owner and after.contacts.get(contact) in (None, owner):
            yield Difference(law, f"{contact}")
    for class_id, record in before.classes.items():
        if undone.classes.get(class_id) != record:
            yield Difference(law, f"class {class_id}")
    members = {(key, user_id) for key, user_id in before.members.items() if key[1] in before.accounts}
    lost = {*(members - undone.members.items()), *(before.places - undone.places)}
    lost |= before.guardianships - undone.guardianships
    yield from (Difference(law, f"{record}") for record in sorted(map(str, lost)))
    law = "an undone delivery adds nothing to those who were there before"
    from_before = before.accounts.keys() - left
    ties = {tie for tie in undone.guardianships - before.guardianships if {*tie} & from_before}
    joined = {
        (c, a)
        for c, a, role in undone.members.keys() - before.members.keys()
        if c in before.classes and role != "owner"
    }
    places = {place for place in undone.places - before.places if place[0] in from_before - owners}
    yield from (Difference(law, f"{record}") for record in sorted(map(str, ties | joined | places)))
    waiting = {i for state in (before, after) for i in state.accounts if not state.children(i)}
    staying = {(g, s) for state in (before, after) for g, s in state.guardianships if _has_former_id(state, g, s)}
    for found, of in invariants.broken(undone, before, waiting=waiting, staying=staying):
        yield Difference(f"after an undoing, {found}", of)


def _has_former_id(state: State, guardian: str, student: str) -> bool:
    """Whether a guardianship stays under the id that its student had before."""
    child = state.accounts.get(student)
    return child is not None and child.student_id != state.student_ids[guardian, student]


def _without_contacts(account: Account) -> tuple[object, ...]:
    return (account.teacher_id, account.student_id, account.first, account.last, account.dob, account.grade)
