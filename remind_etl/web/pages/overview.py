"""A district's first page: the one thing to do next, how it stands, its schools, and its last uploads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.landed.copy import FailedLanding
from remind_etl.operations.found_problems import FoundProblems
from remind_etl.operations.school_links import WAITING
from remind_etl.operations.standings import Newest, Standing, untaken_in_words
from remind_etl.published import status
from remind_etl.published.one_file import kept_rows_of_file
from remind_etl.published.status import Status, counted
from remind_etl.published.store import Manifest
from remind_etl.schema.limits import ALL_KINDS, present_hold
from remind_etl.web.chart import HEIGHT, WIDTH, bars
from remind_etl.web.endpoints import of_district
from remind_etl.web.pages.progress import AwaitedRun, failure_of_ours, followed_run
from remind_etl.web.pages.sync_now import files_that_wait, last_taken_at
from remind_etl.web.visit import Visit, place_of_reader

COUNTS: Final = ("teachers", "students", "guardians", "classes", "class_members")
WORST_SCHOOLS: Final = 10
"""Schools that are shown."""

ASKS_FOR_SCHOOLS: Final = (Status.STALE, Status.WAITING_FOR_SCHOOLS, Status.SYNCED_WITH_ERRORS, Status.SYNCED)
"""The statuses in which nothing is more important than a school that waits."""


def show_overview(visit: Visit) -> Response:
    """What to do next, the status as one word and one sentence, the counts, the worst schools, and the last uploads."""
    standing = visit.site.standings(visit.is_operator).of(visit.district, datetime.now(UTC))
    manifest, told = standing.manifest, standing.document()
    awaited = followed_run(visit)
    untaken = visit.site.landing.failure(visit.district.district_id)
    asks_for_files = _asks_for_files(visit, standing, awaited, untaken)
    files = files_that_wait(visit) if asks_for_files else None
    place, next_step = _next_step(visit, standing, awaited, untaken)
    word, says = _state(visit, standing, awaited)
    if files:
        place, next_step = texts.NEXT_FILES_HERE if files.is_complete else texts.NEXT_FILES_BEGUN
        is_first = standing.word is Status.WAITING_FOR_FILES
        word, says = (texts.FILES_HAVE_COME, files.says) if is_first else (word, f"{says} {files.says}")
    waits = []
    schools, people = _waiting_schools(visit, manifest)
    if schools:
        waits.append(("schools", f"{counted(schools, 'school')} with {counted(people, 'person', 'people')}"))
    if holds := _undecided_holds(visit, manifest):
        waits.append(("holds", status.kinds_in_words(holds)))
    return visit.page(
        "overview.html",
        paused="",  # the status says it
        status=standing.word,
        word=word,
        says=says,
        next_place=place,
        next_step=next_step,
        asks_for_files=asks_for_files,
        files_state=("whole" if files.is_complete else "begun") if files else "",
        untaken=untaken_in_words(untaken, visit.is_operator)
        if untaken and standing.newest is not Newest.NOT_TAKEN
        else "",
        shows_run=awaited.says,
        goes_on=awaited.goes_on,
        shown_run=awaited.run_id,
        is_begun=awaited.is_begun,
        told=told,
        taken_at=last_taken_at(visit),
        counts=[(name.replace("_", " "), manifest.counts.get(name, 0)) for name in COUNTS if manifest.counts],
        waits=waits,
        schools=_worst_schools(visit, manifest),
        waiting_links=WAITING,
        **_charts_of_uploads(visit, manifest),
    )


def _asks_for_files(visit: Visit, standing: Standing, awaited: AwaitedRun, untaken: FailedLanding | None) -> bool:
    """True if an upload is the next step, so that the page looks whether one has come, and goes on to look."""
    if awaited.is_begun or untaken or failure_of_ours(visit) or _is_unread(visit, standing):
        return False
    return standing.word in (Status.WAITING_FOR_FILES, Status.STALE, Status.BLOCKED)


def _state(visit: Visit, standing: Standing, awaited: AwaitedRun) -> tuple[str, str]:
    """How the district stands, as a word and a sentence."""
    if awaited.is_first:
        return texts.FILES_HAVE_COME if awaited.is_queued else texts.BEING_READ, awaited.says
    if awaited.takes_upload and standing.word is Status.STALE:
        return texts.FILES_HAVE_COME, awaited.says
    if standing.newest is Newest.NONE and (failed := failure_of_ours(visit)):
        return texts.UPLOAD_NOT_READ, texts.RUN_FAILED.format(at=visit.at(failed.ended_at))
    return standing.word.replace("_", " "), standing.says


def _next_step(visit: Visit, standing: Standing, awaited: AwaitedRun, untaken: FailedLanding | None) -> tuple[str, str]:
    """The page of the one thing to do next, and the sentence."""
    manifest, word = standing.manifest, standing.word
    if awaited.is_first or awaited.takes_upload:
        if awaited.is_queued:
            return texts.NEXT_QUEUED
        return texts.NEXT_FIRST_RUN if awaited.is_first else texts.NEXT_READ_NOW
    if untaken and untaken.acts in texts.NEXT_UNTAKEN and not awaited.is_begun:
        return texts.NEXT_UNTAKEN[untaken.acts]
    if failed := failure_of_ours(visit):
        is_tried = awaited.is_begun
        return texts.NEXT_TRIED_AGAIN if is_tried else ("", texts.NEXT_FAILED.format(at=visit.at(failed.ended_at)))
    if _is_unread(visit, standing):
        if awaited.is_begun:
            return texts.NEXT_READ_NOW
        return texts.NEXT_UNREAD_LATER if standing.newest is Newest.PUBLISHED else texts.NEXT_UNREAD
    if word is Status.ON_HOLD and _is_all_refused(visit, manifest):
        return texts.NEXT_REFUSED
    is_approved = word is Status.ON_HOLD and _is_all_approved(visit, manifest)
    schools, people = _waiting_schools(visit, manifest)
    if schools and (people or status.waits_wholly(manifest)) and (is_approved or word in ASKS_FOR_SCHOOLS):
        if not visit.site.decisions.has_platform_schools(visit.district.district_id):
            return texts.NEXT_NO_PLATFORM_SCHOOLS
        return texts.NEXT_SCHOOLS if manifest.counts.get("accounts") else texts.NEXT[Status.WAITING_FOR_SCHOOLS]
    is_decided = is_approved or word is Status.WAITING_FOR_SCHOOLS
    return texts.NEXT_DECIDED if is_decided else texts.NEXT[word]


def _is_unread(visit: Visit, standing: Standing) -> bool:
    """True if files were taken of which no run has ended, because it is under way or was broken off."""
    if standing.newest is not Newest.PUBLISHED:
        return standing.newest is Newest.LANDED and standing.word is Status.WAITING_FOR_FILES
    arrival = visit.site.landing.arrival(visit.district.district_id)
    return arrival is not None and arrival.at > datetime.fromisoformat(standing.manifest.arrived_at)


def _waiting_schools(visit: Visit, manifest: Manifest) -> tuple[int, int]:
    """The schools that wait for a person now, and their people. Decisions since the last run count."""
    waiting = [row for row in visit.schools() if row["link"] in WAITING]
    if "schools" not in manifest.tables or any(row["people"] is None for row in waiting):
        return manifest.waiting_schools, manifest.waiting_people
    return len(waiting), sum(row["people"] for row in waiting)


def _undecided_holds(visit: Visit, manifest: Manifest) -> list[str]:
    """The kinds of changes that wait, and about which no person has decided."""
    if manifest.has_lapsed_plan:
        return []
    district, hold_hash = visit.district.district_id, manifest.hold_hash or ""
    approved = visit.site.decisions.approved_kinds(district, hold_hash)
    decided = {*approved, *visit.site.decisions.refusals(district, hold_hash)}
    return [] if ALL_KINDS in decided else [kind for kind in map(present_hold, manifest.holds) if kind not in decided]


def _is_all_approved(visit: Visit, manifest: Manifest) -> bool:
    """True if a person approved all that waits."""
    approved = visit.site.decisions.approved_kinds(visit.district.district_id, manifest.hold_hash or "")
    return {present_hold(kind) for kind in manifest.holds} <= {*approved}


def _is_all_refused(visit: Visit, manifest: Manifest) -> bool:
    """True if a person refused all that waits, so that it waits for other files."""
    if not manifest.hold_hash:
        return False
    refused = visit.site.decisions.refusals(visit.district.district_id, manifest.hold_hash).keys()
    return ALL_KINDS in refused or refused >= {present_hold(kind) for kind in manifest.holds}


def _worst_schools(visit: Visit, manifest: Manifest) -> list[dict[str, Any]]:
    """The schools that a person should look at: those with errors or alerts, or that wait; the worst first."""
    if "problems" not in manifest.tables:
        return []
    with place_of_reader():
        by_school = FoundProblems(visit.site.published, manifest).by_school()
    found = {row["school_id"]: row for row in by_school if row["errors"] or row["alerts"]}
    nothing = {"errors": 0, "alerts": 0}
    waits = dict.fromkeys(WAITING, 0)
    listed = [row for row in visit.schools() if row["school_id"] in found or row["link"] in waits]

    def place(row: dict[str, Any]) -> tuple[int, int, int, str]:
        counts = found.get(row["school_id"], nothing)
        return -counts["errors"], waits.get(row["link"], 1), -counts["alerts"], row["school_id"]

    return [{**row, **found.get(row["school_id"], nothing)} for row in nsmallest(WORST_SCHOOLS, listed, key=place)]


def _charts_of_uploads(visit: Visit, manifest: Manifest) -> dict[str, Any]:
    """The figures of the last uploads, the oldest first, and their bars."""
    rows: tuple[Mapping[str, Any], ...] = ()
    if "uploads" in manifest.tables:
        rows = kept_rows_of_file(visit.site.published.files(manifest)["uploads"])[::-1]
    series = [(name.capitalize(), [row[name] for row in rows]) for name in ("accounts", "errors")]
    charts = [(name, max(counts, default=0), bars(counts)) for name, counts in series]
    return {"uploads": rows, "charts": charts, "chart_width": WIDTH, "chart_height": HEIGHT}


ROUTES = (Route("/d/{district}", of_district(show_overview), methods=["GET"]),)
