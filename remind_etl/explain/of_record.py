"""The rows of the published tables that a record's explanation and page need, as tables of few rows."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.warehouse import sql
from remind_etl.warehouse.kept import KeptReader, KeptReaders, md5_of
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.reading import reading_database

READS: Final = (
    *("accounts", "removed", "guardian_lines", "sent_rows", "class_members", "contact_points", "school_members"),
    *("guardianships", "classes", "schools", "changes", "reasons", "rejected_ids"),
)
"""The statements of of_record.sql in their order."""

MORE: Final = (
    *("accounts", "guardianships", "guardian_lines", "sent_rows", "classes", "reasons", "changes"),
    *("creations", "places_of_reasons"),
)
"""Those of more_of_record.sql."""

QUESTIONS: Final = (
    *("accounts", "guardian_lines", "sent_rows", "school_members", "class_members", "guardianships"),
    *("ids_elsewhere", "reasons", "classes"),
)
"""Those of ids_of_record.sql."""

UNREAD: Final = "unread"
"""Stands among the filled tables if a line that was not read has an id of the record."""

LEFT_OUT: Final = "left_out"
"""Stands among the filled tables if nothing is made of a school of the record."""

REFUSED: Final = "refused"
"""Stands among the filled tables if an enrollment of the record has no membership."""

_ACCOUNT_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id of another form is looked for in no column of accounts, of which each group of rows costs a look."""

LAST: Final = chr(0x10FFFF)
"""After each sign of an id or term."""


@dataclass(frozen=True)
class RowsOfRecord:
    """A reader with the tables of an explanation, and in them the rows that have to do with a record.

    They may have other rows too. A table that the district does not have yet has none.
    """

    reader: KeptReader
    filled: frozenset[str]
    """The tables that have rows, and UNREAD, LEFT_OUT and REFUSED. If it is empty, no table names the record."""
    is_of_person: bool = False
    """True if an account, also a removed one, has the record or a part of it as an id."""
    is_of_class: bool = False
    """True if the platform has people in a class with this id."""

    @property
    def is_known(self) -> bool:
        """False if no table names the record."""
        return bool(self.filled)


@contextmanager
def rows_of_record(tables: Mapping[str, Path], record: str) -> Iterator[RowsOfRecord]:
    """The rows that have to do with the record."""
    with _KEPT.reading() as kept:
        reader = _Reader(kept, tables, record)
        filled = reader.read()
        for statement in sql.statements("explain", "asked"):
            kept.few.execute(statement, {"record": record})
        for statement in sql.statements("explain", "pairs"):
            pairs = [{"class_id": class_id, "person_id": person_id} for class_id, person_id in pairs_of(record)]
            kept.few.executemany(statement, pairs)
        yield RowsOfRecord(kept, filled, reader.is_of_person, reader.is_of_class)


def _make_tables(kept: KeptReader) -> None:
    """Make all tables of an explanation, without rows, and choose how reading into them is planned."""
    for statement in sql.statements("explain", "tables"):
        kept.few.execute(statement)
    plan_for_few_rows(kept.db)


@cache
def _columns_of(table: str) -> str:
    """The columns of a published table that its table of few rows has, if the file has them."""
    with _KEPT.reading() as kept:
        (statement,) = sql.filled_statements("explain", "told_columns", table=table)
        names = "|".join(name for (name,) in kept.run(statement))
    return f"columns('^({names})$')"


def plan_for_few_rows(db: duckdb.DuckDBPyConnection) -> None:
    """Let the database of a connection leave out optimizers that take longer than to read few rows of large tables."""
    db.execute("set disabled_optimizers = $others", {"others": _other_optimizers()})


_KEPT: Final = KeptReaders(_make_tables)


@cache
def _other_optimizers() -> str:
    with reading_database() as db:
        ((others,),) = db.execute(sql.statements("explain", "other_optimizers_of_reads")[0]).fetchall()
    return str(others)


def pairs_of(record: str) -> list[tuple[str, str]]:
    """The ids of a class and a person that the record may mean, one pair a slash in it."""
    return [(record[:place], record[place + 1 :]) for place, sign in enumerate(record) if sign == "/"]


