"""How deliveries that are undone are named."""

import pytest

from remind_etl.delivered.delivery import Receipt, undone_in_words


def _receipt(number: int, undoes: int | None = None, to: int | None = None) -> Receipt:
    return Receipt(number, "a drop", "a hash", {}, {}, "2026-09-01T12:00:00.000+00:00", undoes=undoes, undoes_to=to)


@pytest.mark.parametrize(
    ("receipts", "named"),
    [
        ([_receipt(1)], ""),
        ([_receipt(1), _receipt(2, 1, 1)], "delivery 1"),
        ([_receipt(1), _receipt(2), _receipt(3, 2, 2), _receipt(4, 1, 1)], "deliveries 1 and 2"),
        ([*map(_receipt, (1, 2, 3, 4)), _receipt(5, 2, 3), _receipt(6, 4, 4)], "deliveries 2, 3 and 4"),
        ([*map(_receipt, (1, 2, 3)), _receipt(4, 1, 3)], "deliveries 1 to 3"),
        ([_receipt(1), _receipt(2, 1, 1), _receipt(3, 1, 1)], "delivery 1"),
        ([_receipt(1), _receipt(2, 1, 1), _receipt(3)], ""),
        ([_receipt(1), _receipt(2), _receipt(3, 1, 1)], "delivery 1"),
    ],
)
def test_all_deliveries_that_are_undone_now_are_named(receipts: list[Receipt], named: str) -> None:
    assert undone_in_words(receipts[::-1]) == named
