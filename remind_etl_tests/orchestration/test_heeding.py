import os
import signal
import threading
import time
from pathlib import Path

import duckdb
import pytest

from remind_etl.errors import is_interruption
from remind_etl.orchestration.heeding import heeding
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.connection import Warehouse

DISTRICT = DistrictId("blockton")
LONG = "select sum(list_sum(list_transform(range(4000), lambda i: (i * n) % 7))) from range(1000000) as numbers(n)"
"""A statement of long tasks: DuckDB looks for a signal after 100,000 rows of it, and for an interruption after 2,048."""
SOON_SECONDS = 2


def _run_until_signal(warehouse: Warehouse, number: signal.Signals) -> None:
    with heeding(repeats=False), warehouse.transaction(DISTRICT) as db:
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


def test_after_the_end_of_a_run_signals_are_told_to_whom_they_were_before() -> None:
    with heeding(repeats=True), heeding(repeats=False):
        pass
    assert signal.set_wakeup_fd(-1) == -1


def test_the_end_of_a_run_does_not_wait_for_a_signal() -> None:
    started = time.monotonic()
    with heeding(repeats=True) as asked:
        pass
    assert not asked.is_set()
    assert time.monotonic() - started < 1
