"""The settings: environment variables `REMIND_ETL_*`, read at the start of what runs, never at import.

pydantic takes long to import, so the first reading imports it, and help and completion of a shell do without.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from remind_etl.configuration.environment import variables
from remind_etl.errors import UsageError, unusable
from remind_etl.files import private
from remind_etl.files.sent import SizeLimits
from remind_etl.files.server_limits import ServerLimits
from remind_etl.files.storage import Storage, open_storage

if TYPE_CHECKING:
    from remind_etl.configuration.known_settings import Settings


def read() -> "Settings":
    """The settings; the environment is parsed once for as long as it stays the same.

    Raises UsageError with the name of each variable that is wrong.
    """
    parsed, refused = _parsed(tuple(sorted(variables().items())))
    if parsed is None:
        raise UsageError(" ".join(refused))
    return parsed


def refusals() -> tuple[str, ...]:
    """What is wrong with each variable that is wrong."""
    return _parsed(tuple(sorted(variables().items())))[1]


@lru_cache(maxsize=1)
def _parsed(environment: tuple[tuple[str, str], ...]) -> "tuple[Settings | None, tuple[str, ...]]":
    """The settings, or why there are none."""
    from remind_etl.configuration.known_settings import parse

    return parse(dict(environment))


_OF_THE_DEMO: Final = {"samples", "demo.lock", "dagster.log"}


@dataclass(frozen=True)
class Home:
    """Where run-time state lives, below one folder."""

    root: Path

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in it."""
        return self.dagster, self.sftp, self.drops, self.warehouse, self.copies

    @property
    def dagster(self) -> Path:
        """Dagster's own storage."""
        return self.root / "dagster"

    @property
    def sftp(self) -> Path:
        """Keys of the embedded SFTP server and of our login there."""
        return self.root / "sftp"

    @property
    def drops(self) -> Path:
        """What the embedded SFTP server serves: `<district>/upload/`."""
        return self.root / "drops"

    @property
    def copies(self) -> Path:
        """Copies of files of the storage, if that is a bucket. They may be deleted at any time between two runs."""
        return self.root / "copies"

    @property
    def storage(self) -> Storage:
        """Where landed drops and published results are."""
        return open_storage(read().storage or str(self.root), self.copies)

    @property
    def landed(self) -> Storage:
        """Landed drops: `<district>/`."""
        return self.storage.below("landed")

    @property
    def warehouse(self) -> Path:
        """DuckDB files: `<district>.duckdb`."""
        return self.root / "warehouse"

    @property
    def published(self) -> Storage:
        """Published tables and reports: `<district>/`."""
        return self.storage.below("published")

    @property
    def state(self) -> Storage:
        """Copies of what the platform holds of large districts: `<district>/`. They may be deleted between two runs."""
        return self.storage.below("state")

    @property
    def decisions_file(self) -> Path:
        """The decisions as SQLite, where no URL is set."""
        return self.root / "decisions.db"

    @property
    def platform_file(self) -> Path:
        """The platform as SQLite, where no URL is set."""
        return self.root / "platform.db"

    @property
    def web_secret(self) -> Path:
        """What signs the sessions of the pages."""
        return self.root / "web_secret"

    @property
    def decisions_url(self) -> str:
        """Database of the decisions."""
        return read().decisions_url.get_secret_value() or f"sqlite:///{self.decisions_file}"

    @property
    def platform_url(self) -> str:
        """Database of the platform."""
        return read().platform_url.get_secret_value() or f"sqlite:///{self.platform_file}"


def operators() -> tuple[str, ...]:
    """The emails of operators who get messages."""
    return tuple(one for one in read().mail_operators.split(",") if one)


def size_limits() -> SizeLimits:
    """How large the files of a district may be."""
    return SizeLimits(read().file_mb * 1_000_000, read().drop_mb * 1_000_000)


def server_limits() -> ServerLimits:
    """What an SFTP server of ours allows. One upload may have as many bytes as all files that are taken together."""
    chosen = read()
    return ServerLimits(
        attempts=chosen.sftp_attempts,
        refused_seconds=chosen.sftp_refused_seconds,
        connections=chosen.sftp_connections,
        district_connections=chosen.sftp_district_connections,
        idle_seconds=chosen.sftp_idle_seconds,
        file_bytes=chosen.drop_mb * 1_000_000,
        district_files=chosen.sftp_district_files,
        district_bytes=chosen.sftp_district_mb * 1_000_000,
    )


def home_folder() -> Path:
    """The folder that REMIND_ETL_HOME names, as an absolute path; it need not be there.

    Raises UsageError if there can be no such folder.
    """
    text = read().home
    with suppress(OSError, RuntimeError):
        folder = Path(text).expanduser().resolve()
        if folder.is_dir() or not folder.exists():
            return folder
    raise UsageError(f"REMIND_ETL_HOME is {text!r}: give the path of a folder, such as data.")


def home_at() -> Home:
    """The home that REMIND_ETL_HOME names; nothing is made, and it need not be there."""
    return Home(home_folder())


def home() -> Home:
    """The home that REMIND_ETL_HOME names, closed to others, as is all that this process makes from here on.

    Raises OperatorError if it cannot be made or used, and UsageError if it is open to others and cannot be closed.
    """
    os.umask(private.UMASK)  # libraries make files too, such as databases
    made = home_at()
    names = {"landed", "published", *(folder.name for folder in made.folders)} | {
        made.decisions_file.name,
        made.platform_file.name,
        made.web_secret.name,
    }
    try:
        private.make_private(made.root, names | _OF_THE_DEMO)
        for folder in made.folders:
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise unusable(error, "Name another folder in REMIND_ETL_HOME, or correct this one.") from error
    return made
