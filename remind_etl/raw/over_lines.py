"""Records over several lines: whether they are rather several records, and which columns go over the lines."""

import re
from collections.abc import Sequence
from functools import cache

from remind_etl.raw.header import Header
from remind_etl.raw.text import BLANKS


def joins_several_records(lines: list[str], header: Header) -> bool:
    """True if a record over several lines is rather several records, one of them with an unclosed quote.

    That is so if, without the quote, the first line is a record and the last line may be one. It is also so if a line
    within a cell may be a record. Otherwise the rows between two malformed quotes would become one cell, and their
    people would seem absent. In a line that may be a record, at most half of the delimiters are those of running text.
    """
    delimiter, most = header.delimiter, len(header.names) - 1
    later = [_may_be_one(line, delimiter, most) for line in lines[1:]]
    within = [is_one and '"' not in line.replace('""', "") for is_one, line in zip(later[:-1], lines[1:], strict=False)]
    count = lines[0].count(delimiter)
    return any(within) or (
        later[-1] and count - len(delimiter_of_running_text(delimiter).findall(lines[0])) <= most <= count
    )


def _may_be_one(line: str, delimiter: str, most: int) -> bool:
    count = line.count(delimiter)
    return (
        count >= most
        and 2 * len(delimiter_of_running_text(delimiter).findall(line)) <= count
        and line.strip(f'{BLANKS}"{delimiter}') != ""
    )


@cache
def delimiter_of_running_text(delimiter: str) -> re.Pattern[str]:
    """Matches a delimiter with a blank and something else after it, as a comma in a text has."""
    return re.compile(rf"{re.escape(delimiter)} [^\s{re.escape(delimiter)}]")


def id_over_lines(record: Sequence[str], header: Header) -> str | None:
    """The column of an id that has a line break within it."""
    return next((header.names[n] for n in header.ids if re.search(r"[\r\n]", record[n].strip(BLANKS))), None)


def column_over_lines(record: Sequence[str], header: Header) -> str | None:
    """The first of our columns with a line break that is not at its end, or ends what may be several cells."""
    within = re.compile(rf"[\r\n{re.escape(header.delimiter)}]")
    return next(
        (
            name
            for name, cell in zip(header.names, record, strict=True)
            if not name.startswith("extra") and re.search(r"[\r\n]", cell) and within.search(cell.rstrip(BLANKS))
        ),
        None,
    )
