"""Evidence that the upload of a file stopped early: its bytes are compared with those of the file in earlier drops."""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Final

from remind_etl.files.end_sign import end_signs

CHUNK: Final = 1 << 20

NO_LINE_END: Final = "file_lacks_line_end"
BEGINNING: Final = "file_is_beginning_of_earlier"
OLD_END: Final = "file_ends_as_earlier"
"""The reason codes of the three kinds of evidence, the strongest first."""


def cut_files(files: Mapping[str, Path], earlier: Iterable[Mapping[str, Path]]) -> dict[str, str]:
    """Those of the files that may be cut off, with the reason code. `earlier` has the same files of earlier drops.

    The reasons, in the order in which they count:

    - It has no final line end, and the earlier file had one.
    - It is the beginning of the earlier file.
    - It has the size of the earlier file and ends with the same lines, but its lines begin at other places. An upload
      that overwrites the earlier file in place and stops leaves such a file.
    """
    found: dict[str, str] = {}
    for before in earlier:
        for name in files.keys() & before.keys():
            if reason := _reason(files[name], before[name]):
                found.setdefault(name, reason)
    return found


def _reason(path: Path, before: Path) -> str | None:
    size, size_before = _size(path), _size(before)
    if not size or not size_before:
        return None
    if _has_line_end(before) and not _has_line_end(path):
        return NO_LINE_END
    if size < size_before and _is_beginning(path, before):
        return BEGINNING
    is_mixed = size == size_before and not _has_same_lines(path, before) and _has_same_last_line(path, before)
    return OLD_END if is_mixed else None


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


def _has_same_lines(path: Path, before: Path) -> bool:
    """True if the line ends of two files are at the same places: their rows were only edited."""
    left = _size(path)
    with path.open("rb") as one, before.open("rb") as other:
        while left and (chunk := one.read(min(CHUNK, left))):
            if chunk.translate(_LINE_ENDS) != other.read(len(chunk)).translate(_LINE_ENDS):
                return False
            left -= len(chunk)
    return True


_LINE_ENDS: Final = bytes(byte if byte in b"\r\n" else 0 for byte in range(256))


def _has_same_last_line(path: Path, before: Path) -> bool:
    """True if two different files of one size have the same last line."""
    left, end = _size(path), b""
    with path.open("rb") as one, before.open("rb") as other:
        while left:
            start = max(0, left - CHUNK)
            one.seek(start)
            other.seek(start)
            pair = one.read(left - start), other.read(left - start)
            if pair[0] != pair[1]:
                same = sum(
                    1 for _ in takewhile(lambda both: both[0] == both[1], zip(*map(reversed, pair), strict=True))
                )
                end = pair[0][len(pair[0]) - same :] + end
                return any(mark in end.rstrip(b"\r\n\0") for mark in (b"\n", b"\r"))
            end, left = pair[0], start
    return False
