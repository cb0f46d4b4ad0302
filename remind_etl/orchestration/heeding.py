"""Ends a run soon after a signal, whatever the main thread does."""

import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from remind_etl.warehouse.interruption import interrupt_statements

INTERRUPT_SECONDS: Final = 0.1
"""How often statements are interrupted after a signal, as the next one may start before Python handles the signal."""
REPEAT_SECONDS: Final = 3
"""How often a signal is repeated that did not end the run."""


@contextmanager
def heeding(*, repeats: bool) -> Iterator[threading.Event]:
    """Note that a signal asked to end, and interrupt the statements of the warehouse until the run has ended.

    The signal becomes an exception wherever the code is. Where that cannot be raised, as in a destructor, Python drops
    it, and the run would go on to its end. So with `repeats` the signal comes again. `set_wakeup_fd` tells of each
    signal, whoever handles it, even while DuckDB keeps the main thread. Within another `heeding` nothing is added.
    """
    asked, ended = threading.Event(), threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked  # no signal reaches another thread
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    thread = threading.Thread(target=_follow, args=(reader, asked, ended, repeats), daemon=True)
    try:
        if before == -1:
            thread.start()
        else:
            signal.set_wakeup_fd(before)
        yield asked
    finally:
        # The last repeated signal may come only now. It must not leave the thread behind, or end what follows.
        while thread.is_alive():
            with suppress(KeyboardInterrupt):
                ended.set()
                os.write(writer, b"\0")
                thread.join()
        signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)


def _follow(reader: int, asked: threading.Event, ended: threading.Event, repeats: bool) -> None:
    while not ended.is_set() and not asked.is_set():
        select.select([reader], [], [])
        if {*os.read(reader, 64)} & {signal.SIGINT, signal.SIGTERM}:
            asked.set()
    repeated = time.monotonic()
    while asked.is_set() and not ended.is_set():
        interrupt_statements()
        if repeats and time.monotonic() > repeated + REPEAT_SECONDS:
            os.kill(os.getpid(), signal.SIGINT)
            repeated = time.monotonic()
        ended.wait(INTERRUPT_SECONDS)
