import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

import duckdb
import pytest

from remind_etl.errors import is_interruption
from remind_etl.orchestration.signals import kill_as_ctrl_c, watching_signals
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.connection import Warehouse

DISTRICT = DistrictId("blockton")
LONG = "select sum(list_sum(list_transform(range(4000), lambda i: (i * n) % 7))) from range(1000000) as numbers(n)"
"""A statement of long tasks: DuckDB looks for a signal after 100,000 rows of it, and for an interruption after 2,048."""
SOON_SECONDS = 2


def _run_until_signal(warehouse: Warehouse, number: signal.Signals) -> None:
    with watching_signals(repeats=False), warehouse.transaction(DISTRICT) as db:
        threading.Thread(target=_send, args=(number,), daemon=True).start()
        db.execute(LONG)


def _send(number: signal.Signals) -> None:
    time.sleep(0.3)
    os.kill(os.getpid(), number)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse", memory="200MB", threads=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_long_statement_within_two_seconds(warehouse: Warehouse, number: signal.Signals) -> None:
    before = signal.signal(number, signal.default_int_handler)
    started = time.monotonic()
    try:
        with pytest.raises((KeyboardInterrupt, RuntimeError, duckdb.Error)) as ended:
            _run_until_signal(warehouse, number)
    finally:
        signal.signal(number, before)
    took = time.monotonic() - started

    assert is_interruption(ended.value)
    assert took < 0.3 + SOON_SECONDS


MEMORY: Final = """
import sys
from remind_etl.cli.commands import app
from remind_etl.sample import generate
from remind_etl.warehouse.memory import memory_database
from remind_etl.warehouse.reading import published_tables_of

def wait(*_):
    with {opened} as db:
        print("ready", flush=True)
        db.execute({long!r})

generate.write_sample = wait
app(["sample", sys.argv[1], "--students", "1", "--seed", "1"])
"""
OPENED: Final = ("memory_database()", "published_tables_of({})")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("opened", OPENED)
def test_a_signal_ends_a_command_within_a_long_statement_beside_runs(
    opened: str, number: signal.Signals, tmp_path: Path
) -> None:
    script = MEMORY.format(opened=opened, long=LONG)
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, str(tmp_path / "sample")],
        env={**os.environ, "REMIND_ETL_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # jobs in the background may ignore it
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        time.sleep(0.3)
        running.send_signal(number)
        _, said = running.communicate(timeout=SOON_SECONDS)

    assert (running.returncode, said.count("\n"), "was ended from outside" in said) == (130, 1, True)


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with kill_as_ctrl_c():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_run_within_a_command_repeats_a_signal_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remind_etl.orchestration.signals.REPEAT_SECONDS", 0.2)
    came = []
    before = signal.signal(signal.SIGINT, lambda *_: came.append(1))
    try:
        with watching_signals(repeats=False) as outer:
            with watching_signals(repeats=True) as asked:
                signal.raise_signal(signal.SIGINT)
                assert asked.wait(SOON_SECONDS)
                time.sleep(1)
            repeated = len(came)
            time.sleep(0.5)
    finally:
        signal.signal(signal.SIGINT, before)

    assert outer is asked
    assert repeated > 2
    assert len(came) == repeated


def test_after_the_end_of_a_run_signals_are_told_to_whom_they_were_before() -> None:
    with watching_signals(repeats=True), watching_signals(repeats=False):
        pass
    assert signal.set_wakeup_fd(-1) == -1


def test_the_end_of_a_run_does_not_wait_for_a_signal() -> None:
    started = time.monotonic()
    with watching_signals(repeats=True) as asked:
        pass
    assert not asked.is_set()
    assert time.monotonic() - started < 1
