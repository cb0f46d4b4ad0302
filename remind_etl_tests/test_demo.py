"""The demo as a newcomer starts it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from remind_etl import demo, settings
from remind_etl.decided.store import DecisionStore
from remind_etl.demo import RunningDagster, await_page
from remind_etl.errors import OperatorError

pytestmark = pytest.mark.server


COMMAND: Final = [str(Path(sys.executable).with_name("remind-etl")), "demo"]


def _environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REMIND_ETL_", "DAGSTER_"))}
    return {**kept, "REMIND_ETL_HOME": str(home)}


def _demo(home: Path) -> subprocess.CompletedProcess[str]:
    """Run the demo once, in a folder with a file that has the name of a library."""
    folder = home.parent / "begun here"
    folder.mkdir()
    (folder / "gql.py").write_text("raise RuntimeError\n")
    environment = _environment(home)
    return subprocess.run(  # noqa: S603
        [*COMMAND, "--once"],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=840,
    )


def _started_by(demo: subprocess.Popen[str]) -> dict[int, str]:
    """All processes that the demo started, also through others: their ids and commands."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)  # noqa: S607
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    found = {demo.pid: ""}
    while new := {int(row[0]): row[-1] for row in rows if int(row[1]) in found and int(row[0]) not in found}:
        found |= new
    del found[demo.pid]
    return found


