"""Why the upload of a file may have stopped early."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """Evidence that a file may be cut off, as a reason code.

    `joint_line` is the line on which a new beginning and an old end meet: the row there may be half of one and half of
    another. The first line of a file is 1. It is None if the file does not end as an earlier one.
    """

    reason_code: str
    joint_line: int | None = None
