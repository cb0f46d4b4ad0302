import threading
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Self

import pytest

from remind_etl.dropped.client import DropServerClient
from remind_etl.dropped.listing import Listing
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.dropped.source import MOST_ENTRIES
from remind_etl.dropped.sweep import LOGINS_AT_ONCE, rotated, sweep
from remind_etl.errors import ConnectionTrouble, HostKeyChanged
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, NORTH, SOUTH
from remind_etl_tests.sftp import collector


def districts(server: EmbeddedServer, number: int) -> list[DistrictId]:
    names = [DistrictId(f"d{n:03}") for n in range(number)]
    for name in names:
        (server.root / name / "upload").mkdir(parents=True)
        (server.root / name / "upload" / "students.csv").write_text(name)
    return names


def test_each_district_is_listed_once_over_parallel_connections(server: EmbeddedServer) -> None:
    names, opened = districts(server, 40), count()

    def connect() -> DropServerClient:
        next(opened)
        return DropServerClient(collector(server))

    swept = sweep(connect, names, lambda: False, connections=4)
    assert sorted(swept.listings) == names
    assert [swept.listings[name].files[0].size for name in names] == [4] * 40
    assert (swept.closed, swept.unseen) == ({}, ())
    assert next(opened) == 4


def test_no_more_connections_log_in_at_once_than_a_usual_server_lets(server: EmbeddedServer) -> None:
    names, entering, most = districts(server, 60), list[int](), list[int]()

    class CountingClient(DropServerClient):
        def __enter__(self) -> Self:
            entering.append(1)
            most.append(len(entering))
            try:
                return super().__enter__()
            finally:
                entering.pop()

        def listing(self, district: DistrictId) -> Listing:
            time.sleep(0.02)
            return super().listing(district)

    swept = sweep(lambda: CountingClient(collector(server)), names, lambda: False, connections=12)
    assert sorted(swept.listings) == names
    assert max(most) <= LOGINS_AT_ONCE < len(most)


def test_a_budget_that_ends_early_names_the_districts_not_reached(server: EmbeddedServer) -> None:
    names, asked = districts(server, 20), count()
    swept = sweep(lambda: DropServerClient(collector(server)), names, lambda: next(asked) >= 5, connections=1)
    assert sorted(swept.listings) == names[:5]
    assert swept.unseen == tuple(names[5:])


def test_the_next_look_begins_with_the_first_district_that_was_not_reached() -> None:
    assert rotated([SOUTH, ELM, NORTH], "") == [ELM, NORTH, SOUTH]
    assert rotated([SOUTH, ELM, NORTH], NORTH) == [NORTH, SOUTH, ELM]
    assert rotated([SOUTH, ELM, NORTH], "z") == [ELM, NORTH, SOUTH]


def test_a_directory_with_too_many_files_is_a_fault_of_its_district_alone(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = districts(server, 3)
    monkeypatch.setattr("remind_etl.dropped.client.MOST_ENTRIES", 10)
    for n in range(10):
        (server.root / names[1] / "upload" / f"old-{n}.csv").touch()
    swept = sweep(lambda: DropServerClient(collector(server)), names, lambda: False, connections=1)
    assert sorted(swept.listings) == [names[0], names[2]]
    assert "more than 10 files" in swept.closed[names[1]]
    assert MOST_ENTRIES > 1_000


def test_a_lost_connection_leaves_the_other_connections_their_districts(server: EmbeddedServer) -> None:
    names, number, lock = districts(server, 20), count(), threading.Lock()

    def connect() -> DropServerClient:
        with lock:
            is_first = next(number) == 0
        return DropServerClient(replace(collector(server), port=1) if is_first else collector(server))

    swept = sweep(connect, names, lambda: False, connections=3)
    assert sorted(swept.listings) == names


def test_a_server_that_cannot_be_reached_is_an_error_and_no_empty_listing(server: EmbeddedServer) -> None:
    names = districts(server, 3)
    with pytest.raises(ConnectionTrouble):
        sweep(lambda: DropServerClient(replace(collector(server), port=1)), names, lambda: False, connections=2)


def test_a_changed_host_key_is_raised_though_other_connections_list(server: EmbeddedServer, tmp_path: Path) -> None:
    names, number, lock = districts(server, 6), count(), threading.Lock()
    (tmp_path / "none").write_text("")

    def connect() -> DropServerClient:
        with lock:
            is_second = next(number) == 1
        address = collector(server)
        return DropServerClient(replace(address, known_hosts=tmp_path / "none") if is_second else address)

    with pytest.raises(HostKeyChanged):
        sweep(connect, names, lambda: False, connections=2)
