"""The state the platform should have, from the valid rows of linked schools and from whom the platform knows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.schema.records import ACCOUNTS, CLASS_MEMBERSHIPS, CLASSES, CONTACT_POINTS, GUARDIANSHIPS, Kind
from remind_etl.warehouse import findings
from remind_etl.warehouse.pipeline import StepTime, clear_steps, run_steps

KNOWN_PEOPLE: Final = (ACCOUNTS, CONTACT_POINTS, GUARDIANSHIPS)
"""The platform's records by which people are recognised."""

KNOWN_ROSTERS: Final = (CLASSES, CLASS_MEMBERSHIPS)
"""The platform's records to which classes are compared."""

PEOPLE: Final = (
    "comparisons",
    "live_schools",
    "live_rows",
    "sent_contacts",
    "known_accounts",
    "placeholders",
    "kept_contacts",
    "shared_contacts",
    "families_of_names",
    "contact_families",
    "live_teachers",
    "live_students",
    "guardian_lines",
    "guardian_ids",
    "student_lines",
    "known_guardians",
    "guardians",
    "further_contacts",
    "people",
    "guardian_matches",
    "former_guardians",
    "namesakes",
    "namesake_accounts",
)
"""Who is in the files, and who of them the platform knows as guardian of the same student."""

CLAIMS: Final = (
    "contact_claims",
    "contested_claims",
    "kept_claims",
    "same_teachers",
    "refused_teachers",
    "lost_claims",
    "regrouped_guardians",
    "teaching_guardians",
    "adult_identity",
    "student_identity",
    "person_identity",
    "persons",
    "won_claims",
)
"""Who gets each contact point, and who is one person."""

RECOGNITION: Final = (
    "accounts_by_id",
    "accounts_by_student",
    "accounts_by_contact",
    "accounts_by_email",
    "account_evidence",
    "claimed_accounts",
    "recognised_accounts",
    "unknown_contacts",
)
"""Which account of the platform is whose."""

ACCOUNT_STEPS: Final = (
    "linked",
    "new_persons",
    "counted_ids",
    "named_contacts",
    "further_contact_points",
    "accounts",
    "contact_points",
    "guardianships",
    "school_members",
    "named_guardians",
    "teacher_persons",
    "waiting_teachers",
)
"""The accounts, and what each account has."""

ACCOUNT_PROBLEMS: Final = (
    "find_placeholder_contacts",
    "lost_contacts",
    "claiming_rows",
    "find_lost_contacts",
    "find_teachers_without_email",
    "find_teachers_under_two_ids",
    "find_unreachable_guardians",
    "find_differing_names",
    "find_students_without_contact",
    "leave_out_teachers",
    "shared_contact_reasons",
)
"""What is wrong with the people, and why values are not used."""

ROSTER_STEPS: Final = (
    "classes",
    "class_memberships",
    "class_members",
    "find_classes_without_teacher",
    "find_reused_class_ids",
    "leave_out_classes",
    "class_reasons",
    "enrollment_reasons",
)
"""The classes, their memberships, and what is wrong with them."""

REUSED: Final = pa.schema([("class_id", pa.string()), ("detail", pa.string())])


def provision_accounts(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table], held_elsewhere: Callable[[pa.Table], pa.Table]
) -> list[StepTime]:
    """Fill the accounts, contact points, school memberships and guardianships that should be. Returns the steps' times.

    `platform` has KNOWN_PEOPLE of the district by kind, removed records too: who is in them keeps their account.
    `held_elsewhere` takes contact points (kind, value) of those whom the platform does not know of the district, and
    gives those (value, account_id) that accounts outside of the district hold.
    """
    findings.clear_findings(db, "provisioned/accounts")
    clear_steps(db, "provisioned")
    with _registered(db, platform, KNOWN_PEOPLE):
        times = run_steps(db, "provisioned", *PEOPLE, *CLAIMS, *RECOGNITION)
    unknown_contacts = db.view("provisioned_steps.unknown_contacts").to_arrow_table()
    db.register("held_elsewhere", held_elsewhere(unknown_contacts))
    times += run_steps(db, "provisioned", *ACCOUNT_STEPS, *ACCOUNT_PROBLEMS)
    db.unregister("held_elsewhere")
    return times


def provision_rosters(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table], reused: Mapping[str, str] | None = None
) -> list[StepTime]:
    """Fill the classes and class memberships that should be. Returns the steps' times.

    `platform` has KNOWN_ROSTERS, removed records too.

    `reused` are the class ids, with the detail, of which the drop made other classes when it was delivered: beside what
    was delivered they are the same class by now.
    """
    findings.clear_findings(db, "provisioned/rosters")
    before = [{"class_id": class_id, "detail": detail} for class_id, detail in (reused or {}).items()]
    db.register("reused_before", pa.Table.from_pylist(before, REUSED))
    with _registered(db, platform, KNOWN_ROSTERS):
        times = run_steps(db, "provisioned", *ROSTER_STEPS)
    db.unregister("reused_before")
    return times


@contextmanager
def _registered(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table], kinds: tuple[Kind, ...]
) -> Iterator[None]:
    for kind in kinds:
        db.register(f"platform_{kind.name}", platform[kind.name])
    yield
    for kind in kinds:
        db.unregister(f"platform_{kind.name}")
