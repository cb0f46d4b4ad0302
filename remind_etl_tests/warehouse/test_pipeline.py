from collections.abc import Iterator

import duckdb
import pytest

from remind_etl.errors import DiskFull, StepFailed
from remind_etl.warehouse import pipeline, sql
from remind_etl.warehouse.pipeline import Steps, StepTime

FILES = {
    ("weighed", "grains"): (
        "create or replace table weighed_steps.grains as\nselect unnest($weights) as weight;\n\n"
        "create or replace table weighed.heavy as\nfrom weighed_steps.grains\nwhere weight > $limit;\n"
    ),
    ("weighed", "sums"): "create or replace table weighed.sums as\nselect sum(weight) as weight\nfrom weighed.heavy;\n",
    ("weighed", "broken"): "select 1;\n\nselect error('a cell: ' || weight) from weighed_steps.grains;\n",
    ("weighed", "crowded"): "select error('No space left on device');\n",
}
READ = sql.sql_text


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the stage `weighed`, whose files are those of FILES."""
    monkeypatch.setattr(sql, "sql_text", lambda stage, step: FILES.get((stage, step)) or READ(stage, step))
    with duckdb.connect() as made:
        made.execute("create schema weighed")
        yield made


def test_steps_run_in_order_and_are_timed(db: duckdb.DuckDBPyConnection) -> None:
    steps = Steps(db, "weighed")
    steps.run("grains", "sums", weights=[1, 2, 3], limit=1)
    assert [time.step for time in steps.times] == ["grains", "sums"]
    assert all(time.seconds > 0 for time in steps.times)
    assert db.sql("from weighed.sums").fetchall() == [(5,)]


def test_tables_of_a_stage_stay_to_be_queried_until_it_begins_anew(db: duckdb.DuckDBPyConnection) -> None:
    steps = Steps(db, "weighed")
    steps.run("grains", weights=[1], limit=1)
    steps.run("sums")
    assert db.sql("from weighed_steps.grains").fetchall() == [(1,)]
    pipeline.clear_steps(db, "weighed")
    assert db.sql("from duckdb_tables() where schema_name = 'weighed_steps'").fetchall() == []
    assert db.sql("from weighed.sums").fetchall() == [(None,)]


def test_a_failed_step_is_named_without_the_text_of_the_error(db: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(StepFailed) as failed:
        Steps(db, "weighed").run("grains", "broken", weights=[7], limit=1)
    assert str(failed.value) == "Statement 2 of weighed/broken.sql failed: InvalidInputException."


def test_a_step_that_finds_the_disk_full_says_so(db: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(DiskFull):
        Steps(db, "weighed").run("crowded")


def test_metadata_names_the_three_slowest_steps() -> None:
    times = [StepTime("a", 0.5), StepTime("b", 2), StepTime("c", 0.25), StepTime("d", 1)]
    assert pipeline.slowest_steps(times) == "b 2.000, d 1.000, a 0.500"
