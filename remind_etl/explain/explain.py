"""Explains a record from the published tables: facts by SQL, a sentence for each from the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from remind_etl.catalogue.explanations import EXPLANATIONS
from remind_etl.catalogue.problems import CATALOGUE
from remind_etl.catalogue.reasons import REASONS
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.explain import look_ups
from remind_etl.explain.of_record import RowsOfRecord, pairs_of, rows_of_record
from remind_etl.published.store import Manifest
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once

SHOWN: Final = 20
"""Facts of one kind that are shown of a record; the rest is counted."""

FIRST: Final = ("facts", "subjects")
"""The steps that find the records with the id. If there are none, no other step runs."""

OF_FILES: Final = ("own_rows", "facts_of_rows", "rows_of_school", "rows_of_class")
PROCESSED: Final = (
    *("facts_of_schools", "facts_of_people", "facts_of_memberships", "facts_of_enrollments", "facts_of_plan"),
    *("account", "contact", "guardian_of", "owner", "memberships"),
)
OF_PLATFORM: Final = ("facts_of_platform", "at_school", "members")

SENTENCES: Final = {fact: (stage, text) for stage, facts in EXPLANATIONS.items() for fact, text in facts.items()}
PROBLEMS: Final = {problem.code: problem for problem in CATALOGUE}

Decision = tuple[str, str, str]
"""School, who decided about it, and when."""


@dataclass(frozen=True)
class Fact:
    """What is so of a record in a stage: where it stands in the files, the rule if it is a problem, and a sentence."""

    kind: str
    id: str
    stage: str
    fact: str
    file: str | None
    line: int | None
    rule: str | None
    text: str


@dataclass(frozen=True)
class Explanation:
    """The records that an id names, with their facts in the order of the stages; or ids that are like it."""

    record: str
    facts: tuple[Fact, ...]
    like: tuple[tuple[str, str], ...] = ()
    """Kind and id of what is like an id that was found nowhere."""


def explain_record(
    manifest: Manifest, tables: Mapping[str, Path], decisions: Iterable[Decision], record: str
) -> Explanation:
    """Explain the record: a school, teacher, student or class id, an account_id, or class_id/person_id.

    Of a drop that is blocked, only its files are explained, and what the platform has since before.
    """
    with rows_of_record(tables, record) as rows:
        return explain_rows(rows, manifest, tables, decisions, record)


def explain_rows(
    rows: RowsOfRecord,
    manifest: Manifest,
    tables: Mapping[str, Path],
    decisions: Iterable[Decision],
    record: str,
) -> Explanation:
    """Explain the record by its rows, which `rows_of_record` has read. Decisions are read if there is a record."""
    db = rows.db
    if not rows.is_known:
        return Explanation(record, (), _near_misses(db, tables, record))
    _open(db, record)
    _run(db, FIRST)
    if not db.execute("select 1 from subjects limit 1").fetchall():
        return Explanation(record, (), _near_misses(db, tables, record))
    _run(db, (*OF_FILES, *(() if manifest.blockers else PROCESSED), *OF_PLATFORM))
    query = sql.sql_text("explain", "shown").rstrip(";\n")
    shown = db.sql(query, params={"shown": SHOWN}).to_arrow_table().to_pylist()
    told = [*_landed(manifest), *shown]
    decided = {school: f" by {decided_by} at {at}" for school, decided_by, at in decisions}
    return Explanation(record, tuple(_fact({**row, "by": decided.get(row.get("school_id"), "")}) for row in told))


def _run(db: duckdb.DuckDBPyConnection, steps: Iterable[str]) -> None:
    for step in steps:
        from_look_up = step in look_ups.LOOK_UPS
        for statement in look_ups.look_up_statements(step) if from_look_up else sql.statements("explain", step):
            db.execute(parse_once(statement))


def _open(db: duckdb.DuckDBPyConnection, record: str) -> None:
    """Say what the id may mean, and in which order the facts are shown."""
    shape = pa.schema([("class_id", pa.string()), ("person_id", pa.string())])
    pairs = [dict(zip(shape.names, pair, strict=True)) for pair in pairs_of(record)]
    db.register("pairs", pa.Table.from_pylist(pairs, shape))
    names = list(SENTENCES)
    stages = [stage for stage, _ in SENTENCES.values()]
    db.register("sentences", pa.table({"fact": names, "stage": stages, "position": list(range(len(names)))}))
    db.execute("set variable record = $record", {"record": record})


def _near_misses(db: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], record: str) -> tuple[tuple[str, str], ...]:
    """Ids of the files that are like this one."""
    if "sent_ids" not in tables:  # an earlier version published none
        return ()
    for statement in sql.statements("warehouse", "search_forms"):
        db.execute(parse_once(statement))
    ((form,),) = db.execute("select id_form($record)", {"record": record}).fetchall()
    query = parse_once(sql.statements("explain", "near_misses")[0])
    return tuple(db.execute(query, {"file": str(tables["sent_ids"]), "form": form}).fetchall())


def _landed(manifest: Manifest) -> list[dict[str, Any]]:
    """What is so of the drop as a whole."""
    drop = {"kind": "drop", "id": manifest.drop_id}
    rows = [{**drop, "fact": "drop", "other_id": manifest.arrived_at}]
    rows += [{**drop, "fact": "blocked", "other_id": blocker} for blocker in manifest.blockers]
    return rows + [{**drop, "fact": "undone", "other_id": manifest.undone}] * bool(manifest.undone)


def _fact(row: Mapping[str, Any]) -> Fact:
    """The fact of this row with its sentence. The last of many like facts says how many more there are."""
    stage, sentence = SENTENCES[row["fact"]]
    cells = {name: "?" if cell is None else cell for name, cell in row.items()}
    reason = REASONS.get(row.get("reason") or "", cells.get("reason"))
    text = sentence.format_map({**cells, **_problem(row), "reason": reason})
    if row.get("total", 0) > SHOWN and row["nth"] == SHOWN:
        text += f" And {row['total'] - SHOWN} more like this."
    rule = code if (code := row.get("reason_code")) in PROBLEMS else None
    return Fact(row["kind"], row["id"], stage, row["fact"], row.get("file"), row.get("line"), rule, text.strip())


def _problem(row: Mapping[str, Any]) -> dict[str, str]:
    """The message and the remedy of the problem that the row is about."""
    problem = PROBLEMS.get(row.get("reason_code", ""))
    if not problem:
        return {"problem": "", "fix": ""}
    detail, column, file = row["detail"] or "", row["column"], row["file"]
    message = _filled(problem.message, detail, column or "A value", file or "A file")
    remedy = REMEDIES.get(row["remedy"], problem.fix)
    return {"problem": message, "fix": _filled(remedy, detail, column or "the value", file or "the file")}


def _filled(template: str, detail: str, column: str, file: str) -> str:
    return template.replace("{detail}", detail).replace("{column}", column).replace("{file}", file)
