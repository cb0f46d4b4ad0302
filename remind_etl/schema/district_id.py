"""The id of a district, which is also its login, the name of its folders and its partition."""

import re
from typing import Final, Literal, NewType

from remind_etl.errors import UsageError

DistrictId = NewType("DistrictId", str)
"""An id that `district_id` has accepted: it is safe as the name of a folder."""

LinkPolicy = Literal["ask", "exact"]
"""Who confirms a proposed school link: a person, or the district's policy where id or name are exactly equal."""

MessageLevel = Literal["off", "problems", "all"]
"""The messages that a district's administrators get; `all` also says that an upload was taken without a problem."""

MAIN_SOURCE: Final = "main"
"""The place of uploads that the settings of SFTP describe."""


def district_id(text: str) -> DistrictId:
    """Parse an id where it enters: an argument, a login, a directory, a partition key.

    Raises UsageError if it is not 1 to 63 letters, digits, hyphens and underscores.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", text):
        raise UsageError(f"{text!r} cannot be a district's id: use 1 to 63 letters, digits, '-' and '_'.")
    return DistrictId(text)


_DEVICES: Final = r"con|prn|aux|nul|com\d|lpt\d"
"""What Windows keeps for devices: no folder that it copies can have such a name."""

_LOGINS: Final = (
    "collector|root|admin|administrator|daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|www-data|backup|list|irc|"
    "nobody|operator|guest|anonymous|ftp|sftp|ssh|sshd|proftpd|postgres|redis|messagebus|systemd-.*|remind_etl|districts"
)
"""Ours, and those that systems have from the start: a district's id is its login."""


def is_reserved(district: DistrictId) -> bool:
    """True if no new district can have the id, because it is a name that systems keep for themselves."""
    return re.fullmatch(f"({_DEVICES}|{_LOGINS})", district, re.IGNORECASE) is not None
