from pathlib import Path

import pytest

from remind_etl.raw.survey import CHUNK, Survey, survey_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def seen(file: Path, content: bytes) -> Survey:
    file.write_bytes(content)
    return survey_file(file)


def test_each_kind_of_line_end_is_counted_by_itself(file: Path) -> None:
    found = seen(file, b"a\nb\rc\r\nd\r\n\n")
    assert (found.lf, found.cr, found.crlf, found.size) == (2, 1, 2, 11)
    assert found.lines == 5


@pytest.mark.parametrize(
    ("content", "has"),
    [(b"a\rb\r", True), (b"a\r\nb\rc\r\n", True), (b"a\r\nb\r", False), (b"a\r\nb\r\n", False), (b"a\nb\r", True)],
)
def test_a_line_end_that_was_cut_in_two_is_not_the_line_end_of_an_old_mac(
    file: Path, content: bytes, has: bool
) -> None:
    assert seen(file, content).has_old_line_ends is has


def test_quotes_are_counted_and_blanks_after_them_noted(file: Path) -> None:
    found = seen(file, b'a,"b","""c"""\n')
    assert (found.quotes, found.has_blank_after_quote) == (8, False)
    assert seen(file, b'"a" ,b').has_blank_after_quote
    assert seen(file, b"x" * (CHUNK - 1) + b'" ').has_blank_after_quote


@pytest.mark.parametrize(("content", "expected"), [(b"a b", False), (b"a\tb", True), ("\u00a0".encode(), True)])
def test_other_blanks_than_the_space_are_noted(file: Path, content: bytes, expected: bool) -> None:
    assert seen(file, content).has_other_blanks is expected


@pytest.mark.parametrize("content", ["", "a", "a\n", 'a,"b"\r\né,"""c"', "a\r"])
def test_text_bytes_are_those_of_cells_and_delimiters(file: Path, content: str) -> None:
    bare = content.replace("\r", "").replace("\n", "").replace('"', "").encode()
    assert seen(file, content.encode()).text_bytes == len(bare)
    assert seen(file, content.encode("utf-8-sig")).text_bytes == len(bare)


def test_a_line_without_an_end_is_endless(file: Path) -> None:
    assert not seen(file, b"a\n" + b"x" * 16 * CHUNK + b"\n").is_endless
    assert seen(file, b"a\n" + b"x" * 18 * CHUNK + b"\n").is_endless


def test_a_last_line_without_a_line_end_is_a_line(file: Path) -> None:
    assert seen(file, b"a\nb").lines == 2
    assert seen(file, b"a\nb\n").lines == 2
    assert seen(file, b"a").lines == 1
    assert seen(file, b"").lines == 0


def test_a_line_end_that_two_chunks_share_is_one(file: Path) -> None:
    found = seen(file, b"x" * (CHUNK - 1) + b"\r\n" + b"y" * (CHUNK - 1) + b"\r")
    assert (found.lf, found.cr, found.crlf) == (0, 1, 1)


def test_a_character_that_two_chunks_share_is_utf_8(file: Path) -> None:
    assert seen(file, b"x" * (CHUNK - 1) + "é".encode() + b"x" * CHUNK).encoding == "utf-8"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"", "utf-8"),
        (b"Ann", "utf-8"),
        ("Zoë, 李".encode(), "utf-8"),
        ("Zoë".encode("utf-8-sig"), "utf-8-sig"),
        ("Zoë".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "Zoë".encode("utf-16-be"), "utf-16"),
        ("Zoë".encode("cp1252"), "cp1252"),
        (b"x" * CHUNK + b"\xc3", "cp1252"),
        (b"\xef\xbb\xbf\xff", "utf-8-sig"),
        ("Zoë, José".encode() + b"\xe9", "utf-8"),
        ("Zoë".encode() + b"\xe9", "cp1252"),
        (b"x" * (CHUNK - 1) + "ë".encode() + b"x" * CHUNK + "é\xe9".encode("cp1252") + "é".encode(), "cp1252"),
    ],
)
def test_the_encoding_is_the_marked_one_else_what_most_bytes_are_of_utf_8_and_windows_1252(
    file: Path, content: bytes, encoding: str
) -> None:
    assert seen(file, content).encoding == encoding


@pytest.mark.parametrize(
    "content", [b"a\nb\n", b"a\r\nb\r\n", b"a\rb\r", b"a", "é\n".encode(), "é".encode("utf-8-sig")]
)
def test_utf_8_with_one_kind_of_line_end_is_plain(file: Path, content: bytes) -> None:
    assert seen(file, content).is_plain


@pytest.mark.parametrize(
    "content", [b"a\nb\r\n", b"a\rb\n", b"a\0\n", b"\xe9\n", b"\xef\xbb\xbf\xff", "a\n".encode("utf-16")]
)
def test_other_bytes_are_left_to_the_exact_reader(file: Path, content: bytes) -> None:
    assert not seen(file, content).is_plain
