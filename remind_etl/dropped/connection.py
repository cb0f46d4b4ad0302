"""Connects to the drop server, and turns what goes wrong with it into our errors."""

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Never

import paramiko
from paramiko.hostkeys import InvalidHostKey
from paramiko.pkey import UnknownKeyType
from paramiko.sftp import SFTPError
from paramiko.ssh_exception import IncompatiblePeer

from remind_etl.dropped.algorithms import CIPHERS, KEY_EXCHANGES, MACS, accepted
from remind_etl.errors import (
    ConnectionTrouble,
    HostKeyChanged,
    LoginRefused,
    OperatorError,
    RemindEtlError,
    is_login_unanswered,
)

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


def connect(address: Address, timeout: float, stack: ExitStack) -> paramiko.SFTPClient:
    """Log in within `timeout` seconds in all, and leave to `stack` what ends the connection.

    Later, no answer may take longer than `timeout` seconds. Raises ConnectionTrouble; HostKeyChanged if the server's
    key is not the pinned one or none is pinned; LoginRefused; OperatorError if our key or the pinned keys cannot be
    read, or the server offers no cipher that we accept.
    """
    logging.getLogger("paramiko").setLevel(logging.WARNING)  # at DEBUG it logs what goes over the wire
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(_Refuse())
    _pin(client, address)
    key = _key(address)
    with explained(address):
        connection = socket.create_connection((address.host, address.port), timeout=timeout)
        stack.callback(connection.close)
        _tune(connection)
        stack.callback(client.close)
        with _deadline(address, connection, timeout):
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
                transport_factory=_transport,
            )
            sftp = client.open_sftp()
        sftp.sock.settimeout(timeout)  # nothing else ends a silent stall
        return sftp


def _tune(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # worth 1.5 to 3 times the speed
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # macOS has other names
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


@contextmanager
def _deadline(address: Address, connection: socket.socket, seconds: float) -> Iterator[None]:
    """Shut the connection down if the login takes longer than so many seconds.

    paramiko has a limit for each part of the login, but none for the start of SFTP. What a library makes of a damaged
    or broken handshake is trouble that passes: only an answer of the server, or a key, is more than that.
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
    late = ConnectionTrouble(f"The SFTP server {address.host}:{address.port} did not complete the login in time.")
    try:
        yield
    except (RemindEtlError, paramiko.BadHostKeyException):
        raise
    except Exception as e:
        if expired.is_set():
            raise late from e
        if isinstance(e, (OSError, EOFError, SFTPError, paramiko.SSHException)):
            raise
        raise ConnectionTrouble(
            f"The SFTP server {address.host}:{address.port} sent a handshake that cannot be read ({type(e).__name__})."
        ) from e
    finally:
        timer.cancel()
    if expired.is_set():
        raise late


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn exceptions of sockets and paramiko into ours, which say who must act."""
    server = f"The SFTP server {address.host}:{address.port}"
    try:
        yield
    except RemindEtlError:
        raise
    except paramiko.BadHostKeyException as e:
        raise HostKeyChanged(
            f"{server} shows another key than the pinned one. Find out why before you continue."
        ) from e
    except IncompatiblePeer as e:
        raise OperatorError(f"{server} offers no cipher or key exchange that we accept.") from e
    except paramiko.AuthenticationException as e:
        if is_login_unanswered(e):
            raise ConnectionTrouble(f"{server} did not answer our login in time.") from e
        raise LoginRefused(f"{server} refused the login {address.user}.") from e
    except (OSError, EOFError, SFTPError, paramiko.SSHException) as e:
        reason = errno.errorcode.get(getattr(e, "errno", None) or 0, type(e).__name__)
        raise ConnectionTrouble(f"{server} cannot be reached, or the connection failed ({reason}).") from e


class _Refuse(paramiko.RejectPolicy):
    """Refuses a host without a pinned key, by an exception that says so."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> Never:
        raise HostKeyChanged(f"No key is pinned for the SFTP server {hostname}. Add its keys to the known hosts.")


def _pin(client: paramiko.SSHClient, address: Address) -> None:
    try:
        client.load_host_keys(address.known_hosts)
    except (OSError, InvalidHostKey) as e:
        raise OperatorError(f"The pinned host keys in {address.known_hosts} cannot be read.") from e


def _key(address: Address) -> paramiko.PKey | None:
    if address.key_file is None:
        if address.password is None:
            raise OperatorError(f"There is neither a key nor a password for the login {address.user}.")
        return None
    try:
        return paramiko.PKey.from_path(address.key_file)
    except (OSError, ValueError, TypeError, UnknownKeyType, paramiko.SSHException) as e:
        raise OperatorError(f"{address.key_file} is not a private key that can be read without a password.") from e


def _transport(sock: Any, **options: Any) -> paramiko.Transport:
    transport = paramiko.Transport(sock, **options)
    security = transport.get_security_options()
    security.ciphers = accepted(security.ciphers, CIPHERS)
    security.digests = accepted(security.digests, MACS)
    security.kex = accepted(security.kex, KEY_EXCHANGES)
    return transport
