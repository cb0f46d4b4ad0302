"""Several places that districts upload to."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from remind_etl.dropped.client import Address
from remind_etl.dropped.places import DropSources, drop_source, read_places
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.dropped.sweep import Swept, sweep_sources
from remind_etl.errors import ConnectionTrouble, HostKeyChanged, OperatorError
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.dropped.test_sweep import NotingClient
from remind_etl_tests.ids import ELM, NORTH, SOUTH
from remind_etl_tests.sftp import collector

COUNTY = """
[county]
root = "sftp://reader@sftp.example.org:2022/drops"
known_hosts = "hosts"
key_file = "/keys/county"

[with-password]
root = "sftp://reader@sftp.example.org"
known_hosts = "hosts"
password_file = "secret"

[disk]
root = "file:///srv/drops"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "secret").write_text("hush\n")
    (folder / "sources.toml").write_text(text)
    return folder / "sources.toml"


def lay(root: Path, district: DistrictId) -> None:
    (root / district / "upload").mkdir(parents=True)
    (root / district / "upload" / "students.csv").write_text(district)


def sources(places: Mapping[str, Address], elsewhere: Mapping[DistrictId, str]) -> DropSources:
    return DropSources(places, lambda: elsewhere, timeout=5)


def look(chosen: DropSources, districts: list[DistrictId]) -> Swept:
    groups, _ = chosen.groups(districts)
    return sweep_sources(groups, districts, lambda: False, connections=4)


def test_a_file_describes_places_with_keys_relative_to_it(tmp_path: Path) -> None:
    places = read_places(write(tmp_path, COUNTY))
    assert places["county"] == Address(
        "sftp.example.org", 2022, "reader", tmp_path / "hosts", key_file=Path("/keys/county"), root="/drops"
    )
    assert places["with-password"] == Address(
        "sftp.example.org", 22, "reader", tmp_path / "hosts", password="hush", root="/"
    )
    assert places["disk"].root == "file:///srv/drops"
    assert "hush" not in repr(places)


@pytest.mark.parametrize(
    "wrong",
    [
        "no toml",
        "[main]\nroot = 'file:///srv'",
        "[County]\nroot = 'file:///srv'",
        "county = 1",
        "[county]\nroot = 1",
        "[county]\nroot = 'ftp://a@example.org'",
        "[county]\nroot = 'file://srv'",
        "[county]\nroot = 'sftp://example.org'\nknown_hosts = 'h'\nkey_file = 'k'",
        "[county]\nroot = 'sftp://a:hush@example.org'\nknown_hosts = 'h'\nkey_file = 'k'",
        "[county]\nroot = 'sftp://a@example.org'\nkey_file = 'k'",
        "[county]\nroot = 'sftp://a@example.org'\nknown_hosts = 'h'",
        "[county]\nroot = 'sftp://a@example.org'\nknown_hosts = 'h'\nkey_file = 'k'\npassword_file = 'secret'",
        "[county]\nroot = 'sftp://a@example.org'\nknown_hosts = 'h'\npassword_file = 'absent'",
        "[county]\nroot = 'file:///srv'\npassword = 'hush'",
    ],
)
def test_a_place_that_is_described_wrongly_is_ours_to_put_right(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(OperatorError) as refused:
        read_places(write(tmp_path, wrong))
    assert "hush" not in str(refused.value)


def test_a_district_is_read_at_its_own_source_only(server: EmbeddedServer, tmp_path: Path) -> None:
    for root in (server.root, tmp_path / "disk"):
        lay(root, NORTH)
    (tmp_path / "disk" / NORTH / "upload" / "students.csv").write_text("of the disk")
    places = {"main": collector(server), "disk": replace(collector(server), root=f"file://{tmp_path / 'disk'}")}
    for source, size in (("main", len("north")), ("disk", len("of the disk"))):
        with sources(places, {NORTH: source})(NORTH) as opened:
            assert [entry.size for entry in opened.list_district(NORTH) or []] == [size]


def test_a_district_whose_source_is_not_described_is_never_read_elsewhere(server: EmbeddedServer) -> None:
    lay(server.root, NORTH)
    chosen = sources({"main": collector(server)}, {NORTH: "county"})
    with pytest.raises(OperatorError, match="county of north"):
        chosen(NORTH)
    groups, closed = chosen.groups([NORTH, SOUTH])
    assert [group.districts for group in groups] == [[SOUTH]]
    assert closed == {NORTH: "The source county of north is not in the file of REMIND_ETL_SOURCES."}


def test_one_look_lists_the_districts_of_all_sources(server: EmbeddedServer, tmp_path: Path) -> None:
    lay(server.root, NORTH)
    lay(tmp_path / "disk", SOUTH)
    places = {"main": collector(server), "disk": replace(collector(server), root=f"file://{tmp_path / 'disk'}")}
    swept = look(sources(places, {SOUTH: "disk"}), [NORTH, SOUTH])
    assert {district: listing.files[0].size for district, listing in swept.listings.items()} == {NORTH: 5, SOUTH: 5}
    assert (swept.closed, swept.unseen, swept.troubles) == ({}, (), {})


@pytest.mark.parametrize("trouble", [ConnectionTrouble, HostKeyChanged])
def test_a_source_in_trouble_delays_its_own_districts_only(
    server: EmbeddedServer, tmp_path: Path, trouble: type[Exception]
) -> None:
    lay(server.root, NORTH)
    (tmp_path / "none").write_text("")
    here = collector(server)
    county = replace(here, port=1) if trouble is ConnectionTrouble else replace(here, known_hosts=tmp_path / "none")
    swept = look(sources({"main": here, "county": county}, {ELM: "county"}), [ELM, NORTH])
    assert list(swept.listings) == [NORTH]
    assert swept.unseen == (ELM,)
    assert [type(error) for error in swept.troubles.values()] == [trouble]


def test_if_no_source_answers_it_is_an_error_and_no_empty_listing(server: EmbeddedServer) -> None:
    closed = replace(collector(server), port=1)
    with pytest.raises(ConnectionTrouble):
        look(sources({"main": closed, "county": closed}, {ELM: "county"}), [ELM, NORTH])


def test_districts_that_the_budget_did_not_reach_come_before_those_of_a_source_in_trouble(
    server: EmbeddedServer,
) -> None:
    for district in (NORTH, SOUTH):
        lay(server.root, district)
    chosen = sources({"main": collector(server), "county": replace(collector(server), port=1)}, {ELM: "county"})
    groups, _ = chosen.groups([ELM, NORTH, SOUTH])
    taken: list[DistrictId] = []
    noting = partial(NotingClient, collector(server), taken)
    groups = [replace(group, connect=noting) if group.source == "main" else group for group in groups]
    swept = sweep_sources(groups, [ELM, NORTH, SOUTH], lambda: bool(taken), connections=2)
    assert swept.unseen == (SOUTH, ELM)


def test_what_reads_an_address_is_chosen_by_its_root(server: EmbeddedServer) -> None:
    with (
        drop_source(collector(server)) as over_sftp,
        drop_source(replace(collector(server), root=f"file://{server.root}")) as on_this_host,
    ):
        assert type(over_sftp) is not type(on_this_host)
        assert over_sftp.districts() == on_this_host.districts()
