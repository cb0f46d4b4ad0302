"""Dagster's warning that a blocking check has no result.

Dagster gives it for each check of a skipped step too, and says that the next step proceeds, though it is skipped.
The name of the logger was seen in Dagster 1.13.27. A test fails if the warnings come back.
"""

import logging
from typing import Final

_WARNS: Final = logging.getLogger("dagster._core.execution.plan.active")


def warn_of_missing_results(is_wanted: bool) -> None:
    """Let Dagster give the warnings from now on, or not: a run that skips its steps has no results."""
    _WARNS.setLevel(logging.NOTSET if is_wanted else logging.ERROR)
