"""Write the suites of `expectations/` as catalogue/rules.py has them: `python -m remind_etl.suites.write`.

Limits that stand in a suite stay as they are there: a person may change them.
"""

import json
import re
from typing import Any, Final

from remind_etl.catalogue.rule import Check, Rule
from remind_etl.catalogue.rules import CHECKS
from remind_etl.suites.expected import COUNTS, FOLDER, OVER_THEIR_LIMITS

_FLAT: Final = re.compile(r'\{\s+"\w+": [0-9.]+,\s+"\w+": [0-9.]+\s+\}|\[\s+"[^\[\]{}]*"\s+\]')


def suite_of_table(stage: str, table: str) -> dict[str, Any]:
    """The suite as it should be, with the limits of its file."""
    checks, limits = CHECKS[stage, table], _limits_now(stage, table)
    counts: dict[str, dict[str, Any]] = {}
    native = []
    for check in checks:
        for rule in check.rules:
            if rule.native:
                native.append(_entry(check, rule))
            else:
                counts.setdefault(check.name, {})[rule.name] = {**rule.limits, **limits.get(rule.name, {})}
    of_counts = {
        "type": COUNTS,
        "kwargs": OVER_THEIR_LIMITS,
        "severity": "critical",
        "description": "Each count of the table is within its limits.",
        "meta": {"checks": counts},
    }
    return {"name": f"{stage}.{table}", "expectations": [*native, of_counts]}


def _entry(check: Check, rule: Rule) -> dict[str, Any]:
    return {
        **rule.native,
        "severity": "critical" if check.is_critical else "warning",
        "description": rule.expects,
        "meta": {"check": check.name, "rule": rule.name, "otherwise": rule.otherwise},
    }


def _limits_now(stage: str, table: str) -> dict[str, dict[str, float]]:
    path = FOLDER / stage / f"{table}.json"
    entries = json.loads(path.read_text(encoding="utf-8"))["expectations"] if path.is_file() else []
    checks = [check for entry in entries for check in entry.get("meta", {}).get("checks", {}).values()]
    return {name: limits for check in checks for name, limits in check.items()}


def suite_text(stage: str, table: str) -> str:
    """The suite as its file has it: limits and lists each on a line."""
    return _FLAT.sub(lambda flat: " ".join(flat[0].split()), json.dumps(suite_of_table(stage, table), indent=2)) + "\n"


if __name__ == "__main__":
    for place in CHECKS:
        FOLDER.joinpath(*place).with_suffix(".json").write_text(suite_text(*place), encoding="utf-8")
