"""Names of folders for ids that may hold anything."""

import re

from hypothesis import given
from hypothesis import strategies as st

from remind_etl.published.report.names import possible_names, safe_names


def test_a_plain_id_is_its_own_name() -> None:
    assert safe_names(["0101", "North-High_2"]) == {"0101": "0101", "North-High_2": "North-High_2"}


def test_ids_that_differ_in_case_only_have_names_that_differ_in_more() -> None:
    names = safe_names(["a1", "A1"])
    assert len({name.casefold() for name in names.values()}) == 2


def test_what_systems_keep_for_themselves_is_no_name() -> None:
    assert not {"con", "lpt1", "without_school", "", ".", ".."} & set(
        safe_names(["con", "lpt1", "without_school", "", ".", ".."]).values()
    )


@given(st.lists(st.text(max_size=400), unique=True, max_size=20))
def test_whatever_an_id_holds_its_name_is_safe_and_its_own(ids: list[str]) -> None:
    names = safe_names(ids)
    assert len({name.casefold() for name in names.values()}) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", name) for name in names.values())


def test_the_name_of_an_id_among_others_is_one_of_those_that_it_may_have() -> None:
    ids = ["a1", "A1", "0101", "con", "", "North High", "é"]
    for one, name in safe_names(ids).items():
        assert name in possible_names(one)
        assert [other for other in ids if other != one and name in possible_names(other)] == []
