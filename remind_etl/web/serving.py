"""Where the pages are served, also in a thread of a process that does other work too, such as the demo."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from remind_etl.errors import UsageError


def require_free_port(host: str, port: int) -> None:
    """Raise UsageError if nothing can listen there, before anybody is told that the pages are served."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"Another program listens on port {port} of {host}. End it, or choose another port with --port."
            ) from None
        raise UsageError(
            f"This machine cannot listen on port {port} of {host}. Choose others with --host and --port."
        ) from None


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The address of the app on loopback, until the context ends; port 0 is any free one.

    Raises OSError if the port is taken.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
