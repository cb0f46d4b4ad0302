from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from remind_etl.errors import UsageError
from remind_etl.operations.pauses import end_of_pause

NEW_YORK = ZoneInfo("America/New_York")


def test_a_pause_ends_with_its_last_day_in_the_time_zone() -> None:
    now = datetime(2026, 8, 30, tzinfo=UTC)
    assert end_of_pause(date(2026, 8, 31), NEW_YORK, now) == datetime(2026, 9, 1, 4, tzinfo=UTC)


def test_today_may_be_the_last_day_and_yesterday_may_not() -> None:
    now = datetime(2026, 9, 1, 3, tzinfo=UTC)
    assert end_of_pause(date(2026, 8, 31), NEW_YORK, now) > now
    with pytest.raises(UsageError, match="2026-08-30 has passed"):
        end_of_pause(date(2026, 8, 30), NEW_YORK, now)
