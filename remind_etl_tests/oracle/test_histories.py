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
    (2, "a person has the name of the first row"),
    (2, "a teacher has an email"),
    (2, "a teacher who has the email has an account"),
    (3, "a guardian is new at a student only if a row names them"),
    (3, "a guardianship is of an active guardian"),
    (3, "an absent person goes or waits"),
    (3, "the owner of a class, and nobody else, has the membership of an owner"),
}
"""Seeds, and the laws that the product is known to break there; README.md has an example of each."""


@pytest.mark.property
@pytest.mark.parametrize("seed", range(HISTORIES // MOST_NEIGHBOURHOODS))
def test_each_day_of_a_random_history_is_as_the_law_says(seed: int) -> None:
    found = differences(history(seed, DAYS, MOST_NEIGHBOURHOODS))
    assert [(day, difference) for day, difference in found if (seed, difference.law) not in KNOWN] == []
