"""What happened to the district, newest first."""

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.operations.history import History, one_line_of
from remind_etl.web.visit import Visit, of_district


def show_history(visit: Visit) -> Response:
    """The drops, deliveries, holds and decisions."""
    site = visit.site
    events = History(site.decisions, site.published, site.platform, site.landing).events(visit.district.district_id)
    part, pages = visit.part(events)
    shown = [{**event, "detail": one_line_of(event["detail"])} for event in part]
    return visit.page("history.html", events=shown, **pages)


ROUTES = (Route("/d/{district}/history", of_district(show_history), methods=["GET"]),)
