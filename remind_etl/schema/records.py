"""The kinds of records that the platform holds: their columns and keys, as data. All values are text."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """A kind of record: the name of its tables, its columns in order, and those that make its key."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rosters: bool = False
    """True for what classes.csv and enrollments.csv say."""

    @property
    def changes(self) -> str:
        """The name of the table of its changes in `planned`."""
        return f"{self.name.removesuffix('es' if self.name == 'classes' else 's')}_changes"


ACCOUNTS: Final = Kind(
    "accounts",
    ("account_id",),
    (
        "account_id",
        "roles",
        "teacher_id",
        "student_id",
        "first_name",
        "last_name",
        "email",
        "phone",
        "dob",
        "grade",
    ),
)
CONTACT_POINTS: Final = Kind("contact_points", ("kind", "value"), ("account_id", "kind", "value"))
SCHOOL_MEMBERS: Final = Kind(
    "school_members",
    ("account_id", "school_id", "role"),
    ("account_id", "school_id", "platform_school_id", "role"),
)
GUARDIANSHIPS: Final = Kind(
    "guardianships",
    ("guardian_account_id", "student_account_id"),
    ("guardian_account_id", "student_account_id", "student_id"),
)
CLASSES: Final = Kind(
    "classes",
    ("class_id",),
    ("class_id", "school_id", "platform_school_id", "class_name", "owner_account_id", "owner_teacher_id"),
    rosters=True,
)
CLASS_MEMBERSHIPS: Final = Kind(
    "class_memberships",
    ("class_id", "account_id", "role"),
    ("class_id", "account_id", "role", "record_id"),
    rosters=True,
)

KINDS: Final = (ACCOUNTS, CONTACT_POINTS, SCHOOL_MEMBERS, GUARDIANSHIPS, CLASSES, CLASS_MEMBERSHIPS)
"""In the order in which they refer to one another."""

ACTIONS: Final = ("create", "link", "update", "revive", "remove")
"""What may become of a record; `link` creates it with the id of an account outside of the district."""
