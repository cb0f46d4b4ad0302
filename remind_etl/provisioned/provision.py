"""The state the platform should have, from the valid rows of linked schools and from whom the platform knows."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.schema.records import ACCOUNTS, CLASS_MEMBERSHIPS, CLASSES, CONTACT_POINTS, GUARDIANSHIPS
from remind_etl.warehouse import findings
from remind_etl.warehouse.pipeline import Steps, StepTime, clear_steps
from remind_etl.warehouse.platform_records import Records, hide_records, load_records, show_records

KNOWN_PEOPLE: Final = (ACCOUNTS, CONTACT_POINTS, GUARDIANSHIPS)
"""The platform's records by which people are recognised."""

KNOWN_ROSTERS: Final = (CLASSES, CLASS_MEMBERSHIPS)
"""The platform's records to which classes are compared."""

PEOPLE: Final = (
    "comparisons",
    "live_schools",
    "known_accounts",
    "recognised_lines",
    "live_rows",
    "sent_contacts",
    "placeholders",
    "renumbered_students",
    "kept_contacts",
    "kept_emails",
    "shared_contacts",
    "names_of_accounts",
    "families_of_names",
    "contact_families",
    "placeholders_without_name",
    "live_teachers",
    "live_students",
    "contacts_for_teachers",
    "telling_contacts",
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
    "passed_links",
    "claimed_accounts",
    "recognised_accounts",
)
"""Which account of the platform is whose."""

ACCOUNT_STEPS: Final = (
    "linked",
    "withheld_contacts",
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
    "placeholder_persons",
    "lost_contacts",
    "outside_contacts",
    "claiming_rows",
    "problems_of_contacts",
    "find_lost_contacts",
    "find_outside_contacts",
    "find_teachers_without_email",
    "find_teachers_under_two_ids",
    "guardians_left_out",
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

HELD_ELSEWHERE: Final = ("value", "account_id", "first_name", "last_name", "roles", "is_verified")
"""The columns of a look-up of contact points outside of the district."""

REUSED: Final = pa.schema([("class_id", pa.string()), ("detail", pa.string())])


@dataclass(frozen=True)
class Outside:
    """What the platform holds outside of the district.

    `held_elsewhere` takes contact points (kind, value) of the district's people. It returns those that accounts outside
    of the district have: one row a contact point and record of such an account, with its name and roles. `linked` has
    the ids of the district's accounts that belong to such an account too, `taken_back` those of links that a person
    took back. `links_anywhere` has the ids of all accounts that some district has, or had, by a link.
    """

    held_elsewhere: Callable[[pa.Table], pa.Table]
    linked: Collection[str] = ()
    taken_back: Collection[str] = ()
    links_anywhere: Collection[str] = ()


def provision_accounts(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, Records], outside: Outside
) -> list[StepTime]:
    """Fill the accounts, contact points, school memberships and guardianships that should be. Returns the steps' times.

    `platform` has KNOWN_PEOPLE of the district by kind, removed records too: who is in them keeps their account. The
    account of a link that was taken back is nobody's.
    """
    findings.clear_findings(db, "provisioned/accounts")
    clear_steps(db, "provisioned")
    show_records(db, _without(platform, outside.taken_back), KNOWN_PEOPLE)
    steps = Steps(db, "provisioned")
    db.register("links_anywhere", _ids(outside.links_anywhere))
    steps.run(*PEOPLE, *CLAIMS, *RECOGNITION)
    contacts = db.table("provisioned_steps.won_claims").select("kind", "value").to_arrow_table()
    db.register("held_elsewhere", outside.held_elsewhere(contacts))
    db.register("account_links", _ids(outside.linked))
    db.register("taken_back", _ids(outside.taken_back))
    steps.run(*ACCOUNT_STEPS, *ACCOUNT_PROBLEMS)
    for name in ("links_anywhere", "held_elsewhere", "account_links", "taken_back"):
        db.unregister(name)
    hide_records(db, KNOWN_PEOPLE)
    return steps.times


def outside_counts(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Numbers of contact points that accounts outside of the district have too, and that linked accounts do not get."""
    names = ("contact_used_elsewhere", "contact_not_added")
    found = db.execute("select code, count(*) from provisioned_steps.outside_contacts group by code").fetchall()
    return dict.fromkeys(names, 0) | dict(found)


def provision_rosters(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, Records], reused: Mapping[str, str] | None = None
) -> list[StepTime]:
    """Fill the classes and class memberships that should be. Returns the steps' times.

    `platform` has KNOWN_ROSTERS, removed records too.

    `reused` are the class ids, with the detail, of which the drop made other classes when it was delivered: beside what
    was delivered they are the same class by now.
    """
    findings.clear_findings(db, "provisioned/rosters")
    before = [{"class_id": class_id, "detail": detail} for class_id, detail in (reused or {}).items()]
    db.register("reused_before", pa.Table.from_pylist(before, REUSED))
    show_records(db, platform, KNOWN_ROSTERS)
    steps = Steps(db, "provisioned")
    steps.run(*ROSTER_STEPS)
    hide_records(db, KNOWN_ROSTERS)
    db.unregister("reused_before")
    return steps.times


def _ids(account_ids: Collection[str]) -> pa.Table:
    return pa.table({"account_id": pa.array(sorted(account_ids), pa.string())})


def _without(platform: Mapping[str, Records], account_ids: Collection[str]) -> Mapping[str, Records]:
    """The records by which people are recognised, without those of these accounts."""
    if not account_ids:
        return platform
    import pyarrow.compute as pc  # it takes long, and the files of one district rarely need it

    owner = {ACCOUNTS.name: "account_id", CONTACT_POINTS.name: "account_id", GUARDIANSHIPS.name: "guardian_account_id"}
    ids = pa.array(sorted(account_ids), pa.string())
    loaded = {name: load_records(platform[name]) for name in owner}
    kept = {n: rows.filter(pc.invert(pc.is_in(rows[owner[n]], value_set=ids))) for n, rows in loaded.items()}
    return {**platform, **kept}
