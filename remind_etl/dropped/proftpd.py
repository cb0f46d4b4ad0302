"""Writes the configuration of ProFTPD, the SFTP server for production, from the settings."""

import re
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remind_etl.catalogue import drop_servers
from remind_etl.dropped.algorithms import CIPHERS, MACS, SERVER_KEY_EXCHANGES
from remind_etl.errors import UsageError
from remind_etl.files.server_limits import ServerLimits

TEMPLATE: Final = Path(__file__).with_name("proftpd.conf")

NOT_IN_PROFTPD: Final = ("mlkem768x25519-sha256",)
"""Algorithms that ProFTPD 1.3.8 does not know; it does not start with an unknown name."""

LOGINS_UNDER_WAY: Final = 20
"""Connections that may be logging in while as many as are allowed in all have done so."""

PID_FILE: Final = "/run/proftpd.pid"
"""Where Debian's service looks for it."""


@dataclass(frozen=True)
class Database:
    """How ProFTPD opens the decisions: `sqlite` with a file, or `postgres` with the other fields."""

    kind: str
    name: str
    host: str = ""
    port: int = 5432
    user: str = ""
    password: str = ""

    def connect_info(self) -> str:
        """What follows SQLConnectInfo."""
        if self.kind == "sqlite":
            return _word(self.name)
        return f'{_word(f"{self.name}@{self.host}:{self.port}")} {_word(self.user)} "{_word(self.password)}"'


@dataclass(frozen=True)
class Account:
    """The account that owns the uploads, by names and by numbers."""

    user: str
    group: str
    uid: int
    gid: int


def proftpd_configuration(
    *,
    address: tuple[str, int],
    database: Database,
    account: Account,
    drops: Path,
    keys: Path,
    collector: tuple[str, str],
    limits: ServerLimits,
    no_hash: str,
) -> str:
    """The text of the whole configuration.

    `drops` has a folder of each district. `keys` has `host_key`, and ProFTPD keeps its state in `proftpd/` below it.
    `collector` is our login, with its public key in base64. `no_hash` is the hash of a password that nobody knows.
    Raises UsageError if a name cannot stand in it.
    """
    if account.uid == 0:
        raise UsageError(drop_servers.HOME_OF_ROOT)
    hours, rest = divmod(limits.refused_seconds, 3600)
    return string.Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        backend=database.kind,
        sql_backend={"sqlite": "sqlite3", "postgres": "postgres"}[database.kind],
        connect=database.connect_info(),
        host=_word(address[0]),
        port=address[1],
        user=_word(account.user),
        group=_word(account.group),
        uid=account.uid,
        gid=account.gid,
        pid_file=PID_FILE,
        state=_word(str(keys / "proftpd")),
        host_key=_word(str(keys / "host_key")),
        drops=_word(str(drops)),
        collector=_word(collector[0]),
        collector_key=_word(collector[1]),
        no_hash=no_hash,
        ciphers=" ".join(CIPHERS),
        macs=" ".join(MACS),
        key_exchanges=" ".join(name for name in SERVER_KEY_EXCHANGES if name not in NOT_IN_PROFTPD),
        instances=limits.connections + LOGINS_UNDER_WAY,
        refused_time=f"{hours:02}:{rest // 60:02}:{rest % 60:02}",
        **{name: value for name, value in vars(limits).items() if name != "refused_seconds"},
    )


def _word(text: str) -> str:
    """The text, if it can stand in the configuration and in a statement as it is."""
    if re.search(r"""[\s"'\\%$#;]""", text):
        raise UsageError(drop_servers.NOT_FOR_PROFTPD)
    return text
