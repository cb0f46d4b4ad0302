"""A file's bytes: what must be known before it is parsed."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remind_etl.files.end_sign import end_signs

CHUNK: Final = 1 << 20

LONGEST_LINE: Final = 16
"""Chunks without a line end after which the file is taken as none of lines."""

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass
class Survey:
    """A file's size in bytes and encoding, its counts of line ends and of quotes, and what of its bytes is unusual."""

    size: int = 0
    encoding: str = ""
    is_decodable: bool = True
    """True if the bytes are UTF-8, or marked as UTF-16."""
    lf: int = 0
    cr: int = 0
    crlf: int = 0
    quotes: int = 0
    has_blank_after_quote: bool = False
    has_other_blanks: bool = False
    """Blanks beside the space and line ends: tabs, or what may be a no-break space."""
    has_nul: bool = False
    is_endless: bool = False
    """True if it has a line that is longer than a table can have."""
    last: bytes = b""
    end_signs: int = 0
    """Signs of the end of the file, such as Ctrl-Z, in its last bytes. They are no part of its text."""

    @property
    def lines(self) -> int:
        """Physical lines."""
        return self.lf + self.cr + self.crlf + self._is_unended

    @property
    def unended_line(self) -> int | None:
        """The last line, if no line end follows it; in UTF-16 it is not looked for."""
        return self.lines if self._is_unended and self.encoding != "utf-16" else None

    @property
    def _is_unended(self) -> bool:
        return self.last not in (b"\n", b"\r", b"")

    @property
    def has_old_line_ends(self) -> bool:
        """True if a line ends with a single CR. At the end of a file with CRLF, this is half of a cut line end."""
        is_half = self.last == b"\r" and self.crlf > 0
        return self.cr > is_half

    @property
    def text_bytes(self) -> int:
        """Bytes that are neither byte order mark nor line ends nor quotes."""
        mark = len(codecs.BOM_UTF8) if self.encoding == "utf-8-sig" else 0
        return self.size - mark - self.lf - self.cr - 2 * self.crlf - self.quotes

    @property
    def is_plain(self) -> bool:
        """True if DuckDB's strict reader can be trusted with the bytes: UTF-8 with one kind of line end, no NUL."""
        kinds = sum(1 for count in (self.lf, self.cr, self.crlf) if count)
        is_unusual = self.has_nul or self.end_signs > 0
        return self.encoding in ("utf-8", "utf-8-sig") and self.is_decodable and kinds <= 1 and not is_unusual


def survey_file(path: Path) -> Survey:
    """Read the file in chunks. Bytes that are rather not UTF-8, nor marked as UTF-16, are taken as Windows-1252."""
    seen = Survey()
    decoder = codecs.getincrementaldecoder("utf-8")()
    run = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not seen.size:
                seen.encoding = next((name for mark, name in BYTE_ORDER_MARKS if chunk.startswith(mark)), "")
            ends = _count(seen, chunk)
            run = 0 if ends else run + 1
            seen.is_endless = seen.is_endless or run > LONGEST_LINE
            if seen.encoding != "utf-16" and seen.is_decodable:
                seen.is_decodable = _decodes(decoder, chunk)
    if seen.encoding != "utf-16" and seen.is_decodable:
        seen.is_decodable = _decodes(decoder, b"", final=True)
    seen.encoding = seen.encoding or ("utf-8" if seen.is_decodable or _is_rather_utf_8(path) else "cp1252")
    seen.end_signs = end_signs(path)
    return seen


def _is_rather_utf_8(path: Path) -> bool:
    """True if as UTF-8 more bytes of the file go on a character than are none: a few bad bytes spoil no other name."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    surplus = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            surplus += len(text.encode(errors="ignore")) - len(text)  # a byte that is none has a place in the text only
            if not chunk:
                return surplus > 0


def _count(seen: Survey, chunk: bytes) -> int:
    """Add what the next chunk has; returns its line ends."""
    lf, cr, crlf = chunk.count(b"\n"), 0, 0
    if b"\r" in chunk or seen.last == b"\r":
        crlf = chunk.count(b"\r\n") + (seen.last == b"\r" and chunk.startswith(b"\n"))
        cr = chunk.count(b"\r") - crlf
    seen.lf, seen.cr, seen.crlf = seen.lf + lf - crlf, seen.cr + cr, seen.crlf + crlf
    if b'"' in chunk or seen.last == b'"':
        seen.quotes += chunk.count(b'"')
        is_split = seen.last == b'"' and chunk.startswith(b" ")
        seen.has_blank_after_quote = seen.has_blank_after_quote or is_split or b'" ' in chunk
    seen.has_other_blanks = seen.has_other_blanks or b"\t" in chunk or b"\xa0" in chunk
    seen.has_nul = seen.has_nul or b"\0" in chunk
    seen.size += len(chunk)
    seen.last = chunk[-1:]
    return lf + cr + crlf


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    """True if the bytes so far are in the decoder's encoding."""
    if chunk.isascii() and not final and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
