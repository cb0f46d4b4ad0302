"""One request: who makes it, what it asks for, and the answer."""

import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from remind_etl.catalogue import pages as texts
from remind_etl.catalogue.listed import listed_in_words
from remind_etl.catalogue.moments import moment_in
from remind_etl.decided.page_users import PageUser
from remind_etl.decided.store import District
from remind_etl.errors import TransientError
from remind_etl.schema.district_id import DistrictId
from remind_etl.web.rendering import render
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

MOST_DISTRICTS: Final = 32
"""Districts whose schools a process remembers."""

PATIENCE_SECONDS: Final = 1.0
"""How long a request waits for its place."""

_READERS: Final = threading.BoundedSemaphore(2)

Row = TypeVar("Row")


class OldForm(Exception):
    """A form that does not say what its page showed, such as one from before an update of the pages."""


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
    def is_operator(self) -> bool:
        """True if an operator makes the request."""
        return self._user.is_operator

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

    @property
    def person(self) -> int:
        """The number of the person's account at these pages."""
        return self._user.user_id

    def at(self, moment: str | datetime | None) -> str:
        """A moment in the time zone of the district, or of the site on pages of no district; or a dash."""
        own = self._district.time_zone if self._district else None
        return moment_in(ZoneInfo(own) if own else self.site.zone, moment)

    def text(self, name: str) -> str:
        """A field of the form, blank if it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    @property
    def was(self) -> str:
        """Stands for what was decided when the page of the form was shown, blank if nothing was.

        Raises OldForm if the form does not say it: what such a page showed is not known.
        """
        was = self.form.get("was")
        if not isinstance(was, str):
            raise OldForm
        return was

    def ticked(self, name: str) -> list[str]:
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
            "dagster": self.site.dagster_origin.rstrip("/") if self.user and self.user.is_operator else "",
            "path": self.request.url.path,
            "shows_run": "",
            "goes_on": False,
            "shown_run": "",
            "is_begun": False,
            "at": self.at,
            "paused": texts.DISTRICT_IS_PAUSED[self.pause] if self.pause else "",
        }
        follows = self._district is not None and session.get("follows") == self._district.district_id
        soon = self.why_no_run_begins() or texts.RUN_BEGINS_SOON if follows and not shown.get("shows_run") else ""
        if soon:
            shown["shows_run"] = f"{texts.RUN_USES} {soon}"
        return HTMLResponse(render(template, {**shared, **shown}), http_status)

    def page_of(self, rows: Sequence[Row]) -> tuple[Sequence[Row], dict[str, int]]:
        """The rows of a long list that the address asks for, with the number of their page and of all pages."""
        pages = max(-(-len(rows) // PAGE), 1)
        number = min(self.page_number, pages)
        return rows[(number - 1) * PAGE : number * PAGE], {"page_number": number, "pages": pages}

    @property
    def page_number(self) -> int:
        """The page of a long list that the address asks for, from 1."""
        asked = self.request.query_params.get("page", "")
        return max(int(asked), 1) if re.fullmatch("[0-9]{1,6}", asked) else 1

    def files(self, name: str) -> list[UploadFile]:
        """The files that the form sends in a field. They are gone when the request ends."""
        return [value for value in self.form.getlist(name) if isinstance(value, UploadFile)]

    @property
    def school(self) -> str | None:
        """The school that the address asks for, blank for what belongs to none; None if it asks for no school."""
        school = self.request.query_params.get("school", "")
        return "" if school == NO_SCHOOL else school or None

    def schools(self) -> list[dict[str, Any]]:
        """The schools of the district's files; none before the first run.

        They are worked out anew after a run or a decision only, because a large district has thousands.
        """
        district = self.district.district_id
        manifest = self.site.published.manifest(district)
        if manifest is None or "schools" not in manifest.tables:
            return []
        known: dict[DistrictId, tuple[object, list[dict[str, Any]]]] = self.request.app.state.schools
        basis = (self.site.published.files(manifest)["schools"], self.site.decisions.newest_of_all())
        before = known.get(district)
        if before and before[0] == basis:
            return list(before[1])
        rows = self.site.school_links(district, self.who).rows()
        if len(known) >= MOST_DISTRICTS:
            known.clear()
        known[district] = (basis, rows)
        return list(rows)

    @cached_property
    def pause(self) -> Literal["all", "adds_only", ""]:
        """What waits because the district is paused; blank if it is not, and on pages of no district."""
        pause = self.site.pause_of(self._district.district_id) if self._district else None
        return pause.what if pause else ""

    def when(self, takes_away: bool = False) -> str:
        """When a decision reaches the platform, also one that takes something away."""
        waits = self.pause == "all" or (self.pause == "adds_only" and takes_away)
        return texts.AFTER_PAUSE if waits else texts.IN_NEXT_RUN

    @property
    def has_files(self) -> bool:
        """True if an upload of the district was taken. Before that, no decision starts a run."""
        district = self.district.district_id
        return self.site.published.manifest(district) is not None or self.site.landing.newest(district) is not None

    @property
    def daemon_trouble(self) -> str:
        """Why no run starts by itself any more, as an operator must know; blank if all is well, or for other people."""
        if not (self.user and self.user.is_operator):
            return ""
        runs = self.site.runs()
        ended = {part: at for part, at in runs.silent_parts(datetime.now(UTC)).items() if at}
        if not runs.does_answer:
            return texts.DAGSTER_SILENT
        since = min(ended.values(), default=None)
        return texts.DAEMON_SILENT.format(daemon=_daemon_in_words(ended), at=self.at(since)) if since else ""

    def why_no_run_begins(self, is_queued: bool = False) -> str:
        """What a page says instead of promising a run; blank if Dagster's daemon is alive, so that one begins soon.

        A run that `is_queued` needs the part of the daemon alone that takes it from the queue.
        """
        runs = self.site.runs()
        missing = runs.silent_parts(datetime.now(UTC), is_queued)
        if not missing:
            return ""
        if not (self.user and self.user.is_operator):
            return texts.NO_RUN_BEGINS
        if not runs.does_answer:
            return texts.NO_RUN_BEGINS_UNKNOWN
        return texts.NO_RUN_BEGINS_OPERATOR.format(daemon=_daemon_in_words(missing))

    def back(self, page: str, said: str = "", starts_run: bool = False) -> RedirectResponse:
        """Go to a page of the district after a form was taken, so that reloading sends nothing again.

        If a run takes up what was decided, the pages show its progress until it ends. The list of all districts shows
        the decision at once.
        """
        self.request.app.state.standings.outdate()
        if starts_run and self.has_files:
            self.request.session["follows"] = self.district.district_id
        if said:
            self.request.session["said"] = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]}…"
        return RedirectResponse(f"/d/{self.district.district_id}/{page}".rstrip("/"), 303)


def _daemon_in_words(parts: Iterable[str]) -> str:
    """The parts of Dagster's daemon as an operator knows them."""
    return listed_in_words([texts.DAEMONS[part] for part in parts])


@contextmanager
def place_of(places: threading.BoundedSemaphore) -> Iterator[None]:
    """One of a few places for what takes long. All pages share their threads, so nobody waits long for a place.

    Raises TransientError if all places are taken.
    """
    if not places.acquire(timeout=PATIENCE_SECONDS):
        raise TransientError(texts.BUSY)
    try:
        yield
    finally:
        places.release()


def place_of_reader() -> AbstractContextManager[None]:
    """Within it, DuckDB reads published tables, on several cores: few requests do so at a time."""
    return place_of(_READERS)
