"""How long one look at the upload folders of many districts takes, on a real OpenSSH server.

    python bench/listing.py [DISTRICTS, 1000 if not given] [CONNECTIONS, as the sensor has if not given]

First on loopback, then with 20 ms from question to answer. Last, ten times as many districts in slices of a time
budget: how many looks it takes until each was seen, and the size of the cursor when none of them has settled.

Seen on a loaded machine with two processors, for 1,000 districts: 0.4 s on loopback, 1.4 s at 20 ms.
"""

import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from remind_etl.dropped import watch
from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.dropped.sensors import BUDGET_SECONDS, CONNECTIONS, MOST_RUNS
from remind_etl.dropped.sweep import Swept, rotated, sweep
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.upload import FILES
from remind_etl_tests.sshd import delayed, running_sshd

ROUND_TRIP_SECONDS = 0.020


def lay(root: Path, count: int) -> list[DistrictId]:
    """Make so many districts that have uploaded five files."""
    names = [DistrictId(f"d{n:05}") for n in range(count)]
    for name in names:
        folder = root / name / "upload"
        folder.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            (folder / file.file_name).write_text(name)
    return names


def look(address: Address, names: list[DistrictId], connections: int, budget: float = 1e9) -> tuple[Swept, float]:
    """What one look lists, and how long it takes."""
    begun = time.monotonic()
    swept = sweep(lambda: DropServerClient(address), names, lambda: time.monotonic() - begun > budget, connections)
    return swept, time.monotonic() - begun


def main() -> None:
    """Measure and show."""
    count = int(sys.argv[1] if sys.argv[1:] else 1_000)
    connections = int(sys.argv[2] if sys.argv[2:] else CONNECTIONS)
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        names = lay(folder / "drops", count)
        with running_sshd(folder, folder / "drops") as address:
            for name, delay in (("loopback", 0.0), ("20 ms", ROUND_TRIP_SECONDS / 2)):
                with delayed(address, delay) as slow:
                    look(slow if delay else address, names[:20], connections)
                    swept, taken = look(slow if delay else address, names, connections)
                console.print(f"{name}: {len(swept.listings):,} districts in {taken:.2f} s")
            names = lay(folder / "drops", 10 * count)
            memory, seen, looks = watch.LookMemory(), set[str](), 0
            rules = watch.Rules(dict.fromkeys(names, 300), MOST_RUNS)
            while len(seen) < len(names):
                swept, _ = look(address, rotated(names, memory.first), connections, BUDGET_SECONDS / 10)
                memory = watch.judge_uploads(swept.listings, {}, memory, time.time(), rules, swept.unseen).memory
                seen |= swept.listings.keys()
                looks += 1
        cursor = len(watch.write_cursor(memory))
        console.print(
            f"{len(names):,} districts in {looks} looks of {BUDGET_SECONDS / 10:.0f} s; cursor {cursor:,} bytes"
        )


if __name__ == "__main__":
    main()
