"""What is so of a record and stands in one table: each a fact by `look_up.sql`, filled in from here."""

from dataclasses import dataclass
from typing import Final

from remind_etl.warehouse import sql


@dataclass(frozen=True)
class LookUp:
    """The table in which a fact of a subject is found, the condition, and the columns that its sentence names."""

    table: str
    condition: str
    columns: str


_OF_ACCOUNT: Final = "subject.account_id = found.account_id"
_IN_FILES: Final = "(subject.kind, subject.id) in (select (own.kind, own.id) from own_rows as own where own.is_taken)"
_COUNTED: Final = 'count(*) as "count"'

LOOK_UPS: Final = {
    "rows_of_school": LookUp(
        "sent_rows",
        'subject.school_id = found.school_id and found."file" != subject.home',
        f'found."file", {_COUNTED}',
    ),
    "rows_of_class": LookUp(
        "sent_rows",
        "subject.kind = 'class' and subject.class_id = found.class_id and found.\"file\" != subject.home",
        f'found."file", {_COUNTED}',
    ),
    "account": LookUp("accounts", f"{_OF_ACCOUNT} and {_IN_FILES}", 'found.account_id, found.roles as "role"'),
    "contact": LookUp("contact_points", _OF_ACCOUNT, f"found.kind as other_id, {_COUNTED}"),
    "guardian_of": LookUp(
        "guardianships", "subject.account_id = found.guardian_account_id", "found.student_id as person_id"
    ),
    "owner": LookUp(
        "classes",
        "subject.kind = 'class' and subject.class_id = found.class_id",
        "found.owner_teacher_id as person_id, found.owner_account_id as account_id",
    ),
    "memberships": LookUp(
        "own_memberships", "found.kind = 'class' and subject.id = found.id", f'found."role", {_COUNTED}'
    ),
    "at_school": LookUp("school_members", _OF_ACCOUNT, 'found.school_id, found."role"'),
    "members": LookUp("school_members", "subject.school_id = found.school_id", f'found."role", {_COUNTED}'),
}
"""The look-up of each fact."""


def look_up_statements(fact: str) -> tuple[str, ...]:
    """The statements that add this fact."""
    look_up = LOOK_UPS[fact]
    names = {"table": look_up.table, "condition": look_up.condition, "columns": look_up.columns}
    return sql.filled_statements("explain", "look_up", fact=fact, **names)
