"""A grammar of files as districts send them, well-formed and broken, with what must become of each record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import strategies as st

from remind_etl.raw.text import BLANKS
from remind_etl_tests.raw.oracle import are_several, has_delimiter, has_line_break, is_rather_utf_8, without_mark

LINE_ENDS = ("\n", "\r\n", "\r")
DELIMITERS = (",", "\t", ";", "|")
NO_TEXT = "\ue000"
"""Stands in texts for bytes that are no text in the file's encoding."""

Faults = Literal["none", "one", "many"]

ENCODINGS = {
    "utf-8": (b"", "utf-8", b"\0"),
    "utf-8 but for some bytes": (b"", "utf-8", b"\xff"),
    "utf-8 with a mark": (b"\xef\xbb\xbf", "utf-8", b"\xff"),
    "utf-16 le": (b"\xff\xfe", "utf-16-le", b"\x00\xdc"),
    "utf-16 be": (b"\xfe\xff", "utf-16-be", b"\xdc\x00"),
    "windows-1252": (b"", "cp1252", b"\x81"),
}
"""Mark, codec, and bytes that are no text in it."""

ASTRAY = {
    "quote": ['w"w', 'w"', 'w""', '""w', '"w"w', '"w""w"w'],
    "blanks and quotes": [' "w"', '"w" ', '"w" "w"', '"w" w', '\u00a0"w"', '"w"\u00a0'],
}
"""Cells with a quote where none may stand."""

WORDS = st.text("abxyz0", max_size=5).map(lambda word: f"w{word}")
VALUES = st.one_of(
    WORDS,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ue000\x1a"), max_size=6),
    st.text(" ,\"\r\n\t;|'\ufeff\u00a0\u2028\x0b\x85#ab", max_size=6),
)


def rows(width: int, max_size: int = 8) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Rows of that many cells, of any text."""
    return st.lists(st.tuples(*[VALUES] * width), max_size=max_size)


@dataclass(frozen=True)
class Piece:
    """What stands in a file, and what is to become of it: accepted cells, the code of its fault, or neither if blank."""

    text: str
    cells: tuple[str | None, ...] | None = None
    code: str | None = None


@dataclass
class Sent:
    """A file, and what must become of its records."""

    content: bytes = b""
    delimiter: str = ","
    accepted: list[tuple[int, tuple[str | None, ...]]] = field(default_factory=list)
    """Line and cells as they are handed on."""
    rejects: list[tuple[int, str]] = field(default_factory=list)
    """Line and code."""
    blank: int = 0


def trimmed(cell: str) -> str | None:
    """The cell without blanks at its ends, None if nothing is left."""
    return cell.strip(BLANKS) or None


@st.composite
def well_formed(draw: st.DrawFn, row: Sequence[str], delimiter: str) -> Piece:
    """The row as CSV: cells that need quotes have them, others may have them, or blanks around them."""
    cells = tuple(trimmed(cell) for cell in row)
    return Piece(delimiter.join([draw(_cell(cell, delimiter)) for cell in row]), cells if any(cells) else None)


@st.composite
def _cell(draw: st.DrawFn, cell: str, delimiter: str) -> str:
    blanks = st.text([c for c in " \t\u00a0" if c != delimiter], max_size=2)
    cell = draw(st.sampled_from([cell, draw(blanks) + cell + draw(blanks)]))
    if draw(st.booleans()) or set(cell) & {'"', "\r", "\n", delimiter}:
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell


@st.composite
def broken(draw: st.DrawFn, width: int, delimiter: str, row: Sequence[str] = ()) -> list[Piece]:
    """A record with a fault, of as many rows as it costs; the next one is not touched by it.

    It has the cells of the row, where one is given, but for those that the fault takes.
    """
    words = list(row) or draw(st.lists(WORDS, min_size=width, max_size=width))
    kind = draw(st.sampled_from(["count", "blank cells", "quote", "blanks and quotes", "unclosed", "no text", "cut"]))
    if kind == "blank cells":
        return [Piece(delimiter.join([*words, *[""] * draw(st.integers(1, 3))]), code="wrong_cell_count")]
    if kind == "count":
        size = draw(st.integers(1, width + 3).filter(lambda n: n != width))
        cells = [draw(WORDS), *draw(st.lists(VALUES, min_size=size - 1, max_size=size - 1))]
        cells[: len(row)] = row[:size]
        return [Piece(draw(well_formed(cells, delimiter)).text, code="wrong_cell_count")]
    if kind == "cut":
        end, whole = draw(st.integers(0, width - 2)), draw(st.lists(WORDS, min_size=width, max_size=width))
        return [
            Piece(delimiter.join([*words[:end], f'"{words[end]}']), code="stray_quote"),
            Piece(delimiter.join(whole), tuple(whole)),
            Piece(f'w"{delimiter}w', code="stray_quote"),
        ]
    place = draw(st.integers(0, width - 1))
    word = words[place] if row and words[place] else "w"

    def spoilt(*ways: str) -> str:
        return draw(st.sampled_from(ways)).replace("w", word)

    if kind in ASTRAY:
        words[place] = spoilt(*ASTRAY[kind])
        return [Piece(delimiter.join(words), code="stray_quote")]
    if kind == "unclosed":
        words[place] = spoilt('"w', '"""w', '"w""', f'"w{delimiter}w')
        return [Piece(delimiter.join(words), code="stray_quote"), Piece('"w"', code="wrong_cell_count")]
    words[place] = spoilt(f"w{NO_TEXT}", NO_TEXT, f'"{NO_TEXT}w"', "\0w", f'"w{delimiter}\0"')
    return [Piece(delimiter.join(words), code="unreadable_row")]


