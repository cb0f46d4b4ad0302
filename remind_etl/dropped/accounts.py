"""What the embedded SFTP server asks about logins, and tells of what it saw."""

import asyncio
import logging
from typing import Final, Protocol

from remind_etl.errors import RemindEtlError

LOGIN: Final = "login"
LOGIN_REFUSED: Final = "login refused"
UPLOAD: Final = "upload"
RENAME: Final = "rename"
REMOVE: Final = "remove"
UPLOAD_REFUSED: Final = "upload refused"


class Accounts(Protocol):
    """The logins of districts, as they are at the moment. All methods are called in threads, several at a time."""

    def check_password(self, login: str, password: str) -> bool:
        """True if the login may enter with this password; an unknown login takes as long as a known one."""

    def has_key(self, login: str, key: bytes) -> bool:
        """True if the login may enter with this public key, in the bytes that SSH sends."""

    def note_event(self, login: str, what: str, client: str, file: str | None = None, size: int | None = None) -> None:
        """Add an event to the audit."""


async def audit(
    accounts: Accounts, login: str, what: str, client: str, file: str | None = None, size: int | None = None
) -> None:
    """Add an event to the audit. If it cannot be added, the server goes on, and its own log says so."""
    try:
        await asyncio.to_thread(accounts.note_event, login, what, client, file, size)
    except RemindEtlError as error:
        logging.getLogger(__name__).warning("An event of the SFTP server is not in the audit: %s", error)
