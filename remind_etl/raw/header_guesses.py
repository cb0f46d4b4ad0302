"""Which header was probably meant for a column of ours that is missing."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from remind_etl.schema.upload import FILES, Column, File

_OTHER_WORDS: Final = {
    "school": "sch campus building bldg site",
    "teacher": "tch staff instructor educator employee faculty",
    "student": "stu stud pupil learner",
    "class": "section sec course",
    "user": "person member",
    "guardian": "parent parents guardians mother father contact",
    "phone": "telephone tel cell cellular mobile",
    "dob": "birth birthdate birthday",
    "grade": "level",
    "id": "ids identifier number num nbr no nr code key",
    "first": "given fore",
    "last": "family sur",
    "name": "title",
    "email": "mail",
    "first name": "fname",
    "last name": "lname",
    "": "address date of sis local unique official legal primary",
}

_WORDS: Final = {
    **{word: word for file in FILES for column in file.columns for word in column.name.split("_")},
    **{other: ours for ours, others in _OTHER_WORDS.items() for other in others.split()},
}
"""What a word of a header says in the words of our columns; nothing for a word that makes no difference."""

_RUN_TOGETHER: Final = "|".join(sorted(_WORDS, key=len, reverse=True))


def likely_headers(file: File, missing: Sequence[Column], unknown: Sequence[str]) -> dict[str, str]:
    """For names of missing columns the likeliest header, each for one column; required ones are served first."""
    ranked = sorted(
        ((_likeness(file, column, header), column, header) for column in missing for header in unknown),
        key=lambda pair: (not pair[1].required, -pair[0]),
    )
    found: dict[str, str] = {}
    for likeness, column, header in ranked:
        if likeness >= 0.5 and column.name not in found and header not in found.values():
            found[column.name] = header
    return found


def _likeness(file: File, column: Column, header: str) -> float:
    """Share of the column's words that the header says, 0 if it says another; the file's record goes without saying."""
    said = _words(header)
    names = [set(name.split("_")) for name in (column.name, *column.aliases)]
    return max(len((said | {file.record}) & name) / len(name) if said and said <= name else 0.0 for name in names)


def _words(header: str) -> set[str]:
    joined = re.sub(r"(?i)\be[-_ ]mail", "email", header)
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W_A-Za-z]+", joined)
    return {ours for part in parts for word in _apart(part.casefold()) for ours in _WORDS.get(word, word).split()}


def _apart(word: str) -> list[str]:
    """A word of a header, in which two may be run together or one misspelled."""
    if re.fullmatch(f"(?:{_RUN_TOGETHER})+", word):
        return re.findall(_RUN_TOGETHER, word)
    close = get_close_matches(word, _WORDS, 1, 0.8) if len(word) > 3 else []  # a short word is like too many
    return close or [word]