@st.composite
def blank(draw: st.DrawFn, delimiter: str) -> Piece:
    """A line without a value."""
    cells = draw(st.lists(st.sampled_from(["", "", " ", "\u00a0", '""', '" "', '"\n"']), max_size=6))
    return Piece(delimiter.join(cells))


@st.composite
def files(
    draw: st.DrawFn, header: Sequence[str], sent: st.SearchStrategy[list[tuple[str, ...]]], faults: Faults = "many"
) -> Sent:
    """A file with the header and rows, with faults between them, in any encoding and with any line ends.

    With one fault or none it is else plain: UTF-8, one kind of line end, one line a record, none of them blank.
    """
    delimiter, is_plain = draw(st.sampled_from(DELIMITERS)), faults != "many"
    fault = st.one_of(broken(len(header), delimiter), blank(delimiter).map(lambda piece: [piece]))
    pieces: list[Piece] = []
    for row in draw(sent):
        whole = tuple(re.sub(r"[\r\n]", " ", cell) for cell in row) if is_plain else row
        piece = draw(well_formed(whole, delimiter))
        pieces += [piece] if piece.cells or not is_plain else []
        pieces += draw(fault) if faults == "many" and draw(st.booleans()) else []
    if faults == "one":
        place = draw(st.integers(0, len(pieces)))
        pieces[place:place] = draw(fault)
    pieces = [p for p in pieces if not are_several(re.split(r"\r\n|\r|\n", p.text), delimiter, len(header))]
    pieces = [p for p in pieces if not (p.cells and has_delimiter(p.cells[0]) and not any(p.cells[1:]))]
    pieces = [_judged(piece, header) for piece in pieces]
    return draw(written(header, pieces, delimiter, is_plain))


def _judged(piece: Piece, header: Sequence[str]) -> Piece:
    """The piece, which is broken where an id of it has a line break."""
    ids = [cell for name, cell in zip(header, piece.cells or (), strict=False) if name.endswith("_id")]
    return Piece(piece.text, code="line_break_in_id") if any(map(has_line_break, ids)) else piece


@st.composite
def written(
    draw: st.DrawFn, header: Sequence[str], records: list[Piece], delimiter: str, is_plain: bool = False
) -> Sent:
    """A file of these records, in any encoding and with any line ends."""
    lead = Piece(delimiter.join(draw(st.sampled_from([name, f'"{name}"'])) for name in header))
    pieces = [lead, *records]
    kinds = draw(st.sampled_from([*((end,) for end in LINE_ENDS), *([] if is_plain else [LINE_ENDS])]))
    done = Sent(delimiter=delimiter)
    text, line = "", 1
    for n, piece in enumerate(pieces):
        if n and piece.cells:
            done.accepted.append((line, tuple(map(without_mark, piece.cells))))
        elif n and piece.code:
            done.rejects.append((line, piece.code))
        elif n:
            done.blank += 1
        line_end = draw(st.sampled_from(kinds))
        if text.endswith("\r") and not piece.text and line_end == "\n":
            line_end = "\r"
        if n == len(pieces) - 1 and piece.text and draw(st.booleans()):
            line_end = ""
        text += piece.text + line_end
        line += len(re.findall(r"\r\n|\r|\n", piece.text)) + 1
    fitting = [name for name in ENCODINGS if _fits(text, name) and (not is_plain or name.startswith("utf-8"))]
    mark, codec, no_text = ENCODINGS[draw(st.sampled_from(fitting))]
    done.content = mark + no_text.join(part.encode(codec) for part in text.split(NO_TEXT))
    return done


def _fits(text: str, name: str) -> bool:
    """True if the encoding has all characters, and nothing else is likelier by them."""
    mark, codec, no_text = ENCODINGS[name]
    if mark or no_text == b"\0" or text.isascii():
        return True
    try:
        content = no_text.join(part.encode(codec) for part in text.split(NO_TEXT))
    except UnicodeEncodeError:
        return False
    return is_rather_utf_8(content) == (codec == "utf-8")
