"""What operators alone do to a district: pause it, and end the pause."""

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.web.endpoints import of_operator
from remind_etl.web.visit import Visit


def pause_district(visit: Visit) -> Response:
    """Let all changes of the district wait, or only those that take something away; or end the pause."""
    district, decisions = visit.district.district_id, visit.site.deciding_as(visit.who)
    what = visit.text("what")
    if what not in ("all", "adds_only", "nothing"):
        return visit.back("", texts.NOTHING_CHOSEN)
    if what == "nothing":
        decisions.resume(district)
        return visit.back("", texts.RESUMED)
    decisions.pause(district, None, adds_only=what == "adds_only")
    return visit.back("", texts.PAUSED)


ROUTES = (Route("/d/{district}/pause", of_operator(pause_district), methods=["POST"]),)
