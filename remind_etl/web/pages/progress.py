"""How far the newest run of a district is, and whether it has taken up the last decision."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.web.endpoints import of_district
from remind_etl.web.visit import Visit

if TYPE_CHECKING:
    from remind_etl.orchestration.health import FailedRun
    from remind_etl.orchestration.run_progress import RunProgress


def show_progress(visit: Visit) -> Response:
    """The run that is under way, or what will become of a decision. A browser without scripts asks again by itself."""
    shown = _progress(visit)
    if not shown["goes_on"]:
        visit.request.session.pop("follows", None)
    return visit.page("progress.html", **shown)


def _progress(visit: Visit) -> dict[str, Any]:
    run, decided_at = visit.site.runs().newest(visit.district.district_id), decision_not_taken_up(visit)
    done = {"run": run, "goes_on": False, "then": "", "is_soon": False}
    if run and not run.is_finished:
        is_first = visit.site.published.manifest(visit.district.district_id) is None
        then = texts.RUN_FIRST_THEN if is_first else ""
        return {**done, "goes_on": True, "says": _run_in_words(visit, run), "then": then}
    if _has_failed(run, decided_at):
        return {**done, "says": _failure_in_words(visit, run)}
    if decided_at:
        soon = visit.why_no_run_begins() or texts.RUN_BEGINS_SOON
        return {
            **done,
            "goes_on": True,
            "is_soon": True,
            "says": f"{texts.RUN_SOON.format(at=visit.at(decided_at))} {soon}",
        }
    if run is None:
        return {**done, "says": texts.RUN_NONE if visit.site.runs().does_answer else texts.RUNS_NOT_KNOWN}
    manifest = visit.site.published.manifest(visit.district.district_id)
    last = texts.RUN_LAST_PAUSED[manifest.pause] if manifest and manifest.pause else texts.RUN_LAST
    return {**done, "says": last.format(at=visit.at(run.ended_at or run.created_at))}


@dataclass(frozen=True)
class AwaitedRun:
    """A run that is under way or comes soon, of which a page must tell before anything else."""

    says: str = ""
    """Blank if there is none."""
    is_first: bool = False
    """True if the first run of the district is under way."""
    goes_on: bool = False
    """True if it has not ended, so that the page shall show itself anew until then."""
    is_begun: bool = False
    """True if it is under way, or in the queue."""
    is_queued: bool = False
    """True if it is in the queue."""
    takes_upload: bool = False
    """True if it is under way or in the queue, and was asked to take an upload that has not landed yet."""
    run_id: str = ""
    """The id of the run that the pages tell of; blank if there is none."""


def awaited_run(visit: Visit) -> AwaitedRun:
    """The run of the first files while it is under way, or the one that takes up a decision.

    Dagster is asked only of a district without results, or with such a decision.
    """
    district = visit.district.district_id
    if visit.site.published.manifest(district) is None:
        run = visit.site.runs().newest(district)
        if run is None or run.is_finished:
            return AwaitedRun()
        return AwaitedRun(_run_in_words(visit, run) if run.is_queued else texts.RUN_FIRST, is_first=True)
    decided_at = decision_not_taken_up(visit)
    if decided_at is None:
        return AwaitedRun()
    run = visit.site.runs().newest(district)
    if _has_failed(run, decided_at):
        return AwaitedRun(_failure_in_words(visit, run))
    return AwaitedRun(f"{texts.RUN_WAITS} {visit.why_no_run_begins()}".rstrip())


def followed_run(visit: Visit) -> AwaitedRun:
    """The run that a page follows until it ends: any that is in the queue or under way, or that takes up a decision."""
    progress, awaited = _progress(visit), awaited_run(visit)
    if not progress["goes_on"]:
        visit.request.session.pop("follows", None)
    run = progress["run"]
    is_begun = bool(run and not run.is_finished)
    says = progress["says"] if is_begun and not awaited.is_first else awaited.says
    return replace(
        awaited,
        says=says,
        goes_on=progress["goes_on"],
        is_begun=is_begun,
        is_queued=is_begun and run.is_queued,
        takes_upload=is_begun and _takes_upload(visit, run),
        run_id=run.run_id if run else "",
    )


def _takes_upload(visit: Visit, run: "RunProgress") -> bool:
    """True if the run was asked to take an upload, and has not taken it yet."""
    arrival = visit.site.landing.arrival(visit.district.district_id)
    return bool(run.fingerprint) and (arrival is None or arrival.fingerprint != run.fingerprint)


def failure_of_ours(visit: Visit) -> "FailedRun | None":
    """The newest run that ended, if it failed after the last results, and the district cannot mend it."""
    district = visit.district.district_id
    failed, manifest = visit.site.runs().failed(district), visit.site.published.manifest(district)
    return failed if failed and failed.is_ours(manifest.published_at if manifest else "") else None


def _has_failed(run: Any, decided_at: datetime | None) -> bool:
    """True if the run failed, and nothing was decided since it began, so that no other one comes of a decision."""
    is_failed = run is not None and run.is_finished and not run.is_success
    return is_failed and not (decided_at and decided_at > run.created_at)


def _failure_in_words(visit: Visit, run: Any) -> str:
    manifest = visit.site.published.manifest(visit.district.district_id)
    text = texts.RUN_FAILED if failure_of_ours(visit) else texts.RUN_REFUSED
    if manifest and manifest.blockers:
        text = texts.RUN_BLOCKED
    return text.format(at=visit.at(run.ended_at or run.created_at))


def _run_in_words(visit: Visit, run: "RunProgress") -> str:
    if run.is_queued:
        queued = texts.UPLOAD_QUEUED if run.fingerprint else texts.RUN_QUEUED
        return f"{queued.format(at=visit.at(run.created_at))} {visit.why_no_run_begins(is_queued=True)}".rstrip()
    begun = texts.UPLOAD_BEGUN if run.fingerprint else texts.RUN_BEGUN
    says, stage = begun.format(at=visit.at(run.started_at or run.created_at)), run.step.partition("/")[0]
    if stage not in texts.RUN_STAGES or not run.steps:
        return says
    return f"{says} {texts.RUN_STEP.format(begun=run.begun, steps=run.steps, stage=texts.RUN_STAGES[stage])}"


def decision_not_taken_up(visit: Visit) -> datetime | None:
    """When somebody decided something that no run has taken up yet; None before the first run too."""
    district = visit.district.district_id
    decided_at, manifest = visit.site.decisions.last_decided_at(district), visit.site.published.manifest(district)
    return decided_at if manifest and manifest.is_older_than(decided_at) else None


ROUTES = (Route("/d/{district}/progress", of_district(show_progress), methods=["GET"]),)
