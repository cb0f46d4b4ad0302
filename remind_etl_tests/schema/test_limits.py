"""How much of a district may go at once."""

import pytest

from remind_etl.errors import UsageError
from remind_etl.schema.limits import Limits


@pytest.mark.parametrize(("removals", "delivered", "held"), [(20, 21, False), (21, 210, False), (21, 209, True)])
def test_what_exceeds_the_share_and_the_count_is_not_allowed(removals: int, delivered: int, held: bool) -> None:
    assert (removals > Limits().allowed(delivered)) is held


def test_a_share_allows_exactly_its_part() -> None:
    assert [Limits(removal_share=0.29, removal_count=0).allowed(n) for n in (0, 99, 100, 101)] == [0, 28, 29, 29]


def test_limits_are_read_from_text() -> None:
    assert Limits().with_values({"removal_share": "0.15", "guardians": "8"}) == Limits(0.15, 20, 5, 8)


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
