"""The districts of a person, worst first: of an operator all."""

from datetime import UTC, datetime

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.published.status import Status
from remind_etl.web.visit import Visit, signed_in

WORST_FIRST = (
    Status.BLOCKED,
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
    """Every district with its status, or those with one status."""
    now, site, standings = datetime.now(UTC), visit.site, visit.site.standings()
    rows = []
    for district in site.decisions.districts():
        if not (visit.user and visit.user.may_see(district.district_id)):
            continue
        standing = standings.of(district, now)
        arrived_at = standing.manifest.arrived_at
        rows.append({"district": district, "status": standing.word, "says": standing.says, "arrived_at": arrived_at})
    counts = {word: sum(row["status"] is word for row in rows) for word in WORST_FIRST}
    chosen = visit.request.query_params.get("status", "")
    shown = [row for row in rows if chosen in ("", row["status"])]
    shown.sort(key=lambda row: WORST_FIRST.index(row["status"]))
    return visit.page("districts.html", rows=shown, counts=counts, chosen=chosen, every=len(rows))


ROUTES = (Route("/", signed_in(show_districts), methods=["GET"]),)
