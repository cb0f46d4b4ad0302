"""A real mail server and a real webhook on loopback."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

USER, PASSWORD = "roster@mail", "it's secret"


@dataclass
class Mailbox:
    """What the mail server took: receivers and mails. `refuses` has receivers that it refuses."""

    port: int
    refuses: set[str] = field(default_factory=set)
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    def url(self, password: str = PASSWORD) -> str:
        """The URL for the settings, as of somebody with this password."""
        return f"smtp://{quote(USER)}:{quote(password)}@127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if not session.authenticated:
            return "530 no login"
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((envelope.rcpt_tos, mail))
        return "250 OK"


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """A mail server that takes mail after a login."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = Mailbox(free.getsockname()[1])
    server = Controller(box, "127.0.0.1", box.port, auth_require_tls=False, authenticator=_authenticate)
    server.start()
    try:
        yield box
    finally:
        server.stop()


@dataclass
class Channel:
    """What the webhook took, and the status with which it answers."""

    url: str = ""
    status: int = 200
    taken: list[str] = field(default_factory=list)


@contextmanager
def running_channel() -> Iterator[Channel]:
    """A webhook."""
    channel = Channel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if channel.status == 200:
                channel.taken.append(said["text"])
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def _answer(self) -> None:
            self.send_response(channel.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        channel.url = f"http://127.0.0.1:{server.server_address[1]}/services/hush"
        try:
            yield channel
        finally:
            server.shutdown()
            thread.join()
