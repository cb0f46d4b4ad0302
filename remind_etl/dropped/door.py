"""Who enters the embedded SFTP server: logins, and the limits of connections, refused logins and idle time."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import asyncssh
from typing_extensions import override

from remind_etl.catalogue import uploads
from remind_etl.dropped.accounts import LOGIN, LOGIN_REFUSED, Accounts, audit
from remind_etl.errors import UsageError
from remind_etl.files.server_limits import ServerLimits
from remind_etl.schema.district_id import district_id

COLLECTOR: Final = "collector"
"""Our login, by key only; no district can have this id."""

CONNECTIONS_TO_REFUSE: Final = 2
"""Connections with too many wrong passwords or keys after which an address is refused."""

REFUSALS_AT_ONCE: Final = 20
"""Connections that wait for the reason why they are refused. More than these end without a word."""

_TOO_MANY: Final = 12
_NO_MORE_TRIES: Final = 14
_ENDED: Final = 11
"""The codes of SSH for the end of a connection, from RFC 4253; asyncssh does not export them."""


@dataclass
class Door:
    """What all connections of one server share."""

    accounts: Accounts
    collector_key: bytes
    limits: ServerLimits
    used_at: dict[asyncssh.SSHServerConnection, float] = field(default_factory=dict)
    """When each open connection was used last, by the monotonic clock."""
    refused: set[asyncssh.SSHServerConnection] = field(default_factory=set)
    """Open connections that end when they log in. They count for no limit but REFUSALS_AT_ONCE."""
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By address when its connections gave too many wrong passwords or keys."""

    def touch(self, connection: asyncssh.SSHServerConnection) -> None:
        """Note that the connection is used."""
        if connection in self.used_at:
            self.used_at[connection] = time.monotonic()

    def is_refused(self, address: str) -> bool:
        """True if the address gave too many wrong passwords or keys lately."""
        since = time.monotonic() - self.limits.refused_seconds
        self.spent = defaultdict(
            list, {a: kept for a, s in self.spent.items() if (kept := [t for t in s if t > since])}
        )
        return len(self.spent.get(address, ())) >= CONNECTIONS_TO_REFUSE

    def connections_of(self, login: str) -> int:
        """The open connections of a login."""
        return sum(connection.get_extra_info("username") == login for connection in self.used_at)

    async def end_idle(self) -> None:
        """End connections that rest for too long, for ever."""
        while True:
            await asyncio.sleep(min(5, self.limits.idle_seconds / 4))
            since = time.monotonic() - self.limits.idle_seconds
            for connection, used_at in list(self.used_at.items()):
                if used_at < since:
                    connection.disconnect(_ENDED, uploads.IDLE)


class Logins(asyncssh.SSHServer):
    """Who may log in on one connection: districts by password or key, the collector by its key alone."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._refusal: tuple[int, str] | None = None
        """Why the connection ends when it logs in: a code and a sentence."""
        self._wrong = 0
        """Passwords and keys that were refused."""
        self._refused_keys: set[str] = set()
        """The logins of which a key was refused. A client may try several keys, and the audit names the first."""

    @override
    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._client = client_of(conn)
        if len(self._door.used_at) >= self._door.limits.connections:
            self._refusal = _TOO_MANY, uploads.TOO_MANY_CONNECTIONS
        elif self._door.is_refused(self._client):
            self._refusal = _NO_MORE_TRIES, uploads.TOO_MANY_REFUSED
        if self._refusal is None:
            self._door.used_at[conn] = time.monotonic()
        elif len(self._door.refused) < REFUSALS_AT_ONCE:
            self._door.refused.add(conn)
        else:
            conn.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._door.used_at.pop(self._connection, None)
        self._door.refused.discard(self._connection)

    @override
    async def begin_auth(self, username: str) -> bool:
        # Before this, a client cannot read the reason: it would only say that the server speaks no SSH.
        if self._refusal:
            await audit(self._door.accounts, username, LOGIN_REFUSED, self._client)
            self._connection.disconnect(*self._refusal)
        return True

    @override
    async def auth_completed(self) -> None:
        # Only now the client has proved that it has the private key.
        login = self._connection.get_extra_info("username")
        if login == COLLECTOR:
            return
        if self._door.connections_of(login) > self._door.limits.district_connections:
            self._connection.disconnect(_TOO_MANY, uploads.TOO_MANY_CONNECTIONS)
            await audit(self._door.accounts, login, LOGIN_REFUSED, self._client)
        else:
            await audit(self._door.accounts, login, LOGIN, self._client)

    @override
    def password_auth_supported(self) -> bool:
        return True

    @override
    async def validate_password(self, username: str, password: str) -> bool:
        # Checked first and for any name, so that the time taken tells nothing about the name.
        is_right = await asyncio.to_thread(self._door.accounts.check_password, username, password)
        if is_right and _can_be_district(username):
            return True
        await audit(self._door.accounts, username, LOGIN_REFUSED, self._client)
        self._count_refusal()
        return False

    @override
    def public_key_auth_supported(self) -> bool:
        return True

    @override
    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if await self._is_key_of(username, key.public_data):
            return True
        if username not in self._refused_keys:
            self._refused_keys.add(username)
            await audit(self._door.accounts, username, LOGIN_REFUSED, self._client)
        self._count_refusal()
        return False

    def _count_refusal(self) -> None:
        """Count a wrong password or key, and end the connection after too many, as ProFTPD does."""
        self._wrong += 1
        if self._wrong == self._door.limits.attempts:
            self._door.spent[self._client].append(time.monotonic())
            self._connection.disconnect(_NO_MORE_TRIES, uploads.TOO_MANY_REFUSED)

    async def _is_key_of(self, login: str, key: bytes) -> bool:
        if login == COLLECTOR:
            return key == self._door.collector_key
        is_known = await asyncio.to_thread(self._door.accounts.has_key, login, key)
        return is_known and _can_be_district(login)


def client_of(connection: "asyncssh.SSHServerConnection | asyncssh.SSHServerChannel[bytes]") -> str:
    """The address of the client."""
    peer = connection.get_extra_info("peername")
    return str(peer[0]) if peer else ""


def _can_be_district(login: str) -> bool:
    try:
        return district_id(login) != COLLECTOR
    except UsageError:
        return False
