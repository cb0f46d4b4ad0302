"""A landed file as text."""

import codecs
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO

from remind_etl.files.end_sign import end_signs

NO_TEXT: Final = "\0"
"""What stands for a byte that is no text; NUL itself is none."""

BLANKS: Final = " \t\r\n\u00a0"
"""What counts for nothing at the ends of a cell, as in the raw tables."""


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text with its own line ends, and NO_TEXT for the bytes that cannot be decoded.

    The signs of the end of the file are left out.
    """
    if signs := end_signs(path):
        shortened = BufferedReader(_Shortened(path, path.stat().st_size - signs))
        return TextIOWrapper(shortened, encoding=encoding, errors=_MARKED, newline="")
    return path.open(encoding=encoding, errors=_MARKED, newline="")


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
