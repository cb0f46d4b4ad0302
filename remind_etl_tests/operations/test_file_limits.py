"""How a person changes how much of a district's files may be wrong."""

import json
from pathlib import Path

import pytest

from remind_etl.errors import UsageError
from remind_etl.operations.file_limits import limits_in_force, read_limits, with_limits
from remind_etl.schema.limits import FileLimits

REJECTED = "students.rejected_rows_are_few"
OWN: FileLimits = {"students": {"rejected_rows_are_few": {"share": 0.2}}}


def test_a_limit_is_changed_by_its_name_and_all_others_stay() -> None:
    own = with_limits(OWN, {f"{REJECTED}.count": "50", "teachers.unknown_schools_are_few.share": "0.3"})

    assert own == {
        "students": {"rejected_rows_are_few": {"share": 0.2, "count": 50}},
        "teachers": {"unknown_schools_are_few": {"share": 0.3}},
    }
    changed = {limit.name: limit.value for limit in limits_in_force(own) if limit.value != limit.usual}
    assert changed == {
        f"{REJECTED}.share": 0.2,
        f"{REJECTED}.count": 50,
        "teachers.unknown_schools_are_few.share": 0.3,
    }


def test_a_limit_without_a_value_is_the_usual_one_again() -> None:
    assert with_limits(OWN, {f"{REJECTED}.share": ""}) == {}


def test_a_limit_that_an_update_dropped_can_be_taken_out_and_not_changed() -> None:
    former = {"students": {"former_rule": {"share": 0.2}, **OWN["students"]}}
    assert with_limits(former, {"students.former_rule.share": ""}) == OWN
    with pytest.raises(UsageError, match=r"'students\.former_rule\.share' is not a limit of a file"):
        with_limits(former, {"students.former_rule.share": "0.3"})


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("students.rejected_rows.share", "0.2", "'students.rejected_rows.share' is not a limit of a file"),
        ("share", "0.2", "'share' is not a limit"),
        (f"{REJECTED}.share", "a lot", "share is 'a lot': give a number"),
        (f"{REJECTED}.share", "1.5", "share of rejected_rows_are_few .* must be a number from 0 to 1"),
        (f"{REJECTED}.count", "-1", "count of rejected_rows_are_few .* must be a number of at least 0"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(name: str, value: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        with_limits(OWN, {name: value})


def test_limits_are_read_from_one_file_a_table(tmp_path: Path) -> None:
    (tmp_path / "students.json").write_text(json.dumps(OWN["students"]))
    (tmp_path / "teachers.json").write_text("{}")

    assert read_limits(tmp_path) == OWN


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("techers.json", "{}", "techers.json is of no table"),
        ("teachers.json", "{", "teachers.json cannot be read as JSON"),
        ("teachers.json", "[]", "teachers.json must have limits by rule"),
        ("teachers.json", '{"unknown_classes_are_few": {"share": 0.6}}', "unknown_classes_are_few of teachers.csv"),
        ("teachers.txt", "{}", "has no files of limits"),
    ],
)
def test_files_that_are_no_limits_are_refused_by_name(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(UsageError, match=complaint):
        read_limits(tmp_path)
