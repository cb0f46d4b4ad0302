"""Where the upload directories are, and how they are opened: over SFTP, or on this host."""

from pathlib import Path
from typing import Final

from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.dropped.mounted import MountedDrops
from remind_etl.dropped.source import DropSource
from remind_etl.files.sent import USUAL, SizeLimits

ON_THIS_HOST: Final = "file://"


def folder_of(address: Address) -> Path | None:
    """The drop root on this host that the address names; None if it is on an SFTP server."""
    return Path(address.root.removeprefix(ON_THIS_HOST)) if address.root.startswith(ON_THIS_HOST) else None


def drop_source(address: Address, timeout: float = 30, sizes: SizeLimits = USUAL) -> DropSource:
    """What reads the upload directories of this address; it is opened within `with`."""
    folder = folder_of(address)
    return MountedDrops(folder, sizes) if folder else DropServerClient(address, timeout, sizes)
