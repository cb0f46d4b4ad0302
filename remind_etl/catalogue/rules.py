"""The rules of the tables, and the checks that show them to an operator; derived from `schema/`.

A rule compares a count of a table with what its limits allow. Without limits it allows none. The suites of
`expectations/` are made from this (`python -m remind_etl.suites.write`); the limits that hold stand there.
"""

from collections.abc import Mapping
from typing import Final

from remind_etl.catalogue.provisioned_rules import PROVISIONED_CHECKS
from remind_etl.catalogue.raw_rules import raw_checks
from remind_etl.catalogue.rule import Check
from remind_etl.catalogue.valid_rules import valid_checks
from remind_etl.schema import upload

CHECKS: Final[Mapping[tuple[str, str], tuple[Check, ...]]] = {
    **{("raw", file.name): tuple(raw_checks(file)) for file in upload.FILES},
    **{("valid", file.name): tuple(valid_checks(file)) for file in upload.FILES},
    **{("provisioned", table): (check,) for table, check in PROVISIONED_CHECKS.items()},
}
"""The checks of each table, by stage and table. A rule's name is its own over the stages of a file."""
