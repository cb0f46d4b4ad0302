"""A district's own limits of its files: how much of a file may be wrong before the drop is blocked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remind_etl import suites
from remind_etl.errors import OperatorError, UsageError
from remind_etl.schema import upload
from remind_etl.schema.limits import FileLimits


@dataclass(frozen=True)
class FileLimit:
    """A limit of a rule about a file: the number that holds for a district, and the one that holds for others."""

    name: str
    """`TABLE.RULE.LIMIT`."""
    value: float
    usual: float


def limits_in_force(own: FileLimits) -> Iterator[FileLimit]:
    """All limits of files under a district's `own`, file after file."""
    for table in upload.BY_NAME:
        for stage in ("raw", "valid"):
            usual = {expected.rule: expected.limits for expected in suites.expectations(stage, table)}
            for expected in suites.expectations(stage, table, own=own):
                for name, value in expected.limits.items():
                    yield FileLimit(f"{table}.{expected.rule}.{name}", value, usual[expected.rule][name])


def with_limits(own: FileLimits, values: Mapping[str, str]) -> FileLimits:
    """The limits with some changed: by `TABLE.RULE.LIMIT`, the number as text, or nothing for the usual one.

    A limit that an update of the program dropped can only be taken out.

    Raises UsageError if there is no such limit, or it cannot have that value.
    """
    changed = {table: {rule: {**limits} for rule, limits in rules.items()} for table, rules in own.items()}
    known = {limit.name for limit in limits_in_force(suites.NO_LIMITS)}
    for name, text in values.items():
        table, rule, limit = ([*name.split("."), "", ""])[:3]
        is_dropped = not text and limit in own.get(table, {}).get(rule, {})
        if name not in known and not is_dropped:
            raise UsageError(f"{name!r} is not a limit of a file. `remind-etl districts limits ID` lists them.")
        limits = changed.setdefault(table, {}).setdefault(rule, {})
        if text:
            limits[limit] = _number(name, text)
        else:
            limits.pop(limit, None)
        if not limits:
            del changed[table][rule]
    return _checked(changed)


def read_limits(folder: Path) -> FileLimits:
    """The limits in files of a folder, one a table: `students.json` with `{"RULE": {"share": 0.1}}`.

    Raises UsageError if the folder has other files, or a file is not such limits.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise UsageError(f"{folder} has no files of limits, such as students.json.")
    return _checked({file.stem: _read(file) for file in files})


def _read(file: Path) -> dict[str, Any]:
    if file.stem not in upload.BY_NAME:
        raise UsageError(f"{file.name} is of no table. Name it as one of: {', '.join(upload.BY_NAME)}.")
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file.name} cannot be read as JSON.") from error
    if not isinstance(read, dict):
        raise UsageError(
            f'{file.name} must have limits by rule, such as {{"rejected_rows_are_few": {{"share": 0.1}}}}.'
        )
    return read


def _checked(own: Mapping[str, Mapping[str, Any]]) -> FileLimits:
    """The limits without empty parts."""
    try:
        suites.refuse_unknown_limits(own)
    except OperatorError as error:
        raise UsageError(str(error)) from error
    by_table = {table: {rule: limits for rule, limits in rules.items() if limits} for table, rules in own.items()}
    return {table: rules for table, rules in by_table.items() if rules}


def _number(name: str, text: str) -> float:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        raise UsageError(f"{name} is {text!r}: give a number, or nothing for the usual one.") from None
