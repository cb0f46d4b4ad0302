"""What happened to the district, newest first, and the reports of its runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.operations.history import History
from remind_etl.published.store import KeptReport, page_of_report
from remind_etl.schema.records import ACTIONS
from remind_etl.web.endpoints import of_district
from remind_etl.web.event_words import event_words
from remind_etl.web.markdown import as_html
from remind_etl.web.visit import PAGE, Visit


def show_history(visit: Visit) -> Response:
    """The uploads, deliveries, waiting changes and decisions."""
    site, district = visit.site, visit.district.district_id
    runs_under_way = site.runs().under_way
    number = visit.page_number
    history = History(site.decisions, site.published, site.platform, site.landing, runs_under_way)
    events = history.events(district, number * PAGE + 1)  # one more tells whether there is another page
    number = min(number, max(-(-len(events) // PAGE), 1))
    shown = [
        {
            **event,
            "words": event_words(_with_email(visit, event)),
            "report": event.get("report"),
            "can_undo": event["event"] == "delivery" and _can_be_undone(event["detail"]),
        }
        for event in events[(number - 1) * PAGE : number * PAGE]
    ]
    return visit.page("history.html", events=shown, page_number=number, has_more=len(events) > number * PAGE)


def _can_be_undone(detail: Mapping[str, Any]) -> bool:
    """True if a delivery changed something, was not undone as a whole, and is no undoing itself."""
    return not {"undoes", "undone_by"} & detail.keys() and any(detail.get(action) for action in ACTIONS)


def _with_email(visit: Visit, event: dict[str, Any]) -> dict[str, Any]:
    """The event with the email of the administrator that it is about. The log has numbers of people only."""
    if (number := event["detail"].get("user")) is None:
        return event
    user = visit.site.decisions.page_user(number)
    return {**event, "detail": {**event["detail"], "email": user.email if user else texts.FORMER_USER}}


def show_report(visit: Visit) -> Response:
    """The report of a run, as it was when the run ended."""
    report, packed = _kept_report(visit)
    if not report or not packed:
        return visit.back("history")
    return visit.page("report.html", report=report, text=as_html(page_of_report(packed)))


def send_kept_report(visit: Visit) -> Response:
    """The same report with all rows to fix, as a zip."""
    report, packed = _kept_report(visit)
    if not report or not packed:
        return visit.back("history")
    return FileResponse(packed, media_type="application/zip", filename=f"report-{report.drop_id}.zip")


def _kept_report(visit: Visit) -> tuple[KeptReport | None, Path | None]:
    """The report that the address asks for, and its zip; nothing if it is not kept."""
    published, district = visit.site.published, visit.district.district_id
    asked = visit.request.query_params.get("report", "")
    report = next((report for report in published.kept_reports(district) if report.name == asked), None)
    return report, published.kept_report(district, report) if report else None


ROUTES = (
    Route("/d/{district}/history", of_district(show_history), methods=["GET"]),
    Route("/d/{district}/history/report", of_district(show_report), methods=["GET"]),
    Route("/d/{district}/history/report.zip", of_district(send_kept_report), methods=["GET"]),
)
