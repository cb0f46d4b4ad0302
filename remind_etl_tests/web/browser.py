"""A browser without a screen: it keeps cookies, follows redirects, and sends the forms that it was shown."""

import html
import re
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.cookiejar import CookieJar
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode

INPUT: Final = re.compile(r'<input [^>]*?name="([^"]+)" value="([^"]*)"')
TOKEN: Final = re.compile(r'name="token" value="([^"]+)"')
Form = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What a request got, after redirects."""

    status: int
    path: str
    headers: Message
    text: str


@dataclass
class Browser:
    """A person's browser at the pages."""

    base: str
    jar: CookieJar = field(default_factory=CookieJar)
    token: str = ""
    """The token of the form that was shown last."""
    inputs: dict[str, str] = field(default_factory=dict)
    """The values of all input fields of the page that was shown last, by name."""

    def get(self, path: str, method: str = "GET") -> Answer:
        """Open a page, perhaps in another way than a browser does."""
        return self._open(urllib.request.Request(self.base + path, method=method))  # noqa: S310 - loopback

    def post(self, path: str, form: Form | None = None) -> Answer:
        """Send a form with the token of the page that was shown last."""
        sent = urlencode({"token": self.token, **(form or {})}, doseq=True).encode()
        return self._open(urllib.request.Request(self.base + path, sent))  # noqa: S310 - loopback

    def post_files(self, path: str, field_name: str, files: Mapping[str, bytes]) -> Answer:
        """Send files in a field of a form, with the token of the page that was shown last."""
        border = "the border of the parts"
        parts = [f'--{border}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{self.token}\r\n'.encode()]
        for name, content in files.items():
            head = f'--{border}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{name}"\r\n'
            parts.append(f"{head}Content-Type: text/csv\r\n\r\n".encode() + content + b"\r\n")
        headers = {"Content-Type": f'multipart/form-data; boundary="{border}"'}
        sent = b"".join([*parts, f"--{border}--\r\n".encode()])
        return self._open(urllib.request.Request(self.base + path, sent, headers))  # noqa: S310 - loopback

    def sign_in(self, email: str, password: str) -> Answer:
        """Fill in the form of the first page."""
        self.get("/sign-in")
        return self.post("/sign-in", {"email": email, "password": password})

    def _open(self, request: urllib.request.Request) -> Answer:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            answer = opener.open(request, timeout=120)
        except HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode(errors="replace")
            found = Answer(answer.status, answer.url.removeprefix(self.base), answer.headers, text)
        if token := TOKEN.search(text):
            self.token = token[1]
            self.inputs = {name: html.unescape(value) for name, value in INPUT.findall(text)}
        return found
