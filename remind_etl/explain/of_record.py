"""The rows of the published tables that a record's explanation and page need, as temporary tables of a connection."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.schema.tables import EXPLAINED
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.reading import reading_database

READS: Final = (
    *("accounts", "removed", "guardian_lines", "sent_rows", "class_members", "contact_points", "school_members"),
    *("guardianships", "classes", "schools", "changes", "reasons"),
)
"""The statements of of_record.sql in their order."""

MORE: Final = ("accounts", "guardian_lines", "sent_rows")
"""Those of more_of_record.sql."""

QUESTIONS: Final = (
    *("known_ids", "lines_of_guardian", "lines_of_students", "accounts_beside", "classes_named", "ids_elsewhere"),
)
"""Those of ids_of_record.sql."""


@contextmanager
def rows_of_record(tables: Mapping[str, Path], record: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the published tables that are explained, and in them the rows that have to do with the record.

    They may have other rows too. A table that the district does not have yet has none.
    """
    with reading_database() as db:
        _Reader(db, tables, record).read()
        yield db


def pairs_of(record: str) -> list[tuple[str, str]]:
    """The ids of a class and a person that the record may mean, one pair a slash in it."""
    return [(record[:place], record[place + 1 :]) for place, sign in enumerate(record) if sign == "/"]


class _Reader:
    """Reads table after table by the ids that are known so far."""

    def __init__(self, db: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], record: str) -> None:
        self.db, self.tables = db, tables
        self.columns = {table.name: table.columns for table in EXPLAINED}
        self.statements = dict(zip(READS, sql.statements("explain", "of_record"), strict=True))
        self.more = dict(zip(MORE, sql.statements("explain", "more_of_record"), strict=True))
        self.questions = dict(zip(QUESTIONS, sql.statements("explain", "ids_of_record"), strict=True))
        pairs = pairs_of(record)
        self.schools, self.accounts = [record], [record]
        self.classes = [record, *(class_id for class_id, _ in pairs)]
        self.persons = [record, *(person_id for _, person_id in pairs)]

    def read(self) -> None:
        """Make all tables, and fill those that may have something of the record."""
        self._read("accounts", accounts=self.accounts, persons=self.persons)
        self._read("removed", accounts=self.accounts, persons=self.persons, classes=self.classes)
        known = self._asked("known_ids")
        owned = [account for account, *_ in known if account]
        self.persons = _each(self.persons, *(ids for _, *ids in known))
        self._read("guardian_lines", accounts=owned)
        lines = [line for (line,) in self._asked("lines_of_guardian")]
        self._read("sent_rows", persons=self.persons, classes=self.classes, schools=self.schools, lines=lines)
        self._more("guardian_lines", lines=[line for (line,) in self._asked("lines_of_students")])
        self._read("class_members", accounts=owned, classes=self.classes)
        self._read("contact_points", accounts=owned)
        self._read("school_members", accounts=owned, schools=self.schools)
        self._read("guardianships", accounts=owned)
        self._more("accounts", accounts=[account for (account,) in self._asked("accounts_beside")])
        self._read("classes", classes=_each(self.classes, *self._asked("classes_named")), schools=self.schools)
        self._read("schools")
        ids = _each(self.classes, self.persons, owned)
        self._read("reasons", ids=ids, persons=self.persons, classes=self.classes, accounts=owned)
        places = [f"{class_id}/{account}/" for class_id in self.classes[1:] for account in owned]
        self._read("changes", ids=ids, accounts=owned, places=places)
        elsewhere = self._asked("ids_elsewhere")
        self._more(
            "sent_rows", persons=_each(person for _, person in elsewhere), classes=_each(c for c, _ in elsewhere)
        )

    def _read(self, table: str, **keys: list[Any]) -> None:
        """Make the table with the rows that have one of the keys; without a key, there is none to read."""
        if table in self.tables and (any(keys.values()) or not keys):
            self.db.execute(parse_once(self.statements[table]), {"file": str(self.tables[table]), **keys})
            return
        columns = ", ".join(f'null::{column.type} as "{column.name}"' for column in self.columns[table])
        for statement in sql.filled_statements("explain", "no_rows", table=table, columns=columns):
            self.db.execute(parse_once(statement))

    def _more(self, table: str, **keys: list[Any]) -> None:
        """Add the rows of the table that have one of the keys."""
        if table in self.tables and any(keys.values()):
            self.db.execute(parse_once(self.more[table]), {"file": str(self.tables[table]), **keys})

    def _asked(self, question: str) -> list[tuple[Any, ...]]:
        """Ids and lines of the rows that were read so far."""
        return self.db.execute(parse_once(self.questions[question])).fetchall()


def _each(*lists: Iterable[Any]) -> list[Any]:
    """All ids of the lists, each once."""
    return list(dict.fromkeys(one for ids in lists for one in ids if one is not None))
