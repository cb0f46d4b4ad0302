"""Processes that are started end with the process that started them, however that ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from remind_etl.cli.serve import signals_raised
from remind_etl.demo import RunningDagster, only_demo
from remind_etl.errors import OperatorError, UsageError
from remind_etl.orchestration import guard
from remind_etl.orchestration.guard import ENDING

PATIENCE_SECONDS: Final = 60

LONG: Final = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'w'), flush=True); time.sleep(600)"
"""A program that writes its process id and goes on."""

SHORT: Final = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {LONG!r}, sys.argv[1]])
while not os.path.exists(sys.argv[1]) or not os.path.getsize(sys.argv[1]):
    time.sleep(0.05)
"""
"""A program that starts the long one and ends."""

ABOVE: Final = """
import subprocess, sys, time
subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True)
time.sleep(600)
"""
"""A program that starts a guard and goes on."""


def _guarded(program: str, note: Path) -> list[str]:
    return [sys.executable, "-m", guard.__name__, sys.executable, "-c", program, str(note)]


def _noted(note: Path) -> int:
    """The process id that a program wrote."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if note.exists() and (text := note.read_text()):
            return int(text)
        time.sleep(0.05)
    raise AssertionError("the program did not start")


def _ends(process_id: int) -> bool:
    """True if the process ends in time."""
    until = time.monotonic() + PATIENCE_SECONDS
    with suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.kill(process_id, 0)
            state = Path(f"/proc/{process_id}/stat")
            if state.exists() and ") Z " in state.read_text():
                return True
            time.sleep(0.05)
        return False
    return True


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_what_is_guarded_ends_when_a_signal_ends_the_process_above(tmp_path: Path, name: signal.Signals) -> None:
    def end_at_signals() -> None:  # jobs in the background may ignore them
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_DFL)

    command = [sys.executable, "-c", ABOVE, *_guarded(LONG, tmp_path / "note")]
    with subprocess.Popen(command, preexec_fn=end_at_signals) as above:  # noqa: S603
        started = _noted(tmp_path / "note")

        above.send_signal(name)
        above.wait(timeout=60)

    assert _ends(started)


def test_what_a_guarded_command_left_behind_ends_with_it(tmp_path: Path) -> None:
    command = _guarded(SHORT, tmp_path / "note")
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as above:  # noqa: S603
        assert above.wait() == 0

    assert _ends(_noted(tmp_path / "note"))


def test_no_second_demo_starts_while_anything_of_the_first_runs(tmp_path: Path) -> None:
    with only_demo(tmp_path / "demo.lock") as lock:
        command = _guarded(LONG, tmp_path / "note")
        left = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, start_new_session=True, pass_fds=(lock,)
        )
        _noted(tmp_path / "note")

    with pytest.raises(UsageError, match="A demo is running"), only_demo(tmp_path / "demo.lock"):
        pass
    left.communicate()
    with only_demo(tmp_path / "demo.lock"):
        pass


def test_a_demo_whose_dagster_ended_says_so(tmp_path: Path) -> None:
    (tmp_path / "dagster.log").touch()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()

    with pytest.raises(OperatorError, match=r"Dagster ended by itself; see .*log"):
        RunningDagster("http://127.0.0.1:1", ended, tmp_path / "dagster.log").require_running()


def test_a_demo_whose_daemon_ended_says_so_while_dagster_still_ends_its_runs(tmp_path: Path) -> None:
    log = tmp_path / "dagster.log"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as dagster:
        running = RunningDagster("http://127.0.0.1:1", dagster, log)
        log.write_text("Launching Dagster services...\n" * 50_000)
        running.require_running()
        with log.open("a") as end:
            end.write("Exception: dagster-daemon process shut down unexpectedly with return code -9\n")
        with pytest.raises(OperatorError, match=r"Dagster's daemon ended by itself; see .*log"):
            running.require_running()
        dagster.communicate(b"\n")


def _end_twice(name: signal.Signals) -> None:
    with signals_raised():
        try:
            signal.raise_signal(name)
        finally:
            signal.raise_signal(name)


@pytest.mark.parametrize("name", ENDING)
def test_the_first_signal_ends_the_demo_and_a_second_does_not_disturb_its_end(name: signal.Signals) -> None:
    before = [signal.getsignal(ending) for ending in ENDING]
    with pytest.raises(KeyboardInterrupt):
        _end_twice(name)

    assert [signal.getsignal(ending) for ending in ENDING] == before
