"""The reasons why a record stays as delivered, or a change waits or is skipped: codes and sentences.

The rules write codes. If several reasons apply to a record, the first in this list is shown.
"""

from typing import Final

REASONS: Final = {
    "contact_point_goes_to_held_guardian": "their email or phone goes to a guardian who waits",
    "guardian_of_student_with_many": "they are a guardian of a student who has many",
    "changed_again": "a later delivery changed it again",
    "waiting_row_names_guardian": "a row at a school that waits to be linked names them",
    "class_row_rejected": "a row of the class was rejected",
    "student_row_waits": "a row of their student is at a school that waits to be linked",
    "student_row_names_guardian_without_account": "a row of their student names a guardian who gets no account",
    "student_row_names_guardian": "a row of their student still names them",
    "student_row_rejected": "a row of their student was rejected",
    "row_without_account": "one of their rows gives them no account",
    "row_waits": "one of their rows is at a school that waits to be linked",
    "row_rejected": "one of their rows was rejected",
    "row_names_person": "a row still names them",
    "value_unreadable": "today's value cannot be read",
    "contact_point_of_another": "it belongs to another account now",
    "account_removed": "its account is removed",
    "class_removed": "its class is removed, or has another owner",
    "person_has_another_account": "its teacher or student has another account now",
    "too_many_removals": "more records would be removed at once than the district allows",
    "school_not_in_classes": "no row of the school is in classes.csv",
    "school_not_in_enrollments": "no row of the school is in enrollments.csv",
    "school_not_in_students": "no row of the school is in students.csv",
    "school_not_in_teachers": "no row of the school is in teachers.csv",
    "class_without_teacher": "no teacher of it gets an account from the files",
    "record_of_guardian_of_student_with_many": "of a guardian of a student who has many",
    "paused": "the district is paused",
    "paused_except_additions": "the district is paused, except for additions",
    "account_removal_held": "the removal of the account waits",
    "person_or_class_removal_held": "the removal of the person or class waits",
    "student_or_guardian_removal_held": "the removal of the student or guardian waits",
    "student_removal_held": "the removal of the student waits",
    "class_row_waits": "the row of the class is at a school that waits to be linked",
    "school_row_rejected": "the row of the school was rejected",
    "school_not_in_schools": "the school is not in schools.csv",
    "school_waits": "the school waits to be linked",
    "student_with_many_guardians": "the student has many guardians",
    "student_held": "their student waits",
    "enrollment_row_rejected": "a row of the enrollment was rejected",
    "owner_of_class": "they own a class that stays",
    "owner_of_held_class": "they own a class that waits",
}
"""The sentence of each code."""
