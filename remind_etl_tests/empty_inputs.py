"""Which tables must be empty, so that a statement of the SQL files has no rows.

    python -m remind_etl_tests.empty_inputs      writes remind_etl/warehouse/empty_inputs.json

A condition is a set of groups of tables: the statement has no rows if all tables of one group are empty. A view stands
there as what it is made of.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import sqlglot
from sqlglot import exp

from remind_etl.schema import upload
from remind_etl.schema.records import KINDS
from remind_etl.valid.column_rules import names_in_steps
from remind_etl.warehouse import sql
from remind_etl.warehouse.changes import names_of_kind
from remind_etl.warehouse.empty_inputs import content_hash
from remind_etl_tests.sql_graph import ROOT, STAGES, table_name, written_table

FILE: Final = ROOT / "remind_etl" / "warehouse" / "empty_inputs.json"
FOLDERS: Final = (*STAGES, "warehouse")
MOST_TABLES: Final = 7
"""Larger groups are left out: to look at each table costs time, too."""

Condition: TypeAlias = frozenset[frozenset[str]]

NEVER: Final[Condition] = frozenset()
ALWAYS: Final[Condition] = frozenset({frozenset[str]()})

_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")
_FILLED: Final = re.compile(r"filled__(\w+?)__")
_MACRO: Final = re.compile(r"create (?:or replace )?macro (\S+?)\(", re.IGNORECASE)
_VIEW: Final = re.compile(r"create (?:or replace )?(?:temp )?view (\S+)", re.IGNORECASE)
_WORD: Final = re.compile(r"[\w.]+(?=\()")


def any_of(*conditions: Condition) -> Condition:
    """Where one of the conditions holds. A group that another one is a part of says nothing more."""
    groups = frozenset[frozenset[str]]().union(*conditions)
    return frozenset(group for group in groups if not any(other < group for other in groups))


def all_of(*conditions: Condition) -> Condition:
    """Where all of the conditions hold."""
    groups = ALWAYS
    for condition in conditions:
        groups = any_of(frozenset(one | other for one in groups for other in condition))
    return groups


def no_rows(query: exp.Expr, known: Mapping[str, Condition]) -> Condition:
    """When a query has no rows; `known` are the queries that it may name, by name."""
    known = dict(known)
    with_ = query.args.get("with_")
    for step in with_.expressions if with_ else ():
        # A recursive step begins with what does not read itself.
        itself = {step.alias: ALWAYS} if with_ and with_.recursive else {}
        known[step.alias] = no_rows(step.this, {**known, **itself})
    match query:
        case exp.Subquery():
            return no_rows(query.this, known)
        case exp.Union():
            return all_of(no_rows(query.left, known), no_rows(query.right, known))
        case exp.Intersect():
            return any_of(no_rows(query.left, known), no_rows(query.right, known))
        case exp.Except():
            return no_rows(query.left, known)
        case exp.Select():
            return _no_rows_of_select(query, known)
    return NEVER


def _no_rows_of_select(query: exp.Select, known: Mapping[str, Condition]) -> Condition:
    first, where = query.args.get("from_"), query.args.get("where")
    if not first or _makes_a_row_of_none(query):
        return NEVER
    condition = _joined(_of_source(first.this, known), query.args.get("joins"), known)
    return any_of(condition, _of_test(where.this, known) if where else NEVER)


def _joined(condition: Condition, joins: Iterable[exp.Join] | None, known: Mapping[str, Condition]) -> Condition:
    for join in joins or ():
        side, kind, method = join.side.upper(), join.kind.upper(), join.method.upper()
        other = _of_source(join.this, known)
        if method not in ("", "ASOF"):
            condition = NEVER
        elif side == "FULL":
            condition = all_of(condition, other)
        elif side == "RIGHT":
            condition = other
        elif side != "LEFT" and kind != "ANTI":
            condition = any_of(condition, other)
    return condition


def _of_source(source: exp.Expr, known: Mapping[str, Condition]) -> Condition:
    condition = NEVER
    if not all(pivot.args.get("unpivot") for pivot in source.args.get("pivots") or ()):
        return condition
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
        condition = _of_table(table_name(source), known)
    elif isinstance(source, exp.Subquery):
        condition = no_rows(source.this, known)
    return _joined(condition, source.args.get("joins"), known)


def _of_table(name: str, known: Mapping[str, Condition]) -> Condition:
    if name in known:
        return known[name]
    view = _of_view(name)
    return frozenset({frozenset({name})}) if view is None else view


def _of_test(test: exp.Expr, known: Mapping[str, Condition]) -> Condition:
    """When a test holds for no row."""
    match test:
        case exp.Paren():
            return _of_test(test.this, known)
        case exp.And():
            return any_of(_of_test(test.left, known), _of_test(test.right, known))
        case exp.Or():
            return all_of(_of_test(test.left, known), _of_test(test.right, known))
        case exp.Exists():
            return no_rows(test.this, known)
        case exp.In() if test.args.get("query"):
            return no_rows(test.args["query"], known)
    return NEVER


def _makes_a_row_of_none(query: exp.Select) -> bool:
    """Whether it sums up all rows, so that none are summed up, too."""
    if group := query.args.get("group"):
        sets = (exp.Rollup, exp.Cube, exp.GroupingSets)
        return any(isinstance(key, sets) or key == exp.Tuple() for key in group.expressions)
    parts = [*query.expressions, *(query.args.get(part) for part in ("having", "qualify", "order"))]
    return any(map(_is_aggregate, (node for part in parts if part for node in _nodes(part))))


def _nodes(node: exp.Expr) -> Iterator[exp.Expr]:
    """The node and what is in it, without other queries."""
    yield node
    for child in node.iter_expressions():
        if not isinstance(child, exp.Query):
            yield from _nodes(child)


def _is_aggregate(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Func) or isinstance(node.parent, exp.Window):
        return False
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
    return isinstance(node, exp.AggFunc) or name.lower() in _aggregates()


@cache
def _aggregates() -> frozenset[str]:
    """The names of DuckDB's aggregate functions, and of our macros that use one."""
    with duckdb.connect() as db:
        rows = db.execute("select function_name from duckdb_functions() where function_type = 'aggregate'").fetchall()
    names = {name for (name,) in rows}
    bodies = {
        found[1].split(".")[-1].lower(): {word.split(".")[-1].lower() for word in _WORD.findall(text[found.end() :])}
        for text in _all_statements()
        if (found := _MACRO.search(text))
    }
    while more := {macro for macro, words in bodies.items() if words & names} - names:
        names |= more
    return frozenset(names)


