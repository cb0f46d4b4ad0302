"""What the results of a run rest on, beside the drop. If nothing of it changed, the same drop gives the same results.

Accounts of other districts are left out: a new account elsewhere leads to a link with the district's next new drop.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import remind_etl
from remind_etl import suites
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.schema.district_id import DistrictId

LIBRARIES: Final = ("duckdb", "great-expectations", "phonenumbers")
"""Libraries whose version may change what a row means."""


def find_basis(decisions: DecisionStore, district: DistrictId) -> dict[str, str]:
    """The code, the newest decision and the pause of a district, as they are now."""
    pause = decisions.pause_of(district, datetime.now(UTC))
    return {
        "code": code_version(),
        "decision": str(decisions.newest_decision(district)),
        "pause": pause.what if pause else "none",
    }


def newest_delivery(platform: PlatformStore, district: DistrictId) -> int:
    """The number of the newest delivery of a district, 0 before the first."""
    last = platform.last_delivery(district)
    return last.number if last else 0


@cache
def code_version() -> str:
    """A hash of the package, the suites and the versions of the libraries that read and judge rows."""
    package = Path(remind_etl.__file__).parent
    files = [file for suffix in ("py", "sql") for file in package.rglob(f"*.{suffix}")]
    return _hash(sorted(files) + sorted(suites.FOLDER.rglob("*.json")), [version(name) for name in LIBRARIES])


def _hash(files: Iterable[Path], texts: Iterable[str]) -> str:
    digest = hashlib.sha256("\n".join(texts).encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]
