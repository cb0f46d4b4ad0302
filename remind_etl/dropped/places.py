"""Where the upload directories are, and how they are opened: over SFTP, or on this host."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from remind_etl.catalogue import drop_servers
from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.dropped.mounted import MountedDrops
from remind_etl.dropped.source import DropSource
from remind_etl.errors import OperatorError
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.schema.district_id import MAIN_SOURCE, DistrictId

ON_THIS_HOST: Final = "file://"

_PLACE: Final = {"root", "key_file", "password_file", "known_hosts"}


def folder_of(address: Address) -> Path | None:
    """The drop root on this host that the address names; None if it is on an SFTP server."""
    return Path(address.root.removeprefix(ON_THIS_HOST)) if address.root.startswith(ON_THIS_HOST) else None


def drop_source(address: Address, timeout: float = 30, sizes: SizeLimits = USUAL) -> DropSource:
    """What reads the upload directories of this address; it is opened within `with`."""
    folder = folder_of(address)
    return MountedDrops(folder, sizes) if folder else DropServerClient(address, timeout, sizes)


def read_places(file: Path) -> dict[str, Address]:
    """The places of a TOML file, by name. Paths in it are relative to its folder.

    Raises OperatorError if it cannot be read, or a place is described wrongly.
    """
    try:
        described = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        unreadable = drop_servers.SOURCES_UNREADABLE.format(file=file, kind=type(error).__name__)
        raise OperatorError(unreadable) from error
    return {name: _place(file, name, place) for name, place in described.items()}


def _place(file: Path, name: str, place: Any) -> Address:
    def wrong(why: str) -> OperatorError:
        return OperatorError(drop_servers.SOURCE_WRONG.format(name=name, file=file, why=why))

    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or name == MAIN_SOURCE:
        raise wrong(drop_servers.SOURCE_NAME)
    if (
        not isinstance(place, dict)
        or not all(isinstance(text, str) for text in place.values())
        or place.keys() - _PLACE
    ):
        raise wrong(drop_servers.SOURCE_KEYS.format(keys=", ".join(sorted(_PLACE))))
    root = str(place.get("root", ""))
    if root.startswith("file:///"):
        return Address("", 0, "", Path(), root=root)
    parts = urlsplit(root)
    if parts.scheme != "sftp" or not parts.hostname or not parts.username or parts.password or parts.port == 0:
        raise wrong(drop_servers.SOURCE_ROOT)
    if "known_hosts" not in place or ("key_file" in place) == ("password_file" in place):
        raise wrong(drop_servers.SOURCE_LACKS)
    return Address(
        host=parts.hostname,
        port=parts.port or 22,
        user=unquote(parts.username),
        known_hosts=file.parent / place["known_hosts"],
        key_file=file.parent / place["key_file"] if "key_file" in place else None,
        password=_password(file.parent / place["password_file"]) if "password_file" in place else None,
        root=unquote(parts.path) or "/",
    )


def _password(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        unreadable = drop_servers.LOGIN_FILE_UNREADABLE.format(file=file, kind=type(error).__name__)
        raise OperatorError(unreadable) from error


@dataclass(frozen=True)
class Group:
    """The districts of one source, and what opens it."""

    source: str
    connect: Callable[[], DropSource]
    districts: list[DistrictId] = field(default_factory=list)


@dataclass(frozen=True)
class DropSources:
    """All places that districts upload to. Each district has one of them."""

    places: Mapping[str, Address]
    """The places by name; the one of the settings is `main`."""
    sources_of: Callable[[], Mapping[DistrictId, str]]
    """Gives the districts that have another source than `main`."""
    sizes: SizeLimits = USUAL
    timeout: float = 30

    def __call__(self, district: DistrictId) -> DropSource:
        """What reads the district's upload directory, opened within `with`.

        Raises OperatorError if the settings do not describe its source.
        """
        source = self.sources_of().get(district, MAIN_SOURCE)
        if source not in self.places:
            raise OperatorError(undescribed(district, source))
        return drop_source(self.places[source], self.timeout, self.sizes)

    def groups(self, districts: Iterable[DistrictId]) -> tuple[list[Group], dict[str, str]]:
        """The districts by source, in their order; and those without a described source, with the reason."""
        elsewhere = self.sources_of()
        groups: dict[str, Group] = {}
        closed: dict[str, str] = {}
        for district in districts:
            source = elsewhere.get(district, MAIN_SOURCE)
            if source in self.places:
                opened = partial(drop_source, self.places[source], self.timeout, self.sizes)
                groups.setdefault(source, Group(source, opened)).districts.append(district)
            else:
                closed[district] = undescribed(district, source)
        return list(groups.values()), closed


def undescribed(district: DistrictId, source: str) -> str:
    """What to say of a district whose source the settings do not describe."""
    return f"The source {source} of {district} is not in the file of REMIND_ETL_SOURCES."
