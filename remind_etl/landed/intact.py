"""Tells whether a landed drop still has the bytes that landed."""

import hashlib
from contextlib import suppress
from pathlib import Path

from remind_etl.errors import DropDamaged
from remind_etl.landed.copy import Drop


def require_intact(drop: Drop) -> None:
    """Raise DropDamaged, with the names of the files, if files of a landed drop are not as its manifest says."""
    damaged = [file.file_name for file in drop.files if _sha256(drop.folder / file.file_name) != file.sha256]
    if damaged:
        raise DropDamaged(
            f"Drop {drop.drop_id} of {drop.district_id} is damaged: {', '.join(damaged)} is missing or differs "
            "from what landed. Restore the drop from a backup, or let the district upload again."
        )


def _sha256(path: Path) -> str | None:
    """The SHA-256 of a file in hex; None if it is not there."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return None
