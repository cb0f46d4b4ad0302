from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
import sqlglot

from remind_etl.warehouse.empty_inputs import KnownTables, Rule, rules_of_step
from remind_etl_tests import empty_inputs
from remind_etl_tests.districts import District, files, new_district
from remind_etl_tests.empty_inputs import ALWAYS, NEVER, Condition, no_rows, rule
from remind_etl_tests.warehouses import SMALL, rows

Tables = dict[str, tuple[list[tuple[str, str]], list[str]]]

DAYS: Mapping[str, list[Mapping[str, str]]] = {
    "a first drop": [SMALL],
    "a drop without classes": [{name: SMALL[name] for name in ("schools.csv", "teachers.csv", "students.csv")}],
    "rows with errors": [
        SMALL,
        files(teachers=["S1,T1,,Lee,ann@example.org,212 555 0142", "S2,T2,Bob,Ray,NULL,12"], students=["S1,P1,Cy"]),
    ],
    "people who go, and people who come": [
        SMALL,
        files(
            teachers=["S1,T1,Ann,Lee,ann@example.org,", "S9,T3,Kim,Ode,bob@example.org,"],
            students=[
                "S1,p1,Cy,Fox,1/31/2012,7,CY@example.org,,Dee,Fox,<dee@example.org>,",
                "S1,P3,Lou,Fox,,,,,Dee,Fox,dee@example.org,212 555 0143 x2",
                "S1,P3,Max,Orr,,,,,Dan,Orr,dan@example.org,",
            ],
            enrollments=["S1,C1,P2", "S1,C1,T3"],
        ),
        SMALL,
    ],
    "no rows at all": [SMALL, {name: rows(name) for name in SMALL}],
}


@pytest.mark.parametrize("name", DAYS)
def test_the_tables_are_the_same_with_and_without_statements_left_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables_of_days(new_district(tmp_path / "first"), DAYS[name])  # a statement that creates a table is executed once
    left_out = []
    leave_out = KnownTables.leave_out

    def count(tables: KnownTables, statement: str, of: Rule) -> bool:
        is_left_out = leave_out(tables, statement, of)
        left_out.append(is_left_out)
        return is_left_out

    monkeypatch.setattr(KnownTables, "leave_out", count)
    quick = tables_of_days(new_district(tmp_path / "quick"), DAYS[name])
    assert sum(left_out) > 100
    monkeypatch.setattr(KnownTables, "leave_out", lambda *_: False)
    slow = tables_of_days(new_district(tmp_path / "slow"), DAYS[name])
    for day, of_day in zip(slow, quick, strict=True):
        assert day.keys() == of_day.keys()
        assert [table for table in day if day[table] != of_day[table]] == []


def tables_of_days(district: District, days: list[Mapping[str, str]]) -> list[Tables]:
    found = []
    for sent in days:
        with district.day(sent) as day:
            day.plan_and_deliver()
            found.append(tables_of(day.db))
    return found


