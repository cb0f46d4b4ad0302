"""What holds of accounts and contact points for any district: small random ones."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from remind_etl_tests.districts import Day, District, broken, files
from remind_etl_tests.examples import examples
from remind_etl_tests.planned.test_properties import HELD, Drop, a_district, hold_elsewhere, tidy_drops

few = examples(10, is_dear=True)
"""A day takes half a second: the examples are few, and not shrunk."""

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
@given(tidy_drops(), st.data())
def test_removing_a_losers_row_never_takes_the_winners_contact(drop: Drop, data: st.DataObject) -> None:
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
        if not lost:
            return
        file, line, value, winner = data.draw(st.sampled_from(lost))
        name = file.removesuffix(".csv")
        fewer = {**drop, name: [row for n, row in enumerate(drop[name], 2) if n != line]}
        with district.day(files(**fewer)) as day:
            day.provision()
            assert (value, winner) in day.rows("provisioned.contact_points", "value", "account_id")
