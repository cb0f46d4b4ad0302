"""Many small cases in one drop: each has schools and people of its own, and a control case loses records in earnest."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import District, files

LETTERS: Final = "zabcdefghijklmno"
"""What the last names of each case end in, those of the control in the first."""

SIZE: Final = 12
"""How many cases each crowd has beside the control: those that nobody names are as on the first day, which crowds share."""

CONTROL: Final = 0
"""The number of the case whose records are absent, which shows that the others do not stay for each other's sake."""

HOUSE: Final = {
    "schools": ["S1,North High"],
    "teachers": ["S1,T1,Ann,Lee,ann@example.org,2125550142"],
    "students": ["S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"],
    "classes": ["S1,C1,T1,Algebra"],
    "enrollments": ["S1,C1,P1"],
}
"""The rows of a case with one school."""

_IDS: Final = re.compile(r"\b([STPC])(\0?)(\d+)\b")
_LAST_NAMES: Final = re.compile(r"\b(Lee|Ray|Fox|Orr|Roe)\b")


def of_case(number: int, text: str) -> str:
    """The text with ids, last names, emails and phones of that case alone: `T1` is `T31` in the third."""
    text = _IDS.sub(rf"\g<1>\g<2>{number}\g<3>", text)
    text = _LAST_NAMES.sub(rf"\g<1>{LETTERS[number]}", text)
    return text.replace("@example.org", f"{number}@example.org").replace("2125550142", f"21255501{number:02}")


@dataclass(frozen=True)
class Crowd:
    """A district of these cases and the control; `first` are the rows of one case on the first day.

    On the next day the rows of `file` are those of each case. The control lacks the rows `gone`, and all of the files `gone`.
    """

    first: Mapping[str, Sequence[str]]
    file: str
    cases: Sequence[Sequence[str]]
    gone: Collection[str]

    def losses(self, district: District) -> list[tuple[int, str, dict[str, Any]]]:
        """The records that each case loses when the next day is delivered, with its number and their kind."""
        district.deliver(self.files([self.first] * (SIZE + 1)))
        before = {kind.name: district.active(kind.name) for kind in KINDS}
        control = {name: [r for r in rows if not {name, r} & {*self.gone}] for name, rows in self.first.items()}
        cases = [{**self.first, self.file: rows} for rows in self.cases]
        with district.day(self.files([control, *cases, *[self.first] * (SIZE - len(cases))])) as day:
            day.plan_and_deliver()
        after = {kind.name: district.active(kind.name) for kind in KINDS}
        accounts = {account["account_id"]: str(account["last_name"]) for account in before["accounts"]}
        return [
            (LETTERS.index(_last_name(accounts, record)), kind, record)
            for kind, records in before.items()
            for record in records
            if record not in after[kind]
        ]

    @staticmethod
    def files(cases: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, str]:
        """The files of a drop with the rows of these cases, by number from 0."""
        return files(
            **{
                file: [of_case(number, row) for number, case in enumerate(cases) for row in case[file]]
                for file in cases[0]
            }
        )


def _last_name(accounts: Mapping[str | None, str], record: Mapping[str, str | None]) -> str:
    """The last letter of the name of the person whose record it is."""
    (owner, *_) = (value for name, value in record.items() if name.endswith("account_id"))
    return accounts[owner][-1]


def losing(losses: list[tuple[int, str, dict[str, Any]]]) -> dict[int, set[str]]:
    """The kinds of records that each case loses, by its number."""
    found: dict[int, set[str]] = {}
    for number, kind, _ in losses:
        found.setdefault(number, set()).add(kind)
    return found
