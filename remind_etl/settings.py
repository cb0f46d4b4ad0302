"""The settings: environment variables `REMIND_ETL_*`, read at the start of what runs, never at import."""

import os
from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from remind_etl import setting_forms as forms
from remind_etl.errors import UsageError, unusable
from remind_etl.files import private
from remind_etl.files.sent import SizeLimits
from remind_etl.files.server_limits import USUAL_LIMITS, ServerLimits
from remind_etl.files.storage import Storage, open_storage
from remind_etl.setting_forms import Secret

PREFIX: Final = "REMIND_ETL_"
NO_SECRET: Final = Secret()
T = TypeVar("T")


def _setting(default: T, meaning: str, form: forms.Form = forms.TEXT) -> T:
    """A field of `Settings`."""
    return field(default=default, metadata={"meaning": meaning, "form": form})


@dataclass(frozen=True)
class Settings:
    """All settings; the variable of each is its name in capitals after the prefix."""

    home: str = _setting("data", "Folder of all state made at run time.")
    storage: str = _setting(
        "", "Landed drops and published results: a folder, or `s3://bucket/prefix`; empty: `<home>`.", forms.PLACE
    )
    sftp_host: str = _setting("127.0.0.1", "Host of the SFTP server that districts upload to.")
    sftp_port: int = _setting(2222, "Its port.", forms.PORT)
    sftp_user: str = _setting("collector", "Our login there; it only reads.")
    sftp_key_file: str = _setting("", "Private key of that login; empty: `<home>/sftp/collector_key`.")
    sftp_password: Secret = _setting(
        NO_SECRET, "Password of that login, only if the server takes no keys.", forms.SECRET
    )
    sftp_known_hosts: str = _setting("", "Pinned host keys; empty: `<home>/sftp/known_hosts`.")
    sftp_root: str = _setting(
        "/",
        "Remote folder that holds `<district>/upload/` for each district, or `file:///PATH` on this host.",
        forms.DROP_ROOT,
    )
    sources: str = _setting(
        "", "TOML file of more places that districts upload to. Empty: only the one above.", forms.FILE
    )
    sftp_attempts: int = _setting(
        USUAL_LIMITS.attempts, "Wrong passwords that the SFTP server allows on one connection.", forms.FEW
    )
    sftp_refused_seconds: int = _setting(
        USUAL_LIMITS.refused_seconds,
        "How long the SFTP server refuses an address after too many wrong passwords on two connections.",
        forms.SECONDS,
    )
    sftp_connections: int = _setting(
        USUAL_LIMITS.connections, "Connections that the SFTP server allows in all.", forms.FEW
    )
    sftp_district_connections: int = _setting(
        USUAL_LIMITS.district_connections, "Connections that the SFTP server allows one district.", forms.FEW
    )
    sftp_idle_seconds: int = _setting(
        USUAL_LIMITS.idle_seconds, "How long a connection to the SFTP server may rest.", forms.SECONDS
    )
    sftp_district_files: int = _setting(
        USUAL_LIMITS.district_files, "Files that a district may have on the SFTP server.", forms.FILES
    )
    sftp_district_mb: int = _setting(
        USUAL_LIMITS.district_bytes // 1_000_000,
        "Megabytes of all files that a district may have on the SFTP server.",
        forms.MEGABYTES,
    )
    quiet_seconds: int = _setting(300, "How long a complete drop must lie unchanged before it is taken.", forms.SECONDS)
    file_mb: int = _setting(2_000, "Most megabytes of one CSV file; a larger one is not copied.", forms.MEGABYTES)
    drop_mb: int = _setting(4_000, "Most megabytes of all files of an upload, or of its zip.", forms.MEGABYTES)
    large_mb: int = _setting(
        50, "Megabytes of an upload above which a run goes to the queue `large`, if there are queues.", forms.MEGABYTES
    )
    poll_seconds: int = _setting(60, "How often the sensors look.", forms.POLL)
    time_zone: str = _setting("UTC", "Time zone of the schedules, such as `America/New_York`.", forms.ZONE)
    overdue_days: int = _setting(7, "Days without an upload after which a district is overdue.", forms.DAYS)
    keep_days: int = _setting(90, "Days that landed drops, reports, and what a delivery changed are kept.", forms.DAYS)
    keep_runs_days: int = _setting(90, "Days that Dagster's runs are kept.", forms.DAYS)
    decisions_url: Secret = _setting(NO_SECRET, "SQLAlchemy URL; empty: SQLite `<home>/decisions.db`.", forms.DATABASE)
    platform_url: Secret = _setting(NO_SECRET, "SQLAlchemy URL; empty: SQLite `<home>/platform.db`.", forms.DATABASE)
    web_host: str = _setting("127.0.0.1", "Address that the SIS Sync pages listen on.")
    web_port: int = _setting(3001, "Their port.", forms.PORT)
    web_origin: str = _setting(
        "", "Address of the pages as people enter it. With `https://`, sign-ins keep to TLS.", forms.ORIGIN
    )
    web_proxies: str = _setting(
        "127.0.0.1,::1",
        "Addresses of web servers in front of the pages, which tell the browser's in `X-Forwarded-For`.",
        forms.PROXIES,
    )
    dagster_origin: str = _setting(
        "", "Address of Dagster as operators enter it; the pages then link to its runs.", forms.ORIGIN
    )
    webhook_url: Secret = _setting(
        NO_SECRET, "Webhook of Slack, or of the same form, for the messages to operators.", forms.WEBHOOK
    )
    smtp_url: Secret = _setting(
        NO_SECRET, "Mail server, such as `smtp://USER:PASSWORD@mail.example.org:587`.", forms.MAIL_SERVER
    )
    mail_from: str = _setting("", "Sender of our mail. Without it, no mail is sent.", forms.ADDRESS)
    mail_operators: str = _setting(
        "", "Emails of operators, with commas between. Administrators of districts need no setting.", forms.ADDRESSES
    )
    web_sign_in: Literal["any", "provider"] = _setting(
        "any",
        "`provider`: people sign in to the pages by OpenID Connect only, and never by a password.",
        forms.SIGN_IN_BY,
    )
    oidc_issuer: str = _setting(
        "", "Address of the OpenID Connect provider. Without it, people sign in by a password.", forms.ISSUER
    )
    oidc_client_id: str = _setting("", "Id of the pages at this provider.")
    oidc_client_secret: Secret = _setting(NO_SECRET, "Their secret at this provider.", forms.SECRET)
    oidc_name: str = _setting("your organization", "Name of this provider on the button: `Sign in with ...`.")
    limits: str = _setting(
        "", "Folder of districts' own limits; empty: `expectations/districts` of the repository.", forms.FOLDER
    )
    memory: str = _setting(
        "2GB", "Memory that DuckDB may use in one run, at most two fifths of what is there.", forms.MEMORY
    )
    scratch: Literal["keep", "delete"] = _setting(
        "keep", "`keep` or `delete` a district's DuckDB file at the end of a run on this machine.", forms.SCRATCH
    )
    threads: int = _setting(2, "Threads that DuckDB may use in one run, at most one a processor.", forms.THREADS)


