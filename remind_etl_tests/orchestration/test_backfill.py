"""A backfill of several districts, launched and shown as Dagster's UI does it: over HTTP, by webserver and daemon."""

import json
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

import pytest

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.demo import running_dagster
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.orchestration.instance import open_instance
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, FIR
from remind_etl_tests.warehouses import SMALL

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

PATIENCE_SECONDS: Final = 540

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


def _ask(url: str, query: str, **variables: object) -> Any:
    """The answer of the webserver to a GraphQL query of one field."""
    asked = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{url}/graphql", asked, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        (answer,) = json.load(response)["data"].values()
    return answer


def _land(folder: Path, district: DistrictId, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    store = DecisionStore(settings.home().decisions_url)
    store.add_district(district, district, link_policy="exact")
    store.import_schools(district, {"S1": "North High", "S2": "South High"})
    land_folder(LandingStore(settings.home().landed), district, folder)


def test_of_a_backfill_one_district_fails_and_is_listed_and_the_other_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DAGSTER_HOME", "")
    for district in (ELM, FIR):
        _land(tmp_path / district, district, SMALL | ({"students.csv": "x\n"} if district == "fir" else {}))
    with open_instance() as instance:
        instance.add_dynamic_partitions("district", ["elm", "fir"])
    with running_dagster(sftp_port=1) as dagster:
        backfill = _ask(dagster.url, LAUNCH, districts=["elm", "fir"])["backfillId"]
        until = time.monotonic() + PATIENCE_SECONDS
        while (page := _ask(dagster.url, PAGE, id=backfill))["status"] == "REQUESTED":
            assert time.monotonic() < until, page
            time.sleep(1)

    assert page["status"] == "COMPLETED_FAILED"
    assert {row["partitionName"]: row["runStatus"] for row in page["partitionStatuses"]["results"]} == {
        "elm": "SUCCESS",
        "fir": "FAILURE",
    }
    published = Published(settings.home().published)
    stands = {district: published.manifest(district) for district in (ELM, FIR)}
    assert {district: len(m.blockers) for district, m in stands.items() if m} == {"elm": 0, "fir": 1}
    assert {district: m.counts.get("students") for district, m in stands.items() if m} == {
        "elm": 2,
        "fir": None,
    }
