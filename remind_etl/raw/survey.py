"""One pass over a file's bytes: what must be known before it is parsed."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remind_etl.raw.header import DELIMITERS

CHUNK: Final = 1 << 20

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Survey:
    """A file's encoding, its counts of line ends and of each delimiter, whether it has NUL bytes, and its last byte."""

    size: int
    encoding: str
    lf: int
    cr: int
    crlf: int
    delimiters: dict[str, int]
    has_nul: bool
    last: bytes

    @property
    def lines(self) -> int:
        """Physical lines."""
        return self.lf + self.cr + self.crlf + (self.last not in (b"\n", b"\r", b""))

    @property
    def is_plain(self) -> bool:
        """True if DuckDB's strict reader can be trusted with the bytes: UTF-8 with one kind of line end, no NUL."""
        kinds = sum(1 for count in (self.lf, self.cr, self.crlf) if count)
        return self.encoding in ("utf-8", "utf-8-sig") and kinds <= 1 and not self.has_nul


def survey(path: Path) -> Survey:
    """Read the file once, in chunks. Bytes that are neither UTF-8 nor marked as UTF-16 are taken as Windows-1252."""
    lf = cr = crlf = size = 0
    delimiters = dict.fromkeys(DELIMITERS, 0)
    has_nul, last, encoding = False, b"", ""
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not size:
                encoding = next((name for mark, name in BYTE_ORDER_MARKS if chunk.startswith(mark)), "")
            size += len(chunk)
            has_nul = has_nul or b"\0" in chunk
            pairs = chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
            crlf += pairs
            lf += chunk.count(b"\n") - pairs
            cr += chunk.count(b"\r") - pairs
            delimiters = {delimiter: n + chunk.count(delimiter.encode()) for delimiter, n in delimiters.items()}
            last = chunk[-1:]
            utf8 = _decodes(utf8, chunk)
    if utf8 and not _decodes(utf8, b"", final=True):
        utf8 = None
    return Survey(
        size=size,
        encoding=encoding or ("utf-8" if utf8 else "cp1252"),
        lf=lf,
        cr=cr,
        crlf=crlf,
        delimiters=delimiters,
        has_nul=has_nul,
        last=last,
    )


def _decodes(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """The decoder if the bytes so far are its encoding, else None."""
    if decoder is None or (chunk.isascii() and not final and not decoder.getstate()[0]):
        return decoder
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return None
    return decoder
