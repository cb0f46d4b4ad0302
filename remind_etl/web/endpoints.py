"""Endpoints made of handlers: each checks first whether the person may see the page.

A handler is a plain function of a Visit. `anybody`, `signed_in` and `of_district` make endpoints of handlers. A page
that is not theirs does not exist for a person.
"""

import asyncio
import hashlib
import re
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message

from remind_etl.catalogue import pages as texts
from remind_etl.decided.page_users import PageUser
from remind_etl.errors import RemindEtlError, ResultsMissing, TransientError, UsageError, disk_full, own_fault
from remind_etl.schema.district_id import district_id
from remind_etl.web.site import Site
from remind_etl.web.visit import MOST_BYTES, MOST_FIELDS, SESSION_SECONDS, OldForm, Visit

MOST_UPLOADS: Final = 3
"""Forms with files that are read at a time. Each may fill the disk of temporary files up to the limit of its page."""

SILENT_SECONDS: Final = 30.0
"""A form is given up after so long without a byte of it."""
FORM_SECONDS: Final = 60.0
"""How long a form without files may take to arrive, however steadily it comes."""
FILES_SECONDS: Final = 30 * 60.0
"""The same of a form with files: the most that a check takes arrives in it at 2.5 megabits a second."""

_UPLOADS: Final = threading.BoundedSemaphore(MOST_UPLOADS)
_UPLOADING: Final[set[int]] = set()
"""The people whose forms with files are read. Each has one place at most, so that nobody takes all of them."""

MOST_OF_PATH: Final = 500
"""Characters of an address that is remembered: the session travels in a cookie."""

_OWN_PAGE: Final = re.compile(r"/(?:\?[^\\\s]*|d/([^/?\\\s]+)(?:/[^\\\s]*)?(?:\?[^\\\s]*)?)?")

Answer = TypeVar("Answer")
Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Visit], Response]
CheckForm = Callable[[FormData], Visit | Response]


def anybody(handler: Handler) -> Endpoint:
    """A page that needs no sign-in."""
    return _endpoint(handler, lambda visit: visit)


def signed_in(handler: Handler) -> Endpoint:
    """The first page of a person; an administrator of one district is sent to it."""

    def check(visit: Visit) -> Visit | Response:
        if visit.user is None:
            return _to_sign_in(visit)
        if not visit.user.is_operator and len(visit.user.districts) == 1:
            return RedirectResponse(f"/d/{visit.user.districts[0]}", 303)
        return visit

    return _endpoint(handler, check)


def of_district(handler: Handler, most_files: int = 0, only_reads: bool = False) -> Endpoint:
    """A page of the district that the address names: of its administrators, and of operators.

    If it takes files, at most so many, they are read after the person is known. A form that `only_reads` decides
    nothing.
    """
    return _endpoint(handler, _check_district, most_files, only_reads)


def of_operator(handler: Handler) -> Endpoint:
    """A page of the district that the address names, for operators alone."""

    def check(visit: Visit) -> Visit | Response:
        checked = _check_district(visit)
        if visit.user and not visit.user.is_operator:
            raise HTTPException(404)
        return checked

    return _endpoint(handler, check)


def _check_district(visit: Visit) -> Visit | Response:
    if visit.user is None:
        return _to_sign_in(visit)
    try:
        district = district_id(visit.request.path_params["district"])
    except UsageError:
        raise HTTPException(404) from None
    if not visit.user.may_see(district):
        raise HTTPException(404)
    try:
        known = visit.site.decisions.district(district)
    except UsageError:
        raise HTTPException(404) from None
    return Visit(visit.site, visit.request, visit.form, visit.user, known)


def of_results(handler: Handler) -> Handler:
    """A handler of a page about what the last run published. If there was a run and that is not here, the page says so.

    A page of a district without any run tells what comes first. While a run is under way, it tells of the run.
    """

    def answer(visit: Visit) -> Response:
        district = visit.district.district_id
        if visit.site.has_lost_results(district):
            return _without_results(visit, texts.RESULTS_LOST)
        if visit.site.has_unread_files(district):
            return _without_results(visit, texts.FILES_WITHOUT_RESULTS)
        return handler(visit)

    return answer


def _not_used(visit: Visit) -> Response:
    return visit.page("message.html", 403, title="Not sent", message=texts.FORM_EXPIRED)


def _without_results(visit: Visit, message: str) -> Response:
    return visit.page("message.html", 503, title=texts.RESULTS_LOST_TITLE, message=message)


def begin_session(visit: Visit, user: PageUser, by_provider: bool = False) -> RedirectResponse:
    """Begin a session of the person, and go to the page that was asked for before, if it is theirs to see.

    Else what the browser had before is dropped. The session lasts only while people may sign in the way it began.
    """
    path = str(visit.request.session.get("asked_for", "/"))
    visit.request.session.clear()
    visit.request.session.update(
        user=user.user_id,
        mark=_password_digest(user),
        since=time.time(),
        token=secrets.token_urlsafe(),
        by_provider=by_provider,
    )
    found = _OWN_PAGE.fullmatch(path) if is_own_page(path) else None
    may_see = found is not None and (not found[1] or _may_see(user, found[1]))
    return RedirectResponse(path if may_see else "/", 303)


