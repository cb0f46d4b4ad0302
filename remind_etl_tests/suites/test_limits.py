"""A district's own limits: honoured by check, refused where they would not be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from remind_etl import suites
from remind_etl.errors import OperatorError
from remind_etl_tests.ids import OAK
from remind_etl_tests.suites.conftest import validated

UNKNOWN = (
    "insert into valid.findings (found_by, code, line) select 'valid/teachers', 'unknown_school', range from range(30)"
)


def unknown_schools(warehouse: Path, district: str | None, districts: Path) -> suites.Judgement:
    judged = validated(warehouse, "valid", "teachers", district=district, districts=districts)
    return next(j for j in judged if j.rule == "unknown_schools_are_few")


def test_a_district_has_its_own_limits_and_all_others_the_base_ones(
    warehouse: Path, alter: Callable[[str], None], limit: Callable[..., Path]
) -> None:
    alter(UNKNOWN)
    districts = limit("oak", "teachers", {"unknown_schools_are_few": {"share": 0.6}})
    assert unknown_schools(warehouse, "oak", districts).passed
    assert not unknown_schools(warehouse, "elm", districts).passed
    assert not unknown_schools(warehouse, None, districts).passed


def test_a_limit_that_is_not_named_stays_and_the_description_says_those_that_hold(
    warehouse: Path, limit: Callable[..., Path]
) -> None:
    districts = limit("oak", "teachers", {"unknown_schools_are_few": {"share": 0.125}})
    judged = unknown_schools(warehouse, "oak", districts)
    assert judged.limits == {"share": 0.125, "count": 20}
    assert (
        judged.description
        == "At most 12.5 % of the rows, or 20 if that is more, have a school_id that is not in schools.csv."
    )


def test_one_file_has_the_limits_of_raw_and_valid(warehouse: Path, limit: Callable[..., Path]) -> None:
    own = {"rejected_rows_are_few": {"count": 7}, "unknown_schools_are_few": {"count": 8}}
    districts = limit("oak", "teachers", own)
    for stage, check, count in (("raw", "rejected_rows_are_few", 7), ("valid", "unknown_schools_are_few", 8)):
        judged = {j.rule: j for j in validated(warehouse, stage, "teachers", district="oak", districts=districts)}
        assert judged[check].limits["count"] == count


def test_limits_of_another_table_change_nothing(limit: Callable[..., Path]) -> None:
    districts = limit("oak", "students", {"unknown_schools_are_few": {"share": 0.6}})
    assert suites.expectations("valid", "teachers", district=OAK, districts=districts) == suites.expectations(
        "valid", "teachers"
    )


@pytest.mark.parametrize(
    ("own", "complaint"),
    [
        ("{", "The limits oak/teachers.json cannot be read as JSON"),
        ([], "The limits oak/teachers.json must be limits by check"),
        (
            {"unknown_school_is_few": {"share": 0.6}},
            "unknown_school_is_few in the limits oak/teachers.json is no check",
        ),
        ({"every_row_has_a_school_id": {"share": 0.6}}, "every_row_has_a_school_id .* is no check with limits"),
        (
            {"unknown_classes_are_few": {"share": 0.6}},
            "unknown_classes_are_few .* is no check with limits; there are: ",
        ),
        ({"unknown_schools_are_few": {"shares": 0.6}}, "teachers.json has no limit shares; it has: share, count"),
        ({"unknown_schools_are_few": {"share": 6}}, "share of unknown_schools_are_few .* from 0 to 1"),
        ({"unknown_schools_are_few": {"share": "0.6 or true"}}, "share of .* in the limits oak/teachers.json must be"),
        ({"unknown_schools_are_few": {"share": True}}, "share of .* must be"),
        ({"unknown_schools_are_few": {"count": -1}}, "count of .* must be a number of at least 0"),
        ('{"unknown_schools_are_few": {"count": NaN}}', "count of .* must be a number of at least 0"),
        ({"unknown_schools_are_few": 0.6}, "must be numbers by name"),
    ],
)
def test_limits_that_could_not_be_honoured_are_refused_with_file_and_check(
    limit: Callable[..., Path], own: object, complaint: str
) -> None:
    districts = limit("oak", "teachers", own)
    for stage in ("raw", "valid"):
        with pytest.raises(OperatorError, match=complaint):
            suites.expectations(stage, "teachers", district=OAK, districts=districts)


def test_a_file_of_limits_whose_name_is_of_no_table_is_refused(limit: Callable[..., Path]) -> None:
    districts = limit("oak", "techers", {})
    with pytest.raises(OperatorError, match=r"oak/techers.json are of no table"):
        suites.expectations("raw", "teachers", district=OAK, districts=districts)
