"""The districts of a person, worst first: of an operator all. First of all come those whose last run failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.operations.all_standings import AllStandings
from remind_etl.operations.standings import Standing
from remind_etl.published.status import Status
from remind_etl.web.endpoints import signed_in
from remind_etl.web.visit import Visit

WORST_FIRST: Final = (
    Status.BLOCKED,
    Status.UNDONE,
    Status.ON_HOLD,
    Status.WAITING_FOR_SCHOOLS,
    Status.UNPUBLISHED,
    Status.STALE,
    Status.SYNCED_WITH_ERRORS,
    Status.PAUSED,
    Status.WAITING_FOR_FILES,
    Status.SYNCED,
)

WITH_FAILED_RUN: Final = "failed"
"""Chosen in the place of a status, it is for the districts whose last run failed, if we must act."""


@dataclass(frozen=True)
class ByStatus:
    """Standings, also by status and by district, for a page that is asked often."""

    standings: Sequence[Standing]

    @cached_property
    def of_word(self) -> Mapping[Status, Sequence[Standing]]:
        """The standings of each status."""
        found: dict[Status, list[Standing]] = {status: [] for status in WORST_FIRST}
        for standing in self.standings:
            found[standing.word].append(standing)
        return found

    @cached_property
    def of_district(self) -> Mapping[str, Standing]:
        """The standing of each district."""
        return {standing.district.district_id: standing for standing in self.standings}

    @cached_property
    def _texts(self) -> Sequence[str]:
        return [f"{one.district.name}\n{one.district.district_id}".casefold() for one in self.standings]

    def like(self, word: str) -> "ByStatus":
        """Those whose district has the word in its name or id."""
        wanted = word.casefold()
        return ByStatus([one for one, text in zip(self.standings, self._texts, strict=True) if wanted in text])


@dataclass
class Grouped:
    """Groups the standings of all districts once, as long as they are the same object."""

    _last: ByStatus = field(default_factory=lambda: ByStatus(()))

    def of(self, standings: Sequence[Standing]) -> ByStatus:
        """The standings in their groups."""
        last = self._last
        if last.standings is not standings:
            self._last = last = ByStatus(standings)
        return last


def show_districts(visit: Visit) -> Response:
    """Every district with its status, or those with one status, a failed run or a like name, a page of them."""
    seen, asked = _standings_of_person(visit), visit.request.query_params
    word, chosen = asked.get("q", "").strip(), asked.get("status", "")
    like = seen.like(word) if word else seen
    failed = _failed_of_us(visit, like)
    every = ("", WITH_FAILED_RUN)
    found = [standing for status in WORST_FIRST if chosen in (*every, status) for standing in like.of_word[status]]
    if chosen == WITH_FAILED_RUN:
        found = [standing for standing in found if standing.district.district_id in failed]
    elif failed:
        found.sort(key=lambda standing: standing.district.district_id not in failed)
    part, pages = visit.page_of(found)
    return visit.page(
        "districts.html",
        daemon_trouble=visit.daemon_trouble,
        rows=part,
        failed=failed,
        counts={status: len(of_status) for status, of_status in like.of_word.items()},
        chosen=chosen,
        with_failed_run=WITH_FAILED_RUN,
        word=word,
        every=len(like.standings),
        is_any=bool(seen.standings),
        found=len(found),
        **pages,
    )


def _failed_of_us(visit: Visit, seen: ByStatus) -> dict[str, str]:
    """When the last run of a district failed, if we must act."""
    failed = ((seen.of_district.get(name), run) for name, run in visit.site.runs().failed_of_all().items())
    return {
        standing.district.district_id: run.ended_at
        for standing, run in failed
        if standing and run.is_ours(standing.manifest.published_at)
    }


def _standings_of_person(visit: Visit) -> ByStatus:
    """How the districts of the person stand."""
    user, state = visit.user, visit.request.app.state
    if user and user.is_operator:
        every: AllStandings = state.standings
        grouped: Grouped = state.grouped
        return grouped.of(every.newest())
    rules, now = visit.site.standings(visit.is_operator), datetime.now(UTC)
    return ByStatus([rules.of(visit.site.decisions.district(name), now) for name in (user.districts if user else ())])


ROUTES = (Route("/", signed_in(show_districts), methods=["GET"]),)
