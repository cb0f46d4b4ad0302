"""The rules of the tables, and the checks that show them to an operator; derived from `schema/`.

A rule compares a count of a table with what its limits allow. Without limits it allows none. The suites of
`expectations/` are made from this (`python -m remind_etl.suites.write`); the limits that hold stand there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from remind_etl.schema import upload
from remind_etl.schema.upload import File

NOT_NULL: Final = "expect_column_values_to_not_be_null"
IN_SET: Final = "expect_column_values_to_be_in_set"
UNIQUE: Final = "expect_column_values_to_be_unique"


@dataclass(frozen=True)
class Rule:
    """A fact that must be true of a table, and the sentence for its failure.

    `expects` has limits as `{share}`; `otherwise` has counts and limits as `{names}`.
    """

    name: str
    expects: str
    otherwise: str
    found: str = ""
    """The count that the limits are about."""
    among: str | None = None
    """The count that `share` and `rows_each` are shares of."""
    limits: Mapping[str, float] = field(default_factory=dict)
    code: str | None = None
    """For what blocks a drop: the problem of the catalogue."""
    codes: tuple[str, ...] = ()
    """The problems of rows that it counts. The one that most rows have tells the remedy."""
    remedy: str | None = None
    unless: str | None = None
    """A rule of the table that explains the failure of this one: if both fail, only that one blocks."""
    native: Mapping[str, Any] = field(default_factory=dict)
    """The type and kwargs, if it is one of Great Expectations' own expectations on the table."""


@dataclass(frozen=True)
class Check:
    """A check on a table: its name is a sentence that is true when all of its rules hold."""

    name: str
    rules: tuple[Rule, ...]
    is_critical: bool = True


def _rows(name: str, limit: float, found: str, told: str, **more: Any) -> Rule:
    """A share and a count of the rows may be such, as `told` says; more is a sign that the file is broken."""
    return Rule(
        name,
        f"At most {{share}} of the rows, or {{count}} if that is more, {told}.",
        f"{{{found}:,}} of {{accepted:,}} rows {told}",
        **{"found": found, "among": "accepted", "limits": {"share": limit, "count": 20}, **more},
    )


def _gate(name: str, limit: float, found: str, told: str, *codes: str, **more: Any) -> Rule:
    return _rows(name, limit, found, told, code="gate_failed", codes=codes, **more)


# Raw tables

_UNREADABLE: Final = ("wrong_cell_count", "stray_quote", "line_break_in_id", "unreadable_row")
_REPEATED: Final = {"school": "duplicate_school", "class": "duplicate_class"}


def columns_with_a_gate(file: File) -> list[str]:
    """The columns without whose value a row is left out, besides the id; a teacher's email has a gate of its own."""
    required = (column.name for column in file.columns if column.required)
    return [name for name in required if name not in (file.id_column, "teacher_email")]


def _raw(file: File) -> Iterator[Check]:
    yield Check("the_rows_can_be_used", (*_reading(file), *_blank(file), *_ids(file)))
    yield Check("no_row_lacks_a_required_value", tuple(_warnings(file)), is_critical=False)


def _reading(file: File) -> Iterator[Rule]:
    unless = None
    if not file.rosters:
        unless = "at_least_one_row_can_be_read"
        yield Rule("file_has_rows", "The file has at least one row.", "it has no rows", "is_empty", code="empty_file")
        yield Rule(
            unless,
            "At least one row of the file can be read.",
            "none of its {records:,} rows can be read",
            *("is_unreadable", "records"),
            code="gate_failed",
            codes=_UNREADABLE,
        )
    yield Rule(
        "every_record_is_counted",
        "Each record of the file is accepted, rejected or blank.",
        "{lost:,} of {records:,} records are neither accepted, rejected nor blank, which is a defect of the program",
        *("lost", "records"),
        code="gate_failed",
    )
    yield Rule(
        "rejected_rows_are_few",
        "At most {share} of the rows, or {count} if that is more, cannot be read.",
        "{rejected:,} of {records:,} rows cannot be read",
        *("rejected", "records"),
        limits={"share": 0.05, "count": 20},
        code="gate_failed",
        codes=_UNREADABLE,
        unless=unless,
    )


