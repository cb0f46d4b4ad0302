"""Sign in and sign out."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.web.attempts import Attempts
from remind_etl.web.endpoints import anybody, begin_session
from remind_etl.web.visit import Visit


def ask_sign_in(visit: Visit) -> Response:
    """The form; who is signed in goes on to the first page."""
    return RedirectResponse("/", 303) if visit.user else visit.page("sign_in.html", message="", email="")


def enter(visit: Visit) -> Response:
    """Begin a session, or say the same of a wrong password and of an unknown email, in the same time."""
    attempts: Attempts = visit.request.app.state.attempts
    email = visit.text("email")
    if not attempts.begin(email, visit.address):
        return visit.page("sign_in.html", 429, message=texts.TOO_MANY_SIGN_INS, email=email)
    user = visit.site.decisions.signed_in(email, str(visit.form.get("password", "")))
    if user is None:
        return visit.page("sign_in.html", 403, message=texts.WRONG_SIGN_IN, email=email)
    attempts.succeed(email, visit.address)
    begin_session(visit, user)
    return RedirectResponse("/", 303)


def leave(visit: Visit) -> Response:
    """End all sessions of the person, also of a cookie that somebody copied."""
    if visit.user:
        visit.site.decisions.sign_out(visit.user)
    visit.request.session.clear()
    return RedirectResponse("/sign-in", 303)


ROUTES = (
    Route("/sign-in", anybody(ask_sign_in), methods=["GET"]),
    Route("/sign-in", anybody(enter), methods=["POST"]),
    Route("/sign-out", anybody(leave), methods=["POST"]),
)
