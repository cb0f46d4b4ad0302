"""How much of a district may go at once."""

import pytest

from remind_etl.errors import UsageError
from remind_etl.schema.limits import Limits


@pytest.mark.parametrize(("removals", "delivered", "held"), [(20, 40, False), (21, 210, False), (21, 209, True)])
def test_what_exceeds_the_share_and_the_count_is_not_allowed(removals: int, delivered: int, held: bool) -> None:
    assert (removals > Limits().allowed(delivered)) is held


@pytest.mark.parametrize(
    ("removals", "delivered", "held"), [(1, 2, False), (1, 1, True), (8, 15, True), (7, 15, False)]
)
def test_more_than_half_is_not_allowed_however_few_they_are(removals: int, delivered: int, held: bool) -> None:
    assert (removals > Limits().allowed(delivered)) is held


@pytest.mark.parametrize(
    ("removals", "usual", "held"), [(5, 0, False), (6, 0, True), (9, 3, False), (10, 3, True), (21, 9, True)]
)
def test_more_than_three_times_the_usual_and_five_is_not_allowed(removals: int, usual: int, held: bool) -> None:
    assert (removals > Limits().allowed(200, usual)) is held


def test_a_share_allows_exactly_its_part() -> None:
    assert [Limits(removal_share=0.29, removal_count=0).allowed(n) for n in (0, 99, 100, 101)] == [0, 28, 29, 29]


def test_limits_are_read_from_text() -> None:
    assert Limits().with_values({"removal_share": "0.15", "guardians": "8"}) == Limits(removal_share=0.15, guardians=8)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("removal_share", text) for text in ("1.01", "-0.1", "ten", "nan")),
        *(("removal_count", text) for text in ("-1", "2.5", "1000000001", "9" * 5000)),
        *(("school_count", "0"), ("guardians", "1"), ("speed", "1")),
    ],
)
def test_a_limit_that_cannot_be_is_refused(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=name):
        Limits().with_values({name: text})
