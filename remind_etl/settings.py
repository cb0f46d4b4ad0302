"""The settings: environment variables `REMIND_ETL_*`, read at the start of what runs, never at import."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

from remind_etl.errors import UsageError, unusable
from remind_etl.files import private
from remind_etl.files.sent import SizeLimits

PREFIX: Final = "REMIND_ETL_"


@dataclass(frozen=True)
class Secret:
    """A text that appears in no output by itself."""

    _text: str = field(repr=False)

    def get_secret_value(self) -> str:
        """The text."""
        return self._text


@dataclass(frozen=True)
class Form:
    """How the text of a variable is parsed; `parse` raises ValueError, and `give` says what would be right."""

    parse: Callable[[str], Any]
    give: str
    example: str = ""
    """What to give if there is no default."""


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def _between(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers with bounds; a number outside of them would fail later, far from its name."""

    def parse(text: str) -> int:
        if not least <= (number := _whole(text)) <= most:
            raise ValueError(text)
        return number

    return parse


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(name)
    return name


def _database(url: str) -> Secret:
    if not url.startswith(("sqlite:", "postgresql://", "postgresql+")):
        raise ValueError("another database")
    return Secret(url)


def _folder(text: str) -> str:
    if not Path(text).is_dir():
        raise ValueError(text)
    return text


def _memory(text: str) -> str:
    if not re.fullmatch(r"(?i)(?=.*[1-9])\d+(\.\d+)? ?([KMGT]i?B|%)", text):
        raise ValueError(text)
    return text


TEXT: Final = Form(str, "another value, such as")
SECRET: Final = Form(Secret, "another value, such as")
SECONDS: Final = Form(_between(0, 1_000_000), "a whole number of seconds, such as")
POLL: Final = Form(_between(1, 86_400), "a whole number of seconds from 1 to 86400, such as")
DAYS: Final = Form(_between(0, 36_500), "a whole number of days, such as")
MEGABYTES: Final = Form(_between(1, 1_000_000), "a whole number of megabytes, such as")
THREADS: Final = Form(_between(1, 1_000), "a whole number from 1, such as")
PORT: Final = Form(_between(1, 65_535), "a port, such as")
FOLDER: Final = Form(_folder, "a folder that exists, such as", "expectations/districts")
ZONE: Final = Form(_zone, "the name of a time zone, such as")
DATABASE: Final = Form(_database, "a URL of sqlite or postgresql")
MEMORY: Final = Form(_memory, "a size of memory, such as")


UNSET: Final = Secret("")


def _about(meaning: str, form: Form) -> dict[str, Any]:
    return {"meaning": meaning, "form": form}


def _setting(default: Any, meaning: str, form: Form = TEXT) -> Any:
    return field(default=default, metadata=_about(meaning, form))


@dataclass(frozen=True)
class Settings:
    """All settings; the variable of each is its name in capitals after the prefix."""

    home: str = _setting("data", "Folder of all state made at run time.")
    sftp_host: str = _setting("127.0.0.1", "Host of the SFTP server that districts upload to.")
    sftp_port: int = _setting(2222, "Its port.", PORT)
    sftp_user: str = _setting("collector", "Our login there; it only reads.")
    sftp_key_file: str = _setting("", "Private key of that login; empty: `<home>/sftp/collector_key`.")
    sftp_password: Secret = field(
        default=UNSET, metadata=_about("Password of that login, only if the server takes no keys.", SECRET)
    )
    sftp_known_hosts: str = _setting("", "Pinned host keys; empty: `<home>/sftp/known_hosts`.")
    sftp_root: str = _setting("/", "Remote folder that holds `<district>/upload/` for each district.")
    quiet_seconds: int = _setting(300, "How long a complete drop must lie unchanged before it is taken.", SECONDS)
    file_mb: int = _setting(2_000, "Most megabytes of one CSV file; a larger one is not copied.", MEGABYTES)
    drop_mb: int = _setting(4_000, "Most megabytes of all files of an upload, or of its zip.", MEGABYTES)
    poll_seconds: int = _setting(60, "How often the sensors look.", POLL)
    time_zone: str = _setting("UTC", "Time zone of the schedules, such as `America/New_York`.", ZONE)
    overdue_days: int = _setting(7, "Days without an upload after which a district is overdue.", DAYS)
    keep_days: int = _setting(90, "Days that landed drops, reports, and what a delivery changed are kept.", DAYS)
    keep_runs_days: int = _setting(90, "Days that Dagster's runs are kept.", DAYS)
    decisions_url: Secret = field(
        default=UNSET, metadata=_about("SQLAlchemy URL; empty: SQLite `<home>/decisions.db`.", DATABASE)
    )
    platform_url: Secret = field(
        default=UNSET, metadata=_about("SQLAlchemy URL; empty: SQLite `<home>/platform.db`.", DATABASE)
    )
    limits: str = _setting(
        "", "Folder of districts' own limits; empty: `expectations/districts` of the repository.", FOLDER
    )
    memory: str = _setting("2GB", "Memory that DuckDB may use in one run.", MEMORY)
    threads: int = _setting(2, "Threads that DuckDB may use in one run.", THREADS)


