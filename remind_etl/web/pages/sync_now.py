"""What lies in the district's upload folder at this moment, and what it waits for."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.dropped.listing import Listing, Pending, settle
from remind_etl.dropped.places import drop_source
from remind_etl.errors import DistrictError, NothingLanded, OperatorError, TransientError
from remind_etl.landed.copy import Arrival
from remind_etl.operations.standings import why_not_taken
from remind_etl.published.status import counted
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId
from remind_etl.web.endpoints import of_district
from remind_etl.web.visit import Visit, place_of

PATIENCE_SECONDS: Final = 10.0
SHORT_PATIENCE_SECONDS: Final = 2.0
"""The same for a page that tells of the folder beside other things."""
FRESH_SECONDS: Final = 1.0
"""How long a look is shown again, instead of another."""
WAIT_SECONDS: Final = 1.0
"""How long a request waits for the look of another one at the same folder."""
MANY_SECONDS: Final = 120
"""From here on, a time is told in minutes."""

_CONNECTIONS: Final = threading.BoundedSemaphore(4)


@dataclass
class Looks:
    """Since when each district's folder has looked as it does, as far as this process has seen."""

    _pending: dict[DistrictId, Pending] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listings: dict[DistrictId, tuple[float, Listing]] = field(default_factory=dict)
    _busy: set[DistrictId] = field(default_factory=set)

    def listing(self, district: DistrictId, ask: Callable[[], Listing]) -> Listing:
        """The district's folder, asked for once at a time, and at most once in FRESH_SECONDS.

        So the browsers of one district take no connection from another. Raises TransientError if the first look takes
        too long, and what `ask` raises.
        """
        until = time.monotonic() + WAIT_SECONDS
        while True:
            with self._lock:
                at, known = self._listings.get(district, (0.0, None))
                if known is not None and time.monotonic() - at < FRESH_SECONDS:
                    return known
                if district not in self._busy:
                    self._busy.add(district)
                    break
            if time.monotonic() > until:
                raise TransientError(texts.NO_LOOK)
            time.sleep(0.05)
        try:
            asked = ask()
            with self._lock:
                self._listings[district] = (time.monotonic(), asked)
            return asked
        finally:
            with self._lock:
                self._busy.discard(district)

    def rests(self, district: DistrictId, listing: Listing, quiet_seconds: int, taken: str | None) -> tuple[int, bool]:
        """For how many seconds nothing has changed, and whether the files may be taken."""
        now = time.time()
        with self._lock:
            seen, is_settled = settle(listing, self._pending.get(district), now, quiet_seconds, taken)
            self._pending[district] = seen
        return int(now - seen.since), is_settled


def show_now(visit: Visit) -> Response:
    """The files that are here and those that are missing, and how long they rest before they are taken."""
    try:
        listing = _listing(visit, PATIENCE_SECONDS)
    except DistrictError as error:
        return visit.page("sync_now.html", says=str(error), files=[])
    except (TransientError, OperatorError):
        return visit.page("sync_now.html", says=texts.NO_LOOK, files=[])
    seen = _seen_upload(visit, listing)
    return visit.page("sync_now.html", says=_upload_in_words(visit, seen), files=_file_states(seen))


def _listing(visit: Visit, patience_seconds: float) -> Listing:
    """The folder of the district now, or a moment ago."""
    site, district = visit.site, visit.district.district_id
    looks: Looks = visit.request.app.state.looks

    def ask() -> Listing:
        address = site.upload_address(visit.district.source)
        with place_of(_CONNECTIONS), drop_source(address, patience_seconds, site.sizes) as client:
            return client.listing(district)

    return looks.listing(district, ask)


def last_taken_at(visit: Visit) -> str | None:
    """When the newest upload was taken, also if no run of it has ended; None if none was, as far as we know."""
    district, manifest = visit.district.district_id, visit.site.published.manifest(visit.district.district_id)
    try:
        return visit.site.landing.arrived_at(district)
    except NothingLanded:
        return manifest.arrived_at if manifest else None


@dataclass(frozen=True)
class WaitingFiles:
    """Files that lie in the folder and are not taken yet."""

    says: str
    """What they wait for."""
    is_complete: bool


