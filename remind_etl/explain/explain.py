"""Explains a record from the published tables: facts by SQL, a sentence for each from the catalogue."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.catalogue.explanations import EXPLANATIONS
from remind_etl.catalogue.problems import CATALOGUE
from remind_etl.catalogue.reasons import REASONS
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.explain import look_ups
from remind_etl.explain.of_record import LEFT_OUT, REFUSED, UNREAD, RowsOfRecord, rows_of_record
from remind_etl.published.store import Manifest
from remind_etl.warehouse import sql
from remind_etl.warehouse.kept import KeptReader
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.reading import reading_database


@dataclass(frozen=True)
class Step:
    """A step that adds facts. It has nothing to add without a row in its table, or without a subject of its kinds."""

    name: str
    table: str = ""
    """A table, or UNREAD, LEFT_OUT or REFUSED; empty if it may add a fact without rows."""
    kinds: frozenset[str] = frozenset()
    """Empty for all kinds."""

    def has_facts(self, filled: frozenset[str], kinds: frozenset[str]) -> bool:
        """True if it may add a fact, by the tables that have rows and the kinds of the subjects."""
        return (not self.table or self.table in filled) and (not self.kinds or bool(self.kinds & kinds))


SHOWN: Final = 20
"""Facts of one kind that are shown of a record; the rest is counted."""

LIKE: Final = ("kind", "id", "fact", "file")
"""Facts are alike if they differ in other columns only."""

WITHIN: Final = (
    "line",
    "class_id",
    "person_id",
    "school_id",
    "account_id",
    "role",
    "other_id",
    "reason_code",
    "column",
)
"""The columns by which like facts are sorted."""

WITHOUT_PLACE: Final = "not_in_class_"
"""How facts about an enrollment without a membership begin."""

LAPSED: Final = {f"{state}_{what}": f"lapsed_{what}" for state in ("held", "paused") for what in ("change", "removal")}
"""What a fact of a waiting change becomes after an undo, which ends the plan."""

FIRST: Final = ("named_ids", "subjects")
"""The steps that find the records with the id. If there are none, no other step runs."""

_SCHOOL, _CLASS, _TEACHER, _PLACE = (frozenset({kind}) for kind in ("school", "class", "teacher", "place"))

WITH_IDS: Final = ("sent_ids", "accounts", "removed", "classes", "school_members")
"""The tables in which ids like an unknown one are looked for, in the order of the statements."""

MOST_LIKE: Final = 10
"""Ids that are told of those like an unknown one."""

OF_FILES: Final = (
    Step("own_rows"),
    Step("facts_of_rows"),
    Step("facts_of_names", "sent_rows", _SCHOOL | _CLASS | _TEACHER),
    Step("rows_of_school", "sent_rows", _SCHOOL),
    Step("rows_of_class", "sent_rows", _CLASS),
)
PROCESSED: Final = (
    Step("facts_of_schools"),
    Step("facts_of_waiting", LEFT_OUT),
    Step("facts_of_guardians", "guardian_lines"),
    Step("facts_of_owners", "sent_rows", _TEACHER),
    Step("facts_of_memberships", "class_members"),
    Step("facts_of_enrollments", REFUSED),
    Step("facts_of_unread", UNREAD),
    Step("facts_of_places", kinds=_PLACE),
    Step("facts_of_plan"),
    Step("account", "accounts"),
    Step("contact", "contact_points"),
    Step("guardian_of", "guardianships"),
    Step("owner", "classes", _CLASS),
    Step("memberships", "class_members", _CLASS),
)
OF_PLATFORM: Final = (
    Step("facts_of_platform"),
    Step("at_school", "school_members"),
    Step("members", "school_members", _SCHOOL),
)

SENTENCES: Final = {fact: (stage, text) for stage, facts in EXPLANATIONS.items() for fact, text in facts.items()}
ORDER: Final = {fact: place for place, fact in enumerate(SENTENCES)}
PROBLEMS: Final = {problem.code: problem for problem in CATALOGUE}

Decision = tuple[str, str, str]
"""School, who decided about it, and when."""

ReadDecisions = Callable[[Collection[str]], Iterable[Decision]]
"""The decisions about these schools, perhaps with others."""


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
    manifest: Manifest, tables: Mapping[str, Path], read_decisions: ReadDecisions, record: str
) -> Explanation:
    """Explain the record: a school, teacher, student or class id, an account_id, or class_id/person_id.

    Of a drop that is blocked, only its files are explained, and what the platform has since before.
    """
    with rows_of_record(tables, record) as rows:
        return explain_rows(rows, manifest, tables, read_decisions, record)


def explain_rows(
    rows: RowsOfRecord,
    manifest: Manifest,
    tables: Mapping[str, Path],
    read_decisions: ReadDecisions,
    record: str,
) -> Explanation:
    """Explain the record by its rows, which `rows_of_record` has read. Decisions are read about its schools alone."""
    reader = rows.reader
    if not rows.is_known:
        return Explanation(record, (), _near_misses(tables, record))
    _run(reader, FIRST)
    kinds = frozenset(kind for (kind,) in reader.run("select kind from subjects"))
    if not kinds:
        return Explanation(record, (), _near_misses(tables, record))
    steps = (*OF_FILES, *(() if manifest.blockers else PROCESSED), *OF_PLATFORM)
    _run(reader, (step.name for step in steps if step.has_facts(rows.filled, kinds)))
    missing = _missing_columns(reader.db, tables) if manifest.blockers else frozenset[tuple[str, str]]()
    shown = [_as_lapsed(fact) if manifest.has_lapsed_plan else fact for fact in _shown(reader)]
    told = [*_landed(manifest), *(_as_known(fact, missing) for fact in shown)]
    schools = {row["school_id"] or "" for row in told if "{by}" in SENTENCES[row["fact"]][1]}
    decided = {school: f" by {by} on {at}" for school, by, at in read_decisions(schools)} if schools else {}
    return Explanation(record, tuple(_fact({**row, "by": decided.get(row.get("school_id") or "", "")}) for row in told))


def _run(reader: KeptReader, steps: Iterable[str]) -> None:
    for step in steps:
        from_look_up = step in look_ups.LOOK_UPS
        for statement in look_ups.look_up_statements(step) if from_look_up else sql.statements("explain", step):
            reader.run(statement)


def _shown(reader: KeptReader) -> list[dict[str, Any]]:
    """The first of like facts, in the order in which they are shown: by record, stage and sentence, file and line.

    `nth` is the place of a fact among like ones, and `total` their number. Python sorts so few rows faster than SQL,
    and leaves out repeated ones.
    """
    found = reader.run("select * from facts")
    names = [name for name, *_ in found.description]
    rows = dict.fromkeys(found)
    facts = _first_reasons([dict(zip(names, row, strict=True)) for row in rows])
    alike: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for fact in sorted(facts, key=lambda fact: _sort_key(fact, *LIKE, *WITHIN)):
        alike.setdefault(tuple(fact[name] for name in LIKE), []).append(fact)
    groups = sorted(alike.values(), key=lambda group: (*_sort_key(group[0], "kind", "id"), _order_of(group[0])))
    return [
        {**fact, "nth": nth, "total": len(group)} for group in groups for nth, fact in enumerate(group[:SHOWN], start=1)
    ]


def _missing_columns(db: duckdb.DuckDBPyConnection, tables: Mapping[str, Path]) -> frozenset[tuple[str, str]]:
    """File and column of each required column that the newest files lack."""
    if "problems" not in tables:
        return frozenset()
    query = parse_once(sql.statements("explain", "missing_columns")[0])
    return frozenset(db.execute(query, {"file": str(tables["problems"])}).fetchall())


def _as_known(fact: dict[str, Any], missing: Collection[tuple[str, str]]) -> dict[str, Any]:
    """The fact; if a file lacks its column of ids, nobody knows that it has no row of a record."""
    ids = {"no_row": [(fact["file"], f"{fact['kind']}_id")], "no_row_of_person": _IDS_OF_PEOPLE}
    lost = [one for one in ids.get(fact["fact"], ()) if one in missing]
    return {**fact, "fact": "row_not_known", "file": lost[0][0], "column": lost[0][1]} if lost else fact


def _as_lapsed(fact: dict[str, Any]) -> dict[str, Any]:
    """The fact after an undo: what waited in the last plan does not wait any more."""
    return {**fact, "fact": LAPSED.get(fact["fact"], fact["fact"])}


_IDS_OF_PEOPLE: Final = [("students.csv", "student_id"), ("teachers.csv", "teacher_id")]


def _first_reasons(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts, of each enrollment without a membership only the first reasons in the order of the sentences."""

    def place(fact: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(fact[name] for name in ("kind", "id", "file", "line"))

    refused = [fact for fact in facts if fact["fact"].startswith(WITHOUT_PLACE)]
    first: dict[tuple[Any, ...], int] = {}
    for fact in refused:
        first[place(fact)] = min(_order_of(fact), first.get(place(fact), len(SENTENCES)))
    return [f for f in facts if not f["fact"].startswith(WITHOUT_PLACE) or _order_of(f) == first[place(f)]]


def _order_of(fact: dict[str, Any]) -> int:
    """The place of a fact's sentence among all sentences."""
    return ORDER[fact["fact"]]


def _sort_key(fact: dict[str, Any], *columns: str) -> tuple[tuple[bool, Any], ...]:
    """Sorts facts by these columns; empty cells come last."""
    return tuple((fact[column] is None, "" if fact[column] is None else fact[column]) for column in columns)


def _near_misses(tables: Mapping[str, Path], record: str) -> tuple[tuple[str, str], ...]:
    """Ids of the files and of the platform that are like this one."""
    found: set[tuple[str, str]] = set()
    with reading_database() as db:
        for statement in sql.statements("warehouse", "search_forms"):
            db.execute(parse_once(statement))
        ((form,),) = db.execute("select id_form($record)", {"record": record}).fetchall()
        for table, query in zip(WITH_IDS, sql.statements("explain", "near_misses"), strict=True):
            if table in tables:  # an earlier version, or a blocked first drop, published fewer
                asked = {"file": str(tables[table]), "form": form, "most": MOST_LIKE}
                found |= {*db.execute(parse_once(query), asked).fetchall()}
    return tuple(sorted(found)[:MOST_LIKE])


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
