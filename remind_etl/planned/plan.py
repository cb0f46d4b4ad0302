"""The difference between what should be and what was last delivered, and which changes of it wait."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import duckdb

from remind_etl.files.cut import Cut
from remind_etl.schema.limits import LEAST_EXCHANGING, LEAST_LEAVING, Limits
from remind_etl.schema.records import ACCOUNTS, ACTIONS, KINDS, Kind
from remind_etl.warehouse import changes, findings
from remind_etl.warehouse.pipeline import Steps, slowest_steps
from remind_etl.warehouse.platform_records import Records, has_rows, hide_records, show_records
from remind_etl.warehouse.standing import school_parameters

Pause = Literal["all", "adds_only"]
"""What waits while a district is paused: every change, or all that takes something away."""


@dataclass(frozen=True)
class Planned:
    """A plan: its hash, its changes by action, held and paused changes, protected records, and the holds that wait.

    An approval names `hold_hash`, the hash of the held changes; it is None without any. `unlisted` has the records that
    the files name, but do not list: of each kind as many as were found, and as many as the limits allow. If the drop
    `is_blocked`, nothing of the plan may be delivered: a problem says why.
    """

    plan_hash: str
    hold_hash: str | None
    actions: Mapping[str, int]
    held: int
    paused: int
    protected: int
    holds: tuple[str, ...]
    slowest_steps: str
    unlisted: Mapping[str, tuple[int, int]]
    is_blocked: bool


@dataclass(frozen=True)
class Before:
    """The state and the history with which a drop is compared.

    `records` are the district's records on the platform since delivery `base`, by kind, removed ones too.
    `previous_delivery` is the newest delivery that was not of this drop: approvals lapse when it changes. `standing`
    has the records by hold, and by hold and school, before anything of this drop was delivered, or of an earlier one
    while changes wait: additions must not let a later run remove more. `usual` has the most removals of one of the last
    drops, by hold, and `cut_files` the files of the drop that may be cut off, with the evidence.
    """

    records: Mapping[str, Records]
    base: int
    previous_delivery: int
    standing: Mapping[str, int] = field(default_factory=dict)
    usual: Mapping[str, int] | None = None
    cut_files: Mapping[str, Cut] = field(default_factory=dict)

    @property
    def has_records(self) -> bool:
        """Whether the platform knows anything of the district. Else the drop only adds: nothing can go, or be kept."""
        return any(map(has_rows, self.records.values()))


PEOPLE_RULES: Final = (
    "people_protected_by_rejected_rows",
    "people_protected_by_short_rows",
    "people_protected_by_contacts",
    "people_protected_by_waiting_schools",
    "people_protected_by_rows_without_account",
    "people_protected_by_their_schools",
    "people_protected_by_other_files",
    "people_protected_by_remaining_rows",
    "guardians_protected_by_their_students",
    "guardians_protected_by_rejected_rows",
    "guardians_protected_by_remaining_rows",
    "guardians_protected_by_waiting_schools",
)
"""Each fills `planned_steps.protected_accounts`. A new rule about people is a new file, named here."""

WITHOUT_CONTACTS: Final = (
    "teachers_with_taken_email",
    "changes_without_teacher_email",
    "guardians_without_contact",
    "taken_contacts",
    "contacts_protected_by_taken_ones",
)
"""Who claims a contact point that a protected account keeps. Repeated while more accounts become protected."""

CLASS_RULES: Final = (
    "classes_protected_by_rejected_rows",
    "classes_protected_by_their_schools",
    "classes_protected_by_enrollments",
)
MEMBERSHIP_RULES: Final = (
    "memberships_protected_by_classes",
    "memberships_protected_by_teachers",
    "memberships_protected_by_unreadable_enrollments",
)
"""Each fills `planned_steps.protected_changes`."""

DEPENDENCIES: Final = (
    "dependencies",
    "dependencies_of_owners",
    "dependencies_of_replaced_guardians",
    "dependencies_on_ids",
    "dependencies_of_reused_ids",
    "dependencies_on_contacts",
    "dependencies_of_replaced_contacts",
    "dependencies_on_roles",
)
"""Each fills `planned_steps.dependencies`: which change waits while another one waits."""


def plan_changes(
    db: duckdb.DuckDBPyConnection,
    before: Before,
    approved_kinds: Callable[[str], Collection[str]],
    limits: Limits | None = None,
    pause: Pause | None = None,
) -> Planned:
    """Fill the tables of the schema `planned`.

    In a drop without rosters, classes and class memberships stay as they are. `approved_kinds` answers which holds a
    person approved under a `hold_hash`.
    """
    findings.clear_findings(db, "planned/changes")
    show_records(db, before.records, KINDS)
    changes.empty_plan(db)
    steps = Steps(db, "planned")
    _compare(steps)
    hold_hash, unlisted, is_blocked = None, {}, False
    if db.execute("from planned.change_states limit 1").fetchall():
        limits = limits or Limits()
        if before.has_records:
            steps.run("standing_schools", **school_parameters(before.standing))
            _protect(steps, limits)
            steps.run("delivered_counts")
            unlisted = _compare_with_limits(steps, "unlisted_counts", limits)
            is_blocked = _find_respelled_ids(steps, limits)
        hold_hash = _set_holds(steps, before, approved_kinds, limits)
        _pause(steps, pause)
        steps.run("staying_losses", "clear_problems_of_kept_contacts", "clear_problems_of_reached_students")
        steps.run("settled_contacts")
        changes.run_for_kind(db, "warehouse", "unchanged", ACCOUNTS)
        steps.run("students_at_risk", "families_without_contact", "people_without_memberships")
    steps.run("find_classes_of_co_teachers")
    steps.run("plans", plan_hash=_plan_hash(steps), hold_hash=hold_hash, base=before.base, pause=pause)
    hide_records(db, KINDS)
    return _planned(db, slowest_steps(steps.times), unlisted, is_blocked)


def _run_for_each_kind(steps: Steps, step: str, kinds: Iterable[Kind] = KINDS) -> None:
    steps.run_for_each(step, map(changes.names_of_kind, kinds))


def _compare(steps: Steps) -> None:
    """Fill the typed tables of changes, those of rosters only if the drop has them."""
    steps.run("begin", "schools_of_records")
    _run_for_each_kind(steps, "changes_of_kind")
    steps.run("linked_accounts")
    changes.create_view(steps.db)
    if not steps.db.execute("select 1 from landed.files where \"name\" = 'classes'").fetchall():
        _run_for_each_kind(steps, "no_changes", [kind for kind in KINDS if kind.rosters])


def _protect(steps: Steps, limits: Limits) -> None:
    """Take out of the changes what is not absent, but left out or waiting to be linked."""
    steps.run("left_out_cells", "delivered_people", "delivered_schools", "left_out_tokens", "protected_schools")
    steps.run("missing_schools", school_count=limits.school_count)
    steps.run("naming_cells", "named_records", "find_named_records", "losing_accounts")
    steps.run("renamed_people", "renamed_accounts", "reused_people")
    steps.run("misplaced_people", "find_misplaced_people")
    steps.run("delivered_names", "named_guardians", "meant_guardians")
    steps.run(*PEOPLE_RULES, "unprotect_left_links", "contacts_of_higher_roles")
    steps.run("records_of_protected_people", "guardianships_protected_by_students", "contacts_protected_by_links")
    steps.run("contact_points_protected_by_unreadable_values", "contact_points_protected_by_nameless_rows")
    steps.run("unreadable_dates_and_grades")
    steps.run(*WITHOUT_CONTACTS)
    _take_protected_out(steps)
    steps.run(*CLASS_RULES)
    _take_protected_out(steps)
    _protect_owners(steps)
    steps.run("holders_of_taken_contacts", "find_taken_contacts", "correct_holders_of_lost_contacts")
    steps.run("find_guardians_without_contact")
    steps.run("kept_roles", "ids_of_protected_accounts")
    steps.run("removed_memberships", "named_members", "memberships_of_moved_students", "unreadable_enrollments")
    steps.run(*MEMBERSHIP_RULES)
    _take_protected_out(steps)
    steps.run("settled_contacts")
    changes.run_for_kind(steps.db, "warehouse", "unchanged", ACCOUNTS)


def _protect_owners(steps: Steps) -> None:
    """Let the owners of classes that stay be there too.

    Such an owner keeps the email. A new teacher who needs it is not created, so that more classes may stay as they are.
    """
    steps.run("class_owners_protected_by_classes")
    while steps.db.execute("from planned_steps.protected_changes limit 1").fetchall():
        steps.run(*WITHOUT_CONTACTS)
        _take_protected_out(steps)
        steps.run("class_owners_protected_by_classes")


def _find_respelled_ids(steps: Steps, limits: Limits) -> bool:
    """Find the ids in another spelling. Returns whether they are so many that they block the drop."""
    steps.run("respelled_ids", "find_respelled_ids")
    numbers = _compare_with_limits(steps, "respelled_counts", limits)
    many = [record_type for record_type, (found, allowed) in numbers.items() if found > allowed]
    if many:
        steps.run("find_respelled_files", record_types=many)
    return bool(many)


def _compare_with_limits(steps: Steps, counts: str, limits: Limits) -> dict[str, tuple[int, int]]:
    """Of each kind that a step counts: how many it found, and how many the limits of removals allow."""
    steps.run(counts)
    return {kind: (found, limits.allowed(delivered)) for kind, found, delivered in steps.db.fetchall()}


def _take_protected_out(steps: Steps) -> None:
    if steps.db.execute("from planned_steps.protected_changes limit 1").fetchall():
        steps.run("protected_records")
        _run_for_each_kind(steps, "take_protected_out")
        steps.db.execute("truncate planned_steps.protected_changes")


def _set_holds(
    steps: Steps, before: Before, approved_kinds: Callable[[str], Collection[str]], limits: Limits
) -> str | None:
    """Hold what is above the limits, except what a person approved; returns the hash of what waits then."""
    steps.run("lost_roles", "removed_records")
    if before.has_records:
        steps.run("held_by_missing_schools")
    cuts = before.cut_files.values()
    steps.run(
        "cut_files",
        files=list(before.cut_files),
        reasons=[cut.reason_code for cut in cuts],
        joint_lines=[cut.joint_line for cut in cuts],
    )
    steps.run("changes_of_accounts", "losses", "held_by_cut_files")
    steps.run_for_each("cut_ids", _last_cells(steps.db))
    steps.run("doubtful_rows", "held_by_doubtful_cells", "held_by_doubtful_people", "find_cut_files")
    if before.has_records:
        steps.run("reused_ids_of_links", "find_reused_people")
        steps.run("people_of_unsure_ids")
        steps.run("held_by_reused_ids", "held_by_contacts_of_reused_ids", "held_by_unsure_ids")
        steps.run("held_by_remaining_owners", "held_by_repeated_classes")
        steps.run("held_by_exchanged_names", least_exchanging=LEAST_EXCHANGING)
    steps.run("new_guardians", "held_by_new_guardians", guardians=limits.guardians)
    steps.run("held_by_links", "held_by_shared_contacts", link_count=limits.link_count)
    steps.run("filled_guardianships", "needed_contacts", *DEPENDENCIES)
    steps.run("parts", "guardian_schools", "held_dependents", "unlimited_holds")
    if before.has_records:
        _hold_removals(steps, before, limits)
    hold_hash, approved = _mark_held(steps, before.previous_delivery), set[str]()
    # What is left when a hold was approved has a hash of its own, which may be approved before the first one is gone.
    while hold_hash and (more := set(approved_kinds(hold_hash)) - approved):
        approved |= more
        steps.db.execute("update planned.holds set is_approved = list_contains(?, kind)", [sorted(approved)])
        hold_hash = _mark_held(steps, before.previous_delivery)
    if hold_hash:
        steps.run("waits_for")
        _run_for_each_kind(steps, "set_waits_for")
    return hold_hash


def _last_cells(db: duckdb.DuckDBPyConnection) -> list[Mapping[str, str]]:
    """The files without a last line end whose last cell is an id or an email."""
    ends = db.execute('select "file", unended_column from raw.files order by "file"').fetchall()
    return [
        {"table": name.removesuffix(".csv"), "column": column}
        for name, column in ends
        if column and column.endswith(("_id", "_email"))
    ]


def _hold_removals(steps: Steps, before: Before, limits: Limits) -> None:
    """Count what goes, and hold it where it is more than the limits allow."""
    steps.run("delivered_records", "counted_removals", "counted_records")
    shares = {"school_share": limits.school_share, "least_leaving": LEAST_LEAVING}
    steps.run("halved_schools", "moved_people", **shares)
    steps.run("removal_counts")
    for hold, removals, delivered, halves_a_school in steps.db.fetchall():
        stood = min(delivered, before.standing.get(hold, delivered))
        allowed = limits.allowed(stood, None if before.usual is None else before.usual.get(hold, 0))
        row = [hold, removals, stood, allowed, removals > allowed or halves_a_school, False]
        steps.db.execute("insert into planned.holds values (?, ?, ?, ?, ?, ?)", row)
    steps.note_rows_in("planned.holds")
    steps.run("held_by_removals", "held_by_moves")
    steps.run("held_by_exchanged_owners", least_exchanging=LEAST_EXCHANGING)
    steps.run("held_by_exchanged_places", school_share=limits.school_share, least_exchanging=LEAST_EXCHANGING)
    steps.run("held_by_filled_guardians", "held_by_exchanged_guardians")
    steps.run("held_by_passed_contacts", "held_by_joining_guardianships", "held_by_replaced_memberships")
    steps.run("dependencies_of_moved_students", "held_dependents")
    steps.run("release_former_memberships")


def _mark_held(steps: Steps, previous_delivery: int) -> str | None:
    """Mark the held changes; returns their hash, None without any."""
    if not steps.db.execute("from planned.waits limit 1").fetchall():
        return None
    steps.run("held_changes")
    _run_for_each_kind(steps, "set_held")
    steps.run("hold_hash", previous_delivery=previous_delivery)
    found = steps.db.fetchone()
    return str(found[0]) if found else None


def _pause(steps: Steps, pause: Pause | None) -> None:
    if pause == "adds_only":
        steps.run("paused_changes")
        _run_for_each_kind(steps, "set_paused")
    elif pause:
        _run_for_each_kind(steps, "set_all_paused")


def _plan_hash(steps: Steps) -> str:
    def of_kind(kind: Kind) -> str:
        changes.run_for_kind(steps.db, "planned", "hash_of_kind", kind)
        return f"{kind.name} {steps.db.fetchall()}"

    steps.run("plan_hash", changes=", ".join(map(of_kind, KINDS)))
    ((plan_hash,),) = steps.db.fetchall()
    return str(plan_hash)


def _planned(
    db: duckdb.DuckDBPyConnection, slowest_steps: str, unlisted: Mapping[str, tuple[int, int]], is_blocked: bool
) -> Planned:
    (plan,) = db.execute("select plan_hash, hold_hash, held, paused, protected, holds from planned.plans").fetchall()
    plan_hash, hold_hash, held, paused, protected, holds = plan
    go = db.execute("select \"action\", count(*) from planned.change_states where state = 'go' group by all").fetchall()
    actions = dict.fromkeys(ACTIONS, 0) | dict(go)
    return Planned(
        plan_hash, hold_hash, actions, held, paused, protected, tuple(holds), slowest_steps, unlisted, is_blocked
    )
