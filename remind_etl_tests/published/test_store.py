"""What a run leaves to be read: tables, and a manifest written last."""

import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from remind_etl.errors import UsageError
from remind_etl.published.store import GROUP_ROWS, Manifest, Published
from remind_etl_tests.ids import OAK


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return Published(tmp_path / "published")


def _table(db: duckdb.DuckDBPyConnection, rows: int) -> duckdb.DuckDBPyRelation:
    return db.table_function("range", [rows])


def _manifest(drop_id: str = "d1") -> Manifest:
    return Manifest(OAK, drop_id, "2026-01-01T00:00:00+00:00", holds=("students",), problems={"error": 2})


def _blocked(drop_id: str) -> Manifest:
    return Manifest(OAK, drop_id, "2026-01-02T00:00:00+00:00", blockers=("It is empty.",), problems={"blocker": 1})


def _report(text: str) -> Callable[[Path, Manifest], None]:
    def write(folder: Path, manifest: Manifest) -> None:
        (folder / "rows").mkdir(mode=0o700)
        (folder / "rows" / "report.md").write_text(f"{text} {manifest.drop_id}")

    return write


def test_a_district_that_never_ran_has_published_nothing(published: Published) -> None:
    assert published.manifest(OAK) is None
    with pytest.raises(UsageError, match="oak has no accounts yet"):
        published.file(OAK, "accounts")


def test_what_was_published_is_read_again(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    written = published.publish(_manifest(), {"accounts": _table(db, 3)})

    assert published.manifest(OAK) == written
    assert written.tables["accounts"].rows == 3
    assert pq.read_table(published.file(OAK, "accounts")).num_rows == 3
    assert (written.holds, written.problems, written.published_at > "2026") == (("students",), {"error": 2}, True)


@pytest.mark.parametrize("kept_share", [0, 0.5], ids=["no bytes", "half of it"])
def test_a_manifest_that_lost_its_end_is_as_if_it_were_not_there_and_the_next_run_publishes_all(
    published: Published, db: duckdb.DuckDBPyConnection, tmp_path: Path, kept_share: float
) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 3)})
    (manifest,) = tmp_path.rglob("manifest.json")
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[: int(len(whole) * kept_share)])

    assert published.manifest(OAK) is None
    written = published.publish(_manifest("d2"), {"accounts": _table(db, 4)})
    assert published.manifest(OAK) == written
    assert pq.read_table(published.file(OAK, "accounts")).num_rows == 4


def test_a_table_that_is_not_given_stays_as_it_was(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 3), "problems": _table(db, 1)})
    for rows in range(4):
        published.publish(_manifest(f"d{rows}"), {"problems": _table(db, rows)})

    assert pq.read_table(published.file(OAK, "accounts")).num_rows == 3
    assert pq.read_table(published.file(OAK, "problems")).num_rows == 3


def test_a_table_with_the_digest_of_before_keeps_its_file(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    def publish(rows: int, digest: str) -> str:
        of_run = (_manifest(), {"accounts": _table(db, rows)}, None, {"accounts": digest})
        return published.publish(*of_run).tables["accounts"].file

    first = publish(3, "a")
    assert publish(3, "a") == first
    assert published.publish(_manifest(), {}).tables["accounts"].file == first
    second = publish(4, "b")
    assert second != first
    assert pq.read_table(published.file(OAK, "accounts")).num_rows == 4
    assert publish(4, "") not in (first, second, publish(4, ""))


def test_a_reader_may_finish_with_the_files_before(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 1)})
    first = published.file(OAK, "accounts")
    published.publish(_manifest(), {"accounts": _table(db, 2)})
    assert first.exists()
    published.publish(_manifest(), {"accounts": _table(db, 3)})

    assert not first.exists()
    assert len([path for path in first.parent.parent.iterdir() if path.is_dir()]) == 2


def test_a_run_that_dies_before_the_manifest_changes_nothing_that_is_read(
    published: Published, db: duckdb.DuckDBPyConnection
) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 1)})
    broken = db.sql("select error('the disk is full') from range(1)")

    with pytest.raises(duckdb.Error):
        published.publish(_manifest("d2"), {"accounts": _table(db, 2), "problems": broken})

    manifest = published.manifest(OAK)
    assert manifest is not None
    assert manifest.drop_id == "d1"
    assert pq.read_table(published.file(OAK, "accounts")).num_rows == 1


@pytest.mark.parametrize("has_published", [True, False])
def test_what_a_killed_run_did_not_publish_is_swept_and_all_that_was_published_stays(
    published: Published, db: duckdb.DuckDBPyConnection, tmp_path: Path, has_published: bool
) -> None:
    if has_published:
        published.publish(_manifest("d1"), {"accounts": _table(db, 1)}, _report("on"))
        published.publish(_manifest("d2"), {}, _report("on"))
    whole = _files(tmp_path)
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr(Published, "_write", _die)
        with pytest.raises(InterruptedError):
            published.publish(_manifest("d3"), {"accounts": _table(db, 2)}, _report("on"))
    (tmp_path / "published" / OAK / ".incoming-x").mkdir()
    (tmp_path / "published" / OAK / ".incoming-x" / "accounts.parquet").touch()

    published.sweep(OAK, datetime.now(UTC) - timedelta(days=1))
    assert _files(tmp_path) > whole
    published.sweep(OAK, datetime.now(UTC) + timedelta(days=1))

    assert _files(tmp_path) == whole


