"""Connects to the drop server, and turns what goes wrong with it into our errors."""

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey
from paramiko.pkey import UnknownKeyType
from paramiko.sftp import SFTPError
from paramiko.ssh_exception import IncompatiblePeer

from remind_etl.catalogue import drop_servers
from remind_etl.dropped.algorithms import CIPHERS, KEY_EXCHANGES, MACS, accepted
from remind_etl.errors import (
    ConnectionTrouble,
    HostKeyChanged,
    LoginRefused,
    NoServerYet,
    OperatorError,
    RemindEtlError,
    is_login_unanswered,
)

SSH_PORT: Final = 22
"""The port without which known hosts name a server."""

READ_BYTES: Final = 2 << 20
"""The most that is taken from the channel at once: all that paramiko lets a server send before we take it."""

PACKET_BYTES: Final = 128 << 10
"""The most that a server may send in one packet. Larger ones are fewer, and paramiko works in Python on each."""

KEEPALIVE: Final = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
"""The system asks a silent peer after 60 s, every 15 s, and gives the connection up after the fourth question."""


@dataclass(frozen=True)
class Address:
    """Where the drops are and how we log in: with a key, or with a password if the server takes no keys.

    `known_hosts` pins the server's keys; `root` is the remote directory with `<district>/upload` for each district.
    """

    host: str
    port: int
    user: str
    known_hosts: Path
    key_file: Path | None = None
    password: str | None = field(default=None, repr=False)
    root: str = "/"

    @property
    def server(self) -> str:
        """The server at the beginning of a sentence."""
        return drop_servers.SERVER.format(host=self.host, port=self.port)


def connect(address: Address, timeout: float, stack: ExitStack) -> paramiko.SFTPClient:
    """Log in within `timeout` seconds in all, and leave to `stack` what ends the connection.

    Later, no answer may take longer than `timeout` seconds. Raises ConnectionTrouble; HostKeyChanged if the server's
    key is not the pinned one or none is pinned; LoginRefused; OperatorError if our key or the pinned keys cannot be
    read, or the server offers no cipher that we accept.
    """
    # At DEBUG it logs what goes over the wire. Its errors would reach standard error, and they come as exceptions too.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    client = paramiko.SSHClient()
    pinned = _Pinned(address)
    client.set_missing_host_key_policy(pinned)
    key = _key(address)
    with explained(address):
        connection = socket.create_connection((address.host, address.port), timeout=timeout)
        stack.callback(connection.close)
        _tune(connection)
        stack.callback(client.close)
        with _handshake_explained(address), deadline(address, connection, timeout, drop_servers.THE_LOGIN):
            client.connect(
                address.host,
                address.port,
                address.user,
                password=address.password,
                pkey=key,
                sock=connection,
                allow_agent=False,
                look_for_keys=False,
                timeout=timeout,
                auth_timeout=timeout,
                banner_timeout=timeout,
                channel_timeout=timeout,
                transport_factory=partial(_transport, pinned),
            )
            return _open_sftp(client, timeout)


