"""What waits for a decision: removals above a limit, and other changes that a person must look at."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.catalogue.statuses import TERMS
from remind_etl.errors import DecidedMeanwhile, ResultsMissing, UsageError
from remind_etl.operations.holds import Held
from remind_etl.schema.limits import ALL_KINDS, REMOVALS
from remind_etl.web.csv_download import send_csv
from remind_etl.web.downloads import few_at_a_time
from remind_etl.web.endpoints import of_district, of_results
from remind_etl.web.event_words import action_words, headings_of_holds
from remind_etl.web.pages.progress import followed_run
from remind_etl.web.visit import NO_SCHOOL, PAGE, Visit, place_of_reader

MOST_OF_WHY: Final = 500
"""Characters of the reason of a refusal."""

COLUMNS: Final = (
    *("kind", "action", "school", "role", "person_id", "first_name", "last_name", "contact"),
    *("class_id", "class_name", "reason"),
)
"""The columns of the list of held changes."""


def show_holds(visit: Visit) -> Response:
    """The kinds that wait, with the effect of an approval, and the schools that are concerned."""
    district = visit.district.district_id
    service = visit.site.holds(visit.who)
    with place_of_reader():
        held, schools = service.held(district), service.by_school(district)
    decided = service.decisions.approved_kinds(district, held.hold_hash) if held.hold_hash else []
    before = service.approved_before(district, held)
    refusals = service.decisions.refusals(district, held.hold_hash) if held.hold_hash else {}
    names = {row["school_id"]: row["school_name"] for row in visit.schools()}
    part, pages = visit.page_of(schools)
    awaited = followed_run(visit)
    is_older = awaited.takes_upload or service.has_newer_files(district)
    manifest = visit.site.published.manifest(district)
    people = manifest.people if manifest and held.kinds else {}
    return visit.page(
        "holds.html",
        hold_hash=held.hold_hash,
        was=service.decisions.decisions_about(district, held.hold_hash) if held.hold_hash else "",
        kinds=[
            _shown_kind(held, kind, before) | {"is_approved": kind in decided, "refusal": refusals.get(kind)}
            for kind in sorted(held.kinds, key=[*texts.HELD].index)
        ],
        everything=_effect_in_words(held.goes(held.kinds)),
        left=[f"{text}: {n:,}" for term, text in TERMS.items() if (n := people.get(term, {}).get("if_approved"))],
        schools=[{**row, "name": names.get(row["school"]), "mark": row["school"] or NO_SCHOOL} for row in part],
        **pages,
        changes_come=texts.NEXT_RUN_CHANGES[visit.pause],
        lapsed=headings_of_holds(service.lapsed_approvals(district)),
        older=texts.OLDER_CHANGES if held.kinds and is_older else "",
        shows_run=awaited.says if is_older else "",
        goes_on=is_older and awaited.goes_on,
        shown_run=awaited.run_id,
        is_begun=awaited.is_begun,
        refusal=refusals.get(ALL_KINDS),
        has_lapsed=service.undone(district) is not None,
        is_delivered=bool(manifest and manifest.counts.get("accounts")),
    )


def list_held(visit: Visit) -> Response:
    """The people and classes whose changes wait, perhaps of one school; a page of them."""
    service, school, number = visit.site.holds(visit.who), visit.school, visit.page_number
    with place_of_reader():
        rows = service.listed(visit.district.district_id, school, PAGE + 1, (number - 1) * PAGE)
        if not rows and number > 1:
            number = max(-(-service.count(visit.district.district_id, school) // PAGE), 1)
            rows = service.listed(visit.district.district_id, school, PAGE + 1, (number - 1) * PAGE)
    names = {row["school_id"]: row["school_name"] for row in visit.schools()}
    shown = [{**row, "school_name": names.get(row["school"]), "done": texts.DONE[row["action"]]} for row in rows]
    return visit.page(
        "held_list.html",
        rows=shown[:PAGE],
        page_number=number,
        has_more=len(rows) > PAGE,
        school=visit.request.query_params.get("school", ""),
        school_name=names.get(school or "", school),
    )


def send_held(visit: Visit) -> Response:
    """The people and classes whose changes wait as CSV, perhaps of one school."""
    with place_of_reader():
        rows = visit.site.holds(visit.who).listed(visit.district.district_id, visit.school)
    return send_csv("waiting.csv", COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


def decide_holds(visit: Visit) -> Response:
    """Approve or refuse the ticked kinds, or refuse all, under exactly the hash that was shown.

    An approval is sent twice: first for a page with its whole effect, beside what was approved before, then to approve.
    A decision that was made since the page was shown stays.
    """
    district, service = visit.district.district_id, visit.site.holds(visit.who)
    shown, kinds = visit.text("hold_hash"), visit.ticked("kind")
    decision, why, was = visit.text("decision"), visit.text("why"), visit.was
    is_refused, kinds = decision.startswith("refuse"), [] if decision == "refuse all" else kinds
    if is_refused and not 0 < len(why) <= MOST_OF_WHY:
        return visit.back("holds", texts.NO_REASON)
    if decision != "refuse all" and not kinds:
        return visit.back("holds", texts.NOTHING_CHOSEN)
    try:
        if is_refused:
            _, refused = service.refuse(district, shown, why, kinds, was)
            return visit.back("holds", texts.HOLDS_REFUSED.format(kinds=headings_of_holds(refused)))
        held, chosen = service.choose(district, shown, kinds)
        if visit.text("sure") != "yes":
            is_same = was == service.decisions.decisions_about(district, str(held.hold_hash))
            return _ask_to_approve(visit, held, chosen, was) if is_same else _decided_meanwhile(visit, shown, was)
        _, approved = service.approve(district, shown, kinds, was)
    except DecidedMeanwhile:
        return _decided_meanwhile(visit, shown, was)
    except ResultsMissing:
        raise
    except UsageError:
        return visit.back("holds", texts.NEWER_FILES if service.has_newer_files(district) else texts.HOLD_CHANGED)
    effect = _effect_of_approval(visit, held, approved)
    said = texts.HOLDS_APPROVED.format(kinds=headings_of_holds(approved), effect=effect)
    return visit.back("holds", said, starts_run=True)


def _effect_of_approval(visit: Visit, held: Held, approved: list[str]) -> str:
    """When the changes of the approved kinds are made, and what some of them wait for beside that."""
    others = headings_of_holds(lacking) if (lacking := held.lacking(approved)) else ""
    if not held.goes(approved):
        return texts.NOTHING_ALONE.format(others=others) if others else texts.NOTHING_CHANGES
    comes = texts.OLDER_CHANGES if followed_run(visit).takes_upload else texts.NEXT_RUN_CHANGES[visit.pause]
    return f"{comes} {texts.NEEDS_TOO.format(others=others)}" if others else comes


def _decided_meanwhile(visit: Visit, hold_hash: str, was: str) -> Response:
    """The present state, with a refusal that was made after a page was shown; the page showed the decisions `was`."""
    refusal, said = visit.site.decisions.refusal(visit.district.district_id, hold_hash), texts.HOLD_DECIDED_MEANWHILE
    if refusal and refusal.refused_at.isoformat() not in was:
        at = visit.at(refusal.refused_at)
        said = f"{said} {page_texts.REFUSED_BY.format(who=refusal.refused_by, at=at, why=refusal.why)}"
    return visit.back("holds", said)


def _ask_to_approve(visit: Visit, held: Held, chosen: list[str], was: str) -> Response:
    before = visit.site.holds(visit.who).approved_before(visit.district.district_id, held)
    return visit.page(
        "holds_approve.html",
        hold_hash=held.hold_hash,
        was=was,
        kinds=[(kind, texts.HELD[kind][0]) for kind in chosen],
        before=[texts.HELD[kind][0] for kind in before],
        effect=_effect_in_words(held.goes({*chosen, *before})),
        lacking=headings_of_holds(held.lacking({*chosen, *before})),
    )


def _why_held(kind: str, records: int, allowed: int) -> str:
    """Why so many records wait, though their number alone may be no reason."""
    if not allowed and kind not in REMOVALS:
        return texts.HELD_ALWAYS
    if records > allowed:
        return texts.HELD_LIMIT
    if kind == "guardians":
        return texts.HELD_HALF_OR_EXCHANGED
    return texts.HELD_EXCHANGED if kind in texts.EXCHANGED_KINDS else texts.HELD_HALF


def _shown_kind(held: Held, kind: str, before: list[str]) -> dict[str, Any]:
    others = before[: before.index(kind)] if kind in before else before  # so each change is told of one kind
    row, more, lacking = held.kinds[kind], held.goes_too(kind, others), held.lacking({kind, *before})
    heading, sentence = texts.HELD[kind]
    counts = {name: f"{row[name] or 0:,}" for name in ("records", "delivered", "allowed")}
    if kind == "guardians" and not row["records"]:
        sentence = texts.HELD_NEW_GUARDIANS
    limit = _why_held(kind, row["records"], row["allowed"] or 0)
    says = [sentence.format(**counts)] + [limit.format(**counts)] * (row["allowed"] is not None)
    if not held.of_kind(kind):
        effect = texts.NOTHING_TO_APPROVE
    elif not more and not lacking:
        effect = texts.GOES_ALREADY
    elif not more:
        effect = texts.NOTHING_ALONE.format(others=headings_of_holds(lacking))
    else:
        effect = " ".join(
            [_effect_in_words(more), *[texts.NEEDS_TOO.format(others=headings_of_holds(lacking))] * bool(lacking)]
        )
    can_go = bool(held.of_kind(kind))
    says_so = {"heading": heading, "says": " ".join(says), "effect": effect, "can_go": can_go}
    return {"name": kind, "goes": can_go and bool(more or not lacking), **says_so}


def _effect_in_words(changes: Sequence[dict[str, Any]]) -> str:
    """The effect of changes in people's words."""
    counts: dict[str, dict[str, int]] = {}
    for part in changes:
        counts.setdefault(part["kind"], {})[part["action"]] = part["changes"]
    return action_words(counts) or texts.NOTHING_CHANGES


ROUTES = (
    Route("/d/{district}/holds", of_district(of_results(show_holds)), methods=["GET"]),
    Route("/d/{district}/holds", of_district(of_results(decide_holds)), methods=["POST"]),
    Route("/d/{district}/holds/list", of_district(of_results(list_held)), methods=["GET"]),
    Route("/d/{district}/holds.csv", of_district(of_results(few_at_a_time(send_held))), methods=["GET"]),
)