def test_nothing_published_is_swept_if_the_manifest_is_damaged(
    published: Published, db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 1)}, _report("on"))
    (tmp_path / "published" / OAK / "manifest.json").write_text("{")
    whole = _files(tmp_path)

    published.sweep(OAK, datetime.now(UTC) + timedelta(days=1))

    assert _files(tmp_path) == whole


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _die(*_: object) -> None:
    raise InterruptedError


def test_a_blocked_drop_leaves_all_but_its_problems_as_delivered(
    published: Published, db: duckdb.DuckDBPyConnection
) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 3), "problems": _table(db, 1)})
    published.publish_blocked(_blocked("d2"), {"problems": _table(db, 9)})

    manifest = published.manifest(OAK)
    assert manifest is not None
    assert (manifest.drop_id, manifest.blockers, manifest.problems) == ("d2", ("It is empty.",), {"blocker": 1})
    assert (manifest.tables["accounts"].rows, manifest.tables["problems"].rows) == (3, 9)

    published.publish(_manifest("d3"), {})
    after = published.manifest(OAK)
    assert after is not None
    assert after.blockers == ()


def test_a_first_drop_may_be_blocked(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    published.publish_blocked(_blocked("d1"), {"problems": _table(db, 1)})

    manifest = published.manifest(OAK)
    assert manifest is not None
    assert set(manifest.tables) == {"problems"}


def test_only_the_owner_may_look(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    published.publish(_manifest(), {"accounts": _table(db, 1)})
    folder = published.file(OAK, "accounts").parent

    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}


def test_a_report_appears_with_its_manifest_or_not_at_all(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    published.publish(_manifest("d1"), {"problems": _table(db, 1)}, _report("on"))

    def fail(folder: Path, manifest: Manifest) -> None:
        _report("half of")(folder, manifest)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        published.publish(_manifest("d2"), {"problems": _table(db, 2)}, fail)

    report = published.report(OAK)
    assert report is not None
    assert (report / "rows" / "report.md").read_text() == "on d1"
    assert pq.read_table(published.file(OAK, "problems")).num_rows == 1


def test_a_reader_may_finish_with_the_report_before_and_older_ones_are_gone(published: Published) -> None:
    reports = []
    for drop_id in ("d1", "d2", "d3"):
        published.publish(_manifest(drop_id), {}, _report("on"))
        reports.append(published.report(OAK))

    assert [report.exists() for report in reports if report] == [False, True, True]


def test_the_report_of_each_run_is_kept_until_it_is_old_or_the_district_is_deleted(
    published: Published, tmp_path: Path
) -> None:
    for drop_id in ("d1", "d2", "d2"):
        published.publish(_manifest(drop_id), {}, _report("on"))
    kept = published.kept_reports(OAK)
    assert [report.drop_id for report in kept] == ["d1", "d2", "d2"]
    packed = published.kept_report(OAK, kept[0])
    assert stat.S_IMODE(packed.stat().st_mode) == 0o400
    with zipfile.ZipFile(packed) as archive:
        assert archive.read("rows/report.md") == b"on d1"
    assert published.prune(OAK, datetime.now(UTC) + timedelta(days=1)) == 1
    assert published.kept_reports(OAK) == kept

    assert published.prune_reports(OAK, datetime.now(UTC) - timedelta(days=1)) == 0
    assert published.prune_reports(OAK, datetime.now(UTC) + timedelta(days=1)) == 2
    assert published.kept_reports(OAK) == kept[-1:]
    published.delete_district(OAK)
    assert published.kept_reports(OAK) == []
    assert not list(tmp_path.rglob("*.zip"))


def test_a_blocked_drop_has_a_report_too(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    assert published.report(OAK) is None
    published.publish_blocked(_blocked("d1"), {"problems": _table(db, 1)}, _report("on"))

    report = published.report(OAK)
    assert report is not None
    assert (report / "rows" / "report.md").read_text() == "on d1"
    assert stat.S_IMODE(report.stat().st_mode) == 0o700


def test_a_table_whose_file_is_gone_is_written_again(published: Published, db: duckdb.DuckDBPyConnection) -> None:
    def publish() -> str:
        of_run = (_manifest(), {"accounts": _table(db, 3)}, None, {"accounts": "same"})
        return published.publish(*of_run).tables["accounts"].file

    first = publish()
    published.file(OAK, "accounts").unlink()

    assert publish() != first
    assert pq.read_table(published.file(OAK, "accounts")).num_rows == 3


def test_a_reader_of_one_record_passes_over_the_groups_of_rows_without_it(
    published: Published, db: duckdb.DuckDBPyConnection
) -> None:
    rows = db.sql("select range as line, (range * 7919 % 40009)::varchar as account_id from range(40000)")
    published.publish(_manifest(), {"accounts": rows, "search_terms": rows})

    query = "select column_id, row_group_num_rows, bloom_filter_offset from parquet_metadata($file)"
    groups = db.execute(query, {"file": str(published.file(OAK, "accounts"))}).fetchall()
    assert max(rows for _, rows, _ in groups) == GROUP_ROWS
    assert [offset for *_, offset in groups if offset is None] == []
    groups = db.execute(query, {"file": str(published.file(OAK, "search_terms"))}).fetchall()
    assert max(rows for _, rows, _ in groups) == GROUP_ROWS
