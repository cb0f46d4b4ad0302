"""The judgement of rules about counts alone, without Great Expectations, which takes 2 s to import.

`remind-etl check` uses it. A run lets Great Expectations judge the same counts by the same limits.
"""

import duckdb

from remind_etl.schema.limits import FileLimits
from remind_etl.suites.counts import count_rows
from remind_etl.suites.expected import NO_LIMITS, expectations
from remind_etl.suites.judgement import Judgement, allowed_count, judge_rule


def judge_counts(
    db: duckdb.DuckDBPyConnection, stage: str, table: str, *, own: FileLimits = NO_LIMITS
) -> list[Judgement]:
    """The judgements of the rules on `<stage>.<table>` that compare counts and can block a drop.

    A district's `own` limits hold. The other rules that can block find defects of the program.
    """
    suite = expectations(stage, table, own=own)
    counts = count_rows(db, stage, table)
    counted = [expected for expected in suite if expected.entry is None and expected.is_critical]
    return [judge_rule(e, counts, counts[e.told.found] <= allowed_count(e, counts)) for e in counted]