def tables_of(db: duckdb.DuckDBPyConnection) -> Tables:
    """The columns with their types, and the rows, of each table. What names the drop is left out: a drop has an id each time."""
    names = db.execute("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
    found = {}
    for (name,) in names:
        table = db.table(name)
        columns = [column for column in table.columns if column != "hold_hash"]
        if not name.startswith("landed."):
            shape = [(column, str(kind)) for column, kind in zip(table.columns, table.types, strict=True)]
            found[name] = (shape, sorted(map(repr, table.select(*columns).fetchall())))
    return found


def test_the_rules_are_those_of_the_sql_of_today() -> None:
    assert empty_inputs.FILE.read_text(encoding="utf-8") == empty_inputs.content()


def test_a_file_that_was_changed_has_no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules_of_step("provisioned", "lost_claims")
    rules_of_step.cache_clear()
    monkeypatch.setattr("remind_etl.warehouse.sql.sql_text", lambda *_: "select 1;\n")
    assert rules_of_step("provisioned", "lost_claims") == ()
    rules_of_step.cache_clear()


def groups(*tables: str) -> Condition:
    """A condition from texts such as `a` or `a b`: a group each."""
    return frozenset(frozenset(group.split()) for group in tables)


QUERIES: Mapping[str, Condition] = {
    "from a": groups("a"),
    "select x from a where x > 1 order by x limit 3": groups("a"),
    "select x from a, b": groups("a", "b"),
    "select x from a join b using (x)": groups("a", "b"),
    "select x from a semi join b using (x)": groups("a", "b"),
    "select x from a anti join b using (x)": groups("a"),
    "select x from a left join b using (x)": groups("a"),
    "select x from a right join b using (x)": groups("b"),
    "select x from a full join b using (x)": groups("a b"),
    "select x from a asof join b on a.x >= b.x": groups("a", "b"),
    "select x from a positional join b": NEVER,
    "select x from a cross join (from b)": groups("a", "b"),
    "select x from a union all select x from b": groups("a b"),
    "select x from a except select x from b": groups("a"),
    "select x from a intersect select x from b": groups("a", "b"),
    "select count(*) from a": NEVER,
    "select x from a having count(*) > 0": NEVER,
    "select arg_min(x, y) + 1 from a": NEVER,
    "select count(*) over () from a": groups("a"),
    "select x, count(*) from a group by x": groups("a"),
    "select x, count(*) from a group by all": groups("a"),
    "select x, count(*) from a group by rollup (x)": NEVER,
    "select x, count(*) from a group by cube (x)": NEVER,
    "select x, count(*) from a group by grouping sets ((x), ())": NEVER,
    "select count(*) from a group by ()": NEVER,
    "select x, (select count(*) from b) from a": groups("a"),
    "select 1": NEVER,
    "select x from (values (1)) as v (x)": NEVER,
    "select x from range(3) as r (x)": NEVER,
    "select x from a cross join unnest(a.l) as u (x)": groups("a"),
    "select x from a where exists (from b) and x > 1": groups("a", "b"),
    "select x from a where x in (select x from b) or y in (select x from c)": groups("a", "b c"),
    "select x from a where not exists (from b)": groups("a"),
    "with b as (select x from a where x > 1) select x from c join b using (x)": groups("a", "c"),
    "with b as (select count(*) as x from a) select x from b": NEVER,
    "with recursive r as (select x from a union select x + 1 from r where x < 9) select x from r": groups("a"),
    "from a unpivot (v for n in (x, y))": groups("a"),
    "from a pivot (sum(x) for n in ('x', 'y'))": NEVER,
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_has_no_rows_if_the_tables_that_it_needs_are_empty(query: str) -> None:
    assert no_rows(sqlglot.parse_one(query, dialect="duckdb"), {}) == QUERIES[query]


def test_what_has_no_rows_in_any_case_is_no_group() -> None:
    assert rule("insert into t select x from a where x > 1") == ("t", False, [["a"]])
    assert rule("create or replace table t as select x from a left join b using (x)") == ("t", True, [["a"]])
    assert rule("create or replace table t as select $x as x from a") == ("t", True, [])
    assert rule("create or replace table t (x int)") == ("t", False, [])
    assert rule("delete from t where x in (select x from a)") == ("t", False, [])
    assert rule("create or replace view v as from a") == (None, False, [])
    assert ALWAYS != NEVER


def test_a_view_stands_for_the_tables_that_it_is_made_of() -> None:
    assert rule("insert into t select cell from raw.reject_tokens") == ("t", False, [["raw.rejects"]])


def test_a_statement_is_executed_while_a_table_that_it_needs_has_rows() -> None:
    with duckdb.connect() as db:
        db.execute("create table a (x int)")
        db.execute("create table b (x int)")
        tables = KnownTables(db)
        insert = Rule("b", False, (("a",),))
        assert tables.leave_out("insert into b from a", insert)
        db.execute("insert into a values (1)")
        tables.note_rows_in("a")
        assert not tables.leave_out("insert into b from a", insert)


def test_a_table_that_is_not_there_is_not_empty() -> None:
    with duckdb.connect() as db:
        assert not KnownTables(db).is_empty("nowhere.a")


def test_a_statement_without_rule_may_fill_any_table() -> None:
    with duckdb.connect() as db:
        db.execute("create table a (x int)")
        tables = KnownTables(db)
        assert tables.is_empty("a")
        db.execute("insert into a values (1)")
        tables.note_execution("insert into a values (1)", None)
        assert not tables.is_empty("a")
