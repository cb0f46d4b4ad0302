"""What each SQL file reads and writes, from the SQL itself, and from its header.

    python -m remind_etl_tests.sql_graph      writes docs/sql.md, with a picture a stage

A header is the comment before a file's first statement. It says `Inputs: a, b.` and `Outputs: c.`, or `none.`
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import sqlglot
from sqlglot import exp

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "sql.md"

STAGES: Final = ("raw", "valid", "mapped", "provisioned", "planned", "delivered")
"""The stages whose headers have this form."""

_DEFAULT: Final = re.compile(r"\s*:=\s*[^,)]+")
_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Flow:
    """The tables that a file reads and writes. A table that it makes and then reads again is an output only."""

    inputs: frozenset[str]
    outputs: frozenset[str]


def files(stage: str) -> list[Path]:
    """The SQL files of a stage."""
    return sorted((ROOT / "remind_etl" / stage).glob("*.sql"))


@cache
def derived(file: Path) -> Flow:
    """What the statements of a file read and write. Macros are no tables."""
    inputs, outputs = set[str](), set[str]()
    for statement in sqlglot.parse(_DEFAULT.sub("", _text(file)), dialect="duckdb"):
        if statement is None or (isinstance(statement, exp.Create) and statement.kind not in ("TABLE", "VIEW")):
            continue
        target = written_table(statement)
        read = {table_name(table) for table in statement.find_all(exp.Table) if table is not target}
        steps = {step.alias for step in statement.find_all(exp.CTE)}
        inputs |= read - steps - outputs - {""}
        if target:
            outputs.add(table_name(target))
    return Flow(frozenset(inputs), frozenset(outputs))


@cache
def stated(file: Path) -> Flow:
    """What the header of a file says."""
    lines = []
    for line in _text(file).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    header = " ".join(lines)
    return Flow(_listed(header, "Inputs"), _listed(header, "Outputs"))


def _text(file: Path) -> str:
    """The text of a file. A file that serves each kind of record names `${changes}`: here that is `changes_of_kind`."""
    return _PLACEHOLDER.sub(r"\1_of_kind", file.read_text(encoding="utf-8"))


def _listed(header: str, word: str) -> frozenset[str]:
    found = re.search(rf"\b{word}: (.*?)\.(?= |$)", header)
    names = found[1].split(", ") if found else [f"no line `{word}:`"]
    return frozenset(names) - {"none"}


def written_table(statement: exp.Expr) -> exp.Table | None:
    """The table that the statement writes."""
    if isinstance(statement, exp.Create | exp.Insert | exp.Delete | exp.Update):
        target = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
        return target if isinstance(target, exp.Table) else None
    if isinstance(statement, exp.TruncateTable):
        return statement.find(exp.Table)
    return None


def table_name(table: exp.Table) -> str:
    """The name with that of its schema, if it has one."""
    return f"{table.db}.{table.name}" if table.db else table.name


def page() -> str:
    """The text of docs/sql.md."""
    pictures = "\n".join(f"## {stage}\n\n```mermaid\n{_picture(stage)}```\n" for stage in STAGES)
    return (
        "# The SQL graph\n\n"
        "Each box is a SQL file of the stage. An arrow goes from the file that writes a table to a file that reads it. "
        "The label is the table.\nTables of earlier stages are round boxes. "
        "A name that ends with `_of_kind` is a table that each kind of record has.\n"
        "`python -m remind_etl_tests.sql_graph` makes this page from the SQL.\n\n"
        f"{pictures}"
    )


def _picture(stage: str) -> str:
    flows = {file.stem: derived(file) for file in files(stage)}
    makers: dict[str, list[str]] = {}
    for step, flow in flows.items():
        for table in flow.outputs:
            makers.setdefault(table, []).append(step)
    lines = []
    for step, flow in flows.items():
        for table in sorted(flow.inputs):
            sources = [source for source in makers.get(table, []) if source != step]
            label = table.removeprefix(f"{stage}_steps.")
            lines += [f"{source} -->|{label}| {step}" for source in sources]
            if not sources:
                lines.append(f"{table.replace('.', '_')}_table([{table}]) --> {step}")
    return "flowchart TD\n" + _indented(lines)


def _indented(lines: Iterable[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
