"""Processes of their own for tests, forked from one that has imported all that a command or a run needs.

Importing Dagster and Great Expectations takes longer than most commands. That `remind-etl` starts by itself is shown by
the tests that take the script.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["remind_etl_tests.preloaded"])
PATIENCE: Final = 240.0


def start(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """A process that runs the function, which must be one of a module."""
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    return process


def command(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `remind-etl` with these arguments in this environment; returns how it ended and what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "stdout", Path(folder) / "stderr"
        process = start(_command, list(arguments), dict(environment), *map(str, said))
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
        assert process.exitcode is not None, arguments
        out, errors = (path.read_text(encoding="utf-8") for path in said)
        return subprocess.CompletedProcess(["remind-etl", *arguments], process.exitcode, out, errors)


def _command(arguments: list[str], environment: dict[str, str], out: str, errors: str) -> None:
    from remind_etl import cli

    for number, file in ((1, out), (2, errors)):
        target = os.open(file, os.O_WRONLY | os.O_CREAT)
        os.dup2(target, number)
        os.close(target)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # where the environment says
    sys.argv = ["remind-etl", *arguments]
    cli.main()
