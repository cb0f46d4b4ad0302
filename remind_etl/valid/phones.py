"""Phones as E.164, exactly as `phonenumbers` parses and validates them."""

import re
from functools import cache
from typing import Final

import phonenumbers
import pyarrow as pa
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber, PhoneNumberType

from remind_etl.errors import UsageError
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.pipeline import Steps

_NORTH_AMERICA: Final = 1
"""The country code of the North American Numbering Plan."""

_KINDS: Final = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)

_PATTERNS: Final = {"pattern": _KINDS, "toll_free": ("toll_free",)}
"""The parameters of phones.sql, with the kinds of numbers that each describes."""

_LETTERS_BEHIND: Final = re.compile(r"(?<=\d)[^\W\d_]+(?!\w)")
"""The letters right behind a number, such as `m` for mother."""

_WORD_BEFORE: Final = re.compile(r"(?!tel:)\D*?[^\W\d_]", re.IGNORECASE)
"""Matches a text with a word before its number, which the library passes over. `tel:` is no such word."""

_COLUMNS: Final = pa.schema(
    [("value", pa.string()), ("e164", pa.string()), ("is_shortened", pa.bool_()), ("is_toll_free", pa.bool_())]
)


def normalise_phones(steps: Steps, table: str, region: str) -> None:
    """Fill <table>_phones with each of the distinct texts of <table>_phones_sent.

    Both are tables of the stage's steps: (value, e164, is_shortened, is_toll_free) and (value). `region` is the country
    of numbers without a country code, such as `US`; e164 is null where a text is no valid number. Plain North American
    spellings are judged in SQL: the library would take ten times as long.
    Raises UsageError if there is no such region.
    """
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(f"{region!r} is not a region of phone numbers. Give two capital letters, such as US.")
    is_north_american = phonenumbers.country_code_for_region(region) == _NORTH_AMERICA
    patterns = {name: _pattern(kinds) if is_north_american else None for name, kinds in _PATTERNS.items()}
    steps.run("phones", **patterns)
    odd = steps.db.execute(*map(parse_once, sql.filled_statements("valid", "odd_phones", table=table))).fetchall()
    judged = [(value, *_parse(value, region)) for (value,) in odd]
    columns = zip(*judged, strict=True) if judged else [()] * len(_COLUMNS)
    # Arrays of other types would be cast, and casting imports pyarrow.compute, which takes long.
    typed = [pa.array(values, field.type) for values, field in zip(columns, _COLUMNS, strict=True)]
    phones = f"valid_steps.{table}_phones"
    steps.db.from_arrow(pa.table(typed, schema=_COLUMNS)).insert_into(phones)
    steps.note_rows_in(phones)


def number_of(value: str, region: str) -> str | None:
    """The number of a text in E.164, as it is read from files: without an extension; None if it has no valid one."""
    return _parse(value, region)[0]


def _parse(value: str, region: str) -> tuple[str | None, bool, bool]:
    """Give a valid number in E.164, whether other text was dropped from it, and whether it is toll-free."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return _first_number(value, region)
    if not phonenumbers.is_valid_number(number):
        return _first_number(value, region)
    is_shortened = bool(number.extension or _LETTERS_BEHIND.search(value) or _WORD_BEFORE.match(value))
    return _told(number), is_shortened, _is_toll_free(number)


def _first_number(value: str, region: str) -> tuple[str | None, bool, bool]:
    """Give the first valid number within a text, such as one of two numbers, or the one before `(mother)`.

    The whole number must stand in the text. The library also takes the last seven digits of a wrong number, and adds
    the area code of a small region. By this rule, the digits of one wrong number hold no other number, so phones.sql
    decides these texts alone.
    """
    for match in phonenumbers.PhoneNumberMatcher(_LETTERS_BEHIND.sub(" ", value), region):
        digits_sent = phonenumbers.normalize_digits_only(match.raw_string)
        if phonenumbers.national_significant_number(match.number) in digits_sent:
            return _told(match.number), True, _is_toll_free(match.number)
    return None, False, False


def _told(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_toll_free(number: PhoneNumber) -> bool:
    return phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE


@cache
def _pattern(kinds: tuple[str, ...]) -> str:
    """Give what the library takes for a North American number of ten digits of these kinds, from its own metadata."""
    regions = [PhoneMetadata.metadata_for_region(r) for r in COUNTRY_CODE_TO_REGION_CODE[_NORTH_AMERICA]]
    known = [getattr(region, kind) for region in regions for kind in kinds]
    patterns = dict.fromkeys(kind.national_number_pattern for kind in known if kind and kind.national_number_pattern)
    return "|".join(f"(?:{pattern})" for pattern in patterns)
