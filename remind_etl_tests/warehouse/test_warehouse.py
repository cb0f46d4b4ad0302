import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from stat import S_IMODE

import duckdb
import pytest

from remind_etl.errors import OperatorError, WarehouseBusy
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse import connection
from remind_etl.warehouse.connection import Warehouse

DISTRICT = DistrictId("blockton")
HOLD = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse", memory="200MB", threads=1, wait_seconds=0.3)


def rows(warehouse: Warehouse) -> list[tuple[int]]:
    with warehouse.transaction(DISTRICT) as db:
        return db.sql("from kept").fetchall()


def insert_and_fail(warehouse: Warehouse) -> None:
    with warehouse.transaction(DISTRICT) as db:
        db.execute("insert into kept values (2)")
        raise ZeroDivisionError


def test_what_is_done_in_a_transaction_is_kept(warehouse: Warehouse) -> None:
    with warehouse.transaction(DISTRICT) as db:
        db.execute("create table kept as select 1 as n")
    assert rows(warehouse) == [(1,)]


def test_nothing_is_kept_of_a_transaction_that_fails(warehouse: Warehouse) -> None:
    with warehouse.transaction(DISTRICT) as db:
        db.execute("create table kept as select 1 as n")
    with pytest.raises(ZeroDivisionError):
        insert_and_fail(warehouse)
    assert rows(warehouse) == [(1,)]


def test_a_connection_has_the_settings_and_fetches_no_extension(warehouse: Warehouse) -> None:
    with warehouse.transaction(DISTRICT) as db:
        names = ("memory_limit", "threads", "autoinstall_known_extensions", "enable_progress_bar")
        found = [db.sql(f"select current_setting('{name}')").fetchall()[0][0] for name in names]
    assert found == ["190.7 MiB", 1, False, False]


def test_a_connection_on_a_small_machine_has_a_share_of_it(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "available_memory", lambda: 256_000_000)
    monkeypatch.setattr(connection, "available_processors", lambda: 1)
    with replace(warehouse, memory="2GB", threads=8).transaction(DISTRICT) as db:
        found = db.sql("select current_setting('memory_limit'), current_setting('threads')").fetchall()
    assert found == [("97.6 MiB", 1)]


def test_warehouses_are_for_their_owner_alone(warehouse: Warehouse) -> None:
    with warehouse.transaction(DISTRICT):
        assert S_IMODE(warehouse.root.stat().st_mode) == 0o700


def test_a_warehouse_that_another_process_keeps_open_is_busy(warehouse: Warehouse) -> None:
    warehouse.root.mkdir()
    command = [sys.executable, "-c", HOLD, str(warehouse.file(DISTRICT))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:  # noqa: S603
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(WarehouseBusy, match=DISTRICT), warehouse.transaction(DISTRICT):
            pass
        other.kill()
    with warehouse.transaction(DISTRICT) as db:
        assert isinstance(db, duckdb.DuckDBPyConnection)


def test_a_file_that_is_no_warehouse_is_ours_to_mend_and_not_busy(warehouse: Warehouse) -> None:
    warehouse.root.mkdir()
    warehouse.file(DISTRICT).write_bytes(b"no database" * 1_000)
    with pytest.raises(OperatorError, match="cannot be opened"), warehouse.transaction(DISTRICT):
        pass
