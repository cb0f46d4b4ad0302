"""How fast our client copies a file from a real OpenSSH server, against OpenSSH's `sftp` in the same run.

    python bench/transfer.py [MEGABYTES, 300 if not given]

Both write to the same disk. Ours hashes each byte, waits until the file is on disk, and looks at the file again.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from remind_etl.dropped.client import DropServerClient
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.sshd import running_sshd

OAK = DistrictId("oak")
TIMES = 3


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def main() -> None:
    """Measure both by turns, and show the medians."""
    size = int(sys.argv[1] if sys.argv[1:] else 300) * 1_000_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        upload = folder / "drops" / OAK / "upload"
        upload.mkdir(parents=True)
        (upload / "students.csv").write_bytes(os.urandom(size))
        with running_sshd(folder, folder / "drops") as address, DropServerClient(address) as client:
            (entry,) = client.list_district(OAK) or []
            options = (
                f"-oUserKnownHostsFile={address.known_hosts}",
                "-oIdentitiesOnly=yes",
                "-i",
                str(address.key_file),
            )
            source = f"{address.user}@{address.host}:{upload / 'students.csv'}"
            sftp = ["sftp", "-q", "-P", str(address.port), *options, source, str(folder / "theirs")]
            ours, theirs = [], []
            for _ in range(TIMES):
                theirs.append(seconds(lambda: subprocess.run(sftp, check=True, capture_output=True)))  # noqa: S603
                ours.append(seconds(lambda: client.fetch(OAK, entry, folder / "ours")))
        speeds = [size / 1e6 / statistics.median(times) for times in (ours, theirs)]
    Console().print(f"ours {speeds[0]:,.0f} MB/s, OpenSSH sftp {speeds[1]:,.0f} MB/s: {speeds[0] / speeds[1]:.2f}")


if __name__ == "__main__":
    main()