@dataclass(frozen=True)
class Setting:
    """An environment variable, its default as text, its meaning; `secret` ones never appear on a screen."""

    name: str
    default: str
    meaning: str
    secret: bool


def _documented() -> Iterator[Setting]:
    for of in fields(Settings):
        secret = isinstance(of.default, Secret)
        yield Setting(PREFIX + of.name.upper(), "" if secret else str(of.default), of.metadata["meaning"], secret)


SETTINGS: Final = tuple(_documented())


def read() -> Settings:
    """The settings; the environment is parsed once for as long as it stays the same.

    Raises UsageError with the name of the first variable that is wrong.
    """
    parsed, refused = _parsed(tuple(sorted(given().items())))
    if refused:
        raise UsageError(refused[0])
    return parsed


def refusals() -> tuple[str, ...]:
    """What is wrong with each variable that is wrong."""
    return _parsed(tuple(sorted(given().items())))[1]


def given() -> dict[str, str]:
    """The variables of the environment that begin as settings do; an empty variable is not set."""
    return {name: text for name, text in os.environ.items() if name.startswith(PREFIX) and text}


@lru_cache(maxsize=1)
def _parsed(environment: tuple[tuple[str, str], ...]) -> tuple[Settings, tuple[str, ...]]:
    texts, parsed, refused = dict(environment), {}, []
    for of in fields(Settings):
        if text := texts.get(PREFIX + of.name.upper()):
            try:
                parsed[of.name] = of.metadata["form"].parse(text)
            except ValueError:
                refused.append(_refusal(of, text))
    return Settings(**parsed), tuple(refused)


def _refusal(of: Any, text: str) -> str:
    """What is wrong with a variable, and what would be right; a secret is not quoted."""
    variable, give = PREFIX + of.name.upper(), of.metadata["form"].give
    if isinstance(of.default, Secret):
        return f"{variable} cannot be used: give {give}."
    return f"{variable} is {text!r}: give {give} {of.default or of.metadata['form'].example}."


_OF_THE_DEMO: Final = {"samples", "demo.lock", "dagster.log"}


@dataclass(frozen=True)
class Home:
    """Where run-time state lives, below one folder."""

    root: Path

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in it."""
        return self.dagster, self.sftp, self.drops, self.landed, self.warehouse, self.published

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
    def landed(self) -> Path:
        """Landed drops: `<district>/<drop>/`."""
        return self.root / "landed"

    @property
    def warehouse(self) -> Path:
        """DuckDB files: `<district>.duckdb`."""
        return self.root / "warehouse"

    @property
    def published(self) -> Path:
        """Published tables and reports: `<district>/`."""
        return self.root / "published"

    @property
    def decisions_file(self) -> Path:
        """The decisions as SQLite, where no URL is set."""
        return self.root / "decisions.db"

    @property
    def platform_file(self) -> Path:
        """The platform as SQLite, where no URL is set."""
        return self.root / "platform.db"

    @property
    def decisions_url(self) -> str:
        """Database of the decisions."""
        return read().decisions_url.get_secret_value() or f"sqlite:///{self.decisions_file}"

    @property
    def platform_url(self) -> str:
        """Database of the platform."""
        return read().platform_url.get_secret_value() or f"sqlite:///{self.platform_file}"


def size_limits() -> SizeLimits:
    """How large the files of a district may be."""
    return SizeLimits(read().file_mb * 1_000_000, read().drop_mb * 1_000_000)


def home_folder() -> Path:
    """The folder that REMIND_ETL_HOME names, as an absolute path; it need not be there.

    Raises UsageError if there can be no such folder.
    """
    text = read().home
    try:
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError):
        raise UsageError(f"REMIND_ETL_HOME is {text!r}: give the path of a folder, such as data.") from None


def home_at() -> Home:
    """The home that REMIND_ETL_HOME names; nothing is made, and it need not be there."""
    return Home(home_folder())


def home() -> Home:
    """The home that REMIND_ETL_HOME names, closed to others, as is all that this process makes from here on.

    Raises OperatorError if it cannot be made or used, or if it is open to others and cannot be closed.
    """
    os.umask(private.UMASK)  # libraries make files too, such as databases
    made = home_at()
    names = {folder.name for folder in made.folders} | {made.decisions_file.name, made.platform_file.name}
    try:
        private.make_private(made.root, names | _OF_THE_DEMO)
        for folder in made.folders:
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise unusable(error, "Name another folder in REMIND_ETL_HOME, or correct this one.") from error
    return made
