"""Passwords made by us. Pages keep argon2id hashes; SFTP logins keep bcrypt hashes, which both servers can check.

Every command knows this module, and few read a password, so the libraries are imported where they are used.
"""

import secrets
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argon2

BCRYPT_COST: Final = 10
"""OWASP's least cost: 60 ms a login. ProFTPD leaves the check to the system's `crypt`, which knows no argon2."""

MOST_BYTES: Final = 72
"""What bcrypt reads of a password. Ours have 20 characters."""


@cache
def _hasher() -> "argon2.PasswordHasher":
    """OWASP's parameters for argon2id: 22 ms a login. The library's defaults stall sixty logins at once for seconds."""
    import argon2

    return argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    """A hash that is checked for unknown people, so that they take as long as known ones.

    It is made by the first check, because commands that check no password must start at once.
    """
    return _hasher().hash(secrets.token_urlsafe())


@cache
def _no_login() -> str:
    """The same for unknown logins."""
    return _bcrypt(secrets.token_urlsafe())


def new_password() -> tuple[str, str]:
    """A random password for the pages, and its hash."""
    password = secrets.token_urlsafe(15)
    return password, _hasher().hash(password)


def new_login_password() -> tuple[str, str]:
    """A random password for an SFTP login, and its hash."""
    password = secrets.token_urlsafe(15)
    return password, _bcrypt(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """True if the password of the pages is the one of the hash; None stands for an unknown person."""
    from argon2.exceptions import VerifyMismatchError

    nobody = _nobody()  # also for a known person: the first check of either kind takes longer
    try:
        return _hasher().verify(password_hash or nobody, password) and password_hash is not None
    except VerifyMismatchError:
        return False


def is_login_password(password_hash: str | None, password: str) -> bool:
    """True if the password of an SFTP login is the one of the hash; None stands for an unknown login.

    A login from before bcrypt has an argon2id hash until its password is replaced.
    """
    no_login = _no_login()
    if password_hash and password_hash.startswith("$argon2"):
        return is_password(password_hash, password)
    import bcrypt

    given = password.encode()
    is_right = bcrypt.checkpw(given[:MOST_BYTES], (password_hash or no_login).encode())
    return is_right and password_hash is not None and len(given) <= MOST_BYTES


def _bcrypt(password: str) -> str:
    import bcrypt

    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()
