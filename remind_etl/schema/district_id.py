"""The id of a district, which is also its login, the name of its folders and its partition."""

import re
from typing import NewType

from remind_etl.errors import UsageError

DistrictId = NewType("DistrictId", str)
"""An id that `district_id` has accepted: it is safe as the name of a folder."""


def district_id(text: str) -> DistrictId:
    """Parse an id where it enters: an argument, a login, a directory, a partition key.

    Raises UsageError if it is not 1 to 63 letters, digits, hyphens and underscores.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", text):
        raise UsageError(f"{text!r} cannot be a district's id: use 1 to 63 letters, digits, '-' and '_'.")
    return DistrictId(text)
