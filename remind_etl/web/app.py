"""The application: its pages, and what stands before all of them."""

import logging
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from remind_etl.catalogue import pages as texts
from remind_etl.errors import DatabaseSilent, OperatorError, RemindEtlError, TransientError, UsageError
from remind_etl.files.durable import replace_file
from remind_etl.operations.all_standings import AllStandings
from remind_etl.web.attempts import Attempts
from remind_etl.web.endpoints import user_of
from remind_etl.web.headers import SecurityHeaders
from remind_etl.web.pages import (
    check,
    districts,
    find,
    history,
    holds,
    operators,
    overview,
    problems,
    progress,
    schools,
    sign_in,
    sync_details,
    sync_now,
)
from remind_etl.web.searches import Searches
from remind_etl.web.site import Site
from remind_etl.web.visit import MOST_BYTES, SESSION_SECONDS, Visit

_LOG: Final = logging.getLogger(__name__)

COOKIE = "remind_etl_session"
SECRET_LENGTH = 48

TOO_MANY_FILES = "Too many files"
"""How Starlette's error of a form with too many files begins; other errors have the same status."""

REFUSALS = {
    400: ("Not understood", texts.NOT_UNDERSTOOD),
    405: ("Not opened", texts.WRONG_WAY),
    408: ("Not received", texts.TOO_SLOW),
    413: ("Too large", texts.TOO_LARGE),
}
"""The titles and sentences of other refusals than of an unknown page."""

ROUTES = (
    *sign_in.ROUTES,
    *districts.ROUTES,
    *overview.ROUTES,
    *progress.ROUTES,
    *sync_details.ROUTES,
    *sync_now.ROUTES,
    *schools.ROUTES,
    *problems.ROUTES,
    *holds.ROUTES,
    *find.ROUTES,
    *history.ROUTES,
    *check.ROUTES,
    *operators.ROUTES,
)


def create_app(site: Site, secret: str, is_tls: bool = False, hosts: Sequence[str] = ("*",)) -> ASGIApp:
    """The pages of a site; `secret` signs the sessions, `is_tls` keeps their cookie to TLS.

    `hosts` are the names under which browsers may ask, without the port; `*` is any.
    """
    routes: list[Route | Mount] = [
        *ROUTES,
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
            Middleware(
                SessionMiddleware,
                secret_key=secret,
                session_cookie=COOKIE,
                max_age=SESSION_SECONDS,
                same_site="lax",
                https_only=is_tls,
            ),
        ],
        exception_handlers={
            HTTPException: _not_answered,
            UsageError: _refused,
            DatabaseSilent: _silent,
            TransientError: _busy,
            OperatorError: _ours,
            Exception: _own_error,
        },
        max_body_size=MOST_BYTES,
    )
    app.router.redirect_slashes = False
    app.state.site = site
    app.state.attempts = Attempts()
    app.state.standings = AllStandings(site.standings())
    app.state.grouped = districts.Grouped()
    app.state.looks = sync_now.Looks()
    app.state.searches = Searches()
    app.state.schools = {}
    return SecurityHeaders(TooLargeInWords(app), is_tls)  # outside of all, so that the page of an error has them too


class TooLargeInWords:
    """Answers a request that is too large with a page. Starlette's own limit answers so with two words."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_refused = False

        async def in_words(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start" and message["status"] == 413:
                is_refused = True
            if not is_refused:
                await send(message)

        await self.app(scope, receive, in_words)
        if is_refused:
            page = _not_taken(Request(scope), 413)
            await page(scope, receive, send)


def session_secret(file: Path) -> str:
    """The secret that signs sessions, made at the first use. Whoever deletes the file ends all sessions."""
    if not file.exists() or len(file.read_text()) < SECRET_LENGTH:
        replace_file(file, secrets.token_urlsafe(48).encode())
    return file.read_text()


def _not_answered(request: Request, error: Exception) -> Response:
    if meant := _page_meant(request, error):
        return RedirectResponse(meant, 303)
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (404, None)
    if isinstance(error, HTTPException) and error.detail.startswith(TOO_MANY_FILES):
        return _not_taken(request, status)
    title, message = REFUSALS.get(status, ("Not found", texts.NOT_FOUND))
    page = _message(request, status, title, message)
    page.headers.update(headers or {})
    if status == 405 and (allowed := _allowed_methods(request)):
        page.headers["Allow"] = ", ".join(sorted(allowed))
    return page


def _page_meant(request: Request, error: Exception) -> str:
    """The page of a district to which an address belongs that is opened, but only takes forms; blank if there is none.

    Browsers keep such an address if a form was answered with a page. Whether the district exists is not looked up.
    """
    if not isinstance(error, HTTPException) or request.method not in ("GET", "HEAD"):
        return ""
    path = request.url.path
    if error.status_code == 404 and re.fullmatch("/d/[^/]+/", path):
        return path.removesuffix("/")
    while error.status_code == 405 and re.fullmatch("/d/[^/]+/.+", path):
        path = path.rpartition("/")[0]
        if any(route.matches({**request.scope, "path": path})[0] is Match.FULL for route in ROUTES):
            return path
    return ""


def _not_taken(request: Request, status: int) -> Response:
    """Why so much was not taken, with the way back to the form of files."""
    path, (title, message) = request.url.path, REFUSALS[status]
    if not re.fullmatch("/d/[^/]+/check", path):
        return _message(request, status, title, message)
    too_many = texts.FILES_OVER_LIMIT.format(most=check.MOST_FILES)
    says = too_many if status == 400 else texts.TOO_LARGE_FILES.format(most=check.MOST_BYTES // 1_000_000)
    shown = {"title": title, "message": says, "form": path, "form_name": "Check files"}
    return Visit(request.app.state.site, request).page("message.html", status, **shown)


def _allowed_methods(request: Request) -> set[str]:
    """The methods of all routes of the address: each route knows only its own."""
    of_address = [route for route in ROUTES if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in of_address for method in route.methods or ()}


def _refused(request: Request, error: Exception) -> Response:
    return _message(request, 409, "Not done", str(error))


def _busy(request: Request, error: Exception) -> Response:
    return _message(request, 503, "Busy", texts.BUSY)


def _silent(request: Request, error: Exception) -> Response:
    return _message(request, 503, "No answer", texts.DATABASE_SILENT)


def _ours(request: Request, error: Exception) -> Response:
    """Say that we must act; the reason is for operators alone, and for the log."""
    _LOG.error("A page was answered with 503: %s", error)
    return _message(request, 503, "Not possible now", str(error) if _is_of_operator(request) else texts.WE_MUST_ACT)


def _is_of_operator(request: Request) -> bool:
    """True if an operator makes the request; False too if that cannot be read, because of the same error."""
    try:
        user = user_of(request, request.app.state.site)
    except RemindEtlError:
        return False
    return user is not None and user.is_operator


def _own_error(request: Request, error: Exception) -> Response:
    return _message(request, 500, "Something failed", texts.OWN_ERROR)


def _message(request: Request, status: int, title: str, message: str) -> Response:
    return Visit(request.app.state.site, request).page("message.html", status, title=title, message=message)
