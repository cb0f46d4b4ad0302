"""The demo as a newcomer starts it."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.server


def _demo(home: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("REMIND_ETL_", "DAGSTER_"))}
    command = [str(Path(sys.executable).with_name("remind-etl")), "demo", "--once"]
    environment["REMIND_ETL_HOME"] = str(home)
    return subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


def test_the_demo_walks_three_districts_also_where_the_usual_ports_are_taken(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        for port in (2222, 3000):
            with contextlib.suppress(OSError):  # taken already, which is as good
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
        done = _demo(tmp_path / "home")

    assert done.returncode == 0, done.stderr
    rows = {line.split("\t")[0]: line.split("\t") for line in done.stdout.splitlines()}
    assert rows["maple"][1] == "synced"
    assert rows["cedar"][1] == "synced_with_errors"
    assert rows["birch"][1] == "waiting_for_schools"
    assert int(rows["maple"][4]) == 600
