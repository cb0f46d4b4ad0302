"""Explains a record from the published tables: facts by SQL, a sentence for each from sentences.csv."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from remind_etl.published.store import Manifest
from remind_etl.warehouse import sql

SHOWN: Final = 20
"""Facts of one kind that are told of a record; the rest is counted."""

ALWAYS: Final = ("subjects", "near", "facts_files")
PROCESSED: Final = ("stays", "facts_links", "facts_people", "facts_places", "facts_plan")

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
    """The records that an id names, with their facts in the order of the walk; or ids that are like it."""

    record: str
    facts: tuple[Fact, ...]
    like: tuple[tuple[str, str], ...] = ()
    """Kind and id of what is like an id that was found nowhere."""


def explain(manifest: Manifest, tables: Mapping[str, Path], decisions: Iterable[Decision], record: str) -> Explanation:
    """Explain the record: a school, teacher, student or class id, an account_id, or class_id/person_id.

    Of a drop that is blocked, only its files are told, and what the platform has since before.
    """
    with duckdb.connect() as db:
        db.execute("set enable_progress_bar = false")
        _open(db, tables, decisions)
        db.execute("set variable record = $record", {"record": record})
        for step in (*ALWAYS, *(() if manifest.blockers else PROCESSED), "facts_platform"):
            _run(db, step)
        if not db.execute("select 1 from subjects limit 1").fetchall():
            *before, last = sql.statements("explain", "near_misses")
            for statement in before:
                db.execute(statement)
            return Explanation(record, (), tuple(db.execute(last).fetchall()))
        told = db.sql(sql.statements("explain", "told")[0], params={"shown": SHOWN}).to_arrow_table().to_pylist()
    return Explanation(record, (*_landed(manifest), *_sentences(told)))


def _open(db: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], decisions: Iterable[Decision]) -> None:
    _run(db, "shapes")
    for name, path in tables.items():
        db.read_parquet(str(path)).create_view(name, replace=True)
    names = ("school_id", "decided_by", "decided_at")
    shape = pa.schema([(name, pa.string()) for name in names])
    db.register("decisions", pa.Table.from_pylist([dict(zip(names, d, strict=True)) for d in decisions], shape))
    shape = pa.schema([*((name, pa.string()) for name in ("stage", "fact", "sentence")), ("position", pa.int64())])
    rows = [{**row, "position": n} for n, row in enumerate(catalogue())]
    db.register("sentences", pa.Table.from_pylist(rows, shape))


def _run(db: duckdb.DuckDBPyConnection, name: str) -> None:
    for statement in sql.statements("explain", name):
        db.execute(statement)


@cache
def catalogue() -> tuple[dict[str, str], ...]:
    """The rows of sentences.csv, in the order in which they are told."""
    text = files("remind_etl").joinpath("explain", "sentences.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _landed(manifest: Manifest) -> list[Fact]:
    """What is so of the drop as a whole."""
    drop = {"kind": "drop", "id": manifest.drop_id, "of": 1}
    rows = [{**drop, "fact": "drop", "what": manifest.arrived_at}]
    rows += [{**drop, "fact": "blocked", "what": blocker} for blocker in manifest.blockers]
    sentences = {row["fact"]: row for row in catalogue()}
    return _sentences({**sentences[str(row["fact"])], **row} for row in rows)


def _sentences(rows: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """The facts of these rows, each with its sentence; of many like ones the last says how many there are."""
    facts = []
    for row in rows:
        text = str(row["sentence"]).format_map({name: "?" if cell is None else cell for name, cell in row.items()})
        if row["of"] > SHOWN and row["n"] == SHOWN:
            text += f" And {row['of'] - SHOWN} more like this."
        place = (row.get("file"), row.get("line"), row.get("code"))
        facts.append(Fact(row["kind"], row["id"], row["stage"], row["fact"], *place, text.strip()))
    return facts
