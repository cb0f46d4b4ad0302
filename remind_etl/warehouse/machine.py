"""What of the machine a run may use: at most what the settings say, and no more than a share of what is there.

What is there is found once a process, because DuckDB opens a file twice only with the same limits.
"""

import math
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

SHARE: Final = 0.4
"""The share of the memory for DuckDB in one run. Two runs at a time leave a fifth for Python and the databases."""

CGROUPS: Final = Path("/sys/fs/cgroup")
_SIZE: Final = re.compile(r"(?i)([\d.]+) ?([KMGT]?)(i?)(?:B|(%))")


def memory_limit(setting: str, there: int) -> str:
    """The setting, or the share of the memory if it is less; `there` is the machine's memory in bytes."""
    return setting if _size(setting, there) <= there * SHARE else f"{int(there * SHARE) // 1024} KiB"


def thread_limit(setting: int, there: int) -> int:
    """The setting, or the number of processors if it is less."""
    return max(1, min(setting, there))


@cache
def available_memory(cgroups: Path = CGROUPS) -> int:
    """The bytes of memory that this process can get: those of the machine, or less if its cgroup limits it."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [*_texts(cgroups, "memory.max"), *_texts(cgroups / "memory", "memory.limit_in_bytes")]
    return min([whole, *(int(text) for text in limits if text.isdecimal())])


@cache
def available_processors(cgroups: Path = CGROUPS) -> int:
    """The processors that this process may run on, or fewer if its cgroup limits its time."""
    whole = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    times = [text.split() for text in _texts(cgroups, "cpu.max")]
    return min([whole, *(math.ceil(int(time[0]) / int(time[1])) for time in times if time[0].isdecimal())])


def _texts(cgroups: Path, name: str) -> Iterator[str]:
    """The file of this name in the cgroup of this process and in those above; a container sees its own as the root."""
    own = [line.split(":", 2)[2].strip() for line in _read(Path("/proc/self/cgroup")).splitlines()]
    folders = {cgroups / part for path in own for part in (path.strip("/"), *map(str, Path(path.strip("/")).parents))}
    for folder in folders | {cgroups}:
        if text := _read(folder / name).strip():
            yield text


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def _size(setting: str, there: int) -> float:
    """The bytes of a size of memory as the setting writes it."""
    found = _SIZE.fullmatch(setting)
    if not found:
        raise ValueError(setting)
    number, unit, is_binary, is_share = found.groups()
    base = 1024 if is_binary else 1000
    return float(number) * (there / 100 if is_share else base ** ("KMGT".index(unit.upper()) + 1 if unit else 0))
