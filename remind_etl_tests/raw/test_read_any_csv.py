import codecs
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from remind_etl.raw import fallback_reader
from remind_etl.raw.read_csv import Counts
from remind_etl_tests.examples import examples
from remind_etl_tests.raw import grammar, oracle
from remind_etl_tests.raw.grammar import Sent
from remind_etl_tests.raw.reading import Reader, Reading

HEADERS = st.sampled_from([("school_id", "school_name"), ("school_name", "Notes", "school_id", "")])
PORTIONS = st.sampled_from([1, 20, fallback_reader.PORTION])
"""Characters that the fallback reader reads at a time: a portion may end within a record."""

MANY = examples(100)


def is_as_sent(found: Reading, sent: Sent, header: tuple[str, ...]) -> None:
    school_id, school_name = (header.index(name) for name in ("school_id", "school_name"))
    assert found.rows == [(line, oracle.id_of(cells[school_id]), cells[school_name]) for line, cells in sent.accepted]
    assert found.rejects == sent.rejects
    assert found.counts == Counts(
        records=len(sent.accepted) + len(sent.rejects) + sent.blank,
        accepted=len(sent.accepted),
        rejected=len(sent.rejects),
        blank=sent.blank,
    )


@MANY
@given(data=st.data(), header=HEADERS)
def test_well_formed_and_broken_records_become_what_the_grammar_says(
    reader: Reader, data: st.DataObject, header: tuple[str, ...]
) -> None:
    sent = data.draw(grammar.files(header, grammar.rows(len(header))))
    is_as_sent(reader.also(sent.content), sent, header)
    with mock.patch.object(fallback_reader, "PORTION", data.draw(PORTIONS)):
        is_as_sent(reader.also(sent.content, way="fallback"), sent, header)


@MANY
@given(data=st.data(), header=HEADERS)
def test_a_plain_file_is_read_by_the_fast_path_alone_and_as_by_the_exact_one(
    reader: Reader, data: st.DataObject, header: tuple[str, ...]
) -> None:
    sent = data.draw(grammar.files(header, grammar.rows(len(header)), faults="none"))
    fast = reader.also(sent.content, way="fast")
    is_as_sent(fast, sent, header)
    assert reader.also(sent.content, way="fallback") == fast


@MANY
@given(data=st.data(), header=HEADERS)
def test_one_fault_in_a_plain_file_is_not_passed_over(
    reader: Reader, data: st.DataObject, header: tuple[str, ...]
) -> None:
    sent = data.draw(grammar.files(header, grammar.rows(len(header), max_size=3), faults="one"))
    is_as_sent(reader.also(sent.content), sent, header)


ODD = st.text(st.sampled_from('aaab"""",,,\n\n\r\t  ;\0é\ufeff\u00a0\u2028\x1a'), max_size=40)
ANY_BYTES = st.one_of(
    ODD.map(str.encode),
    st.binary(max_size=40),
    st.lists(st.one_of(ODD.map(str.encode), st.binary(max_size=6))).map(b"".join),
)


@examples(120)
@given(
    body=ANY_BYTES,
    mark=st.sampled_from([b"", codecs.BOM_UTF8]),
    line_end=st.sampled_from(grammar.LINE_ENDS),
    portion=PORTIONS,
)
def test_on_any_bytes_both_paths_do_what_the_rule_says(
    reader: Reader, body: bytes, mark: bytes, line_end: str, portion: int
) -> None:
    content = mark + b"school_id,school_name" + line_end.encode() + body
    found = reader.also(content)
    with mock.patch.object(fallback_reader, "PORTION", portion):
        assert reader.also(content, way="fallback") == found
    told = oracle.records(decoded(content.rstrip(b"\x1a")), ",", 2)
    accepted = [(record.line, record.cells) for record in told if record.cells]
    assert found.rows == [(line, oracle.id_of(cells[0]), *cells[1:]) for line, cells in accepted]
    assert found.rejects == [(record.line, record.code) for record in told if record.code]
    assert found.over_lines == [record.line for record in told if record.is_over_lines]
    assert found.counts is not None
    assert found.counts.accepted + found.counts.rejected + found.counts.blank == found.counts.records == len(told)


def decoded(content: bytes) -> str:
    """The content as text, with NUL for the bytes that are none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_utf_8 = content.startswith(codecs.BOM_UTF8) or oracle.is_rather_utf_8(content)
        return content.decode("utf-8-sig" if is_utf_8 else "cp1252", errors="replace").replace("\ufffd", "\0")


@examples(60)
@given(content=st.one_of(st.binary(max_size=60), ODD.map(str.encode), ODD.map(lambda text: text.encode("utf-16"))))
def test_no_bytes_are_too_much_to_be_read_or_refused(reader: Reader, content: bytes) -> None:
    found = reader.also(content)
    assert found.counts or found.codes