def files_that_wait(visit: Visit) -> WaitingFiles | None:
    """The files in the folder that no run has taken or refused; None if the server does not answer at once."""
    try:
        listing = _listing(visit, SHORT_PATIENCE_SECONDS)
    except (DistrictError, TransientError, OperatorError):
        return None
    district, landing = visit.district.district_id, visit.site.landing
    arrival = landing.arrival(district)
    is_taken = arrival is not None and arrival.fingerprint == listing.fingerprint
    if listing.is_empty or is_taken or why_not_taken(landing, district, listing.fingerprint):
        return None
    return WaitingFiles(_upload_in_words(visit, _seen_upload(visit, listing)), listing.is_complete)


@dataclass(frozen=True)
class _SeenUpload:
    """What lies in the folder, and how long it has been so."""

    listing: Listing
    arrival: Arrival | None
    """The newest upload that was taken from the upload server."""
    left_seconds: int
    """For how long it must still rest."""
    is_settled: bool
    has_empty_files: bool
    """True if nothing but files of 0 bytes shows that an upload goes on, and it has rested."""


def _seen_upload(visit: Visit, listing: Listing) -> _SeenUpload:
    """What lies in the folder; this process and the sensor know how long it has rested."""
    district, site = visit.district.district_id, visit.site
    looks: Looks = visit.request.app.state.looks
    arrival, quiet = site.landing.arrival(district), site.quiet_seconds_of(visit.district)
    seconds, is_settled = looks.rests(district, listing, quiet, arrival.fingerprint if arrival else None)
    noted = site.landing.failure(district) if listing.waits_for_bytes else None
    has_rested = seconds >= quiet or (noted is not None and noted.why == listing.waits_for_bytes)
    return _SeenUpload(
        listing, arrival, max(quiet - seconds, 1), is_settled, bool(listing.waits_for_bytes) and has_rested
    )


def _upload_in_words(visit: Visit, seen: _SeenUpload) -> str:
    district, site, listing = visit.district.district_id, visit.site, seen.listing
    if lacks := (listing.waits_for_bytes if seen.has_empty_files else None) or listing.waits_for:
        return lacks
    if seen.arrival and listing.fingerprint == seen.arrival.fingerprint:
        return texts.FILES_TAKEN.format(at=visit.at(seen.arrival.at))
    if untaken := why_not_taken(site.landing, district, listing.fingerprint, visit.is_operator):
        return untaken
    run = site.runs().newest(district)
    if run and run.fingerprint == listing.fingerprint and not run.is_success:
        return f"{texts.FILES_HERE} {texts.FILES_OF_FAILED_RUN if run.is_finished else texts.FILES_IN_RUN}"
    rest = texts.FILES_REST.format(left=_time_in_words(seen.left_seconds))
    taken_soon = visit.why_no_run_begins() or (texts.FILES_SETTLED if seen.is_settled else rest)
    return f"{texts.FILES_HERE} {taken_soon}"


def _time_in_words(seconds: int) -> str:
    """So many seconds, or minutes if they are many."""
    return counted(seconds, "second") if seconds < MANY_SECONDS else counted(-(-seconds // 60), "minute")


def _file_states(seen: _SeenUpload) -> list[dict[str, Any]]:
    """The files of the upload, each with its state and size."""
    listing = seen.listing
    here = {entry.name.casefold(): entry for entry in listing.files}
    empty = "empty" if seen.has_empty_files else "uploading"
    states = {name.casefold(): empty for name in listing.empty}
    if any(name.endswith(".zip") for name in (*here, *states)):
        of_zip = [{"name": entry.name, "state": "here", "size": entry.size} for entry in listing.files]
        return of_zip + [{"name": name, "state": empty, "size": None} for name in listing.empty]
    rows = []
    for file in upload.FILES:
        entry = here.get(file.file_name)
        is_begun = any(file.file_name in name.casefold() for name in listing.uploading)
        state = "here" if entry else states.get(file.file_name, "uploading" if is_begun else "missing")
        if state != "missing" or file.file_name in listing.missing:
            rows.append({"name": file.file_name, "state": state, "size": entry.size if entry else None})
        else:
            rows.append({"name": file.file_name, "state": "not needed", "size": None})
    return rows


ROUTES = (Route("/d/{district}/sync/now", of_district(show_now), methods=["GET"]),)
