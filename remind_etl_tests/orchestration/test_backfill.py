"""A backfill of several districts, launched and shown as Dagster's UI does it, on the real code location."""

import logging
from pathlib import Path
from typing import Any, Final

import pytest
from dagster._core.instance_for_test import instance_for_test
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster_graphql.test.utils import execute_dagster_graphql

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, FIR, OAK
from remind_etl_tests.warehouses import SMALL

pytestmark = pytest.mark.server

LAUNCH: Final = """
mutation launch($districts: [String!]!) {
  launchPartitionBackfill(backfillParams: {
    partitionNames: $districts
    selector: {
      partitionSetName: "sync_partition_set"
      repositorySelector: {repositoryLocationName: "remind_etl", repositoryName: "__repository__"}
    }
  }) {
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
PAGE: Final = """
query page($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status partitionStatuses { results { partitionName runStatus } } }
  }
}
"""
TARGET: Final = ModuleTarget(
    "remind_etl.definitions", attribute=None, working_directory=None, location_name="remind_etl"
)


def _ask(workspace: WorkspaceProcessContext, query: str, **variables: object) -> Any:
    (answer,) = execute_dagster_graphql(workspace.create_request_context(), query, variables).data.values()
    return answer


def _land(folder: Path, district: DistrictId, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    store = DecisionStore(settings.home().decisions_url)
    store.add_district(district, district, link_policy="exact")
    store.import_schools(district, {"S1": "North High", "S2": "South High"})
    land_folder(LandingStore(settings.home().landed), district, folder)


def test_of_a_backfill_one_district_fails_and_is_listed_and_the_others_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    for district in (ELM, FIR, OAK):
        _land(tmp_path / district, district, SMALL | ({"students.csv": "x\n"} if district == "fir" else {}))
    with (
        instance_for_test(synchronous_run_coordinator=True, synchronous_run_launcher=True) as instance,
        WorkspaceProcessContext(instance, TARGET) as workspace,
    ):
        instance.add_dynamic_partitions("district", ["elm", "fir", "oak"])
        backfill = _ask(workspace, LAUNCH, districts=["elm", "fir", "oak"])["backfillId"]
        while _ask(workspace, PAGE, id=backfill)["status"] == "REQUESTED":
            assert not any(execute_backfill_iteration(workspace, logging.getLogger("backfill")))
        page = _ask(workspace, PAGE, id=backfill)

    assert page["status"] == "COMPLETED_FAILED"
    assert {row["partitionName"]: row["runStatus"] for row in page["partitionStatuses"]["results"]} == {
        "elm": "SUCCESS",
        "fir": "FAILURE",
        "oak": "SUCCESS",
    }
    published = Published(settings.home().published)
    stands = {district: published.manifest(district) for district in (ELM, FIR, OAK)}
    assert {district: len(m.blockers) for district, m in stands.items() if m} == {"elm": 0, "fir": 1, "oak": 0}
    assert {district: m.counts.get("students") for district, m in stands.items() if m} == {
        "elm": 2,
        "fir": None,
        "oak": 2,
    }
