"""Names of folders for ids that may hold anything."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 40
"""Characters of an id that stand in a name; file systems allow 255 bytes."""

RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|without_school)", re.IGNORECASE)
"""What Windows keeps for devices, and the folder of rows that belong to no school."""


def safe_names(ids: Iterable[str]) -> dict[str, str]:
    """A name for each id that any file system takes and no two share, upper and lower case being the same.

    An id of plain letters, digits, `-` and `_` is its own name; of any other the name ends in a part of its hash.
    """
    plain = {i: _plain(i) for i in ids}
    uses = Counter(name.casefold() for name in plain.values())
    return {
        i: name if name == i and _is_free(name) and uses[name.casefold()] == 1 else _with_hash(i)
        for i, name in plain.items()
    }


def possible_names(one: str) -> tuple[str, ...]:
    """The names that this id may have among others: no other id has one of them."""
    return tuple(dict.fromkeys((*safe_names([one]).values(), _with_hash(one))))


def _plain(one: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", _unaccented(one))[:LONGEST].strip("-_")


def _with_hash(one: str) -> str:
    return f"{_plain(one) or 'school'}-{_hash(one)}"


def _is_free(name: str) -> bool:
    return name != "" and not RESERVED.fullmatch(name)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
