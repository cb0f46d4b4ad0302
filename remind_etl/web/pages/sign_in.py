"""Sign in, by a password or at an OpenID Connect provider, and sign out."""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.errors import TransientError
from remind_etl.web.attempts import WINDOW_SECONDS, Attempts
from remind_etl.web.endpoints import anybody, begin_session
from remind_etl.web.provider import RETURN_PATH, Going, OpenIdProvider
from remind_etl.web.visit import Visit


def show_sign_in(visit: Visit) -> Response:
    """The form; who is signed in goes on to the first page."""
    return RedirectResponse("/", 303) if visit.user else _sign_in_page(visit, 200, "")


def sign_in_by_password(visit: Visit) -> Response:
    """Begin a session, or say the same of a wrong password and of an unknown email, in the same time."""
    if not visit.site.has_passwords:
        raise HTTPException(404)
    attempts: Attempts = visit.request.app.state.attempts
    email = visit.text("email")
    if not attempts.begin(email, visit.address):
        answer = _sign_in_page(visit, 429, texts.TOO_MANY_SIGN_INS, email)
        answer.headers["Retry-After"] = str(WINDOW_SECONDS)
        return answer
    with attempts.examining(email, visit.address):
        user = visit.site.decisions.signed_in(email, str(visit.form.get("password", "")))
    if user is None:
        return _sign_in_page(visit, 403, texts.WRONG_SIGN_IN, email)
    attempts.take_back(email, visit.address)
    return begin_session(visit, user)


def go_to_provider(visit: Visit) -> Response:
    """Send the browser to the provider. The session keeps what must come back with it."""
    provider = _provider(visit)
    try:
        url, going = provider.begin()
    except TransientError as error:
        return _sign_in_page(visit, 503, str(error))
    visit.request.session["going"] = asdict(going)
    return RedirectResponse(url, 303)


def return_from_provider(visit: Visit) -> Response:
    """Begin a session of the administrator or operator whose email the provider has verified.

    The browser goes on to another address in any case, so that the provider's code stays in none.
    """
    provider, kept = _provider(visit), visit.request.session.pop("going", None)
    attempts: Attempts = visit.request.app.state.attempts
    who = f"provider {visit.address}"  # the email is not known yet, and no other address must wait for this one
    if not kept or not attempts.begin(who, visit.address):
        return _back_to_sign_in(visit, texts.NOT_FROM_PROVIDER if not kept else texts.TOO_MANY_SIGN_INS)
    try:
        with attempts.examining(who, visit.address):
            email = provider.verified_email(Going(**kept), visit.request.query_params)
    except TransientError as error:
        return _back_to_sign_in(visit, str(error))
    with attempts.examining(who, visit.address):
        user = visit.site.decisions.signed_in_by_provider(email)
    if user is None:
        return _back_to_sign_in(visit, texts.NOT_FROM_PROVIDER if email is None else texts.UNKNOWN_AT_PROVIDER)
    attempts.take_back(who, visit.address)
    return begin_session(visit, user, by_provider=True)


def sign_out(visit: Visit) -> Response:
    """End all sessions of the person, also of a cookie that somebody copied."""
    if visit.user:
        visit.site.decisions.sign_out(visit.user)
    visit.request.session.clear()
    return RedirectResponse("/sign-in", 303)


def _provider(visit: Visit) -> OpenIdProvider:
    if visit.site.provider is None:
        raise HTTPException(404)
    return visit.site.provider


def _back_to_sign_in(visit: Visit, why: str) -> Response:
    visit.request.session["wrong"] = why
    return RedirectResponse("/sign-in", 303)


def _sign_in_page(visit: Visit, http_status: int, message: str, email: str = "") -> Response:
    provider, wrong = visit.site.provider, visit.request.session.pop("wrong", "")
    return visit.page(
        "sign_in.html",
        http_status,
        message=message or wrong,
        email=email,
        provider=provider.name if provider else "",
        has_passwords=visit.site.has_passwords,
    )


ROUTES = (
    Route("/sign-in", anybody(show_sign_in), methods=["GET"]),
    Route("/sign-in", anybody(sign_in_by_password), methods=["POST"]),
    Route("/sign-in/provider", anybody(go_to_provider), methods=["GET"]),
    Route(RETURN_PATH, anybody(return_from_provider), methods=["GET"]),
    Route("/sign-out", anybody(sign_out), methods=["POST"]),
)
