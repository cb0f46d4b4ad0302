"""`provisioned/accounts` and `provisioned/rosters`: the state the platform should have, guarded by its suites."""

from functools import partial

import dagster as dg

from remind_etl.orchestration import checks
from remind_etl.orchestration.stage_asset import stage_asset
from remind_etl.orchestration.step import RunWarehouse, district_of, guarded
from remind_etl.orchestration.stores import Decisions, Platform
from remind_etl.provisioned import provision
from remind_etl.warehouse.pipeline import slowest_steps

ACCOUNTS = ["provisioned", "accounts"]
ACCOUNT_TABLES = ("accounts", "contact_points", "school_members", "guardianships")
ROSTERS = ["provisioned", "rosters"]
ROSTER_TABLES = ("classes", "class_memberships")


@stage_asset(
    *ACCOUNTS,
    deps=[["valid", "teachers"], ["valid", "students"], ["mapped", "schools"]],
    kinds={"duckdb", "sql"},
    sql=[
        *provision.PEOPLE,
        *provision.CLAIMS,
        *provision.RECOGNITION,
        *provision.ACCOUNT_STEPS,
        *provision.ACCOUNT_PROBLEMS,
    ],
    checks=checks.specs(ACCOUNTS, ACCOUNT_TABLES, blocking=True),
)
def accounts(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[RunWarehouse],
    platform: dg.ResourceParam[Platform],
    decisions: dg.ResourceParam[Decisions],
) -> dg.MaterializeResult:
    """One row per account. Other tables have the contact points, the school members and the guardianships."""
    with guarded():
        district = district_of(context)
        known = platform.state(district, provision.KNOWN_PEOPLE)
        held, taken_back = partial(platform.held_elsewhere, district), decisions.taken_back_links(district)
        links_anywhere = platform.links_anywhere()
    with warehouse.step(context) as step:
        outside = provision.Outside(held, known.linked, taken_back, links_anywhere)
        times = provision.provision_accounts(step.db, known.records, outside)
        rows = {name: step.rows(f"provisioned.{name}") for name in (*ACCOUNT_TABLES, "linked")}
        rows |= provision.outside_counts(step.db)
        metadata = step.metadata(rows.pop("accounts"), **rows, slowest_steps=slowest_steps(times))
    return dg.MaterializeResult(metadata=metadata, check_results=_judged(context, warehouse, ACCOUNTS, ACCOUNT_TABLES))


@stage_asset(
    *ROSTERS,
    deps=[["valid", "classes"], ["valid", "enrollments"], ACCOUNTS],
    kinds={"duckdb", "sql"},
    sql=provision.ROSTER_STEPS,
    checks=checks.specs(ROSTERS, ROSTER_TABLES, blocking=True),
)
def rosters(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[RunWarehouse],
    platform: dg.ResourceParam[Platform],
) -> dg.MaterializeResult:
    """One row per class, and one per membership: owner, co-teacher or student. Guardians come through their student."""
    with guarded():
        known = platform.state(district_of(context), provision.KNOWN_ROSTERS)
    with warehouse.step(context) as step:
        times = provision.provision_rosters(step.db, known.records, known.reused(step.drop_id))
        metadata = step.metadata(
            step.rows("provisioned.classes"),
            class_memberships=step.rows("provisioned.class_memberships"),
            slowest_steps=slowest_steps(times),
        )
    return dg.MaterializeResult(metadata=metadata, check_results=_judged(context, warehouse, ROSTERS, ROSTER_TABLES))


def _judged(
    context: dg.AssetExecutionContext, warehouse: RunWarehouse, asset: list[str], tables: tuple[str, ...]
) -> list[dg.AssetCheckResult]:
    with warehouse.step(context) as step:
        return [
            result
            for table in tables
            for result in checks.results(context, asset, table, warehouse.validate_table(step, "provisioned", table))
        ]


assets = [accounts, rosters]
