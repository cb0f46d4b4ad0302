"""The laws about teachers and students: who has an account, with which values, at which schools, and who is not removed.

The name of a function is its law; it yields each record of which the law is not true.
"""

from collections.abc import Iterator

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.reading import Row
from remind_etl_tests.oracle.state import Account, Outcome
from remind_etl_tests.oracle.today import Today


def a_person_with_a_readable_row_is_not_removed(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, _ in today.people():
        is_lost = today.account(who, record_id) and outcome.account(who, record_id) is None
        if is_lost and not today.is_twin(who, record_id):
            yield f"{who} {record_id}"


def a_student_with_a_readable_row_has_an_account(today: Today, outcome: Outcome) -> Iterator[str]:
    """In a file that may be cut off, one row waits."""
    for record_id in () if today.looks_cut("students") else today.students:
        if today.is_plain("student", record_id) and outcome.account("student", record_id) is None:
            yield record_id


def a_teacher_who_has_the_email_has_an_account(today: Today, outcome: Outcome) -> Iterator[str]:
    for record_id in today.teachers:
        email = today.own_contact("teacher", record_id, "email")
        if not isinstance(email, str) or not today.is_plain("teacher", record_id):
            continue
        has_it = today.winner(("email", email)) == ("teacher", record_id)
        if has_it and outcome.account("teacher", record_id) is None and not outcome.contact_waits(("email", email)):
            yield record_id


def a_person_keeps_the_account_id_for_ever(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, _ in today.people():
        known = (today.memory.teachers if who == "teacher" else today.memory.students).get(record_id)
        now = outcome.account(who, record_id)
        was = today.before.accounts.get(known) if known else None
        is_another_ids = was and getattr(was, f"{who}_id") not in (None, record_id)
        if known and now and known != now.id and not is_another_ids and not today.may_be_reused(who, record_id):
            yield f"{who} {record_id}"


def a_person_has_the_name_of_the_first_row(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, rows in today.people():
        account = _with_readable_values(today, outcome, who, record_id)
        named = (rows[0][f"{who}_first_name"], rows[0][f"{who}_last_name"])
        if account and (account.first, account.last) != named:
            yield f"{who} {record_id}"


def _with_readable_values(today: Today, outcome: Outcome, who: str, record_id: str) -> Account | None:
    """The account of a person whose own rows alone say what its values are."""
    account = outcome.account(who, record_id)
    if account is None or not today.is_clear(who, record_id) or today.may_be_reused(who, record_id):
        return None
    is_also_another = who == "student" and account.roles != {"student"}
    is_refused = who == "teacher" and today.is_refused(record_id, account)
    return None if is_also_another or is_refused or outcome.waits(account.id) else account


def a_student_has_the_dob_and_grade_of_the_row_or_the_delivered_one_if_it_cannot_be_read(
    today: Today, outcome: Outcome
) -> Iterator[str]:
    for record_id, rows in today.students.items():
        account = _with_readable_values(today, outcome, "student", record_id)
        if today.may_be_renumbered("student", record_id):
            continue
        if account and account.dob != _expected(today.first_value(rows, "dob", values.dob), today, record_id, "dob"):
            yield f"dob of {record_id}"
        if account and account.grade != _expected(
            today.first_value(rows, "grade", values.grade), today, record_id, "grade"
        ):
            yield f"grade of {record_id}"


def _expected(said: values.Value, today: Today, record_id: str, column: str) -> object:
    was = today.account("student", record_id)
    return (getattr(was, column) if was else None) if said is values.UNREADABLE else said


def a_person_without_a_readable_row_keeps_name_and_values(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was in today.absent_people():
        now = outcome.account(who, record_id)
        if now is None or was.id != now.id or len(was.roles | now.roles) > 1 or today.may_be_renumbered(who, record_id):
            continue
        if (was.first, was.last, was.dob, was.grade) != (now.first, now.last, now.dob, now.grade):
            yield f"{who} {record_id}"


def a_named_person_is_not_removed(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was in today.absent_people():
        if _is_removed(outcome, who, record_id, was) and not today.schools_of(was) & today.ignored:
            if today.is_rejected(record_id):
                yield f"{who} {record_id}, named in a rejected line"
            elif today.is_named_in_rosters(record_id) and not today.is_at_an_ignored_school(who, record_id):
                yield f"{who} {record_id}, named in a roster"
            elif today.is_at_a_school_that_waits(record_id):
                yield f"{who} {record_id}, with a row at a school that waits"


def a_person_of_a_school_that_waits_or_is_missing_is_not_removed(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was in today.absent_people():
        schools, is_removed = today.schools_of(was), _is_removed(outcome, who, record_id, was)
        if is_removed and schools and schools <= today.waiting:
            yield f"{who} {record_id}, whose school waits"
        if is_removed and schools and not schools & today.listed:
            yield f"{who} {record_id}, whose school is missing"


def a_file_that_looks_cut_removes_nobody(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was in today.absent_people():
        if _is_removed(outcome, who, record_id, was) and today.looks_cut(f"{who}s"):
            yield f"{who} {record_id}"


def _is_removed(outcome: Outcome, who: str, record_id: str, was: Account) -> bool:
    """Whether nobody has the id, and the account that had it has not the role under another id."""
    now = outcome.after.accounts.get(was.id)
    return outcome.account(who, record_id) is None and (now is None or who not in now.roles)


def an_absent_person_goes_or_waits(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, was in today.absent_people():
        now = outcome.account(who, record_id)
        is_protected = (
            today.is_named_in_rosters(record_id)
            or today.is_rejected(record_id)
            or today.waits(record_id)
            or today.is_at_a_school_without_rows(was)
            or today.may_stand_in_a_reject(was)
            or today.may_be_renumbered(who, record_id)
            or _owns_a_class(outcome, was)
            or _has_a_student_who_stays(today, was)
            or _is_named_as_guardian(today, outcome, was)
        )
        if now and not is_protected and not outcome.waits(was.id) and not today.looks_cut(f"{who}s"):
            yield f"{who} {record_id}"


def _has_a_student_who_stays(today: Today, account: Account) -> bool:
    """Whether the account stays as a guardian, for a student whom only other files or rejected rows name.

    An account that stays loses no role.
    """
    ids = [today.before.accounts[child].student_id for child in today.before.children(account.id)]
    absent = [student_id for student_id in ids if student_id and student_id not in today.students]
    return any(today.is_named_in_rosters(i) or today.is_rejected(i) or today.waits(i) for i in absent)


def _is_named_as_guardian(today: Today, outcome: Outcome, account: Account) -> bool:
    """Whether a student's row names the account as a guardian, and the account is protected.

    So it is where a new person has the account's email. An account that stays loses no role.
    """
    children = (today.before.accounts[child].student_id for child in today.before.children(account.id))
    rows = (row for child in children if child for row in today.students.get(child, ()))
    return ("accounts", account.id) in outcome.protected and any(
        values.may_be_alike(row.guardian.name, account.name) for row in rows
    )


def _owns_a_class(outcome: Outcome, account: Account) -> bool:
    """Whether a class that stays needs the account."""
    return any(record["owner_account_id"] == account.id for record in outcome.after.classes.values())


def a_person_is_at_the_schools_of_the_rows(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, rows in today.people():
        account = outcome.account(who, record_id)
        is_refused = account and who == "teacher" and today.is_refused(record_id, account)
        if account and today.is_plain(who, record_id) and not is_refused and not outcome.waits(account.id):
            there = {school for of, school, role in outcome.after.places if (of, role) == (account.id, who)}
            for school in {row["school_id"] for row in rows} - there:
                yield f"{who} {record_id} {school}"


def a_person_leaves_a_school_without_a_row(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, rows in today.people():
        account = outcome.account(who, record_id)
        if account is None or not _is_certainly_elsewhere(today, outcome, account, who, record_id):
            continue
        there = {school for of, school, role in outcome.after.places if (of, role) == (account.id, who)}
        for school in (there - _schools(rows)) & today.linked:
            yield f"{who} {record_id} {school}"


def _schools(rows: list[Row]) -> set[str]:
    return {row["school_id"] for row in rows}


def _is_certainly_elsewhere(today: Today, outcome: Outcome, account: Account, who: str, record_id: str) -> bool:
    """Whether nothing but the readable rows may say where a person is."""
    return (
        today.is_plain(who, record_id)
        and not outcome.waits(account.id)
        and not today.looks_cut(f"{who}s")
        and not today.may_stand_in_a_reject(account)
    )


def two_people_under_one_new_id_get_no_account(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, rows in today.people():
        is_new = today.account(who, record_id) is None
        if is_new and outcome.account(who, record_id) and not today.is_one_person(rows, who):
            yield f"{who} {record_id}"


def a_reused_id_is_held(today: Today, outcome: Outcome) -> Iterator[str]:
    for who, record_id, _ in today.people():
        was, now = today.account(who, record_id), outcome.account(who, record_id)
        if was and now and was.id == now.id and was.name != now.name and today.is_reused(who, record_id):
            yield f"{who} {record_id}"


def a_name_that_another_account_loses_is_held(today: Today, outcome: Outcome) -> Iterator[str]:
    """By a new name or with the account: the two people may have exchanged their ids."""
    before, after = today.before.accounts, outcome.after.accounts
    renamed = {
        account: (was.name, after[account].name)
        for account, was in before.items()
        if account in after and not values.may_be_over_time(was.name, after[account].name)
    }
    gone = {account: was.name for account, was in before.items() if account not in after}
    lost = {account: names[0] for account, names in renamed.items()} | gone
    for account, (_, name) in renamed.items():
        if any(other != account and former == name for other, former in lost.items()):
            yield account


def a_renumbered_person_keeps_the_account_or_waits(today: Today, outcome: Outcome) -> Iterator[str]:
    """The old id is in no file, and one new id has its name and email."""
    for who, record_id, was in today.absent_people():
        new = [
            other
            for other_who, other, rows in today.people()
            if other_who == who
            and today.account(who, other) is None
            and values.are_equal(rows[0].name(who), was.name)
            and today.own_contact(who, other, "email") == was.email is not None
        ]
        if len(new) != 1 or not today.is_clear(who, new[0]) or not today.is_clear(who, record_id):
            continue
        now = outcome.account(who, new[0])
        is_old_there = was.id in outcome.after.accounts
        if not is_old_there or (now and now.id != was.id and not today.is_named_in_rosters(record_id)):
            yield f"{who} {record_id} {new[0]}"
