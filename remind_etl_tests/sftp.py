"""A running embedded SFTP server, and a district that uploads to it with a client of its own."""

import asyncio
import json
import os
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

import asyncssh
import paramiko
import pytest

from remind_etl.dropped.client import Address
from remind_etl.dropped.server import COLLECTOR, EmbeddedServer
from remind_etl.files.server_limits import USUAL_LIMITS, ServerLimits
from remind_etl.settings import Home

PASSWORDS: Final = {"north": "north's secret", "south": "south's secret", COLLECTOR: "no use: it has a key"}

Event = tuple[str, str, str | None, int | None]


class Served(Protocol):
    """A server on loopback with a pinned key."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def known_hosts(self) -> Path: ...


class Accounts:
    """Logins with these passwords and keys, and what the server told of them."""

    def __init__(self, passwords: Mapping[str, str], keys: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self.passwords = passwords
        self.keys = keys
        self.events: list[Event] = []
        """Login, what happened, file and bytes of each event."""

    def check_password(self, login: str, password: str) -> bool:
        return self.passwords.get(login) == password

    def has_key(self, login: str, key: bytes) -> bool:
        return self.keys.get(login) == key

    def note_event(self, login: str, what: str, client: str, file: str | None = None, size: int | None = None) -> None:
        assert client == "127.0.0.1"
        self.events.append((login, what, file, size))


Talk = Callable[[asyncssh.SSHClientConnection, asyncssh.SFTPClient], Awaitable[object]]


async def must_listen(listening: Awaitable[object]) -> None:
    """Fail unless the server listens for us."""
    assert await listening is not None


other_than_sftp = pytest.mark.parametrize(
    "say",
    [
        lambda connection, _: connection.run("echo hello", check=True),
        lambda connection, _: connection.run(None, check=True),
        lambda connection, _: connection.run("scp -t /upload", check=True),
        lambda connection, _: connection.open_connection("127.0.0.1", 1),
        lambda connection, _: connection.open_unix_connection("/run/any.sock"),
        lambda connection, _: must_listen(connection.start_server(lambda *_: False, "127.0.0.1", 0)),
    ],
    ids=["a command", "a shell", "scp", "a way out", "a socket", "a way in"],
)
"""What an SSH client may ask for beside SFTP. Each must be refused."""


@contextmanager
def running_server(
    home: Path, known: Mapping[str, str] | Accounts, limits: ServerLimits = USUAL_LIMITS
) -> Iterator[EmbeddedServer]:
    """Serve `<home>/drops` on a free port to these districts; keys are in `<home>/sftp`, as the settings expect."""
    places = Home(home)
    accounts = known if isinstance(known, Accounts) else Accounts(known)
    with EmbeddedServer(places.drops, places.sftp, accounts, limits=limits) as server:
        yield server


def collector(server: EmbeddedServer) -> Address:
    """Return how we log in there."""
    return Address(server.host, server.port, COLLECTOR, server.known_hosts, key_file=server.collector_key)


@contextmanager
def district_login(server: Served, district: str, password: str) -> Iterator[paramiko.SFTPClient]:
    """Log in as a district does."""
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(server.known_hosts))
        client.connect(server.host, server.port, district, password, allow_agent=False, look_for_keys=False, timeout=20)
        with client.open_sftp() as sftp:
            yield sftp


@contextmanager
def key_login(server: Served, district: str, key: Path) -> Iterator[paramiko.SFTPClient]:
    """Log in with a private key."""
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(server.known_hosts))
        private = paramiko.PKey.from_path(key)
        client.connect(
            server.host, server.port, district, pkey=private, allow_agent=False, look_for_keys=False, timeout=20
        )
        with client.open_sftp() as sftp:
            yield sftp


def try_keys(server: Served, login: str, unknown: int, password: str) -> None:
    """Log in with a password after so many keys that the server does not know. Raises what asyncssh raises."""

    async def session() -> None:
        async with asyncssh.connect(
            server.host, server.port, username=login, password=password, known_hosts=str(server.known_hosts),
            agent_path=None, config=None,
            client_keys=[asyncssh.generate_private_key("ssh-ed25519") for _ in range(unknown)],
        ):  # fmt: skip
            pass

    asyncio.run(session())


def openssh_says(server: Served, login: str, password: str, folder: Path) -> str:
    """What OpenSSH's client writes if it cannot log in."""
    ask = folder / "ask"
    ask.write_text(f"#!/bin/sh\necho {shlex.quote(password)}\n")
    ask.chmod(0o700)
    options = ("BatchMode=no", f"UserKnownHostsFile={server.known_hosts}", "PubkeyAuthentication=no")
    command = ["sftp", "-P", str(server.port), *(f"-o{option}" for option in options), "-b", "/dev/null"]
    asked = {**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"}
    done = subprocess.run(  # noqa: S603
        [*command, f"{login}@{server.host}"], env=asked, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode
    return done.stderr


def upload(server: EmbeddedServer, district: str, password: str, files: Mapping[str, bytes]) -> None:
    """Upload the files, by their names, into the district's `upload/`."""
    with district_login(server, district, password) as sftp:
        for name, content in files.items():
            sftp.putfo(BytesIO(content), f"/upload/{name}")


def talk(server: Served, login: str, password: str, say: Talk) -> object:
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


def failures(port: int) -> list[str]:
    """What `ssh-audit` calls a failure of the server on this port."""
    audit = [sys.executable, "-m", "ssh_audit", "--json", "--skip-rate-test", "--port", str(port), "127.0.0.1"]
    found = json.loads(subprocess.run(audit, capture_output=True, check=False).stdout)  # noqa: S603
    kinds = ("kex", "key", "enc", "mac")
    assert all(found[kind] for kind in kinds)
    notes = [(entry["algorithm"], entry.get("notes", {}).get("fail")) for kind in kinds for entry in found[kind]]
    return [f"{algorithm}: {fail}" for algorithm, fail in notes if fail] + [cve["name"] for cve in found["cves"]]


@contextmanager
def proxied(
    address: Address, join: Callable[[socket.socket, socket.socket, threading.Event], None]
) -> Iterator[Address]:
    """The same server through a proxy on loopback.

    `join` starts what passes bytes between a client and the server; the event is set when the proxy ends.
    """
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as sockets:
        port = listening.getsockname()[1]

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listening.accept()
                    far = socket.create_connection((address.host, address.port))
                    for opened in (near, far):
                        sockets.callback(opened.close)
                    join(near, far, ended)

        threading.Thread(target=serve, daemon=True).start()
        pinned = address.known_hosts.with_name(f"known_hosts_of_{port}")
        pinned.write_text(address.known_hosts.read_text().replace(f":{address.port}", f":{port}"))
        try:
            yield replace(address, port=port, known_hosts=pinned)
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)


def spoiled(address: Address, pass_on: Callable[[bytes, int], bytes | None]) -> AbstractContextManager[Address]:
    """Serve the address through a proxy that spoils what the server sends.

    `pass_on` is given each piece and the number of bytes before it; None stalls the connection for good.
    """

    def forward(
        source: socket.socket,
        target: socket.socket,
        change: Callable[[bytes, int], bytes | None],
        ended: threading.Event,
    ) -> None:
        sent = 0
        with suppress(OSError):
            while piece := source.recv(64):
                changed = change(piece, sent)
                if changed is None:
                    ended.wait(30)
                    return
                target.sendall(changed)
                sent += len(piece)
            target.shutdown(socket.SHUT_WR)

    def join(near: socket.socket, far: socket.socket, ended: threading.Event) -> None:
        for source, target, change in ((near, far, lambda piece, _: piece), (far, near, pass_on)):
            threading.Thread(target=forward, args=(source, target, change, ended), daemon=True).start()

    return proxied(address, join)
