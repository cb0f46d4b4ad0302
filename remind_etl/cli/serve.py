"""`web` and `demo`: commands that run until Ctrl-C."""

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from remind_etl import settings
from remind_etl.cli import say, stores
from remind_etl.errors import Interrupted, UsageError, is_interruption
from remind_etl.files.temporary import sweep_temporary
from remind_etl.orchestration.guard import ENDING
from remind_etl.orchestration.signals import kill_as_ctrl_c

LOOPBACK: Final = ("127.0.0.1", "localhost")


def web(
    host: Annotated[str | None, typer.Option(help="The address to listen on. Without it, REMIND_ETL_WEB_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="The port. Without it, REMIND_ETL_WEB_PORT.")
    ] = None,
) -> None:
    """Serve the SIS Sync pages, where district administrators and operators see results and decide."""
    import uvicorn

    from remind_etl.web.app import create_app, session_secret
    from remind_etl.web.serving import require_free_port
    from remind_etl.web.site import Site

    chosen, home = settings.read(), stores.required_home()
    is_tls = chosen.web_origin.startswith("https:")
    at, on = host or chosen.web_host, chosen.web_port if port is None else port
    site = Site.of_settings()
    site.runs()  # loads Dagster's library, for which the first page would wait
    app = create_app(site, session_secret(home.web_secret), is_tls, accepted_hosts(chosen.web_origin, at))
    if not is_tls and at not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError(
            "Passwords need TLS. Set REMIND_ETL_WEB_ORIGIN to the https:// address, or listen on 127.0.0.1."
        )
    require_free_port(at, on)
    sweep_temporary()
    say.note(f"Serving {chosen.web_origin or f'http://{at}:{on}'}. Press Ctrl-C to end.")
    with kill_as_ctrl_c(), _imports_kept():  # each of them is the usual end of a server
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # uvicorn ends its requests at the other two only
            signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
        uvicorn.run(
            app,
            host=at,
            port=on,
            access_log=False,
            log_level="warning",
            server_header=False,
            forwarded_allow_ips=chosen.web_proxies,
        )


def accepted_hosts(origin: str, listens_at: str) -> list[str]:
    """The names by which browsers may ask for the pages: of the address that people enter, and of this host itself.

    An address that stands for all addresses of the host is no name of it.
    """
    names = (urlsplit(origin).hostname, "" if _is_every_address(listens_at) else listens_at, *LOOPBACK)
    return [f"[{name}]" if ":" in name else name for name in names if name]


def _is_every_address(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:  # a name
        return False


@contextmanager
def _imports_kept() -> Iterator[None]:
    """Look for garbage among later objects only: a look at all imports keeps a page waiting for 30 ms and more."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the table. Exit 0 if every district has the expected status.")
    ] = False,
) -> None:
    """Start everything here, upload the files of three invented districts over SFTP, and show their statuses."""
    from remind_etl.demo import Demo

    doing, made = "it started", Demo()
    try:
        with signals_raised(), made as running:
            doing = "the three districts were synced"
            is_right = running.sync_districts()
            running.show()
            doing = ""
            if not once:
                say.note("Press Ctrl-C to end.")
                wait_for_ctrl_c(running.require_dagster)
                say.note("Ending the demo.")
    except (KeyboardInterrupt, Exception) as error:
        if not is_interruption(error):  # a library may make an error of its own of it
            raise
        if doing:
            ended = f"The demo was ended while {doing}. Nothing of it runs any more."
            raise Interrupted(f"{ended} {str(made.cut_short) or 'Start it again.'}") from None
    else:
        if said := str(made.cut_short):
            say.note(said)
        if once:
            raise typer.Exit(0 if is_right else 3)


@contextmanager
def signals_raised() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first signal that ends; later ones must not disturb what it ends."""

    def end(*_: object) -> None:
        for name in ENDING:
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {name: signal.signal(name, end) for name in ENDING}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def wait_for_ctrl_c(look: Callable[[], None] = lambda: None) -> None:
    """Wait until the process is asked to end; `look` is called each second."""
    asked = threading.Event()
    for name in ENDING:
        signal.signal(name, lambda *_: asked.set())
    while not asked.wait(1):
        look()
