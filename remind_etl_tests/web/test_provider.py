"""Sign-in by OpenID Connect, at a real provider on loopback."""

import base64
import hashlib
import json
import re
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPResponse
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from pydantic import SecretStr

from remind_etl.catalogue import pages as texts
from remind_etl.decided.page_users import NOBODY_KNOWN
from remind_etl.errors import TransientError, UsageError
from remind_etl.web import attempts
from remind_etl.web.app import create_app
from remind_etl.web.provider import GOING_SECONDS, RETURN_PATH, Going, OpenIdProvider
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.browser import Answer, Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, SECRET, Pages, write_locked

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its libraries say that they will change
    from oidc_provider_mock import app as provider_app
    from oidc_provider_mock._server import _threaded_server

CLIENT = "pages"


@dataclass
class Provider:
    """A provider and what it was asked; it refuses a code whose verifier does not fit, as providers with PKCE do."""

    address: str = ""
    challenges: list[str] = field(default_factory=list)
    spoil: Callable[[str, bytes], bytes] = lambda _, body: body
    """Changes an answer of the provider, by its path."""

    def __post_init__(self) -> None:
        self.app = provider_app(require_nonce=True)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        """Answer a request."""
        path, asked = environ["PATH_INFO"], parse_qs(environ["QUERY_STRING"])
        if path == "/oauth2/authorize":
            assert asked["code_challenge_method"] == ["S256"]
            self.challenges.append(asked["code_challenge"][0])
        if path == "/oauth2/token":
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = _Again(sent)
            verifier = parse_qs(sent.decode())["code_verifier"][0]
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            assert digest == self.challenges[-1]
        told: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = b"".join(self.app(environ, lambda *given: told.extend(given)))
        body = self.spoil(path, body)
        headers = [(name, value) for name, value in told[1] if name.lower() != "content-length"]
        start(told[0], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def knows(self, sub: str, **claims: object) -> None:
        """Let a person have an account there, whose email is verified if the claims do not say otherwise."""
        sent = json.dumps({"email": sub, "email_verified": True, **claims}).encode()
        url = f"{self.address}/users/{quote(sub)}"
        request = urllib.request.Request(url, sent, {"Content-Type": "application/json"}, method="PUT")  # noqa: S310 - loopback
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - loopback


class _Again:
    """A body of a request that was read already."""

    def __init__(self, sent: bytes) -> None:
        self.sent = sent

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        end = len(self.sent) if size < 0 else size
        part, self.sent = self.sent[:end], self.sent[end:]
        return part


@dataclass
class Signing:
    """The pages with this provider."""

    pages: Pages
    provider: Provider

    def at_provider(self, browser: Browser, email: str) -> str:
        """Begin in the pages and agree at the provider; the address that it sends the browser back to."""
        with _unfollowed(browser, f"{self.pages.base}/sign-in/provider") as begun:
            asked = begun.headers["Location"]
        assert asked.startswith(f"{self.provider.address}/oauth2/authorize?")
        agreed = urllib.request.Request(asked, urlencode({"sub": email}).encode())  # noqa: S310 - loopback
        with _opener().open(agreed, timeout=10) as answer:
            return str(answer.headers["Location"])

    def sign_in(self, browser: Browser, email: str) -> Answer:
        """Do the whole sign-in."""
        return browser.get(self.at_provider(browser, email).removeprefix(self.pages.base))


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp

    http_error_303 = http_error_302


def _opener(*handlers: Any) -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_Stay(), *handlers)


def _unfollowed(browser: Browser, url: str) -> HTTPResponse:
    answer: HTTPResponse = _opener(urllib.request.HTTPCookieProcessor(browser.jar)).open(url, timeout=10)
    return answer


@pytest.fixture
def signing(pages: Pages) -> Iterator[Signing]:
    provider = Provider()
    with _threaded_server(provider, host="127.0.0.1") as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        yield from _served(pages, provider)


def _served(pages: Pages, provider: Provider, has_passwords: bool = True) -> Iterator[Signing]:
    client = OpenIdProvider(provider.address, CLIENT, SecretStr("hush"), "", "Example School ID")
    site = replace(Site.of_settings(), provider=client, has_passwords=has_passwords)
    with serving(create_app(site, SECRET)) as base:
        client.return_url = f"{base}{RETURN_PATH}"
        yield Signing(replace(pages, base=base), provider)


def _audit(pages: Pages) -> list[tuple[int, str]]:
    return [(event.user_id, event.what) for event in pages.decisions.sign_ins(10)]


