"""Evidence that a file was cut off: its last record is incomplete, and no line end follows it."""

from pathlib import Path

from remind_etl.raw.header import Header
from remind_etl.raw.text import BLANKS, NO_TEXT, open_text


def has_cut_record(path: Path, encoding: str, header: Header) -> bool:
    """True if the last line has no line end and fewer cells than the header, or ends within a character.

    The last record of the file must be one that was rejected: the last line of a record may have fewer cells.
    """
    last = ""
    with open_text(path, encoding) as text:
        for line in text:
            last = line
    if last.endswith(("\n", "\r")) or not last.strip(BLANKS):
        return False
    return last.endswith(NO_TEXT) or last.count(header.delimiter) < len(header.names) - 1
