"""Districts of `drops/` that the rules alone take to the platform day by day, beside what the platform holds elsewhere."""

import csv
from pathlib import Path

import pytest

from remind_etl_tests.districts import Elsewhere, all_hold, new_district
from remind_etl_tests.worlds import DROPS

SCENARIOS = sorted(folder.parent.name for folder in DROPS.glob("*/day1"))
PROBLEMS = ("severity", "code", "file", "line", "column", "record_id")

Row = dict[str, str]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_district_comes_day_by_day_to_the_tables_that_are_expected(name: str, tmp_path: Path) -> None:
    district = new_district(tmp_path)
    for row in _rows(DROPS / name / "elsewhere.csv"):
        is_verified = row["is_verified"] == "yes"
        of = row["district_id"]
        district.hold_elsewhere(Elsewhere(row["account_id"], row["value"], row["name"], row["roles"], of, is_verified))
    told: list[Row] = []
    for folder in sorted((DROPS / name).glob("day*")):
        sent = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.csv")}
        with district.day(sent) as day:
            day.plan_and_deliver(check=all_hold)
            told += [
                {"day": folder.name, **dict(zip(PROBLEMS, map(_text, row), strict=True))}
                for row in day.rows("valid.problems", *PROBLEMS)
            ]

    for table in ("accounts", "contact_points", "guardianships", "class_memberships", "problems"):
        found = told if table == "problems" else [{k: _text(v) for k, v in r.items()} for r in district.active(table)]
        assert found == _rows(DROPS / name / "expected" / f"{table}.csv"), table


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _rows(path: Path) -> list[Row]:
    """The rows of a file, none if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as text:
        return list(csv.DictReader(text))
