import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Self

import pytest

from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.dropped.listing import Listing
from remind_etl.dropped.requests import AT_ONCE
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.dropped.source import MOST_ENTRIES, DropSource
from remind_etl.dropped.sweep import LOGINS_AT_ONCE, rotated, sweep
from remind_etl.errors import ConnectionTrouble, DistrictError, HostKeyChanged
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, NORTH, SOUTH
from remind_etl_tests.sftp import collector


def districts(server: EmbeddedServer, number: int) -> list[DistrictId]:
    names = [DistrictId(f"d{n:03}") for n in range(number)]
    for name in names:
        (server.root / name / "upload").mkdir(parents=True)
        (server.root / name / "upload" / "students.csv").write_text(name)
    return names


class SlowClient(DropServerClient):
    """Gives each listing late, as a server far away does."""

    def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
        for found in super().listings(districts):
            time.sleep(0.02)
            yield found


class NotingClient(DropServerClient):
    """Notes the districts that it takes."""

    def __init__(self, address: Address, taken: list[DistrictId]) -> None:
        super().__init__(address)
        self._taken = taken

    def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
        def noted() -> Iterator[DistrictId]:
            for district in districts:
                self._taken.append(district)
                yield district

        yield from super().listings(noted())


def counting(connect: Callable[[], DropSource]) -> tuple[Callable[[], DropSource], list[DropSource]]:
    """The same connections, and a list of those that were begun."""
    opened: list[DropSource] = []

    def counted() -> DropSource:
        opened.append(connect())
        return opened[-1]

    return counted, opened


def test_a_server_that_answers_at_once_needs_one_connection(server: EmbeddedServer) -> None:
    names = districts(server, 100)
    connect, opened = counting(lambda: DropServerClient(collector(server)))
    swept = sweep(connect, names, lambda: False, connections=12)
    assert sorted(swept.listings) == names
    assert [swept.listings[name].files[0].size for name in names] == [4] * 100
    assert (swept.closed, swept.unseen) == ({}, ())
    assert len(opened) <= 2


def test_a_server_that_answers_late_is_asked_over_more_connections_up_to_the_most(server: EmbeddedServer) -> None:
    names = districts(server, 300)
    connect, opened = counting(lambda: SlowClient(collector(server)))
    swept = sweep(connect, names, lambda: False, connections=4)
    assert sorted(swept.listings) == names
    assert swept.unseen == ()
    assert 2 <= len(opened) <= 4


def test_a_silent_connection_does_not_hold_up_the_others(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remind_etl.dropped.sweep.PATIENCE_SECONDS", 0.1)
    names, numbers = districts(server, 200), count()
    seen_by_others, is_silent = list[DistrictId](), threading.Event()

    class FirstIsSilent(DropServerClient):
        def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
            if next(numbers) == 0:
                taken = next(iter(districts))
                assert is_silent.wait(20)
                yield taken, self.listing(taken)
                return
            for district, found in super().listings(districts):
                seen_by_others.append(district)
                yield district, found
            is_silent.set()

    swept = sweep(lambda: FirstIsSilent(collector(server)), names, lambda: False, connections=4)
    assert seen_by_others
    assert sorted(swept.listings) == names


def test_no_more_connections_log_in_at_once_than_a_usual_server_lets(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remind_etl.dropped.sweep.PATIENCE_SECONDS", 0.0)
    names, entering, most = districts(server, 60), list[int](), list[int]()

    class CountingClient(DropServerClient):
        def __enter__(self) -> Self:
            entering.append(1)
            most.append(len(entering))
            time.sleep(1)
            try:
                return super().__enter__()
            finally:
                entering.pop()

    swept = sweep(lambda: CountingClient(collector(server)), names, lambda: False, connections=12)
    assert sorted(swept.listings) == names
    assert max(most) == LOGINS_AT_ONCE


def test_a_budget_that_ends_early_names_the_districts_not_reached(server: EmbeddedServer) -> None:
    names, taken = districts(server, 20), list[DistrictId]()
    connect = partial(NotingClient, collector(server), taken)
    swept = sweep(connect, names, lambda: len(taken) >= 5, connections=1)
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


@pytest.mark.parametrize("lost", [1, 3])
def test_a_lost_connection_leaves_its_place_to_another_one(server: EmbeddedServer, lost: int) -> None:
    names, number = districts(server, 20), count()

    def connect() -> DropServerClient:
        return DropServerClient(replace(collector(server), port=1) if next(number) < lost else collector(server))

    swept = sweep(connect, names, lambda: False, connections=4)
    assert sorted(swept.listings) == names


def test_a_connection_that_breaks_leaves_the_districts_that_it_had_asked_about_to_the_next_look(
    server: EmbeddedServer,
) -> None:
    names, number = districts(server, 200), count()

    class FirstBreaks(DropServerClient):
        def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
            is_first = next(number) == 0
            for place, found in enumerate(super().listings(districts)):
                if is_first and place == 10:
                    raise ConnectionTrouble("It broke.")
                yield found

    swept = sweep(lambda: FirstBreaks(collector(server)), names, lambda: False, connections=4)
    assert 0 < len(swept.unseen) <= 2 * AT_ONCE
    assert sorted([*swept.listings, *swept.unseen]) == names


def test_a_server_that_cannot_be_reached_is_an_error_and_no_empty_listing(server: EmbeddedServer) -> None:
    names = districts(server, 3)
    connect, opened = counting(lambda: DropServerClient(replace(collector(server), port=1)))
    with pytest.raises(ConnectionTrouble):
        sweep(connect, names, lambda: False, connections=2)
    assert len(opened) == 2


def test_a_changed_host_key_is_raised_though_other_connections_list(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remind_etl.dropped.sweep.PATIENCE_SECONDS", 0.05)
    names, number = districts(server, 80), count()
    (tmp_path / "none").write_text("")

    def connect() -> DropServerClient:
        is_second, address = next(number) == 1, collector(server)
        return SlowClient(replace(address, known_hosts=tmp_path / "none") if is_second else address)

    with pytest.raises(HostKeyChanged):
        sweep(connect, names, lambda: False, connections=4)
