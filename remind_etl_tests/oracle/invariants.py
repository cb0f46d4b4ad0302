"""What must be true of a platform at any time."""

from collections import Counter
from collections.abc import Collection, Iterator

from remind_etl_tests.oracle.state import Account, State


def broken(
    after: State,
    before: State,
    has_rosters: bool = True,
    waiting: Collection[str] = (),
    staying: Collection[tuple[str, str]] = (),
) -> Iterator[tuple[str, str]]:
    """What is not true, and of what.

    A drop without rosters leaves memberships as they are, also of people who leave with it. They stay as long as the
    account waits to come back. The removals of `waiting`
    accounts wait for a person, or a rejected row protects them: such a guardian may stay whose student is gone. The
    removals of `staying` guardianships wait: they keep the id under which they were delivered, though the student has
    another one by now.
    """
    yield from _accounts(after, before, waiting)
    yield from _contacts(after)
    yield from _guardianships(after, staying)
    yield from _classes(after, before, has_rosters)


def _accounts(after: State, before: State, waiting: Collection[str]) -> Iterator[tuple[str, str]]:
    ids = Counter(("teacher", a.teacher_id) for a in after.accounts.values() if a.teacher_id)
    ids += Counter(("student", a.student_id) for a in after.accounts.values() if a.student_id)
    yield from ((f"a {who}_id is on one account", record_id) for (who, record_id), n in ids.items() if n > 1)
    for account in after.accounts.values():
        yield from _account(after, before, account, account.id in waiting)
    for account_id, school, role in after.places:
        if account_id not in after.accounts or role not in after.accounts[account_id].roles:
            yield "a person at a school has the role", f"{school} {role}"


def _account(after: State, before: State, account: Account, waits: bool) -> Iterator[tuple[str, str]]:
    is_bare = account.roles == {"guardian"} and not after.of_account(account.id)
    rules = {
        "an account has a role": bool(account.roles),
        "the role teacher has a teacher_id": ("teacher" in account.roles) == bool(account.teacher_id),
        "the role student has a student_id": ("student" in account.roles) == bool(account.student_id),
        "a guardian has a student": waits or "guardian" not in account.roles or bool(after.children(account.id)),
        "a teacher has an email": account.teacher_id is None or account.email is not None,
        "a new guardian has a contact point": account.id in before.accounts or not is_bare,
    }
    says = account.teacher_id or account.student_id or f"{account.name}"
    yield from ((rule, says) for rule, holds in rules.items() if not holds)


def _contacts(after: State) -> Iterator[tuple[str, str]]:
    for (_, value), owner in after.contacts.items():
        if owner not in after.accounts:
            yield "a contact point belongs to an active account", value
    for account in after.accounts.values():
        for kind, shown in (("email", account.email), ("phone", account.phone)):
            if shown and after.contacts.get((kind, shown)) != account.id:
                yield "an account has the contact points that it shows", shown


def _guardianships(after: State, staying: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for guardian, student in after.guardianships:
        adult, child = after.accounts.get(guardian), after.accounts.get(student)
        if adult is None or "guardian" not in adult.roles:
            yield "a guardianship is of an active guardian", after.student_ids[guardian, student]
        if child is None or "student" not in child.roles:
            yield "a guardianship is of an active student", after.student_ids[guardian, student]
        elif child.student_id != after.student_ids[guardian, student] and (guardian, student) not in staying:
            yield "a guardianship names its student", after.student_ids[guardian, student]
        if guardian == student:
            yield "no student is the guardian of the own row", after.student_ids[guardian, student]


def _classes(after: State, before: State, has_rosters: bool) -> Iterator[tuple[str, str]]:
    owners = {
        class_id: {a for c, a, role in after.members if (c, role) == (class_id, "owner")} for class_id in after.classes
    }
    for class_id, record in after.classes.items():
        if record["owner_account_id"] not in after.accounts and has_rosters:
            yield "a class has an active owner", class_id
        if owners[class_id] != {record["owner_account_id"]}:
            yield "the owner of a class, and nobody else, has the membership of an owner", class_id
    for class_id, account_id, role in after.members:
        if class_id not in after.classes:
            yield "no membership outlives its class", class_id
        account = after.accounts.get(account_id)
        if account is None:
            is_left_over = account_id not in before.accounts and (class_id, account_id, role) in before.members
            if has_rosters and not is_left_over:
                yield "no membership outlives its account", class_id
        elif has_rosters and ("student" if role == "student" else "teacher") not in account.roles:
            yield "a member of a class has the role", f"{class_id} {role}"
