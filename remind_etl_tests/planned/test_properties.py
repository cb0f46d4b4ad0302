"""What holds for any district: small random ones, a day or two of each."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from remind_etl.catalogue.statuses import HELD_OTHERS
from remind_etl.schema.limits import REMOVALS, Limits
from remind_etl.schema.records import KINDS, Kind
from remind_etl_tests.districts import Day, District, Elsewhere, broken, contradictions, files, new_district
from remind_etl_tests.examples import examples

few = examples(20, is_dear=True)
"""A day takes half a second: the examples are small, and not shrunk."""

Drop = dict[str, list[str]]
"""The lines of each file, without header."""

SCHOOLS: Final = ("S1", "S2", "S3")
NAMES: Final = (("Ann", "Lee"), ("Änn", "LEE"), ("Bob", "Ray"), ("Cem", "Tan"))
EMAILS: Final = tuple(f"{name}@example.org" for name in "abcd")
PHONES: Final = tuple(f"21255501{n}" for n in range(40, 44))


def _some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *values))


@st.composite
def drops(draw: st.DrawFn) -> Drop:
    """A drop in which people share names and contact points, and some rows are wrong."""
    places = st.sampled_from((*SCHOOLS, "S9"))
    name = st.sampled_from(NAMES).map(",".join)
    teacher = st.tuples(places, st.sampled_from(("T1", "T2", "T3")), name, _some(*EMAILS, "none"), _some(*PHONES))
    known_as = st.one_of(name, st.just(","))
    guardian = st.one_of(st.just(",,,"), st.tuples(known_as, _some(*EMAILS), _some(*PHONES, "12")).map(",".join))
    student = st.tuples(
        places,
        st.sampled_from(("P1", "P2", "P3", "P4", "")),
        name,
        st.just(",9"),
        _some(*EMAILS),
        _some(*PHONES),
        guardian,
    )
    users = st.sampled_from(("P1", "P2", "P3", "P4", "T1", "T2", "T3", "X", ""))
    classes = st.sampled_from(("C1", "C2", "C3"))
    lines: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
        "teachers": teacher,
        "students": student,
        "classes": st.tuples(places, classes, st.sampled_from(("T1", "T2", "T3")), st.sampled_from(("Algebra", "Art"))),
        "enrollments": st.tuples(places, classes, users),
    }
    drop = {name: draw(st.lists(line.map(",".join), min_size=1, max_size=8)) for name, line in lines.items()}
    schools = draw(st.sets(st.sampled_from(SCHOOLS), min_size=1))
    return {"schools": [f"{school},School {school}" for school in sorted(schools)], **drop}


@st.composite
def tidy_drops(draw: st.DrawFn) -> Drop:
    """A drop whose rows do not contradict each other: what a row says of a person follows from the id, or from the guardian.

    People share names and contact points all the same.
    """
    fixed = random.Random(draw(st.integers(0, 999)))  # noqa: S311

    def pick(values: tuple[str, ...]) -> str:
        return fixed.choice(values)

    names = [",".join(name) for name in NAMES if str(name[0]) != "Änn"]
    teachers = {f"T{n}": f"{fixed.choice(names)},{pick(EMAILS)},{pick(('', *PHONES))}" for n in range(4)}
    students = {f"P{n}": f"{fixed.choice(names)},,9,{pick(('', *EMAILS))},{pick(('', *PHONES))}" for n in range(5)}
    known_as = [*names, ","]
    by_email = {email: fixed.choice(known_as) for email in EMAILS}
    guardians = [",,,", *(f"{name},{email},{pick(('', *PHONES))}" for email, name in by_email.items())]
    guardians += [f"{fixed.choice(known_as)},,{phone}" for phone in PHONES]
    places = st.sampled_from(SCHOOLS)
    rows = {
        "teachers": st.tuples(places, st.sampled_from([f"{t},{about}" for t, about in teachers.items()])),
        "students": st.tuples(
            places, st.sampled_from([f"{s},{about}" for s, about in students.items()]), st.sampled_from(guardians)
        ),
        "enrollments": st.tuples(places, st.sampled_from(("C1", "C2", "C3")), st.sampled_from((*teachers, *students))),
    }
    drop = {name: draw(st.lists(row.map(",".join), min_size=1, max_size=10)) for name, row in rows.items()}
    classes = [f"{draw(places)},C{n},{draw(st.sampled_from(list(teachers)))},Class {n}" for n in (1, 2, 3)]
    return {"schools": [f"{school},School {school}" for school in SCHOOLS], "classes": classes, **drop}


@contextmanager
def a_district() -> Iterator[District]:
    with tempfile.TemporaryDirectory() as folder:
        yield new_district(Path(folder))


def _by_id(kind: Kind, records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {"/".join(record[c] for c in kind.columns if c in kind.key): record for record in records}


def _should_be(day: Day, kind: Kind) -> dict[str, dict[str, Any]]:
    return _by_id(kind, [dict(zip(kind.columns, row, strict=True)) for row in day.rows(f"provisioned.{kind.name}")])


def _tables(day: Day) -> dict[str, list[Any]]:
    return {kind.name: day.rows(f"provisioned.{kind.name}") for kind in KINDS}


@few
@given(st.lists(drops(), min_size=1, max_size=3))
def test_what_was_delivered_is_what_should_be_and_what_was_kept_or_waits(days: list[Drop]) -> None:
    with a_district() as district:
        for drop in days:
            before = {kind: _by_id(kind, district.active(kind.name)) for kind in KINDS}
            with district.day(files(**drop)) as day:
                planned = day.walk()
                assert broken(day.db) == []
                assert set(planned.holds) <= {"schools", "reused_ids"}
                stays = [*day.protected(), *((kind, record) for kind, _, record in day.changes("held"))]
                kept = {kind: {record for k, record in stays if k == kind.name} for kind in KINDS}
                for kind in KINDS:
                    there, should = _by_id(kind, district.active(kind.name)), _should_be(day, kind)
                    assert set(there) == set(should) | kept[kind]
                    if kind.name != "accounts":  # a protected account takes the values that its rows give
                        assert {i: there[i] for i in kept[kind]} == {i: before[kind][i] for i in kept[kind]}
                    if kind.name != "accounts":  # these go without what another account keeps
                        assert {i: r for i, r in there.items() if i not in kept[kind]} == {
                            i: r for i, r in should.items() if i not in kept[kind]
                        }
                again = day.walk()
                assert sum(again.actions.values()) == 0


@few
@given(st.lists(drops(), min_size=1, max_size=3))
def test_nothing_on_the_platform_refers_to_what_is_not_there(days: list[Drop]) -> None:
    with a_district() as district:
        for drop in days:
            with district.day(files(**drop)) as day:
                day.walk()
            assert contradictions(district) == []
            accounts = {a["account_id"]: a for a in district.active("accounts")}
            contacts = {(c["account_id"], c["kind"], c["value"]) for c in district.active("contact_points")}
            for account in accounts.values():
                for kind in ("email", "phone"):
                    assert account[kind] is None or (account["account_id"], kind, account[kind]) in contacts
            assert {owner for owner, _, _ in contacts} <= set(accounts)
            assert {m["account_id"] for m in district.active("school_members")} <= set(accounts)
            for tie in district.active("guardianships"):
                assert {tie["guardian_account_id"], tie["student_account_id"]} <= set(accounts)
            classes = {c["class_id"] for c in district.active("classes")}
            for seat in district.active("class_memberships"):
                assert seat["account_id"] in accounts
                assert seat["class_id"] in classes


HELD: Final = st.dictionaries(
    st.sampled_from((*EMAILS, *(f"+1{phone}" for phone in PHONES))), st.sampled_from(("x", "y", "z")), max_size=4
)
"""Contact points that accounts outside of the district hold, with the account."""


def hold_elsewhere(district: District, held: dict[str, str]) -> None:
    """Let accounts outside of the district hold these."""
    for value, account_id in held.items():
        district.hold_elsewhere(Elsewhere(account_id, value, "Ann Lee"))


@few
@given(drops(), tidy_drops(), HELD, st.randoms())
def test_the_order_of_rows_that_do_not_contradict_each_other_changes_nothing(
    yesterday: Drop, drop: Drop, held: dict[str, str], chance: random.Random
) -> None:
    with a_district() as district:
        district.deliver(files(**yesterday))
        hold_elsewhere(district, held)
        with district.day(files(**drop)) as day:
            day.provision()
            tables, found = _tables(day), set(day.problems())
        shuffled = {name: chance.sample(lines, len(lines)) for name, lines in drop.items()}
        with district.day(files(**shuffled)) as day:
            day.provision()
            assert _tables(day) == tables
            assert set(day.problems()) == found


@few
@given(tidy_drops())
def test_an_equal_drop_makes_an_empty_plan(drop: Drop) -> None:
    with a_district() as district:
        district.deliver(files(**drop))
        with district.day(files(**drop)) as day:
            planned = day.plan()
            assert (sum(planned.actions.values()), planned.held) == (0, 0)


@few
@given(tidy_drops(), tidy_drops(), st.sampled_from(("same", "other", "changed")), st.data())
def test_an_approval_covers_what_was_shown_and_nothing_else(
    yesterday: Drop, shown: Drop, then: str, data: st.DataObject
) -> None:
    tight = Limits(removal_share=0, removal_count=0, school_count=1, guardians=2)
    with a_district() as district:
        district.deliver(files(**yesterday))
        with district.day(files(**shown)) as day:
            planned = day.plan(limits=tight)
            held = set(day.changes("held"))
            needs = dict(day.db.sql('select (kind, "action", id), waits_for from planned.changes').fetchall())
        sent = {"same": shown, "other": yesterday}.get(then) or data.draw(tidy_drops())
        kinds = data.draw(st.sets(st.sampled_from((*REMOVALS, *HELD_OTHERS))))
        with district.day(files(**sent)) as day:
            going = (day.plan(limits=tight), set(day.changes()))[1]
            approved = day.plan({planned.hold_hash or "none": kinds}, limits=tight)
            released = set(day.changes()) - going
            assert released <= (held if sent == shown else set())
            assert approved.held == (planned.held - len(released) if sent == shown else approved.held)
            if sent == shown:
                assert released == {change for change in held if any(kinds.issuperset(n) for n in needs[change])}
            if kinds >= set(planned.holds) and sent == shown:
                assert approved.held == 0
