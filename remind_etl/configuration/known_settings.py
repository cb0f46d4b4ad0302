"""Every setting, its default, its meaning, and what may stand in its variable."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from remind_etl.configuration.environment import PREFIX
from remind_etl.files.server_limits import USUAL_LIMITS


def _decimal(text: object) -> object:
    if isinstance(text, str) and not text.isdecimal():
        raise ValueError(text)
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(name)
    return name


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("sqlite:", "postgresql://", "postgresql+")):
        raise ValueError("another database")
    return url


def is_loopback(host: str | None) -> bool:
    """True if the host is this machine, to which no TLS is needed."""
    return host in ("localhost", "127.0.0.1", "::1")


def _webhook(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
        raise ValueError("another address")
    return url


def _mail_server(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.port == 0:
        raise ValueError("another address")
    return url


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError(text)
    return text


def _storage(text: str) -> str:
    parts = urlsplit(text)
    is_bucket = parts.scheme == "s3" and bool(parts.netloc) and "@" not in parts.netloc
    if not is_bucket and ("://" in text or not Path(text).is_absolute()):
        raise ValueError(text)
    return text


def _gone(text: str) -> str:
    raise ValueError(text)


def _drop_root(text: str) -> str:
    if "://" in text and not text.startswith("file:///"):
        raise ValueError(text)
    return text


def _give(what: str, example: str = "") -> dict[str, Any]:
    """What would be right in the place of a wrong text; `example` is what to give if there is no default."""
    return {"give": what, "example": example}


# A number outside of the bounds would fail later, far from its name.
_Whole = Annotated[int, BeforeValidator(_decimal)]
Seconds = Annotated[
    _Whole, Field(le=1_000_000, json_schema_extra=_give("a whole number of seconds from 0 to 1000000, such as"))
]
Poll = Annotated[
    _Whole, Field(ge=1, le=86_400, json_schema_extra=_give("a whole number of seconds from 1 to 86400, such as"))
]
Days = Annotated[_Whole, Field(le=36_500, json_schema_extra=_give("a whole number of days from 0 to 36500, such as"))]
Hours = Annotated[
    _Whole, Field(ge=1, le=10_000, json_schema_extra=_give("a whole number of hours from 1 to 10000, such as"))
]
Megabytes = Annotated[
    _Whole, Field(ge=1, le=1_000_000, json_schema_extra=_give("a whole number of megabytes from 1 to 1000000, such as"))
]
Threads = Annotated[_Whole, Field(ge=1, le=1_000, json_schema_extra=_give("a whole number from 1 to 1000, such as"))]
Few = Annotated[_Whole, Field(ge=1, le=10_000, json_schema_extra=_give("a whole number from 1 to 10000, such as"))]
Files = Annotated[_Whole, Field(ge=5, le=5_000, json_schema_extra=_give("a whole number from 5 to 5000, such as"))]
Port = Annotated[_Whole, Field(ge=1, le=65_535, json_schema_extra=_give("a port from 1 to 65535, such as"))]
Gone = Annotated[
    str,
    AfterValidator(_gone),
    Field(
        json_schema_extra=_give(
            "nothing. Take the files of each district over by", "`remind-etl districts limits ID --from FOLDER/ID`"
        )
    ),
]
File = Annotated[
    str, AfterValidator(_file), Field(json_schema_extra=_give("a file that exists, such as", "sources.toml"))
]
DropRoot = Annotated[
    str,
    AfterValidator(_drop_root),
    Field(json_schema_extra=_give("a folder of the SFTP server, or file:///PATH for one of this host, such as")),
]
Place = Annotated[
    str,
    AfterValidator(_storage),
    Field(
        json_schema_extra=_give("an absolute path, or a bucket without credentials, such as", "s3://rosters/production")
    ),
]
Zone = Annotated[str, AfterValidator(_zone), Field(json_schema_extra=_give("the name of a time zone, such as"))]
Database = Annotated[
    SecretStr, AfterValidator(_database), Field(json_schema_extra=_give("a URL of sqlite or postgresql"))
]
Webhook = Annotated[
    SecretStr, AfterValidator(_webhook), Field(json_schema_extra=_give("a URL that begins with https://"))
]
MailServer = Annotated[
    SecretStr,
    AfterValidator(_mail_server),
    Field(json_schema_extra=_give("a URL such as smtp://user:password@mail.example.org:587, or with smtps://")),
]
Addresses = Annotated[
    str,
    Field(
        pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+(,[^@\s,;<>]+@[^@\s,;<>]+)*$",
        json_schema_extra=_give("emails with commas between, such as", "roster@example.org"),
    ),
]
Address = Annotated[
    str,
    Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$", json_schema_extra=_give("one email, such as", "roster@example.org")),
]
Origin = Annotated[
    str,
    Field(pattern=r"^https?://[^/\s]+/?$", json_schema_extra=_give("an address, such as", "https://sync.example.org")),
]
Issuer = Annotated[
    str,
    Field(
        pattern=r"^(https://[^/\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?)(/\S*)?$",
        json_schema_extra=_give("an address with https://, such as", "https://accounts.example.org"),
    ),
]
SignInBy = Annotated[Literal["any", "provider"], Field(json_schema_extra=_give("`any` or `provider`, such as"))]
Proxies = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*$",
        json_schema_extra=_give("addresses or networks with commas between, such as"),
    ),
]
Memory = Annotated[
    str,
    Field(
        pattern=r"(?i)^0*(\d*[1-9]\d*(\.\d+)?|\d*\.\d*[1-9]\d*) ?([KMGT]i?B|%)$",
        json_schema_extra=_give("a size of memory, such as"),
    ),
]


Scratch = Annotated[Literal["keep", "delete"], Field(json_schema_extra=_give("keep or delete, such as"))]


class Settings(BaseSettings):
    """All settings; the variable of each is its name in capitals after the prefix."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, validate_default=False, frozen=True, extra="ignore"
    )

    home: str = Field(default="data", description="Folder of all state made at run time.")
    storage: Place = Field(
        default="",
        description="Landed drops and published results: a folder, or `s3://bucket/prefix`; empty: `<home>`.",
    )
    sftp_host: str = Field(default="127.0.0.1", description="Host of the SFTP server that districts upload to.")
    sftp_port: Port = Field(default=2222, description="Its port.")
    sftp_user: str = Field(default="collector", description="Our login there; it only reads.")
    sftp_key_file: str = Field(default="", description="Private key of that login; empty: `<home>/sftp/collector_key`.")
    sftp_password: SecretStr = Field(
        default=SecretStr(""), description="Password of that login, only if the server takes no keys."
    )
    sftp_known_hosts: str = Field(default="", description="Pinned host keys; empty: `<home>/sftp/known_hosts`.")
    sftp_root: DropRoot = Field(
        default="/",
        description="Remote folder that holds `<district>/upload/` for each district, or `file:///PATH` on this host.",
    )
    sources: File = Field(
        default="", description="TOML file of more places that districts upload to. Empty: only the one above."
    )
    sftp_attempts: Few = Field(
        default=USUAL_LIMITS.attempts,
        description="Wrong passwords and keys that the SFTP server allows on one connection.",
    )
    sftp_refused_seconds: Seconds = Field(
        default=USUAL_LIMITS.refused_seconds,
        description="How long the SFTP server refuses an address that twice gave too many wrong passwords or keys.",
    )
    sftp_connections: Few = Field(
        default=USUAL_LIMITS.connections, description="Connections that the SFTP server allows in all."
    )
    sftp_district_connections: Few = Field(
        default=USUAL_LIMITS.district_connections, description="Connections that the SFTP server allows one district."
    )
    sftp_idle_seconds: Seconds = Field(
        default=USUAL_LIMITS.idle_seconds, description="How long a connection to the SFTP server may rest."
    )
    sftp_district_files: Files = Field(
        default=USUAL_LIMITS.district_files, description="Files that a district may have on the SFTP server."
    )
    sftp_district_mb: Megabytes = Field(
        default=USUAL_LIMITS.district_bytes // 1_000_000,
        description="Megabytes of all files that a district may have on the SFTP server.",
    )
    quiet_seconds: Seconds = Field(
        default=300, description="How long a complete drop must lie unchanged before it is taken."
    )
    file_mb: Megabytes = Field(default=2_000, description="Most megabytes of one CSV file; a larger one is not copied.")
    drop_mb: Megabytes = Field(default=4_000, description="Most megabytes of all files of an upload, or of its zip.")
    large_mb: Megabytes = Field(
        default=50,
        description="Megabytes of an upload above which a run goes to the queue `large`, if there are queues.",
    )
    poll_seconds: Poll = Field(default=60, description="How often the sensors look.")
    time_zone: Zone = Field(default="UTC", description="Time zone of the schedules, such as `America/New_York`.")
    overdue_days: Days = Field(
        default=7,
        description="Days without an upload after which a district is overdue. With 0, it is overdue at once.",
    )
    incomplete_hours: Hours = Field(
        default=24, description="Hours without a change after which a message says that an upload is not complete."
    )
    keep_days: Days = Field(
        default=90, description="Days that landed drops, reports, and what a delivery changed are kept."
    )
    keep_runs_days: Days = Field(default=90, description="Days that Dagster's runs are kept.")
    decisions_url: Database = Field(
        default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite `<home>/decisions.db`."
    )
    platform_url: Database = Field(
        default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite `<home>/platform.db`."
    )
    web_host: str = Field(default="127.0.0.1", description="Address that the SIS Sync pages listen on.")
    web_port: Port = Field(default=3001, description="Their port.")
    web_origin: Origin = Field(
        default="", description="Address of the pages as people enter it. With `https://`, sign-ins keep to TLS."
    )
    web_proxies: Proxies = Field(
        default="127.0.0.1,::1",
        description="Addresses of web servers in front of the pages, which tell the browser's in `X-Forwarded-For`.",
    )
    dagster_origin: Origin = Field(
        default="", description="Address of Dagster as operators enter it; the pages then link to its runs."
    )
    webhook_url: Webhook = Field(
        default=SecretStr(""), description="Webhook of Slack, or of the same form, for the messages to operators."
    )
    smtp_url: MailServer = Field(
        default=SecretStr(""), description="Mail server, such as `smtp://USER:PASSWORD@mail.example.org:587`."
    )
    mail_from: Address = Field(default="", description="Sender of our mail. Without it, no mail is sent.")
    mail_operators: Addresses = Field(
        default="", description="Emails of operators, with commas between. Administrators of districts need no setting."
    )
    web_sign_in: SignInBy = Field(
        default="any",
        description="`provider`: people sign in to the pages by OpenID Connect only, and never by a password.",
    )
    oidc_issuer: Issuer = Field(
        default="", description="Address of the OpenID Connect provider. Without it, people sign in by a password."
    )
    oidc_client_id: str = Field(default="", description="Id of the pages at this provider.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Their secret at this provider.")
    oidc_name: str = Field(
        default="your organization", description="Name of this provider on the button: `Sign in with ...`."
    )
    limits: Gone = Field(
        default="",
        description="No longer read: limits of a district's files are in the decisions. See [Limits](#limits).",
    )
    memory: Memory = Field(
        default="2GB", description="Memory that DuckDB may use in one run, at most two fifths of what is there."
    )
    scratch: Scratch = Field(
        default="keep", description="`keep` or `delete` a district's DuckDB file at the end of a run on this machine."
    )
    threads: Threads = Field(default=2, description="Threads that DuckDB may use in one run, at most one a processor.")


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


def parse(environment: dict[str, str]) -> tuple[Settings | None, tuple[str, ...]]:
    """The settings, or None and what is wrong with each variable that is wrong; `environment` has their texts."""
    try:
        return Settings(), ()
    except ValidationError as error:
        wrong = dict.fromkeys(str(found["loc"][0]).lower() for found in error.errors(include_url=False))
        return None, tuple(_refusal(name, environment) for name in wrong)


def _refusal(name: str, environment: dict[str, str]) -> str:
    """What is wrong with a variable, and what would be right; a secret is not quoted."""
    variable, field = PREFIX + name.upper(), Settings.model_fields[name]
    extra: Any = (
        field.json_schema_extra if isinstance(field.json_schema_extra, dict) else _give("another text, such as")
    )
    if isinstance(field.default, SecretStr):
        return f"{variable} cannot be used: give {extra['give']}."
    return f"{variable} is {environment.get(variable, '')!r}: give {extra['give']} {field.default or extra['example']}."
