"""Random histories of a week go through the real rules, and each day is as the law says."""

from math import ceil
from typing import Final

import pytest
from hypothesis import settings

from remind_etl_tests.oracle.histories import MOST_NEIGHBOURHOODS, history
from remind_etl_tests.oracle.real_side import differences

DAYS: Final = 7
HISTORIES: Final = 2000 if settings.get_current_profile_name() == "thorough" else 100
"""A district has as many histories at once as neighbourhoods."""


@pytest.mark.property
@pytest.mark.parametrize("seed", range(ceil(HISTORIES / MOST_NEIGHBOURHOODS)))
def test_each_day_of_a_random_history_is_as_the_law_says(seed: int) -> None:
    assert [*differences(history(seed, DAYS, MOST_NEIGHBOURHOODS))] == []
