"""What operators alone do to a district: pause it, run it again, set its limits, and undo a delivery."""

import re
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pyarrow.parquet as pq
from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.catalogue.listed import listed_in_words
from remind_etl.decided.districts import MOST_OF_NAME, needs_run, read_settings
from remind_etl.decided.pauses import mark_of_pause
from remind_etl.errors import DecidedMeanwhile, ResultsMissing, TransientError, UsageError
from remind_etl.operations.limits_rehearsal import rehearse_limits
from remind_etl.schema import limits
from remind_etl.web.endpoints import of_operator
from remind_etl.web.event_words import action_words
from remind_etl.web.rendering import as_field
from remind_etl.web.visit import Visit, place_of

SETTINGS: Final = ("name", "region", "link_policy", "quiet_seconds", "time_zone")
WAS: Final = {name: f"was_{name}" for name in (*SETTINGS, *limits.NAMES)}
"""The fields with the values that the page showed, by the names of the fields that may be changed."""

UNDOINGS: Final = threading.BoundedSemaphore(1)
"""To plan an undoing takes memory as a run does: one at a time."""


def show_operate(visit: Visit) -> Response:
    """Everything that operators do to the district."""
    return _operate_page(visit)


def pause_district(visit: Visit) -> Response:
    """Let all changes of the district wait, or only those that take something away; or end the pause."""
    district, decisions = visit.district.district_id, visit.site.deciding_as(visit.who)
    what = visit.text("what")
    if what not in ("all", "adds_only", "nothing"):
        return visit.back("operate", texts.NOTHING_CHOSEN)
    try:
        if what == "nothing":
            decisions.resume(district, visit.was)
            return visit.back("operate", texts.RESUMED, starts_run=True)
        decisions.pause(district, None, what == "adds_only", visit.was)
    except DecidedMeanwhile:
        return visit.back("operate", texts.PAUSE_CHANGED_MEANWHILE)
    return visit.back("operate", texts.PAUSED if what == "all" else texts.PAUSED_BUT_ADDITIONS)


def run_again(visit: Visit) -> Response:
    """Ask for a run of all steps."""
    visit.site.deciding_as(visit.who).ask_for_run(visit.district.district_id)
    return visit.back("operate", texts.RUN_ASKED if visit.has_files else texts.RUN_NEEDS_FILES, starts_run=True)


def change_settings(visit: Visit) -> Response:
    """Save settings and limits, or show first what these limits would have held.

    Values that the person did not touch stay, also if the page showed other ones than there are now. Of those that
    somebody else changed meanwhile, none is saved.
    """
    names = [name for name in WAS if name in visit.form]
    was = {name: visit.text(WAS[name]) for name in names}
    sent = {name: visit.text(name) for name in names}
    wanted = {name: text for name, text in sent.items() if text not in (was[name], as_field(was[name]))}
    seen = {name: was[name] for name in wanted}
    try:
        if visit.text("what") == "try":
            tried, _ = read_settings(visit.district, wanted)
            return _operate_page(visit, wanted, seen, rehearsal=_rehearse_in_words(visit, tried))
        if wanted:
            visit.site.deciding_as(visit.who).set_district(visit.district.district_id, wanted, was)
    except DecidedMeanwhile as error:
        said = texts.SETTINGS_CHANGED_MEANWHILE.format(names=listed_in_words(error.changed))
        return _operate_page(visit, {n: text for n, text in wanted.items() if n not in error.changed}, wrong=said)
    except ResultsMissing:
        raise
    except UsageError as error:
        return _operate_page(visit, wanted, seen, wrong=str(error))
    starts_run = needs_run(wanted)
    saved = texts.SAVED if visit.has_files or not starts_run else texts.SAVED_BEFORE_FILES
    return visit.back("operate", saved if wanted else texts.NOTHING_CHOSEN, starts_run=starts_run)


