from pathlib import Path

import pytest

from remind_etl_tests import sql_graph
from remind_etl_tests.sql_graph import Flow

FILES = [file for stage in sql_graph.STAGES for file in sql_graph.files(stage)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_header_names_what_its_sql_reads_and_writes(file: Path) -> None:
    assert sql_graph.stated(file) == sql_graph.derived(file)


def test_every_file_is_short_enough_to_read() -> None:
    files = sorted((sql_graph.ROOT / "remind_etl").rglob("*.sql"))
    assert FILES[0] in files
    assert [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 120] == []


def test_the_page_shows_the_sql_of_today() -> None:
    assert sql_graph.PAGE.read_text(encoding="utf-8") == sql_graph.page()


def test_reads_and_writes_are_found_in_the_sql(tmp_path: Path) -> None:
    file = tmp_path / "weigh.sql"
    file.write_text(
        "-- Weighs.\n-- Inputs: a.apples,\n-- pears. Outputs: b.fruit.\n\n"
        "create or replace table b.fruit as\nwith ripe as (from a.apples)\nfrom ripe\nunion all\nfrom pears;\n\n"
        "-- A macro is no table; a comment may end with a semicolon;\n"
        "create or replace macro b.heavy(weight, least := 3) as weight > least;\n\n"
        "delete from b.fruit\nwhere weight in (select fruit.weight from b.fruit as fruit);\n"
    )
    assert sql_graph.derived(file) == Flow(frozenset({"a.apples", "pears"}), frozenset({"b.fruit"}))
    assert sql_graph.stated(file) == sql_graph.derived(file)


def test_a_header_without_the_lines_differs(tmp_path: Path) -> None:
    file = tmp_path / "weigh.sql"
    file.write_text("-- Weighs.\n\nselect 1;\n")
    assert sql_graph.stated(file) != sql_graph.derived(file)
