"""The settings: environment variables `REMIND_ETL_*`, read when asked for, never at import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remind_etl.errors import UsageError


@dataclass(frozen=True)
class Setting:
    """An environment variable, its default as text, its meaning; `secret` ones never appear on a screen."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: Final = (
    Setting("REMIND_ETL_HOME", "data", "Folder of all state made at run time."),
    Setting("REMIND_ETL_SFTP_HOST", "127.0.0.1", "Host of the SFTP server that districts upload to."),
    Setting("REMIND_ETL_SFTP_PORT", "2222", "Its port."),
    Setting("REMIND_ETL_SFTP_USER", "collector", "Our login there; it only reads."),
    Setting("REMIND_ETL_SFTP_KEY_FILE", "", "Private key of that login; empty: `<home>/sftp/collector_key`."),
    Setting("REMIND_ETL_SFTP_PASSWORD", "", "Password of that login, only if the server takes no keys.", secret=True),
    Setting("REMIND_ETL_SFTP_KNOWN_HOSTS", "", "Pinned host keys; empty: `<home>/sftp/known_hosts`."),
    Setting("REMIND_ETL_SFTP_ROOT", "/", "Remote folder that holds `<district>/upload/` for each district."),
    Setting("REMIND_ETL_QUIET_SECONDS", "300", "How long a complete drop must lie unchanged before it is taken."),
    Setting("REMIND_ETL_POLL_SECONDS", "60", "How often the sensors look."),
    Setting("REMIND_ETL_TIME_ZONE", "UTC", "Time zone of the schedules, such as `America/New_York`."),
    Setting("REMIND_ETL_OVERDUE_DAYS", "7", "Days without an upload after which a district is overdue."),
    Setting("REMIND_ETL_KEEP_DAYS", "90", "Days that landed drops, reports, and what a delivery changed are kept."),
    Setting("REMIND_ETL_KEEP_RUNS_DAYS", "90", "Days that Dagster's runs are kept."),
    Setting("REMIND_ETL_DECISIONS_URL", "", "SQLAlchemy URL; empty: SQLite `<home>/decisions.db`.", secret=True),
    Setting("REMIND_ETL_PLATFORM_URL", "", "SQLAlchemy URL; empty: SQLite `<home>/platform.db`.", secret=True),
    Setting(
        "REMIND_ETL_LIMITS", "", "Folder of districts' own limits; empty: `expectations/districts` of the repository."
    ),
    Setting("REMIND_ETL_MEMORY", "2GB", "Memory that DuckDB may use in one run."),
    Setting("REMIND_ETL_THREADS", "2", "Threads that DuckDB may use in one run."),
)


def value(name: str, environ: Mapping[str, str] | None = None) -> str:
    """The setting's value: the environment's, or the default.

    Raises KeyError if there is no such setting.
    """
    default = next((s.default for s in SETTINGS if s.name == name), None)
    if default is None:
        raise KeyError(name)
    return (os.environ if environ is None else environ).get(name) or default


def number(name: str) -> int:
    """The setting's value as a whole number of at least 0.

    Raises UsageError if it is none.
    """
    text = value(name)
    if not text.isdecimal():
        raise UsageError(f"{name} is {text!r}. Give a whole number, such as {value(name, {})}.")
    return int(text)


@dataclass(frozen=True)
class Home:
    """Where run-time state lives, below one folder."""

    root: Path

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
        return value("REMIND_ETL_DECISIONS_URL") or f"sqlite:///{self.decisions_file}"

    @property
    def platform_url(self) -> str:
        """Database of the platform."""
        return value("REMIND_ETL_PLATFORM_URL") or f"sqlite:///{self.platform_file}"


def home_folder() -> Path:
    """The folder that REMIND_ETL_HOME names, as an absolute path; it need not be there."""
    return Path(value("REMIND_ETL_HOME")).expanduser().resolve()


def home() -> Home:
    """The home that REMIND_ETL_HOME names; its folders are made private to their owner."""
    made = Home(home_folder())
    for folder in (made.root, made.dagster, made.sftp, made.drops, made.landed, made.warehouse, made.published):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made
