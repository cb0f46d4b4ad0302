"""What is published of the uploads before: figures, and which problems are new, still there or fixed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from remind_etl.operations.found_problems import FoundProblems
from remind_etl.published.report.past import MOST, past_uploads
from remind_etl.published.store import Manifest, Published
from remind_etl_tests.ids import OAK
from remind_etl_tests.warehouses import rows

Prepared = Callable[[dict[str, str | bytes]], duckdb.DuckDBPyConnection]


def _publish(published: Published, db: duckdb.DuckDBPyConnection, drop_id: str, **of_drop: Any) -> None:
    facts = {"counts": {"accounts": 7}, "problems": {"error": 2, "alert": 1}, **of_drop}
    manifest = Manifest(OAK, drop_id, f"2026-01-{drop_id[1:]}T00:00:00+00:00", **facts)
    published.publish(manifest, past_uploads(db, manifest, published))


def _table(published: Published, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = duckdb.read_parquet(str(published.file(OAK, name))).to_arrow_table().to_pylist()
    return found


def test_each_upload_has_its_newest_figures_and_only_the_newest_uploads_are_kept(
    prepared: Prepared, tmp_path: Path
) -> None:
    published, db = Published(tmp_path / "published"), prepared({})
    for day in range(1, MOST + 3):
        _publish(published, db, f"d{day:02}", counts={"accounts": day})
    _publish(published, db, f"d{day:02}", counts={"accounts": 100})

    uploads = _table(published, "uploads")

    assert [row["drop_id"] for row in uploads] == [f"d{day:02}" for day in range(MOST + 2, 2, -1)]
    assert (uploads[0]["accounts"], uploads[1]["accounts"]) == (100, MOST + 1)


def test_a_blocked_upload_keeps_the_accounts_of_the_platform(prepared: Prepared, tmp_path: Path) -> None:
    published, db = Published(tmp_path / "published"), prepared({})
    _publish(published, db, "d01")
    _publish(published, db, "d02", counts={}, blockers=("It is empty.",))

    newest, _ = _table(published, "uploads")

    assert (newest["accounts"], newest["is_blocked"]) == (7, True)


def test_marks_are_of_the_newest_upload_and_the_one_before_however_often_it_runs(
    prepared: Prepared, tmp_path: Path
) -> None:
    published = Published(tmp_path / "published")
    teachers = rows("teachers.csv", "S1,T1,Ann,Lee,bad,", "S9,T2,Bob,Ray,b@example.org,")
    db = prepared({"teachers.csv": teachers})
    _publish(published, db, "d01")
    _publish(published, db, "d02")
    db.execute("delete from valid.findings where code = 'unknown_school'")
    for _ in range(2):
        _publish(published, db, "d03")

    marks = _table(published, "problem_marks")

    before, now = ({row["mark"] for row in marks if row["drop_id"] == drop_id} for drop_id in ("d02", "d03"))
    assert len(marks) == len(before) + len(now)
    assert now
    assert now < before
    fixed = {row["code"] for row in marks if row["mark"] in before - now}
    assert fixed == {"unknown_school"}

    db.execute("delete from valid.findings")
    _publish(published, db, "d04")
    assert {row["drop_id"] for row in _table(published, "problem_marks")} == {"d03"}
    manifest = published.manifest(OAK)
    assert manifest is not None
    since = FoundProblems(published, manifest).since_before()
    assert {(change.new, change.still, change.fixed > 0) for change in since.values()} == {(0, 0, True)}
    _publish(published, db, "d05")
    assert _table(published, "problem_marks") == []
