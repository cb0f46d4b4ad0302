"""Brings a file to the disk while it is still being written, so that the last wait is short."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, Final, Self

STEP_BYTES: Final = 32_000_000
"""So many bytes are brought to the disk at a time."""


class WriteBehind:
    """Syncs an open file in a thread, within `with`, after each `step` of bytes that were written."""

    def __init__(self, file: BinaryIO, step: int = STEP_BYTES) -> None:
        self._file = file
        self._step = step
        self._since = 0
        self._threads = ThreadPoolExecutor(1)  # its thread starts with the first sync
        self._syncing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._threads.shutdown()

    def wrote(self, size: int) -> None:
        """Say that so many bytes were written. Raises OSError if the disk refused earlier ones."""
        self._since += size
        if self._since < self._step or (self._syncing and not self._syncing.done()):
            return
        self._require()
        self._since = 0
        self._file.flush()
        self._syncing = self._threads.submit(os.fsync, self._file.fileno())

    def finish(self) -> None:
        """Wait until all bytes are on disk. Raises OSError if the disk refused some.

        The system tells a refusal to one sync only. So the result of each is asked for.
        """
        self._require()
        self._file.flush()
        os.fsync(self._file.fileno())

    def _require(self) -> None:
        if self._syncing:
            self._syncing.result()
            self._syncing = None
