"""Judges what lies in a district's upload directory: which files are a drop, is it whole, has it settled.

Pure rules. They never compare a remote time with our clock: clients set remote times to anything.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from remind_etl.catalogue import remedies, uploads
from remind_etl.catalogue.printable import printable
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.schema.upload import BY_FILE_NAME, FILES, is_complete_mark, likely_file, missing_files

LEFTOVER_SECONDS: Final = 3_600
"""A temporary file that lies unchanged this long by our clock is the leftover of a broken upload."""

FOLDER: Final = "upload"
"""The name of the upload directory."""

_TEMPORARY: Final = (
    re.compile(r"\.in\.(?P<target>.+)"),  # lftp
    re.compile(r"(?P<target>.+?)\.[0-9a-z]+\.partial"),  # rclone: a hash before the suffix
    re.compile(r"\.(?P<target>.+)\.[0-9a-z]{6}"),  # rsync
    re.compile(r"(?P<target>.+)(\.(filepart|part|partial|tmp|temp|crdownload|lftp|upload|uploading|incomplete)|~)"),
)


@dataclass(frozen=True, order=True)
class Entry:
    """A directory entry as the server names it: size in bytes, mtime in whole seconds of the server's clock.

    `is_regular` is False for whatever is no plain file: directories, symbolic links (not followed), pipes.
    """

    name: str
    size: int
    mtime: int
    is_regular: bool


@dataclass(frozen=True)
class Listing:
    """What a district's upload directory holds, judged."""

    files: tuple[Entry, ...]
    """The drop, as far as it is there: loose CSV files or one zip, regular and not empty, under their real names."""
    fingerprint: str
    """Of `files`: equal exactly if names, sizes and times are; "" if there are none. After a hyphen, the mark's."""
    observation: str
    """Of all that belongs to a drop, temporary and faulty entries too: the drop rests while this stays the same."""
    missing: tuple[str, ...]
    """The contract's names of files still to come. One of 0 bytes is still to come."""
    empty: tuple[str, ...]
    """Real names of files of 0 bytes."""
    uploading: tuple[str, ...]
    """Real names of temporary files in which a client builds a file of the drop."""
    likely: Mapping[str, str]
    """For contract's names still to come the real names of other files that may be meant."""
    faults: tuple[str, ...]
    """Sentences for the district: what has to be put right before the drop can be taken."""
    mark: Entry | None = None
    """The file that says that the upload is whole."""

    @property
    def is_complete(self) -> bool:
        """True if every file of the drop is there and nothing has to be put right."""
        return bool(self.files) and not self.missing and not self.faults

    @property
    def is_empty(self) -> bool:
        """True if nothing of a drop is there, not even a beginning of it or a file under another name."""
        return not (self.files or self.empty or self.uploading or self.faults or self.likely)

    @property
    def waits_for(self) -> str | None:
        """Why the drop is not complete, as a sentence for a person; None if it is complete."""
        if self.is_complete:
            return None
        if self.faults:
            return " ".join(self.faults)
        if self.is_empty:
            return uploads.NOTHING_YET
        return self._waits_for(uploads.HAS_BEGUN)

    @property
    def waits_for_bytes(self) -> str | None:
        """The same if the drop has rested, and only files of 0 bytes show that an upload had begun.

        None if there are no such files, or if the drop waits for something else.
        """
        if self.is_complete or self.faults or self.uploading or not self.empty:
            return None
        return self._waits_for(uploads.HAS_NO_BYTES)

    def _waits_for(self, of_empty: str) -> str:
        """The files still to come; `of_empty` is the note on a file of 0 bytes."""
        notes = {name: uploads.MAY_BE.format(other=other) for name, other in self.likely.items()}
        notes |= {_target(name) or name.casefold(): uploads.HAS_BEGUN for name in self.uploading}
        notes |= {name.casefold(): of_empty for name in self.empty}
        names = [f"{name} ({notes[name]})" if name in notes else name for name in self.missing]
        of_zip = f"{uploads.ZIP} ({of_empty if self.empty else uploads.HAS_BEGUN})"
        return uploads.WAITS.format(names=", ".join(names) or of_zip)


@dataclass(frozen=True)
class Pending:
    """An observation of a drop and when we first made it, in seconds of our clock."""

    observation: str
    since: float


def is_proven(listing: Listing, pending: Pending | None, taken: str | None) -> bool:
    """True if a mark proves that the upload is whole: it came after all files, and not with the upload taken before.

    Of a mark and a file of the same second nobody can tell which came first, so then two looks must have seen the same.
    """
    if listing.mark is None or not listing.is_complete or listing.uploading:
        return False
    newest = max(entry.mtime for entry in listing.files)
    is_same = pending is not None and pending.observation == listing.observation
    is_new = (taken or "").partition("-")[2] != listing.fingerprint.partition("-")[2]
    return is_new and (listing.mark.mtime > newest or (listing.mark.mtime == newest and is_same))


