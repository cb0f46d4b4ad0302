"""`sftp` and `demo`: what stays up until Ctrl-C."""

import signal
import threading
from typing import Annotated

import typer

from remind_etl import settings
from remind_etl.cli import say, stores


def sftp() -> None:
    """Run the embedded SFTP server alone, for development: a login a district, and ours that only reads."""
    from remind_etl.dropped.server import EmbeddedServer

    home = settings.home()
    host, port = settings.read().sftp_host, settings.read().sftp_port
    with EmbeddedServer(home.drops, home.sftp, stores.decisions().check_password, host, port) as server:
        say.note(f"Serving sftp://{host}:{server.port}; Ctrl-C ends it.")
        wait_for_ctrl_c()


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the table; exit 0 if all came out right.")] = False,
) -> None:
    """Start everything here, upload the files of three invented districts over SFTP, and show what became of them."""
    from remind_etl.demo import Demo

    with Demo() as running:
        is_right = running.walk()
        running.show()
        if once:
            raise typer.Exit(0 if is_right else 3)
        say.note("Ctrl-C ends it.")
        wait_for_ctrl_c()


def wait_for_ctrl_c() -> None:
    """Return when the process is asked to end."""
    asked = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked.set())
    asked.wait()


COMMANDS = (sftp, demo)
