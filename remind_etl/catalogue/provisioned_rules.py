"""The rules of the provisioned tables: each record follows from the files, and each reference leads to a record."""

from typing import Any, Final

from remind_etl.catalogue.rule import IN_SET, NOT_NULL, UNIQUE, Check, Rule


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

PROVISIONED_CHECKS: Final = {
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
"""The check of each table."""
