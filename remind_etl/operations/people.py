"""What the platform has of people and classes, from what was published: personal data, for the district's own eyes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.explain.of_record import LAST, RowsOfRecord
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.reading import published_tables_of

MOST: Final = 50
"""Rows of a search, and of a class, that are shown."""

ENOUGH: Final = 4 * (MOST + 1)
"""Rows of a search that are read. A person whose words begin alike may have several of them."""

SHORTEST: Final = 3
"""The fewest characters of a name that a search takes."""

SHORTEST_PHONE: Final = 7
"""The fewest digits by which a phone is found."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """An account: the row of itself, of its guardians and children, and of its classes."""

    account: Row
    relatives: list[Row]
    classes: list[Row]


@dataclass(frozen=True)
class Found:
    """The people with an id, and the people in the class with it."""

    people: list[Person] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Named:
    """People and classes with a name, email or phone, each with at most one row more than MOST."""

    people: list[Row] = field(default_factory=list)
    classes: list[Row] = field(default_factory=list)


def find_people(rows: RowsOfRecord) -> Found:
    """What the platform has of the record, by its rows."""
    if not rows.is_known:
        return Found()
    account, relatives, places, members = sql.statements("operations", "people")
    accounts = _of_record(rows, account) if rows.is_of_person else []
    of_accounts = _of_record(rows, relatives) if accounts else []
    in_classes = _of_record(rows, places) if accounts else []
    return Found(
        [Person(row, _of(of_accounts, row["account_id"]), _of(in_classes, row["account_id"])) for row in accounts],
        _of_record(rows, members)[: MOST + 1] if rows.is_of_class else [],
    )


def find_named(tables: Mapping[str, Path], text: str) -> Named:
    """People and classes with such a name, email or phone; none if the text is too short."""
    if len(text) < SHORTEST:
        return Named()
    is_prepared = "search_terms" in tables
    sources = {} if is_prepared else {name: tables.get(name) for name in ("accounts", "contact_points", "classes")}
    if None in sources.values():
        return Named()
    source = "read_parquet($file)" if is_prepared else "search_terms"
    of_name, of_contact, people, classes = sql.filled_statements("operations", "search_people", search_terms=source)
    with published_tables_of(sources) as db:
        digits = re.sub("[^0-9]", "", text)
        kind = _kind(text, digits)
        if kind == "person" or not is_prepared:
            _run(db, "search_forms")
        if not is_prepared:  # an earlier version published it
            _run(db, "search_terms")
        if kind == "person":
            ((term,),) = db.execute(parse_once(of_name), {"text": text}).fetchall()
        else:
            asked_contact = {"text": text, "digits": digits, "kind": kind}
            ((term,),) = db.execute(parse_once(of_contact), asked_contact).fetchall()
        if not term:
            return Named()
        asked: Row = {"term": term, "term_end": term + LAST, "most": MOST + 1, "enough": ENOUGH}
        if is_prepared:
            asked["file"] = str(tables["search_terms"])
        with_contact_or_name = _asked(db, people, kind=kind, **asked)
        return Named(with_contact_or_name, _asked(db, classes, **asked) if kind == "person" else [])


def _kind(text: str, digits: str) -> str:
    """What the text is: an email has an @, a phone has digits and signs only, and all else may be a name."""
    if "@" in text:
        return "email"
    return "phone" if len(digits) >= SHORTEST_PHONE and not re.search(r"\w", re.sub("[0-9]", "", text)) else "person"


def _run(db: duckdb.DuckDBPyConnection, step: str) -> None:
    for statement in sql.filled_statements("warehouse", step, tables="", target="search_terms"):
        db.execute(parse_once(statement))


def _asked(db: duckdb.DuckDBPyConnection, statement: str, **values: object) -> list[Row]:
    return _rows_by_name(db.execute(parse_once(statement), values))


def _of_record(rows: RowsOfRecord, statement: str) -> list[Row]:
    return _rows_by_name(rows.reader.run(statement))


def _rows_by_name(db: duckdb.DuckDBPyConnection) -> list[Row]:
    rows = db.fetchall()
    names = [name for name, *_ in db.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _of(rows: list[Row], account_id: str) -> list[Row]:
    return [row for row in rows if row["account_id"] == account_id]
