"""The laws about contact points and links: whose they are, and who never gets them."""

from collections.abc import Iterator

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.histories import Person
from remind_etl_tests.oracle.reading import Row
from remind_etl_tests.oracle.state import Account, Contact, Outcome
from remind_etl_tests.oracle.today import RANKS, Today


def a_contact_point_stays_with_the_account_that_still_claims_it(today: Today, outcome: Outcome) -> Iterator[str]:
    for contact, was in today.before.contacts.items():
        now = outcome.after.contacts.get(contact)
        if now == was or was not in outcome.after.accounts:
            continue
        rank = _rank_of_claim(today, today.before.accounts[was], contact)
        if rank is not None and all(RANKS.index(who) >= rank for who, _ in today.claimants(contact)):
            yield f"{contact}"


def a_contact_point_passes_to_a_stranger_only_after_a_person_has_looked(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    """Both accounts stay, and they have neither the name nor a student in common.

    A teacher and somebody who is none must give each other something: a teacher's row counts before a guardian's.
    """
    if today.day.approves:
        return
    pairs = {(was, outcome.after.contacts.get(contact)) for contact, was in today.before.contacts.items()}
    for contact, was in today.before.contacts.items():
        now = outcome.after.contacts.get(contact)
        giver, taker = today.before.accounts.get(was), today.before.accounts.get(now or "")
        if giver is None or taker is None or giver is taker or was not in outcome.after.accounts:
            continue
        if ("teacher" in giver.roles) != ("teacher" in taker.roles) and (taker.id, giver.id) not in pairs:
            continue
        families = [{i, *today.before.children(i)} for i in (giver.id, taker.id)]
        if not values.are_one(giver.name, taker.name) and not families[0] & families[1]:
            yield f"{contact}"


def _rank_of_claim(today: Today, account: Account, contact: Contact) -> int | None:
    """The rank in which rows of a teacher or a student claim a contact point that the account has."""
    kind, value = contact
    for who, record_id in (("teacher", account.teacher_id), ("student", account.student_id)):
        has_rows = record_id in (today.teachers if who == "teacher" else today.students)
        is_same = bool(record_id) and has_rows and not today.may_be_reused(who, record_id or "")
        if is_same and today.own_contact(who, record_id or "", kind) == value:
            return RANKS.index(who)
    return None


def an_account_gets_a_contact_point_only_from_a_row_of_its_own(today: Today, outcome: Outcome) -> Iterator[str]:
    for contact, now in outcome.after.contacts.items():
        account = outcome.after.accounts.get(now)
        if account and now != today.before.contacts.get(contact) and not _says_so(today, outcome, account, contact):
            yield f"{contact}"


def _says_so(today: Today, outcome: Outcome, account: Account, contact: Contact) -> bool:
    """Whether a row of the person, or of a student as whose guardian the person is delivered, has the contact point."""
    for who, record_id in (("teacher", account.teacher_id), ("student", account.student_id)):
        rows = today.rows_of_one(who, record_id or "")
        if any(contact[1] in (values.email(cell), values.phone(cell)) for cell in _cells(rows, who)):
            return True
    children = {a.student_id for c in outcome.after.children(account.id) if (a := outcome.after.accounts.get(c))}
    return any(contact in cluster.contacts and cluster.students & children for cluster in today.clusters)


def _cells(rows: list[Row], who: str) -> Iterator[str]:
    for row in rows:
        yield row[f"{who}_email"]
        yield row["teacher_mobile_phone" if who == "teacher" else "student_phone"]


def the_teacher_or_student_who_wins_a_contact_point_has_it(today: Today, outcome: Outcome) -> Iterator[str]:
    for contact in today.own_claims:
        person = today.winner(contact)
        if person is None or person[0] == "guardian" or _is_elsewhere(today, contact):
            continue
        account = outcome.account(*person)
        if person[0] == "teacher" and today.is_refused(person[1], account):
            continue
        now = outcome.after.contacts.get(contact)
        if account and now != account.id and not outcome.contact_waits(contact, account.id, now):
            yield f"{contact} {person[1]}"


def _is_elsewhere(today: Today, contact: Contact) -> bool:
    return any((p.kind, p.value) == contact for p in today.memory.elsewhere)


def an_unreadable_contact_of_a_person_keeps_the_delivered_one(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was, now in _known_people(today, outcome):
        for kind in ("email", "phone"):
            kept: str | None = getattr(was, kind)
            is_lost = kept and getattr(now, kind) is None and not today.claimants((kind, kept))
            if is_lost and today.own_contact(who, record_id, kind) is values.UNREADABLE:
                yield f"{kind} of {who} {record_id}"


def a_contact_stays_while_another_account_has_the_one_that_the_row_gives_instead(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    """Unless another row claims the delivered one, or the account has the new one already."""
    for who, record_id, was, now in _known_people(today, outcome):
        for kind in ("email", "phone"):
            new = today.own_contact(who, record_id, kind)
            if isinstance(new, str) and _is_left_without(today, outcome, was, now, (kind, new)):
                yield f"{kind} of {who} {record_id}"
    for mention in today.mentions:
        student = today.before.student(mention.student_id)
        for guardian in today.before.guardians(student.id) if student else ():
            known, there = today.before.accounts.get(guardian), outcome.after.accounts.get(guardian)
            if known is None or there is None or known.name != mention.guardian.name or known.roles != {"guardian"}:
                continue
            for contact in mention.guardian.contacts:
                if _is_left_without(today, outcome, known, there, contact):
                    yield f"{contact[0]} of a guardian of {mention.student_id}"


def _is_left_without(today: Today, outcome: Outcome, was: Account, now: Account, new: Contact) -> bool:
    """Whether another account has the new contact point, and this one lost the delivered one of the same kind."""
    kept: str | None = getattr(was, new[0])
    if kept is None or new in today.before.of_account(was.id) or today.claimants((new[0], kept)):
        return False
    is_anothers = outcome.after.contacts.get(new) not in (None, now.id)
    return is_anothers and not any(kind == new[0] for kind, _ in outcome.after.of_account(now.id))


def a_blank_contact_of_a_person_clears_the_delivered_one(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was, now in _known_people(today, outcome):
        if was.roles != {who} or now.roles != {who} or (who == "teacher" and today.is_refused(record_id, now)):
            continue
        for kind in ("email", "phone"):
            kept: str | None = getattr(was, kind)
            stays = kept and getattr(now, kind) == kept and not outcome.contact_waits((kind, kept), was.id)
            if stays and today.says_no_contact(who, record_id, kind):
                yield f"{kind} of {who} {record_id}"


def _known_people(today: Today, outcome: Outcome) -> Iterator[tuple[str, str, Account, Account]]:
    """The people with readable rows who had an account and have it still."""
    for who, record_id, _ in today.people():
        was, now = today.account(who, record_id), outcome.account(who, record_id)
        if was and now and today.is_clear(who, record_id) and not today.may_be_reused(who, record_id):
            yield who, record_id, was, now


def an_account_outside_of_the_district_is_linked_only_with_an_equal_email_and_name(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    for person, account in _new_links(today, outcome):
        name = values.full(person.first, person.last)
        if person.kind != "email" or not values.are_equal(name, account.name):
            yield account.id


def a_student_is_never_linked(today: Today, outcome: Outcome) -> Iterator[str]:
    yield from (account.id for _, account in _new_links(today, outcome) if "student" in account.roles)


def nobody_is_linked_to_a_higher_role(today: Today, outcome: Outcome) -> Iterator[str]:
    for person, account in _new_links(today, outcome):
        if person.roles == "teacher" and "teacher" not in account.roles:
            yield account.id


def a_linked_account_gets_no_further_contact_point_by_itself(today: Today, outcome: Outcome) -> Iterator[str]:
    for person, account in _new_links(today, outcome):
        if outcome.after.of_account(account.id) - {(person.kind, person.value)}:
            yield account.id


def a_linked_account_never_becomes_another_person(today: Today, outcome: Outcome) -> Iterator[str]:
    for account_id in filter(today.is_linked, today.before.accounts):
        was, now = today.before.accounts[account_id], outcome.after.accounts.get(account_id)
        if now and not values.may_be_over_time(was.name, now.name):
            yield account_id


def _new_links(today: Today, outcome: Outcome) -> Iterator[tuple[Person, Account]]:
    for person in today.memory.elsewhere:
        account = outcome.after.accounts.get(person.account_id)
        if account and account.id not in today.before.accounts:
            yield person, account
