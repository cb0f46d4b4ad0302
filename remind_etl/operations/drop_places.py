"""The places that districts upload to, as the settings name them, and whether we reach them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from remind_etl import settings
from remind_etl.decided.store import District
from remind_etl.dropped.client import Address
from remind_etl.dropped.places import drop_source, folder_of, read_places
from remind_etl.errors import HostKeyChanged, LoginRefused, OperatorError, RemindEtlError
from remind_etl.operations.examined import Examined, State
from remind_etl.schema.district_id import MAIN_SOURCE

PATIENCE_SECONDS: Final = 10.0
"""How long `doctor` waits for an answer of an SFTP server."""


def collector_address() -> Address:
    """Where the drops are, and how we log in there."""
    chosen, home = settings.read(), settings.home_at()
    password = chosen.sftp_password.get_secret_value()
    return Address(
        host=chosen.sftp_host,
        port=chosen.sftp_port,
        user=chosen.sftp_user,
        known_hosts=Path(chosen.sftp_known_hosts or home.sftp / "known_hosts"),
        key_file=None if password else Path(chosen.sftp_key_file or home.sftp / "collector_key"),
        password=password or None,
        root=chosen.sftp_root,
    )


def collector_addresses() -> dict[str, Address]:
    """All places that districts upload to, by name; the first is that of the settings.

    Raises OperatorError if the file of the others cannot be used.
    """
    file = settings.read().sources
    return {MAIN_SOURCE: collector_address(), **(read_places(Path(file).resolve()) if file else {})}


def examine_places(districts: Iterable[District]) -> Iterator[Examined]:
    """What `doctor` finds of each place that districts upload to."""
    try:
        addresses = collector_addresses()
    except OperatorError as error:
        yield Examined("sources", State.FAILED, str(error), "Correct the file of REMIND_ETL_SOURCES.")
        return
    known = list(districts)
    for name, address in addresses.items():
        beside = "" if name == MAIN_SOURCE else f" of {name}"
        for found in _source(address, [district for district in known if district.source == name]):
            yield replace(found, check=f"{found.check}{beside}")
    lost = sorted(district.district_id for district in known if district.source not in addresses)
    if lost:
        do = "Describe their sources there, or move them with `remind-etl districts set`."
        yield Examined("sources", State.FAILED, f"REMIND_ETL_SOURCES lacks the sources of {', '.join(lost)}.", do)


def _source(address: Address, districts: Iterable[District]) -> Iterator[Examined]:
    folder = folder_of(address)
    server = f"{address.user}@{address.host}:{address.port}"
    try:
        with drop_source(address, PATIENCE_SECONDS) as client:
            if folder:
                yield Examined("drop root", State.OK, f"{folder} is on this host, and we can read it.")
            else:
                yield Examined("sftp login", State.OK, f"{server} accepts our login.")
            there = client.districts()
            missing = [known.district_id for known in districts if known.district_id not in there]
            if missing:
                do = (
                    "ProFTPD and the embedded server make it at the first login of the district. "
                    f"On another server, make `upload/` for each below {address.root}."
                )
                yield Examined("sftp listing", State.WARNING, f"No directory of {', '.join(missing)}.", do)
            else:
                yield Examined("sftp listing", State.OK, f"{address.root} has {len(there):,} directories of districts.")
    except HostKeyChanged as error:
        yield Examined("sftp login", State.FAILED, str(error), "Compare the server's key, then pin it.")
    except LoginRefused as error:
        do = "Check REMIND_ETL_SFTP_USER and REMIND_ETL_SFTP_KEY_FILE, and the key on the server."
        yield Examined("sftp login", State.FAILED, str(error), do)
    except RemindEtlError as error:
        do = "Check the settings of SFTP (host, port, key file, known hosts, root), and that the server runs."
        check, remedy = ("drop root", "Check REMIND_ETL_SFTP_ROOT and that we may read it.") if folder else ("sftp", do)
        yield Examined(check, State.FAILED, str(error), remedy)
