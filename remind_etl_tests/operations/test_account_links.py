"""Links to accounts outside of the district: who shares an account is listed, and a link can be taken back."""

from pathlib import Path

import pytest

from remind_etl.decided.store import DecisionStore
from remind_etl.errors import UsageError
from remind_etl.operations.account_links import account_links, take_back
from remind_etl_tests.districts import Elsewhere, files, new_district
from remind_etl_tests.warehouses import DISTRICT


def test_a_link_is_listed_and_taken_back_once_with_a_line_in_the_log(tmp_path: Path) -> None:
    district, decisions = new_district(tmp_path), DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}", "kim")
    decisions.add_district(DISTRICT, "Oak")
    district.hold_elsewhere(Elsewhere("far", "ann@example.org", "Ann Lee", "teacher"))
    district.deliver(files())

    (link,) = account_links(district.platform, decisions, DISTRICT)
    assert (link["account_id"], link["rule"], link["teacher_id"]) == ("far", "email_and_name", "T1")
    assert (link["contact_points"], link["other_districts"], link["is_taken_back"]) == (1, 1, False)

    with pytest.raises(UsageError, match="no link to 'near'"):
        take_back(district.platform, decisions, DISTRICT, ["far", "near"])
    assert decisions.taken_back_links(DISTRICT) == []

    assert take_back(district.platform, decisions, DISTRICT, ["far"]) == ["far"]
    assert take_back(district.platform, decisions, DISTRICT, ["far"]) == []
    decided = [(line.what, line.detail, line.decided_by) for line in decisions.log(DISTRICT)]
    assert decided[0] == ("link taken back", {"account_id": "far"}, "kim")
    assert decisions.decided_since(0).keys() == {DISTRICT}
    assert account_links(district.platform, decisions, DISTRICT)[0]["is_taken_back"] is True
