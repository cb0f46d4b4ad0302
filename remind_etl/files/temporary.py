"""Folders for files that nobody needs after their process ends.

A process locks its folder as long as it lives. The system takes the lock back however the process ends, so a folder
without a lock is one that a killed process left. Whoever makes the next folder deletes it.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "remind-etl-temporary-"
"""The names of these folders begin so where other programs have theirs."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder, which goes at the end. Folders that killed processes left are deleted before."""
    folder, handle = _make_temporary()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def folder_of_process() -> Path:
    """A new folder, which goes when this process ends."""
    folder, _ = _make_temporary()
    atexit.register(_delete_folder_of, os.getpid(), folder)
    return folder


def _delete_folder_of(process: int, folder: Path) -> None:
    if os.getpid() == process:  # a fork inherits what is to be done at the end
        shutil.rmtree(folder, ignore_errors=True)


def _make_temporary() -> tuple[Path, int]:
    """A new folder, and the handle that locks it."""
    sweep_temporary()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        if handle := lock_folder(folder):  # another process may sweep it before it is locked
            return folder, handle


def lock_folder(folder: Path) -> int | None:
    """Say that a living process uses the folder, until the handle is closed; None if the folder is gone.

    Several may use it at once, such as a process and one that it started.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    with suppress(OSError):  # a file system without locks: nothing is swept there either
        fcntl.flock(handle, fcntl.LOCK_SH)
    if _is_still_there(handle, folder):
        return handle
    os.close(handle)
    return None


def make_locked(folder: Path) -> int:
    """Make the folder, for its owner alone, unless it is there, and lock it; returns the handle."""
    handle = None
    while handle is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = lock_folder(folder)
    return handle


def sweep_temporary() -> int:
    """Delete what killed processes of this user left among temporary files; returns how many folders."""
    return sweep_folders(Path(tempfile.gettempdir()), f"{PREFIX}*")


def sweep_folders(above: Path, pattern: str = "*") -> int:
    """Delete the folders of this user in this one that no living process has locked; returns how many."""
    return sum(_sweep(folder) for folder in above.glob(pattern))


def _sweep(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # a file, a link, or a folder that is gone or that another user closed
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_uid == os.geteuid() and _is_still_there(handle, folder):
            shutil.rmtree(folder, ignore_errors=True)
            return not folder.exists()
    except OSError:  # a living process uses it
        pass
    finally:
        os.close(handle)
    return False


def _is_still_there(handle: int, folder: Path) -> bool:
    """True if the folder of this name is the one that was opened."""
    try:
        return os.path.samestat(os.fstat(handle), folder.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False