@pytest.mark.parametrize(("email", "first"), [(ADMIN, "/d/oak"), (OPERATOR, "/")])
def test_whoever_exists_with_the_verified_email_signs_in(signing: Signing, email: str, first: str) -> None:
    browser = Browser(signing.pages.base)
    assert "Sign in with Example School ID" in browser.get("/sign-in").text
    signing.provider.knows(email, email=email.upper())

    answer = signing.sign_in(browser, email)

    assert (answer.status, answer.path) == (200, first)
    assert "code=" not in answer.path
    assert _audit(signing.pages)[0][1] == "signed in by provider"
    signing.pages.decisions.new_page_password(email)
    assert browser.get("/d/oak").path == "/sign-in"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "stranger@example.org"}, texts.UNKNOWN_AT_PROVIDER),
        ({"email": "ada@\u212aexample.org"}, texts.NOT_FROM_PROVIDER),
        ({"email_verified": False}, texts.NOT_FROM_PROVIDER),
        ({"email_verified": None}, texts.NOT_FROM_PROVIDER),
        ({"email": None}, texts.NOT_FROM_PROVIDER),
    ],
)
def test_nobody_else_signs_in_and_nobody_is_added(signing: Signing, claims: Mapping[str, object], said: str) -> None:
    browser = Browser(signing.pages.base)
    signing.provider.knows(ADMIN, **claims)

    answer = signing.sign_in(browser, ADMIN)

    assert (answer.path, said in answer.text) == ("/sign-in", True)
    assert browser.get("/d/oak").path == "/sign-in"
    assert _audit(signing.pages)[0] == (NOBODY_KNOWN, "unknown email")
    assert len(signing.pages.decisions.administrators(OAK)) == 1


