"""One look at all districts."""

from dataclasses import replace
from typing import Final

import pytest

from remind_etl.dropped import watch
from remind_etl.dropped.listing import Entry, Listing, assess_upload
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.upload import FILES
from remind_etl_tests.ids import ELM, NORTH, SOUTH

MOST: Final = 200


def uploaded(mtime: int = 1) -> Listing:
    """A complete upload."""
    return assess_upload([Entry(file.file_name, 10, mtime, is_regular=True) for file in FILES])


def look(memory: watch.LookMemory, now: float, quiet: dict[DistrictId, int], mtime: int = 1) -> watch.Look:
    """One look at these districts, each with such an upload; the memory goes through a cursor, as between two ticks."""
    kept = watch.read_cursor(watch.write_cursor(memory))
    return watch.judge_uploads(dict.fromkeys(quiet, uploaded(mtime)), {}, kept, now, watch.Rules(quiet, MOST))


def test_each_district_rests_as_long_as_its_own_quiet_period_says() -> None:
    quiet = {NORTH: 60, SOUTH: 900}
    memory = look(watch.LookMemory(), 1_000.0, quiet).memory

    after_a_minute = look(memory, 1_060.0, quiet)
    assert list(after_a_minute.ready) == [NORTH]
    assert after_a_minute.waiting == {SOUTH: "Rests 900 s before it is taken, 60 s so far."}
    assert list(look(after_a_minute.memory, 1_900.0, quiet).ready) == [SOUTH]


def test_a_run_is_asked_for_once_for_an_upload_and_again_for_another_one() -> None:
    quiet = {NORTH: 0}
    memory = look(watch.LookMemory(), 1_000.0, quiet).memory
    first = look(memory, 1_060.0, quiet)
    assert (list(first.ready), first.since) == ([NORTH], {NORTH: 1_000.0})
    again = look(first.memory, 1_120.0, quiet)
    assert not again.ready

    another = look(again.memory, 1_180.0, quiet, mtime=2)
    assert not another.ready
    assert list(look(another.memory, 1_240.0, quiet, mtime=2).ready) == [NORTH]


def test_uploads_above_the_most_of_one_look_come_with_the_next() -> None:
    quiet = {DistrictId(f"d{n}"): 0 for n in range(MOST + 50)}
    memory = look(watch.LookMemory(), 1_000.0, quiet).memory
    first = look(memory, 1_060.0, quiet)
    second = look(first.memory, 1_120.0, quiet)
    assert (len(first.ready), len(second.ready)) == (MOST, 50)
    assert {*first.ready, *second.ready} == {*quiet}
    assert not look(second.memory, 1_180.0, quiet).ready


def test_an_incomplete_upload_is_named_once_after_hours_without_a_change_and_never_taken() -> None:
    partial = assess_upload(uploaded().files[:2])
    assert partial.waits_for

    def judged(memory: watch.LookMemory, now: float, listing: Listing) -> watch.Look:
        kept = watch.read_cursor(watch.write_cursor(memory))
        return watch.judge_uploads({NORTH: listing}, {}, kept, now, watch.Rules({NORTH: 60}, MOST, stale_seconds=3_600))

    first = judged(watch.LookMemory(), 1_000.0, partial)
    early = judged(first.memory, 4_599.0, partial)
    assert (first.stale, early.stale, early.waiting) == ({}, {}, {NORTH: partial.waits_for})
    late = judged(early.memory, 4_600.0, partial)
    assert (late.stale, late.ready) == ({NORTH: partial.waits_for}, {})
    again = judged(late.memory, 99_999.0, partial)
    assert (again.stale, again.ready, again.waiting) == ({}, {}, {NORTH: partial.waits_for})

    changed = judged(again.memory, 100_000.0, assess_upload(uploaded(2).files[:2]))
    assert not changed.stale
    whole = judged(again.memory, 100_000.0, uploaded())
    assert list(judged(whole.memory, 100_060.0, uploaded()).ready) == [NORTH]


