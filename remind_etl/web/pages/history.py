"""What happened to the district, newest first."""

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.operations.history import History, one_line_of
from remind_etl.web.visit import Visit, of_district

PAGE = 100
"""Events on one page."""


def show_history(visit: Visit) -> Response:
    """The drops, deliveries, holds and decisions."""
    site = visit.site
    events = History(site.decisions, site.published, site.platform, site.landing).events(visit.district.district_id)
    pages = max(-(-len(events) // PAGE), 1)
    number = visit.number(pages)
    shown = [{**event, "detail": one_line_of(event["detail"])} for event in events[(number - 1) * PAGE : number * PAGE]]
    return visit.page("history.html", events=shown, number=number, pages=pages)


ROUTES = (Route("/d/{district}/history", of_district(show_history), methods=["GET"]),)
