import os
import time
from pathlib import Path

import duckdb

from remind_etl.orchestration.step import Step
from remind_etl.warehouse.spilling import LOOK_SECONDS, Spill, watching_spill
from remind_etl_tests.ids import OAK


def _spilled(folder: Path, memory: str, rows: int) -> Spill:
    with duckdb.connect(config={"memory_limit": memory, "threads": 1, "temp_directory": str(folder)}) as db:
        with watching_spill(folder) as spill:
            db.execute("create table ids as select md5(n::varchar) as id from range(?) as numbers(n)", [rows])
            spill.look()
        assert db.sql("select count(*) from ids").fetchall() == [(rows,)]
    return spill


def test_the_bytes_that_did_not_fit_into_memory_are_seen(tmp_path: Path) -> None:
    assert _spilled(tmp_path, "30MB", 1_000_000).most > 1_000_000


def test_nothing_is_seen_of_rows_that_fit(tmp_path: Path) -> None:
    assert _spilled(tmp_path, "200MB", 1_000).most == 0


def test_the_files_of_other_processes_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "duckdb_temp_1_0_storage_DEFAULT-0.tmp").write_bytes(b"another run's")
    spill = Spill(tmp_path)
    spill.look()
    assert spill.most == 0


def test_the_most_of_all_looks_counts(tmp_path: Path) -> None:
    mine = tmp_path / f"duckdb_temp_{os.getpid()}_0_storage_DEFAULT-0.tmp"
    with watching_spill(tmp_path) as spill:
        mine.write_bytes(b"12345")
        until = time.monotonic() + 60
        while not spill.most and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        mine.unlink()
    assert spill.most == 5


def test_the_metadata_of_a_step_tells_what_was_spilled_and_only_then(tmp_path: Path) -> None:
    with duckdb.connect() as db:
        assert Step(OAK, db, 0, Spill(tmp_path, 2_500_000)).metadata(1)["spilled_mb"] == 2.5
        assert "spilled_mb" not in Step(OAK, db, 0, Spill(tmp_path)).metadata(1)
