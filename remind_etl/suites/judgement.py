"""How a check came out, in counts and in words, and what of it blocks a drop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from string import Formatter

from remind_etl.suites.expected import Expectation, in_words
from remind_etl.warehouse.findings import Finding


@dataclass(frozen=True)
class Judgement:
    """How a check came out: counts and percentages by name in `observed`, a failure in words in `detail`.

    Neither has a value of a cell. `detail` is empty if the check passed; of a limit it says found and allowed.
    """

    expected: Expectation
    passed: bool
    observed: dict[str, int | float]
    detail: str

    @property
    def check(self) -> str:
        """The check's name."""
        return self.expected.check

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


def pronounce(expected: Expectation, counts: Mapping[str, int | float], passed: bool) -> Judgement:
    """The judgement of an expectation, which tells of `counts` those that it compares or speaks of."""
    spoken = [name for _, name, *_ in Formatter().parse(expected.otherwise)]
    told = (expected.found, expected.among, *spoken) if expected.found else tuple(counts)
    observed = {name: counts[name] for name in told if name and name in counts}
    return Judgement(
        expected=expected,
        passed=passed,
        observed=observed,
        detail="" if passed else _told(expected, observed),
    )


def _told(expected: Expectation, observed: Mapping[str, int | float]) -> str:
    """A failure in words; where a share is allowed, with the share that was found."""
    words = expected.otherwise.format(**{**expected.limits, **observed})
    if not expected.limits.get("share") or not expected.found or not expected.among:
        return words
    # Rounded up, as what is over the limit should not look as if it were on it.
    percent = ceil(1000 * observed[expected.found] / max(observed[expected.among], 1)) / 10
    allowed = " or ".join(in_words(name, limit) for name, limit in expected.limits.items())
    return f"{words} ({percent:g} %; up to {allowed} are allowed)"


def gates(judgements: Sequence[Judgement], file_name: str) -> list[Finding]:
    """What of the judgements on a file's table blocks the drop, as findings about the file; no cause is told twice."""
    failed = {j.check: j for j in judgements if j.is_critical and not j.passed}
    return [
        Finding(
            j.expected.code or "gate_failed",
            file_name,
            detail=j.detail,
            remedy=j.expected.remedy,
            codes=j.expected.codes,
        )
        for j in failed.values()
        if j.expected.unless not in failed
    ]
