"""Connect the schools of the files to schools of the platform."""

import hashlib
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.decided.store import SchoolLink
from remind_etl.operations.school_links import proposed
from remind_etl.published.status import counted
from remind_etl.web.visit import Visit, of_district

LINKS = ("proposed", "unknown", "confirmed", "ignored", "vanished")
"""The states of a school, those that need a person first."""


def show_schools(visit: Visit) -> Response:
    """Each school beside its proposal, those that need a person first; by a word of the name, and by state."""
    rows = _rows(visit)
    exact = proposed(rows, exact=True)
    counts = {link: sum(row["link"] == link for row in rows) for link in LINKS}
    asked = visit.request.query_params
    word, chosen = asked.get("q", "").strip(), asked.get("link", "")
    found = [row for row in rows if chosen in ("", row["link"]) and _has(row, word)]
    found.sort(key=lambda row: (LINKS.index(row["link"]), row["school_id"]))
    part, pages = visit.part(found)
    return visit.page(
        "schools.html",
        rows=part,
        counts=counts,
        found=len(found),
        **pages,
        word=word,
        chosen=chosen,
        exact=len(exact),
        exact_mark=_mark(exact),
        platform=visit.site.decisions.platform_schools(visit.district.district_id),
    )


def confirm_ticked(visit: Visit) -> Response:
    """Confirm the ticked proposals, or all exact ones, as they were shown; what changed meanwhile stays."""
    links = visit.site.school_links(visit.district.district_id, visit.who)
    shown = set(visit.texts("proposal"))
    rows = _rows(visit)
    if exact := visit.text("exact"):
        chosen = proposed(rows, exact=True)
        if _mark(chosen) != exact:
            return visit.back("schools", texts.CHANGED.format(schools="Schools"))
    else:
        chosen = [link for link in proposed(rows) if _proposal(link) in shown]
    confirmed, refused = links.confirm(chosen)
    said = [texts.CONFIRMED.format(schools=counted(len(confirmed), "school"))] if confirmed else []
    said += [texts.NOT_ALL.format(schools=counted(len(refused), "school"))] if refused else []
    if changed := len(shown) - len(chosen) if not exact else 0:
        said.append(texts.CHANGED.format(schools=counted(changed, "school")))
    return visit.back("schools", " ".join(said) or texts.NOTHING_CHOSEN)


def choose_school(visit: Visit) -> Response:
    """Link one school to a school of the platform, or ignore it."""
    district, school = visit.district.district_id, visit.text("school")
    links = visit.site.school_links(district, visit.who)
    platform = None if visit.text("decision") == "ignore" else visit.text("platform")
    if platform == "":
        return visit.back("schools", texts.NOTHING_CHOSEN)
    known = {row["school_id"]: row["school_name"] for row in _rows(visit)}
    if school not in known:
        return visit.back("schools", texts.NO_SUCH_SCHOOL)
    if platform and platform not in links.decisions.platform_schools(district):
        return visit.back("schools", texts.NO_SUCH_PLATFORM_SCHOOL)
    feeding = [x.school_id for x in links.decisions.school_links(district) if x.platform_school_id == platform]
    may_share = visit.text("shared") == "yes"
    if platform and not may_share and (others := [other for other in feeding if other != school]):
        return visit.back("schools", texts.FEEDS_ALREADY.format(other=others[0]))
    link = SchoolLink(school, platform, "confirmed" if platform else "ignored", known[school])
    links.decisions.link_schools(district, [link], may_share)
    said = texts.LINKED.format(school=school, platform=platform) if platform else texts.IGNORED.format(school=school)
    return visit.back("schools", said)


def _rows(visit: Visit) -> list[dict[str, Any]]:
    """The schools; none before the first run."""
    district = visit.district.district_id
    manifest = visit.site.published.manifest(district)
    if manifest is None or "schools" not in manifest.tables:
        return []
    return visit.site.school_links(district, visit.who).rows()


def _proposal(link: SchoolLink) -> str:
    """A proposal as its tick box sends it."""
    return f"{link.school_id}\t{link.platform_school_id}"


def _mark(links: list[SchoolLink]) -> str:
    """Stands for exactly these proposals."""
    return hashlib.sha256("\n".join(sorted(map(_proposal, links))).encode()).hexdigest()


def _has(row: dict[str, Any], word: str) -> bool:
    cells = (row["school_id"], row["school_name"], row["platform_school_id"], row["platform_school_name"])
    return any(word.casefold() in str(cell or "").casefold() for cell in cells)


ROUTES = (
    Route("/d/{district}/schools", of_district(show_schools), methods=["GET"]),
    Route("/d/{district}/schools/confirm", of_district(confirm_ticked), methods=["POST"]),
    Route("/d/{district}/schools/choose", of_district(choose_school), methods=["POST"]),
)
