"""The real side: a history goes through the real rules, day by day, and is judged after each day."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import duckdb

from remind_etl.delivered.delivery import Undo
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.undo import plan_undo
from remind_etl.schema.limits import REMOVALS, Limits
from remind_etl.schema.records import KINDS
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests import districts
from remind_etl_tests.districts import PLATFORM, District
from remind_etl_tests.oracle import laws
from remind_etl_tests.oracle.histories import Day, History, Person
from remind_etl_tests.oracle.laws import Difference
from remind_etl_tests.oracle.reading import read
from remind_etl_tests.oracle.state import Memory, Outcome, State
from remind_etl_tests.warehouses import DISTRICT

WIDE: Final = Limits(removal_share=1, removal_count=1_000_000)
"""Limits that hold no removal for its number; a person approves what is held for another reason."""
BLOCKERS: Final = "select count(*) from valid.problems where severity = 'blocker'"


@cache
def _migrated() -> bytes:
    """A platform's database without a record, worked out once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / PLATFORM
        store = PlatformStore(f"sqlite:///{file}")
        store.engine.dispose()
        with closing(sqlite3.connect(file)) as db:
            db.execute("pragma wal_checkpoint(truncate)")
            db.execute("pragma journal_mode = delete")
        return file.read_bytes()


@contextmanager
def a_district(elsewhere: tuple[Person, ...] = ()) -> Iterator[District]:
    """A new district, beside accounts outside of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / PLATFORM
        file.write_bytes(_migrated())
        with closing(sqlite3.connect(file)) as db, db:
            for person in elsewhere:
                db.execute(
                    "insert into accounts (district_id, account_id, roles, first_name, last_name) values (?, ?, ?, ?, ?)",
                    ("elm", person.account_id, person.roles, person.first, person.last),
                )
                db.execute(
                    "insert into contact_points (district_id, account_id, kind, value) values (?, ?, ?, ?)",
                    ("elm", person.account_id, person.kind, person.value),
                )
        district = District(Path(folder), PlatformStore(f"sqlite:///{file}"))
        try:
            yield district
        finally:
            district.platform.engine.dispose()


def state_of(district: District) -> State:
    """What the platform holds as active."""
    records = district.platform.state(DISTRICT).records
    return State.of(
        {kind.name: [r for r in load_records(records[kind.name]).to_pylist() if not r["removed_at"]] for kind in KINDS}
    )


def differences(history: History) -> Iterator[tuple[int, Difference]]:
    """What the real rules do against the law, with the number of the day, from 0."""
    memory = Memory(elsewhere=history.elsewhere)
    with a_district(history.elsewhere) as district:
        for number, day in enumerate(history.days):
            before = state_of(district)
            yield from ((number, found) for found in _differences_of_day(district, day, before, memory))


def _differences_of_day(district: District, day: Day, before: State, memory: Memory) -> Iterator[Difference]:
    reading = read(day.files)
    with district.day(day.files, day.links) as real:
        ((blockers,),) = real.db.sql(BLOCKERS).fetchall()
        if reading.is_blocked or blockers:
            yield from laws.judge_block(reading, bool(blockers), real.problems())
            shutil.rmtree(district.folder / f"day{district.days}")
            return
        broken = list[str]()

        def look(db: duckdb.DuckDBPyConnection) -> None:
            broken.extend(districts.broken(db) if day.repeats else ())

        planned = real.plan(limits=WIDE, approve_always=REMOVALS, check=look) if day.approves else real.plan(check=look)
        held = {(kind, record) for kind, _, record in real.changes("held")}
        protected = set(real.protected())
        problems = real.problems()
        real.deliver()
        after = state_of(district)
        outcome = Outcome(before, after, held, protected, tuple(planned.holds), problems)
        yield from laws.judge(reading, day, outcome, memory)
        if day.repeats:
            yield from (Difference("the checks of provisioned tables hold", rule) for rule in broken)
            again = real.plan(limits=WIDE if day.approves else None)
            yield from laws.judge_repeat(again.actions, real.changes())
    shutil.rmtree(district.folder / f"day{district.days}")
    if day.undoes:
        yield from _undo(district, before, after, memory)
    memory.remember(state_of(district) if day.undoes else after, reading)


def _undo(district: District, before: State, after: State, memory: Memory) -> Iterator[Difference]:
    last = district.platform.last_delivery(DISTRICT)
    if last is None or before == after or last.undoes is not None:
        return
    with duckdb.connect() as db:
        plan = plan_undo(db, district.platform.past(DISTRICT, Undo(last.number, last.number))).plan
        district.platform.apply(DISTRICT, plan)
    undone = state_of(district)
    yield from laws.judge_undo(before, after, undone, memory.left)
    memory.left |= undone.accounts.keys() - before.accounts.keys()
