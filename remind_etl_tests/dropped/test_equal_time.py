"""A refusal takes as long for a name that is no login as for one that is, seen from a real client.

Load only adds to a time. So the least times of many tries are compared, and tries go on until they are near each other.
"""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
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
MOST_TRIES: Final = 25


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


@pytest.mark.server
def test_an_unknown_or_disabled_name_is_refused_in_the_time_of_a_known_one(server: Served) -> None:
    logins = (NORTH, SOUTH, *UNKNOWN)
    least = dict.fromkeys(logins, float("inf"))
    for tries in range(1, MOST_TRIES + 1):
        for login in logins:
            least[login] = min(least[login], seconds_to_refuse(server, login))
        if tries >= LEAST_TRIES and min(least.values()) >= NEAR * max(least.values()):
            return
    pytest.fail(f"The least times differ: {least}")
