"""The report of a drop of given files, as its folder."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from remind_etl.published.report import folder
from remind_etl.published.store import Manifest
from remind_etl.raw import as_sent
from remind_etl.warehouse import problem_lists
from remind_etl_tests import warehouses
from remind_etl_tests.ids import OAK

Files = Mapping[str, str | bytes]
MANIFEST = Manifest(OAK, "d1", "2026-01-02T03:04:05+00:00", published_at="2026-01-02T03:05:00+00:00")


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[Callable[[Files], duckdb.DuckDBPyConnection]]:
    """A warehouse with these files instead of those of SMALL, its groups gathered."""
    with ExitStack() as lasting:

        def prepare(files: Files) -> duckdb.DuckDBPyConnection:
            db = lasting.enter_context(warehouses.prepared(tmp_path / "home", {**warehouses.SMALL, **files}))
            problem_lists.group_problems(db)
            return db

        yield prepare


@pytest.fixture
def report(prepared: Callable[[Files], duckdb.DuckDBPyConnection], tmp_path: Path) -> Callable[..., Path]:
    """The folder of the report on these files instead of those of SMALL, and on further facts of the manifest."""

    def write(files: Files, **facts: Any) -> Path:
        db = prepared(files)
        made = tmp_path / "report"
        made.mkdir()
        blockers, counts = problem_lists.blocker_messages(db), problem_lists.count_by_severity(db)
        manifest = replace(MANIFEST, blockers=blockers, problems=counts, **facts)
        folder.write_report(db, as_sent.read_as_sent, ZoneInfo("America/Phoenix"), made, manifest)
        return made

    return write
