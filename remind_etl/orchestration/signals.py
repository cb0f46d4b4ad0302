"""Ends a run soon after a signal, whatever the main thread does."""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from remind_etl.errors import is_interruption
from remind_etl.orchestration.guard import ENDING
from remind_etl.warehouse.interruption import interrupt_statements

INTERRUPT_SECONDS: Final = 0.1
"""How often statements are interrupted after a signal, as the next one may start before Python handles the signal."""
REPEAT_SECONDS: Final = 3
"""How often a signal is repeated that did not end the run."""


@dataclass
class _Watch:
    """What is known of a signal that may come."""

    repeats: bool
    asked: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


_WATCHES: Final[list[_Watch]] = []
"""The one that this process has now, if any."""


@contextmanager
def watching_signals(*, repeats: bool) -> Iterator[threading.Event]:
    """Note that a signal asked to end, and interrupt the statements of the warehouse until the run has ended.

    The signal becomes an exception wherever the code is. Where that cannot be raised, as in a destructor, Python drops
    it, and the run would go on to its end. So with `repeats` the signal comes again. `set_wakeup_fd` tells of each
    signal, whoever handles it, even while DuckDB keeps the main thread. Within another `watching_signals`, the signal
    is noted there, and comes again if either of them repeats it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield threading.Event()  # no signal reaches another thread
        return
    if _WATCHES:
        outer = _WATCHES[0]
        before, outer.repeats = outer.repeats, outer.repeats or repeats
        try:
            yield outer.asked
        finally:
            outer.repeats = before
        return
    watch = _Watch(repeats)
    complain, sys.unraisablehook = sys.unraisablehook, _without_interruptions(sys.unraisablehook)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    handle = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    thread = threading.Thread(target=_follow, args=(reader, watch), daemon=True)
    try:
        _WATCHES.append(watch)
        thread.start()
        yield watch.asked
    finally:
        # The last repeated signal may come only now. It must not leave the thread behind, or end what follows.
        while thread.is_alive():
            with suppress(KeyboardInterrupt):
                watch.ended.set()
                os.write(writer, b"\0")
                thread.join()
        _WATCHES.clear()
        sys.unraisablehook = complain
        signal.set_wakeup_fd(handle)
        os.close(reader)
        os.close(writer)


def _without_interruptions(complain: Callable[[Any], object]) -> Callable[[Any], None]:
    """A hook for errors that nobody can catch. It says nothing of a signal, which is noted and comes again."""

    def hook(unraisable: Any) -> None:
        if not is_interruption(unraisable.exc_value):
            complain(unraisable)

    return hook


@contextmanager
def kill_as_ctrl_c() -> Iterator[None]:
    """Let `kill` and a closed terminal end what runs here as Ctrl-C does.

    A signal that is ignored stays so, as after `nohup`.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def _follow(reader: int, watch: _Watch) -> None:
    while not watch.ended.is_set() and not watch.asked.is_set():
        select.select([reader], [], [])
        if {*os.read(reader, 64)} & {*ENDING}:
            watch.asked.set()
    repeated = time.monotonic()
    while watch.asked.is_set() and not watch.ended.is_set():
        interrupt_statements()
        if watch.repeats and time.monotonic() > repeated + REPEAT_SECONDS:
            os.kill(os.getpid(), signal.SIGINT)
            repeated = time.monotonic()
        watch.ended.wait(INTERRUPT_SECONDS)
