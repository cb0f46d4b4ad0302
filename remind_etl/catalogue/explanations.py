"""The sentences of `explain`: where a record is in each stage, and why it is not on the platform.

A fact is a look-up, such as `row_of_school`, or the code of a recorded reason. Facts are shown in this order.
The names in braces are columns of the fact, except these:

- `{problem}` is the message of a problem's code. `{fix}` is its remedy.
- `{reason}` is the sentence of a reason's code.
- `{by}` is who decided it, and when.
"""

from typing import Final

_IN_FILE: Final = "{person_id} is not in class {class_id}: line {line} of {file} puts them there, but "
_CAUSE: Final = "line {cause_line} of {cause_file}"
_STAYS: Final = "{person_id} stays in class {class_id} as {role}, as delivered: {reason}"
_LAPSED: Final = "does not wait any more, because a delivery was undone after it was planned. The next run plans again."
_NOT_OWNER: Final = "{person_id} does not own class {class_id}: line {line} of {file} names them, but "

EXPLANATIONS: Final[dict[str, dict[str, str]]] = {
    "landed": {
        "drop": "The newest upload is {id}; it was taken {other_id}.",
        "blocked": "This upload is not processed: {other_id} Delivered records stay as they are.",
    },
    "raw": {
        "row_of_school": "{file} has it in line {line}.",
        "row_of_teacher": "{file} has them at school {school_id}: line {line}.",
        "row_of_student": "{file} has them at school {school_id}: line {line}.",
        "row_of_guardian": "{file} names them in line {line}, for student {person_id} at school {school_id}.",
        "row_of_class": "{file} has it at school {school_id}, with teacher {person_id}: line {line}.",
        "rows_of_school": "Rows of {file} at this school: {count}.",
        "rows_of_class": "Rows of {file} for this class: {count}.",
        "unread": "Line {line} of {file} has this id, and could not be read. {problem} {fix}",
        "no_row": "No row of {file} has it.",
        "row_not_known": (
            "It is not known whether {file} has it, because its column {column} is missing in the newest files."
        ),
        "no_row_of_guardian": "No row of students.csv names them.",
        "no_row_of_person": "No row of students.csv or teachers.csv has it; enrollments.csv names it.",
        "only_named": "Line {line} of {file} is the first to name it.",
    },
    "valid": {
        "left_out": "Line {line} of {file} is rejected. {problem} {fix}",
        "waits_with_school": (
            "Line {line} of {file} is rejected, because the row of its school {school_id} was rejected."
        ),
        "problem": "Line {line} of {file}: {problem} {fix}",
    },
    "mapped": {
        "school_confirmed": "School {school_id} feeds school {other_id} of the platform ({reason}{by}).",
        "school_ignored": "School {school_id} is ignored ({reason}{by}).",
        "school_proposed": (
            "School {school_id} waits for a person to confirm that it is {other_id} of the platform ({reason})."
        ),
        "school_unknown": "School {school_id} waits for a person to link it ({reason}).",
        "school_vanished": "School {school_id} is no longer in schools.csv. Its delivered records stay.",
    },
    "provisioned": {
        "waits": "It is not created while school {school_id} waits to be linked.",
        "ignored": "It is not created, because school {school_id} is ignored.",
        "account": "Their account is {account_id}, as {role}.",
        "shared_contact": (
            "Line {line} of {file}: {count} people with different names share {column}, so it is not used."
        ),
        "not_made": "It is not created because of line {line} of {file}: {problem} {fix}",
        "lost": "Line {line} of {file}: {problem} {fix}",
        "guardian_lost": "Line {line} of {file}, for the guardian: {problem} {fix}",
        "contact": "Contact points of the account, {other_id}: {count}.",
        "guardian": "Their guardian in line {line} of {file} is account {account_id}.",
        "guardian_of": "The account is a guardian of student {person_id}.",
        "owner": "Teacher {person_id} owns it, account {account_id}.",
        "co_teacher_owns": "Teacher {person_id} of the file has no account, so co-teacher {other_id} owns it.",
        "class_waits_with_teacher": (
            "It waits with its teacher {person_id}, who has an account on the platform but does not get one from the "
            "files."
        ),
        "not_owner_left_out": f"{_NOT_OWNER}the row was rejected.",
        "not_owner_school_ignored": f"{_NOT_OWNER}school {{school_id}} is ignored.",
        "not_owner_school_waits": f"{_NOT_OWNER}school {{school_id}} waits to be linked.",
        "not_owner_no_class": f"{_NOT_OWNER}the class is not created.",
        "not_owner_co_teacher_owns": f"{_NOT_OWNER}they have no account, so teacher {{other_id}} owns it.",
        "not_owner_as_delivered": f"{_NOT_OWNER}teacher {{other_id}} owns it as delivered before.",
        "memberships": "Class memberships as {role}: {count}.",
        "membership": "{person_id} is in class {class_id} as {role}: line {line} of {file}.",
        "not_in_class_unread": (
            "{person_id} is not in class {class_id}: line {line} of {file}, which has both ids, could not be read. "
            "{problem} {fix}"
        ),
        "not_in_class_unusable": "Line {line} of {file} adds no one to a class. {problem}",
        "not_in_class_unknown_class": f"{_IN_FILE}classes.csv does not have the class.",
        "not_in_class_unknown_user": f"{_IN_FILE}neither students.csv nor teachers.csv has them.",
        "not_in_class_row_elsewhere": (
            "{person_id} is not in class {class_id}: line {line} of {file} says school {school_id}, "
            "but the class is at school {other_id}."
        ),
        "not_in_class_class_left_out": f"{_IN_FILE}the row of the class was rejected, {_CAUSE}.",
        "not_in_class_person_elsewhere": (
            f"{_IN_FILE}{{class_id}} is at school {{school_id}} and {{person_id}} only at school {{other_id}}."
        ),
        "not_in_class_person_left_out": f"{_IN_FILE}their row was rejected, {_CAUSE}.",
        "not_in_class_class_unread": f"{_IN_FILE}the row of the class could not be read, {_CAUSE}.",
        "not_in_class_person_unread": f"{_IN_FILE}their row could not be read, {_CAUSE}.",
        "not_in_class_school_waits": f"{_IN_FILE}school {{school_id}} waits to be linked.",
        "not_in_class_school_ignored": f"{_IN_FILE}school {{school_id}} is ignored.",
        "not_in_class_no_account": f"{_IN_FILE}they have no account.",
        "not_in_class_no_class": f"{_IN_FILE}the class is not created. Explain {{class_id}} too.",
        "not_in_class_held": f"{_IN_FILE}the change waits.",
        "no_enrollment": "No row of enrollments.csv puts {person_id} into class {class_id}.",
    },
    "planned": {
        "change_create": "This upload created it.",
        "change_link": "This upload linked it to an account that the platform already had.",
        "change_update": "This upload updated it.",
        "change_revive": "This upload brought it back.",
        "change_remove": "This upload removed it.",
        "membership_stays": f"{_STAYS}.",
        "membership_stays_left_out": f"{_STAYS} ({_CAUSE} was rejected).",
        "membership_stays_unread": f"{_STAYS} ({_CAUSE} could not be read).",
        "membership_as_delivered": (
            "{person_id} is in class {class_id} as {role}, as delivered before. The upload does not mention it."
        ),
        "held_change": "The change of {other_id} waits for a person: {reason}.",
        "held_removal": "The removal of {other_id} waits for a person: {reason}.",
        "paused_change": "The change of {other_id} waits while the district is paused.",
        "paused_removal": "The removal of {other_id} waits while the district is paused.",
        "lapsed_change": f"The change of {{other_id}} {_LAPSED}",
        "lapsed_removal": f"The removal of {{other_id}} {_LAPSED}",
        "protected": "The {other_id} stays as delivered: {reason}.",
    },
    "delivered": {
        "undone": (
            "After this upload, a person undid {other_id}. So the platform may differ from it until the next run."
        ),
        "on_platform": "The platform has it: {other_id}.",
        "removed": "The platform no longer has it: {other_id} was removed on {reason}.",
        "not_on_platform": "The platform does not have it.",
        "at_school": "At school {school_id}, as {role}.",
        "members": "People there as {role}: {count}.",
    },
}
"""The sentence of each fact, by stage."""
