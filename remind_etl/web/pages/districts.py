"""The districts of a person, worst first: of an operator all."""

from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.operations.all_standings import AllStandings
from remind_etl.operations.standings import Standing
from remind_etl.published.status import Status
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
_PLACE: Final = {word: place for place, word in enumerate(WORST_FIRST)}


def show_districts(visit: Visit) -> Response:
    """Every district with its status, or those with one status or like a name, a page of them."""
    standings, asked = _standings(visit), visit.request.query_params
    word, chosen = asked.get("q", "").strip(), asked.get("status", "")
    like = [x for x in standings if word.casefold() in f"{x.district.name}\n{x.district.district_id}".casefold()]
    counts = dict.fromkeys(WORST_FIRST, 0)
    for standing in like:
        counts[standing.word] += 1
    found = [standing for standing in like if chosen in ("", standing.word)]
    found.sort(key=lambda standing: _PLACE[standing.word])
    part, pages = visit.part(found)
    return visit.page(
        "districts.html",
        rows=part,
        counts=counts,
        chosen=chosen,
        word=word,
        every=len(like),
        is_any=bool(standings),
        found=len(found),
        **pages,
    )


def _standings(visit: Visit) -> list[Standing]:
    """How the districts of the person stand."""
    user = visit.user
    if user and user.is_operator:
        every: AllStandings = visit.request.app.state.standings
        return list(every.newest())
    rules, now = visit.site.standings(), datetime.now(UTC)
    return [rules.of(visit.site.decisions.district(name), now) for name in (user.districts if user else ())]


ROUTES = (Route("/", signed_in(show_districts), methods=["GET"]),)
