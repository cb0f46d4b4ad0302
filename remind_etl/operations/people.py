"""What the platform has of people and classes, from what was published: personal data, for the district's own eyes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from remind_etl.schema.tables import EXPLAINED
from remind_etl.warehouse import sql
from remind_etl.warehouse.reading import published_tables_of

MOST: Final = 50
"""Rows of a search, and of a class, that are shown."""

SHORTEST: Final = 3
"""The fewest characters of a name that a search takes."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """An account: the row of itself, of its guardians and children, and of its classes."""

    account: Row
    relatives: list[Row]
    classes: list[Row]


@dataclass(frozen=True)
class Found:
    """People and classes that a text may mean. `people` and `members` are of an id, the others of a name or contact."""

    people: list[Person]
    members: list[Row]
    like_people: list[Row]
    like_classes: list[Row]


def find_people(tables: Mapping[str, Path], text: str) -> Found:
    """What the published tables have of an id, or of people and classes with such a name, email or phone."""
    with published_tables_of({table.name: tables.get(table.name) for table in EXPLAINED}) as db:
        search, search_classes = sql.statements("operations", "search_people")
        account, relatives, places, members = sql.statements("operations", "people")

        def ask(statement: str, **values: object) -> list[Row]:
            rows: list[Row] = db.sql(statement, params=values).to_arrow_table().to_pylist()
            return rows

        accounts = ask(account, record=text)
        ids = [row["account_id"] for row in accounts]
        of_accounts = ask(relatives, accounts=ids) if ids else []
        in_classes = ask(places, accounts=ids) if ids else []
        like = {"text": text, "most": MOST + 1}
        is_long = len(text) >= SHORTEST
        return Found(
            [Person(row, _of(of_accounts, row["account_id"]), _of(in_classes, row["account_id"])) for row in accounts],
            ask(members, record=text, most=MOST + 1),
            ask(search, **like, digits=re.sub("[^0-9]", "", text)) if is_long else [],
            ask(search_classes, **like) if is_long else [],
        )


def _of(rows: list[Row], account_id: str) -> list[Row]:
    return [row for row in rows if row["account_id"] == account_id]
