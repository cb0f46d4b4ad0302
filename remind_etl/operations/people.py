"""What the platform has of people and classes, from what was published: personal data, for the district's own eyes."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.explain.of_record import LAST, RowsOfRecord, plan_for_few_rows
from remind_etl.warehouse import sql
from remind_etl.warehouse.kept import KeptReader, KeptReaders
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.reading import published_tables_of

MOST: Final = 50
"""Rows of a search, and of a class, that are shown."""

ENOUGH: Final = 4 * (MOST + 1)
"""Rows of a search that are read. A person whose words begin alike may have several of them."""

SHORTEST: Final = 3
"""The fewest letters by which a name is found from its beginning on. A shorter text is a whole word of a name."""

WORD_END: Final = "!"
"""The first sign after the blank. A term that begins with a whole word is before that word with this sign."""

SHORTEST_PHONE: Final = 7
"""The fewest digits by which a phone is found."""

OF_SEARCH_TERMS: Final = frozenset({"accounts", "contact_points", "classes"})
"""The tables from which the terms of a search are made."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """An account: the row of itself, of its guardians and children, and of its classes."""

    account: Row
    relatives: list[Row]
    classes: list[Row]


@dataclass(frozen=True)
class SentPerson:
    """A teacher or student whom the newest files have and the platform does not: what their rows name, and guardians.

    Each list has at most one row more than MOST.
    """

    role: str
    rows: list[Row]
    guardians: list[Row]

    @property
    def names(self) -> list[str]:
        """The names in the rows, each once."""
        names = (" ".join(filter(None, (row["first_name"], row["last_name"]))) for row in self.rows)
        return list(dict.fromkeys(filter(None, names)))


@dataclass(frozen=True)
class Found:
    """The people with an id, and the people in the class with it."""

    people: list[Person] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    sent: list[SentPerson] = field(default_factory=list)


@dataclass(frozen=True)
class Named:
    """People and classes with a name, email or phone, each with at most one row more than MOST.

    `sent` are rows of the newest files with people that the platform does not have so. A row that could not be read has
    the role `line`, and no name.
    """

    people: list[Row] = field(default_factory=list)
    classes: list[Row] = field(default_factory=list)
    sent: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        """True if anything has such a name, email or phone."""
        return bool(self.people or self.classes or self.sent)


def find_people(rows: RowsOfRecord, tables: Mapping[str, Path], record: str) -> Found:
    """What the platform has of the record, by its rows, and whom the files have who is not on the platform."""
    if not rows.is_known:
        return Found()
    account, relatives, places, members = sql.statements("operations", "people")
    accounts = [_with_lists(row) for row in _of_record(rows, account)] if rows.is_of_person else []
    of_accounts = _of_record(rows, relatives) if accounts else []
    in_classes = _of_record(rows, places) if accounts else []
    return Found(
        [Person(row, _of(of_accounts, row["account_id"]), _of(in_classes, row["account_id"])) for row in accounts],
        _of_record(rows, members)[: MOST + 1] if rows.is_of_class else [],
        _only_in_files(rows, tables, record),
    )


def _only_in_files(rows: RowsOfRecord, tables: Mapping[str, Path], record: str) -> list[SentPerson]:
    """Whom the newest files have with the id, in each role that the platform does not have with it."""
    if "sent_terms" not in tables or "sent_rows" not in rows.filled:
        return []
    roles = [row["role"] for row in _of_record(rows, sql.statements("operations", "roles_only_in_files")[0])]
    if not roles:
        return []

    def named(*of_roles: str) -> list[Row]:
        file, most = str(tables["sent_terms"]), MOST + 1
        return _asked(rows.reader.db, statement, file=file, record=record, roles=[*of_roles], most=most)

    (statement,) = sql.statements("operations", "people_of_files")
    people = [SentPerson(role, named(role), named("guardian") if role == "student" else []) for role in roles]
    # The files were compared with the platform at their run. After an undo, what was the same then is not listed.
    return [person for person in people if person.rows or person.guardians]


def _with_lists(account: Row) -> Row:
    """The row of an account, whose lists SQLite has as JSON."""
    return account | {name: json.loads(account[name]) for name in ("contacts", "schools")}


def find_named(tables: Mapping[str, Path], text: str, region: str) -> Named:
    """People and classes with such a name, email or phone; a short text is a whole word of a name.

    `region` is the country of phones without a country code, such as `US`.
    """
    is_on_platform = "search_terms" in tables or tables.keys() >= OF_SEARCH_TERMS
    source = "read_parquet($file)" if "search_terms" in tables else "search_terms"
    of_name, of_contact, people, classes = sql.filled_statements("operations", "search_people", search_terms=source)
    sent_digits = re.sub("[^0-9]", "", text)
    kind, digits = _kind(text, sent_digits), sent_digits
    if kind == "person" and (number := _number_before_words(text, sent_digits, region)):
        kind, digits = "phone", number
    with _searching(tables) as db:
        if kind == "person":
            ((term,),) = db.execute(parse_once(of_name), {"text": text}).fetchall()
        else:
            asked_contact = {"text": text, "digits": digits, "kind": kind}
            ((term,),) = db.execute(parse_once(of_contact), asked_contact).fetchall()
        if not term:
            return Named()
        last = WORD_END if kind == "person" and len(term) < SHORTEST else LAST
        asked: Row = {"term": term, "term_end": term + last, "most": MOST + 1, "enough": ENOUGH}
        of_file = {"file": str(tables["search_terms"])} if "search_terms" in tables else {}
        found = _asked(db, people, kind=kind, **asked, **of_file) if is_on_platform else []
        found_classes = _asked(db, classes, **asked, **of_file) if is_on_platform and kind == "person" else []
        return Named(found, found_classes, _others(_sent(db, tables, sent_digits, kind=kind, **asked), found))


@contextmanager
def _searching(tables: Mapping[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the forms of a search, and with `search_terms` if an earlier version published none."""
    if "search_terms" in tables:
        with _SEARCHERS.reading() as kept:
            yield kept.db
        return
    with published_tables_of({name: tables.get(name) for name in OF_SEARCH_TERMS}) as db:
        _run(db, "search_forms")
        if tables.keys() >= OF_SEARCH_TERMS:
            _run(db, "search_terms")
        yield db


