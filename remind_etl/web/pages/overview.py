"""A district's first page: how it stands, and the one thing to do next."""

from datetime import UTC, datetime

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.published import status
from remind_etl.published.status import counted
from remind_etl.web.visit import Visit, of_district

COUNTS = ("teachers", "students", "guardians", "classes", "class_members")


def show_overview(visit: Visit) -> Response:
    """The status as one word and one sentence, what to do next, the last upload and delivery, and the counts."""
    site, district, now = visit.site, visit.district.district_id, datetime.now(UTC)
    manifest = site.published.manifest(district)
    is_paused = site.decisions.pause_of(district, now) is not None
    word = status.decide(manifest, now, is_paused)
    place, next_step = texts.NEXT[word]
    waits = []
    if manifest and manifest.waiting_schools:
        people = counted(manifest.waiting_people, "person", "people")
        waits.append(("schools", f"{counted(manifest.waiting_schools, 'school')} with {people}"))
    if manifest and manifest.holds:
        waits.append(("holds", status.held(manifest.holds)))
    return visit.page(
        "overview.html",
        status=word,
        says=status.sentence(manifest, now, is_paused),
        next_place=place,
        next_step=next_step,
        manifest=manifest,
        counts=[(name.replace("_", " "), manifest.counts.get(name, 0)) for name in COUNTS] if manifest else [],
        problems=manifest.problems if manifest else {},
        waits=waits,
        delivery=site.platform.last_delivery(district),
    )


ROUTES = (Route("/d/{district}", of_district(show_overview), methods=["GET"]),)
