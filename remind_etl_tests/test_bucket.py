"""A whole run whose files are in a bucket that speaks S3, from the upload to an undo."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyarrow.fs import FileSelector, S3FileSystem
from typer.testing import CliRunner, Result

from remind_etl import settings
from remind_etl.cli.commands import app
from remind_etl.delivered.state_copy import StateCopies
from remind_etl_tests.object_servers import new_bucket, object_server
from remind_etl_tests.web.conftest import OPERATOR, pages_of_world
from remind_etl_tests.worlds import World, expected, scenario

TABLES = ("accounts", "contact_points", "school_members", "guardianships", "classes")
COMMANDS = ("status oak", "problems oak", "plan oak", "holds oak", "history oak", "explain oak 01", "schools list oak")
PAGES = (
    *("", "/sync", "/schools", "/problems", "/problems.csv", "/problems/report.zip"),
    *("/holds", "/find", "/history", "/operate"),
)


@pytest.fixture
def bucket(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of the bucket that the world uses; its SFTP server and Dagster stay as they are."""
    assert world.templates  # Dagster is in memory
    monkeypatch.setattr(StateCopies, "few_records", 0)
    with object_server() as address:
        url = new_bucket(address, monkeypatch)
        monkeypatch.setenv("REMIND_ETL_STORAGE", url)
        yield url


def objects(url: str) -> set[str]:
    """The names of all objects in the bucket."""
    parts = urlsplit(url)
    (address,) = parse_qs(parts.query)["endpoint_override"]
    server = S3FileSystem(endpoint_override=address, scheme="http")
    found = server.get_file_info(FileSelector(f"{parts.netloc}{parts.path}", recursive=True))
    return {entry.path.removeprefix(f"{parts.netloc}{parts.path}/") for entry in found if entry.is_file}


def call(command: str) -> Result:
    """Run a command in this process."""
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 0, (command, done.output, done.exception)
    return done


def test_a_bucket_takes_the_place_of_the_folder_for_runs_commands_and_pages(
    world: World, bucket: str, tmp_path: Path
) -> None:
    world.link("clean")
    assert world.deliver(scenario("clean")).success

    for table in TABLES:
        came = [{k: None if v is None else str(v) for k, v in row.items()} for row in world.rows(table)]
        assert sorted(came, key=str) == sorted(expected("clean", table), key=str), table
    there = objects(bucket)
    assert {"landed/oak/arrival.json", "published/oak/manifest.json"} <= there
    assert f"landed/oak/{world.manifest.drop_id}/manifest.json" in there
    assert [name for name in there if name.startswith("state/oak/1-") and name.endswith("copy.json")]
    for folder in ("landed", "published", "state"):
        assert not (settings.home().root / folder).exists()

    for command in COMMANDS:
        assert call(command).output, command
    assert json.loads(call("status oak --json").stdout)["delivered_drop"] == world.manifest.drop_id
    accounts = json.loads(call("export oak accounts --format json").stdout)
    assert [row["account_id"] for row in accounts] == [row["account_id"] for row in world.rows("accounts")]
    call(f"export oak changes --format parquet --out {tmp_path / 'changes.parquet'}")
    assert "s3://" in call("problems oak").output

    with pages_of_world() as pages:
        browser = pages.browser(OPERATOR)
        for page in PAGES:
            assert browser.get(f"/d/oak{page}").status == 200, page
        browser.get("/d/oak/find")
        assert "S1" in browser.post("/d/oak/find", {"record": "S1"}).text
        assert "Oak Unified" in browser.get("/d/oak").text

    parcel = settings.home().drops / "oak" / "reports" / "latest" / "report.md"
    assert parcel.read_bytes()


def test_from_a_bucket_a_drop_is_known_again_and_a_delivery_is_undone(world: World, bucket: str) -> None:
    world.link("clean")
    assert world.deliver(scenario("clean")).success
    first, there = world.manifest, objects(bucket)

    world.upload(scenario("clean"))  # the same bytes again
    assert world.sync().success
    assert objects(bucket) == there
    assert world.manifest.drop_id == first.drop_id

    fewer = scenario("clean")
    header, _, *rows = fewer["enrollments.csv"].splitlines(keepends=True)
    fewer["enrollments.csv"] = b"".join([header, *rows])  # without the last row, it would look cut off
    assert world.deliver(fewer).success
    assert world.manifest.drop_id != first.drop_id
    assert world.manifest.plan["remove"] > 0
    members = world.manifest.counts

    history = json.loads(call("history oak --json").stdout)
    newest = max(int(row["what"]) for row in history if row["event"] == "delivery")
    call(f"undo oak {newest} --yes")
    assert world.manifest.counts != members