@cache
def _of_view(name: str) -> Condition | None:
    """When a view has no rows; None if there is no such view. A view that is made in several ways may always have some."""
    texts = _views().get(name)
    if not texts:
        return None
    (query, *others) = (sqlglot.parse_one(text, dialect="duckdb").expression for text in texts)
    return NEVER if others else no_rows(query, {})


@cache
def _views() -> Mapping[str, frozenset[str]]:
    """The statements that create views, by their names: as they stand in the files, and filled for each file and kind."""
    found: dict[str, set[str]] = {}
    fillings = [*map(names_in_steps, upload.FILES), *map(names_of_kind, KINDS)]
    for text in _all_statements():
        filled = {sql.fill_names(text, names) for names in fillings if {*_PLACEHOLDER.findall(text)} <= {*names}}
        for one in {_parseable(text), *map(_parseable, filled)}:
            if view := _VIEW.search(one):
                found.setdefault(view[1], set()).add(one)
    return {name: frozenset(texts) for name, texts in found.items()}


@cache
def _all_statements() -> tuple[str, ...]:
    return tuple(text for folder in FOLDERS for file in _files(folder) for text in sql.statements(folder, file.stem))


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / "remind_etl" / folder).glob("*.sql"))


def _parseable(text: str) -> str:
    return _PLACEHOLDER.sub(r"filled__\1__", text)


def rule(text: str) -> tuple[str | None, bool, list[list[str]]]:
    """Of a statement: the table that it writes, whether it creates and fills it, and the groups of tables of which one is empty."""
    if _MACRO.search(text):
        return None, False, []
    statement = sqlglot.parse_one(_parseable(text), dialect="duckdb")
    target = written_table(statement)
    if target is None or (isinstance(statement, exp.Create) and statement.kind != "TABLE"):
        return None, False, []
    query = statement.expression if isinstance(statement, exp.Create | exp.Insert) else None
    creates = isinstance(statement, exp.Create) and query is not None
    is_known = query and not (creates and statement.find(exp.Parameter, exp.Placeholder))
    condition = no_rows(query, {}) if query and is_known else NEVER
    groups = [sorted(group) for group in condition if 0 < len(group) <= MOST_TABLES]
    return _unfilled(table_name(target)), creates, [[_unfilled(t) for t in g] for g in sorted(groups, key=_place)]


def _place(group: list[str]) -> tuple[int, list[str]]:
    return len(group), group


def _unfilled(name: str) -> str:
    return _FILLED.sub(r"${\1}", name)


def content() -> str:
    """The text of `empty_inputs.json`."""
    rules: dict[str, Any] = {}
    for folder in FOLDERS:
        for file in _files(folder):
            rules[f"{folder}/{file.stem}"] = {
                "hash": content_hash(sql.sql_text(folder, file.stem)),
                "statements": [rule(text) for text in sql.statements(folder, file.stem)],
            }
    lines = (f"{json.dumps(step)}: {json.dumps(known)}" for step, known in rules.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(content(), encoding="utf-8")
