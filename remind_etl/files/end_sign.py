"""The sign of old programs for the end of a file."""

import codecs
from io import SEEK_END
from pathlib import Path
from typing import Final

END_SIGN: Final = b"\x1a"
"""Ctrl-Z. At the end of a file it is no text."""

_MOST: Final = 4_096
"""Some programs fill the last block of a file with the sign."""


def end_signs(path: Path) -> int:
    """How many of the last bytes of the file are signs of its end. In UTF-16, such a byte may be half a letter."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return 0
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - _MOST))
        last = file.read()
    return len(last) - len(last.rstrip(END_SIGN))
