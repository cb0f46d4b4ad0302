"""Files checked in a process of their own, with limits: whatever is in them, the process that asks goes on."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from remind_etl.catalogue import pages as texts
from remind_etl.configuration.environment import plain_environment
from remind_etl.errors import OperatorError, UsageError
from remind_etl.files.sent import SizeLimits
from remind_etl.files.temporary import make_locked
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.limits import FileLimits

MOST_SECONDS: Final = 900
"""How long a check may take."""
MOST_MEMORY: Final = 8_000_000_000
"""Bytes of address space of a check. DuckDB has a lower limit of its own."""
MOST_FILE: Final = 8_000_000_000
"""Bytes of each file that a check writes."""

NOTHING_TO_CHECK: Final = 3
"""The exit code if there is nothing to check."""


def check_apart(source: Path, rules: dict[str, Any], temporary: Path, seconds: float = MOST_SECONDS) -> dict[str, Any]:
    """What is known of the files in the folder or zip in the end: `files`, `groups`, `counts` and `ignored`.

    `rules` are the keys of `asked_rules`. All that the check writes is below `temporary`, which the caller deletes.
    Raises UsageError if there is nothing to check, OperatorError if it failed or took too long.
    """
    environment = plain_environment() | {"TMPDIR": str(temporary)}
    asked = json.dumps({"source": str(source), **rules})
    command = [sys.executable, "-m", "remind_etl.operations.check_apart"]
    handle = make_locked(temporary)  # which that process keeps: it may outlive this one
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            input=asked.encode(),
            capture_output=True,
            timeout=seconds,
            env=environment,
            check=False,
            pass_fds=[handle],
        )
    except subprocess.TimeoutExpired:
        raise OperatorError(texts.CHECK_TOO_LONG) from None
    finally:
        os.close(handle)
    if done.returncode == NOTHING_TO_CHECK:
        raise UsageError(texts.NO_SUCH_FILES)
    if done.returncode:  # what it wrote may quote the files
        raise OperatorError(texts.CHECK_FAILED)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def asked_rules(district: DistrictId, region: str, sizes: SizeLimits, own: FileLimits) -> dict[str, Any]:
    """The rules of a check as `check_apart` takes them; `own` are the district's own limits of its files."""
    return {"district": district, "region": region, "sizes": asdict(sizes), "own": own}


def _limit_itself() -> None:
    """Limit this process, before anything of the files is read."""
    limits = (
        (resource.RLIMIT_CPU, MOST_SECONDS * 4),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, MOST_FILE),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        _, hard = resource.getrlimit(what)
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (lower, lower))


def _check(asked: dict[str, Any]) -> dict[str, Any]:
    from remind_etl.operations.check_files import Rules, rehearse_files
    from remind_etl.published.report.groups import lines

    sizes = SizeLimits(**asked["sizes"])
    rules = Rules(DistrictId(asked["district"]), own=asked["own"], region=asked["region"], sizes=sizes)
    with rehearse_files(Path(asked["source"]), rules, lambda _: None) as done:
        groups = [{**group, "first_lines": lines(group), "values": done.values(group)} for group in done.groups]
        files = [dict(file) for file in done.files]
        return {"files": files, "groups": groups, "counts": dict(done.counts), "ignored": done.ignored}


if __name__ == "__main__":
    _limit_itself()
    try:
        result = _check(json.loads(sys.stdin.buffer.read()))
    except UsageError:
        sys.exit(NOTHING_TO_CHECK)
    sys.stdout.write(json.dumps(result, default=str))
