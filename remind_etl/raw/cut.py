"""Evidence that a file was cut off: its last record is incomplete, and no line end follows it."""

import re
from pathlib import Path

from remind_etl.raw.header import Header
from remind_etl.raw.text import BLANKS, NO_TEXT, open_text


def has_cut_record(path: Path, encoding: str, header: Header) -> bool:
    """True if the last line has no line end, and lacks cells or ends within a quoted cell or a character.

    The last record of the file must be one that was rejected: the last line of a record may have fewer cells.
    """
    last = ""
    with open_text(path, encoding) as text:
        for line in text:
            last = line
    if last.endswith(("\n", "\r")) or not last.strip(BLANKS):
        return False
    return last.endswith(NO_TEXT) or _is_incomplete(last, header)


def _is_incomplete(line: str, header: Header) -> bool:
    """True if cells are missing, or the last one is an open quoted cell. A delimiter between quotes begins no cell."""
    delimiter = re.escape(header.delimiter)
    quoted = rf'(^|{delimiter})"(?:[^"]|"")*"(?={delimiter}|$)'
    bare = line[1:-1] if re.fullmatch(quoted, line) else re.sub(quoted, r"\1", line)
    opened = re.search(rf'(?:^|{delimiter})"', bare)
    is_open = opened is not None and bare.count('"', opened.start()) % 2 == 1
    return is_open or bare.count(header.delimiter) < len(header.names) - 1
