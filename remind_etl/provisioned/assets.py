"""`provisioned/accounts` and `provisioned/rosters`: the state the platform should have, guarded by its suites."""

import dagster as dg

from remind_etl.orchestration import checks
from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.resources import OWNERS, RETRY, Platform, Warehouse, guarded
from remind_etl.provisioned import provision
from remind_etl.warehouse.pipeline import slowest

ACCOUNTS = ["provisioned", "accounts"]
ACCOUNT_TABLES = ("accounts", "contact_points", "school_members", "guardianships")
ROSTERS = ["provisioned", "rosters"]
ROSTER_TABLES = ("classes", "class_memberships")


@dg.asset(
    key=ACCOUNTS,
    group_name="provisioned",
    kinds={"duckdb", "sql"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["valid", "teachers"], ["valid", "students"], ["mapped", "schools"]],
    retry_policy=RETRY,
    check_specs=checks.specs(ACCOUNTS, ACCOUNT_TABLES, blocking=True),
)
def accounts(context: dg.AssetExecutionContext, warehouse: Warehouse, platform: Platform) -> dg.MaterializeResult:
    """One row an account; beside it a row a contact point, a school membership, a guardian and student."""
    with guarded():
        store, district = platform.plain(), context.partition_key
        known = store.state(district, provision.KNOWN_PEOPLE)
    with warehouse.step(context) as step:
        times = provision.provision_accounts(
            step.db, known.records, lambda contacts: store.held_elsewhere(district, contacts)
        )
        rows = {name: step.rows(f"provisioned.{name}") for name in (*ACCOUNT_TABLES, "linked")}
        metadata = step.metadata(rows.pop("accounts"), **rows, slowest_steps=slowest(times))
    return dg.MaterializeResult(metadata=metadata, check_results=_judged(context, warehouse, ACCOUNTS, ACCOUNT_TABLES))


@dg.asset(
    key=ROSTERS,
    group_name="provisioned",
    kinds={"duckdb", "sql"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["valid", "classes"], ["valid", "enrollments"], ACCOUNTS],
    retry_policy=RETRY,
    check_specs=checks.specs(ROSTERS, ROSTER_TABLES, blocking=True),
)
def rosters(context: dg.AssetExecutionContext, warehouse: Warehouse, platform: Platform) -> dg.MaterializeResult:
    """One row a class, and a row a seat in it: owner, co-teacher, student. Guardians are there through the student."""
    with guarded():
        known = platform.plain().state(context.partition_key, provision.KNOWN_ROSTERS)
    with warehouse.step(context) as step:
        times = provision.provision_rosters(step.db, known.records, known.reused(step.drop_id))
        metadata = step.metadata(
            step.rows("provisioned.classes"),
            class_memberships=step.rows("provisioned.class_memberships"),
            slowest_steps=slowest(times),
        )
    return dg.MaterializeResult(metadata=metadata, check_results=_judged(context, warehouse, ROSTERS, ROSTER_TABLES))


def _judged(
    context: dg.AssetExecutionContext, warehouse: Warehouse, asset: list[str], tables: tuple[str, ...]
) -> list[dg.AssetCheckResult]:
    return [
        result
        for table in tables
        for result in checks.results(asset, table, warehouse.judge(context, "provisioned", table))
    ]


assets = [accounts, rosters]
