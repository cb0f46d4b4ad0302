"""What waits for a decision: removals above a limit, and other changes that a person must look at."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.errors import UsageError
from remind_etl.operations.holds import Held
from remind_etl.web.visit import Visit, of_district

MOST_OF_WHY = 500
"""Characters of the reason of a refusal."""


def show_holds(visit: Visit) -> Response:
    """The kinds that wait, with the effect of an approval in counts."""
    district = visit.district.district_id
    service = visit.site.holds(visit.who)
    held = service.held(district)
    approved = service.decisions.approved_kinds(district, held.hold_hash) if held.hold_hash else []
    return visit.page(
        "holds.html",
        hold_hash=held.hold_hash,
        kinds=[_kind(held, kind, approved) for kind in held.kinds],
        everything=held.goes(held.kinds),
        refusal=service.decisions.refusal(district, held.hold_hash) if held.hold_hash else None,
        has_lapsed=service.undone(district) is not None,
    )


def decide_holds(visit: Visit) -> Response:
    """Approve the ticked kinds, or refuse all, under exactly the hash that was shown."""
    district, service = visit.district.district_id, visit.site.holds(visit.who)
    shown, kinds = visit.text("hold_hash"), visit.texts("kind")
    is_refused, why = visit.text("decision") == "refuse", visit.text("why")
    if is_refused and not 0 < len(why) <= MOST_OF_WHY:
        return visit.back("holds", texts.NO_REASON)
    if not is_refused and not kinds:
        return visit.back("holds", texts.NOTHING_CHOSEN)
    try:
        if is_refused:
            service.refuse(district, shown, why)
            return visit.back("holds", texts.REFUSED)
        _, approved = service.approve(district, shown, kinds)
    except UsageError:
        return visit.back("holds", texts.HOLD_CHANGED)
    return visit.back("holds", texts.APPROVED.format(kinds=", ".join(approved).replace("_", " ")))


def _kind(held: Held, kind: str, approved: list[str]) -> dict[str, Any]:
    row = held.kinds[kind]
    facts = {"name": kind, "records": row["records"], "delivered": row["delivered"], "allowed": row["allowed"]}
    return facts | {"alone": held.goes([kind]), "lacking": held.lacking([kind]), "is_approved": kind in approved}


ROUTES = (
    Route("/d/{district}/holds", of_district(show_holds), methods=["GET"]),
    Route("/d/{district}/holds", of_district(decide_holds), methods=["POST"]),
)
