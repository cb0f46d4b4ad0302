"""`mapped/schools`: which school of the platform each school of the files feeds."""

import dagster as dg

from remind_etl.mapped.link import confirmed_by_policy, link_schools
from remind_etl.operations.in_force import drop_in_force
from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.resources import OWNERS, RETRY, Decisions, Landing, Platform, Warehouse, guarded


@dg.asset(
    key_prefix="mapped",
    group_name="mapped",
    kinds={"duckdb", "sql"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["valid", "schools"], ["valid", "problems"], ["decided", "school_links"]],
    retry_policy=RETRY,
    check_specs=[
        dg.AssetCheckSpec(
            "every_school_is_linked",
            asset=["mapped", "schools"],
            description="A person confirmed the platform school of each school, or ignored it. The rest wait.",
        )
    ],
)
def schools(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    decisions: Decisions,
    landing: Landing,
    platform: Platform,
) -> dg.MaterializeResult:
    """One row a school of the drop, with the platform school it feeds once a person confirmed it."""
    with guarded():
        store, district = decisions.plain(), context.partition_key
        links = [(x.school_id, x.platform_school_id, x.link, x.school_name) for x in store.school_links(district)]
        known, policy = store.platform_schools(district), store.district(district).link_policy
    with warehouse.step(context) as step:
        waiting = link_schools(step.db, known, links, policy)
        found = confirmed_by_policy(step.db)
        if found and step.drop_id == drop_in_force(landing.plain(), platform.plain(), district):
            store.keep_links(district, found)
        metadata = step.metadata(step.rows("mapped.schools"), waiting=waiting.schools, people_waiting=waiting.people)
    check = dg.AssetCheckResult(
        passed=not waiting.schools,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"waiting": waiting.schools, "people_waiting": waiting.people},
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[check])
