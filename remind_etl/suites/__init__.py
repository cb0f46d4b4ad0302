"""What must be true of a table: Great Expectations suites, and their judgement of a district's warehouse."""

from remind_etl.suites.expected import DISTRICTS, FOLDER, Expectation, expectations
from remind_etl.suites.judgement import Judgement, gates
from remind_etl.suites.suites import import_great_expectations, judge

__all__ = [
    "DISTRICTS",
    "FOLDER",
    "Expectation",
    "Judgement",
    "expectations",
    "gates",
    "import_great_expectations",
    "judge",
]
