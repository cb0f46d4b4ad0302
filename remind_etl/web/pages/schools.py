"""Connect the schools of the files to schools of the platform."""

import hashlib
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.decided.store import SchoolLink
from remind_etl.errors import DecidedMeanwhile, UsageError
from remind_etl.operations.school_links import SchoolLinks, proposed
from remind_etl.published.status import counted
from remind_etl.web.endpoints import of_district, of_results
from remind_etl.web.pages.progress import awaited_run
from remind_etl.web.visit import Visit

LINKS = tuple(texts.LINKS)
"""The states of a school, those that need a person first."""


def show_schools(visit: Visit) -> Response:
    """Each school beside its proposal, those that need a person first; by a word of the name, and by state."""
    rows = visit.schools()
    exact = proposed(rows, exact=True)
    counts = {link: sum(row["link"] == link for row in rows) for link in LINKS}
    asked = visit.request.query_params
    word, chosen = asked.get("q", "").strip(), asked.get("link", "")
    found = [row for row in rows if chosen in ("", row["link"]) and _has_word(row, word)]
    found.sort(key=lambda row: (LINKS.index(row["link"]), -(row["people"] or 0), row["school_id"]))
    part, pages = visit.page_of(found)
    return visit.page(
        "schools.html",
        rows=part,
        any=visit.site.decisions.has_platform_schools(visit.district.district_id),
        counts=counts,
        found=len(found),
        **pages,
        word=word,
        chosen=chosen,
        exact=len(exact),
        exact_says=texts.EXACT_SCHOOLS.format(schools=counted(len(exact), "school"), people=_people_of(rows, exact)),
        exact_mark=_digest_of(exact),
        awaited=(awaited := awaited_run(visit)),
        shows_run=awaited.says,
    )


def confirm_ticked(visit: Visit) -> Response:
    """Confirm the ticked proposals, or all exact ones, as they were shown; what changed meanwhile stays.

    The form is sent twice: first for a page that tells what a confirmation does, then to confirm.
    """
    shown, exact, rows = set(visit.ticked("proposal")), visit.text("exact"), visit.schools()
    if exact:
        chosen = proposed(rows, exact=True)
        if not chosen:
            return visit.back("schools", texts.NO_EXACT_SCHOOLS)
        if _digest_of(chosen) != exact:
            return visit.back("schools", texts.CHANGED.format(schools="Schools"))
    else:
        chosen = [link for link in proposed(rows) if _proposal_value(link) in shown]
    already = shown & _connected(rows)
    changed = len(shown) - len(chosen) - len(already) if not exact else 0
    if not chosen and already and not changed:
        schools = "1 school is" if len(already) == 1 else f"{len(already):,} schools are"
        return visit.back("schools", texts.ALREADY_CONNECTED.format(schools=schools))
    if not chosen and not changed:
        return visit.back("schools", texts.NOTHING_CHOSEN)
    if visit.text("sure") != "yes" and not changed:
        schools, ids = counted(len(chosen), "school"), {link.school_id for link in chosen}
        return visit.page(
            "schools_confirm.html",
            schools=schools,
            says=texts.BEFORE_CONFIRMING.format(people=_people_of(rows, chosen), when=visit.when()),
            rows=[row for row in rows if row["school_id"] in ids],
            exact=exact,
            proposals=[] if exact else map(_proposal_value, chosen),
        )
    confirmed, refused = visit.site.school_links(visit.district.district_id, visit.who).confirm(
        chosen if visit.text("sure") == "yes" else []
    )
    people = _people_of(rows, confirmed)
    said = [texts.CONFIRMED.format(schools=counted(len(confirmed), "school"), people=people, when=visit.when())]
    said = said if confirmed else []
    said += [texts.NOT_ALL.format(schools=counted(len(refused), "school"))] if refused else []
    stale = texts.CHANGED_OTHERS if confirmed else texts.CHANGED
    said += [stale.format(schools=counted(changed, "school"))] if changed else []
    return visit.back("schools", " ".join(said), starts_run=bool(confirmed))


def ask_school(visit: Visit) -> Response:
    """One school, and the platform's schools that it could feed, by a word of their names."""
    return _choose_page(visit)


def _choose_page(visit: Visit, chosen: str = "", shared_says: str = "") -> Response:
    """The page of `ask_school`, perhaps with a choice that was made and what must be confirmed of it."""
    asked, links = visit.request.query_params, visit.site.school_links(visit.district.district_id, visit.who)
    rows, word = {row["school_id"]: row for row in visit.schools()}, asked.get("q", "").strip()
    school = visit.text("school") if chosen else asked.get("school", "")
    row, platform = rows.get(school), links.decisions.platform_schools(links.district)
    feeding: dict[str, list[str]] = {}
    decided = links.decisions.school_links(links.district)
    for link in decided:
        if link.platform_school_id and row and link.school_id != row["school_id"]:
            feeding.setdefault(link.platform_school_id, []).append(link.school_name or link.school_id)
    found = [(i, name) for i, name in platform.items() if word.casefold() in f"{name}\n{i}".casefold()]
    chosen = chosen or str((row and row["platform_school_id"]) or "")
    found.sort(key=lambda pair: (pair[0] != chosen, pair[1].casefold()))
    part, pages = visit.page_of(found)
    shown = [(i, name, ", ".join(feeding.get(i, []))) for i, name in part]
    was = next((link.mark for link in decided if link.school_id == school), "")
    return visit.page(
        "schools_choose.html",
        row=row,
        rows=shown,
        any=bool(platform),
        word=word,
        was=was,
        chosen=chosen,
        shared_says=shared_says,
        **pages,
    )


