import re
from collections.abc import Iterable, Iterator

import duckdb
import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumberType

from remind_etl.errors import UsageError
from remind_etl.valid import phones
from remind_etl.warehouse.pipeline import Steps
from remind_etl_tests.examples import examples

REGIONS = ("US", "CA", "GB", "MX", "DE")

LETTERS_BEHIND = re.compile(r"(?<=\d)[^\W\d_]+(?!\w)")

Judged = dict[str, tuple[str | None, bool]]


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        db.execute("create schema valid_steps")
        yield db


def by_rule(db: duckdb.DuckDBPyConnection, texts: Iterable[str], region: str) -> Judged:
    sent = pa.table({"value": pa.array(texts, pa.string())})
    db.execute("create or replace table valid_steps.students_phones_sent (value varchar)")
    db.from_arrow(sent).insert_into("valid_steps.students_phones_sent")
    phones.normalise_phones(Steps(db, "valid", {"table": "students"}), "students", region)
    rows = db.execute("select value, e164, is_shortened, is_toll_free from valid_steps.students_phones").fetchall()
    judged = {value: (e164, is_shortened) for value, e164, is_shortened, _ in rows}
    assert {e164: is_toll_free for _, e164, _, is_toll_free in rows if e164} == {
        e164: phonenumbers.number_type(phonenumbers.parse(e164)) == PhoneNumberType.TOLL_FREE
        for _, e164, *_ in rows
        if e164
    }
    assert len(judged) == len(rows)
    return judged


def by_library(texts: Iterable[str], region: str) -> Judged:
    return {text: library(text, region) for text in texts}


def library(text: str, region: str) -> tuple[str | None, bool]:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return first_number(text, region)
    if not phonenumbers.is_valid_number(number):
        return first_number(text, region)
    ahead = re.split(r"\d", text, maxsplit=1)[0]
    is_word_ahead = any(sign.isalpha() for sign in ahead) and not ahead.lower().startswith("tel:")
    is_shortened = number.extension is not None or LETTERS_BEHIND.search(text) is not None or is_word_ahead
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), is_shortened


def first_number(text: str, region: str) -> tuple[str | None, bool]:
    for found in phonenumbers.PhoneNumberMatcher(LETTERS_BEHIND.sub(" ", text), region):
        e164 = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
        country = f"+{found.number.country_code}"
        if e164.removeprefix(country) in "".join(str(int(c)) for c in found.raw_string if c.isdecimal()):
            return e164, True
    return None, False


def test_each_spelling_of_a_number_is_one_number(db: duckdb.DuckDBPyConnection) -> None:
    spellings = (
        "(212) 555-0142",
        "(212)555-0142",
        "212.555.0142",
        "212-555-0142",
        "212 555 0142",
        "2125550142",
        "+1 212 555 0142",
        "12125550142",
        "+12125550142",
        "1-212-555-0142",
    )
    assert by_rule(db, spellings, "US") == dict.fromkeys(spellings, ("+12125550142", False))


def test_an_extension_is_dropped_and_told(db: duckdb.DuckDBPyConnection) -> None:
    sent = ("212 555 0142 x12", "212 555 0142 ext. 3", "212-555-0142;ext=9")
    assert by_rule(db, sent, "US") == dict.fromkeys(sent, ("+12125550142", True))


def test_a_word_before_or_behind_a_number_is_dropped_and_told(db: duckdb.DuckDBPyConnection) -> None:
    sent = ("(mother) 2125550142", "Mom: +1 212 555 0142", "2125550142 (mother)", "2125550142m", "212 555 0142 or 0143")
    assert by_rule(db, sent, "US") == dict.fromkeys(sent, ("+12125550142", True))
    assert by_rule(db, ["tel:+1-212-555-0142"], "US") == {"tel:+1-212-555-0142": ("+12125550142", False)}


def test_a_number_of_another_country_needs_its_country_code(db: duckdb.DuckDBPyConnection) -> None:
    sent = ("+44 20 7946 0958", "020 7946 0958")
    assert by_rule(db, sent, "US") == {sent[0]: ("+442079460958", False), sent[1]: (None, False)}
    assert by_rule(db, sent, "GB") == dict.fromkeys(sent, ("+442079460958", False))


def test_what_is_no_number_has_no_e164(db: duckdb.DuckDBPyConnection) -> None:
    sent = ("", "none", "555-0142", "000 000 0000", "(212) 155-0142", "212 555 01422", "12" * 200)
    assert by_rule(db, sent, "US") == dict.fromkeys(sent, (None, False))


