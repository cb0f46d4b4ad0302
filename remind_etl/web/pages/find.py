"""Where a person or class is, and why something of them is missing. A form asks, so that no id stands in an address."""

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.explain.explain import explain_record
from remind_etl.web.visit import Visit, few, of_district

MOST_OF_ID = 200
"""Characters of an id, or of two with a slash."""


def ask_record(visit: Visit) -> Response:
    """The form."""
    return visit.page("find.html", record="", facts=[], like=[], is_asked=False)


def show_record(visit: Visit) -> Response:
    """What each stage knows of the record, with file, line and reason; ids like it if there is none."""
    district, record = visit.district.district_id, visit.text("record")
    manifest = visit.site.published.manifest(district)
    if manifest is None or not 0 < len(record) <= MOST_OF_ID:
        return visit.page("find.html", record="", facts=[], like=[], is_asked=True)
    decisions = visit.site.decisions.link_decisions(district).values()
    decided = [(made.school_id, made.decided_by, made.decided_at.isoformat()) for made in decisions]
    with few():
        explanation = explain_record(manifest, visit.site.published.files(manifest), decided, record)
    return visit.page("find.html", record=record, facts=explanation.facts, like=explanation.like, is_asked=True)


ROUTES = (
    Route("/d/{district}/find", of_district(ask_record), methods=["GET"]),
    Route("/d/{district}/find", of_district(show_record), methods=["POST"]),
)
