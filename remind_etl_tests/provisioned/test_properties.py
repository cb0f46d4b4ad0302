"""What holds of accounts and contact points for any district: small random ones."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from remind_etl_tests.districts import Day, District, broken, files
from remind_etl_tests.examples import examples
from remind_etl_tests.planned.test_properties import (
    HELD,
    NEIGHBORHOODS,
    Drop,
    Neighborhood,
    a_district,
    hold_elsewhere,
    tidy_drops,
)

few = examples(4, is_dear=True)
"""A day takes a second, however few its rows are: the examples are few, and each has several neighborhoods."""

FAMILY = [
    "S1,A0,Una,Orr,,9,una@example.com,,Uma,Orr,a0@example.com,2125550190",
    "S2,P9,Udo,Orr,,9,,2125550191,Uwe,Orr,,2125550192",
]
"""A family that shares nothing with anybody; the ids and contact points sort before and after those of others."""


def _accounts(day: Day) -> dict[str, tuple[Any, ...]]:
    """Each account with its contact points, once what always holds is checked."""
    day.provision()
    assert broken(day.db) == []
    points = day.rows("provisioned.contact_points", "account_id", "value")
    return {
        row[0]: (*row[1:], *sorted(value for account, value in points if account == row[0]))
        for row in day.rows("provisioned.accounts")
    }


def _of(district: District, drop: Drop) -> dict[str, tuple[Any, ...]]:
    with district.day(files(**drop)) as day:
        return _accounts(day)


@few
@given(tidy_drops(), tidy_drops(), HELD)
def test_adding_an_unrelated_family_changes_no_one_elses_account(
    yesterday: Drop, drop: Drop, held: dict[str, str]
) -> None:
    with a_district() as district:
        district.deliver(files(**yesterday))
        hold_elsewhere(district, held)
        alone = _of(district, drop)
        together = _of(district, {**drop, "students": [FAMILY[0], *drop["students"], FAMILY[1]]})
        assert alone.items() <= together.items()
        assert len(together) - len(alone) == 4


@few
@given(tidy_drops(), st.randoms(use_true_random=False))
def test_removing_a_losers_row_never_takes_the_winners_contact(drop: Drop, chance: random.Random) -> None:
    with a_district() as district:
        with district.day(files(**drop)) as day:
            day.provision()
            lost = day.db.sql(
                'select distinct c."file", c.line, c."value", i.account_id from valid.findings as c '
                'inner join provisioned.contact_points as i using ("value") '
                "where contains(c.code, '_taken') order by all"
            ).fetchall()
        # A row that names the winner too is not the loser's alone.
        lost = [
            row for row in lost if drop[row[0].removesuffix(".csv")][row[1] - 2].count(row[2].removeprefix("+1")) == 1
        ]
        chosen = [chance.choice(rows) for rows in (_lost_in(there, lost) for there in NEIGHBORHOODS) if rows]
        if not chosen:
            return
        gone = {(file, line) for file, line, _, _ in chosen}
        fewer = {
            name: [row for n, row in enumerate(rows, 2) if (f"{name}.csv", n) not in gone]
            for name, rows in drop.items()
        }
        with district.day(files(**fewer)) as day:
            day.provision()
            left = set(day.rows("provisioned.contact_points", "value", "account_id"))
            assert {(value, winner) for _, _, value, winner in chosen} <= left


def _lost_in(there: Neighborhood, lost: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows that lost a contact point of that neighborhood: of each, one row at most is removed."""
    return [row for row in lost if row[2].removeprefix("+1") in (*there.emails, *there.phones)]
