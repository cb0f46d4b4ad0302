"""Invalid is not absent: a drop damaged in any way removes only what a clean reader finds absent from a readable file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from remind_etl_tests.districts import Day, files
from remind_etl_tests.examples import examples
from remind_etl_tests.planned.test_properties import ALONE, SCHOOLS, Drop, a_district, tidy_drops
from remind_etl_tests.raw import grammar
from remind_etl_tests.raw.grammar import Piece
from remind_etl_tests.warehouses import SMALL


@dataclass
class Damaged:
    """A drop as it was sent, and as a clean reader finds it: what is absent is absent from both."""

    sent: dict[str, bytes] = field(default_factory=dict)
    clean: Drop = field(default_factory=dict)
    link: dict[str, str] = field(default_factory=dict)
    is_refused: bool = False

    def __repr__(self) -> str:
        return json.dumps([{name: str(content) for name, content in self.sent.items()}, self.clean, self.link])


def _header(file: str) -> list[str]:
    return SMALL[f"{file}.csv"].split("\n", 1)[0].split(",")


REQUIRED: Mapping[str, int] = {"schools": 2, "teachers": 5, "students": 4, "classes": 4, "enrollments": 3}
"""The first columns of each file may not be blank."""


@st.composite
def _blanked(draw: st.DrawFn, file: str, row: list[str], delimiter: str) -> list[Piece]:
    """The row without a value that it must have."""
    place = draw(st.integers(0, REQUIRED[file] - 1))
    return [Piece(delimiter.join([*row[:place], "", *row[place + 1 :]]))]


@st.composite
def _swallowed(draw: st.DrawFn, first: list[str], second: list[str], delimiter: str) -> list[Piece]:
    """Two rows without the end of line between them, or with a quote that opens in one and closes in the other.

    The first of these may be cut off or have cells too many; delimiters may have a blank after them, as those of a text.
    """
    if draw(st.booleans()):
        return [Piece(delimiter.join(first) + delimiter.join(second))]
    between = delimiter + draw(st.sampled_from(["", " "]))
    opens, closes = draw(st.integers(0, len(first) - 1)), draw(st.integers(0, len(second) - 1))
    first = draw(st.sampled_from([first, first[: opens + 1], first[:-1], [*first, "x"]]))
    second = [*second[:closes], f'{second[closes]}"', *second[closes + 1 :]]
    ahead, quoted = between.join(first[:opens]), between.join(first[opens:])
    return [Piece(f'{ahead}{delimiter if opens else ""}"{quoted}\n{between.join(second)}')]


@st.composite
def _sent(draw: st.DrawFn, file: str, rows: list[str], header: list[str]) -> bytes:
    """The file with these rows: some of them damaged, records that are none among them, in any encoding."""
    delimiter, pieces, left = draw(st.sampled_from(grammar.DELIMITERS)), [], [row.split(",") for row in rows]
    while left:
        row, *left = left
        match draw(st.sampled_from(["well-formed"] * 6 + ["broken", "blanked", "swallowed", "stray", "blank line"])):
            case "broken":
                pieces += draw(grammar.broken(len(header), delimiter, row))
            case "blanked":
                pieces += draw(_blanked(file, row, delimiter))
            case "swallowed" if left:
                pieces += draw(_swallowed(row, left.pop(0), delimiter))
            case "stray":
                pieces += [draw(grammar.well_formed(row, delimiter)), *draw(grammar.broken(len(header), delimiter))]
            case "blank line":
                pieces += [draw(grammar.blank(delimiter)), draw(grammar.well_formed(row, delimiter))]
            case _:
                pieces.append(draw(grammar.well_formed(row, delimiter)))
    return draw(grammar.written(header, pieces, delimiter)).content


@st.composite
def _cut(draw: st.DrawFn, file: str, rows: list[str]) -> tuple[bytes, list[str]]:
    """The file, ending in the middle, and its whole rows: the one that is cut, and those after it, may be absent."""
    lines = "".join(f"{row}\n" for row in rows)
    cut = lines[: draw(st.integers(1, len(lines)))]
    mark, codec, _ = grammar.ENCODINGS[draw(st.sampled_from([name for name in grammar.ENCODINGS if "utf" in name]))]
    content = mark + (",".join(_header(file)) + "\n" + cut).encode(codec)
    return content[: len(content) - draw(st.integers(0, 1))], rows[: cut.count("\n")]


@st.composite
def damaged_drops(draw: st.DrawFn, drop: Drop) -> Damaged:
    """The drop with rows absent and damaged, files cut off, not sent or without their header, schools waiting again."""
    made = Damaged()
    for file, rows in drop.items():
        gone = draw(st.sets(st.integers(0, len(rows) - 1), max_size=3)) if file != "schools" else set()
        made.clean[file] = [row for n, row in enumerate(rows) if n not in gone] or rows
    harms = draw(st.dictionaries(st.sampled_from(sorted(drop)), st.sampled_from(("cut", "lose", "unhead")), max_size=1))
    for file, rows in made.clean.items():
        header = _header(file)
        match harms.get(file):
            case "cut":
                made.sent[f"{file}.csv"], made.clean[file] = draw(_cut(file, rows))
            case "lose":
                made.is_refused = True
            case harm:
                header = [f"{name}x" if harm and name.endswith("_id") else name for name in header]
                made.is_refused = made.is_refused or harm is not None
                made.sent[f"{file}.csv"] = draw(_sent(file, rows, header))
    made.link = draw(st.dictionaries(st.sampled_from(SCHOOLS), st.just("waits"), max_size=1))
    return made


def _removed(day: Day) -> set[tuple[str, str]]:
    return {(kind, record) for kind, action, record in _taken(day) if action == "remove"}


FOR_ANOTHERS_ROW: Final = (
    "a row of their student was rejected",
    "a row of their student names a guardian who gets no account",
)
"""Why a guardian stays whom no row may name any more."""


def _absent(day: Day) -> set[tuple[str, str]]:
    """What is not in a clean drop: what goes, guardians who stay for another's row alone, and contact points that moved.

    Whoever had a contact point that another account has now has it no more.
    """
    moved = {(kind, record) for kind, _, record in _taken(day) if kind == "contact_points"}
    spared = {record for record, reason in day.protected().items() if reason in FOR_ANOTHERS_ROW}
    return _removed(day) | moved | spared


def _taken(day: Day) -> list[tuple[str, str, str]]:
    return [change for state in ("go", "held") for change in day.changes(state) if change[1] in ("remove", "update")]


def _is_refused(day: Day) -> bool:
    """True if the gate stops the drop."""
    return bool(day.db.table("valid.problems").filter("severity = 'blocker'").fetchall())


@examples(8, is_dear=True)
@given(tidy_drops(ALONE), st.data())
def test_nothing_is_removed_that_a_clean_reader_finds(drop: Drop, data: st.DataObject) -> None:
    damaged = data.draw(damaged_drops(drop))
    with a_district() as district:
        district.deliver(files(**drop))
        with district.day(files(**damaged.clean)) as day:
            day.plan()
            absent = _absent(day)
        with district.day(damaged.sent, damaged.link) as day:
            assert _is_refused(day) >= damaged.is_refused
            if not _is_refused(day):
                day.plan()
                lost = _removed(day) - absent
                assert not lost, (lost, drop)
