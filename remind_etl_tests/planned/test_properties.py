"""What holds for any district: small random ones, a day or two of each."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from remind_etl.catalogue.statuses import HELD_OTHERS
from remind_etl.schema.limits import REMOVALS, Limits
from remind_etl.schema.records import ACCOUNTS, KINDS, Kind
from remind_etl_tests.districts import Day, District, Elsewhere, all_hold, contradictions, files, new_district
from remind_etl_tests.examples import examples

few = examples(6, is_dear=True)
"""A day takes a second, however few its rows are: the examples are few, and each has several neighborhoods."""

Drop = dict[str, list[str]]
"""The lines of each file, without header."""

NAMES: Final = (("Ann", "Lee"), ("Änn", "LEE"), ("Bob", "Ray"), ("Cem", "Tan"))


@dataclass(frozen=True)
class Neighborhood:
    """Schools whose people share no id and no contact point with those of others; `number` has one digit.

    Several make one drop, so that one plan has several small examples.
    """

    number: int

    @property
    def schools(self) -> tuple[str, ...]:
        """The ids of its schools."""
        return self.ids("S", 3)

    @property
    def emails(self) -> tuple[str, ...]:
        """The emails that its people share."""
        return tuple(f"{name}{self.number}@example.org" for name in "abcd")

    @property
    def phones(self) -> tuple[str, ...]:
        """The phones that its people share."""
        return tuple(f"21255501{self.number + 4}{n}" for n in range(4))

    def ids(self, kind: str, count: int) -> tuple[str, ...]:
        """So many ids, such as `T1`, or `T21` in the second neighborhood."""
        return tuple(f"{kind}{self.number or ''}{n}" for n in range(1, count + 1))


NEIGHBORHOODS: Final = tuple(Neighborhood(number) for number in range(4))
ALONE: Final = NEIGHBORHOODS[0]
SCHOOLS: Final = ALONE.schools


def _some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *values))


@st.composite
def _drops_of(draw: st.DrawFn, there: Neighborhood) -> Drop:
    """A drop in which people share names and contact points, and some rows are wrong."""
    emails, phones, teachers, students = there.emails, there.phones, there.ids("T", 3), there.ids("P", 4)
    places = st.sampled_from((*there.schools, "S9"))
    name = st.sampled_from(NAMES).map(",".join)
    teacher = st.tuples(places, st.sampled_from(teachers), name, _some(*emails, "none"), _some(*phones))
    known_as = st.one_of(name, st.just(","))
    guardian = st.one_of(st.just(",,,"), st.tuples(known_as, _some(*emails), _some(*phones, "12")).map(",".join))
    student = st.tuples(places, _some(*students), name, st.just(",9"), _some(*emails), _some(*phones), guardian)
    classes = st.sampled_from(there.ids("C", 3))
    lines: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
        "teachers": teacher,
        "students": student,
        "classes": st.tuples(places, classes, st.sampled_from(teachers), st.sampled_from(("Algebra", "Art"))),
        "enrollments": st.tuples(places, classes, _some(*students, *teachers, "X")),
    }
    drop = {name: draw(st.lists(line.map(",".join), min_size=1, max_size=8)) for name, line in lines.items()}
    schools = draw(st.sets(st.sampled_from(there.schools), min_size=1))
    return {"schools": [f"{school},School {school}" for school in sorted(schools)], **drop}


@st.composite
def _tidy_drops_of(draw: st.DrawFn, there: Neighborhood) -> Drop:
    """A drop whose rows do not contradict each other: what a row says of a person follows from the id, or from the guardian.

    People share names and contact points all the same.
    """
    fixed = random.Random(draw(st.integers(0, 999)))  # noqa: S311

    def pick(values: tuple[str, ...]) -> str:
        return fixed.choice(values)

    emails, phones = there.emails, there.phones
    names = [",".join(name) for name in NAMES if str(name[0]) != "Änn"]
    teachers = {t: f"{fixed.choice(names)},{pick(emails)},{pick(('', *phones))}" for t in there.ids("T", 4)}
    students = {s: f"{fixed.choice(names)},,9,{pick(('', *emails))},{pick(('', *phones))}" for s in there.ids("P", 5)}
    known_as = [*names, ","]
    by_email = {email: fixed.choice(known_as) for email in emails}
    guardians = [",,,", *(f"{name},{email},{pick(('', *phones))}" for email, name in by_email.items())]
    guardians += [f"{fixed.choice(known_as)},,{phone}" for phone in phones]
    places, classes = st.sampled_from(there.schools), there.ids("C", 3)
    rows = {
        "teachers": st.tuples(places, st.sampled_from([f"{t},{about}" for t, about in teachers.items()])),
        "students": st.tuples(
            places, st.sampled_from([f"{s},{about}" for s, about in students.items()]), st.sampled_from(guardians)
        ),
        "enrollments": st.tuples(places, st.sampled_from(classes), st.sampled_from((*teachers, *students))),
    }
    drop = {name: draw(st.lists(row.map(",".join), min_size=1, max_size=10)) for name, row in rows.items()}
    taught = [f"{draw(places)},{c},{draw(st.sampled_from(list(teachers)))},Class {c}" for c in classes]
    return {"schools": [f"{school},School {school}" for school in there.schools], "classes": taught, **drop}


def _together(parts: tuple[Drop, ...]) -> Drop:
    """One drop of those of several neighborhoods."""
    return {name: [line for part in parts for line in part[name]] for name in parts[0]}


def drops(*there: Neighborhood) -> st.SearchStrategy[Drop]:
    """A drop of those neighborhoods, some of whose rows are wrong."""
    return st.tuples(*map(_drops_of, there)).map(_together)


def tidy_drops(*there: Neighborhood) -> st.SearchStrategy[Drop]:
    """A drop of those neighborhoods, all if none is named, whose rows do not contradict each other."""
    return st.tuples(*map(_tidy_drops_of, there or NEIGHBORHOODS)).map(_together)


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
@given(st.lists(drops(*NEIGHBORHOODS[:3]), min_size=2, max_size=2))
def test_what_was_delivered_is_what_should_be_and_what_was_kept_or_waits_and_refers_to_nothing_else(
    days: list[Drop],
) -> None:
    with a_district() as district:
        for drop in days:
            before = {kind: _by_id(kind, district.active(kind.name)) for kind in KINDS}
            with district.day(files(**drop)) as day:
                planned = day.plan_and_deliver(check=all_hold)
                assert set(planned.holds) <= {"schools", "reused_ids", "shared_contacts", "moves", "guardians"}
                held, refused = day.changes("held"), _people_without_a_contact_point(day)
                stays = [*day.protected(), *((kind, record) for kind, action, record in held if action != "create")]
                for kind in KINDS:
                    kept = {record for k, record in stays if k == kind.name}
                    kept |= _kept_without_a_contact_point(day) if kind is ACCOUNTS else set()
                    waits = {record for k, action, record in held if (k, action) == (kind.name, "create")}
                    there, should = _by_id(kind, district.active(kind.name)), _should_be(day, kind)
                    waits |= {record for record in should if refused & {*record.split("/")}}
                    assert set(there) == (set(should) | kept) - waits
                    if kind is not ACCOUNTS:  # a protected account takes values of its rows, others go without theirs
                        assert {i: there[i] for i in kept} == {i: before[kind][i] for i in kept}
                        assert {i: there[i] for i in {*there} - kept} == {i: should[i] for i in {*there} - kept}
                assert _dangling(district) == []
                again = day.plan_and_deliver()
                assert sum(again.actions.values()) == 0


def _people_without_a_contact_point(day: Day) -> set[str]:
    """The guardians and teachers who are not created, because what they need stays with a protected account."""
    found = set()
    for table, condition in (("guardians_without_contact", "true"), ("teachers_with_taken_email", "is_new")):
        if day.rows_where("information_schema.tables", f"table_name = '{table}'", "table_name"):
            found |= {account for (account,) in day.rows_where(f"planned_steps.{table}", condition, "account_id")}
    assert not found or {"guardian_without_contact", "email_taken"} & {code for code, _ in day.problems()}
    return found


def _kept_without_a_contact_point(day: Day) -> set[str]:
    """The accounts that no row names, which stay as protected ones and lose a contact point to one of a higher role."""
    moved = {owner for (owner,) in day.rows_where("planned.contact_point_changes", "state = 'go'", "old_account_id")}
    updated = {record for kind, action, record in day.changes() if (kind, action) == ("accounts", "update")}
    return updated & moved - {row[0] for row in day.rows("provisioned.accounts", "account_id")}


def _dangling(district: District) -> list[str]:
    """The active records of the platform that contradict each other, or name a record that is not there."""
    found = contradictions(district)
    accounts = {a["account_id"]: a for a in district.active("accounts")}
    contacts = {(c["account_id"], c["kind"], c["value"]) for c in district.active("contact_points")}
    found += [
        f"an account whose {kind} is no contact point"
        for account in accounts.values()
        for kind in ("email", "phone")
        if account[kind] is not None and (account["account_id"], kind, account[kind]) not in contacts
    ]
    ties, members = district.active("guardianships"), district.active("class_memberships")
    named = {
        "contact point": {owner for owner, _, _ in contacts},
        "school member": {m["account_id"] for m in district.active("school_members")},
        "guardianship": {tie[f"{role}_account_id"] for tie in ties for role in ("guardian", "student")},
        "class membership": {m["account_id"] for m in members},
    }
    found += [f"a {what} without its account" for what, owners in named.items() if not owners <= set(accounts)]
    classes = {c["class_id"] for c in district.active("classes")}
    return found + ["a membership without its class" for m in members if m["class_id"] not in classes]


HELD: Final = st.dictionaries(
    st.sampled_from([value for n in NEIGHBORHOODS for value in (*n.emails, *(f"+1{phone}" for phone in n.phones))]),
    st.sampled_from(("u", "v", "w", "x", "y", "z")),
    max_size=8,
)
"""Contact points that accounts outside of the district hold, with the account."""


def hold_elsewhere(district: District, held: dict[str, str]) -> None:
    """Let accounts outside of the district hold these."""
    for value, account_id in held.items():
        district.hold_elsewhere(Elsewhere(account_id, value, "Ann Lee"))


@few
@given(drops(*NEIGHBORHOODS), tidy_drops(), HELD, st.randoms())
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
def test_an_equal_drop_makes_an_empty_plan_and_holds_what_was_held(drop: Drop) -> None:
    with a_district() as district:
        first = district.deliver(files(**drop))
        with district.day(files(**drop)) as day:
            planned = day.plan()
            assert (sum(planned.actions.values()), planned.held, planned.holds) == (0, first.held, first.holds)


def _renamed_by(day: Day, released: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """The updates of accounts in nothing but the email or phone that they name, for contact points that were released."""
    moved = {record.partition("/")[2] for kind, _, record in released if kind == "contact_points"}
    found = set()
    for kind, action, account in day.changes():
        if (kind, action) == ("accounts", "update"):
            change = day.one("planned.account_changes", f"account_id = '{account}'")
            sides = [(c, {change[f"old_{c}"], change[f"new_{c}"]}) for c in ACCOUNTS.columns[1:]]
            if all(c in ("email", "phone") and values & moved for c, values in sides if len(values) > 1):
                found.add((kind, action, account))
    return found


APPROVED: Final = st.sets(st.sampled_from((*REMOVALS, *HELD_OTHERS)))
"""Kinds of held changes that a person approved."""


@examples(4, is_dear=True)
@given(tidy_drops(), tidy_drops(), tidy_drops(), st.lists(APPROVED, min_size=2, max_size=2))
def test_an_approval_covers_what_was_shown_and_nothing_else(
    yesterday: Drop, shown: Drop, changed: Drop, approvals: list[set[str]]
) -> None:
    tight = Limits(removal_share=0, removal_count=0, school_count=1, guardians=2)
    with a_district() as district:
        district.deliver(files(**yesterday))
        with district.day(files(**shown)) as day:
            planned = day.plan(limits=tight)
            held, going = set(day.changes("held")), set(day.changes())
            needs = dict(day.db.sql('select (kind, "action", id), waits_for from planned.changes').fetchall())
        with district.day(files(**shown)) as day:
            for kinds in approvals:
                approved = day.plan({planned.hold_hash or "none": kinds}, limits=tight)
                went = set(day.changes()) - going
                released = {change for change in held if any(kinds.issuperset(n) for n in needs[change])}
                assert released <= went <= released | _renamed_by(day, released)
                assert approved.held == planned.held - len(released)
                if kinds >= set(planned.holds):
                    assert approved.held == 0
        with district.day(files(**changed)) as day:
            going = (day.plan(limits=tight), set(day.changes()))[1]
            day.plan({planned.hold_hash or "none": {*REMOVALS, *HELD_OTHERS}}, limits=tight)
            assert set(day.changes()) == going
