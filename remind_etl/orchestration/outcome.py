"""Two tags on each run of a district: its outcome, and who must act. The list of runs can be filtered by them."""

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import dagster as dg

from remind_etl import errors
from remind_etl.errors import (
    DistrictError,
    DropBlocked,
    DropUnstable,
    RemindEtlError,
    TransientError,
    UnknownDistrict,
    UsageError,
    is_interruption,
)
from remind_etl.orchestration.canceled import end_as_canceled
from remind_etl.orchestration.district_page import page_metadata_of, page_tags
from remind_etl.orchestration.stores import Decisions
from remind_etl.published.status import Status, status_of
from remind_etl.published.store import Manifest
from remind_etl.schema.limits import ALL_KINDS, present_hold

OUTCOME: Final = "remind_etl/outcome"
ACTS: Final = "remind_etl/acts"
OUTCOME_OF: Final = ".dagster/remind_etl_outcome_of"
"""The id of the run that the two tags are about: a run that repeats another one begins with the tags of that one.

Dagster's pages hide tags with this beginning.
"""

_INTERRUPTS: Final = {KeyboardInterrupt.__name__, dg.DagsterExecutionInterruptedError.__name__}
"""The errors that a signal becomes."""


class Outcome(StrEnum):
    """What came of a run."""

    DELIVERED = "delivered"
    """The platform has what the drop says, except records with errors."""
    NOTHING_NEW = "nothing_new"
    """Nothing changed since the last run, so the run ended at once."""
    PLANNED = "planned"
    """The drop was only planned, because the district is paused or the drop is older than the one in force."""
    ON_HOLD = "on_hold"
    """Changes wait for a person."""
    WAITING_FOR_SCHOOLS = "waiting_for_schools"
    """Schools and their people wait for a link."""
    BLOCKED = "blocked"
    """The drop cannot be processed. Delivered records stay as they are."""
    FAILED = "failed"
    """Something else ended the run."""
    WRONG_USE = "wrong_use"
    """The run was started with a wrong choice, such as a drop that does not exist. Nothing of the district is wrong."""
    UNDER_WAY = "under_way"
    """The run repeats another one and has not ended yet."""


class Acts(StrEnum):
    """Who must act after a run."""

    DISTRICT = "district"
    US = "us"
    NOBODY = "nobody"


_BY_STATUS: Final[Mapping[Status, tuple[Outcome, Acts]]] = {
    Status.BLOCKED: (Outcome.BLOCKED, Acts.DISTRICT),
    Status.ON_HOLD: (Outcome.ON_HOLD, Acts.US),
    Status.WAITING_FOR_SCHOOLS: (Outcome.WAITING_FOR_SCHOOLS, Acts.US),
    Status.SYNCED_WITH_ERRORS: (Outcome.DELIVERED, Acts.DISTRICT),
    Status.SYNCED: (Outcome.DELIVERED, Acts.NOBODY),
}


def of_manifest(manifest: Manifest, is_refused: bool = False) -> tuple[Outcome, Acts]:
    """The outcome of the run that published the manifest, and who must act."""
    if manifest.pause == "all":
        return Outcome.PLANNED, Acts.NOBODY
    outcome, acts = _BY_STATUS[status_of(replace(manifest, undone=""), datetime.fromisoformat(manifest.arrived_at))]
    if outcome is Outcome.ON_HOLD and is_refused:  # only another upload can help
        return outcome, Acts.DISTRICT
    if outcome is Outcome.DELIVERED and manifest.plan.get("paused"):
        return Outcome.PLANNED, acts
    return outcome, acts


def of_nothing_new(manifest: Manifest | None, is_refused: bool = False) -> tuple[Outcome, Acts]:
    """The outcome of a run that had nothing to do. Whoever had to act before still has to."""
    return Outcome.NOTHING_NEW, of_manifest(manifest, is_refused)[1] if manifest else Acts.NOBODY


def is_refused(decisions: Decisions, manifest: Manifest | None) -> bool:
    """True if a person refused all kinds that wait."""
    if not manifest or not manifest.hold_hash:
        return False
    refused = decisions.refusals(manifest.district_id, manifest.hold_hash)
    return ALL_KINDS in refused or (bool(refused) and refused.keys() >= {*map(present_hold, manifest.holds)})


