"""The laws about classes and their members."""

from collections.abc import Iterator, Mapping

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.reading import Row
from remind_etl_tests.oracle.state import Outcome, Record
from remind_etl_tests.oracle.today import Today


def _row(today: Today, class_id: str) -> Row | None:
    """The one readable row of a class at a linked school."""
    rows = [row for row in today.reading.rows["classes"] if row["class_id"] == class_id]
    is_one = len(rows) == 1 and rows[0]["school_id"] in today.linked and not today.is_rejected(class_id)
    return rows[0] if is_one else None


def a_co_teacher_gets_no_class_whose_owner_still_is_a_teacher(today: Today, outcome: Outcome) -> Iterator[str]:
    """A person has to look if the teacher_id of the class is not in teachers.csv: the owner may have another id."""
    for class_id, was in today.before.classes.items() if today.has_rosters else ():
        row, now = _row(today, class_id), outcome.after.classes.get(class_id)
        owner = outcome.after.accounts.get(was["owner_account_id"])
        if row is None or now is None or owner is None or row["teacher_id"] in today.teachers:
            continue
        if owner.teacher_id in today.teachers and now["owner_account_id"] != owner.id:
            yield class_id


def the_last_row_of_a_file_without_its_line_end_makes_no_class(today: Today, outcome: Outcome) -> Iterator[str]:
    """The last cell may be cut: the id or the teacher may be another one."""
    rows, rejects = today.reading.rows["classes"], [r.line for r in today.reading.rejects if r.file == "classes"]
    has_lost_its_end = "classes" in today.reading.unended - today.memory.unended and "classes" in today.memory.texts
    if not rows or not has_lost_its_end:
        return
    last = max(rows, key=lambda row: row.line)
    if last["class_id"] not in today.before.classes and last.line > max(rejects, default=0):
        yield from {last["class_id"]} & {*outcome.after.classes}


def a_drop_without_rosters_changes_no_class(today: Today, outcome: Outcome) -> Iterator[str]:
    if not today.has_rosters:
        for class_id, record in today.before.classes.items():
            if outcome.after.classes.get(class_id) != record:
                yield class_id


def a_class_that_a_row_names_is_not_removed(today: Today, outcome: Outcome) -> Iterator[str]:
    """If its owner is there still; else it may have no one to own it."""
    for class_id, _ in _removed_classes(today, outcome):
        rows = [*today.reading.rows["classes"], *today.reading.rows["enrollments"]]
        is_named = any(row["class_id"] == class_id for row in rows)
        if is_named or today.is_rejected(class_id) or today.waits(class_id):
            yield class_id


def a_class_of_a_school_that_waits_or_is_missing_is_not_removed(today: Today, outcome: Outcome) -> Iterator[str]:
    for class_id, record in _removed_classes(today, outcome):
        if record["school_id"] in today.waiting or record["school_id"] not in today.listed:
            yield class_id


def a_file_that_looks_cut_removes_no_class(today: Today, outcome: Outcome) -> Iterator[str]:
    if today.looks_cut("classes"):
        yield from (class_id for class_id, _ in _removed_classes(today, outcome))


def _removed_classes(today: Today, outcome: Outcome) -> Iterator[tuple[str, Record]]:
    for class_id, record in today.before.classes.items():
        is_gone = class_id not in outcome.after.classes and record["owner_account_id"] in outcome.after.accounts
        if is_gone and record["school_id"] not in today.ignored and today.has_rosters:
            yield class_id, record


def an_absent_class_goes_or_waits(today: Today, outcome: Outcome) -> Iterator[str]:
    named = {values.bare_id(row["class_id"]) for f in ("classes", "enrollments") for row in today.reading.rows[f]}
    named |= today.rejected_texts | today.waiting_texts
    if not today.has_rosters or today.looks_cut("classes") or _says_little(today, "classes"):
        return
    for class_id, record in today.before.classes.items():
        is_there = class_id in outcome.after.classes and record["school_id"] in today.linked
        waits = outcome.is_held("classes", class_id) or outcome.waits(record["owner_account_id"])
        if is_there and values.bare_id(class_id) not in named and not waits:
            yield class_id


