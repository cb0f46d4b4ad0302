"""Lands a folder or a zip of this machine."""

from pathlib import Path
from typing import Final

from remind_etl import contract
from remind_etl.errors import DropIncomplete, UsageError
from remind_etl.landed.copy import Drop, LandingStore, file_source

MOST: Final = 5
"""Names of other files that a message holds."""


def land_folder(store: LandingStore, district: str, path: Path) -> Drop:
    """Land the files of the contract in a folder, or a zip, as a drop of the district.

    Raises UsageError if it is neither or holds none of them, DropIncomplete if it holds one in two spellings.
    """
    if path.suffix.casefold() == ".zip" and path.is_file():
        return store.land(district, [file_source(path)])[0]
    if not path.is_dir():
        raise UsageError(f"{path} is neither a folder nor a zip.")
    sent = sorted(p for p in path.iterdir() if p.is_file() and p.name.casefold() in contract.BY_FILE_NAME)
    names = [p.name.casefold() for p in sent]
    if len(names) != len(set(names)):
        raise DropIncomplete(f"{path} holds a file in two spellings of its name; keep one.")
    if not sent:
        there = ", ".join(others(path)[:MOST]) or "nothing"
        raise UsageError(f"{path} holds none of {', '.join(contract.BY_FILE_NAME)}. It holds {there}.")
    return store.land(district, [file_source(p) for p in sent])[0]


def others(path: Path) -> list[str]:
    """The names of the files in a folder that are none of the contract's, whatever a message can show of them."""
    names = sorted(p.name for p in path.iterdir() if p.is_file() and p.name.casefold() not in contract.BY_FILE_NAME)
    return ["".join(c if c.isprintable() else "\ufffd" for c in name) for name in names if not name.startswith(".")]
