"""How far the newest run of a district is, as the pages tell it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import dagster as dg

from remind_etl.operations.history import RunUnderWay
from remind_etl.orchestration.health import UNFINISHED, FailedRun, failed_run, failed_runs, unfinished_runs
from remind_etl.orchestration.instance import IN_QUEUE, newest_run, open_instance
from remind_etl.orchestration.partitions import runs_of_district
from remind_etl.orchestration.sensor_health import is_silent, newest_beat
from remind_etl.schema.district_id import DistrictId

FRESH_SECONDS: Final = 2.0
"""How old an answer of Dagster's storage may be on a page."""
BEAT_SECONDS: Final = 30.0
"""The same of the sign of life of its daemon, which is silent after minutes only."""
LIST_SECONDS: Final = 60.0
"""The same of what is asked of all districts, which takes a query for each one whose run failed."""
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


@dataclass
class RunsSeen:
    """Reads the runs of an instance, which is opened at the first look; `open_it` gives None if there is none yet.

    Answers are `fresh_seconds` old at most, those about the daemon `beat_seconds`, and those about all districts
    `list_seconds`.
    """

    open_it: Callable[[], dg.DagsterInstance | None]
    fresh_seconds: float = 0.0
    beat_seconds: float = 0.0
    list_seconds: float = 0.0
    clock: Callable[[], float] = time.monotonic
    _instance: dg.DagsterInstance | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)

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

    def silent_since(self, now: datetime) -> datetime | None:
        """When the daemon, which starts the runs, was alive last; None if it is alive, or has never run here."""
        beat = self._answer("newest beat", self.beat_seconds, newest_beat)
        return beat if beat and is_silent(beat, now) else None

    def _answer(
        self, question: str, seconds: float, ask: Callable[[dg.DagsterInstance], Answer | None]
    ) -> Answer | None:
        """The answer of the instance to a question, not older than so many seconds; None if there is no instance."""
        at, known = self._kept.get(question, (-seconds, None))
        if self.clock() - at < seconds:
            kept: Answer | None = known
            return kept
        instance = self._opened()
        answer = ask(instance) if instance else None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[question] = self.clock(), answer
        return answer

    def _opened(self) -> dg.DagsterInstance | None:
        with self._lock:
            self._instance = self._instance or self.open_it()
            return self._instance


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
    )
