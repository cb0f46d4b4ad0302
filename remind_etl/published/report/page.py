"""The page that tells a district, or us, what became of a drop: markdown that also reads well as plain text.

Words of a district's files, such as the names of their columns, are shown and never laid out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import duckdb

from remind_etl.catalogue.problems import Severity
from remind_etl.published import status
from remind_etl.published.report import groups
from remind_etl.published.report.groups import Group
from remind_etl.published.report.rows import FOLDER, WITHOUT_SCHOOL
from remind_etl.published.store import Manifest
from remind_etl.warehouse import sql

FIRST: Final = 3
"""Groups that are told as what to do first."""

GROUPS: Final = 50
"""Groups that a page lists."""

SCHOOLS: Final = 100
"""Schools that a page lists."""


def for_the_district(db: duckdb.DuckDBPyConnection, manifest: Manifest, folders: Mapping[str | None, str]) -> str:
    """The page of the report folder; `folders` are those of the rows to mend, by school."""
    told = groups.rows(groups.told(db))
    parts = (_head(manifest), _first(told), _files(db), _groups(told), _schools(db, folders), _waiting(manifest))
    return "\n".join(line for part in (*parts, _folder()) for line in part)


def for_our_eyes(db: duckdb.DuckDBPyConnection, manifest: Manifest) -> str:
    """The page without a person's data: no values, nor what they look like."""
    parts = (_head(manifest), _files(db), _groups(groups.without_shapes(db)), _waiting(manifest))
    return "\n".join(line for part in parts for line in part)


def first_groups(db: duckdb.DuckDBPyConnection, most: int = 10) -> str:
    """The worst groups, without a person's data."""
    return "\n".join(_groups(groups.without_shapes(db), most)) or "Nothing is wrong."


def _head(manifest: Manifest) -> Iterator[str]:
    taken = datetime.fromisoformat(manifest.arrived_at)
    sentence = status.sentence(manifest, datetime.fromisoformat(manifest.published_at), is_paused=bool(manifest.pause))
    yield f"# Report on {manifest.district_id}, drop {manifest.drop_id}\n"
    yield f"**{sentence}**\n"
    yield from (f"- {_plain(blocker)}" for blocker in manifest.blockers)
    yield f"{chr(10) * bool(manifest.blockers)}Taken {taken:%Y-%m-%d %H:%M} UTC. {_counted(manifest.problems)}\n"
    if manifest.counts:
        names = ("teachers", "guardians", "students", "classes")
        counts = ", ".join(f"{manifest.counts.get(name, 0):,} {name}" for name in names)
        yield f"On the platform now: {counts}.\n"


def _counted(problems: Mapping[str, int]) -> str:
    counts = [status.counted(n, severity) for severity, n in problems.items() if n]
    return f"Found: {', '.join(counts)}." if counts else "Nothing is wrong with it."


def _first(told: Sequence[Group]) -> Iterator[str]:
    worst = [group for group in told if group["severity"] in (Severity.BLOCKER, Severity.ERROR)]
    if worst:
        yield "## What to do first\n"
        for number, group in enumerate(worst[:FIRST], start=1):
            yield f"{number}. {_first_place(group)}: {_plain(group['message'])} **{_plain(group['fix'])}**"
        yield ""


def _first_place(group: Group) -> str:
    """The file and column of a group, and its rows if it is not about the file as a whole."""
    place = _place(group, ", ")
    if not group["rows"]:
        return place
    return f"{place} ({status.counted(group['rows'], 'row')}: {groups.lines(group)})"


def _place(group: Group, between: str) -> str:
    """The file and column of a group; a name that is none of ours as code."""
    column = group["column"] or ""
    shown = column if re.fullmatch("[a-z_, …]*", column) else _code(column)
    return between.join(text for text in (group["file"], shown) if text)


def _files(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    files = groups.rows(db.sql(sql.statements("published/report", "files")[0]))
    yield "## What was accepted\n"
    yield from _table(
        ("file", "rows", "used", "left out", "waiting for one left out", "not readable", "blank lines"),
        [
            (
                *(f["file"], f["records"] - f["blank"], f["used"], f["accepted"] - f["used"] - f["waiting"]),
                *(f["waiting"], f["rejected"], f["blank"]),
            )
            if f["records"] is not None
            else (f["file"], "could not be read", "", "", "", "", "")
            for f in files
        ],
    )
    yield ""


def _groups(told: Sequence[Group], most: int = GROUPS) -> Iterator[str]:
    if told:
        yield "## What is wrong, worst first\n"
        columns = ("severity", "code", "where", "problems", "rows", "lines", "what", "what to do")
        yield from _table(columns, map(_group, told[:most]))
        yield f"\nMore groups like these: {len(told) - most:,}.\n" if len(told) > most else ""


def _group(group: Group) -> tuple[Any, ...]:
    like = f" like {_code(group['shape'])}" if group["shape"] else ""
    return (
        *(group["severity"], group["code"], f"{_place(group, ' ')}{like}", group["problems"], group["rows"]),
        *(groups.lines(group), _plain(group["message"]), _plain(group["fix"])),
    )


def _schools(db: duckdb.DuckDBPyConnection, folders: Mapping[str | None, str]) -> Iterator[str]:
    schools = groups.rows(db.sql(sql.statements("published/report", "schools")[0]))
    if schools:
        yield "## Rows to mend, by school\n"
        yield from _table(
            ("school_id", "errors", "alerts", "folder"),
            [
                (_code(s["school_id"]) if s["school_id"] else "none", s["errors"], s["alerts"], folders[s["school_id"]])
                for s in schools[:SCHOOLS]
            ],
        )
        yield f"\n{len(schools) - SCHOOLS} more schools.\n" if len(schools) > SCHOOLS else ""


def _waiting(manifest: Manifest) -> Iterator[str]:
    schools, people = manifest.waiting_schools, manifest.waiting_people
    waits = [f"- {status.counted(schools, 'school')} with {people:,} people, to be linked."] * bool(schools)
    waits += [f"- {told[0].upper()}{told[1:]}." for told in (status.held([kind]) for kind in manifest.holds)]
    if waits:
        yield from ("## What waits for a person\n", *waits, "")


def _folder() -> Iterator[str]:
    yield "## In this folder\n"
    yield "- `problems.csv`: every problem, with line, record and remedy."
    yield (
        f"- `{FOLDER}/`: the rows to mend as they were sent, a folder for each school and in it a file for each code; "
        f"`{WITHOUT_SCHOOL}` has those that belong to no school of schools.csv.\n"
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value).replace("|", "\\|")


def _code(text: str) -> str:
    """Text of a district that the page must neither lay out nor obey."""
    shown = _seen(text).replace("`", "\ufffd")
    return f"`{shown}`"


def _plain(text: str) -> str:
    """A sentence of ours; what is said in it in the words of a district is neither laid out nor obeyed."""
    return re.sub(r"[\\`*~<>\[\]]", r"\\\g<0>", _seen(text))


def _seen(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
