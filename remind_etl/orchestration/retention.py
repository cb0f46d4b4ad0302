"""Job `retention` deletes data that is older than the settings allow; the newest of each district stays."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered import erase as erase_delivered
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.state_copy import StateCopies
from remind_etl.files.temporary import sweep_temporary
from remind_etl.landed import erase as erase_landed
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.in_force import drop_in_force
from remind_etl.orchestration.instance import runs_of
from remind_etl.orchestration.outcome import recorded
from remind_etl.orchestration.step import guarded
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.connection import Warehouse

FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
PAGE = 200

LONGEST_RUN: Final = timedelta(days=1)
"""What a run made may be of a run that is under way, unless it is older than this."""


@dg.op
@recorded
def delete_what_is_old(
    context: dg.OpExecutionContext,
    decisions: dg.ResourceParam[DecisionStore],
    landing: dg.ResourceParam[LandingStore],
    publications: dg.ResourceParam[Published],
    platform: dg.ResourceParam[PlatformStore],
) -> None:
    """Delete drops, published versions, reports, changes kept for undo, SFTP events, and runs; counts are metadata.

    What killed processes left goes too, on this machine.
    """
    now = datetime.now(UTC)
    before = now - timedelta(days=settings.read().keep_days)
    with guarded():
        districts = decisions.district_ids()
        copies = StateCopies(settings.home().state)
        drops = versions = reports = 0
        for district in districts:
            keep = {drop_in_force(landing, platform, district)} if landing.drops(district) else set()
            drops += erase_landed.prune(landing, district, before, keep, now)
            versions += publications.prune(district, before)
            reports += publications.prune_reports(district, before)
            publications.sweep(district, now - LONGEST_RUN)
            copies.sweep(district, now - LONGEST_RUN)
        Warehouse(settings.home().warehouse).sweep()
        sweep_temporary()
        changes = erase_delivered.prune(platform, before)
        events = decisions.prune_sftp_audit(now)
        keep_runs = timedelta(days=settings.read().keep_runs_days)
        runs = prune_runs(context.instance, now - keep_runs, districts)
    counts = {
        "drops": drops,
        "published_versions": versions,
        "reports": reports,
        "changes": changes,
        "sftp_events": events,
        "runs": runs,
    }
    context.add_output_metadata(counts)


def prune_runs(instance: dg.DagsterInstance, before: datetime, districts: Iterable[DistrictId]) -> int:
    """Delete runs that ended and were made before the moment, but for the newest of each district; how many."""
    newest = {run.run_id for district in districts for run in runs_of(instance, district, limit=1)}
    old = dg.RunsFilter(statuses=FINISHED, created_before=before)
    deleted, cursor = 0, None
    while page := instance.get_runs(old, limit=PAGE, cursor=cursor):
        going = [run.run_id for run in page if run.run_id not in newest]
        staying = [run.run_id for run in page if run.run_id in newest]
        for run_id in going:
            delete_run(instance, run_id)
        deleted += len(going)
        cursor = staying[-1] if staying else cursor
        if not going and len(page) < PAGE:
            break
    return deleted


def delete_run(instance: dg.DagsterInstance, run_id: str) -> None:
    """Delete a run with its events and what its process printed."""
    instance.compute_log_manager.delete_logs(prefix=[run_id])
    instance.delete_run(run_id)


@dg.job(name="retention", executor_def=dg.in_process_executor)
def retention() -> None:
    """Deletes drops, published versions, reports, changes kept for undo, SFTP events, and runs that are too old."""
    delete_what_is_old()