def of_failure(error: BaseException | None) -> tuple[Outcome, Acts]:
    """The outcome of a run that a step's error ended, and who must act."""
    if is_interruption(error):  # DuckDB and we make errors of our own of a signal
        return Outcome.FAILED, Acts.NOBODY
    cause = _cause(error)
    if issubclass(cause, DropBlocked):
        return Outcome.BLOCKED, Acts.DISTRICT
    if issubclass(cause, DistrictError):
        return Outcome.FAILED, Acts.DISTRICT
    if issubclass(cause, UsageError):
        return Outcome.WRONG_USE, Acts.US
    return Outcome.FAILED, Acts.NOBODY if issubclass(cause, (TransientError, DropUnstable)) else Acts.US


def _cause(error: BaseException | None) -> type[object]:
    """The class of our error that a step's failure stands for."""
    kind = error.metadata.get("kind") if isinstance(error, dg.Failure) else None
    return getattr(errors, str(kind.value), RemindEtlError) if kind else type(error)


def tag_run(
    instance: dg.DagsterInstance, run: dg.DagsterRun, outcome: Outcome, acts: Acts, *, has_page: bool = True
) -> None:
    """Write the tags to the run, with the address of its district's page; `has_page` is false if there is none.

    A partition that is no district has no page.
    """
    page = page_tags(run) if has_page else {}
    instance.add_run_tags(run.run_id, {OUTCOME: outcome.value, ACTS: acts.value, OUTCOME_OF: run.run_id, **page})


def has_outcome(run: dg.DagsterRun) -> bool:
    """True if the run was tagged when it ended; the tags of the run that it repeats do not count."""
    return run.tags.get(OUTCOME_OF) == run.run_id and run.tags[OUTCOME] != Outcome.UNDER_WAY


def is_wrong_use(run: dg.DagsterRun) -> bool:
    """True if the run only shows a wrong choice of a person, and says nothing of the district."""
    return has_outcome(run) and run.tags[OUTCOME] == Outcome.WRONG_USE


def recorded(rule: Callable[..., Any], retries: int = 0) -> Callable[..., Any]:
    """The function of a step, which also tags its run if it fails.

    It does so in every job, and by no hook: Dagster would write one more event for each step. `retries` is how often
    Dagster tries the step again.
    """
    if inspect.isgeneratorfunction(rule):

        @functools.wraps(rule)
        def yielding(context: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with _recording(context, retries):
                yield from rule(context, *args, **kwargs)

        return yielding

    @functools.wraps(rule)
    def returning(context: Any, *args: Any, **kwargs: Any) -> Any:
        with _recording(context, retries):
            return rule(context, *args, **kwargs)

    return returning


@contextmanager
def _recording(context: dg.AssetExecutionContext | dg.OpExecutionContext, retries: int) -> Iterator[None]:
    _show_stacks()
    _begin(context.instance, context.run)
    try:
        yield
    except Exception as error:  # after a signal, which may come again, the run itself or a sensor tags it
        can_help, has_page = getattr(error, "allow_retries", True), _cause(error) is not UnknownDistrict
        if not can_help or context.retry_number >= retries:
            outcome, acts = of_failure(error)
            tag_run(context.instance, context.run, outcome, acts, has_page=has_page)
            if outcome is Outcome.WRONG_USE:
                end_as_canceled(context.instance, context.run)
        if isinstance(error, dg.Failure):
            page = page_metadata_of(context.run) if has_page else {}
            error.metadata = {**error.metadata, **page}
            _hide_stack(context.instance, context.run.run_id)
        raise


def _begin(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Take away the outcome of another run, with which this one began."""
    if OUTCOME in run.tags:
        now = instance.get_run_by_id(run.run_id)
        if now and now.tags.get(OUTCOME_OF) != run.run_id:
            tag_run(instance, run, Outcome.UNDER_WAY, Acts.NOBODY, has_page=False)  # its end tells the page


def _hide_stack(instance: dg.DagsterInstance, run_id: str) -> None:
    """Let Dagster write the failure that is under way as one sentence: its stack would show only Dagster and us.

    `tracebacklimit` is Python's own switch for it, for the whole process, so the next event of the run ends it.
    """
    sys.tracebacklimit = 0
    instance.add_event_listener(run_id, lambda _: _show_stacks())


def _show_stacks() -> None:
    if hasattr(sys, "tracebacklimit"):
        del sys.tracebacklimit


def kinds(error: Any) -> list[str]:
    """The names of the error's class and of those that led to it: a retry policy hides what it would retry."""
    return [error.cls_name or "unknown", *kinds(error.cause or error.context)] if error else []


def is_interrupted(ended: dg.DagsterEvent) -> bool:
    """True if a signal led to the event that ended a step or a run.

    If Dagster could not start the run, the event has no data.
    """
    return not _INTERRUPTS.isdisjoint(kinds(getattr(ended.event_specific_data, "error", None)))