def assess_upload(entries: Iterable[Entry], sizes: SizeLimits = USUAL) -> Listing:
    """What an upload directory holds of a drop, from its entries in any order. Other files are passed over."""
    loose: dict[str, list[Entry]] = defaultdict(list)
    zips: list[Entry] = []
    temporary: list[Entry] = []
    likely: dict[str, str] = {}
    mark: Entry | None = None
    is_nested = False
    for entry in sorted(set(entries)):
        name = entry.name.casefold()
        if name in BY_FILE_NAME:
            loose[name].append(entry)
        elif _is_zip(name):
            zips.append(entry)
        elif entry.is_regular and is_complete_mark(name):
            mark = entry
        elif entry.is_regular and _target(name):
            temporary.append(entry)
        elif entry.is_regular and (file := likely_file(name)):
            likely[file.file_name] = entry.name
        elif name == FOLDER and not entry.is_regular:  # of a client that was told to copy to upload, without the slash
            is_nested = True
    recognised = [*(entry for same in loose.values() for entry in same), *zips]
    files = tuple(sorted(entry for entry in recognised if entry.is_regular and entry.size > 0))
    is_zip_drop = not loose and any(_is_zip(_target(e.name) or e.name.casefold()) for e in (*zips, *temporary))
    return Listing(
        files=files,
        fingerprint=f"{_fingerprint(files)}-{_fingerprint([mark])}" if files and mark else _fingerprint(files),
        observation=_fingerprint([*recognised, *temporary, *([mark] if recognised and mark else [])]),
        missing=() if is_zip_drop else _missing(begun=frozenset(loose), arrived={e.name.casefold() for e in files}),
        empty=tuple(entry.name for entry in recognised if entry.is_regular and entry.size == 0),
        uploading=tuple(entry.name for entry in temporary),
        likely={name: other for name, other in likely.items() if name not in loose},
        faults=(
            *_faults(loose, zips),
            *_too_large(files, sizes),
            *([uploads.NESTED] if is_nested and not recognised else []),
        ),
        mark=mark,
    )


def settle(
    listing: Listing, pending: Pending | None, now: float, quiet_seconds: int, taken: str | None = None
) -> tuple[Pending, bool]:
    """Return what to remember of the look at `now`, and whether the drop is settled: it may be taken.

    A drop is settled when it is complete and two looks at least `quiet_seconds` apart, with all looks between them, saw
    the same. A mark proves it at once, unless it came with the upload whose fingerprint is `taken`. A temporary file
    holds it back until it counts as a leftover. Times are seconds of our clock.
    """
    if is_proven(listing, pending, taken):
        is_same = pending is not None and pending.observation == listing.observation
        return pending if pending and is_same else Pending(listing.observation, now), True
    # A clock set back would otherwise hold the drop until it has caught up.
    if pending is None or pending.observation != listing.observation or now < pending.since:
        return Pending(listing.observation, now), False
    quiet = max(quiet_seconds, LEFTOVER_SECONDS) if listing.uploading else quiet_seconds
    return pending, listing.is_complete and now - pending.since >= quiet


def _target(name: str) -> str | None:
    """Return the file of a drop that a temporary name stands for, casefolded."""
    for pattern in _TEMPORARY:
        match = pattern.fullmatch(name.casefold())
        if match and (match["target"] in BY_FILE_NAME or _is_zip(match["target"])):
            return match["target"]
    return None


def _is_zip(name: str) -> bool:
    """Tell whether a casefolded name is a zip's; `._x.zip` and its like are what macOS adds to copies."""
    return name.endswith(".zip") and not name.startswith(".")


def _missing(begun: frozenset[str], arrived: set[str]) -> tuple[str, ...]:
    """Return the contract's names still to come; a roster file of 0 bytes has begun, and so calls for both."""
    needed = begun | {file.file_name for file in missing_files(frozenset(BY_FILE_NAME[name].name for name in begun))}
    return tuple(file.file_name for file in FILES if file.file_name in needed - arrived)


def _faults(loose: dict[str, list[Entry]], zips: list[Entry]) -> Iterable[str]:
    for name, same in sorted(loose.items()):
        if len(same) > 1:
            names = " and ".join(sorted(entry.name for entry in same))
            yield uploads.DIFFER_IN_CASE.format(names=names)
        if not all(entry.is_regular for entry in same):
            yield uploads.NO_FILE.format(file=name)
    if not all(entry.is_regular for entry in zips):
        yield uploads.NO_ZIP
    if len(zips) > 1:
        yield uploads.MANY_ZIPS.format(count=len(zips))
    if zips and loose:
        yield uploads.ZIP_AND_FILES


def _too_large(files: Iterable[Entry], sizes: SizeLimits) -> Iterable[str]:
    for name, why in sizes.too_large((entry.name, entry.size) for entry in files):
        yield uploads.REFUSED.format(file=printable(name), why=why, fix=remedies.FILES["current_data"])


def _fingerprint(entries: Iterable[Entry]) -> str:
    """16 hex characters over the entries in any order; "" if there are none."""
    facts = sorted([e.name, e.size, e.mtime, e.is_regular] for e in entries)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16] if facts else ""
