"""The embedded SFTP server, for the demo, development and small installations. ProFTPD is for production.

Each district has its own root and writes in `upload/` below it; our login reads everything and writes nothing. There is
no shell, no command, no forwarding, and no link.
"""

import asyncio
import errno
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Self, cast

import asyncssh

from remind_etl.catalogue import drop_servers
from remind_etl.catalogue.uploads import ONLY_SFTP
from remind_etl.dropped.accounts import Accounts, audit
from remind_etl.dropped.algorithms import CIPHERS, MACS, SERVER_KEY_EXCHANGES
from remind_etl.dropped.allowance import Allowance
from remind_etl.dropped.confined import ConfinedFiles, Writable
from remind_etl.dropped.door import COLLECTOR, Door, Logins, client_of
from remind_etl.dropped.host_keys import pin, private_key
from remind_etl.dropped.padded_writes import accept_padded_writes
from remind_etl.errors import OperatorError
from remind_etl.files.server_limits import USUAL_LIMITS, ServerLimits
from remind_etl.schema.district_id import district_id

__all__ = ["COLLECTOR", "EmbeddedServer"]


class EmbeddedServer:
    """Serves the drops below `root` in a thread of its own, from `start` to `stop`, or within `with`.

    `accounts` is asked at each login, so a change holds for the next one. `keys` is a folder for `host_key` and
    `collector_key`, made at the first start, and `known_hosts`. Port 0 takes a free port.
    """

    def __init__(
        self,
        root: Path,
        keys: Path,
        accounts: Accounts,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: ServerLimits = USUAL_LIMITS,
    ) -> None:
        self.root = root
        self.keys = keys
        self.host = host
        self.port = port
        """The port it listens on, once started."""
        self._accounts = accounts
        self._limits = limits
        self._written: dict[str, set[FileIO]] = defaultdict(set)
        """By login the files that its sessions are writing."""
        self._thread: threading.Thread | None = None
        self._end: Callable[[], object]

    @property
    def collector_key(self) -> Path:
        """Private key of our login."""
        return self.keys / "collector_key"

    @property
    def known_hosts(self) -> Path:
        """The server's key in the form clients pin, written anew at each start, as the port may be another."""
        return self.keys / "known_hosts"

    def start(self) -> None:
        """Listen; returns when logins are possible.

        Raises OperatorError if the port is taken or not ours to take, or a key cannot be read.
        """
        asyncssh.set_log_level("WARNING")
        accept_padded_writes()
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        host_key, collector_key = private_key(self.keys / "host_key"), private_key(self.collector_key)
        started: Future[int] = Future()
        serve = self._serve(host_key, collector_key.public_data, started)
        thread = threading.Thread(target=asyncio.run, args=(serve,), name="sftp-server", daemon=True)
        thread.start()
        try:
            self.port = started.result()
        except OSError as e:
            why = drop_servers.PORT_TAKEN if e.errno == errno.EADDRINUSE else drop_servers.PORT_CLOSED
            raise OperatorError(why.format(port=self.port, host=self.host, reason=e.strerror)) from e
        self._thread = thread
        pin(self.known_hosts, self.host, self.port, host_key)

    def stop(self) -> None:
        """End all connections and stop listening; does nothing if it is stopped."""
        if self._thread:
            self._end()
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    async def _serve(self, host_key: asyncssh.SSHKey, collector_key: bytes, started: Future[int]) -> None:
        stopping = asyncio.Event()
        self._end = partial(asyncio.get_running_loop().call_soon_threadsafe, stopping.set)
        door = Door(self._accounts, collector_key, self._limits)
        ending = asyncio.create_task(door.end_idle())
        try:
            acceptor = await asyncssh.listen(
                self.host,
                self.port,
                server_factory=partial(Logins, door),
                sftp_factory=partial(self._files, door),
                process_factory=_only_sftp,
                server_host_keys=[host_key],
                allow_scp=False,
                allow_pty=False,
                agent_forwarding=False,
                x11_forwarding=False,
                compression_algs=None,
                kex_algs=SERVER_KEY_EXCHANGES,
                encryption_algs=CIPHERS,
                mac_algs=MACS,
                login_timeout=20,
                keepalive_interval=30,
            )
        except BaseException as e:  # raised again where `start` waits for it
            started.set_exception(e)
            return
        started.set_result(acceptor.get_port())
        await stopping.wait()
        acceptor.close()
        ending.cancel()
        for connection in [*door.used_at, *door.refused]:
            connection.abort()
            await connection.wait_closed()
        await acceptor.wait_closed()

    def _files(self, door: Door, channel: "asyncssh.SSHServerChannel[bytes]") -> ConfinedFiles:
        login, client = channel.get_extra_info("username"), client_of(channel)
        touch = partial(door.touch, cast(asyncssh.SSHServerConnection, channel.get_connection()))
        if login == COLLECTOR:
            return ConfinedFiles(channel, self.root, touch)
        upload = self.root / district_id(login) / "upload"
        upload.mkdir(mode=0o700, parents=True, exist_ok=True)

        async def tell(what: str, file: str, size: int | None) -> None:
            await audit(self._accounts, login, what, client, file, size)

        allowance = Allowance(upload, self._limits, self._written[login])
        return ConfinedFiles(channel, upload.parent, touch, Writable(upload, tell, allowance))


async def _only_sftp(process: "asyncssh.SSHServerProcess[str]") -> None:
    """Run no command and no shell: say what to do instead."""
    if (process.command or "").startswith("scp "):
        process.stdout.write(f"\x01{ONLY_SFTP}\n")  # a warning of its protocol, which the client shows
    else:
        process.stderr.write(f"{ONLY_SFTP}\n")
    process.exit(1)
