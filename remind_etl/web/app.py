"""The application: its pages, and what stands before all of them."""

import secrets
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from remind_etl.catalogue import pages as texts
from remind_etl.files.durable import replace_file
from remind_etl.web.attempts import Attempts
from remind_etl.web.headers import SecurityHeaders
from remind_etl.web.pages import districts, find, history, holds, overview, problems, schools, sign_in, sync_details
from remind_etl.web.site import Site
from remind_etl.web.visit import SESSION_SECONDS, Visit

COOKIE = "remind_etl_session"

ROUTES = (
    *sign_in.ROUTES,
    *districts.ROUTES,
    *overview.ROUTES,
    *sync_details.ROUTES,
    *schools.ROUTES,
    *problems.ROUTES,
    *holds.ROUTES,
    *find.ROUTES,
    *history.ROUTES,
)


def create_app(site: Site, secret: str, is_tls: bool = False) -> Starlette:
    """The pages of a site; `secret` signs the sessions, `is_tls` keeps their cookie to TLS."""
    routes: list[Route | Mount] = [
        *ROUTES,
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(SecurityHeaders, is_tls=is_tls),
            Middleware(
                SessionMiddleware,
                secret_key=secret,
                session_cookie=COOKIE,
                max_age=SESSION_SECONDS,
                same_site="lax",
                https_only=is_tls,
            ),
        ],
        exception_handlers={HTTPException: _not_found, Exception: _own_error},
    )
    app.state.site = site
    app.state.attempts = Attempts()
    return app


def session_secret(file: Path) -> str:
    """The secret that signs sessions, made at the first use. Whoever deletes the file ends all sessions."""
    if not file.exists():
        replace_file(file, secrets.token_urlsafe(48).encode())
    return file.read_text()


def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _message(request, status, "Not found", texts.NOT_FOUND)


def _own_error(request: Request, error: Exception) -> Response:
    return _message(request, 500, "Something failed", texts.OWN_ERROR)


def _message(request: Request, status: int, title: str, message: str) -> Response:
    return Visit(request.app.state.site, request).page("message.html", status, title=title, message=message)
