"""Random histories of a week go through the real rules, and each day is as the law says."""

from typing import Final

import pytest
from hypothesis import settings

from remind_etl_tests.oracle.histories import MOST_NEIGHBOURHOODS, history
from remind_etl_tests.oracle.real_side import differences

DAYS: Final = 7
HISTORIES: Final = 2000 if settings.get_current_profile_name() == "thorough" else 56
"""A district has as many histories at once as neighbourhoods."""

KNOWN: Final = {
    "a new guardian has a contact point",
    "a plan that is made after its own delivery is empty",
    "a teacher has an email",
    "after an undoing, a teacher has an email",
    "an absent person goes or waits",
    "the teacher or student who wins a contact point has it",
}
"""Laws that the product is known to break; README.md has an example of each."""


@pytest.mark.property
@pytest.mark.parametrize("seed", range(HISTORIES // MOST_NEIGHBOURHOODS))
def test_each_day_of_a_random_history_is_as_the_law_says(seed: int) -> None:
    found = differences(history(seed, DAYS, MOST_NEIGHBOURHOODS))
    assert [(day, difference) for day, difference in found if difference.law not in KNOWN] == []
