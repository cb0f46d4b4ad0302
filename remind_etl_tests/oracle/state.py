"""What a platform holds, and what is remembered of the days before, as plain data."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.histories import Person
from remind_etl_tests.oracle.reading import Reading
from remind_etl_tests.oracle.values import Name

T = TypeVar("T")
Contact: TypeAlias = tuple[str, str]
Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Account:
    """An active account."""

    id: str
    roles: frozenset[str]
    teacher_id: str | None
    student_id: str | None
    first: str
    last: str
    email: str | None
    phone: str | None
    dob: str | None
    grade: str | None

    @property
    def name(self) -> Name:
        """The name, to be compared."""
        return values.full(self.first, self.last)


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """The second ones of pairs, by the first ones."""
    found: dict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


@dataclass(frozen=True)
class State:
    """The active records of a district."""

    accounts: Mapping[str, Account]
    contacts: Mapping[Contact, str]
    places: frozenset[tuple[str, str, str]]
    """Account, school, role."""
    guardianships: frozenset[tuple[str, str]]
    """Guardian's account, student's account."""
    student_ids: Mapping[tuple[str, str], str]
    """The student_id that a guardianship names."""
    classes: Mapping[str, Record]
    members: Mapping[tuple[str, str, str], str]
    """The id in the files of each membership: class, account, role."""

    @classmethod
    def of(cls, records: Mapping[str, Iterable[Record]]) -> "State":
        accounts = {
            a["account_id"]: Account(
                a["account_id"],
                frozenset(filter(None, (a["roles"] or "").split("+"))),
                a["teacher_id"],
                a["student_id"],
                a["first_name"] or "",
                a["last_name"] or "",
                *(a[name] for name in ("email", "phone", "dob", "grade")),
            )
            for a in records["accounts"]
        }
        ties = {(t["guardian_account_id"], t["student_account_id"]): t["student_id"] for t in records["guardianships"]}
        return cls(
            accounts,
            {(c["kind"], c["value"]): c["account_id"] for c in records["contact_points"]},
            frozenset((p["account_id"], p["school_id"], p["role"]) for p in records["school_members"]),
            frozenset(ties),
            ties,
            {c["class_id"]: c for c in records["classes"]},
            {(m["class_id"], m["account_id"], m["role"]): m["record_id"] for m in records["class_memberships"]},
        )

    def teacher(self, teacher_id: str) -> Account | None:
        """The account of a teacher_id."""
        return self._teachers.get(teacher_id)

    def student(self, student_id: str) -> Account | None:
        """The account of a student_id."""
        return self._students.get(student_id)

    def of_account(self, account_id: str) -> set[Contact]:
        """The contact points of an account."""
        return set(self._contacts_of.get(account_id, ()))

    def guardians(self, student_account: str) -> set[str]:
        """The accounts of a student's guardians."""
        return set(self._guardians_of.get(student_account, ()))

    def children(self, guardian_account: str) -> set[str]:
        """The accounts of a guardian's students."""
        return set(self._children_of.get(guardian_account, ()))

    @cached_property
    def _teachers(self) -> dict[str, Account]:
        return {a.teacher_id: a for a in reversed([*self.accounts.values()]) if a.teacher_id}

    @cached_property
    def _students(self) -> dict[str, Account]:
        return {a.student_id: a for a in reversed([*self.accounts.values()]) if a.student_id}

    @cached_property
    def _contacts_of(self) -> dict[str, list[Contact]]:
        return _grouped((owner, contact) for contact, owner in self.contacts.items())

    @cached_property
    def _guardians_of(self) -> dict[str, list[str]]:
        return _grouped((student, guardian) for guardian, student in self.guardianships)

    @cached_property
    def _children_of(self) -> dict[str, list[str]]:
        return _grouped(self.guardianships)


@dataclass(frozen=True)
class Outcome:
    """What a day did."""

    before: State
    after: State
    held: set[tuple[str, str]]
    """Kind and id of the changes that wait."""
    protected: set[tuple[str, str]]
    holds: tuple[str, ...]
    problems: list[tuple[str, str]]
    """Code and record."""

    def account(self, who: str, record_id: str) -> Account | None:
        """The account that a teacher_id or student_id has now."""
        return self.after.teacher(record_id) if who == "teacher" else self.after.student(record_id)

    def is_held(self, kind: str, *key: str) -> bool:
        """Whether a change of the record waits for a person."""
        return (kind, "/".join(key)) in self.held

    @cached_property
    def _waiting(self) -> set[str]:
        return {part for _, key in self.held for part in key.split("/")}

    def waits(self, *accounts: str | None) -> bool:
        """Whether a change of one of the accounts, or of a record of it, waits for a person."""
        return bool(self._waiting & set(accounts))

    def contact_waits(self, contact: Contact, *accounts: str | None) -> bool:
        """Whether a change of a contact point, or of one of the accounts, waits for a person."""
        return self.is_held("contact_points", *contact) or self.waits(*accounts)


@dataclass
class Memory:
    """What is known of the days before."""

    teachers: dict[str, str] = field(default_factory=dict)
    """The account of each teacher_id that was ever delivered."""
    students: dict[str, str] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    """All accounts that were ever delivered."""
    names: dict[tuple[str, str], Name] = field(default_factory=dict)
    """The last name of each `teacher` or `student` that was ever delivered, by role and id."""
    unended: set[str] = field(default_factory=set)
    """Files whose last version had no final line end."""
    texts: dict[str, str] = field(default_factory=dict)
    elsewhere: tuple[Person, ...] = ()
    left: set[str] = field(default_factory=set)
    """The accounts that undone deliveries added and left."""

    def remember(self, after: State, reading: Reading) -> None:
        """Keep what a delivery left."""
        self.accounts |= {*after.accounts}
        self.teachers |= {a.teacher_id: a.id for a in after.accounts.values() if a.teacher_id}
        self.students |= {a.student_id: a.id for a in after.accounts.values() if a.student_id}
        self.names |= {("teacher", a.teacher_id): a.name for a in after.accounts.values() if a.teacher_id}
        self.names |= {("student", a.student_id): a.name for a in after.accounts.values() if a.student_id}
        self.unended = reading.unended
        self.texts = dict(reading.texts)
