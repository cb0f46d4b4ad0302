"""A process that starts another one and ends it, with all that it started, when the process above is gone.

`python -m remind_etl.orchestration.guard COMMAND…` gets a pipe as standard input, into which nothing is written. The
pipe ends when the process above closes it, or ends itself in any way, SIGKILL too. A signal to end does the same.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals of Ctrl-C, of `kill` and of a closed terminal."""

PATIENCE_SECONDS: Final = 10
"""How long a process may take to end after a signal, before it gets a stronger one."""


def run_guarded(command: Sequence[str]) -> int:
    """Run the command in a process group of its own until it ends or nobody needs it; returns its exit status.

    Nothing of its group is left when this returns.
    """
    asked = threading.Event()
    for name in ENDING:
        signal.signal(name, lambda *_: asked.set())
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603
    threading.Thread(target=_wait_for_end, args=(asked,), daemon=True).start()
    while child.poll() is None and not asked.wait(0.2):
        pass
    with suppress(ProcessLookupError):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            os.killpg(child.pid, name)
            _wait_for_group(child)
    return child.wait()


def _wait_for_end(asked: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    asked.set()


def _wait_for_group(leader: subprocess.Popen[bytes]) -> None:
    """Wait a while for the end of a process group; raises ProcessLookupError as soon as it has ended."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        leader.poll()  # or it would stay in the group after its end
        os.killpg(leader.pid, 0)
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(run_guarded(sys.argv[1:]))
