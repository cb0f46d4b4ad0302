"""A landed file without the records of one person, by the rule by which records are read."""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Final

from remind_etl.files.end_sign import end_signs
from remind_etl.files.spreadsheet import MARK
from remind_etl.raw import fallback_reader
from remind_etl.raw.header import DELIMITERS, LONGEST_HEADER, Header, read_header
from remind_etl.raw.mended import has_only_a_first_cell, read_in_another_way
from remind_etl.raw.survey import survey_file
from remind_etl.raw.text import BLANKS, open_text
from remind_etl.schema.upload import File

AS_THEY_ARE: Final = "surrogateescape"
"""Bytes that are no text in the encoding are kept."""

_ANY_BORDER: Final = re.compile(f'[{"".join(DELIMITERS)}"]')

QUOTES: Final = BLANKS + "\"'"


@cache
def _unseen() -> dict[int, None]:
    """What `bare` takes out of an id: accents, blanks, signs of no width, and quotes."""
    signs = [chr(number) for number in range(0x10000)]
    kinds = ("Mn", "Mc", "Me", "Zs", "Zl", "Zp", "Cf")
    blank = [sign for sign in signs if sign in "\t\n\f\r" or unicodedata.category(sign) in kinds]
    return dict.fromkeys(map(ord, [*blank, *"“”„‘’'\"="]))


def bare(text: str) -> str:
    """What of an id cannot be lost or added by a spreadsheet or a form, as the macro `valid.bare` says."""
    return re.sub(r"^0+|\.0+$", "", _without_blanks_and_case(text))


def _without_blanks_and_case(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).lower().translate(_unseen()))


def remove_records(
    file: File, path: Path, record_id: str, ids_of_others: Collection[str] | None = None
) -> tuple[bytes, int] | None:
    """The file without the records that have the id in its `id_column`, and how many they were; the rest as it is.

    With `ids_of_others`, the id also counts in another spelling: zeros in front, decimals, case, accents, blanks and
    quotes. But only as it is written if one of those ids is another spelling of it.

    None where that cannot be told: without such a column, or where the file is cut off within a character.
    """
    encoding = survey_file(path).encoding
    with open_text(path, encoding) as text:
        header = read_header(file, text.read(LONGEST_HEADER))
    if header is None or file.id_column not in header.names:
        return None
    content, signs = path.read_bytes(), end_signs(path)
    try:
        sent = content[: len(content) - signs].decode(encoding, AS_THEY_ARE)
    except UnicodeDecodeError:
        return None
    respelled = _respelled(record_id, ids_of_others)
    is_there = respelled in _without_blanks_and_case(sent) if respelled else record_id in sent
    if '"' not in record_id and not is_there:
        return content, 0
    kept, left_out = [], 0
    for record, cells in _records(StringIO(sent, newline=""), file, header):
        is_theirs = any(_names(cell, record_id) or (respelled and bare(cell) == respelled) for cell in cells)
        left_out += is_theirs
        kept += [record] * (not is_theirs)
    return "".join(kept).encode(encoding, AS_THEY_ARE) + content[len(content) - signs :], left_out


def _records(text: StringIO, file: File, header: Header) -> Iterator[tuple[str, list[str]]]:
    """Each record as it stands, the header's first, and the cells that may have its id.

    A row that was read in another way has the cells of that reading. Of what is no record of the header's width, each
    line is one by itself; of a line of another width, any cell counts, however the line is cut.
    """
    places = [place for place, name in enumerate(header.names) if name == file.id_column]
    first = csv.reader(text, delimiter=header.delimiter, strict=True)
    next(first)
    below = text.tell()
    text.seek(0)
    yield text.read(below), []
    for lines, record in fallback_reader.parse_records(text, header):
        may_be_mended = len(lines) == 1 and (
            record is None or len(record) != len(header.names) or has_only_a_first_cell(record)
        )
        mended = read_in_another_way(lines[0], record, header) if may_be_mended else None
        record = mended.cells if mended else record
        if record is not None and len(record) == len(header.names):
            yield "".join(lines), [record[place] for place in places]
            continue
        for line in lines:
            cells = line.split(header.delimiter)
            is_of_width = len(cells) == len(header.names)
            yield line, [cells[place] for place in places] if is_of_width else [*cells, *_ANY_BORDER.split(line)]


def _respelled(record_id: str, ids_of_others: Collection[str] | None) -> str:
    """The bare id, if it may count in another spelling; else an empty text."""
    its_own = bare(record_id)
    is_of_another = ids_of_others is None or any(bare(other) == its_own for other in ids_of_others)
    return "" if is_of_another else its_own


def _names(cell: str, record_id: str) -> bool:
    """True if the cell is the id, except for a malformed quote."""
    bare = cell.strip(BLANKS)
    return record_id in (bare, bare.removeprefix(MARK)) or (
        '"' in bare and bare.strip(QUOTES) == record_id.strip(QUOTES)
    )