def _says_little(today: Today, file: str) -> bool:
    """Whether a rejected line of the file may be of any record."""
    return any(reject.file == file and len(reject.texts) < 3 for reject in today.reading.rejects)


def a_class_whose_teacher_has_an_account_is_there(today: Today, outcome: Outcome) -> Iterator[str]:
    for class_id, row, _ in _plain_classes(today, outcome):
        if class_id not in outcome.after.classes:
            yield f"{class_id} {row['teacher_id']}"


def the_teacher_of_classes_csv_owns_the_class(today: Today, outcome: Outcome) -> Iterator[str]:
    for class_id, _, owner in _plain_classes(today, outcome):
        if class_id in outcome.after.classes and outcome.after.classes[class_id]["owner_account_id"] != owner:
            yield class_id


def a_class_has_the_name_and_school_of_its_row(today: Today, outcome: Outcome) -> Iterator[str]:
    for class_id, row, _ in _plain_classes(today, outcome):
        there = outcome.after.classes.get(class_id)
        if there and (there["class_name"], there["school_id"]) != (row["class_name"], row["school_id"]):
            yield class_id


def _plain_classes(today: Today, outcome: Outcome) -> Iterator[tuple[str, Row, str]]:
    """Classes of one readable row whose teacher has readable rows at the school, and an account."""
    for class_id in {row["class_id"] for row in today.rows("classes")}:
        row, was = _row(today, class_id), today.before.classes.get(class_id)
        if row is None or outcome.is_held("classes", class_id) or (was and not _is_same_class(was, row)):
            continue
        rows, owner = today.teachers.get(row["teacher_id"], []), outcome.account("teacher", row["teacher_id"])
        is_there = any(r["school_id"] == row["school_id"] for r in rows)
        if _waits_with_its_teacher(today, outcome, row["teacher_id"]):
            continue
        if owner and is_there and today.is_plain("teacher", row["teacher_id"]) and not outcome.waits(owner.id):
            yield class_id, row, owner.id


def _is_same_class(was: Mapping[str, object], row: Row) -> bool:
    """Whether the name or the teacher is as before; else the id may be reused."""
    return was["class_name"] == row["class_name"] or was["owner_teacher_id"] == row["teacher_id"]


# Members


def a_drop_without_rosters_removes_no_membership(today: Today, outcome: Outcome) -> Iterator[str]:
    if not today.has_rosters:
        yield from (f"{class_id} {user_id}" for class_id, user_id in _lost_members(today, outcome))


def a_membership_that_enrollments_csv_names_stays(today: Today, outcome: Outcome) -> Iterator[str]:
    said = {(row["class_id"], row["user_id"]) for row in today.reading.rows["enrollments"]}
    said -= {(class_id, user_id) for (class_id, _, _), user_id in outcome.after.members.items()}
    for class_id, user_id in _lost_members(today, outcome):
        if (class_id, user_id) in said and not _has_left_the_school(today, outcome, class_id, user_id):
            yield f"{class_id} {user_id}"


def a_membership_of_a_rejected_enrollment_stays(today: Today, outcome: Outcome) -> Iterator[str]:
    lines = [{values.bare_id(t) for t in r.texts} for r in today.reading.rejects if r.file == "enrollments"]
    for class_id, user_id in _lost_members(today, outcome):
        wanted = {values.bare_id(class_id), values.bare_id(user_id)}
        if any(wanted <= texts for texts in lines) and not _has_left_the_school(today, outcome, class_id, user_id):
            yield f"{class_id} {user_id}"


def a_file_that_looks_cut_removes_no_membership(today: Today, outcome: Outcome) -> Iterator[str]:
    if today.looks_cut("enrollments"):
        for class_id, user_id in _lost_members(today, outcome):
            if not _has_left_the_school(today, outcome, class_id, user_id):
                yield f"{class_id} {user_id}"


