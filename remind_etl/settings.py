"""The settings: environment variables `REMIND_ETL_*`, read at the start of what runs, never at import."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from remind_etl.errors import UsageError
from remind_etl.files import private
from remind_etl.files.sent import SizeLimits

PREFIX: Final = "REMIND_ETL_"


def _decimal(text: object) -> object:
    if isinstance(text, str) and not text.isdecimal():
        raise ValueError(text)
    return text


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(name)
    return name


def _database(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    if text and not text.startswith(("sqlite:", "postgresql:", "postgresql+")):
        raise ValueError("another database")
    return url


Whole = Annotated[int, BeforeValidator(_decimal), Field(json_schema_extra={"give": "a whole number, such as"})]
Port = Annotated[Whole, Field(le=65_535, json_schema_extra={"give": "a port, such as"})]
Zone = Annotated[
    str, AfterValidator(_known_zone), Field(json_schema_extra={"give": "the name of a time zone, such as"})
]
Database = Annotated[
    SecretStr, AfterValidator(_database), Field(json_schema_extra={"give": "a URL of sqlite or postgresql"})
]
Memory = Annotated[
    str,
    Field(pattern=r"(?i)^\d+(\.\d+)? ?([KMGT]i?B|%)$", json_schema_extra={"give": "a size of memory, such as"}),
]


class Settings(BaseSettings):
    """All settings; the variable of each is its name in capitals after the prefix."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    home: str = Field(default="data", description="Folder of all state made at run time.")
    sftp_host: str = Field(default="127.0.0.1", description="Host of the SFTP server that districts upload to.")
    sftp_port: Port = Field(default=2222, description="Its port.")
    sftp_user: str = Field(default="collector", description="Our login there; it only reads.")
    sftp_key_file: str = Field(default="", description="Private key of that login; empty: `<home>/sftp/collector_key`.")
    sftp_password: SecretStr = Field(
        default=SecretStr(""), description="Password of that login, only if the server takes no keys."
    )
    sftp_known_hosts: str = Field(default="", description="Pinned host keys; empty: `<home>/sftp/known_hosts`.")
    sftp_root: str = Field(default="/", description="Remote folder that holds `<district>/upload/` for each district.")
    quiet_seconds: Whole = Field(
        default=300, description="How long a complete drop must lie unchanged before it is taken."
    )
    file_mb: Whole = Field(default=2_000, description="Most megabytes of one CSV file; a larger one is not copied.")
    drop_mb: Whole = Field(default=4_000, description="Most megabytes of all files of an upload, or of its zip.")
    poll_seconds: Whole = Field(default=60, description="How often the sensors look.")
    time_zone: Zone = Field(default="UTC", description="Time zone of the schedules, such as `America/New_York`.")
    overdue_days: Whole = Field(default=7, description="Days without an upload after which a district is overdue.")
    keep_days: Whole = Field(
        default=90, description="Days that landed drops, reports, and what a delivery changed are kept."
    )
    keep_runs_days: Whole = Field(default=90, description="Days that Dagster's runs are kept.")
    decisions_url: Database = Field(
        default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite `<home>/decisions.db`."
    )
    platform_url: Database = Field(
        default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite `<home>/platform.db`."
    )
    limits: str = Field(
        default="", description="Folder of districts' own limits; empty: `expectations/districts` of the repository."
    )
    memory: Memory = Field(default="2GB", description="Memory that DuckDB may use in one run.")
    threads: Whole = Field(default=2, description="Threads that DuckDB may use in one run.")


@dataclass(frozen=True)
class Setting:
    """An environment variable, its default as text, its meaning; `secret` ones never appear on a screen."""

    name: str
    default: str
    meaning: str
    secret: bool


def _documented() -> Iterator[Setting]:
    for name, field in Settings.model_fields.items():
        secret = isinstance(field.default, SecretStr)
        yield Setting(PREFIX + name.upper(), "" if secret else str(field.default), field.description or "", secret)


SETTINGS: Final = tuple(_documented())


def read() -> Settings:
    """The settings; the environment is parsed once for as long as it stays the same.

    Raises UsageError with the name of the first variable that is wrong.
    """
    return _parsed(tuple(sorted(item for item in os.environ.items() if item[0].startswith(PREFIX))))


@lru_cache(maxsize=1)
def _parsed(environment: tuple[tuple[str, str], ...]) -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        name = str(error.errors(include_url=False)[0]["loc"][0]).lower()
        raise UsageError(_refusal(name, dict(environment), Settings.model_fields[name])) from None


def _refusal(name: str, environment: dict[str, str], field: FieldInfo) -> str:
    """What is wrong with a variable, and what would be right; a secret is not quoted."""
    variable, extra = PREFIX + name.upper(), field.json_schema_extra
    give: Any = extra.get("give") if isinstance(extra, dict) else "another value, such as"
    if isinstance(field.default, SecretStr):
        return f"{variable} cannot be used: give {give}."
    return f"{variable} is {environment.get(variable, '')!r}: give {give} {field.default}."


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
    """The folder that REMIND_ETL_HOME names, as an absolute path; it need not be there."""
    return Path(read().home).expanduser().resolve()


def home() -> Home:
    """The home that REMIND_ETL_HOME names, closed to others, as is all that this process makes from here on.

    Raises OperatorError if the folder is open to others and cannot be closed.
    """
    os.umask(private.UMASK)  # libraries make files too, such as databases
    made = Home(home_folder())
    names = {folder.name for folder in made.folders} | {made.decisions_file.name, made.platform_file.name}
    private.make_private(made.root, names | _OF_THE_DEMO)
    for folder in made.folders:
        folder.mkdir(mode=0o700, exist_ok=True)
    return made
