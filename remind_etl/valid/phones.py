"""Phones as E.164, exactly as `phonenumbers` parses and validates them."""

import re
from functools import cache
from typing import Final

import duckdb
import phonenumbers
import pyarrow as pa
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from remind_etl.errors import UsageError
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parsed
from remind_etl.warehouse.pipeline import run_steps

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

_LETTERS_BEHIND: Final = re.compile(r"(?<=\d)[^\W\d_]+(?!\w)")
"""The letters right behind a number, such as `m` for mother."""

_COLUMNS: Final = pa.schema([("value", pa.string()), ("e164", pa.string()), ("is_shortened", pa.bool_())])


def normalise(db: duckdb.DuckDBPyConnection, table: str, region: str) -> None:
    """Fill <table>_phones(value, e164, is_shortened) with each of the distinct texts of <table>_phones_sent(value).

    Both are tables of the stage's steps. `region` is the country of numbers without a country code, such as `US`; e164
    is null where a text is no valid number. Plain North American spellings are judged in SQL: the library would take
    ten times as long. Raises UsageError if there is no such region.
    """
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(f"{region!r} is not a region of phone numbers. Give two capital letters, such as US.")
    is_north_american = phonenumbers.country_code_for_region(region) == _NORTH_AMERICA
    pattern = _valid_pattern() if is_north_american else None
    run_steps(db, "valid", "phones", names={"table": table}, pattern=pattern)
    odd = db.execute(*map(parsed, sql.filled("valid", "odd_phones", table=table))).fetchall()
    judged = [(value, *_parse(value, region)) for (value,) in odd]
    columns = zip(*judged, strict=True) if judged else ((), (), ())
    db.from_arrow(pa.table(list(map(pa.array, columns)), schema=_COLUMNS)).insert_into(f"valid_steps.{table}_phones")


def _parse(value: str, region: str) -> tuple[str | None, bool]:
    """Give the number in E.164, if one is valid, and whether an extension or other text was dropped from it."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return _first_number(value, region)
    if not phonenumbers.is_valid_number(number):
        return _first_number(value, region)
    is_shortened = bool(number.extension) or bool(_LETTERS_BEHIND.search(value))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), is_shortened


def _first_number(value: str, region: str) -> tuple[str | None, bool]:
    """Give the first valid number within a text, such as one of two numbers, or the one before `(mother)`.

    The whole number must stand in the text. The library also takes the last seven digits of a wrong number, and adds
    the area code of a small region. By this rule, the digits of one wrong number hold no other number, so phones.sql
    decides these texts alone.
    """
    for match in phonenumbers.PhoneNumberMatcher(_LETTERS_BEHIND.sub(" ", value), region):
        digits_sent = phonenumbers.normalize_digits_only(match.raw_string)
        if phonenumbers.national_significant_number(match.number) in digits_sent:
            return phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164), True
    return None, False


@cache
def _valid_pattern() -> str:
    """Give what the library takes for a valid North American number of ten digits, from its own metadata."""
    regions = [PhoneMetadata.metadata_for_region(r) for r in COUNTRY_CODE_TO_REGION_CODE[_NORTH_AMERICA]]
    kinds = [getattr(region, kind) for region in regions for kind in _KINDS]
    patterns = dict.fromkeys(kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern)
    return "|".join(f"(?:{pattern})" for pattern in patterns)
