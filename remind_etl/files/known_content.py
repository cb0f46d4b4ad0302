"""Files of the storage whose content is known by its SHA-256."""

import hashlib
from pathlib import Path

from remind_etl.files.storage import Storage


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole_file(storage: Storage, key: str, sha256: str | None) -> Path | None:
    """The file with that content, on this machine; None if there is none. Without a hash, any content counts."""
    for local in (storage.local, storage.fresh_local):
        path = local(key)
        if path.is_file() and (sha256 is None or hash_of(path) == sha256):
            return path
    return None
