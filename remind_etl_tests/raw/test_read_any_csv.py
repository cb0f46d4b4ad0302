import csv
from dataclasses import dataclass
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st

from remind_etl.raw.exact import BLANKS
from remind_etl.raw.read_csv import Counts
from remind_etl_tests.raw.reading import Reader

HEADER = "school_id,school_name"
LINE_ENDS = ("\n", "\r\n", "\r")

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
CELLS = st.one_of(TEXT, st.text(" ,\"\r\n\t;|'\ufeff\u00a0\u2028\x1a#ab", max_size=6))


def as_csv(record: list[str], line_end: str) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(record)
    return out.getvalue().removesuffix("\r\n") + line_end


def lines_of(text: str) -> int:
    return len(StringIO(text, newline="").readlines())


def trimmed(cell: str) -> str | None:
    return cell.strip(BLANKS) or None


@settings(max_examples=150, deadline=None)
@given(
    records=st.lists(st.tuples(CELLS, CELLS), max_size=12),
    line_end=st.sampled_from(LINE_ENDS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ends=st.booleans(),
)
def test_whatever_is_written_as_csv_is_read_as_it_was(
    reader: Reader, records: list[tuple[str, str]], line_end: str, encoding: str, ends: bool
) -> None:
    texts = [as_csv([*HEADER.split(",")], line_end), *(as_csv([*record], line_end) for record in records)]
    text = "".join(texts)
    found = reader.read((text if ends else text.removesuffix(line_end)).encode(encoding))
    lines = [1 + lines_of("".join(texts[:n])) for n in range(1, len(texts))]
    rows = [(line, trimmed(i), trimmed(n)) for line, (i, n) in zip(lines, records, strict=True)]
    accepted = [row for row in rows if any(row[1:])]
    assert found.rows == accepted
    assert found.rejects == []
    assert found.counts == Counts(records=len(records), accepted=len(accepted), blank=len(records) - len(accepted))


@dataclass(frozen=True)
class Piece:
    """What stands in a file and what is to become of it: a record, the code of its fault, or neither if blank."""

    text: bytes
    record: tuple[str, str] | None = None
    code: str | None = None


WORDS = st.text("abcxyz é-'", min_size=1, max_size=6).map(lambda word: f"w{word}w")
QUOTED = st.builds("{}{}{}".format, WORDS, st.sampled_from([",", "\n", "\r\n", ", ", ',"",', '""']), WORDS)


def good(one: str, two: str, is_quoted: bool) -> Piece:
    text = f'"{one}","{two}"' if is_quoted else f"{one},{two}"
    return Piece(text.encode(), (one.replace('""', '"'), two.replace('""', '"')))


PIECES = st.one_of(
    st.builds(good, WORDS, WORDS, st.booleans()),
    st.builds(good, QUOTED, QUOTED, st.just(True)),
    st.builds(lambda words: Piece(",".join(words).encode(), code="wrong_cell_count"), st.lists(WORDS, min_size=3)),
    st.builds(lambda a, b: Piece(f"{a},{b},".encode(), code="wrong_cell_count"), WORDS, WORDS),
    st.builds(lambda word: Piece(word.encode(), code="wrong_cell_count"), WORDS),
    st.builds(lambda a, b: Piece(f'"{a},{b}'.encode(), code="stray_quote"), WORDS, WORDS),
    st.builds(lambda a, b: Piece(f'{a},"{b}'.encode(), code="stray_quote"), WORDS, WORDS),
    st.builds(lambda a, b: Piece(f'"{a}"{b},{b}'.encode(), code="stray_quote"), WORDS, WORDS),
    st.builds(lambda a, b: Piece(f"{a},\0{b}".encode(), code="unreadable_row"), WORDS, WORDS),
    st.builds(lambda a, b: Piece(a.encode() + b"\xff," + b.encode(), code="unreadable_row"), WORDS, WORDS),
    st.just(Piece(b"")),
)


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(PIECES, max_size=12), line_end=st.sampled_from(LINE_ENDS))
def test_broken_records_cost_nothing_but_themselves(reader: Reader, pieces: list[Piece], line_end: str) -> None:
    content = "\ufeff".encode() + HEADER.encode()
    lines = []
    for piece in pieces:
        content += line_end.encode()
        lines.append(1 + lines_of(content.decode(errors="replace")))
        content += piece.text
    found = reader.read(content + line_end.encode())

    outcome = list(zip(lines, pieces, strict=True))
    assert found.sent == [piece.record for _, piece in outcome if piece.record]
    assert [row[0] for row in found.rows] == [line for line, piece in outcome if piece.record]
    assert found.rejects == [(line, piece.code) for line, piece in outcome if piece.code]
    assert found.counts == Counts(
        records=len(pieces),
        accepted=len(found.sent),
        rejected=len(found.rejects),
        blank=sum(1 for piece in pieces if not piece.text),
    )
