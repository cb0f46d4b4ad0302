"""What must become of a file's records, told character by character: slow, and simple enough to be read as the rule."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from remind_etl.raw.text import BLANKS, NO_TEXT


class Record(NamedTuple):
    """A record: the line on which it starts, and its cells, the code of its fault, or neither if it is blank."""

    line: int
    cells: tuple[str | None, ...] | None = None
    code: str | None = None
    is_over_lines: bool = False
    """True if a cell has a line break and, but for blanks at its end, a line break or a delimiter."""


def records(text: str, delimiter: str, width: int, ids: Sequence[int] = (0,)) -> list[Record]:
    """All records of a decoded file but the first, which is its header; `ids` are the places of ids in a record."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    found, at = [], 0
    while at < len(lines):
        sent = _cells(lines, at, delimiter)
        if sent and are_several(lines[at : at + sent[1]], delimiter, width):
            sent = None
        cells, size = sent or ([], 1)
        if size == 1 and (other := other_reading(lines[at], sent and cells, delimiter, width, ids)):
            found.append(Record(at + 1, tuple(without_mark(cell.strip(BLANKS) or None) for cell in other)))
            at += 1
            continue
        trimmed = tuple(cell.strip(BLANKS) or None for cell in cells)
        if sent is None:
            found.append(Record(at + 1, code="stray_quote"))
        elif any(NO_TEXT in cell for cell in cells):
            found.append(Record(at + 1, code="unreadable_row"))
        elif not any(trimmed):
            found.append(Record(at + 1))
        elif len(cells) != width:
            found.append(Record(at + 1, code="wrong_cell_count"))
        elif any(has_line_break(trimmed[place]) for place in ids):
            found.append(Record(at + 1, code="line_break_in_id"))
        else:
            over_lines = any(_is_over_lines(cell, delimiter) for cell in cells)
            found.append(Record(at + 1, tuple(map(without_mark, trimmed)), is_over_lines=over_lines))
        at += size
    return found[1:]


def other_reading(
    line: str, cells: Sequence[str] | None, delimiter: str, width: int, ids: Sequence[int]
) -> list[str] | None:
    """The cells of a line that is no record of the file, or has only its first cell, if another reading of it is whole."""
    text = line.strip(BLANKS)
    is_lone = (
        cells is not None
        and has_delimiter(cells[0].strip(BLANKS))
        and not any(cell.strip(BLANKS) for cell in cells[1:])
    )
    if cells is not None and len(cells) == width and not is_lone:
        return None
    ways = [(line, False)] if cells is None or '"' in text else []
    if is_lone and cells:
        ways = [(cells[0], text.startswith('"'))]
    if len(text) > 1 and text[0] == text[-1] == '"':
        ways.append((text[1:-1], True))
    for sent, is_quoted in ways:
        for sign in [delimiter] * is_quoted + [d for d in ",\t;|" if d != delimiter]:
            way = sent.strip(BLANKS)
            if sign == "\t" in way:
                with_tabs = sent.strip(BLANKS.replace("\t", ""))
                longer = _cells([with_tabs], 0, sign)
                way = with_tabs if longer is not None and len(longer[0]) == width else way
            read = _cells([way], 0, sign)
            bare = "".join(way.split('"')[::2])
            of_text = sum(_are_of_text(bare, sign))
            is_own = sign == delimiter or delimiter not in bare
            is_whole = read is not None and len(read[0]) == width and all(read[0][n].strip(BLANKS) for n in ids)
            if read and is_whole and is_own and 2 * of_text <= bare.count(sign) and NO_TEXT not in way:
                return read[0]
    return None


def has_delimiter(cell: str | None) -> bool:
    """True if a cell may be a row by itself."""
    return any(sign in (cell or "") for sign in ",\t;|")


NO_VALUE = {
    *("NULL", "null", "(null)", "(NULL)", "None", "none", "NONE", "nan", "NaN", "NAN", "N/A", "n/a", "<NA>", "-", "--"),
    *("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"),
}
"""What programs write where there is no value."""


def id_of(cell: str | None) -> str | None:
    """The cell as an id: None if a program wrote it where there is no value, or filled a narrow cell with `#`."""
    return None if cell in NO_VALUE or (cell and len(cell) > 1 and set(cell) == {"#"}) else cell


def without_mark(cell: str | None) -> str | None:
    """The cell without the apostrophe that marks a text which a spreadsheet would take for a formula."""
    is_marked = cell is not None and len(cell) > 1 and cell[0] == "'" and cell[1] in "=+@\t\r\n＝＋－＠-"
    return cell[1:].strip(BLANKS) if cell and is_marked else cell


def is_rather_utf_8(content: bytes) -> bool:
    """True if more bytes go on a character of UTF-8 than are none of it."""
    text = content.decode(errors="surrogateescape")
    going_on = sum(len(char.encode()) - 1 for char in text if not "\udc80" <= char <= "\udcff")
    return going_on > len(re.findall("[\udc80-\udcff]", text))


def are_several(lines: list[str], delimiter: str, width: int) -> bool:
    """True if several of the lines could each be a whole record: then the quote that ties them is astray.

    They are the first, with or without the delimiters that are of a text, and the last, or one that is within a cell
    from end to end. A delimiter with a blank and something else after it is of a text; of a record no more than half are.
    """
    counts = [(line.count(delimiter), sum(_are_of_text(line, delimiter))) for line in lines]
    whole = [
        count >= width - 1 and of_text <= count - of_text and line.strip(f'{BLANKS}"{delimiter}') != ""
        for line, (count, of_text) in zip(lines, counts, strict=True)
    ]
    is_first_one = counts[0][0] - counts[0][1] < width <= counts[0][0] + 1
    within = [n for n, line in enumerate(lines) if 0 < n < len(lines) - 1 and '"' not in line.replace('""', "")]
    return len(lines) > 1 and ((is_first_one and whole[-1]) or any(whole[n] for n in within))


def has_line_break(cell: str | None) -> bool:
    """True if a trimmed cell goes over several lines."""
    return cell is not None and ("\n" in cell or "\r" in cell)


def _is_over_lines(cell: str, delimiter: str) -> bool:
    return has_line_break(cell) and (has_line_break(cell.rstrip(BLANKS)) or delimiter in cell.rstrip(BLANKS))


def _are_of_text(line: str, delimiter: str) -> list[bool]:
    """For each delimiter of a line whether it is of a text."""
    after = [line[n + 1 : n + 3] for n, char in enumerate(line) if char == delimiter]
    return [len(two) == 2 and two[0] == " " and not two[1].isspace() and two[1] != delimiter for two in after]


def _cells(lines: list[str], start: int, delimiter: str) -> tuple[list[str], int] | None:
    """The cells of the record that starts on a line, and of how many lines it is; None if a quote is astray in it."""
    cells, cell, state = [], "", "before"
    for n, line in enumerate(lines[start:], 1):
        for char in line:
            if state == "quoted":
                state, cell = ("closing", cell) if char == '"' else (state, cell + char)
            elif state == "closing" and char == '"':
                state, cell = "quoted", cell + char
            elif char == delimiter:
                cells.append(cell)
                state, cell = "before", ""
            elif char in "\r\n":
                pass
            elif state == "before" and char == '"':
                state = "quoted"
            elif state == "closing" or char == '"':
                return None
            else:
                state, cell = "bare", cell + char
        if state != "quoted":
            return [*cells, cell], n
    return None