def test_a_sign_in_at_the_provider_that_gets_no_answer_of_ours_counts_for_no_limit(
    signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_OF_BOTH", 1)
    browser = Browser(signing.pages.base)
    signing.provider.knows(ADMIN)
    with write_locked(signing.pages.decisions):
        assert signing.sign_in(browser, ADMIN).status == 503

    assert signing.sign_in(browser, ADMIN).path == "/d/oak"
    signing.provider.knows("stranger@example.org")
    for said in (texts.UNKNOWN_AT_PROVIDER, texts.TOO_MANY_SIGN_INS):
        assert said in signing.sign_in(Browser(signing.pages.base), "stranger@example.org").text


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(signing: Signing) -> None:
    signing.provider.knows(ADMIN)
    back = signing.at_provider(Browser(signing.pages.base), ADMIN).removeprefix(signing.pages.base)
    stranger = Browser(signing.pages.base)
    assert texts.NOT_FROM_PROVIDER in stranger.get(back).text  # it began nothing
    signing.at_provider(stranger, ADMIN)
    assert texts.NOT_FROM_PROVIDER in stranger.get(back).text  # another state
    assert texts.NOT_FROM_PROVIDER in stranger.get(f"{RETURN_PATH}?error=access_denied").text

    mine = Browser(signing.pages.base)
    back = signing.at_provider(mine, ADMIN).removeprefix(signing.pages.base)
    assert mine.get(back).path == "/d/oak"
    mine.post("/sign-out")
    assert texts.NOT_FROM_PROVIDER in mine.get(back).text  # once only


def test_a_token_of_another_key_nonce_client_or_time_is_no_answer(signing: Signing) -> None:
    provider = signing.provider
    provider.knows(ADMIN)
    client = OpenIdProvider(provider.address, CLIENT, SecretStr("hush"), f"{signing.pages.base}{RETURN_PATH}", "x")

    def comes_back(email: str = ADMIN) -> tuple[Going, dict[str, str]]:
        url, going = client.begin()
        agreed = urllib.request.Request(url, urlencode({"sub": email}).encode())  # noqa: S310 - loopback
        with _opener().open(agreed, timeout=10) as answer:
            back = parse_qs(urlsplit(str(answer.headers["Location"])).query)
        return going, {name: values[0] for name, values in back.items()}

    going, answer = comes_back()
    assert client.verified_email(going, answer) == ADMIN
    assert client.verified_email(*comes_back()) == ADMIN
    going, answer = comes_back()
    assert client.verified_email(replace(going, nonce="another"), answer) is None
    assert client.verified_email(replace(going, state="another"), answer) is None
    assert client.verified_email(replace(going, since=going.since - GOING_SECONDS - 1), answer) is None
    assert client.verified_email(going, {**answer, "iss": "https://evil.example.org"}) is None
    assert client.verified_email(going, {**answer, "code": "another"}) is None

    # A token without a signature, and one whose claims were changed.
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    provider.spoil = lambda path, body: re.sub(
        rb'"id_token": ?"[^."]+\.([^."]+)\.[^"]+"', f'"id_token": "{unsigned}.\\1."'.encode(), body
    )
    assert client.verified_email(*comes_back()) is None
    provider.spoil = lambda path, body: re.sub(rb'("id_token": ?"[^."]+\.[^."]+\.)[^"]+"', rb'\1AAAA"', body)
    assert client.verified_email(*comes_back()) is None
    provider.spoil = lambda _, body: body
    other = replace(client, client_id="other", _known={})
    going, answer = comes_back()
    assert other.verified_email(going, answer) is None
    client.clock = lambda: going.since + 2 * 3_600
    assert client.verified_email(replace(going, since=client.clock()), comes_back()[1]) is None
    assert client.verified_email(going, answer) is None


def test_a_provider_that_is_silent_or_another_one_is_told_and_nobody_signs_in(pages: Pages) -> None:
    for spoil in (b"", b"<html>", b'{"issuer": "http://127.0.0.1:1"}'):
        provider = Provider(spoil=lambda _, body, spoil=spoil: spoil)  # type: ignore[misc]
        with _threaded_server(provider, host="127.0.0.1") as server:
            provider.address = f"http://127.0.0.1:{server.server_port}"
            (signing,) = [*_served_once(pages, provider)]
            assert signing.status == 503
            assert texts.PROVIDER_SILENT in signing.text
    gone = OpenIdProvider("http://127.0.0.1:1", CLIENT, SecretStr(""), "", "x")
    with pytest.raises(TransientError):
        gone.begin()


def _served_once(pages: Pages, provider: Provider) -> Iterator[Answer]:
    for signing in _served(pages, provider):
        yield Browser(signing.pages.base).get("/sign-in/provider")


def test_passwords_can_be_switched_off(pages: Pages) -> None:
    provider = Provider()
    with _threaded_server(provider, host="127.0.0.1") as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        for signing in _served(pages, provider, has_passwords=False):
            browser = Browser(signing.pages.base)
            assert 'type="password"' not in browser.get("/sign-in").text
            with_form = Browser(pages.base, browser.jar)
            with_form.get("/sign-in")
            browser.token = with_form.token
            answer = browser.post("/sign-in", {"email": ADMIN, "password": pages.passwords[ADMIN]})
            assert answer.status == 404
            provider.knows(ADMIN)
            assert signing.sign_in(browser, ADMIN).path == "/d/oak"


def test_a_session_ends_when_nobody_may_sign_in_any_more_the_way_it_began(pages: Pages) -> None:
    by_password = pages.browser(ADMIN)
    provider = Provider()
    with _threaded_server(provider, host="127.0.0.1") as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        for signing in _served(pages, provider):
            assert Browser(signing.pages.base, by_password.jar).get("/d/oak").path == "/d/oak"
        for signing in _served(pages, provider, has_passwords=False):
            assert Browser(signing.pages.base, by_password.jar).get("/d/oak").path == "/sign-in"
            provider.knows(ADMIN)
            by_provider = Browser(signing.pages.base)
            assert signing.sign_in(by_provider, ADMIN).path == "/d/oak"
            assert by_provider.get("/d/oak").path == "/d/oak"
    assert Browser(pages.base, by_provider.jar).get("/d/oak").path == "/sign-in"


def test_without_a_provider_its_pages_do_not_exist(pages: Pages) -> None:
    browser = pages.browser()
    assert browser.get("/sign-in/provider").status == 404
    assert browser.get(RETURN_PATH).status == 404
    assert "Sign in with" not in browser.get("/sign-in").text


def test_the_settings_of_a_provider_are_whole_or_refused(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_SIGN_IN", "provider")
    with pytest.raises(UsageError, match="nobody can sign in"):
        Site.of_settings()
    monkeypatch.setenv("REMIND_ETL_OIDC_ISSUER", "http://accounts.example.org")
    with pytest.raises(UsageError, match="REMIND_ETL_OIDC_ISSUER"):
        Site.of_settings()
    monkeypatch.setenv("REMIND_ETL_OIDC_ISSUER", "https://accounts.example.org")
    with pytest.raises(UsageError, match="REMIND_ETL_OIDC_CLIENT_ID"):
        Site.of_settings()
    monkeypatch.setenv("REMIND_ETL_OIDC_CLIENT_ID", "pages")
    with pytest.raises(UsageError, match="REMIND_ETL_WEB_ORIGIN"):
        Site.of_settings()
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org/")
    site = Site.of_settings()
    assert site.provider is not None
    assert site.provider.return_url == f"https://sync.example.org{RETURN_PATH}"
    assert not site.has_passwords