def _blank(file: File) -> Iterator[Rule]:
    id_column, others = file.id_column, columns_with_a_gate(file)
    yield _gate("blank_ids_are_few", 0.1, f"no_{id_column}", f"have no {id_column}", "missing_id")
    either = " or ".join(filter(None, (", ".join(others[:-1]), others[-1])))
    rule = _gate("blank_values_are_few", 0.2, "blank_values", f"have no {either}", "missing_value")
    if others[1:]:
        each = ", ".join(f"{{no_{name}:,}} no {name}" for name in others)
        told = f"{{blank_values:,}} of {{accepted:,}} rows lack a required value ({each})"
        rule = Rule(**{**rule.__dict__, "otherwise": told})
    yield rule


def _ids(file: File) -> Iterator[Rule]:
    rounded = "ids_are_not_rounded" if file is not upload.SCHOOLS else None
    each = ("filled_ids", "ids")
    if file is upload.ENROLLMENTS:
        yield Rule(
            "classes_have_a_plausible_size",
            "A class has at most {rows_each} people on average. A few more rows than classes are always allowed: "
            "{count}.",
            "it has {filled_classes:,} rows, but the number of different classes is {classes:,} "
            "(up to {rows_each} people each are allowed)",
            *("filled_classes", "classes"),
            limits={"rows_each": 200, "count": 20},
            code="gate_failed",
        )
        yield Rule(
            "people_are_in_a_plausible_number_of_classes",
            "A person is in at most {rows_each} classes on average. A few more rows than people are always allowed: "
            "{count}.",
            "it has {filled_ids:,} rows, but the number of different people is {ids:,} "
            "(up to {rows_each} classes each are allowed)",
            *each,
            limits={"rows_each": 100, "count": 20},
            code="gate_failed",
            unless=rounded,
        )
    else:
        yield Rule(
            f"each_{file.record}_has_few_rows",
            f"A {file.id_column} is on at most {{rows_each}} rows on average. A few rows may always repeat ids: "
            f"{{count}}.",
            f"it has {{filled_ids:,}} rows, but the number of different values of {file.id_column} is {{ids:,}} "
            "(up to {rows_each} rows each are allowed)",
            *each,
            limits={"rows_each": 10, "count": 20},
            code="gate_failed",
            codes=(_REPEATED.get(file.record, "conflicting_rows"),),
            unless=rounded,
        )
    if rounded:
        yield Rule(
            rounded,
            f"No {file.id_column} looks like a number that a spreadsheet rounded, such as 1.2E+11. "
            "Two people would have the same id.",
            f"a spreadsheet rounded {{rounded_ids:,}} of {{filled_ids:,}} values of {file.id_column} "
            "to the form 1.2E+11",
            *("rounded_ids", "filled_ids"),
            limits={"share": 0, "count": 0},
            code="gate_failed",
            remedy="rounded",
        )


def _warnings(file: File) -> Iterator[Rule]:
    for name in (column.name for column in file.columns if column.required):
        told = f"{{no_{name}:,}} of {{accepted:,}} rows have no {name}"
        yield Rule(f"every_row_has_a_{name}", f"Every row has a {name}.", told, f"no_{name}", "accepted")
    if file is upload.STUDENTS:
        rule = _rows("most_rows_have_a_contact", 0.5, "no_contact", "have no email and no phone")
        expects = rule.expects.replace(".", ", whether of the student or of a guardian.")
        yield Rule(**{**rule.__dict__, "expects": expects})


# Valid tables

_UNIQUE_IDS: Final = (upload.SCHOOLS, upload.CLASSES)
"""The files with one row an id."""


def _valid(file: File) -> Iterator[Check]:
    yield Check("faulty_rows_are_few", (*_taken(file), *_faulty(file)))
    yield Check("losses_are_few", tuple(_losses(file)), is_critical=False)


