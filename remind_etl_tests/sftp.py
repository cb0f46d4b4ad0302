"""A running embedded SFTP server, and a district that uploads to it with a client of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

import asyncssh
import paramiko

from remind_etl.dropped.client import Address
from remind_etl.dropped.server import COLLECTOR, EmbeddedServer
from remind_etl.settings import Home

PASSWORDS: Final = {"north": "north's secret", "south": "south's secret", COLLECTOR: "no use: it has a key"}

Talk = Callable[[asyncssh.SSHClientConnection, asyncssh.SFTPClient], Awaitable[object]]


@contextmanager
def running_server(home: Path, passwords: Mapping[str, str]) -> Iterator[EmbeddedServer]:
    """Serve `<home>/drops` on a free port to these districts; keys are in `<home>/sftp`, as the settings expect."""
    places = Home(home)
    with EmbeddedServer(places.drops, places.sftp, lambda login, password: passwords.get(login) == password) as server:
        yield server


def collector(server: EmbeddedServer) -> Address:
    """Return how we log in there."""
    return Address(server.host, server.port, COLLECTOR, server.known_hosts, key_file=server.collector_key)


@contextmanager
def district_login(server: EmbeddedServer, district: str, password: str) -> Iterator[paramiko.SFTPClient]:
    """Log in as a district does."""
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(server.known_hosts))
        client.connect(server.host, server.port, district, password, allow_agent=False, look_for_keys=False, timeout=20)
        with client.open_sftp() as sftp:
            yield sftp


def upload(server: EmbeddedServer, district: str, password: str, files: Mapping[str, bytes]) -> None:
    """Upload the files, by their names, into the district's `upload/`."""
    with district_login(server, district, password) as sftp:
        for name, content in files.items():
            sftp.putfo(BytesIO(content), f"/upload/{name}")


def talk(server: EmbeddedServer, login: str, password: str, say: Talk) -> object:
    """Log in with asyncssh, which speaks extensions that paramiko does not, and act."""

    async def session() -> object:
        async with (
            asyncssh.connect(
                server.host, server.port, username=login, password=password, known_hosts=str(server.known_hosts),
                client_keys=None, agent_path=None, config=None,
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):  # fmt: skip
            return await say(connection, sftp)

    return asyncio.run(session())
