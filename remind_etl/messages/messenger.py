"""Sends messages: to a webhook of the form that Slack knows, and by mail.

Errors name neither the address of the webhook nor a person: both are secret. Every call has a time-out.
"""

import json
import smtplib
import ssl
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Group
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from remind_etl.configuration.known_settings import is_loopback
from remind_etl.errors import MessageNotSent
from remind_etl.messages.events import Receiver
from remind_etl.messages.letters import Letter

TIMEOUT_SECONDS: Final = 10.0
PORTS: Final = {"smtp": 587, "smtps": 465}


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirection: a webhook that moved is a wrong setting."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Messenger:
    """Where messages go. A blank address is a way that is not used."""

    webhook_url: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    operators: Sequence[str] = ()

    @property
    def has_mail(self) -> bool:
        """True if mail can be sent."""
        return bool(self.smtp_url and self.mail_from)

    @property
    def of_operators(self) -> tuple[Receiver, ...]:
        """The ways to the operators."""
        mail = (Receiver.OPERATORS,) if self.has_mail and self.operators else ()
        return (Receiver.WEBHOOK,) * bool(self.webhook_url) + mail

    def post(self, text: str) -> None:
        """Post a text to the webhook. Raises MessageNotSent."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self._ask(Request(self.webhook_url, json.dumps({"text": escaped}).encode(), _JSON, method="POST"))  # noqa: S310

    def reach_webhook(self) -> None:
        """Ask the server of the webhook for anything, and post nothing. Raises MessageNotSent if it does not answer."""
        try:
            self._ask(Request(self.webhook_url, method="HEAD"))  # noqa: S310
        except MessageNotSent as error:
            if not isinstance(error.__cause__, HTTPError):
                raise

    def reach_mail_server(self) -> None:
        """Sign in to the mail server, and send nothing. Raises MessageNotSent if that fails."""
        with self.mail():
            pass

    def _ask(self, request: Request) -> None:
        try:
            build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS).close()
        except HTTPError as error:
            error.close()
            raise MessageNotSent(f"The webhook answered with the status {error.code}.") from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise MessageNotSent(f"The webhook did not answer ({type(reason).__name__}).") from error

    @contextmanager
    def mail(self) -> Iterator["Mail"]:
        """A session with the mail server. Raises MessageNotSent if there is none."""
        with _explained():
            server = _connected(urlsplit(self.smtp_url))
        try:
            yield Mail(server, self.mail_from)
        finally:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


@dataclass(frozen=True)
class Mail:
    """A session with the mail server."""

    server: smtplib.SMTP
    sender: str

    def send(self, to: Sequence[str], group: str, letter: Letter, key: str) -> None:
        """Send a mail to all these addresses, which do not see each other.

        The same key gives the same id, by which mail programs show a repeated mail once. Raises MessageNotSent if the
        server takes it for none of them.
        """
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = Group(group)
        mail["Subject"] = letter.subject
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = f"<{uuid.uuid5(_IDS, key)}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.body)
        with _explained():
            self.server.send_message(mail, self.sender, list(to))


_JSON: Final = {"Content-Type": "application/json"}
_IDS: Final = uuid.UUID("6f1d6a5e-6d0f-5a61-9f0c-0f6a2b7a1c55")


def _connected(url: SplitResult) -> smtplib.SMTP:
    """A session, encrypted unless the server is on this machine, and signed in if the URL has a user."""
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    try:
        if url.scheme == "smtp" and not is_loopback(host):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what goes wrong into a sentence without an address."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise MessageNotSent("The mail server refused our login.") from error
    except smtplib.SMTPNotSupportedError as error:
        raise MessageNotSent("The mail server offers no TLS, or no login.") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise MessageNotSent("The mail server refused all addresses.") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MessageNotSent(f"The mail server did not take it ({type(error).__name__}).") from error
