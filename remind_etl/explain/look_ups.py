"""What is so of a record and stands in one table: each a fact by `look_up.sql`, filled in from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from remind_etl.warehouse import sql


@dataclass(frozen=True)
class LookUp:
    """The table in which a fact of a subject is found, the condition, and the columns that its sentence names."""

    table: str
    condition: str
    columns: Mapping[str, str]
    """What stands in each column of facts. Those that are counted have one row for each of the others."""


_OF_ACCOUNT: Final = "subject.account_id = found.account_id"
_IN_FILES: Final = "(subject.kind, subject.id) in (select own.kind, own.id from own_rows as own where own.is_taken)"
_COUNT: Final = "count(*)"

LOOK_UPS: Final = {
    "rows_of_school": LookUp(
        "sent_rows",
        'subject.school_id = found.school_id and found."file" != subject.home',
        {"file": 'found."file"', "count": _COUNT},
    ),
    "rows_of_class": LookUp(
        "sent_rows",
        "subject.kind = 'class' and subject.class_id = found.class_id and found.\"file\" != subject.home",
        {"file": 'found."file"', "count": _COUNT},
    ),
    "account": LookUp(
        "accounts", f"{_OF_ACCOUNT} and {_IN_FILES}", {"account_id": "found.account_id", "role": "found.roles"}
    ),
    "contact": LookUp("contact_points", _OF_ACCOUNT, {"other_id": "found.kind", "count": _COUNT}),
    "guardian_of": LookUp(
        "guardianships", "subject.account_id = found.guardian_account_id", {"person_id": "found.student_id"}
    ),
    "owner": LookUp(
        "classes",
        "subject.kind = 'class' and subject.class_id = found.class_id",
        {"person_id": "found.owner_teacher_id", "account_id": "found.owner_account_id"},
    ),
    "memberships": LookUp(
        "own_memberships", "found.kind = 'class' and subject.id = found.id", {"role": 'found."role"', "count": _COUNT}
    ),
    "at_school": LookUp("school_members", _OF_ACCOUNT, {"school_id": "found.school_id", "role": 'found."role"'}),
    "members": LookUp(
        "school_members", "subject.school_id = found.school_id", {"role": 'found."role"', "count": _COUNT}
    ),
}
"""The look-up of each fact."""


def look_up_statements(fact: str) -> tuple[str, ...]:
    """The statements that add this fact."""
    look_up = LOOK_UPS[fact]
    return sql.filled_statements(
        "explain",
        "look_up",
        fact=fact,
        table=look_up.table,
        condition=look_up.condition,
        names=", ".join(f'"{name}"' for name in look_up.columns),
        columns=", ".join(look_up.columns.values()),
        grain=", ".join(value for value in look_up.columns.values() if value != _COUNT),
    )
