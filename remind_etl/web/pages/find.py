"""People and classes: what the platform has, and why something is missing.

A form asks, so that no address has an id or a name.
"""

import re
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.explain.explain import Decision, Explanation, explain_rows
from remind_etl.explain.of_record import rows_of_record
from remind_etl.operations.people import MOST, SHORTEST, Found, Named, find_named, find_people
from remind_etl.web.endpoints import of_district
from remind_etl.web.visit import Visit, place_of_reader

MOST_OF_ID: Final = 200
"""Characters of an id, or of two with a slash."""

_ACCOUNT_ID: Final = re.compile(r"([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.?")
"""An account's id, with the end of the sentence after it: its first part with dots stands for it."""


def ask_record(visit: Visit) -> Response:
    """The form."""
    return _find_page(visit, "", None, None)


def show_record(visit: Visit) -> Response:
    """What the platform has of an id, name, email or phone, and what each stage knows of the id."""
    district, record = visit.district.district_id, visit.text("record")
    manifest = visit.site.published.manifest(district)
    if manifest is None or not 0 < len(record) <= MOST_OF_ID:
        return _find_page(visit, record[:MOST_OF_ID], None, None, is_asked=True)
    in_zone = replace(manifest, arrived_at=visit.at(manifest.arrived_at))
    tables = visit.site.published.files(manifest)
    with place_of_reader(), ThreadPoolExecutor(1) as beside:
        search = beside.submit(find_named, tables, record)
        with rows_of_record(tables, record) as rows:
            found, named = find_people(rows), search.result()
            is_name = not rows.is_known and bool(named.people or named.classes)
            decided = partial(_link_decisions, visit)
            explanation = None if is_name else explain_rows(rows, in_zone, tables, decided, record)
        return _find_page(visit, record, (found, named), explanation, is_asked=True)


def _link_decisions(visit: Visit, schools: Collection[str]) -> Iterator[Decision]:
    """Who decided about each of the schools, and when."""
    for made in visit.site.decisions.link_decisions(visit.district.district_id, schools).values():
        yield made.school_id, made.decided_by, visit.at(made.decided_at)


def _find_page(
    visit: Visit,
    record: str,
    known: tuple[Found, Named] | None,
    explanation: Explanation | None,
    is_asked: bool = False,
) -> Response:
    found, named = known or (Found(), Named())
    facts: list[tuple[str, str, list[str]]] = []
    manifest = visit.site.published.manifest(visit.district.district_id)
    for (stage, kind, i), of_record in groupby(
        explanation.facts if explanation else (), lambda f: (f.stage, f.kind, f.id)
    ):
        shown = [_ACCOUNT_ID.sub(r"\1…", fact.text) for fact in of_record if fact.fact != "drop"]
        if shown:
            facts.append((stage, "" if kind == "drop" else f"{kind} {i}", shown))
    return visit.page(
        "find.html",
        record=record,
        found=found,
        named=named,
        facts=facts,
        like=explanation.like if explanation else [],
        is_asked=is_asked,
        arrived_at=manifest.arrived_at if manifest else None,
        most=MOST,
        shortest=SHORTEST,
    )


ROUTES = (
    Route("/d/{district}/find", of_district(ask_record), methods=["GET"]),
    Route("/d/{district}/find", of_district(show_record), methods=["POST"]),
)
