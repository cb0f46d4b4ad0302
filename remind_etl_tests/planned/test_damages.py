"""Invalid is not absent: a drop damaged in any way removes only what a clean reader finds absent from a readable file."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from remind_etl_tests.districts import Day, files
from remind_etl_tests.planned.test_properties import SCHOOLS, Drop, a_district, few, tidy_drops
from remind_etl_tests.warehouses import SMALL


@dataclass
class Damaged:
    """A drop as it was sent, and as a clean reader finds it: what is absent is absent from both."""

    sent: dict[str, str]
    clean: dict[str, str]
    link: dict[str, str] = field(default_factory=dict)
    is_refused: bool = False


def _damages(file: str) -> list[Callable[[list[str]], list[str]]]:
    """Ways to make a row unreadable or wrong, as functions of its cells."""
    cells = len(SMALL[f"{file}.csv"].split("\n", 1)[0].split(","))
    required = {"schools": 2, "teachers": 5, "students": 4, "classes": 4, "enrollments": 3}[file]

    def blank(n: int) -> Callable[[list[str]], list[str]]:
        return lambda row: [*row[:n], "", *row[n + 1 :]]

    def spoil(n: int, how: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
        return lambda row: [*row[:n], how(row[n]), *row[n + 1 :]]

    return [
        *(blank(n) for n in range(required)),
        *(spoil(n, how) for n in range(cells) for how in (lambda cell: f"{cell}\0", lambda cell: f'"{cell}')),
        lambda row: [*row, "x"],
        lambda row: row[:-1],
    ]


def _left(rows: list[str], data: st.DataObject) -> list[str]:
    """The rows without a few, which are absent."""
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=3)) if len(rows) > 1 else set()
    return [row for n, row in enumerate(rows) if n not in gone] or rows


@st.composite
def damaged_drops(draw: st.DrawFn, drop: Drop) -> Damaged:
    """The drop with rows absent, rows damaged, files cut off, not sent or without their header, schools waiting again."""
    data = draw(st.data())
    clean = {name: _left(rows, data) if name != "schools" else rows for name, rows in drop.items()}
    lines = {name: list(rows) for name, rows in clean.items()}
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(lines)))
        line = draw(st.integers(0, len(lines[name]) - 1))
        if lines[name][line] == clean[name][line]:
            lines[name][line] = ",".join(draw(st.sampled_from(_damages(name)))(lines[name][line].split(",")))
    made = Damaged(files(**lines), files(**clean))
    for harm in draw(st.lists(st.sampled_from((_cut, _lose, _unhead, _wait)), max_size=2, unique=True)):
        harm(made, data)
    return made


def _cut(drop: Damaged, data: st.DataObject) -> None:
    """A file ends in the middle; the row that is cut may be absent for a clean reader, and so are those after it."""
    name = data.draw(st.sampled_from(sorted(drop.sent)))
    text, header = drop.sent[name], len(SMALL[name].split("\n", 1)[0])
    drop.sent[name] = text[: data.draw(st.integers(header + 1, len(text)))]
    whole = drop.sent[name].count("\n")
    drop.clean[name] = "".join(drop.clean[name].splitlines(keepends=True)[:whole])


def _lose(drop: Damaged, data: st.DataObject) -> None:
    """A file is not sent; without both roster files a drop is one of three."""
    name = data.draw(st.sampled_from(sorted(drop.sent)))
    del drop.sent[name]
    drop.is_refused = True


def _unhead(drop: Damaged, data: st.DataObject) -> None:
    """A header names a column that the contract does not know."""
    name = data.draw(st.sampled_from(sorted(drop.sent)))
    drop.sent[name] = drop.sent[name].replace("_id", "_idx", 1)
    drop.is_refused = True


def _wait(drop: Damaged, data: st.DataObject) -> None:
    """A school waits to be linked again."""
    drop.link[data.draw(st.sampled_from(SCHOOLS))] = "waits"


def _removed(day: Day, *states: str) -> set[tuple[str, str]]:
    return {(kind, record) for state in states for kind, action, record in day.changes(state) if action == "remove"}


def _is_refused(day: Day) -> bool:
    """True if the gate stops the drop."""
    return bool(day.db.table("valid.problems").filter("severity = 'blocker'").fetchall())


@few
@given(tidy_drops(), st.data())
def test_nothing_is_removed_that_a_clean_reader_finds(drop: Drop, data: st.DataObject) -> None:
    damaged = data.draw(damaged_drops(drop))
    with a_district() as district:
        district.deliver(files(**drop))
        with district.day(damaged.clean) as day:
            day.plan()
            absent = _removed(day, "go", "held")
        with district.day(damaged.sent, damaged.link) as day:
            assert _is_refused(day) >= damaged.is_refused
            if not _is_refused(day):
                day.plan()
                assert _removed(day, "go") - absent == set(), json.dumps([drop, damaged.sent, damaged.link])


@few
@given(tidy_drops(), st.data())
def test_a_row_that_is_there_and_damaged_removes_nothing(drop: Drop, data: st.DataObject) -> None:
    with a_district() as district:
        district.deliver(files(**drop))
        damaged = {name: list(lines) for name, lines in drop.items()}
        for _ in range(data.draw(st.integers(1, 3))):
            name = data.draw(st.sampled_from(sorted(damaged)))
            line = data.draw(st.integers(0, len(damaged[name]) - 1))
            damage = data.draw(st.sampled_from(_damages(name)))
            if damaged[name][line] == drop[name][line]:
                damaged[name][line] = ",".join(damage(drop[name][line].split(",")))
        with district.day(files(**damaged)) as day:
            day.plan()
            removed = day.db.table("planned.changes").filter("\"action\" = 'remove'")
            assert removed.project('kind, "before"').fetchall() == [], json.dumps(damaged)
