"""`mapped/schools`: which school of the platform each school of the files feeds."""

import dagster as dg

from remind_etl.mapped.link import confirmed_by_policy, link_schools
from remind_etl.orchestration.stage_asset import stage_asset
from remind_etl.orchestration.step import RunWarehouse, district_of, guarded
from remind_etl.orchestration.stores import Decisions, FindDropInForce


@stage_asset(
    "mapped",
    deps=[["valid", "schools"], ["valid", "problems"], ["decided", "school_links"]],
    kinds={"duckdb", "sql"},
    checks=[
        dg.AssetCheckSpec(
            "every_school_is_linked",
            asset=["mapped", "schools"],
            description="A person has linked or ignored each school of the files. Other schools wait.",
        )
    ],
)
def schools(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[RunWarehouse],
    decisions: dg.ResourceParam[Decisions],
    drop_in_force: dg.ResourceParam[FindDropInForce],
) -> dg.MaterializeResult:
    """One row per school of the drop, with the platform school that it feeds after a person confirmed the link."""
    with guarded():
        district = district_of(context)
        links = [(x.school_id, x.platform_school_id, x.link, x.school_name) for x in decisions.school_links(district)]
        known, policy = decisions.platform_schools(district), decisions.district(district).link_policy
        taken_back = decisions.taken_back_schools(district)
    with warehouse.step(context) as step:
        waiting = link_schools(step.db, known, links, policy, taken_back)
        found = confirmed_by_policy(step.db)
        if found and step.drop_id == drop_in_force(district):
            decisions.keep_links(district, found)
        metadata = step.metadata(
            step.rows("mapped.schools"),
            waiting=waiting.schools,
            people_waiting=waiting.people,
            slowest_steps=waiting.slowest_steps,
        )
    check = dg.AssetCheckResult(
        passed=not waiting.schools,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"waiting": waiting.schools, "people_waiting": waiting.people},
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[check])