def _may_see(user: PageUser, district: str) -> bool:
    """True if the person may see the district of an address."""
    try:
        return user.may_see(district_id(district))
    except UsageError:
        return False


def _endpoint(
    handler: Handler, check: Callable[[Visit], Visit | Response], most_files: int = 0, only_reads: bool = False
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        site: Site = request.app.state.site
        if only_reads or request.method == "GET":
            site = site.seen_once()

        def checked(form: FormData) -> Visit | Response:
            return check(Visit(site, request, form, user_of(request, site)))

        if request.method != "POST" or not most_files:
            return await _answer_to_form(request, checked, handler, most_files)
        visit = await run_in_threadpool(_without_values, partial(checked, FormData()))
        if isinstance(visit, Response):
            return visit
        with _place_of_upload(visit.user.user_id if visit.user else 0):
            return await _answer_to_form(request, checked, handler, most_files)

    return endpoint


async def _answer_to_form(request: Request, checked: CheckForm, handler: Handler, most_files: int) -> Response:
    """The answer of the handler to the form, whose files are gone in the end."""
    form = FormData()
    if request.method == "POST":
        form = await _sent_form(request, most_files)

    def answer() -> Response:
        visit = checked(form)
        if isinstance(visit, Response):
            return visit
        if request.method == "POST" and not _is_own_form(request, form):
            return _not_used(visit)
        try:
            return handler(visit)
        except OldForm:
            return _not_used(visit)
        except ResultsMissing:
            return _without_results(visit, texts.RESULTS_LOST)

    try:
        return await run_in_threadpool(_without_values, answer)
    finally:
        await form.close()  # its files are deleted by this


@contextmanager
def _place_of_upload(person: int) -> Iterator[None]:
    """A place for a form with files of this person.

    Raises TransientError if the person has one, or if all are taken.
    """
    if person in _UPLOADING or not _UPLOADS.acquire(blocking=False):
        raise TransientError(texts.BUSY)
    _UPLOADING.add(person)
    try:
        yield
    finally:
        _UPLOADING.discard(person)
        _UPLOADS.release()


async def _sent_form(request: Request, most_files: int) -> FormData:
    """The form that is sent.

    Raises HTTPException 408 if it stalls, or takes too long in all, and DiskFull if its files find no room.
    """

    async def next_bytes() -> Message:
        async with asyncio.timeout(SILENT_SECONDS):
            return await request.receive()

    timed = Request(request.scope, next_bytes)
    try:
        async with asyncio.timeout(FILES_SECONDS if most_files else FORM_SECONDS):
            return await timed.form(max_files=most_files, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None
    except OSError as error:
        if full := disk_full(error):
            raise full from None
        raise


def _without_values(answer: Callable[[], Answer]) -> Answer:
    """The answer; an error of ours is told by kind and place alone, as a library's text may quote a person's data.

    Raises DiskFull if a library's error says that the disk is full.
    """
    try:
        return answer()
    except (RemindEtlError, HTTPException):
        raise
    except Exception as error:
        raise disk_full(error) or RuntimeError(own_fault(error)) from None


def user_of(request: Request, site: Site) -> PageUser | None:
    """Whose session it is.

    It ends after twelve hours, if the person signs out, is gone, or has a new password, and if nobody may sign in any
    more the way it began.
    """
    known = request.session
    if not isinstance(known.get("user"), int) or time.time() - known.get("since", 0) > SESSION_SECONDS:
        return None
    if not (site.provider if known.get("by_provider") else site.has_passwords):
        return None
    user = site.decisions.page_user(known["user"])
    if user is None or not secrets.compare_digest(_password_digest(user), str(known.get("mark"))):
        return None
    return None if user.signed_out_at and known["since"] <= user.signed_out_at.timestamp() else user


def _is_own_form(request: Request, form: FormData) -> bool:
    """True if the form was made by a page of ours for this session."""
    known, sent = str(request.session.get("token", "")), form.get("token")
    return bool(known) and isinstance(sent, str) and secrets.compare_digest(known.encode(), sent.encode())


def _password_digest(user: PageUser) -> str:
    """Stands for the password of a session without telling it."""
    return hashlib.sha256(f"{user.user_id} {user.password_hash}".encode()).hexdigest()[:32]


def _to_sign_in(visit: Visit) -> RedirectResponse:
    """Ask who the person is, and remember the page that was asked for. What a script asks for is no page."""
    request = visit.request
    if request.method == "GET" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        path = request.url.path + f"?{request.url.query}" * bool(request.url.query)
        if is_own_page(path):
            request.session["asked_for"] = path
    return RedirectResponse("/sign-in", 303)


def is_own_page(path: str) -> bool:
    """True for the first page, and for a page of a district: two slashes at the beginning lead to another site."""
    return len(path) <= MOST_OF_PATH and bool(_OWN_PAGE.fullmatch(path))
