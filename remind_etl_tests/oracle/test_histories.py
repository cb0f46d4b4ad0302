"""Random histories of a week go through the real rules, and each day is as the law says."""

from hypothesis import given
from hypothesis import strategies as st

from remind_etl_tests.examples import examples
from remind_etl_tests.oracle.histories import MOST_NEIGHBOURHOODS, history
from remind_etl_tests.oracle.real_side import differences

DAYS = 7
SEEDS = st.integers(0, 2**32 - 1)


@examples(8, is_dear=True)
@given(SEEDS)
def test_each_day_of_a_random_history_is_as_the_law_says(seed: int) -> None:
    """A district has as many histories as neighbourhoods; `python -m remind_etl_tests.oracle shrink` makes one small."""
    assert list(differences(history(seed, DAYS, MOST_NEIGHBOURHOODS))) == []