def _taken(file: File) -> Iterator[Rule]:
    repeats = ", or it repeats another row" if file is upload.ENROLLMENTS else ""
    yield Rule(
        "no_row_is_lost",
        f"Each row of the file is used or rejected{repeats}.",
        "{lost:,} of {accepted:,} rows are neither used nor rejected, which is a defect of the program",
        *("lost", "accepted"),
        code="gate_failed",
    )
    yield Rule(
        "rows_that_are_taken_are_complete",
        "Each row that is used has its required values.",
        "{incomplete:,} of {taken:,} rows that are used lack a required value, which is a defect of the program",
        *("incomplete", "taken"),
        code="gate_failed",
    )
    if file in _UNIQUE_IDS:
        yield Rule(
            f"each_{file.id_column}_is_taken_once",
            f"Each {file.id_column} is on one used row only.",
            "{repeated:,} of {taken:,} used rows repeat an id, which is a defect of the program",
            *("repeated", "taken"),
            code="gate_failed",
        )


def _faulty(file: File) -> Iterator[Rule]:
    yield _gate("long_values_are_few", 0.1, "long_values", "have a value that is too long", "value_too_long")
    if file in _UNIQUE_IDS:
        told = f"repeat the {file.id_column} of an earlier row"
        yield _gate("repeated_ids_are_few", 0.3, "repeated_ids", told, _REPEATED[file.record])
    if file in (upload.TEACHERS, upload.STUDENTS, upload.CLASSES):
        told = "have a school_id that is not in schools.csv"
        yield _gate("unknown_schools_are_few", 0.1, "unknown_schools", told, "unknown_school")
    if file is upload.TEACHERS:
        told = "have no valid teacher_email"
        yield _gate("teachers_without_an_email_are_few", 0.2, "no_email", told, "invalid_email")
    if file is upload.STUDENTS:
        for kind in ("email", "phone"):
            yield Rule(
                f"most_{kind}s_are_valid",
                f"At most {{share}} of the {kind}s, or {{count}} if that is more, are not valid.",
                f"{{invalid_{kind}s:,}} of {{{kind}s:,}} {kind}s of students and guardians are not valid",
                *(f"invalid_{kind}s", f"{kind}s"),
                limits={"share": 0.5, "count": 20},
                code="gate_failed",
                codes=(f"invalid_{kind}",),
            )
    if file is upload.CLASSES:
        told = "have a teacher_id that is not in teachers.csv"
        yield _gate("unknown_teachers_are_few", 0.2, "unknown_teachers", told, "unknown_teacher")
        told = "name a teacher of another school"
        yield _gate("mismatches_of_schools_are_few", 0.2, "mismatches", told, "school_mismatch")
    if file is upload.ENROLLMENTS:
        told = "have a class_id that is not in classes.csv"
        yield _gate("unknown_classes_are_few", 0.2, "unknown_classes", told, "unknown_class")
        told = "have a user_id that is neither in students.csv nor in teachers.csv"
        yield _gate("unknown_users_are_few", 0.2, "unknown_users", told, "unknown_user")
        told = "name a class and a person of different schools"
        yield _gate("mismatches_of_schools_are_few", 0.2, "mismatches", told, "school_mismatch")


def _losses(file: File) -> Iterator[Rule]:
    if file is upload.TEACHERS:
        yield _values("invalid_phones_are_few", "invalid_phones", "phones", "phones", "are not valid")
    if file is upload.STUDENTS:
        told = "are not a date, or have two meanings"
        yield _values("invalid_dates_of_birth_are_few", "invalid_dobs", "dobs", "values of dob", told)
        told = "are not a known grade"
        yield _values("invalid_grades_are_few", "invalid_grades", "grades", "values of grade", told)
    if file is upload.ENROLLMENTS:
        yield _rows("repeated_rows_are_few", 0.2, "repeated_rows", "repeat an earlier row")
    told = "are rejected, because of an error or because they refer to a rejected row"
    yield _rows("rows_left_out_are_few", 0.3, "left_out", told)


def _values(name: str, found: str, among: str, values: str, told: str) -> Rule:
    return Rule(
        name,
        f"At most {{share}} of the {values}, or {{count}} if that is more, {told}.",
        f"{{{found}:,}} of {{{among}:,}} {values} {told}",
        *(found, among),
        limits={"share": 0.2, "count": 20},
    )


