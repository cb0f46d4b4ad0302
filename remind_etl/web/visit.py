"""One request: who makes it, what they may see, and the answer.

A handler is a plain function of a Visit. `anybody`, `signed_in` and `of_district` make endpoints of handlers. Each
checks first whether the person may see the page. A page that is not theirs does not exist for them.
"""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from remind_etl.catalogue import pages as texts
from remind_etl.decided.page_users import PageUser
from remind_etl.decided.store import District
from remind_etl.errors import RemindEtlError, UsageError, own_fault
from remind_etl.schema.district_id import district_id
from remind_etl.web.rendering import TEMPLATES, moment_in
from remind_etl.web.site import Site

SESSION_SECONDS: Final = 12 * 60 * 60
MOST_FIELDS: Final = 300
MOST_BYTES: Final = 256 * 1024
"""Of a form. The largest is a page of ticked schools."""
MOST_SAID: Final = 600
"""Characters of what is said after an action: it travels in the cookie, which browsers cut at 4,096 bytes."""
NO_SCHOOL: Final = "-"
"""Stands in an address for what belongs to no school."""

PAGE: Final = 100
"""Rows of a long list on one page."""

_FEW: Final = threading.BoundedSemaphore(2)

Row = TypeVar("Row")
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Visit:
    """A request, and the form that came with it. On pages of a district, `district` is the one that it names."""

    site: Site
    request: Request
    form: FormData = field(default_factory=FormData)
    user: PageUser | None = None
    _district: District | None = None

    @property
    def who(self) -> str:
        """The person as the log of decisions names them."""
        return self._user.email

    @property
    def district(self) -> District:
        """The district of the page."""
        if self._district is None:
            raise HTTPException(404)
        return self._district

    @property
    def _user(self) -> PageUser:
        if self.user is None:
            raise HTTPException(404)
        return self.user

    @property
    def address(self) -> str:
        """The address that the request comes from."""
        return self.request.client.host if self.request.client else ""

    def at(self, moment: str | datetime | None) -> str:
        """A moment in the time zone of the site, or a dash."""
        return moment_in(self.site.zone, moment)

    def text(self, name: str) -> str:
        """A field of the form, blank if it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All fields of the form with this name, such as ticked boxes."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def page(self, template: str, http_status: int = 200, **shown: Any) -> HTMLResponse:
        """A page made of a template, with what every page needs: the form's token, the person, and what was said."""
        session = self.request.session
        shared: Mapping[str, Any] = {
            "token": session.setdefault("token", secrets.token_urlsafe()),
            "user": self.user,
            "district": self._district,
            "said": session.pop("said", None),
            "path": self.request.url.path,
            "at": self.at,
        }
        return HTMLResponse(TEMPLATES.get_template(template).render(**shared, **shown), http_status)

    def part(self, rows: Sequence[Row]) -> tuple[Sequence[Row], dict[str, int]]:
        """The rows of a long list that the address asks for, with the number of their page and of all pages."""
        pages = max(-(-len(rows) // PAGE), 1)
        asked = self.request.query_params.get("page", "")
        number = min(max(int(asked), 1), pages) if re.fullmatch("[0-9]{1,6}", asked) else 1
        return rows[(number - 1) * PAGE : number * PAGE], {"page_number": number, "pages": pages}

    @property
    def school(self) -> str | None:
        """The school that the address asks for, blank for what belongs to none; None if it asks for no school."""
        school = self.request.query_params.get("school", "")
        return "" if school == NO_SCHOOL else school or None

    def schools(self) -> list[dict[str, Any]]:
        """The schools of the district's files; none before the first run."""
        district = self.district.district_id
        manifest = self.site.published.manifest(district)
        if manifest is None or "schools" not in manifest.tables:
            return []
        return self.site.school_links(district, self.who).rows()

    def back(self, page: str, said: str = "") -> RedirectResponse:
        """Go to a page of the district after a form was taken, so that reloading sends nothing again."""
        if said:
            self.request.session["said"] = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]}…"
        return RedirectResponse(f"/d/{self.district.district_id}/{page}", 303)


def few() -> AbstractContextManager[object]:
    """Within it, DuckDB reads published tables, on several cores: few requests do so at a time."""
    return _FEW


Handler = Callable[[Visit], Response]


def anybody(handler: Handler) -> Endpoint:
    """A page that needs no sign-in."""
    return _endpoint(handler, lambda visit: visit)


def signed_in(handler: Handler) -> Endpoint:
    """The first page of a person; an administrator of one district is sent to it."""

    def check(visit: Visit) -> Visit | Response:
        if visit.user is None:
            return _to_sign_in()
        if not visit.user.is_operator and len(visit.user.districts) == 1:
            return RedirectResponse(f"/d/{visit.user.districts[0]}", 303)
        return visit

    return _endpoint(handler, check)


def of_district(handler: Handler) -> Endpoint:
    """A page of the district that the address names: of its administrators, and of operators."""

    def check(visit: Visit) -> Visit | Response:
        if visit.user is None:
            return _to_sign_in()
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

    return _endpoint(handler, check)


def begin_session(visit: Visit, user: PageUser) -> None:
    """Begin a session of the person; what the browser had before is dropped."""
    visit.request.session.clear()
    visit.request.session.update(user=user.user_id, mark=_mark(user), since=time.time(), token=secrets.token_urlsafe())


def _endpoint(handler: Handler, check: Callable[[Visit], Visit | Response]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = FormData()
        if request.method == "POST":
            form = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)

        def answer() -> Response:
            site: Site = request.app.state.site
            visit = Visit(site, request, form, _user_of(request, site))
            checked = check(visit)
            if isinstance(checked, Response):
                return checked
            if request.method == "POST" and not _is_own_form(request, form):
                return checked.page("message.html", 403, title="Not sent", message=texts.FORM_EXPIRED)
            return handler(checked)

        return await run_in_threadpool(_without_values, answer)

    return endpoint


def _without_values(answer: Callable[[], Response]) -> Response:
    """The answer; an error of ours is told by kind and place alone, as a library's text may quote a person's data."""
    try:
        return answer()
    except (RemindEtlError, HTTPException):
        raise
    except Exception as error:
        raise RuntimeError(own_fault(error)) from None


def _user_of(request: Request, site: Site) -> PageUser | None:
    """Whose session it is. It ends after twelve hours, and if the person signs out, is gone, or has a new password."""
    known = request.session
    if not isinstance(known.get("user"), int) or time.time() - known.get("since", 0) > SESSION_SECONDS:
        return None
    user = site.decisions.page_user(known["user"])
    if user is None or not secrets.compare_digest(_mark(user), str(known.get("mark"))):
        return None
    return None if user.signed_out_at and known["since"] <= user.signed_out_at.timestamp() else user


def _is_own_form(request: Request, form: FormData) -> bool:
    """True if the form was made by a page of ours for this session."""
    known, sent = str(request.session.get("token", "")), form.get("token")
    return bool(known) and isinstance(sent, str) and secrets.compare_digest(known.encode(), sent.encode())


def _mark(user: PageUser) -> str:
    """Stands for the password of a session without telling it."""
    return hashlib.sha256(f"{user.user_id} {user.password_hash}".encode()).hexdigest()[:32]


def _to_sign_in() -> RedirectResponse:
    return RedirectResponse("/sign-in", 303)
