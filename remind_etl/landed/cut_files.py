"""Evidence that the upload of a file stopped early: its bytes are compared with those of the file in earlier drops."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final

from remind_etl.files.cut import Cut
from remind_etl.files.end_sign import end_signs

CHUNK: Final = 1 << 20

NO_LINE_END: Final = "file_lacks_line_end"
BEGINNING: Final = "file_is_beginning_of_earlier"
OLD_END: Final = "file_ends_as_earlier"
"""The reason codes of the three kinds of evidence, the strongest first."""

LEAST_LOST: Final = 2
"""One row that is added, and one that is removed below it, are an ordinary day. They look like one lost row."""


def cut_files(files: Mapping[str, Path], earlier: Iterable[Mapping[str, Path]]) -> dict[str, Cut]:
    """Those of the files that may be cut off, with the evidence. `earlier` has the same files of earlier drops.

    The reasons, in the order in which they count:

    - It has no final line end, and the earlier file had one.
    - It is the beginning of the earlier file.
    - It has the size of the earlier file and ends with the same lines. But its lines begin at other places, or rows
      moved, and those between them and the same lines are lost. An upload that overwrites the earlier file in place
      and stops leaves such a file.
    """
    found: dict[str, Cut] = {}
    for before in earlier:
        for name in files.keys() & before.keys():
            if cut := _evidence(files[name], before[name]):
                found.setdefault(name, cut)
    return found


def _evidence(path: Path, before: Path) -> Cut | None:
    size, size_before = _size(path), _size(before)
    if not size or not size_before:
        return None
    if _has_line_end(before) and not _has_line_end(path):
        return Cut(NO_LINE_END)
    if size < size_before and _is_beginning(path, before):
        return Cut(BEGINNING)
    if size != size_before:
        return None
    joint = _start_of_same_end(path, before, size)
    if not _has_whole_line(path, joint, size):
        return None
    if _has_same_lines(path, before, size) and not _has_lost_rows(path, before, joint):
        return None
    return Cut(OLD_END, _line_of(path, joint))


def _size(path: Path) -> int:
    """The bytes of a file, without signs of its end such as Ctrl-Z."""
    return path.stat().st_size - end_signs(path)


def _has_line_end(path: Path) -> bool:
    """True if the last character is a line end; in UTF-16 a zero byte may follow it.

    A line end of two characters may be cut between them. So a carriage return counts only in a file without line feeds.
    """
    with path.open("rb") as file:
        file.seek(max(0, _size(path) - 2))
        end = file.read(2).rstrip(b"\0")
        file.seek(0)
        return end.endswith(b"\n") or (end.endswith(b"\r") and b"\n" not in file.read(CHUNK))


def _is_beginning(path: Path, longer: Path) -> bool:
    with path.open("rb") as one, longer.open("rb") as other:
        while chunk := one.read(CHUNK):
            if other.read(len(chunk)) != chunk:
                return False
    return True


def _has_same_lines(path: Path, before: Path, size: int) -> bool:
    """True if the line ends of two files of one size are at the same places."""
    left = size
    with path.open("rb") as one, before.open("rb") as other:
        while left and (chunk := one.read(min(CHUNK, left))):
            if chunk.translate(_LINE_ENDS) != other.read(len(chunk)).translate(_LINE_ENDS):
                return False
            left -= len(chunk)
    return True


_LINE_ENDS: Final = bytes(byte if byte in b"\r\n" else 0 for byte in range(256))


def _start_of_same_end(path: Path, before: Path, size: int) -> int:
    """The first byte of the longest end that two files of one size have in common. It is 0 if they are the same."""
    left = size
    with path.open("rb") as one, before.open("rb") as other:
        while left:
            start = max(0, left - CHUNK)
            one.seek(start)
            other.seek(start)
            pair = one.read(left - start), other.read(left - start)
            if pair[0] != pair[1]:
                return left - _common(*(part[::-1] for part in pair))
            left = start
    return 0


def _common(one: bytes, other: bytes) -> int:
    """How many bytes are the same, from the first one on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _has_whole_line(path: Path, joint: int, size: int) -> bool:
    """True if the end of a file from some byte on has a whole line. The first byte begins no end."""
    end = _read(path, max(joint, size - CHUNK), size).rstrip(b"\r\n\0")
    return joint > 0 and (b"\n" in end or b"\r" in end)


def _read(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)


def _has_lost_rows(path: Path, before: Path, joint: int) -> bool:
    """True if rows are lost where a new beginning meets the old end, in two files whose lines begin at the same places.

    In the new beginning, rows stand some places lower or higher than before. At the joint, either as many rows are
    lost, or one row begins like the old row that would follow, and ends like the old row at this place.
    """
    start = max(0, joint - CHUNK)
    now, old = _rows_around(path, start, joint), _rows_around(before, start, joint)
    last = len(_read(path, start, joint).splitlines()) - 1 - (start > 0)
    place_of = {row: place for place, row in enumerate(old[: last + 1])}
    after = {row: place for place, row in enumerate(old)}
    for place in reversed(range(last + 1)):
        was = place_of.get(now[place], after.get(now[place]))
        if was is not None:
            moved = place - was
            lost = set(old[place - moved + 1 : last + 1])
            is_joint = moved >= LEAST_LOST if place == last else moved != 0 and _is_made_of_two(now, old, last, moved)
            return is_joint and not lost & set(now)
    return False


def _rows_around(path: Path, start: int, joint: int) -> list[bytes]:
    """The rows before and after a byte, without those that are not whole."""
    rows = _read(path, start, joint + CHUNK).splitlines()
    return rows[1:] if start else rows


def _is_made_of_two(now: Sequence[bytes], old: Sequence[bytes], last: int, moved: int) -> bool:
    """True if the last row that differs begins like the moved old row, and ends like the old row at its place."""
    if not 0 <= last - moved < len(old):
        return False
    row, first, second = now[last], old[last - moved], old[last]
    return _common(row, first) + _common(row[::-1], second[::-1]) >= len(row)


def _line_of(path: Path, byte: int) -> int:
    """The number of the line that has this byte of a file; the first line is 1."""
    line, left, end = 1, byte, b""
    with path.open("rb") as file:
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            text = chunk.replace(b"\0", b"")
            line += text.count(b"\n") + text.count(b"\r") - (end + text).count(b"\r\n")
            end = text[-1:]
    return line
