"""A refusal takes as long for a name that is no login as for one that is, seen from a real client.

Load adds to some of the times. So the names take turns in a new order each round, and rounds go on until the least times
or the medians of all names are near each other. A server that checks no hash is far in both, see the last test.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

import paramiko
import pytest

from remind_etl.decided.store import DecisionStore
from remind_etl.dropped.server import EmbeddedServer
from remind_etl_tests.ids import NORTH, SOUTH
from remind_etl_tests.proftpd import running_proftpd
from remind_etl_tests.sftp import Served

UNKNOWN: Final = ("nobody", "../x", "collector")
NEAR: Final = 0.6
"""Without the check of a hash, the refusal of a name takes less than half of the time."""
LEAST_TRIES: Final = 5
MOST_TRIES: Final = 40


@pytest.fixture(params=["embedded", "proftpd"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    if request.param == "proftpd":
        with running_proftpd(monkeypatch) as proftpd:
            lay_logins(proftpd.store)
            yield proftpd
    else:
        store = DecisionStore(f"sqlite:///{tmp_path}/decisions.db")
        lay_logins(store)
        with EmbeddedServer(tmp_path / "drops", tmp_path / "keys", store) as embedded:
            yield embedded


def lay_logins(store: DecisionStore) -> None:
    """A login, and a disabled one."""
    for district in (NORTH, SOUTH):
        store.add_district(district, district)
    store.disable_login(SOUTH)


def seconds_to_refuse(server: Served, login: str) -> float:
    """How long the server takes to say that a password is wrong."""
    with (
        socket.create_connection((server.host, server.port)) as connection,
        paramiko.Transport(connection) as transport,
    ):
        transport.start_client(timeout=30)
        begun = time.perf_counter()
        with pytest.raises(paramiko.AuthenticationException):
            transport.auth_password(login, "wrong")
        return time.perf_counter() - begun


def differing_times(server: Served, logins: Sequence[str], most_tries: int) -> dict[str, tuple[float, float]]:
    """The least time and the median of each login, if they stay far from each other; nothing if they come near."""
    order, seconds = Random(5), {login: list[float]() for login in logins}  # noqa: S311
    for tries in range(1, most_tries + 1):
        for login in order.sample(logins, len(logins)):
            seconds[login].append(seconds_to_refuse(server, login))
        found = {login: (min(times), median(times)) for login, times in seconds.items()}
        if tries >= LEAST_TRIES and any(min(same) >= NEAR * max(same) for same in zip(*found.values(), strict=True)):
            return {}
    return found


@pytest.mark.server
def test_an_unknown_or_disabled_name_is_refused_in_the_time_of_a_known_one(server: Served) -> None:
    assert differing_times(server, (NORTH, SOUTH, *UNKNOWN), MOST_TRIES) == {}


@pytest.mark.server
def test_a_server_that_checks_no_hash_of_an_unknown_name_would_be_found(tmp_path: Path) -> None:
    class Hasty(DecisionStore):
        def check_password(self, login: str, password: str) -> bool:
            return login in self.district_ids() and super().check_password(login, password)

    store = Hasty(f"sqlite:///{tmp_path}/decisions.db")
    lay_logins(store)
    with EmbeddedServer(tmp_path / "drops", tmp_path / "keys", store) as hasty:
        found = differing_times(hasty, (NORTH, *UNKNOWN), 10)
    assert max(found, key=lambda login: found[login]) == NORTH