def _are_gone(processes: Collection[int]) -> bool:
    """True if all of the processes end within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True)  # noqa: S607
        alive = {int(row[0]) for row in map(str.split, listed.stdout.splitlines()) if not row[1].startswith("Z")}
        if not alive & {*processes}:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_a_signal_ends_leaves_no_process(tmp_path: Path, name: signal.Signals) -> None:
    with subprocess.Popen(COMMAND, env=_environment(tmp_path / "home"), stderr=subprocess.PIPE, text=True) as demo:  # noqa: S603
        assert demo.stderr
        assert next(line for line in demo.stderr if line.startswith("Dagster on"))
        started = _started_by(demo)
        demo.send_signal(name)
        rest = demo.stderr.read().splitlines() if name is signal.SIGTERM else []

    assert len(started) > 3
    assert _are_gone(started)
    said = "The demo was ended while the three districts were synced. Nothing of it runs any more. Start it again."
    assert (demo.returncode, rest[-1:]) == ((130, [said]) if name is signal.SIGTERM else (-signal.SIGKILL, []))


def test_a_demo_that_is_ended_in_a_run_names_its_district_and_the_next_start_delivers_all_three(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with subprocess.Popen(COMMAND, env=_environment(home), stderr=subprocess.PIPE, text=True) as begun:  # noqa: S603
        assert begun.stderr
        assert next(line for line in begun.stderr if line.startswith("birch: "))
        _await_step_of_run(home)
        begun.send_signal(signal.SIGTERM)
        *_, said = begun.stderr.read().splitlines()

    assert begun.returncode == 130
    named = re.search(r"Nothing of it runs any more. The run of ([a-z, ]+) was interrupted\.", said)
    assert named, said
    assert {*re.split(", | and ", named[1])} <= {"maple", "cedar", "birch"}
    assert said.endswith(demo.NEXT_START)
    again = _demo(home)
    assert again.returncode == 0, again.stderr


def _await_step_of_run(home: Path) -> None:
    """Wait until a run of the demo has begun a step."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        if [*home.glob("warehouse/*.duckdb")]:
            return
        time.sleep(0.2)
    pytest.fail("no run began a step")


def test_the_end_of_a_demo_tells_interrupted_runs_from_those_that_waited() -> None:
    told = str(demo.CutShort(("birch", "oak"), ("maple",)))

    assert told.startswith(
        "The run of birch and oak was interrupted. The run of maple had not begun. What was delivered "
    )
    assert told.endswith(f"{demo.NEXT_START} Other districts have a new run at night, or by `remind-etl sync`: oak.")
    assert str(demo.CutShort()) == ""


def test_a_demo_whose_daemon_dies_says_so_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(COMMAND, env=_environment(tmp_path / "home"), stderr=subprocess.PIPE, text=True) as demo:  # noqa: S603
        assert demo.stderr
        assert next(line for line in demo.stderr if line.startswith("Dagster on"))
        started = _started_by(demo)
        (daemon,) = [process for process, command in started.items() if "dagster._daemon" in command]
        os.kill(daemon, signal.SIGKILL)
        said = demo.stderr.read()

    assert demo.returncode == 3
    assert "Dagster's daemon ended by itself; see " in said
    assert _are_gone(started)


def test_the_demo_delivers_three_districts_also_if_the_usual_ports_are_taken(tmp_path: Path) -> None:
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
    assert rows["SIS Sync pages"][1].startswith("http://127.0.0.1:")
    decisions = DecisionStore(f"sqlite:///{tmp_path / 'home' / 'decisions.db'}")
    for district in ("maple", "cedar", "birch"):
        email = f"{district}@example.org"
        user = decisions.signed_in(email, rows[f"sign in as {email}"][1])
        assert user is not None
        assert user.districts == (district,)


def test_the_demo_takes_another_port_if_a_program_took_the_chosen_one_before_dagster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    serve_pages = demo._pages
    taken: list[str] = []
    with contextlib.ExitStack() as stack:

        def take_port(home: settings.Home, sftp_port: int, dagster: str, port: int) -> AbstractContextManager[str]:
            """Take the port that was chosen for Dagster at the first time; then serve the pages."""
            if not taken:
                taken.append(dagster)
                stack.enter_context(socket.create_server(("127.0.0.1", urlsplit(dagster).port or 0)))
            return serve_pages(home, sftp_port, dagster, port)

        monkeypatch.setattr(demo, "_pages", take_port)
        with demo.Demo():
            (address,) = re.findall(r"^Dagster on (\S+)", capfd.readouterr().err, re.MULTILINE)
            assert address not in taken
            urllib.request.urlopen(f"{address}/server_info", timeout=30).close()  # noqa: S310 - loopback


INFO: Final = '{"data": {"instance": {"info": "run_storage:\\n  base_dir: %s/history"}}}'
"""What Dagster's webserver says of its instance, in short."""


@contextlib.contextmanager
def _answering(*answers: bytes, log: Path) -> Iterator[RunningDagster]:
    """A Dagster that lives, on a port where something gives these answers, one a connection. All are asked for."""
    log.touch()
    with socket.create_server(("127.0.0.1", 0)) as listening, subprocess.Popen(["sleep", "60"]) as alive:  # noqa: S607

        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield RunningDagster(f"http://127.0.0.1:{listening.getsockname()[1]}", alive, log)
        finally:
            alive.kill()
        thread.join(10)
    assert not thread.is_alive()


def _page(text: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def test_the_demo_waits_as_long_as_a_run_goes_on() -> None:
    now = 0.0
    patience = demo.Patience(300, lambda: now)
    for now, steps, is_over in ((0, 0, False), (299, 1, False), (598, 1, False), (599, 1, True), (600, 2, False)):
        assert patience.is_over({"maple": steps}) == is_over, now


def test_the_demo_waits_on_while_dagster_lives_and_answers_nothing_or_nonsense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    nonsense = (b"", b"no status\r\n\r\n", _page(""), _page("<html>"))
    with _answering(*nonsense, _page(INFO % tmp_path), log=tmp_path / "dagster.log") as running:
        await_page(running)


def test_the_demo_takes_no_page_of_another_dagster_for_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "own"))
    other = _page(INFO % (tmp_path / "other"))
    with (
        _answering(other, log=tmp_path / "dagster.log") as running,
        pytest.raises(OperatorError, match=r"^Another Dagster has "),
    ):
        await_page(running)


def test_the_demo_says_at_once_that_another_program_has_the_port_of_dagster(tmp_path: Path) -> None:
    log = tmp_path / "dagster.log"
    log.write_text("ERROR:    [Errno 98] error while attempting to bind on address")
    with _answering(log=log) as running, pytest.raises(OperatorError, match=r"^Another program has "):
        await_page(running)
