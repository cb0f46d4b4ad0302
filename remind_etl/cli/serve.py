"""`sftp`, `web` and `demo`: commands that run until Ctrl-C."""

import signal
import threading
from typing import Annotated

import typer

from remind_etl import settings
from remind_etl.cli import say, stores


def sftp() -> None:
    """Run only the embedded SFTP server, for development. Each district has a login, and our login only reads."""
    from remind_etl.dropped.server import EmbeddedServer

    home = stores.required_home(may_make=True)
    host, port = settings.read().sftp_host, settings.read().sftp_port
    with EmbeddedServer(home.drops, home.sftp, stores.decisions(may_make=True).check_password, host, port) as server:
        say.note(f"Serving sftp://{host}:{server.port}. Press Ctrl-C to end.")
        wait_for_ctrl_c()


def web(
    host: Annotated[str | None, typer.Option(help="The address to listen on. Without it, REMIND_ETL_WEB_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port. Without it, REMIND_ETL_WEB_PORT.")] = None,
) -> None:
    """Serve the SIS Sync pages, where district administrators and operators see results and decide."""
    import uvicorn

    from remind_etl.web.app import create_app, session_secret
    from remind_etl.web.site import Site

    chosen, home = settings.read(), stores.required_home()
    is_tls = chosen.web_origin.startswith("https:")
    app = create_app(Site.of_settings(), session_secret(home.web_secret), is_tls)
    at, on = host or chosen.web_host, chosen.web_port if port is None else port
    say.note(f"Serving {chosen.web_origin or f'http://{at}:{on}'}. Press Ctrl-C to end.")
    uvicorn.run(app, host=at, port=on, access_log=False, log_level="warning", server_header=False)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the table. Exit 0 if every district has the expected status.")
    ] = False,
) -> None:
    """Start everything here, upload the files of three invented districts over SFTP, and show their statuses."""
    from remind_etl.demo import Demo

    with Demo() as running:
        is_right = running.sync_districts()
        running.show()
        if once:
            raise typer.Exit(0 if is_right else 3)
        say.note("Press Ctrl-C to end.")
        wait_for_ctrl_c()


def wait_for_ctrl_c() -> None:
    """Wait until the process is asked to end."""
    asked = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked.set())
    asked.wait()