# Provisioned tables


def _never(name: str, expects: str, found: str, told: str) -> Rule:
    return Rule(name, expects, f"{{{found}:,}} {told}", found)


def _native(name: str, expects: str, told: str, kind: str, column: str, **kwargs: Any) -> Rule:
    native = {"type": kind, "kwargs": {"column": column, **kwargs}}
    return Rule(name, expects, f"{{unexpected_count:,}} {told}", native=native)


_OTHER: Final = "rows have another value"
_NO_REFERENCE: Final = "rows refer to a record that does not exist"
_SEVERAL: Final = "are on more than one row"
_TOO_MANY: Final = "more accounts than ids"
_SHOWN: Final = _never(
    "every_row_is_shown",
    "The table shows each of its numbered rows once.",
    *("not_shown", "rows are missing or too many"),
)
"""Most rules of a provisioned table count its numbered rows: this one says that the table shows just these."""

_ROLES: Final = ("teacher", "guardian", "student")
_ROLES_TOGETHER: Final = [
    *_ROLES,
    *("teacher+guardian", "teacher+student", "guardian+student", "teacher+guardian+student"),
]

_PROVISIONED: Final = {
    "accounts": Check(
        "accounts_follow_from_the_files",
        (
            _SHOWN,
            _never(
                "every_account_has_an_id",
                "Every account has an account_id.",
                "without_id",
                "accounts have no account_id",
            ),
            _never(
                "each_account_id_has_one_account", "Each account_id belongs to one account.", "repeated_ids", _TOO_MANY
            ),
            _never(
                "each_teacher_id_has_one_account", "Each teacher_id has one account.", "repeated_teachers", _TOO_MANY
            ),
            _never(
                "each_student_id_has_one_account", "Each student_id has one account.", "repeated_students", _TOO_MANY
            ),
            _native(
                "every_account_has_a_role", "Every account has a role.", "accounts have no role", NOT_NULL, "roles"
            ),
            _native(
                "roles_are_known",
                "An account's roles are one or more of teacher, guardian and student, in this order, joined by +.",
                "accounts have other roles",
                *(IN_SET, "roles"),
                value_set=_ROLES_TOGETHER,
            ),
            _never(
                "who_has_a_teacher_id_is_a_teacher",
                "An account has a teacher_id if it is a teacher's, and otherwise none.",
                *("teachers_amiss", "accounts have the role without the id, or the id without the role"),
            ),
            _never(
                "who_has_a_student_id_is_a_student",
                "An account has a student_id if it is a student's, and otherwise none.",
                *("students_amiss", "accounts have the role without the id, or the id without the role"),
            ),
            _never(
                "every_teacher_has_an_email",
                "Every teacher's account has an email. A linked account may lack the email of its row.",
                *("teachers_without_email", "teachers' accounts have no email"),
            ),
            _never(
                "every_guardian_has_an_email_or_a_phone",
                "Every guardian's account has an email or a phone. A linked account may lack those of its row.",
                *("guardians_without_contact", "guardians' accounts have no email and no phone"),
            ),
            _never(
                "every_teacher_and_student_has_a_name",
                "Every teacher's and every student's account has a first and a last name.",
                *("without_name", "accounts lack a name"),
            ),
            _never(
                "emails_and_phones_are_the_accounts_own",
                "The email and the phone of an account are contact points of that account.",
                *("foreign_contacts", "emails or phones are not contact points of their account"),
            ),
            _never(
                "every_account_is_at_a_school",
                "Every account is a member of a school.",
                *("without_school", "accounts are at no school"),
            ),
            _never(
                "every_guardian_has_a_student",
                "Every guardian's account has a student, unless the account is a student's too.",
                *("guardians_of_nobody", "guardians' accounts have no student"),
            ),
            _never(
                "teachers_and_students_stand_in_the_files",
                "The teacher_ids and student_ids of accounts are in rows of linked schools.",
                *("not_in_files", "ids are in no such row"),
            ),
            _never(
                "every_student_of_a_linked_school_has_an_account",
                "Every student with a row of a linked school has an account.",
                *("missing_students", "students have no account"),
            ),
            _never(
                "every_teacher_of_a_linked_school_has_an_account_or_a_problem",
                "Every teacher with a row of a linked school has an account, or a problem gives the reason.",
                *("untold_teachers", "teachers have neither an account nor a problem"),
            ),
        ),
    ),
    "contact_points": Check(
        "contact_points_follow_from_the_files",
        (
            _SHOWN,
            _never(
                "every_contact_point_is_complete",
                "Every contact point has an account, a kind and a value.",
                *("incomplete", "rows are incomplete"),
            ),
            _native(
                "contact_points_are_emails_or_phones",
                "A contact point is an email or a phone.",
                "rows have another kind",
                IN_SET,
                "kind",
                value_set=["email", "phone"],
            ),
            _never(
                "each_contact_point_has_one_account",
                "A contact point belongs to one account.",
                *("repeated", _SEVERAL),
            ),
            _never(
                "phones_are_in_e164",
                "Phones are in the form E.164, such as +12125550142.",
                *("odd_phones", "phones are in another form"),
            ),
            _never(
                "emails_are_normalised",
                "Emails are trimmed, in lower case, and have an @.",
                *("odd_emails", "emails are in another form"),
            ),
            _never(
                "every_contact_point_has_an_account",
                "Every contact point's account exists.",
                *("strays", _NO_REFERENCE),
            ),
            _never(
                "who_has_emails_or_phones_names_one",
                "An account with emails shows one of them as its email. The same holds for phones.",
                *("unnamed", "contact points belong to an account that shows none of their kind"),
            ),
            _never(
                "placeholders_are_nobodys",
                "No account has an email or phone that more than 20 people of different names share.",
                *("placeholders", "belong to an account"),
            ),
            _never(
                "every_contact_point_stands_in_a_row_of_its_account",
                "Every contact point is in a row of its account at a linked school.",
                *("not_in_files", "are in no such row"),
            ),
        ),
    ),
    "school_members": Check(
        "members_follow_from_the_files",
        (
            _SHOWN,
            _native("every_member_has_a_role", "Every member has a role.", "rows have no role", NOT_NULL, "role"),
            _native(
                "member_roles_are_known",
                "A member is a teacher, a guardian or a student.",
                _OTHER,
                IN_SET,
                "role",
                value_set=list(_ROLES),
            ),
            _never(
                "memberships_are_unique",
                "An account is a member of a school once in each role.",
                *("repeated", _SEVERAL),
            ),
            _never("every_member_has_an_account", "Every member's account exists.", "strays", _NO_REFERENCE),
            _never(
                "members_have_the_role_of_their_account",
                "A member's role is one of the roles of the account.",
                *("other_roles", "members have another role"),
            ),
            _never(
                "every_member_has_a_linked_school",
                "Every member's school feeds the platform school of its confirmed link.",
                *("unlinked", "rows have another platform school, or no confirmed link"),
            ),
            _never(
                "members_are_where_their_rows_are",
                "Teachers and students are members of the schools of their rows. Guardians are members of their "
                "students' schools.",
                *("elsewhere", "members are at another school"),
            ),
            _never(
                "whoever_has_a_row_of_a_linked_school_is_a_member",
                "Teachers and students are members of each linked school for which they have a row. Their guardians "
                "are too.",
                *("missing", "members are missing"),
            ),
        ),
    ),
    "guardianships": Check(
        "guardianships_follow_from_the_files",
        (
            _SHOWN,
            _never(
                "guardianships_are_unique",
                "A guardian and a student are joined once.",
                *("repeated", _SEVERAL),
            ),
            _never("guardian_and_student_differ", "Nobody is their own guardian.", "own_guardians", "people are"),
            _never(
                "every_guardian_has_a_guardian_account",
                "Every guardian has an account with that role.",
                *("without_guardian", _NO_REFERENCE),
            ),
            _never(
                "every_student_has_that_account",
                "Every student has an account, and it has the student_id.",
                *("without_student", _NO_REFERENCE),
            ),
            _never(
                "guardians_stand_in_the_files",
                "Each student with a guardian has a row that names a guardian.",
                *("not_in_files", "rows belong to a student who has no guardian in the files"),
            ),
            _never(
                "every_student_with_a_guardian_has_one_or_a_problem",
                "Each student with a guardian in the files has one, or a problem gives the reason.",
                *("without_guardianship", "students have neither a guardian nor a problem"),
            ),
            _never(
                "every_guardian_stands_in_a_row_of_the_student",
                "Every guardian has a contact point from a row of the student, or a problem gives the reason.",
                *("of_others", "guardians are in no such row and have no problem"),
            ),
        ),
    ),
    "classes": Check(
        "classes_follow_from_the_files",
        (
            _SHOWN,
            _native(
                "every_class_has_an_id", "Every class has a class_id.", "classes have no class_id", NOT_NULL, "class_id"
            ),
            _native(
                "each_class_id_has_one_class",
                "Each class_id belongs to one class.",
                "rows share a class_id",
                UNIQUE,
                "class_id",
            ),
            _native(
                "every_class_has_a_name", "Every class has a name.", "classes have no name", NOT_NULL, "class_name"
            ),
            _never(
                "every_owner_has_a_teacher_account",
                "Every class's owner has a teacher's account with the teacher_id of the class.",
                *("strays", _NO_REFERENCE),
            ),
            _never(
                "every_class_has_one_owner_seat",
                "Every class has one membership for its owner.",
                *("owners_amiss", "classes have no such membership, or several"),
            ),
            _never(
                "every_class_has_a_linked_school",
                "Every class's school feeds the platform school of its confirmed link.",
                *("unlinked", "classes have another platform school, or no confirmed link"),
            ),
            _never(
                "classes_stand_in_the_files",
                "Every class is in the files, at the same school.",
                *("not_in_files", "classes are not in the files, or are at another school"),
            ),
            _never(
                "every_class_of_a_linked_school_is_made_or_has_a_problem",
                "Every class of a linked school is created, or a problem gives the reason.",
                *("untold", "classes are not created and have no problem"),
            ),
        ),
    ),
    "class_memberships": Check(
        "class_memberships_follow_from_the_files",
        (
            _SHOWN,
            _native(
                "every_membership_has_a_role", "Every membership has a role.", "rows have no role", NOT_NULL, "role"
            ),
            _native(
                "membership_roles_are_known",
                "A member of a class is its owner, a co-teacher or a student.",
                _OTHER,
                IN_SET,
                "role",
                value_set=["owner", "co_teacher", "student"],
            ),
            _never(
                "class_memberships_are_unique",
                "An account is a member of a class once in each role.",
                *("repeated", _SEVERAL),
            ),
            _never(
                "every_membership_has_an_account",
                "Every membership's account exists.",
                *("without_account", _NO_REFERENCE),
            ),
            _never(
                "every_membership_has_a_class",
                "Every membership's class exists.",
                *("without_class", _NO_REFERENCE),
            ),
            _never(
                "owners_own_their_class",
                "The member in the role of an owner is the owner of the class.",
                *("other_owners", "rows name another account"),
            ),
            _never(
                "memberships_have_the_id_of_their_account",
                "A student's membership has the student_id of the account. A teacher's membership has the teacher_id.",
                *("other_records", "memberships have another id"),
            ),
            _never(
                "students_and_co_teachers_are_members_of_the_school",
                "Students and co-teachers are only in classes of a school where they are members.",
                *("elsewhere", "memberships are at another school"),
            ),
            Rule(
                "whoever_is_enrolled_is_a_member",
                "If the class is created and the person has an account, the enrollment is a membership. The owner's "
                "own is not.",
                "{lost:,} of {enrolled:,} enrollments are no membership, or there are that many too many",
                "lost",
            ),
        ),
    ),
}

CHECKS: Final[Mapping[tuple[str, str], tuple[Check, ...]]] = {
    **{("raw", file.name): tuple(_raw(file)) for file in upload.FILES},
    **{("valid", file.name): tuple(_valid(file)) for file in upload.FILES},
    **{("provisioned", table): (check,) for table, check in _PROVISIONED.items()},
}
"""The checks of each table, by stage and table. A rule's name is its own over the stages of a file."""
