"""The judgement of rules about counts alone, without Great Expectations, which takes 2 s to import.

`remind-etl check` uses it. A run lets Great Expectations judge the same counts by the same limits.
"""

from pathlib import Path

import duckdb

from remind_etl.schema.district_id import DistrictId
from remind_etl.suites.counts import count_rows
from remind_etl.suites.expected import DISTRICTS, expectations
from remind_etl.suites.judgement import Judgement, allowed, pronounce


def judge_counts(
    db: duckdb.DuckDBPyConnection,
    stage: str,
    table: str,
    *,
    district: DistrictId | None = None,
    districts: Path = DISTRICTS,
) -> list[Judgement]:
    """The judgements of the rules on `<stage>.<table>` that compare counts and can block a drop.

    With a district, its own limits in `districts` hold. The other rules that can block find defects of the program.
    """
    suite = expectations(stage, table, district=district, districts=districts)
    counts = count_rows(db, stage, table)
    counted = [expected for expected in suite if expected.entry is None and expected.is_critical]
    return [pronounce(e, counts, counts[e.told.found] <= allowed(e, counts)) for e in counted]