def _make_forms(kept: KeptReader) -> None:
    """Make the forms in which a search compares texts."""
    _run(kept.db, "search_forms")
    plan_for_few_rows(kept.db)


def _sent(db: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], digits: str, **asked: object) -> list[Row]:
    """The rows of the newest read files with such a term; none if an earlier version published them.

    Rows may have a phone as the person wrote it, with these `digits`, which may end with those of an extension.
    """
    if "sent_terms" not in tables:
        return []
    (statement,) = sql.statements("operations", "search_sent")
    term = str(asked["term"])  # of a phone, the digits from the last one on
    local = [term[:length] for length in range(SHORTEST_PHONE, len(term))] if asked["kind"] == "phone" else []
    local += [digits[::-1]] if asked["kind"] == "phone" else []
    return _asked(db, statement, file=str(tables["sent_terms"]), local_phones=local, **asked)


def _others(sent: list[Row], found: list[Row]) -> list[Row]:
    """The rows of teachers and students that the search has not found on the platform, and all other rows."""
    known = {(role, row["person_id"]) for row in found for role in row["roles"].split("+") if row["person_id"]}
    return [row for row in sent if (row["role"], row["person_id"]) not in known]


def _kind(text: str, digits: str) -> str:
    """What the text is: an email has an @, a phone has digits and signs only, and all else may be a name."""
    if "@" in text:
        return "email"
    return "phone" if len(digits) >= SHORTEST_PHONE and not re.search(r"\w", re.sub("[0-9]", "", text)) else "person"


def _number_before_words(text: str, digits: str, region: str) -> str:
    """The digits of the number with which a text begins, such as one with an extension; blank if there is none."""
    if len(digits) < SHORTEST_PHONE or not re.match("[^\\w]*[0-9]", text):
        return ""
    from remind_etl.valid.phones import number_of  # few searches need it, and its library takes long to load

    return (number_of(text, region) or "").removeprefix("+")


def _run(db: duckdb.DuckDBPyConnection, step: str) -> None:
    for statement in sql.filled_statements("warehouse", step, tables="", target="search_terms"):
        db.execute(parse_once(statement))


_SEARCHERS: Final = KeptReaders(_make_forms)


def _asked(db: duckdb.DuckDBPyConnection, statement: str, **values: object) -> list[Row]:
    return _rows_by_name(db.execute(parse_once(statement), values))


def _of_record(rows: RowsOfRecord, statement: str) -> list[Row]:
    return _rows_by_name(rows.reader.run(statement))


def _rows_by_name(found: duckdb.DuckDBPyConnection | sqlite3.Cursor) -> list[Row]:
    rows = found.fetchall()
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _of(rows: list[Row], account_id: str) -> list[Row]:
    return [row for row in rows if row["account_id"] == account_id]