def choose_school(visit: Visit) -> Response:
    """Link one school to a school of the platform, ignore it, or take back what was decided about it.

    If it is connected already, the form is sent twice: first for a page that tells how many people are concerned. A
    decision that was made since the page was shown stays.
    """
    district, school = visit.district.district_id, visit.text("school")
    links, decision = visit.site.school_links(district, visit.who), visit.text("decision")
    row = next((row for row in visit.schools() if row["school_id"] == school), None)
    if row is None:
        return visit.back("schools", texts.SCHOOL_NOT_SENT)
    was, connected = visit.was, row["platform_school_id"] if row["link"] == "confirmed" else None
    must_ask = was.startswith("confirmed") and visit.text("sure") != "yes"
    if decision == "take back":
        return _ask_to_change(visit, row, was, decision) if must_ask else _take_back(visit, links, school)
    platform = None if decision == "ignore" else visit.text("platform")
    if platform == "":
        return visit.back("schools", texts.NOTHING_CHOSEN)
    if platform and platform not in links.decisions.platform_schools(district):
        return visit.back("schools", texts.NO_SUCH_PLATFORM_SCHOOL)
    if platform and platform == connected:
        return visit.back("schools", texts.CONNECTED_SO.format(school=school, platform=platform))
    feeding = [link.school_id for link in links.decisions.school_links(district) if link.platform_school_id == platform]
    may_share = visit.text("shared") == "yes"
    if platform and not may_share and (others := [other for other in feeding if other != school]):
        return _choose_page(visit, platform, texts.FEEDS_ALREADY.format(other=others[0]))
    if must_ask:
        return _ask_to_change(visit, row, was, decision, platform)
    link = SchoolLink(school, platform, "confirmed" if platform else "ignored", row["school_name"])
    try:
        links.decisions.link_schools(district, [link], may_share, {school: was})
    except DecidedMeanwhile:
        return visit.back("schools", texts.DECIDED_MEANWHILE.format(school=school))
    except UsageError:  # another person was faster
        return visit.back("schools", texts.TAKEN_MEANWHILE.format(platform=platform))
    said = texts.LINKED.format(school=school, platform=platform) if platform else texts.IGNORED.format(school=school)
    return visit.back("schools", said, starts_run=True)


def _take_back(visit: Visit, links: SchoolLinks, school: str) -> Response:
    try:
        was_decided = links.decisions.take_back_school(links.district, school, visit.was)
    except DecidedMeanwhile:
        return visit.back("schools", texts.DECIDED_MEANWHILE.format(school=school))
    said = texts.TAKEN_BACK if was_decided else texts.NOT_DECIDED
    return visit.back("schools", said.format(school=school), starts_run=was_decided)


def _ask_to_change(visit: Visit, row: dict[str, Any], was: str, decision: str, platform: str | None = None) -> Response:
    """The page that tells what another decision about a connected school does."""
    people = (
        texts.THEIR_PEOPLE
        if row["people"] is None
        else texts.SO_MANY_PEOPLE.format(people=_teachers_and_students(row["people"]))
    )
    others = {"ignore": texts.BEFORE_IGNORING, "take back": texts.BEFORE_TAKING_BACK}
    return visit.page(
        "schools_change.html",
        row=row,
        was=was,
        decision=decision,
        platform=platform,
        says=others.get(decision, texts.BEFORE_RELINKING).format(
            people=people, platform=platform, when=visit.when(takes_away=True)
        ),
        may_share=visit.text("shared") == "yes",
    )


def _people_of(rows: Sequence[dict[str, Any]], links: Sequence[SchoolLink]) -> str:
    """How many teachers and students these schools have, as words."""
    of_schools = {row["school_id"]: row["people"] for row in rows}
    numbers = [of_schools[link.school_id] for link in links]
    if None in numbers:
        return texts.THEIR_PEOPLE
    return texts.SO_MANY_PEOPLE.format(people=_teachers_and_students(sum(numbers)))


def _teachers_and_students(people: int) -> str:
    return counted(people, "teacher or student", "teachers and students")


def _proposal_value(link: SchoolLink) -> str:
    """A proposal as its tick box sends it."""
    return _tick_value(link.school_id, link.platform_school_id or "")


def _tick_value(school: str, platform_school: str) -> str:
    """A link as its tick box sends it."""
    return f"{school}\t{platform_school}"


def _connected(rows: list[dict[str, Any]]) -> set[str]:
    """The links that stand already, as their tick boxes sent them."""
    return {_tick_value(row["school_id"], row["platform_school_id"]) for row in rows if row["link"] == "confirmed"}


def _digest_of(links: list[SchoolLink]) -> str:
    """Stands for exactly these proposals."""
    return hashlib.sha256("\n".join(sorted(map(_proposal_value, links))).encode()).hexdigest()


def _has_word(row: dict[str, Any], word: str) -> bool:
    cells = (row["school_id"], row["school_name"], row["platform_school_id"], row["platform_school_name"])
    return any(word.casefold() in str(cell or "").casefold() for cell in cells)


ROUTES = (
    Route("/d/{district}/schools", of_district(of_results(show_schools)), methods=["GET"]),
    Route("/d/{district}/schools/confirm", of_district(of_results(confirm_ticked)), methods=["POST"]),
    Route("/d/{district}/schools/choose", of_district(of_results(ask_school)), methods=["GET"]),
    Route("/d/{district}/schools/choose", of_district(of_results(choose_school)), methods=["POST"]),
)
