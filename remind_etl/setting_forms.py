"""The forms of settings: what each text of the environment must be, and what to give in the place of a wrong one.

No library is used here, because each command reads the settings when it starts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit


@dataclass(frozen=True, repr=False)
class Secret:
    """A text that neither a log nor an error may show."""

    hidden: str = ""

    def reveal(self) -> str:
        """The text itself."""
        return self.hidden

    def __repr__(self) -> str:
        """What a log or an error shows instead."""
        return "Secret"


@dataclass(frozen=True)
class Form:
    """What the text of a setting must be.

    `read` gives its value, or raises ValueError. `give` says what would be right in the place of a wrong text, and
    `example` is what to give if there is no default.
    """

    read: Callable[[str], Any] = str
    give: str = "another text, such as"
    example: str = ""


def is_loopback(host: str | None) -> bool:
    """True if the host is this machine, to which no TLS is needed."""
    return host in ("localhost", "127.0.0.1", "::1")


def _whole(give: str, least: int, most: int) -> Form:
    """A whole number. One outside of the bounds would fail later, far from its name."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return Form(read, give)


def _if_true(is_right: Callable[[str], object], give: str, example: str = "") -> Form:
    """A text of which `is_right` is true."""

    def read(text: str) -> str:
        if not is_right(text):
            raise ValueError(text)
        return text

    return Form(read, give, example)


def _pattern(pattern: str, give: str, example: str = "") -> Form:
    return _if_true(re.compile(pattern).fullmatch, give, example)


def _secret(is_right: Callable[[str], object], give: str) -> Form:
    checked = _if_true(is_right, give)
    return Form(lambda text: Secret(checked.read(text)), give)


def _is_zone(name: str) -> bool:
    from zoneinfo import available_timezones

    return name in available_timezones()


def _is_database(url: str) -> bool:
    return url.startswith(("sqlite:", "postgresql://", "postgresql+"))


def _is_webhook(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    )


def _is_mail_server(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and not parts.path.strip("/") and parts.port != 0


def _is_place(text: str) -> bool:
    parts = urlsplit(text)
    is_bucket = parts.scheme == "s3" and bool(parts.netloc) and "@" not in parts.netloc
    return is_bucket or ("://" not in text and Path(text).is_absolute())


def _is_drop_root(text: str) -> bool:
    return "://" not in text or text.startswith("file:///")


TEXT: Final = Form()
SECRET: Final = Form(Secret, "another text")
SECONDS: Final = _whole("a whole number of seconds, such as", 0, 1_000_000)
POLL: Final = _whole("a whole number of seconds from 1 to 86400, such as", 1, 86_400)
DAYS: Final = _whole("a whole number of days, such as", 0, 36_500)
MEGABYTES: Final = _whole("a whole number of megabytes, such as", 1, 1_000_000)
THREADS: Final = _whole("a whole number from 1, such as", 1, 1_000)
FEW: Final = _whole("a whole number from 1 to 10000, such as", 1, 10_000)
FILES: Final = _whole("a whole number from 5 to 5000, such as", 5, 5_000)
PORT: Final = _whole("a port, such as", 1, 65_535)
FOLDER: Final = _if_true(lambda text: Path(text).is_dir(), "a folder that exists, such as", "expectations/districts")
FILE: Final = _if_true(lambda text: Path(text).is_file(), "a file that exists, such as", "sources.toml")
DROP_ROOT: Final = _if_true(_is_drop_root, "a folder of the SFTP server, or file:///PATH for one of this host, such as")
PLACE: Final = _if_true(
    _is_place, "an absolute path, or a bucket without credentials, such as", "s3://rosters/production"
)
ZONE: Final = _if_true(_is_zone, "the name of a time zone, such as")
DATABASE: Final = _secret(_is_database, "a URL of sqlite or postgresql")
WEBHOOK: Final = _secret(_is_webhook, "a URL that begins with https://")
MAIL_SERVER: Final = _secret(
    _is_mail_server, "a URL such as smtp://user:password@mail.example.org:587, or with smtps://"
)
ADDRESSES: Final = _pattern(
    r"[^@\s,;<>]+@[^@\s,;<>]+(,[^@\s,;<>]+@[^@\s,;<>]+)*",
    "emails with commas between, such as",
    "roster@example.org",
)
ADDRESS: Final = _pattern(r"[^@\s,;<>]+@[^@\s,;<>]+", "one email, such as", "roster@example.org")
ORIGIN: Final = _pattern(r"https?://[^/\s]+/?", "an address, such as", "https://sync.example.org")
ISSUER: Final = _pattern(
    r"(https://[^/\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?)(/\S*)?",
    "an address with https://, such as",
    "https://accounts.example.org",
)
SIGN_IN_BY: Final = _pattern("any|provider", "`any` or `provider`, such as")
PROXIES: Final = _pattern(r"[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*", "addresses or networks with commas between, such as")
MEMORY: Final = _pattern(r"(?i)0*(\d*[1-9]\d*(\.\d+)?|\d*\.\d*[1-9]\d*) ?([KMGT]i?B|%)", "a size of memory, such as")
SCRATCH: Final = _pattern("keep|delete", "keep or delete, such as")
