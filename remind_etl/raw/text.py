"""A landed file as text."""

import codecs
from pathlib import Path
from typing import Final, TextIO

NO_TEXT: Final = "\0"
"""What stands for a byte that is no text; NUL itself is none."""

BLANKS: Final = " \t\r\n\u00a0"
"""What counts for nothing at the ends of a cell, as in the raw tables."""


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text with its own line ends, and NO_TEXT for the bytes that cannot be decoded."""
    return path.open(encoding=encoding, errors=_MARKED, newline="")


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return NO_TEXT, error.end
    raise error


_MARKED: Final = "remind_etl.marked"
codecs.register_error(_MARKED, _mark)
