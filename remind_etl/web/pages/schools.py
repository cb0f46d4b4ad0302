"""Connect the schools of the files to schools of the platform."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.decided.store import SchoolLink
from remind_etl.errors import UsageError
from remind_etl.operations.school_links import EXACT
from remind_etl.published.status import counted
from remind_etl.web.visit import Visit, of_district

PAGE = 100
"""Schools on one page."""
LINKS = ("proposed", "unknown", "confirmed", "ignored", "vanished")
"""The states of a school, those that need a person first."""


def show_schools(visit: Visit) -> Response:
    """Each school beside its proposal, those that need a person first; by a word of the name, and by state."""
    rows = _rows(visit)
    counts = {link: sum(row["link"] == link for row in rows) for link in LINKS}
    asked = visit.request.query_params
    word, chosen = asked.get("q", "").strip(), asked.get("link", "")
    found = [row for row in rows if chosen in ("", row["link"]) and _has(row, word)]
    found.sort(key=lambda row: (LINKS.index(row["link"]), row["school_id"]))
    page = max(int(asked["page"]), 1) if asked.get("page", "").isdigit() else 1
    return visit.page(
        "schools.html",
        rows=found[(page - 1) * PAGE : page * PAGE],
        counts=counts,
        found=len(found),
        number=page,
        pages=max(-(-len(found) // PAGE), 1),
        word=word,
        chosen=chosen,
        exact=sum(row["link"] == "proposed" and row["reason"] in EXACT for row in rows),
        platform=visit.site.decisions.platform_schools(visit.district.district_id),
    )


def confirm_ticked(visit: Visit) -> Response:
    """Confirm the ticked proposals, exactly as they were shown, or all exact ones."""
    links = visit.site.school_links(visit.district.district_id, visit.who)
    is_every, ticked = visit.text("all") == "exact", set(visit.texts("proposal"))
    proposed = links.proposals(exact=is_every) if _rows(visit) else []
    chosen = [link for link in proposed if is_every or f"{link.school_id}\t{link.platform_school_id}" in ticked]
    confirmed, refused = links.confirm(chosen)
    said = [texts.CONFIRMED.format(schools=counted(len(confirmed), "school"))] if confirmed else []
    return visit.back("schools", " ".join([*said, *refused]) or texts.NOTHING_CHOSEN)


def choose_school(visit: Visit) -> Response:
    """Link one school to a school of the platform, or ignore it."""
    district, school = visit.district.district_id, visit.text("school")
    links = visit.site.school_links(district, visit.who)
    platform = None if visit.text("decision") == "ignore" else visit.text("platform")
    if platform == "":
        return visit.back("schools", texts.NOTHING_CHOSEN)
    try:
        name = links.name_of(school)
        link = SchoolLink(school, platform, "confirmed" if platform else "ignored", name)
        links.decisions.link_schools(district, [link], may_share=visit.text("shared") == "yes")
    except UsageError as error:
        return visit.back("schools", str(error))
    said = texts.LINKED.format(school=school, platform=platform) if platform else texts.IGNORED.format(school=school)
    return visit.back("schools", said)


def _rows(visit: Visit) -> list[dict[str, Any]]:
    """The schools; none before the first run."""
    district = visit.district.district_id
    manifest = visit.site.published.manifest(district)
    if manifest is None or "schools" not in manifest.tables:
        return []
    return visit.site.school_links(district, visit.who).rows()


def _has(row: dict[str, Any], word: str) -> bool:
    cells = (row["school_id"], row["school_name"], row["platform_school_id"], row["platform_school_name"])
    return any(word.casefold() in str(cell or "").casefold() for cell in cells)


ROUTES = (
    Route("/d/{district}/schools", of_district(show_schools), methods=["GET"]),
    Route("/d/{district}/schools/confirm", of_district(confirm_ticked), methods=["POST"]),
    Route("/d/{district}/schools/choose", of_district(choose_school), methods=["POST"]),
)
