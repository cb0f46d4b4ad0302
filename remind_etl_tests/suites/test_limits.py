"""A district's own limits: honoured by a rule, refused where they would not be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remind_etl import suites
from remind_etl.errors import OperatorError
from remind_etl.schema.limits import FileLimits
from remind_etl_tests.suites.conftest import validated

UNKNOWN = (
    "insert into valid.findings (found_by, code, line) select 'valid/teachers', 'unknown_school', range from range(30)"
)


def unknown_schools(warehouse: Path, own: FileLimits) -> suites.Judgement:
    judged = validated(warehouse, "valid", "teachers", own=own)
    return next(j for j in judged if j.rule == "unknown_schools_are_few")


def test_the_own_limits_of_a_district_hold_in_the_place_of_the_usual_ones(
    warehouse: Path, alter: Callable[[str], None]
) -> None:
    alter(UNKNOWN)
    assert unknown_schools(warehouse, {"teachers": {"unknown_schools_are_few": {"share": 0.6}}}).passed
    assert not unknown_schools(warehouse, {}).passed


def test_a_limit_that_is_not_named_stays_and_the_description_says_those_that_hold(warehouse: Path) -> None:
    judged = unknown_schools(warehouse, {"teachers": {"unknown_schools_are_few": {"share": 0.125}}})
    assert judged.limits == {"share": 0.125, "count": 20}
    assert (
        judged.description
        == "At most 12.5 % of the rows, or 20 if that is more, have a school_id that is not in schools.csv."
    )


def test_limits_of_a_file_hold_for_its_raw_and_its_valid_table(warehouse: Path) -> None:
    own = {"teachers": {"rejected_rows_are_few": {"count": 7}, "unknown_schools_are_few": {"count": 8}}}
    for stage, check, count in (("raw", "rejected_rows_are_few", 7), ("valid", "unknown_schools_are_few", 8)):
        judged = {j.rule: j for j in validated(warehouse, stage, "teachers", own=own)}
        assert judged[check].limits["count"] == count


def test_limits_of_another_table_change_nothing() -> None:
    own = {"students": {"unknown_schools_are_few": {"share": 0.6}}}
    assert suites.expectations("valid", "teachers", own=own) == suites.expectations("valid", "teachers")


@pytest.mark.parametrize(
    ("own", "complaint"),
    [
        (
            {"unknown_school_is_few": {"share": 0.6}},
            "unknown_school_is_few of teachers.csv in the district's own limits is no rule with limits",
        ),
        ({"every_row_has_a_school_id": {"share": 0.6}}, "every_row_has_a_school_id .* is no rule with limits"),
        ({"unknown_classes_are_few": {"share": 0.6}}, "unknown_classes_are_few .* is no rule with limits; there are: "),
        ({"unknown_schools_are_few": {"shares": 0.6}}, "own limits has no limit shares; it has: share, count"),
        ({"unknown_schools_are_few": {"share": 6}}, "share of unknown_schools_are_few .* from 0 to 1"),
        ({"unknown_schools_are_few": {"share": "0.6 or true"}}, "share of unknown_schools_are_few .* must be"),
        ({"unknown_schools_are_few": {"share": True}}, "share of .* must be"),
        ({"unknown_schools_are_few": {"count": -1}}, "count of .* must be a number of at least 0"),
        ({"unknown_schools_are_few": {"count": float("nan")}}, "count of .* must be a number of at least 0"),
        ({"unknown_schools_are_few": 0.6}, "must be numbers by name"),
    ],
)
def test_limits_that_could_not_be_honoured_are_refused_with_file_and_rule(own: Any, complaint: str) -> None:
    for stage in ("raw", "valid"):
        with pytest.raises(OperatorError, match=complaint):
            suites.expectations(stage, "teachers", own={"teachers": own})
