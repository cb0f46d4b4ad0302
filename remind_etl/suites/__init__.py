"""What must be true of a table: Great Expectations suites, and their judgement of a district's warehouse."""

from remind_etl.suites.suites import FOLDER, Expectation, Judgement, expectations, judge

__all__ = ["FOLDER", "Expectation", "Judgement", "expectations", "judge"]
