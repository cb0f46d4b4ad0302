"""A landed file as text."""

import codecs
from io import SEEK_END, BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO

NO_TEXT: Final = "\0"
"""What stands for a byte that is no text; NUL itself is none."""

BLANKS: Final = " \t\r\n\u00a0"
"""What counts for nothing at the ends of a cell, as in the raw tables."""

END_SIGN: Final = b"\x1a"
"""Ctrl-Z, which old programs write at the end of a file. There it is no text."""

_MOST_SIGNS: Final = 4_096
"""Some programs fill the last block of a file with the sign."""


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text with its own line ends, and NO_TEXT for the bytes that cannot be decoded.

    The signs of the end of the file are left out.
    """
    if signs := end_signs(path, encoding):
        shortened = BufferedReader(_Shortened(path, path.stat().st_size - signs))
        return TextIOWrapper(shortened, encoding=encoding, errors=_MARKED, newline="")
    return path.open(encoding=encoding, errors=_MARKED, newline="")


def end_signs(path: Path, encoding: str) -> int:
    """How many of the last bytes of the file are signs of its end. In UTF-16, such a byte may be half a letter."""
    if encoding == "utf-16":
        return 0
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - _MOST_SIGNS))
        last = file.read()
    return len(last) - len(last.rstrip(END_SIGN))


class _Shortened(FileIO):
    """A file up to a byte before its end."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(path)
        self._size = size

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        return super().readinto(view[: max(0, self._size - self.tell())]) or 0


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return NO_TEXT, error.end
    raise error


_MARKED: Final = "remind_etl.marked"
codecs.register_error(_MARKED, _mark)
