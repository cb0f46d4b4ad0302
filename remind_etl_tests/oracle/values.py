"""Values and names as the format's law reads them, in plain Python."""

import re
import unicodedata
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Final, TypeAlias

import phonenumbers


class Bad(Enum):
    """A value that is there and cannot be read."""

    UNREADABLE = "unreadable"


UNREADABLE: Final = Bad.UNREADABLE

Value: TypeAlias = str | Bad | None
"""A normal value, an unreadable one, or a blank."""

SIGNS: Final = {"null", "(null)", "n/a", "#n/a", "none", "nan", "-", "#ref!"}
"""What programs write for a blank."""

_EMAIL: Final = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")
_DATES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")
_GRADES: Final = {"PK", "TK", "K", *map(str, range(1, 13))}
_GRADE_WORDS: Final = {"KINDERGARTEN": "K", "KG": "K", "KDG": "K", "FRESHMAN": "9"}


def is_blank(text: str) -> bool:
    """Whether a cell says nothing."""
    return not text.strip() or text.strip().lower() in SIGNS


@cache
def email(text: str) -> Value:
    """An address in lower case."""
    if is_blank(text):
        return None
    found = text.strip().lower()
    return found if _EMAIL.fullmatch(found) else UNREADABLE


@cache
def phone(text: str) -> Value:
    """A number as E.164, without extension."""
    if is_blank(text):
        return None
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return UNREADABLE
    if not phonenumbers.is_valid_number(number):
        return UNREADABLE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def dob(text: str) -> Value:
    """A date of birth as YYYY-MM-DD."""
    if is_blank(text):
        return None
    for form in _DATES:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
        return found.isoformat() if found.year >= 1900 else UNREADABLE
    return UNREADABLE


@cache
def grade(text: str) -> Value:
    """A grade as PK, TK, K, 1 to 12."""
    if is_blank(text):
        return None
    found = text.strip().upper()
    found = _GRADE_WORDS.get(found, found.lstrip("0") or "K")
    return found if found in _GRADES else UNREADABLE


@cache
def plain(name: str | None) -> str:
    """A name without case, accents, apostrophes, hyphens and doubled blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name or "") if not unicodedata.combining(c))
    return " ".join(re.sub(r"[-'’]", " ", bare).casefold().split())


Name: TypeAlias = tuple[str, str]


def full(first: str | None, last: str | None) -> Name:
    """A full name that may be compared."""
    return plain(first), plain(last)


def are_equal(one: Name, other: Name) -> bool:
    """Whether two full names are the same."""
    return one == other and any(one)


def may_be_alike(one: Name, other: Name) -> bool:
    """Whether two full names could be one person's: the first or the last name is the same, or one is blank.

    The invented names differ in all letters, so that no two of them are spellings of one name.
    """
    if not any(one) or not any(other):
        return True
    return one[0] == other[0] or one[1] == other[1] or one == (other[1], other[0])


def are_one(one: Name, other: Name) -> bool:
    """Whether two full names are one person's without further evidence: first and last name are the same, or swapped."""
    return any(one) and other in (one, one[::-1])


def may_be_over_time(one: Name, other: Name) -> bool:
    """Whether one person may have both names, one after the other: the first name stays, or the two are swapped."""
    return may_be_alike(one, other) and (one[0] == other[0] or one == other[::-1] or not any(one) or not any(other))


@cache
def bare_id(text: str) -> str:
    """An id without what programs change in it: zeros, case, `.0`, quotes."""
    found = text.strip().strip("\"'").casefold()
    found = found.removesuffix(".0").lstrip("0")
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", found)
