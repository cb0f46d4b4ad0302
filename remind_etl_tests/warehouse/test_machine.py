from pathlib import Path

import duckdb
import pytest

from remind_etl.warehouse import machine

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("setting", "there", "limit"),
    [
        ("2GB", 8 * GB, "2GB"),
        ("2GB", 2 * GB, "781250 KiB"),
        ("1.5 GiB", 2 * GB, "781250 KiB"),
        ("700mb", 2 * GB, "700mb"),
        ("20%", 2 * GB, "20%"),
        ("80%", 2 * GB, "781250 KiB"),
        ("1TiB", 1024**4, "429496729 KiB"),
    ],
)
def test_a_run_gets_the_memory_of_the_setting_or_a_share_of_what_is_there(setting: str, there: int, limit: str) -> None:
    assert machine.memory_limit(setting, there) == limit
    with duckdb.connect(config={"memory_limit": machine.memory_limit(setting, there)}) as db:
        assert db.sql("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize(("setting", "there", "limit"), [(2, 8, 2), (4, 2, 2), (1, 64, 1), (2, 0, 1)])
def test_a_run_gets_the_threads_of_the_setting_or_one_a_processor(setting: int, there: int, limit: int) -> None:
    assert machine.thread_limit(setting, there) == limit


def test_the_limits_of_a_cgroup_count_as_the_machine(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("200000000\n")
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert machine.available_memory(tmp_path) == 200_000_000
    assert machine.available_processors(tmp_path) == 1


def test_a_cgroup_without_limits_leaves_the_machine(tmp_path: Path) -> None:
    without = (machine.available_memory(tmp_path / "none"), machine.available_processors(tmp_path / "none"))
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert (machine.available_memory(tmp_path), machine.available_processors(tmp_path)) == without
    assert min(without) >= 1
