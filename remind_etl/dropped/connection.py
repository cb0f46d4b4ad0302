"""Connects to the drop server, and turns what goes wrong with it into our errors."""

import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Never

import paramiko
from paramiko.hostkeys import InvalidHostKey
from paramiko.pkey import UnknownKeyType
from paramiko.sftp import SFTPError
from paramiko.ssh_exception import IncompatiblePeer

from remind_etl.errors import ConnectionTrouble, HostKeyChanged, LoginRefused, OperatorError, RemindEtlError

CIPHERS: Final = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr")
"""Fastest first; paramiko by itself offers GCM last, after CBC."""


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
    """Log in, and leave to `stack` what ends the connection; no step takes longer than `timeout` seconds.

    Raises ConnectionTrouble; HostKeyChanged if the server's key is not the pinned one or none is pinned; LoginRefused;
    OperatorError if our key or the pinned keys cannot be read, or the server offers no cipher we accept.
    """
    logging.getLogger("paramiko").setLevel(logging.WARNING)  # at DEBUG it logs what goes over the wire
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(_Refuse())
    _pin(client, address)
    key = _key(address)
    with explained(address):
        connection = socket.create_connection((address.host, address.port), timeout=timeout)
        stack.callback(connection.close)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # worth 1.5 to 3 times the speed
        stack.callback(client.close)
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


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn exceptions of sockets and paramiko into ours, which say who must act."""
    server = f"The SFTP server {address.host}:{address.port}"
    try:
        yield
    except RemindEtlError:
        raise
    except paramiko.BadHostKeyException as e:
        raise HostKeyChanged(f"{server} shows another key than the pinned one. Find out why before going on.") from e
    except IncompatiblePeer as e:
        raise OperatorError(f"{server} offers no cipher or key exchange that we accept.") from e
    except paramiko.AuthenticationException as e:
        if str(e) == "Authentication timeout.":  # paramiko has no type of its own for it
            raise ConnectionTrouble(f"{server} did not answer our login in time.") from e
        raise LoginRefused(f"{server} refused the login {address.user}.") from e
    except (OSError, EOFError, SFTPError, paramiko.SSHException) as e:
        reason = errno.errorcode.get(getattr(e, "errno", None) or 0, type(e).__name__)
        raise ConnectionTrouble(f"{server} cannot be reached, or failed ({reason}).") from e


class _Refuse(paramiko.RejectPolicy):
    """Refuses a host without a pinned key, by an exception that says so."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> Never:
        raise HostKeyChanged(f"No key is pinned for the SFTP server {hostname}: add its keys to the known hosts.")


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
        raise OperatorError(f"{address.key_file} is no private key that can be read without a password.") from e


def _transport(sock: Any, **options: Any) -> paramiko.Transport:
    transport = paramiko.Transport(sock, **options)
    security = transport.get_security_options()
    security.ciphers = tuple(cipher for cipher in CIPHERS if cipher in security.ciphers)
    return transport