def ask_undo(visit: Visit) -> Response:
    """What an undoing would bring back, as the command shows it; or do it, if it is what was shown."""
    number = visit.text("delivery")
    if not re.fullmatch("[0-9]{1,9}", number):
        return visit.back("history", texts.NOTHING_CHOSEN)
    service, district = visit.site.undo_service(visit.who), visit.district.district_id
    and_later, removals_only = visit.text("later") == "yes", visit.text("removals") == "yes"
    shown, seen = visit.text("plan"), ""

    def agreed(undoing: Any) -> bool:
        nonlocal seen
        seen = undoing.plan.plan_hash
        return bool(shown) and shown == seen

    try:
        with place_of(UNDOINGS):
            chosen = service.chosen(district, int(number), and_later, removals_only)
            undone = service.undo(district, chosen, agreed)
    except (UsageError, TransientError) as error:
        return visit.back("history", str(error))
    if undone.done:
        text = texts.UNDONE if chosen.undoes == chosen.undoes_to else texts.UNDONE_RANGE
        said = text.format(number=chosen.undoes, to=chosen.undoes_to, as_delivery=undone.as_delivery)
        return visit.back("history", f"{said} {texts.AFTER_UNDO[visit.pause]}")
    plan, left = undone.undoing.plan.counts, undone.undoing.left
    if not plan and not left:
        return visit.back("history", texts.NOTHING_TO_UNDO)
    return visit.page(
        "undo.html",
        number_of=number,
        first=chosen.undoes,
        last=chosen.undoes_to,
        and_later=and_later,
        removals_only=removals_only,
        plan_hash=seen if plan else "",
        changed=texts.UNDO_CHANGED if shown else "",
        after=texts.AFTER_UNDO[visit.pause],
        is_before_run=bool((run := visit.site.runs().newest(district)) and run.is_queued),
        actions=action_words(plan),
        takes_away=any(actions.get("remove") for actions in plan.values()),
        left=[(texts.NOUNS[kind], reason, n) for kind, reasons in left.items() for reason, n in reasons.items()],
        later=list(undone.undoing.later),
    )


def _rehearse_in_words(visit: Visit, tried: limits.Limits) -> str:
    published, district = visit.site.published, visit.district.district_id
    manifest = published.manifest(district)
    if manifest is None or "plans" not in manifest.tables:
        return texts.NO_PLANS
    done = rehearse_limits(pq.read_table(published.file(district, "plans")).to_pylist(), tried)
    return texts.REHEARSED.format(would=done.would_be_held, drops=done.drops, waited=done.were_held)


def _operate_page(
    visit: Visit,
    wanted: Mapping[str, str] = MappingProxyType({}),
    was: Mapping[str, str] = MappingProxyType({}),
    wrong: str = "",
    rehearsal: str = "",
) -> Response:
    """The page with the present settings, but for what the person `wanted` to put in the place of what it `was`."""
    present = visit.site.decisions.district(visit.district.district_id).texts
    pause = visit.site.pause_of(visit.district.district_id)
    return visit.page(
        "operate.html",
        daemon_trouble=visit.daemon_trouble,
        values={**present, **wanted},
        was={**present, **was},
        wrong=wrong,
        rehearsal=rehearsal,
        most_of_name=MOST_OF_NAME,
        limits=limits.NAMES,
        settings=SETTINGS,
        pause=pause,
        mark_of_pause=mark_of_pause(pause),
    )


ROUTES = (
    Route("/d/{district}/operate", of_operator(show_operate), methods=["GET"]),
    Route("/d/{district}/operate/pause", of_operator(pause_district), methods=["POST"]),
    Route("/d/{district}/operate/run", of_operator(run_again), methods=["POST"]),
    Route("/d/{district}/operate/settings", of_operator(change_settings), methods=["POST"]),
    Route("/d/{district}/operate/undo", of_operator(ask_undo), methods=["POST"]),
)
