"""The laws about guardians: who is one of whose, who becomes no one's, and who stays."""

from collections.abc import Iterator

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.state import Account, Outcome
from remind_etl_tests.oracle.today import Cluster, Mention, Today
from remind_etl_tests.oracle.values import Name

MANY = 6
"""A student with so many guardians is held."""


def a_guardian_is_new_at_a_student_only_if_a_row_names_them(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, student_id in _new_guardianships(today, outcome):
        if not _named(today, outcome, account, student_id):
            yield _says(account, student_id)


def two_people_under_one_id_get_no_new_guardian(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, student_id in _new_guardianships(today, outcome):
        if student_id in today.students and not today.is_one_person(today.students[student_id], "student"):
            yield _says(account, student_id)


def a_reused_student_id_gets_no_new_guardian(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, student_id in _new_guardianships(today, outcome):
        if today.is_reused("student", student_id):
            yield _says(account, student_id)


def an_email_alone_makes_nobody_the_guardian_of_a_strangers_child(today: Today, outcome: Outcome) -> Iterator[str]:
    """A contact point counts only with the name, or with a student in common."""
    for account, student_id in _new_guardianships(today, outcome):
        was, named = today.before.accounts.get(account.id), _named(today, outcome, account, student_id)
        if was is None or not named or any(values.may_be_alike(m.guardian.name, was.name) for m in named):
            continue
        known = {a.student_id for c in today.before.children(account.id) if (a := today.before.accounts.get(c))}
        if known and not any(_students_of_one(today, m) & known for m in named):
            yield _says(account, student_id)


def _students_of_one(today: Today, mention: Mention) -> set[str]:
    """The students at whom rows name this guardian, also where one email cannot be read and the phone is the same."""
    others = [
        other
        for other in today.mentions
        if other.guardian.name == mention.guardian.name and other.guardian.contacts & mention.guardian.contacts
    ]
    return {student for one in (mention, *others) for student in today.cluster_of(one).students}


def a_first_or_a_last_name_makes_nobody_the_guardian_of_a_strangers_child(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    """A row names the guardian by the full name, or a student proves that the other name is of the same family."""
    for account, student_id in _new_guardianships(today, outcome):
        named = [mention.guardian.name for mention in _named(today, outcome, account, student_id)]
        if all(map(any, named)) and named and not _names_of_family(today, outcome, account) & {*named}:
            yield _says(account, student_id)


def _names_of_family(today: Today, outcome: Outcome, account: Account) -> set[Name]:
    """The names of a guardian, and those that share a student with them beside a contact point of the account.

    The guardian has the students of before, so that their rows may give another name.
    """
    own = outcome.after.of_account(account.id) | today.before.of_account(account.id)
    was = today.before.accounts.get(account.id, account)
    mentions = [m for m in today.mentions if m.guardian.contacts & own]
    known = {a.student_id for child in today.before.children(account.id) if (a := today.before.accounts.get(child))}
    found = {name for own_name in (account.name, was.name) for name in (own_name, own_name[::-1])}
    found |= {m.guardian.name for m in mentions if m.student_id in known}
    while more := {
        m.guardian.name
        for m in mentions
        if any(o.guardian.name in found for o in today.mentions_of(m.student_id)) and m.guardian.name not in found
    }:
        found |= more
    return found


def _new_guardianships(today: Today, outcome: Outcome) -> Iterator[tuple[Account, str]]:
    for guardian, student in outcome.after.guardianships - today.before.guardianships:
        account, child = outcome.after.accounts.get(guardian), outcome.after.accounts.get(student)
        if account and child and child.student_id:
            yield account, child.student_id


def _named(today: Today, outcome: Outcome, account: Account, student_id: str) -> list[Mention]:
    """The guardians on the student's rows that may be the account: the name or a contact point is the same."""
    own = outcome.after.of_account(account.id) | today.before.of_account(account.id)
    mentions = today.mentions_of(student_id)
    return [m for m in mentions if m.guardian.contacts & own or m.guardian.name == account.name]


def an_account_takes_another_name_only_at_a_student_and_with_a_contact_of_its_own(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    for account_id, was in today.before.accounts.items():
        now = outcome.after.accounts.get(account_id)
        if now is None or was.roles != {"guardian"} or not any(was.name) or not any(now.name):
            continue
        if values.are_one(was.name, now.name):
            continue
        kept = today.before.children(account_id) & outcome.after.children(account_id)
        students = {a.student_id for child in kept if (a := outcome.after.accounts.get(child))}
        own = today.before.of_account(account_id)
        if not any(m.guardian.contacts & own and m.student_id in students for m in today.mentions):
            yield f"{was.name}"


def a_guardian_with_a_contact_on_a_readable_row_is_a_guardian_of_the_student(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    for mention, cluster in _plain_mentions(today, outcome):
        student = outcome.account("student", mention.student_id)
        if student and not outcome.waits(student.id) and not _there(outcome, student, mention):
            yield f"{cluster.names} {mention.student_id}"


def a_guardian_has_the_contacts_of_the_rows(today: Today, outcome: Outcome) -> Iterator[str]:
    for mention, _ in _plain_mentions(today, outcome):
        student = outcome.account("student", mention.student_id)
        there = _there(outcome, student, mention) if student else set()
        elsewhere = {(p.kind, p.value) for p in today.memory.elsewhere}
        for contact in mention.guardian.contacts - elsewhere:
            now = outcome.after.contacts.get(contact)
            if there and now not in there and not outcome.contact_waits(contact, now, *there):
                yield f"{contact}"


def a_guardian_who_is_recognised_keeps_the_account(today: Today, outcome: Outcome) -> Iterator[str]:
    """A removed guardian of the name may come back instead of one without a name."""
    gone = today.memory.accounts - {*today.before.accounts}
    for mention, cluster in _plain_mentions(today, outcome):
        student = outcome.account("student", mention.student_id)
        there = _there(outcome, student, mention) if student else set()
        candidates = today.candidates(cluster)
        if there and candidates and not there & (candidates | gone):
            yield f"{cluster.names} {mention.student_id}"


def _there(outcome: Outcome, student: Account, mention: Mention) -> set[str]:
    """The guardians of a student who have the name of the mention."""
    guardians = outcome.after.guardians(student.id)
    return {g for g in guardians if outcome.after.accounts[g].name == mention.guardian.name}


def _plain_mentions(today: Today, outcome: Outcome) -> Iterator[tuple[Mention, Cluster]]:
    """Guardians on readable rows of whom nothing is contested: one name, no contact of another, at most one account."""
    for cluster in today.clusters:
        if today.is_contested(cluster) or not all(_is_plain(today, student) for student in cluster.students):
            continue
        candidates = today.candidates(cluster)
        known = [today.before.accounts[c] for c in candidates]
        if len(known) > 1 or any(_is_unclear(today, account, cluster) for account in known):
            continue
        if any(today.candidates(other) & candidates for other in today.clusters if other is not cluster):
            continue
        if not outcome.waits(*candidates):
            yield from ((m, cluster) for m in cluster.mentions if m.guardian.contacts)


def _is_plain(today: Today, student_id: str) -> bool:
    """Whether nothing contradicts the student's rows, and no guardian of them has the student's name."""
    mentions = today.mentions_of(student_id)
    own = today.students[student_id][0].name("student")
    return (
        today.is_plain("student", student_id)
        and len(mentions) < MANY
        and all(mention.guardian.name != own for mention in mentions)
    )


def _is_unclear(today: Today, account: Account, cluster: Cluster) -> bool:
    """Whether the account may be another person's: without a student in common, only an equal name tells."""
    known = {a.id for a in map(today.before.student, cluster.students) if a}
    has_same_student = any(account.id in today.before.guardians(student) for student in known)
    is_same = values.may_be_alike if has_same_student and not today.is_linked(account.id) else _is_one_or_unnamed
    return (
        account.roles != {"guardian"}
        or not today.is_free(account.id)
        or not all(is_same(account.name, name) for name in cluster.names)
    )


def _is_one_or_unnamed(one: values.Name, other: values.Name) -> bool:
    return values.are_one(one, other) or not any(one) or not any(other)


def a_blank_name_clears_no_delivered_name(today: Today, outcome: Outcome) -> Iterator[str]:
    for account_id, was in today.before.accounts.items():
        now = outcome.after.accounts.get(account_id)
        if now and any(was.name) and not any(now.name):
            yield f"{was.name}"


def an_entry_without_a_name_is_the_guardian_of_the_student_who_has_its_contact(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    for mention, account in _nameless(today):
        child = outcome.account("student", mention.student_id)
        there = outcome.after.guardians(child.id) if child else {account.id}
        if account.id not in there and not outcome.waits(account.id):
            yield _says(account, mention.student_id)


def a_row_without_the_name_clears_no_contact_of_the_guardian(today: Today, outcome: Outcome) -> Iterator[str]:
    """Unless another row says who the guardian is, or gives the contact to somebody else."""
    for mention, account in _nameless(today):
        own = today.before.of_account(account.id)
        others = [m for m in today.mentions if m.guardian.contacts & own or m.guardian.name == account.name]
        kinds = {kind for m in others for kind, _ in m.guardian.contacts}
        if account.roles != {"guardian"} or any(today.meant_by(m) is not account for m in others):
            continue
        for contact in own - {(kind, value) for kind, value in own if kind in kinds}:
            now = outcome.after.contacts.get(contact)
            if now != account.id and not today.claimants(contact) and not outcome.contact_waits(contact, account.id):
                yield f"{contact} {mention.student_id}"


def _nameless(today: Today) -> Iterator[tuple[Mention, Account]]:
    """Guardians without a name on plain rows of a student, with the delivered guardian whom each means."""
    for mention in today.mentions:
        account, student_id = today.meant_by(mention), mention.student_id
        if account and any(account.name) and _is_plain(today, student_id):
            yield mention, account


def a_row_under_another_spelling_gives_a_known_guardian_no_contact(today: Today, outcome: Outcome) -> Iterator[str]:
    for contact, now in outcome.after.contacts.items():
        if now not in today.before.accounts or today.before.contacts.get(contact) == now:
            continue
        students = {m.student_id for m in today.mentions if contact in m.guardian.contacts}
        is_claimed = any(who != "guardian" for who, _ in today.claimants(contact))
        if students and not is_claimed and all(today.is_respelled("student", student) for student in students):
            yield f"{contact}"


def a_guardian_whom_no_row_of_the_student_names_goes_or_waits(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, child in _delivered(today):
        student_id = child.student_id or ""
        if (account.id, child.id) not in outcome.after.guardianships or _may_be(today, outcome, account, student_id):
            continue
        if student_id not in today.students or not _is_certain(today, outcome, account, child):
            continue
        yield _says(account, student_id)


def _is_certain(today: Today, outcome: Outcome, account: Account, child: Account) -> bool:
    """Whether only the readable rows of the student say who the guardians are."""
    student_id = child.student_id or ""
    return (
        today.is_clear("student", student_id)
        and not today.may_be_reused("student", student_id)
        and not outcome.waits(account.id)
        and not today.may_stand_in_a_reject(account)
        and not today.may_stand_in_rows_of_two_people(account)
        and not today.is_at_a_school_without_rows(child)
        and not today.looks_cut("students")
    )


def a_guardian_stays_while_the_students_rows_cannot_be_read(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, student_id in _lost(today, outcome):
        if student_id not in today.students and outcome.account("student", student_id):
            yield _says(account, student_id)


def a_file_that_looks_cut_removes_no_guardian(today: Today, outcome: Outcome) -> Iterator[str]:
    if today.looks_cut("students"):
        for account, student_id in _lost(today, outcome):
            if student_id not in today.students:
                yield _says(account, student_id)


def a_guardian_whose_email_stands_in_a_rejected_row_is_not_removed(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, student_id in _lost(today, outcome):
        emails = [value for kind, value in today.before.of_account(account.id) if kind == "email"]
        if account.id not in outcome.after.accounts and any(map(today.is_rejected, emails)):
            yield _says(account, student_id)


def a_guardian_whose_contact_cannot_be_read_stays(today: Today, outcome: Outcome) -> Iterator[str]:
    for account, student_id in _lost(today, outcome):
        if account.roles != {"guardian"} or student_id not in today.students or not _is_plain(today, student_id):
            continue
        named = [m.guardian for m in today.mentions_of(student_id) if m.guardian.name == account.name]
        is_unreadable = any(guardian.is_unreadable and not guardian.contacts for guardian in named)
        if is_unreadable and not any(today.claimants(c) for c in today.before.of_account(account.id)):
            yield _says(account, student_id)


def _lost(today: Today, outcome: Outcome) -> Iterator[tuple[Account, str]]:
    """The delivered guardians who are no guardians of the student any more."""
    for account, child in _delivered(today):
        is_there = (account.id, child.id) in outcome.after.guardianships
        if not is_there and child.student_id and not today.schools_of(child) & today.ignored:
            yield account, child.student_id


def _delivered(today: Today) -> Iterator[tuple[Account, Account]]:
    for guardian, student in today.before.guardianships:
        if guardian in today.before.accounts and student in today.before.accounts:
            yield today.before.accounts[guardian], today.before.accounts[student]


def _may_be(today: Today, outcome: Outcome, account: Account, student_id: str) -> bool:
    """Whether a guardian on the student's rows may be the account."""
    own = today.before.of_account(account.id) | outcome.after.of_account(account.id)
    guardians = [mention.guardian for mention in today.mentions_of(student_id)]
    return any(g.contacts & own or values.may_be_alike(g.name, account.name) for g in guardians)


def _says(account: Account, student_id: str) -> str:
    return f"{account.name} {student_id}"


def a_guardian_of_the_students_own_name_is_a_guardian(today: Today, outcome: Outcome) -> Iterator[str]:
    """Father and son of one name are two people, though they share a phone."""
    if today.reading.rejects or outcome.held:
        return
    for mention in today.mentions:
        student, student_id = outcome.account("student", mention.student_id), mention.student_id
        if student is None or mention.guardian.name != today.students[student_id][0].name("student"):
            continue
        me = ("guardian", today.cluster_of(mention).number)
        is_free = all(
            me in today.claimants(c) and set(today.claimants(c)) <= {me, ("student", student_id)}
            for c in mention.guardian.contacts
        )
        is_new = not mention.guardian.contacts & set(today.before.contacts)
        if mention.guardian.contacts and is_free and is_new and not outcome.after.guardians(student.id):
            yield f"{mention.guardian.name} {student_id}"
