"""People and classes: what the platform has, and why something is missing.

A form asks, so that no address has an id or a name. The answer to the form is the address of the results, with a key
in the place of the text, so that a browser can go back to them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, islice
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.explain.explain import Decision, Explanation, Fact, explain_rows
from remind_etl.explain.of_record import rows_of_record
from remind_etl.operations.people import MOST, SHORTEST, Found, Named, find_named, find_people
from remind_etl.web.endpoints import of_district, of_results
from remind_etl.web.pages.progress import AwaitedRun, awaited_run
from remind_etl.web.searches import Searches
from remind_etl.web.visit import Visit, place_of_reader

MOST_OF_ID: Final = 200
"""Characters of an id, or of two with a slash."""

_ID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_GUARDIANSHIP: Final = re.compile(rf"(?:[Tt]he )?guardianship ({_ID})/({_ID})")
_MEMBERSHIP: Final = re.compile(rf"(?:[Tt]he )?membership ({_ID})/(\S+)/([a-z_]+)")
_ACCOUNT: Final = re.compile(rf"({_ID})(\.?)")
"""Records as the sentences name them. An account's id may have the end of the sentence after it."""

_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+\+[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True)
class Answer:
    """What the page shows of a text: records with this id, those with such a name, and what is known of the id."""

    found: Found = field(default_factory=Found)
    named: Named = field(default_factory=Named)
    schools: Sequence[Mapping[str, Any]] = ()
    explanation: Explanation | None = None
    arrived_at: str = ""
    is_blocked: bool = False
    """True if something blocks the newest files."""


def take_search(visit: Visit) -> Response:
    """Remember what is searched for, and go to its results."""
    searches: Searches = visit.request.app.state.searches
    key = searches.keep(visit.person, visit.district.district_id, visit.text("record")[: MOST_OF_ID + 1])
    return visit.back(f"find?asked={key}")


def ask_record(visit: Visit) -> Response:
    """The form, or the results of a search that the address has the key of."""
    key = visit.request.query_params.get("asked")
    if key is None:
        return _find_page(visit, "", Answer())
    searches: Searches = visit.request.app.state.searches
    record = searches.text(key, visit.person, visit.district.district_id)
    if record is None:
        return _find_page(visit, "", Answer(), says=texts.SEARCH_AGAIN)
    return _show_record(visit, record)


def _show_record(visit: Visit, record: str) -> Response:
    """What the platform has of an id, name, email or phone, and what each stage knows of the id."""
    district = visit.district.district_id
    manifest = visit.site.published.manifest(district)
    if manifest is None or not 0 < len(record) <= MOST_OF_ID:
        return _find_page(visit, record[:MOST_OF_ID], Answer(), is_asked=True)
    in_zone = replace(manifest, arrived_at=visit.at(manifest.arrived_at))
    tables = visit.site.published.files(manifest)
    with place_of_reader(), ThreadPoolExecutor(1) as beside:
        search = beside.submit(find_named, tables, record, visit.district.region)
        with rows_of_record(tables, record) as rows:
            found, named = find_people(rows, tables, record), search.result()
            schools = () if rows.is_known else _schools_like(visit, record)
            is_name = not rows.is_known and bool(named or schools)
            decided = partial(_link_decisions, visit)
            explanation = None if is_name else explain_rows(rows, in_zone, tables, decided, record)
        answer = Answer(found, named, schools, explanation, in_zone.arrived_at, bool(manifest.blockers))
        return _find_page(visit, record, answer, is_asked=True)


def _schools_like(visit: Visit, text: str) -> list[dict[str, Any]]:
    """The schools of the files whose names have the text, perhaps one more than MOST."""
    if len(text) < SHORTEST:
        return []
    like = (row for row in visit.schools() if text.casefold() in (row["school_name"] or "").casefold())
    return list(islice(like, MOST + 1))


def _link_decisions(visit: Visit, schools: Collection[str]) -> Iterator[Decision]:
    """Who decided about each of the schools, and when."""
    for made in visit.site.decisions.link_decisions(visit.district.district_id, schools).values():
        yield made.school_id, made.decided_by, visit.at(made.decided_at)


def _find_page(visit: Visit, record: str, answer: Answer, is_asked: bool = False, says: str = "") -> Response:
    explanation, awaited = answer.explanation, awaited_run(visit)
    like = explanation.like if explanation else []
    return visit.page(
        "find.html",
        says=says,
        record=record,
        found=answer.found,
        named=answer.named,
        schools=answer.schools,
        facts=_facts_in_words(visit, explanation.facts, _names(answer.found)) if explanation else [],
        like=like,
        is_asked=is_asked,
        not_found=_not_found(visit, record, awaited, bool(like)),
        shows_run=awaited.says,
        arrived_at=answer.arrived_at,
        is_blocked=answer.is_blocked,
        most=MOST,
        shortest=SHORTEST,
    )


def _not_found(visit: Visit, record: str, awaited: AwaitedRun, is_like_another: bool) -> str:
    """Why nothing was found; blank if the page says only how to search, as the text is too short for most names."""
    if not any(sign.isalnum() for sign in record):
        return texts.WITHOUT_LETTERS
    if awaited.is_first:
        return texts.FIND_AFTER_RUN
    has_files = visit.site.published.manifest(visit.district.district_id) is not None
    if not has_files:
        return texts.NOTHING_READ_YET
    is_short = sum(sign.isalnum() for sign in record) < SHORTEST
    return "" if is_short and not is_like_another else texts.NOT_FOUND_ANYWHERE


def _names(found: Found) -> dict[str, str]:
    """The names of the people who are shown, by the id of their account."""
    people = [(person.account["account_id"], person.account) for person in found.people]
    people += [(other["other_id"], other) for person in found.people for other in person.relatives]
    people += [(member["account_id"], member) for member in found.members]
    names = ((i, " ".join(filter(None, (row["first_name"], row["last_name"])))) for i, row in people)
    return {i: name for i, name in names if name}


def _facts_in_words(visit: Visit, facts: Iterable[Fact], names: Mapping[str, str]) -> list[tuple[str, str, list[str]]]:
    """The stage, the record, and the sentences about it there."""
    told = []
    for (stage, kind, i), of_record in groupby(facts, lambda fact: (fact.stage, fact.kind, fact.id)):
        shown = [_fact_in_words(visit, fact, names) for fact in of_record if fact.fact != "drop"]
        if shown:
            told.append((stage, "" if kind == "drop" else f"{kind} {names.get(i, i)}", shown))
    return told


def _fact_in_words(visit: Visit, fact: Fact, names: Mapping[str, str]) -> str:
    """The sentence with names or short ids of accounts, and with the time of a removal as the district has it."""

    def named(account: str) -> str:
        return names.get(account) or f"account {account[:8]}…"

    text = _GUARDIANSHIP.sub(
        lambda tie: texts.GUARDIAN_OF.format(guardian=named(tie[1]), student=named(tie[2])), fact.text
    )
    text = _MEMBERSHIP.sub(
        lambda place: texts.AT_SCHOOL.format(
            person=named(place[1]), school_id=place[2], role=place[3].replace("_", "-")
        ),
        text,
    )
    text = _ACCOUNT.sub(lambda one: f"{one[1][:8]}…" if one[1] not in names else f"{names[one[1]]}{one[2]}", text)
    return _MOMENT.sub(lambda moment: visit.at(moment[0]), text) if fact.fact == "removed" else text


ROUTES = (
    Route("/d/{district}/find", of_district(of_results(ask_record)), methods=["GET"]),
    Route("/d/{district}/find", of_district(take_search, only_reads=True), methods=["POST"]),
)
