"""What the suites in `expectations/` expect, and the limits that a district has of its own.

A suite is `expectations/<stage>/<table>.json` in Great Expectations' own format. It has two forms of expectation:
- One judges all counts of the table at once. Its `meta.checks` are limits by check and rule:
  `{"<check>": {"<rule>": {"share": 0.1, "count": 20}}}`. The words of the rules stand in `catalogue/rules.py`.
- Any other is one of Great Expectations' own about the table itself. Its `meta` has the `check` that it is part of,
  its own name as `rule`, and `otherwise`: how a failure is told, with `{names}` of the counts in `Judgement.observed`.

A district may have other numbers of its own in the place of these limits.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import remind_etl
from remind_etl.catalogue import rules
from remind_etl.catalogue.rule import Rule
from remind_etl.errors import OperatorError
from remind_etl.schema.limits import FileLimits

FOLDER: Final = Path(remind_etl.__file__).parent.parent / "expectations"
"""The suites of the repository."""

NO_LIMITS: Final[FileLimits] = MappingProxyType({})
"""Of a district that has no limits of its own."""

COUNTS: Final = "unexpected_rows_expectation"
"""The type of the expectation that judges all counts of a table."""

OVER_THEIR_LIMITS: Final = {"unexpected_rows_query": 'select "rule" from {batch} where found > allowed'}
"""What it expects none of in the table of counts (`counts.sql`)."""

_SEVERITIES: Final = ("critical", "warning")


@dataclass(frozen=True)
class Expectation:
    """A rule of a table under the limits that hold, as part of a check. A failed critical one stops the drop."""

    check: str
    is_critical: bool
    rule: str
    description: str
    limits: Mapping[str, float]
    told: Rule = field(repr=False)
    """The rule's counts, and how a failure is told."""
    entry: Mapping[str, Any] | None = field(default=None, repr=False)
    """What Great Expectations takes; None for a count."""


def expectations(
    stage: str, table: str, *, own: FileLimits = NO_LIMITS, folder: Path = FOLDER
) -> tuple[Expectation, ...]:
    """What the suite of `<stage>.<table>` expects, under a district's `own` limits, a check after the other.

    Raises OperatorError if there is no such suite, if it does not say of each expectation what it is, if it names a
    rule twice or one that is not of the table, or if a limit is not of its rule or not a number that it can be.
    """
    name = f"{stage}/{table}.json"
    refuse_unknown_limits({table: own.get(table, {})}, folder)
    expected: dict[str, Expectation] = {}
    for number, entry in enumerate(_entries(folder / name, name), start=1):
        of_counts = entry.get("type") == COUNTS and "checks" in (entry.get("meta") or {})
        for made in (
            _counted(stage, table, entry, own.get(table, {})) if of_counts else [_native(stage, table, number, entry)]
        ):
            if made.rule in expected:
                raise OperatorError(f"{made.rule} stands twice in the suite {name}.")
            expected[made.rule] = made
    order = list(dict.fromkeys(made.check for made in expected.values()))
    return tuple(sorted(expected.values(), key=lambda made: order.index(made.check)))


def _entries(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["expectations"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise OperatorError(f"The suite {name} cannot be read.") from error


def _counted(
    stage: str, table: str, entry: dict[str, Any], own: Mapping[str, Mapping[str, float]]
) -> Iterator[Expectation]:
    where = f"the suite {stage}/{table}.json"
    known = {
        (check.name, rule.name): (check, rule) for check in rules.CHECKS.get((stage, table), ()) for rule in check.rules
    }
    for check_name, limits_by_rule in entry["meta"]["checks"].items():
        for name, limits in limits_by_rule.items():
            if (check_name, name) not in known:
                raise OperatorError(f"{name} of {check_name} in {where} is not a rule that counts.")
            check, rule = known[check_name, name]
            _refuse_unknown(f"{name} in {where}", _numbers(f"{name} in {where}", limits), rule.limits)
            in_force = {**rule.limits, **limits, **own.get(name, {})}
            yield Expectation(check.name, check.is_critical, name, _described(rule, in_force), in_force, rule)


def _native(stage: str, table: str, number: int, entry: dict[str, Any]) -> Expectation:
    meta: dict[str, Any] = entry.get("meta") or {}
    check, description, severity = meta.get("check"), entry.get("description"), entry.get("severity")
    if not check or not description:
        raise OperatorError(
            f"Expectation {number} of the suite {stage}/{table}.json lacks its meta.check or its description."
        )
    name = meta.get("rule", check)
    if severity not in _SEVERITIES:
        raise OperatorError(f"{name} in the suite {stage}/{table}.json must be one of: {', '.join(_SEVERITIES)}.")
    told = Rule(name, description, meta.get("otherwise", ""), code=meta.get("code"))
    return Expectation(check, severity == "critical", name, description, {}, told, entry)


def _described(rule: Rule, limits: Mapping[str, float]) -> str:
    return rule.expects.format(**{name: limit_in_words(name, limit) for name, limit in limits.items()})


def limit_in_words(name: str, limit: float) -> str:
    """A limit as people read it: a share in per cent."""
    return f"{100 * limit:g} %" if name == "share" else f"{limit:,g}"


def _numbers(where: str, limits: object) -> dict[str, float]:
    if not isinstance(limits, dict):
        raise OperatorError(f'The limits of {where} must be numbers by name, such as {{"share": 0.1}}.')
    for name, limit in limits.items():
        is_number = isinstance(limit, int | float) and not isinstance(limit, bool) and isfinite(limit)
        if not is_number or limit < 0 or (name == "share" and limit > 1):
            wanted = "a number from 0 to 1" if name == "share" else "a number of at least 0"
            raise OperatorError(f"{name} of {where} must be {wanted}.")
    return limits


def _refuse_unknown(where: str, limits: Mapping[str, float], known: Mapping[str, float]) -> None:
    for name in limits.keys() - known.keys():
        raise OperatorError(f"{where} has no limit {name}; it has: {', '.join(known)}.")


def refuse_unknown_limits(own: FileLimits, folder: Path = FOLDER) -> None:
    """Raise OperatorError if a district's own limits name no table, rule or limit that there is, or no such number."""
    for table, limits_by_rule in own.items():
        known = dict(_limits(table, folder)) if limits_by_rule else {}
        for rule, limits in limits_by_rule.items():
            where = f"{rule} of {table}.csv in the district's own limits"
            if rule not in known:
                raise OperatorError(f"{where} is no rule with limits; there are: {', '.join(known)}.")
            _refuse_unknown(where, _numbers(where, limits), known[rule])


def _limits(table: str, folder: Path) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Each rule that has limits, in the suites of the table of any stage."""
    for path in sorted(folder.glob(f"*/{table}.json")):
        for expected in expectations(path.parent.name, table, folder=folder):
            if expected.limits:
                yield expected.rule, expected.limits
