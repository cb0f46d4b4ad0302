"""The operator's commands. They call what the assets call, and read results only from what was published."""

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any, Final

from remind_etl.cli.exit_statuses import ENDED_BY_SIGNAL, error_document
from remind_etl.cli.output import outlive_reader
from remind_etl.configuration.environment import leave_out_plugins

NOT_BEGUN: Final = "Ended from outside before the command began. Nothing changed."

WITH_ALL_LIBRARIES: Final = {"sync", "demo", "web", "undo", "forget", "sftp"}
"""The commands that run the pipeline or publish. Great Expectations needs pandas, and a report needs numpy."""


class WithoutPandas:
    """Lets no module import pandas or numpy: pyarrow does, only to see if a value is of theirs, and that takes long."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Raise ModuleNotFoundError for these two; other modules are found as usual."""
        if fullname in ("pandas", "numpy"):
            raise ModuleNotFoundError(fullname, name=fullname)


def main() -> None:
    """Run the command line."""
    handled = _ending_at_once()
    outlive_reader()
    asked = sys.argv[1] if sys.argv[1:] else ""
    is_short = asked not in WITH_ALL_LIBRARIES
    if is_short:
        sys.meta_path.insert(0, WithoutPandas())
        leave_out_plugins()
    # Imports make many objects and no garbage, and each look for garbage takes time.
    gc.set_threshold(200_000 if is_short else 50_000)
    from remind_etl.cli.command_line import command_line

    called = command_line(asked)
    for number, handler in handled.items():
        signal.signal(number, handler)
    try:
        called()
    except SystemExit as ended:
        if is_short or ended.code == ENDED_BY_SIGNAL:
            _end_at_once(ended.code)
        raise


def _ending_at_once() -> "dict[signal.Signals, Any]":
    """Let a signal end the process at once as long as it only imports; returns the handlers from before."""

    def end(*_: object) -> None:
        answers = {2: NOT_BEGUN}
        if "--json" in sys.argv:
            answers[1] = json.dumps(error_document(NOT_BEGUN, ENDED_BY_SIGNAL))
        for stream, text in answers.items():
            with suppress(OSError):  # nobody reads it any more
                os.write(stream, f"{text}\n".encode())
        os._exit(ENDED_BY_SIGNAL)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    usual = {number: signal.getsignal(number) for number in numbers if signal.getsignal(number) is not signal.SIG_IGN}
    for number in usual:
        signal.signal(number, end)
    return usual


def _end_at_once(status: str | int | None) -> None:
    """End the process, if it has said all. At its usual end, Python takes each object of the libraries apart.

    That takes a tenth of a second. After an interruption, DuckDB would also complain of each object that is left.
    """
    if not isinstance(status, int):
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):  # the reader has seen enough
            stream.flush()
    os._exit(status)