def _lost_members(today: Today, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The memberships of students and co-teachers that are gone, though class and person are there in that role."""
    for (class_id, account_id, role), user_id in today.before.members.items():
        account = outcome.after.accounts.get(account_id)
        is_gone = (class_id, account_id, role) not in outcome.after.members and role != "owner"
        is_owner = (class_id, account_id, "owner") in outcome.after.members
        has_role = account is not None and ("student" if role == "student" else "teacher") in account.roles
        if is_gone and not is_owner and has_role and class_id in outcome.after.classes:
            yield class_id, user_id


def _has_left_the_school(today: Today, outcome: Outcome, class_id: str, user_id: str) -> bool:
    """Whether readable rows of the person say that the class's school is not one of theirs; or the class moved."""
    schools = {str(state.classes[class_id]["school_id"]) for state in (today.before, outcome.after)}
    rows = [*today.students.get(user_id, []), *today.teachers.get(user_id, [])]
    return bool(rows) and (len(schools) > 1 or not any(row["school_id"] in schools for row in rows))


def a_person_of_a_readable_enrollment_is_in_the_class(today: Today, outcome: Outcome) -> Iterator[str]:
    for row in today.rows("enrollments") if today.has_rosters else []:
        class_id, user_id = row["class_id"], row["user_id"]
        who = "student" if user_id in today.students else "teacher"
        account, class_row = outcome.account(who, user_id), _row(today, class_id)
        if account is None or class_row is None or not _agrees(today, outcome, row, class_row, who):
            continue
        if who == "teacher" and today.is_refused(user_id, account):
            continue
        role = "student" if who == "student" else "co_teacher"
        is_in = (class_id, account.id, role) in outcome.after.members
        is_owner = (class_id, account.id, "owner") in outcome.after.members
        if not (is_in or is_owner or outcome.waits(account.id)):
            yield f"{class_id} {user_id}"


def _agrees(today: Today, outcome: Outcome, row: Row, class_row: Row, who: str) -> bool:
    """Whether enrollment, class and person are at one school, and class and person are there."""
    rows = (today.students if who == "student" else today.teachers).get(row["user_id"], [])
    there = outcome.after.classes.get(row["class_id"])
    schools = {row["school_id"], class_row["school_id"], there and there["school_id"]}
    is_free = not outcome.is_held("classes", row["class_id"]) and today.is_plain(who, row["user_id"])
    if _waits_with_its_teacher(today, outcome, class_row["teacher_id"]) or _is_an_error(today, class_row):
        return False
    return is_free and len(schools) == 1 and row["school_id"] in {r["school_id"] for r in rows}


def a_new_membership_stands_in_enrollments_csv(today: Today, outcome: Outcome) -> Iterator[str]:
    said = {(row["class_id"], row["user_id"]) for row in today.rows("enrollments")}
    for key, user_id in outcome.after.members.items():
        is_new = key[2] != "owner" and key not in today.before.members
        if is_new and (key[0], user_id) not in said and not today.is_twin("teacher", user_id):
            yield f"{key[0]} {user_id}"


def a_membership_without_a_row_goes_or_waits(today: Today, outcome: Outcome) -> Iterator[str]:
    if not today.has_rosters or today.looks_cut("enrollments") or _says_little(today, "enrollments"):
        return
    said = {(values.bare_id(r["class_id"]), values.bare_id(r["user_id"])) for r in today.reading.rows["enrollments"]}
    for (class_id, account_id, role), user_id in outcome.after.members.items():
        account = outcome.after.accounts.get(account_id)
        is_said = (values.bare_id(class_id), values.bare_id(user_id)) in said
        if role == "owner" or is_said or account is None or outcome.waits(account_id):
            continue
        if {values.bare_id(class_id), values.bare_id(user_id)} & (today.rejected_texts | today.waiting_texts):
            continue
        if _is_delivered(today, outcome, class_id) and _is_surely_read(today, user_id):
            yield f"{class_id} {user_id}"


def _is_delivered(today: Today, outcome: Outcome, class_id: str) -> bool:
    """Whether the class is as its row says: a class whose teacher gets no account is an error, and stays as it was."""
    row, there = _row(today, class_id), outcome.after.classes.get(class_id)
    if row is None or there is None or outcome.is_held("classes", class_id):
        return False
    owner, teacher = outcome.after.accounts.get(there["owner_account_id"]), row["teacher_id"]
    if owner is None or teacher not in today.teachers or owner.teacher_id != teacher:
        return False
    return not _waits_with_its_teacher(today, outcome, teacher)


def _is_an_error(today: Today, class_row: Row) -> bool:
    """Whether nobody can own the class: it is not created, and a delivered one stays as it was, with its members.

    The teacher has rows at other schools only. Or the teacher has no row, and no co-teacher has one; or the teacher's
    row was rejected, and waits.
    """
    class_id, school, teacher_id = (class_row[column] for column in ("class_id", "school_id", "teacher_id"))
    rows = today.teachers.get(teacher_id, [])
    if rows or today.is_rejected(teacher_id) or today.waits(teacher_id):
        return not any(row["school_id"] == school for row in rows)
    users = {row["user_id"] for row in today.rows("enrollments") if row["class_id"] == class_id}
    return not users & today.teachers.keys()


def _waits_with_its_teacher(today: Today, outcome: Outcome, teacher_id: str) -> bool:
    """Whether the row of the class's teacher is an error: the class stays as it was, and so do its members.

    The rows are two people's, or the email did not become the teacher's: another one has it. So a new teacher has none.
    Or the id has another name now, and an email that cannot be read.
    """
    rows, account = today.teachers.get(teacher_id, []), outcome.account("teacher", teacher_id)
    if not rows or account is None:
        return bool(rows)
    is_unreadable = today.own_contact("teacher", teacher_id, "email") is values.UNREADABLE
    if is_unreadable and today.may_be_reused("teacher", teacher_id):
        return True
    return today.is_refused(teacher_id, account) or not today.is_one_person(rows, "teacher")


def a_class_whose_teachers_email_another_teacher_has_stays_as_it_was(today: Today, outcome: Outcome) -> Iterator[str]:
    for class_id, was in today.before.classes.items() if today.has_rosters else []:
        row, teacher_id = _row(today, class_id), str(was["owner_teacher_id"])
        if row is None or row["teacher_id"] != teacher_id or teacher_id not in today.teachers:
            continue
        own = outcome.account("teacher", teacher_id)
        if (
            own
            and own.email
            and today.is_refused(teacher_id, own)
            and today.is_plain("teacher", teacher_id)
            and outcome.after.classes.get(class_id) != was
        ):
            yield class_id


def a_student_who_moved_school_leaves_the_classes_of_the_old_one(today: Today, outcome: Outcome) -> Iterator[str]:
    for (class_id, account_id, role), user_id in outcome.after.members.items():
        if role != "student" or class_id not in outcome.after.classes or not today.has_rosters:
            continue
        school = outcome.after.classes[class_id]["school_id"]
        rows = today.students.get(user_id, [])
        has_left = bool(rows) and all(row["school_id"] != school for row in rows)
        if has_left and school in today.linked and _is_surely_read(today, user_id) and _row(today, class_id):
            account = outcome.after.accounts.get(account_id)
            if account and not outcome.waits(account_id) and not today.may_stand_in_a_reject(account):
                yield f"{class_id} {user_id}"


def _is_surely_read(today: Today, user_id: str) -> bool:
    who = "student" if user_id in today.students else "teacher"
    has_rows = user_id in today.students or user_id in today.teachers
    return has_rows and today.is_plain(who, user_id) and not today.looks_cut(f"{who}s")
