"""The districts of a person, worst first: of an operator all. First of all come those whose last run failed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.operations.all_standings import AllStandings
from remind_etl.operations.standings import Standing
from remind_etl.published.status import Status
from remind_etl.schema.district_id import DistrictId
from remind_etl.web.endpoints import signed_in
from remind_etl.web.visit import Visit

WORST_FIRST: Final = (
    Status.BLOCKED,
    Status.UNDONE,
    Status.ON_HOLD,
    Status.WAITING_FOR_SCHOOLS,
    Status.UNPUBLISHED,
    Status.STALE,
    Status.SYNCED_WITH_ERRORS,
    Status.PAUSED,
    Status.WAITING_FOR_FILES,
    Status.SYNCED,
)


def show_districts(visit: Visit) -> Response:
    """Every district with its status, or those with one status or like a name, a page of them."""
    standings, asked = _standings_of_person(visit), visit.request.query_params
    word, chosen = asked.get("q", "").strip(), asked.get("status", "")
    like = [standing for standing in standings if _has_name_or_id(standing, word)] if word else standings
    of_word: dict[Status, list[Standing]] = {status: [] for status in WORST_FIRST}
    for standing in like:
        of_word[standing.word].append(standing)
    counts = {status: len(of_status) for status, of_status in of_word.items()}
    found = [standing for status in WORST_FIRST if chosen in ("", status) for standing in of_word[status]]
    failed = _failed_of_us(visit, found)
    found.sort(key=lambda standing: standing.district.district_id not in failed)
    part, pages = visit.page_of(found)
    return visit.page(
        "districts.html",
        silent_since=visit.daemon_silent_since,
        rows=part,
        failed=failed,
        counts=counts,
        chosen=chosen,
        word=word,
        every=len(like),
        is_any=bool(standings),
        found=len(found),
        **pages,
    )


def _failed_of_us(visit: Visit, standings: Iterable[Standing]) -> dict[DistrictId, str]:
    """When the last run of a district failed, if we must act."""
    failed = visit.site.runs().failed_of_all()
    return {
        (name := standing.district.district_id): failed[name].ended_at
        for standing in standings
        if (run := failed.get(standing.district.district_id)) and run.is_ours(standing.manifest.published_at)
    }


def _has_name_or_id(standing: Standing, word: str) -> bool:
    """True if the district's name or id has the word."""
    return word.casefold() in f"{standing.district.name}\n{standing.district.district_id}".casefold()


def _standings_of_person(visit: Visit) -> list[Standing]:
    """How the districts of the person stand."""
    user = visit.user
    if user and user.is_operator:
        every: AllStandings = visit.request.app.state.standings
        return list(every.newest())
    rules, now = visit.site.standings(visit.is_operator), datetime.now(UTC)
    return [rules.of(visit.site.decisions.district(name), now) for name in (user.districts if user else ())]


ROUTES = (Route("/", signed_in(show_districts), methods=["GET"]),)
