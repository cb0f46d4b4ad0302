"""What the suites in `expectations/` expect, and the limits that a district has of its own.

A suite is `expectations/<stage>/<table>.json` in Great Expectations' own format. The `meta` of each expectation has
besides
- `check`: the check's name, a sentence that is true when it passes;
- `code`: for what blocks a drop, the problem of the catalogue that it is;
- `codes`: the problems of rows that it counts, if any: what made most of them tells the remedy; or else
- `remedy`: the name of its own remedy, if the code's does not fit;
- `unless`: another check of the suite, of whose failure this one's follows: where that one fails, it blocks nothing;
- `found` and `among`: for an expectation about counts, the two of `suites/<stage>_<table>.sql` that it compares;
- `limits`: numbers by name, such as a `share` and a `count` that must both be exceeded;
- `otherwise`: how a failure is told, with `{names}` of counts in `Judgement.observed`.
`{found}`, `{among}` and the names of limits stand in the query, those of limits in the description too.

`<district>/<table>.json` in the folder of districts replaces limits by check: `{"<check>": {"share": 0.1}}`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final

import remind_etl
from remind_etl.errors import OperatorError
from remind_etl.schema import upload

FOLDER: Final = Path(remind_etl.__file__).parent.parent / "expectations"
"""The suites of the repository."""

DISTRICTS: Final = FOLDER / "districts"
"""Where districts have limits of their own, unless a setting says otherwise."""

_QUERY: Final = "unexpected_rows_query"
_SEVERITIES: Final = ("critical", "warning")


@dataclass(frozen=True)
class Expectation:
    """What must be true of a table; a failure stops the drop if `is_critical`, as the problem `code` if there is one.

    `found` and `among` name the counts it compares, if it is about counts; `entry` is what Great Expectations takes.
    """

    check: str
    description: str
    is_critical: bool
    code: str | None
    codes: tuple[str, ...]
    remedy: str | None
    unless: str | None
    limits: Mapping[str, float]
    found: str | None = field(repr=False)
    among: str | None = field(repr=False)
    otherwise: str = field(repr=False)
    entry: Mapping[str, Any] = field(repr=False)


def expectations(
    stage: str, table: str, *, district: str | None = None, folder: Path = FOLDER, districts: Path = DISTRICTS
) -> tuple[Expectation, ...]:
    """What the suite of `<stage>.<table>` expects, in the order of its file, under the limits of the district if any.

    Raises OperatorError if there is no such suite, if it does not say of each expectation its own check, its
    description and whether it is critical, or if a limit is no such check's or no number that it can be.
    """
    name = f"{stage}/{table}.json"
    entries = _entries(folder / name, name)
    own = _own_limits(table, district, folder, districts) if district else {}
    expected: dict[str, Expectation] = {}
    for number, entry in enumerate(entries, start=1):
        made = _expectation(f"the suite {name}", number, entry, own)
        if made.check in expected:
            raise OperatorError(f"{made.check} stands twice in the suite {name}.")
        expected[made.check] = made
    return tuple(expected.values())


def _entries(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["expectations"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise OperatorError(f"The suite {name} cannot be read.") from error


def _expectation(where: str, number: int, entry: dict[str, Any], own: Mapping[str, Mapping[str, float]]) -> Expectation:
    meta: dict[str, Any] = entry.get("meta") or {}
    check, description, severity = meta.get("check"), entry.get("description"), entry.get("severity")
    if not check or not description:
        raise OperatorError(f"Expectation {number} of {where} lacks its meta.check or its description.")
    if severity not in _SEVERITIES:
        raise OperatorError(f"{check} in {where} must be one of: {', '.join(_SEVERITIES)}.")
    limits = {**_numbers(f"{check} in {where}", meta.get("limits", {})), **own.get(check, {})}
    names: dict[str, str] = {key: meta[key] for key in ("found", "among") if key in meta}
    kwargs = dict(entry.get("kwargs", {}))
    if _QUERY in kwargs:
        kwargs[_QUERY] = _filled(kwargs[_QUERY], {**names, **{key: repr(limit) for key, limit in limits.items()}})
    described = _filled(description, {key: in_words(key, limit) for key, limit in limits.items()})
    return Expectation(
        check=check,
        description=described,
        is_critical=severity == "critical",
        code=meta.get("code"),
        codes=tuple(meta.get("codes", ())),
        remedy=meta.get("remedy"),
        unless=meta.get("unless"),
        limits=limits,
        found=names.get("found"),
        among=names.get("among"),
        otherwise=meta.get("otherwise", ""),
        entry={**entry, "description": described, "kwargs": kwargs},
    )


def in_words(name: str, limit: float) -> str:
    """A limit as people read it: a share in per cent."""
    return f"{100 * limit:g} %" if name == "share" else f"{limit:,g}"


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each `{name}` replaced; other braces stay, as Great Expectations has names of its own."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _numbers(where: str, limits: object) -> dict[str, float]:
    if not isinstance(limits, dict):
        raise OperatorError(f'The limits of {where} must be numbers by name, such as {{"share": 0.1}}.')
    for name, limit in limits.items():
        is_number = isinstance(limit, int | float) and not isinstance(limit, bool) and isfinite(limit)
        if not is_number or limit < 0 or (name == "share" and limit > 1):
            wanted = "a number from 0 to 1" if name == "share" else "a number of at least 0"
            raise OperatorError(f"{name} of {where} must be {wanted}.")
    return limits


def _own_limits(table: str, district: str, folder: Path, districts: Path) -> dict[str, dict[str, float]]:
    """The district's own limits of the table's checks, which are unique over all stages; none if it has no file."""
    named = upload.district_id(district)
    for stray in _strays(districts / named, folder):
        raise OperatorError(f"The limits {named}/{stray} are of no table; name the file as one in a stage's folder.")
    path, where = districts / named / f"{table}.json", f"the limits {named}/{table}.json"
    if not path.is_file():
        return {}
    try:
        own = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OperatorError(f"T{where[1:]} cannot be read as JSON.") from error
    if not isinstance(own, dict):
        raise OperatorError(f"T{where[1:]} must be limits by check.")
    known = dict(_limits(table, folder))
    for check, limits in own.items():
        if check not in known:
            raise OperatorError(f"{check} in {where} is no check with limits; there are: {', '.join(known)}.")
        for name in _numbers(f"{check} in {where}", limits).keys() - known[check].keys():
            raise OperatorError(f"{check} in {where} has no limit {name}; it has: {', '.join(known[check])}.")
    return own


def _limits(table: str, folder: Path) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Each check that has limits, in the suites of the table of any stage."""
    for path in sorted(folder.glob(f"*/{table}.json")):
        for expected in expectations(path.parent.name, table, folder=folder):
            if expected.limits:
                yield expected.check, expected.limits


def _strays(own: Path, folder: Path) -> list[str]:
    """Files of a district's limits that no table would ever read, such as one whose name is misspelt."""
    tables = {path.name for path in folder.glob("*/*.json")}
    return sorted(path.name for path in own.glob("[!.]*") if path.name not in tables)
