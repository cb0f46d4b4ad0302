"""What must be true of a table: Great Expectations suites, and their judgement of a district's warehouse."""

from remind_etl.suites.counted import judge_counts
from remind_etl.suites.counts import count_rows
from remind_etl.suites.expected import FOLDER, NO_LIMITS, Expectation, expectations, refuse_unknown_limits
from remind_etl.suites.judgement import Judgement, allowed_count, gate_findings
from remind_etl.suites.validation import import_great_expectations, validate_table

__all__ = [
    "FOLDER",
    "NO_LIMITS",
    "Expectation",
    "Judgement",
    "allowed_count",
    "count_rows",
    "expectations",
    "gate_findings",
    "import_great_expectations",
    "judge_counts",
    "refuse_unknown_limits",
    "validate_table",
]
