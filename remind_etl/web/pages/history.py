"""What happened to the district, newest first."""

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.operations.history import History
from remind_etl.web.endpoints import of_district
from remind_etl.web.event_words import event_words
from remind_etl.web.visit import Visit


def show_history(visit: Visit) -> Response:
    """The uploads, deliveries, waiting changes and decisions."""
    site, district = visit.site, visit.district.district_id
    events = History(site.decisions, site.published, site.platform, site.landing).events(district)
    part, pages = visit.part(events)
    manifest = site.published.manifest(district)
    newest = manifest.drop_id if manifest and manifest.report else None
    shown = [
        {
            **event,
            "words": event_words(event),
            "has_report": event["event"] == "drop" and event["what"] == newest,
            "can_undo": event["event"] == "delivery" and "undoes" not in event["detail"],
        }
        for event in part
    ]
    return visit.page("history.html", events=shown, **pages)


ROUTES = (Route("/d/{district}/history", of_district(show_history), methods=["GET"]),)