def _tune(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # worth 1.5 to 3 times the speed
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # macOS has other names
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


@contextmanager
def deadline(address: Address, connection: socket.socket, seconds: float, what: str) -> Iterator[None]:
    """Shut the connection down if `what`, such as `the login`, takes longer than so many seconds.

    paramiko's limits are about silence only: a server that sends a byte now and then would be waited for without end.
    Raises ConnectionTrouble.
    """
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        with suppress(OSError):  # the other side may have closed it
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    late = ConnectionTrouble(drop_servers.LATE.format(server=address.server, what=what))
    try:
        yield
    except RemindEtlError:
        raise
    except Exception as e:
        if expired.is_set():
            raise late from e
        raise
    finally:
        timer.cancel()
    if expired.is_set():
        raise late


@contextmanager
def _handshake_explained(address: Address) -> Iterator[None]:
    """Raise ConnectionTrouble for what a library makes of a damaged or broken handshake.

    It is trouble that passes: only an answer of the server, or a key, is more than that.
    """
    try:
        yield
    except (RemindEtlError, OSError, EOFError, SFTPError, paramiko.SSHException):
        raise
    except Exception as e:
        damaged = drop_servers.HANDSHAKE_DAMAGED.format(server=address.server, kind=type(e).__name__)
        raise ConnectionTrouble(damaged) from e


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn exceptions of sockets and paramiko into ours, which say who must act."""
    server = address.server
    try:
        yield
    except RemindEtlError:
        raise
    except IncompatiblePeer as e:
        raise OperatorError(drop_servers.NO_ALGORITHM.format(server=server)) from e
    except paramiko.AuthenticationException as e:
        if is_login_unanswered(e):
            raise ConnectionTrouble(drop_servers.LOGIN_UNANSWERED.format(server=server)) from e
        raise LoginRefused(drop_servers.LOGIN_REFUSED.format(server=server, user=address.user)) from e
    except (OSError, EOFError, SFTPError, paramiko.SSHException) as e:
        reason = errno.errorcode.get(getattr(e, "errno", None) or 0, type(e).__name__)
        raise ConnectionTrouble(drop_servers.UNREACHABLE.format(server=server, reason=reason)) from e


class _Pinned(paramiko.MissingHostKeyPolicy):
    """Refuses a server that does not show one of its pinned keys.

    paramiko compares with the first pinned key of a kind only. While a server's key is changed, two are pinned. So
    paramiko gets none, and asks here about every server.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._keys = _pinned_keys(address)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms of the pinned keys: a server that has keys of several kinds is asked for one of these."""
        names = {key.get_name() for key in self._keys}
        return (*names, *(("rsa-sha2-512", "rsa-sha2-256") if "ssh-rsa" in names else ()))

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        if not self._keys:
            none = drop_servers.NO_KEY_PINNED.format(host=self._address.host, port=self._address.port)
            raise HostKeyChanged(none)
        if key not in self._keys:
            raise HostKeyChanged(drop_servers.OTHER_KEY.format(server=self._address.server))


def _pinned_keys(address: Address) -> list[paramiko.PKey]:
    """All keys that the known hosts pin for the server, also several of one kind."""
    name = address.host if address.port == SSH_PORT else f"[{address.host}]:{address.port}"
    try:
        entries = [entry for line in address.known_hosts.read_text().splitlines() if (entry := _entry(line))]
    except FileNotFoundError as e:
        raise NoServerYet(drop_servers.NO_KNOWN_HOSTS.format(file=address.known_hosts)) from e
    except (OSError, UnicodeDecodeError, InvalidHostKey) as e:
        raise OperatorError(drop_servers.KNOWN_HOSTS_UNREADABLE.format(file=address.known_hosts)) from e
    return [entry.key for entry in entries if entry.key and _names(entry, name)]


def pinned_fingerprints(address: Address) -> list[tuple[str, str]]:
    """Kind and SHA-256 fingerprint of each key of the server, as SFTP programs show them.

    Raises OperatorError if the known hosts cannot be read.
    """
    return [(key.get_name(), key.fingerprint) for key in _pinned_keys(address)]


def _entry(line: str) -> HostKeyEntry | None:
    """What a line of known hosts says. Other lines may be of other hosts, so a wrong one is passed over."""
    with suppress(paramiko.SSHException):
        return HostKeyEntry.from_line(line) if line.strip() and not line.startswith("#") else None
    return None


def _names(entry: HostKeyEntry, name: str) -> bool:
    """Tell whether a line of known hosts is of this host, whose name may be hashed there."""
    hosts = paramiko.HostKeys()
    for known in entry.hostnames or ():
        hosts.add(known, "any", entry.key)
    return hosts.lookup(name) is not None


def _key(address: Address) -> paramiko.PKey | None:
    if address.key_file is None:
        if address.password is None:
            raise OperatorError(drop_servers.NO_WAY_TO_LOG_IN.format(user=address.user))
        return None
    try:
        return paramiko.PKey.from_path(address.key_file)
    except FileNotFoundError as e:
        raise OperatorError(drop_servers.NO_KEY_FILE.format(file=address.key_file)) from e
    except (OSError, ValueError, TypeError, UnknownKeyType, paramiko.SSHException) as e:
        raise OperatorError(drop_servers.KEY_UNREADABLE.format(file=address.key_file)) from e


def _transport(pinned: _Pinned, sock: Any, **options: Any) -> paramiko.Transport:
    transport = paramiko.Transport(sock, **options)
    security = transport.get_security_options()
    security.ciphers = accepted(security.ciphers, CIPHERS)
    security.digests = accepted(security.digests, MACS)
    security.kex = accepted(security.kex, KEY_EXCHANGES)
    # Pinned kinds come first. Without the others, a server with a new key would look like one without algorithms.
    security.key_types = sorted(security.key_types, key=lambda name: name not in pinned.algorithms)
    return transport


def _open_sftp(client: paramiko.SSHClient, timeout: float) -> paramiko.SFTPClient:
    transport = client.get_transport()
    if transport is None:
        raise EOFError
    channel = transport.open_session(max_packet_size=PACKET_BYTES, timeout=timeout)
    channel.settimeout(timeout)  # nothing else ends a silent stall
    channel.invoke_subsystem("sftp")
    return paramiko.SFTPClient(cast(paramiko.Channel, _Line(channel)))


class _Line:
    """The channel of an SFTP session. A question that cannot be sent ends it, so that the reader fails.

    paramiko asks for the parts of a file in a thread of its own. An error there would reach standard error, and nobody
    who can act. The reader of the answers finds the channel closed.

    What has come is taken at once. paramiko would move the rest of it in memory for each part that is taken.
    """

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        self._come = memoryview(b"")

    def recv(self, size: int) -> bytes:
        """Return at most so many bytes of what has come, or wait for more. Without any, the session has ended."""
        if not self._come:
            self._come = memoryview(self._channel.recv(READ_BYTES))
        taken, self._come = self._come[:size], self._come[size:]
        return bytes(taken)

    def send(self, question: bytes) -> int:
        """Send the question or a part of it. Returns the number of bytes that need not be sent any more."""
        with suppress(OSError, EOFError, paramiko.SSHException):
            if sent := self._channel.send(question):
                return sent
        with suppress(OSError, EOFError, paramiko.SSHException):
            self._channel.close()
        return len(question)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)
