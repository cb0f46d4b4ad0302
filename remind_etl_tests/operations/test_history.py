"""The events of a district."""

from pathlib import Path

import pyarrow as pa

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.delivery import Plan, Undo
from remind_etl.delivered.platform import PlatformStore
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.history import History
from remind_etl.published.store import Published
from remind_etl_tests.warehouses import DISTRICT


def test_a_delivery_names_the_one_that_undid_all_of_it_and_none_that_undid_only_its_removals(tmp_path: Path) -> None:
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    decisions.add_district(DISTRICT, "Oak Valley Schools")
    platform = PlatformStore(f"sqlite:///{tmp_path / 'platform.db'}")
    undos = {4: Undo(3, 3, removals_only=True), 5: Undo(1, 2), 6: None, 7: Undo(2, 2)}
    for number in range(1, 8):
        plan = Plan("a drop", f"plan {number}", number - 1, {}, {}, pa.table({}), undo=undos.get(number))
        platform.apply(DISTRICT, plan)

    events = History(decisions, Published(tmp_path), platform, LandingStore(tmp_path)).events(DISTRICT)

    deliveries = {event["what"]: event["detail"] for event in events if event["event"] == "delivery"}
    undone = {number: detail["undone_by"] for number, detail in deliveries.items() if "undone_by" in detail}
    assert undone == {1: 5, 2: 7}
