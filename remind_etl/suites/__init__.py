"""What must be true of a table: Great Expectations suites, and their judgement of a district's warehouse."""

from remind_etl.suites.counted import judge_counts
from remind_etl.suites.counts import count_rows
from remind_etl.suites.expected import FOLDER, NO_LIMITS, Expectation, expectations, refuse_unknown_limits
from remind_etl.suites.judgement import Judgement, allowed, gates
from remind_etl.suites.validation import import_great_expectations, validate_table

__all__ = [
    "FOLDER",
    "NO_LIMITS",
    "Expectation",
    "Judgement",
    "allowed",
    "count_rows",
    "expectations",
    "gates",
    "import_great_expectations",
    "judge_counts",
    "refuse_unknown_limits",
    "validate_table",
]
