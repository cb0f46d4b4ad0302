"""The size class of a run, as tags: large districts have a queue and workers with more memory of their own."""

from collections.abc import Iterable, Mapping
from typing import Final

from remind_etl import settings

SIZE: Final = "remind_etl/size"
QUEUE: Final = "dagster-celery/queue"
"""The tag by which `dagster-celery` chooses the queue of a run. Without it, a run goes to the default queue."""

LARGE: Final = "large"
SMALL: Final = "small"

UNPACKED: Final = 8
"""How many times larger the files of a zip of rosters are than the zip."""


def size_tags(size: int) -> Mapping[str, str]:
    """The tags of a run of a drop with so many bytes."""
    is_large = size > settings.read().large_mb * 1_000_000
    return {SIZE: LARGE, QUEUE: LARGE} if is_large else {SIZE: SMALL}


def unpacked_size(files: Iterable[tuple[str, int]]) -> int:
    """About how many bytes the files of an upload have, by name and size, when a zip among them is unpacked."""
    return sum(size * (UNPACKED if name.casefold().endswith(".zip") else 1) for name, size in files)