def test_no_phones_sent_is_no_phones(db: duckdb.DuckDBPyConnection) -> None:
    assert by_rule(db, (), "US") == {}


@pytest.mark.parametrize("region", ["XX", "us", "", "001"])
def test_a_region_that_is_none_is_refused(db: duckdb.DuckDBPyConnection, region: str) -> None:
    with pytest.raises(UsageError):
        by_rule(db, (), region)


def test_every_area_code_with_every_twentieth_exchange_is_judged_as_by_the_library(
    db: duckdb.DuckDBPyConnection,
) -> None:
    sent = [
        f"{area}{exchange:03}{(area * 7919 + exchange * 104729) % 10_000:04}"
        for area in range(200, 1000)
        for exchange in range(area % 20, 1000, 20)
    ]
    judged, expected = by_rule(db, sent, "US"), by_library(sent, "US")
    assert len(expected) == 40_000
    assert judged == expected


@pytest.mark.parametrize("region", COUNTRY_CODE_TO_REGION_CODE[1])
def test_each_north_american_region_judges_as_by_the_library(db: duckdb.DuckDBPyConnection, region: str) -> None:
    spellings = ("{}{}0142", "1{}{}0142", "+1 ({}) {}-0142", "({}) {}.0142")
    sent = [
        spellings[area % len(spellings)].format(area, exchange)
        for area in range(200, 1000)
        for exchange in (199 + area % 3, 555)
    ]
    assert by_rule(db, sent, region) == by_library(sent, region)


@pytest.mark.parametrize(
    ("region", "area"), [("BM", "441"), ("GU", "671"), ("MP", "670"), ("TT", "868"), ("VC", "784"), ("VI", "340")]
)
def test_a_number_out_of_a_longer_cell_stands_there_with_its_own_area_code(
    db: duckdb.DuckDBPyConnection, region: str, area: str
) -> None:
    local = next(
        f"{exchange}-0142"
        for exchange in range(200, 1000)
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}{exchange}0142"))
    )
    whole = f"+1{area}{local.replace('-', '')}"
    assert by_rule(db, [local], region) == {local: (whole, False)}
    cut = (f"(611) {local}", f"+1 611 {local}", f"611/{local}", f"611{local} (mother)", f"{local} (mother)")
    assert by_rule(db, cut, region) == dict.fromkeys(cut, (None, False))
    longer = (f"({area}) {local} (mother)", f"{local} or {area}-{local}", f"1{area}{local}m")
    assert by_rule(db, longer, region) == dict.fromkeys(longer, (whole, True))


digits = st.text("0123456789", min_size=2, max_size=4)
separators = st.sampled_from(("", "", " ", "-", ".", "/", "  ", "\u00a0", "\u2013", "(", ")", ") ", "x", "\n", "\x00"))
starts = st.sampled_from(
    ("", "", "1", "+1", "1 ", "+1-", "+", "00", "011", "+44 ", "+52", "+49", "0", "(", "tel:", "1-1-")
)
ends = st.sampled_from(
    ("", "", "", " x12", " ext. 7", "#5", ";ext=3", " (home)", "/2125550142", " or 5550142", "\n", "９")
)
areas = st.sampled_from(
    ("212", "416", "800", "809", "242", "911", "555", "123", "983", "710", "20", "55", "030", "1512")
)
messy = st.builds(
    "".join, st.tuples(starts, areas | digits, separators, digits, separators, digits, separators | digits, ends)
)
plain = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(("", "1", "+1", "+1 ", "1-", "1.")),
    st.from_regex(r"\(?[2-9][0-9]{2}\)?", fullmatch=True),
    st.sampled_from(("", " ", "-", ".")),
    st.from_regex(r"[0-9]{3}", fullmatch=True),
    st.sampled_from(("", " ", "-", ".")),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
)


@examples(100)
@given(texts=st.sets(plain | messy | st.text(max_size=20), min_size=1, max_size=40), region=st.sampled_from(REGIONS))
@example(texts={"(212) 555-0142\n", "+1.2125550142", "１２１２５５５０１４２", "1-800-FLOWERS"}, region="US")
def test_any_text_is_judged_as_by_the_library(db: duckdb.DuckDBPyConnection, texts: set[str], region: str) -> None:
    assert by_rule(db, texts, region) == by_library(texts, region)
