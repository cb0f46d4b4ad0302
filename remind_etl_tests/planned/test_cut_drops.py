"""A drop of which one or two files are cut at any byte removes nothing that the whole drop has."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from remind_etl_tests.districts import Day, files
from remind_etl_tests.examples import examples
from remind_etl_tests.planned.test_properties import Drop, a_district, tidy_drops

CUTS: Final = 4
"""How many cuts of one drop an example tries: the first day and the whole drop are delivered once for them."""


@st.composite
def cuts(draw: st.DrawFn, before: dict[str, str], whole: dict[str, str]) -> dict[str, bytes]:
    """The whole drop, with one or two files cut.

    A file that is cut behind a line end, and begins otherwise than the file before it, gives no evidence. Such a cut is
    one byte earlier.
    """
    sent = {name: text.encode() for name, text in whole.items()}
    for name in draw(st.lists(st.sampled_from(sorted(whole)), min_size=1, max_size=2, unique=True)):
        cut = sent[name][: draw(st.integers(1, len(sent[name]) - 1))]
        sent[name] = cut if before[name].encode().startswith(cut) else cut.removesuffix(b"\n")
    return sent


def _lost(day: Day, *states: str) -> set[tuple[str, str]]:
    """What is removed, and the contact points that an account loses to another."""
    found = [change for state in states for change in day.changes(state)]
    return {(k, i) for k, action, i in found if action == "remove" or (k, action) == ("contact_points", "update")}


def _is_blocked(day: Day) -> bool:
    return bool(day.db.table("valid.problems").filter("severity = 'blocker'").fetchall())


@examples(3, is_dear=True, tries=CUTS)
@given(tidy_drops(), st.data())
def test_a_cut_drop_removes_nothing_that_the_whole_drop_has(drop: Drop, data: st.DataObject) -> None:
    rows = {name: data.draw(st.permutations(lines)) if name != "schools" else lines for name, lines in drop.items()}
    whole = files(
        **{name: lines[: max(1, len(lines) - 1)] if name != "schools" else lines for name, lines in rows.items()}
    )
    before = files(**drop)
    with a_district() as district:
        district.deliver(before)
        with district.day(whole) as day:
            day.plan()
            absent = _lost(day, "go", "held")
        for _ in range(CUTS):
            sent = data.draw(cuts(before, whole))
            with district.day(sent) as day:
                if not _is_blocked(day):
                    day.plan()
                    lost = _lost(day, "go") - absent
                    assert not lost, (lost, before, sent)