def test_a_file_of_0_bytes_is_named_once_when_a_whole_upload_would_be_taken() -> None:
    emptied = [replace(file, size=0) if file.name == "students.csv" else file for file in uploaded().files]
    listing, rules = assess_upload(emptied), watch.Rules({NORTH: 60}, MOST, stale_seconds=3_600)
    begun = "Waits for students.csv (its upload has begun)."
    lacks = "Waits for students.csv (it has 0 bytes: export it again, and upload it)."

    def judged(memory: watch.LookMemory, now: float, listing: Listing = listing) -> watch.Look:
        kept = watch.read_cursor(watch.write_cursor(memory))
        return watch.judge_uploads({NORTH: listing}, {}, kept, now, rules)

    first = judged(watch.LookMemory(), 1_000.0)
    early = judged(first.memory, 1_059.0)
    assert (early.empty, early.waiting) == ({}, {NORTH: begun})
    rested = judged(early.memory, 1_060.0)
    assert (rested.empty, rested.stale, rested.ready) == ({NORTH: lacks}, {}, {})
    assert rested.waiting == {NORTH: lacks}
    again = judged(rested.memory, 9_999.0)
    assert (again.empty, again.stale, again.waiting) == ({}, {}, {NORTH: lacks})
    whole = judged(again.memory, 10_000.0, uploaded(2))
    assert list(judged(whole.memory, 10_060.0, uploaded(2)).ready) == [NORTH]


def test_a_file_of_0_bytes_beside_its_temporary_file_is_an_upload_under_way() -> None:
    emptied = [replace(file, size=0) if file.name == "students.csv" else file for file in uploaded().files]
    busy = assess_upload([*emptied, Entry("students.csv.part", 1, 1, is_regular=True)])
    memory = watch.judge_uploads({NORTH: busy}, {}, watch.LookMemory(), 1_000.0, watch.Rules({NORTH: 60}, MOST)).memory
    seen = watch.judge_uploads({NORTH: busy}, {}, memory, 2_000.0, watch.Rules({NORTH: 60}, MOST))
    assert (seen.empty, seen.waiting) == ({}, {NORTH: "Waits for students.csv (its upload has begun)."})


def test_what_is_remembered_of_a_district_that_was_not_reached_stays() -> None:
    memory = look(watch.LookMemory(), 1_000.0, {NORTH: 60, SOUTH: 60, ELM: 60}).memory
    after = watch.judge_uploads(
        {NORTH: assess_upload([])}, {}, memory, 1_010.0, watch.Rules({NORTH: 60}, MOST), unseen=[SOUTH, "new"]
    ).memory
    assert [after.of(district, uploaded()) for district in (NORTH, SOUTH, ELM)] == [None, watch.Sighting(1_000.0), None]
    assert after.first == SOUTH
    assert watch.read_cursor(watch.write_cursor(after)) == after


def test_the_cursor_of_ten_thousand_districts_is_below_a_hundred_thousand_bytes() -> None:
    names = [DistrictId(f"district-of-{n}-{n * n}") for n in range(10_000)]
    memory, rules = watch.LookMemory(), watch.Rules(dict.fromkeys(names, 300), MOST)
    for tick in range(50):
        reached = {name: uploaded(mtime=n) for n, name in enumerate(names) if n % 50 == tick}
        unseen = [name for n, name in enumerate(names) if n % 50 < tick]
        memory = watch.judge_uploads(reached, {}, memory, 1.8e9 + 60.123 * tick, rules, unseen).memory
    cursor = watch.write_cursor(memory)
    assert len(memory.seen) == len(names)
    assert len(cursor) < 100_000
    assert watch.read_cursor(cursor).seen.keys() == memory.seen.keys()


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        "",
        "no json",
        "[]",
        '{"seen": 1}',
        '{"seen": "~~~"}',
        '{"seen": "abc"}',
        '{"pending": {"oak": {"since": 1}}}',
    ],
)
def test_a_cursor_that_cannot_be_read_holds_nothing(cursor: str | None) -> None:
    assert watch.read_cursor(cursor) == watch.LookMemory()


def test_a_mark_is_of_the_district_and_of_all_that_belongs_to_its_upload() -> None:
    busy = assess_upload([*uploaded().files, Entry("students.csv.part", 1, 1, is_regular=True)])
    marks = {
        watch.mark_of(district, listing) for district in (NORTH, SOUTH) for listing in (uploaded(), uploaded(2), busy)
    }
    assert len(marks) == 6
    assert watch.mark_of(NORTH, uploaded()) == watch.mark_of(NORTH, replace(uploaded(), fingerprint=""))
