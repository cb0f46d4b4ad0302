"""Passwords of the districts' SFTP logins: made by us, kept as argon2id hashes."""

import secrets
from functools import cache
from typing import Final

import argon2

_HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's parameters for argon2id: 22 ms a login; the library's defaults stall sixty logins at once for seconds."""


@cache
def _nobody() -> str:
    """A hash that is checked for unknown logins, so that they take as long as known ones.

    It is made by the first check, because commands that check no password must start at once.
    """
    return _HASHER.hash(secrets.token_urlsafe())


def new_password() -> tuple[str, str]:
    """A random password and its hash."""
    password = secrets.token_urlsafe(15)
    return password, _HASHER.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """True if the password is the one of the hash; None stands for an unknown login."""
    nobody = _nobody()  # also for a known login: the first check of either kind takes longer
    try:
        return _HASHER.verify(password_hash or nobody, password) and password_hash is not None
    except argon2.exceptions.VerifyMismatchError:
        return False
