"""The page that reports on a drop to the district or to us: Markdown that also reads well as plain text.

Words of a district's files, such as the names of their columns, are shown and never interpreted as Markdown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb

from remind_etl.catalogue.markdown import code_span, escaped_sentence, markdown_table
from remind_etl.catalogue.moments import moment_in
from remind_etl.catalogue.problems import Severity
from remind_etl.catalogue.statuses import NO_PROBLEMS, REPORT, REPORT_FILES, UNREADABLE_FILE
from remind_etl.published import status
from remind_etl.published.report import groups
from remind_etl.published.report.groups import Group
from remind_etl.published.report.rows import FOLDER, WITHOUT_SCHOOL
from remind_etl.published.store import Manifest
from remind_etl.warehouse import sql

FIRST: Final = 3
"""Groups in the list of what to do first."""

GROUPS: Final = 50
"""Groups that a page lists."""

SCHOOLS: Final = 100
"""Schools that a page lists."""


def for_the_district(
    db: duckdb.DuckDBPyConnection, manifest: Manifest, folders: Mapping[str | None, str], zone: ZoneInfo
) -> str:
    """The page of the report folder; `folders` are the folders of the rows to correct, by school."""
    found = groups.rows(groups.gathered(db))
    parts = (
        _head(manifest, zone),
        _first(found),
        _files(db),
        _groups(found),
        _schools(db, folders),
        _waiting(manifest),
    )
    return "\n".join(line for part in (*parts, _folder()) for line in part)


def for_our_eyes(db: duckdb.DuckDBPyConnection, manifest: Manifest) -> str:
    """The page without personal data: neither values nor their shapes."""
    parts = (_head(manifest, ZoneInfo("UTC")), _files(db), _groups(groups.without_shapes(db)), _waiting(manifest))
    return "\n".join(line for part in parts for line in part)


def first_groups(db: duckdb.DuckDBPyConnection, most: int = 10) -> str:
    """The worst groups, without personal data."""
    return "\n".join(_groups(groups.without_shapes(db), most)) or NO_PROBLEMS


def _head(manifest: Manifest, zone: ZoneInfo) -> Iterator[str]:
    sentence = status.sentence_of_status(manifest, datetime.fromisoformat(manifest.published_at), manifest.pause)
    yield f"{REPORT['title'].format(district=manifest.district_id, drop=manifest.drop_id)}\n"
    yield f"**{sentence}**\n"
    yield from (f"- {escaped_sentence(blocker)}" for blocker in manifest.blockers)
    found = REPORT["taken"].format(at=moment_in(zone, manifest.arrived_at), found=_counted(manifest.problems))
    yield f"{chr(10) * bool(manifest.blockers)}{found}\n"
    if manifest.counts:
        names = ("teachers", "guardians", "students", "classes")
        counts = ", ".join(f"{manifest.counts.get(name, 0):,} {name}" for name in names)
        yield f"{REPORT['on_platform'].format(counts=counts)}\n"


def _counted(problems: Mapping[str, int]) -> str:
    counts = [status.counted(n, severity) for severity, n in problems.items() if n]
    return REPORT["found"].format(counts=", ".join(counts)) if counts else NO_PROBLEMS


def _first(found: Sequence[Group]) -> Iterator[str]:
    worst = [group for group in found if group["severity"] in (Severity.BLOCKER, Severity.ERROR)]
    if worst:
        yield f"{REPORT['first']}\n"
        for number, group in enumerate(worst[:FIRST], start=1):
            message, fix = escaped_sentence(group["message"]), escaped_sentence(group["fix"])
            yield f"{number}. {_first_place(group)}: {message} **{fix}**"
        yield ""


def _first_place(group: Group) -> str:
    """The file and column of a group, and its rows if it is not about the file as a whole."""
    place = _place(group, ", ")
    if not group["rows"]:
        return place
    return f"{place} ({status.counted(group['rows'], 'row')}: {groups.lines(group)})"


def _place(group: Group, between: str) -> str:
    """The file and column of a group; a name from the district's file is shown as code."""
    column = group["column"] or ""
    shown = column if re.fullmatch("[a-z_, …]*", column) else code_span(column)
    return between.join(text for text in (group["file"], shown) if text)


def rows_with_errors(file: Mapping[str, Any]) -> int | None:
    """The rows of a file that were read and have an error; None if the file could not be read."""
    if file["used"] is None or file["accepted"] is None:
        return None
    return int(file["accepted"] - file["used"] - file["waiting"])


def _files(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    files = groups.rows(db.sql(sql.statements("published/report", "files")[0]))
    yield f"{REPORT['files']}\n"
    yield from markdown_table(
        REPORT_FILES,
        [
            (
                *(f["file"], f["records"] - f["blank"], f["used"], rows_with_errors(f)),
                *(f["waiting"], f["rejected"], f["blank"]),
            )
            if f["records"] is not None
            else (f["file"], UNREADABLE_FILE, "", "", "", "", "")
            for f in files
        ],
    )
    yield ""


def _groups(found: Sequence[Group], most: int = GROUPS) -> Iterator[str]:
    if found:
        yield f"{REPORT['groups']}\n"
        columns = ("severity", "code", "where", "problems", "rows", "lines", "what", "what to do")
        yield from markdown_table(columns, map(_group, found[:most]))
        yield f"\n{REPORT['more_groups'].format(count=f'{len(found) - most:,}')}\n" if len(found) > most else ""


def _group(group: Group) -> tuple[Any, ...]:
    like = f" like {code_span(group['shape'])}" if group["shape"] else ""
    return (
        *(group["severity"], group["code"], f"{_place(group, ' ')}{like}", group["problems"], group["rows"]),
        *(groups.lines(group), escaped_sentence(group["message"]), escaped_sentence(group["fix"])),
    )


def _schools(db: duckdb.DuckDBPyConnection, folders: Mapping[str | None, str]) -> Iterator[str]:
    schools = groups.rows(db.sql(sql.statements("published/report", "schools")[0]))
    if schools:
        yield f"{REPORT['schools']}\n"
        yield from markdown_table(
            ("school_id", "errors", "alerts", "folder"),
            [
                (
                    code_span(s["school_id"]) if s["school_id"] else "none",
                    s["errors"],
                    s["alerts"],
                    folders[s["school_id"]],
                )
                for s in schools[:SCHOOLS]
            ],
        )
        more = REPORT["more_schools"].format(count=len(schools) - SCHOOLS)
        yield f"\n{more}\n" if len(schools) > SCHOOLS else ""


def _waiting(manifest: Manifest) -> Iterator[str]:
    schools = status.counted(manifest.waiting_schools, "school")
    people = status.counted(manifest.waiting_people, "person", "people")
    waits = [REPORT["waiting_schools"].format(schools=schools, people=people)] * bool(manifest.waiting_schools)
    waits += [REPORT["waiting_changes"].format(held=status.kinds_in_words([kind])) for kind in manifest.holds]
    if waits:
        yield from (f"{REPORT['waiting']}\n", *waits, "")


def _folder() -> Iterator[str]:
    yield f"{REPORT['folder']}\n"
    yield REPORT["problems_file"]
    yield f"{REPORT['rows_folder'].format(folder=FOLDER, without_school=WITHOUT_SCHOOL)}\n"