@dataclass(frozen=True)
class Setting:
    """An environment variable, its default as text, its meaning; `secret` ones never appear on a screen."""

    name: str
    default: str
    meaning: str
    secret: bool


def _documented() -> Iterator[Setting]:
    for known in fields(Settings):
        is_secret = isinstance(known.default, Secret)
        yield Setting(_variable(known), "" if is_secret else str(known.default), known.metadata["meaning"], is_secret)


def _variable(known: Field[Any]) -> str:
    return PREFIX + known.name.upper()


SETTINGS: Final = tuple(_documented())


def read() -> Settings:
    """The settings; the environment is parsed once for as long as it stays the same.

    Raises UsageError with the name of the first variable that is wrong.
    """
    parsed, refused = _parsed(tuple(sorted(given().items())))
    if parsed is None:
        raise UsageError(refused[0])
    return parsed


def refusals() -> tuple[str, ...]:
    """What is wrong with each variable that is wrong."""
    return _parsed(tuple(sorted(given().items())))[1]


def given() -> dict[str, str]:
    """The variables of the environment that begin as settings do; an empty variable is not set."""
    return {name: text for name, text in os.environ.items() if name.startswith(PREFIX) and text}


@lru_cache(maxsize=1)
def _parsed(environment: tuple[tuple[str, str], ...]) -> tuple[Settings | None, tuple[str, ...]]:
    """The settings, or why there are none."""
    texts, values, refused = dict(environment), {}, []
    for known in fields(Settings):
        if text := texts.get(_variable(known)):
            try:
                values[known.name] = known.metadata["form"].read(text)
            except ValueError:
                refused.append(_refusal(known, text))
    return (None, tuple(refused)) if refused else (Settings(**values), ())


def _refusal(known: Field[Any], text: str) -> str:
    """What is wrong with a variable, and what would be right; a secret is not quoted."""
    form = known.metadata["form"]
    if isinstance(known.default, Secret):
        return f"{_variable(known)} cannot be used: give {form.give}."
    return f"{_variable(known)} is {text!r}: give {form.give} {known.default or form.example}."


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
        return read().decisions_url.reveal() or f"sqlite:///{self.decisions_file}"

    @property
    def platform_url(self) -> str:
        """Database of the platform."""
        return read().platform_url.reveal() or f"sqlite:///{self.platform_file}"


def operators() -> tuple[str, ...]:
    """The emails of operators who get messages."""
    return tuple(one for one in read().mail_operators.split(",") if one)


def size_limits() -> SizeLimits:
    """How large the files of a district may be."""
    return SizeLimits(read().file_mb * 1_000_000, read().drop_mb * 1_000_000)


def server_limits() -> ServerLimits:
    """What an SFTP server of ours allows. One upload may have as many bytes as all files that are taken together."""
    given = read()
    return ServerLimits(
        attempts=given.sftp_attempts,
        refused_seconds=given.sftp_refused_seconds,
        connections=given.sftp_connections,
        district_connections=given.sftp_district_connections,
        idle_seconds=given.sftp_idle_seconds,
        file_bytes=given.drop_mb * 1_000_000,
        district_files=given.sftp_district_files,
        district_bytes=given.sftp_district_mb * 1_000_000,
    )


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


def plain_environment() -> dict[str, str]:
    """What a process of its own needs of the environment to run Python. No setting and no secret is in it."""
    kept = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL")
    return {name: value for name in kept if (value := os.environ.get(name))}
