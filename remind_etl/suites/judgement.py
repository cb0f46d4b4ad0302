"""How a rule came out, in counts and in words, and what of it blocks a drop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from string import Formatter

from remind_etl.suites.expected import Expectation, limit_in_words
from remind_etl.warehouse.findings import Finding


@dataclass(frozen=True)
class Judgement:
    """How a rule came out: counts and percentages by name in `observed`, a failure in words in `detail`.

    Neither has a value of a cell. `detail` is empty if the rule holds; of a limit it says found and allowed.
    """

    expected: Expectation
    passed: bool
    observed: dict[str, int | float]
    detail: str

    @property
    def check(self) -> str:
        """The check that the rule is part of."""
        return self.expected.check

    @property
    def rule(self) -> str:
        """The rule's name."""
        return self.expected.rule

    @property
    def is_critical(self) -> bool:
        """True if a failure blocks the drop."""
        return self.expected.is_critical

    @property
    def description(self) -> str:
        """What is expected, in words."""
        return self.expected.description

    @property
    def limits(self) -> Mapping[str, float]:
        """The limits that held, by name."""
        return self.expected.limits


def allowed_count(expected: Expectation, counts: Mapping[str, int]) -> int:
    """How many the limits allow: the larger of the share and the count, or of `rows_each` rows an id; without limits 0.

    The count of `rows_each` is of rows more than ids.
    """
    limits = {name: Fraction(str(limit)) for name, limit in expected.limits.items()}
    among = counts[expected.told.among] if expected.told.among else 0
    rows_each = limits.get("rows_each")
    beyond = among if rows_each is not None else 0
    share = rows_each if rows_each is not None else limits.get("share", Fraction(0))
    return max(floor(share * among), beyond + floor(limits.get("count", Fraction(0))))


def judge_rule(expected: Expectation, counts: Mapping[str, int | float], passed: bool) -> Judgement:
    """The judgement of a rule. Of `counts` it has those that the rule compares, and those that its words name."""
    told = expected.told
    named = [name for _, name, *_ in Formatter().parse(told.otherwise)]
    names = (told.found, told.among, *named) if told.found else tuple(counts)
    observed = {name: counts[name] for name in names if name and name in counts}
    return Judgement(expected, passed, observed, "" if passed else _failure_in_words(expected, observed))


def _failure_in_words(expected: Expectation, observed: Mapping[str, int | float]) -> str:
    """A failure in words; where a share is allowed, with the share that was found."""
    told = expected.told
    words = told.otherwise.format(**{**expected.limits, **observed})
    if not expected.limits.get("share") or not told.among:
        return words
    # Rounded up, as what is over the limit should not look as if it were on it.
    percent = ceil(1000 * observed[told.found] / max(observed[told.among], 1)) / 10
    limits = " and ".join(f"more than {limit_in_words(name, limit)}" for name, limit in expected.limits.items())
    return f"{words} ({percent:g} %; {limits} are too many)"


def gate_findings(judgements: Sequence[Judgement], file_name: str) -> list[Finding]:
    """What of the judgements on a file's table blocks the drop, as findings about the file; no cause is told twice."""
    failed = {j.rule: j for j in judgements if j.is_critical and not j.passed}
    return [
        Finding(
            j.expected.told.code or "gate_failed",
            file_name,
            detail=j.detail,
            remedy=j.expected.told.remedy,
            codes=j.expected.told.codes,
        )
        for j in failed.values()
        if j.expected.told.unless not in failed
    ]
