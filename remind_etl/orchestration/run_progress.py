"""How far the newest run of a district is, as the pages tell it."""

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import dagster as dg
import sqlalchemy as sa

from remind_etl.operations.history import RunUnderWay
from remind_etl.orchestration.health import (
    UNFINISHED,
    FailedRun,
    failed_run,
    failed_runs,
    shown_under_way,
    unfinished_runs,
)
from remind_etl.orchestration.instance import IN_QUEUE, newest_run, open_instance
from remind_etl.orchestration.partitions import runs_of_district
from remind_etl.orchestration.sensor_health import SENSORS, STARTERS, beats_of_starters, is_silent
from remind_etl.schema.district_id import DistrictId

FRESH_SECONDS: Final = 2.0
"""How old an answer of Dagster's storage may be on a page."""
BEAT_SECONDS: Final = 10.0
"""The same of the sign of life of its daemon, which is silent after minutes only."""
LIST_SECONDS: Final = 60.0
"""The same of what is asked of all districts, which takes a query for each one whose run failed."""
PATIENCE_SECONDS: Final = 3.0
"""How long a page waits for Dagster's storage. Opening it takes a second on a slow machine."""
REST_SECONDS: Final = 10.0
"""How long no page asks after the storage failed or was too slow."""
MOST_KEPT: Final = 1_000
"""Answers in memory at a time."""
BEGUN: Final = tuple(status for status in UNFINISHED if status not in IN_QUEUE)
"""The statuses of a run that is under way."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class RunProgress:
    """The newest run of a district: which step it is at, and how many steps it has."""

    run_id: str
    created_at: datetime
    """When it was queued."""
    started_at: datetime | None
    """When its work began; None while it waits."""
    is_finished: bool
    is_success: bool
    step: str
    """The step that began last, such as `valid/students`; empty before the first."""
    begun: int
    """Steps that have begun."""
    steps: int
    ended_at: datetime | None
    fingerprint: str = ""
    """That of the upload which the run was asked to take; empty if it takes none from the folder."""
    is_queued: bool = False
    """True if it waits for its turn, or is about to begin."""


@dataclass
class RunsSeen:
    """Reads the runs of an instance, which is opened at the first look; `open_it` gives None if there is none yet.

    Answers are `fresh_seconds` old at most, those about the daemon `beat_seconds`, and those about all districts
    `list_seconds`. A storage that does not answer is waited for once, for `patience_seconds`. Then nothing is known of
    runs for `rest_seconds`, so that no page waits for it.
    """

    open_it: Callable[[], dg.DagsterInstance | None]
    fresh_seconds: float = 0.0
    beat_seconds: float = 0.0
    list_seconds: float = 0.0
    clock: Callable[[], float] = time.monotonic
    patience_seconds: float = PATIENCE_SECONDS
    rest_seconds: float = REST_SECONDS
    _instance: dg.DagsterInstance | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _rests_until: float = float("-inf")
    _overdue: threading.Thread | None = None

    @property
    def does_answer(self) -> bool:
        """False if the storage failed or was too slow a moment ago, so that nothing is known of runs."""
        return self.clock() >= self._rests_until and not (self._overdue and self._overdue.is_alive())

    def newest(self, district: DistrictId) -> RunProgress | None:
        """The run of the district that is under way, else its newest one; None if there is none."""
        question = f"newest run of {district}"
        return self._answer(question, self.fresh_seconds, lambda instance: _shown_progress(instance, district))

    def failed(self, district: DistrictId) -> FailedRun | None:
        """The newest run of the district that ended, if it failed."""
        question = f"failed run of {district}"
        return self._answer(question, self.fresh_seconds, lambda instance: failed_run(instance, district))

    def failed_of_all(self) -> dict[str, FailedRun]:
        """The same of each district that has one."""
        return self._answer("failed runs", self.list_seconds, failed_runs) or {}

    def under_way(self, district: DistrictId) -> list[RunUnderWay]:
        """The runs of the district that have not ended."""
        question = f"runs under way of {district}"
        found = self._answer(question, self.fresh_seconds, lambda instance: unfinished_runs(instance, district))
        return found or []

    def silent_parts(self, now: datetime, is_queued: bool = False) -> Mapping[str, datetime | None]:
        """The parts of the daemon, by name, without which no run begins now, and when each was alive last.

        A run that `is_queued` does without the part that asks for runs. The time is None if the part has never run
        here. If Dagster has never run here, no part has.
        """
        beats = self._answer("beats", self.beat_seconds, beats_of_starters)
        known = dict.fromkeys(STARTERS) if beats is None else beats
        needed = {part: beat for part, beat in known.items() if not (is_queued and part == SENSORS)}
        return {part: beat for part, beat in needed.items() if beat is None or is_silent(beat, now)}

    def _answer(
        self, question: str, seconds: float, ask: Callable[[dg.DagsterInstance], Answer | None]
    ) -> Answer | None:
        """The answer of the instance to a question, not older than so many seconds.

        None if there is no instance, or if its storage does not answer.
        """
        at, known = self._kept.get(question, (-seconds, None))
        if self.clock() - at < seconds:
            kept: Answer | None = known
            return kept
        if not self.does_answer:
            return None
        try:
            answer = self._asked(ask)
        except Exception as error:
            if not _is_of_storage(error):
                raise
            self._rests_until = self.clock() + self.rest_seconds
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[question] = self.clock(), answer
        return answer

    def _asked(self, ask: Callable[[dg.DagsterInstance], Answer | None]) -> Answer | None:
        """The answer of the instance to a question now.

        Raises TimeoutError if it takes too long. Then a thread goes on to wait for it: Dagster cannot give a query up.
        """
        asked: Future[Answer | None] = Future()

        def wait() -> None:
            try:
                instance = self._opened()
                asked.set_result(ask(instance) if instance else None)
            except BaseException as error:
                asked.set_exception(error)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        try:
            return asked.result(self.patience_seconds)
        except TimeoutError:
            self._overdue = thread
            raise

    def _opened(self) -> dg.DagsterInstance | None:
        with self._lock:
            self._instance = self._instance or self.open_it()
            return self._instance


def _is_of_storage(error: BaseException | None) -> bool:
    """True if a storage of Dagster failed. That of Postgres hides the cause behind an error of its own."""
    kinds = (OSError, sqlite3.Error, sa.exc.SQLAlchemyError)
    return error is not None and (isinstance(error, kinds) or _is_of_storage(error.__cause__))


@cache
def runs_of_instance(folder: Path) -> RunsSeen:
    """The runs of the instance in this folder."""
    return RunsSeen(
        lambda: open_instance() if (folder / "dagster.yaml").exists() else None,
        FRESH_SECONDS,
        BEAT_SECONDS,
        LIST_SECONDS,
    )


def _shown_run(instance: dg.DagsterInstance, district: DistrictId) -> dg.DagsterRun | None:
    """The run that a page tells of: with others behind it in the queue, the one that is under way."""
    newest = newest_run(instance, district)
    if newest is None or newest.status not in IN_QUEUE:
        return newest
    begun = dg.RunsFilter(statuses=[*BEGUN], tags=runs_of_district(district).tags)
    return next(iter(instance.get_runs(begun, limit=1)), newest)


def _shown_progress(instance: dg.DagsterInstance, district: DistrictId) -> RunProgress | None:
    run = _shown_run(instance, district)
    record = instance.get_run_record_by_id(run.run_id) if run else None
    return _progress(instance, record) if record else None


def _progress(instance: dg.DagsterInstance, record: dg.RunRecord) -> RunProgress:
    run = record.dagster_run
    begun: list[str] = []
    steps = 0
    if not run.is_finished:
        logs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_START)
        begun = list(dict.fromkeys(entry.step_key or "" for entry in logs))
        if run.execution_plan_snapshot_id:
            steps = len(instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id).step_keys_to_execute)
    return RunProgress(
        run.run_id,
        record.create_timestamp,
        datetime.fromtimestamp(record.start_time, UTC) if record.start_time else None,
        run.is_finished,
        run.is_success,
        begun[-1].replace("__", "/") if begun else "",
        len(begun),
        steps,
        datetime.fromtimestamp(record.end_time, UTC) if record.end_time else None,
        shown_under_way(run).fingerprint,
        run.status in (*IN_QUEUE, dg.DagsterRunStatus.STARTING),
    )
