"""One look at all districts."""

from typing import Final

from remind_etl.dropped import watch
from remind_etl.dropped.listing import Entry, Listing, assess_upload
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.upload import FILES
from remind_etl_tests.ids import NORTH, SOUTH

MOST: Final = 200


def uploaded(mtime: int = 1) -> Listing:
    """A complete upload."""
    return assess_upload([Entry(file.file_name, 10, mtime, is_regular=True) for file in FILES])


def look(memory: watch.Memory, now: float, quiet: dict[DistrictId, int], mtime: int = 1) -> watch.Look:
    """One look at these districts, each with such an upload; the memory goes through a cursor, as between two ticks."""
    return watch.look(
        dict.fromkeys(quiet, uploaded(mtime)), {}, watch.read_cursor(watch.write_cursor(memory)), now, quiet, MOST
    )


def test_each_district_rests_as_long_as_its_own_quiet_period_says() -> None:
    quiet = {NORTH: 60, SOUTH: 900}
    memory = look(watch.Memory(), 1_000.0, quiet).memory

    after_a_minute = look(memory, 1_060.0, quiet)
    assert list(after_a_minute.ready) == [NORTH]
    assert after_a_minute.waiting == {SOUTH: "Rests 900 s before it is taken, 60 s so far."}
    assert list(look(after_a_minute.memory, 1_900.0, quiet).ready) == [SOUTH]