class _Reader:
    """Reads table after table by the ids that are known so far."""

    def __init__(self, kept: KeptReader, tables: Mapping[str, Path], record: str) -> None:
        self.kept, self.db, self.tables, self.record = kept, kept.db, tables, record
        self.statements = dict(zip(READS, sql.statements("explain", "of_record"), strict=True))
        self.more = dict(zip(MORE, sql.statements("explain", "more_of_record"), strict=True))
        self.questions = dict(zip(QUESTIONS, sql.statements("explain", "ids_of_record"), strict=True))
        self.filled = set[str]()
        self.is_of_person = self.is_of_class = False
        pairs = pairs_of(record)
        self.schools = [record]
        self.accounts = [record] if _ACCOUNT_ID.fullmatch(record) else []
        self.classes = [record, *(class_id for class_id, _ in pairs)]
        self.persons = [record, *(person_id for _, person_id in pairs)]
        self.named, self.owned, self.guardians = list[str](), list[str](), set[str]()
        """Accounts: those that the record names, those that are the record, and those that guard it."""
        self.sent, self.members = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        """What was asked of the rows of the files, and of the memberships."""

    def read(self) -> frozenset[str]:
        """Fill the tables that may have something of the record; returns those that have rows.

        If no table names the record, it stops after the first tables, because nobody reads the others.
        """
        self._read_accounts()
        self._read_files()
        if not self.filled and not self._is_rejected():
            return frozenset()
        self._read_places_in_classes()
        neighbours = self._read_neighbours()
        of_schools = [place for place in self._asked("school_members") if place[0] in self.owned]
        keys = ["/".join(key) for key in (*of_schools, *self._tied())]
        self._read_plan(keys)
        keys += ["/".join(key) for *key, _ in self.members]
        self._read_reasons([*neighbours, *keys])
        self._read_rows_elsewhere()
        return frozenset(self.filled)

    def _read_accounts(self) -> None:
        """Fill the tables of accounts, which give more ids of the person, and those of guardians and children."""
        self._read("guardianships", accounts=self.accounts, persons=self.persons)
        ties = self._asked("guardianships")
        self.named = _each(self.accounts, *(accounts for *accounts, _ in ties))
        students = sorted({*self.persons} - {student for *_, student in ties})
        self._read("accounts", accounts=self.named, persons=self.persons, students=students)
        self._read("removed", accounts=self.accounts, persons=self.persons, classes=self.classes)
        known = [row for row in self._asked("accounts", "removed") if self._is_own(*row)]
        self.owned = _each(account for account, *_ in known)
        self.is_of_person = bool(self.owned)
        self.guardians = {account for account, *_, is_guardian in known if is_guardian and account} - {*self.accounts}
        if self.guardians:
            self._more("guardianships", accounts=sorted(self.guardians), students=self.persons)
        self.persons = _each(self.persons, *(ids for _, *ids, _ in known))

    def _read_files(self) -> None:
        """Fill the tables of lines and rows of the files, and those that the ids alone lead to."""
        self._read("guardian_lines", accounts=sorted(self.guardians | ({*self.accounts} & {*self.owned})))
        lines = _first_of(self._asked("guardian_lines"))
        self._read("sent_rows", persons=self.persons, classes=self.classes, schools=self.schools, lines=lines)
        self._read("school_members", accounts=self.owned, schools=self.schools)
        self._read("classes", classes=self.classes, schools=self.schools)
        self.sent = self._asked("sent_rows")
        of_students = {line for file, line, *_ in self.sent if file == "students.csv"}
        self._more("guardian_lines", lines=sorted(of_students - {*lines}))

    def _read_places_in_classes(self) -> None:
        """Fill the tables of memberships and contact points, and note an enrollment that has no membership."""
        known = self._asked("classes")
        on_platform = [one for one in self.classes if (one,) in known]
        self._read("class_members", accounts=self.owned, classes=on_platform)
        self._read("contact_points", accounts=self.owned)
        self.members = self._asked("class_members")
        self.is_of_class = any(class_id == self.record for class_id, *_ in self.members)
        have_place = {(class_id, person) for class_id, _, role, person in self.members if role != "guardian"}
        enrolled = {(class_id, person) for file, _, class_id, person, _ in self.sent if file == "enrollments.csv"}
        if enrolled - have_place:
            self.filled.add(REFUSED)

    def _read_neighbours(self) -> list[str]:
        """Add the other accounts, classes and schools that the rows name; returns the ids of classes and schools."""
        others = {*_each(*self._tied(), (account for _, account, *_ in self.members))} - {*self.owned, *self.named}
        self._more("accounts", accounts=sorted(others))
        of_rows = (class_id for file, _, class_id, *_ in self.sent if file == "classes.csv")
        classes = _each((class_id for class_id, *_ in self.members), of_rows)
        self._more("classes", classes=classes)
        of_accounts = (school for _, school, _ in self._asked("school_members"))
        schools = _each(self.schools, (row[-1] for row in self.sent), of_accounts)
        self._read("schools", schools=schools)
        return [*classes, *schools]

    def _tied(self) -> list[list[Any]]:
        """The accounts of each guardian and child that were read so far."""
        return [accounts for *accounts, _ in self._asked("guardianships")]

    def _read_rows_elsewhere(self) -> None:
        """Add the rows of the files that have the person or class of an enrollment, perhaps at another school."""
        elsewhere = self._asked("ids_elsewhere", "sent_rows")
        persons, classes = _each(person for _, person in elsewhere), _each(class_id for class_id, _ in elsewhere)
        self._more("sent_rows", persons=persons, classes=classes)

    def _is_own(self, account: str | None, teacher: str | None, student: str | None, _: bool) -> bool:
        """True if an account is the record, and no guardian or child of it."""
        return account in self.accounts or bool({teacher, student} & {*self.persons})

    def _is_rejected(self) -> bool:
        """True if a rejected line has the record as a cell."""
        return "reasons" in self.tables and self._has(
            "reasons", self.statements["rejected_ids"], ids=_hashes(self.persons)
        )

    def _has(self, table: str, statement: str, **keys: Any) -> bool:
        """True if the statement finds a row in the file of the table."""
        asked = {"file": str(self.tables[table]), **keys}
        return bool(self.db.execute(parse_once(statement), asked).fetchall())

    def _read_plan(self, keys: list[str]) -> None:
        places = [f"{class_id}/{account}/" for class_id in self.classes[1:] for account in self.owned]
        first_member, last_member = _bounds(self.owned)
        self._read(
            "changes",
            keys=_each(self.classes, self.persons, self.owned, keys),
            accounts=self.owned,
            first_member=first_member,
            last_member=last_member,
        )
        if places:
            first_place, last_place = _bounds(places)
            self._more("changes", places=places, first_place=first_place, last_place=last_place)
            if "creations" in self.tables and self._has("creations", self.more["creations"]):
                self.filled.add("changes")
                for statement in sql.statements("explain", "created_places"):
                    self.kept.run(statement)

    def _read_reasons(self, keys: list[str]) -> None:
        ids = _each(self.classes, self.persons, self.owned)
        persons, lines = _each(self.persons, (row[-1] for row in self.members)), _each(row[1] for row in self.sent)
        places = self._places_of_reasons(_each(ids, keys, _hashes(ids)), persons, lines)
        self._read("reasons", places=places)
        found = self._asked("reasons")
        self._more("reasons", lines=_each(_first_of(found)), places=places)
        self.filled |= {UNREAD} if any(is_unread for _, is_unread, _ in found) else set()
        self.filled |= {LEFT_OUT} if any(is_school for *_, is_school in found) else set()

    def _places_of_reasons(self, keys: list[str], persons: list[str], lines: list[int]) -> list[int]:
        """The numbers of the rows of reasons that have one of these."""
        if "reasons" not in self.tables:
            return []
        asked = {"file": str(self.tables["reasons"]), "keys": keys, "persons": persons, "lines": lines}
        return _each(_first_of(self.db.execute(parse_once(self.more["places_of_reasons"]), asked).fetchall()))

    def _read(self, table: str, **keys: Any) -> None:
        """Fill the table with the rows that have one of the keys; without a key, there is none to read."""
        if table in self.tables and any(keys.values()):
            self._fill(table, self.statements[table], {"file": str(self.tables[table]), **keys})

    def _more(self, table: str, **keys: Any) -> None:
        """Add the rows of the table that have one of the keys."""
        if table in self.tables and any(keys.values()):
            self._fill(table, self.more[table], {"file": str(self.tables[table]), **keys})

    def _fill(self, table: str, statement: str, values: Mapping[str, Any]) -> None:
        """Put the rows of a statement into the table. A row that it has already stays one."""
        found = self.db.execute(parse_once(sql.fill_names(statement, {"columns": _columns_of(table)})), values)
        if rows := found.fetchall():
            names = ", ".join(f'"{name}"' for name, *_ in found.description or ())
            places = ", ".join("?" * len(rows[0]))
            (insert,) = sql.filled_statements("explain", "add_rows", table=table, names=names, places=places)
            self.kept.few.executemany(insert, rows)
            self.filled.add(table)

    def _asked(self, question: str, *tables: str) -> list[tuple[Any, ...]]:
        """Ids and lines of the rows that were read so far into the tables, or into the one of the question's name."""
        if not self.filled & {question, *tables}:
            return []
        return self.kept.run(self.questions[question]).fetchall()


def _first_of(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The first column of the rows."""
    return [first for first, *_ in rows]


def _hashes(ids: Iterable[str]) -> list[str]:
    """The ids as cells of rejected lines have them."""
    return [md5_of(one) for one in ids]


def _bounds(beginnings: Sequence[str]) -> tuple[str, str]:
    """The first text that may begin with one of these, and one after all such texts."""
    return (min(beginnings), max(beginnings) + LAST) if beginnings else ("", "")


def _each(*lists: Iterable[Any]) -> list[Any]:
    """All ids of the lists, each once."""
    return list(dict.fromkeys(one for ids in lists for one in ids if one is not None))
