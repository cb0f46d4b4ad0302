"""The measurements of transfers and listings run, with few bytes and few districts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.server
@pytest.mark.parametrize(
    ("script", "size", "says"),
    [
        ("transfer.py", "5", [r"ours [\d,]+ MB/s, OpenSSH sftp [\d,]+ MB/s: [\d.]+"]),
        (
            "listing.py",
            "20",
            [
                r"loopback: 20 districts in [\d.]+ s",
                r"20 ms: 20 districts in [\d.]+ s",
                r"200 districts in \d+ looks of \d s; cursor [\d,]+ bytes",
            ],
        ),
    ],
)
def test_a_measurement_runs_to_its_end(script: str, size: str, says: list[str]) -> None:
    command = [sys.executable, str(BENCH / script), size]
    environment = {**os.environ, "PYTHONPATH": str(BENCH.parent), "COLUMNS": "200"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(says)
    assert all(re.fullmatch(say, line) for say, line in zip(says, lines, strict=True)), lines
