"""What a run of a small district costs: processor seconds by cause, in a new process and in a warm one.

    python bench/small.py [STUDENTS] [RUNS]

A new process runs the command `remind-etl sync` once. A warm one runs it for one district after the other; the figures
are those of the median run. Each does so on a day with the first drop, and on a day with nothing new. The causes are
sampled: all processor time since the last sample, also that of DuckDB's threads, counts for the innermost part of the
program on the stack. The results are kept in `bench/results/`.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Final

RESULTS: Final = Path(__file__).parent / "results"
PACKAGES: Final = ("duckdb", "dagster", "great_expectations", "pyarrow", "sqlalchemy")
EVERY_SECONDS: Final = 0.002
REST: Final = "the rest"
CAUSES: Final = {
    "importlib._bootstrap": "imports",
    "/great_expectations/": "suites",
    "/remind_etl/suites/": "suites",
    "/remind_etl/orchestration/event_log.py": "Dagster",
    "/remind_etl/definitions.py": "definitions",
    "/remind_etl/orchestration/resources.py": "definitions",
    "/remind_etl/warehouse/": "SQL",
    "/remind_etl/decided/": "databases",
    "/remind_etl/databases/": "databases",
    "/remind_etl/delivered/": "databases",
    "/remind_etl/published/": "publishing",
    "/remind_etl/": "other rules",
    "/dagster": "Dagster",
    "/alembic/": "migrations",
}
"""The cause that a frame counts for, by a text in the path of its file."""


def cause_of(frame: FrameType | None) -> str:
    """The cause of the innermost frame that has one."""
    while frame:
        for part, cause in CAUSES.items():
            if part in frame.f_code.co_filename:
                return cause
        frame = frame.f_back
    return REST


@contextmanager
def sampled(counted: defaultdict[str, float], last: float) -> Iterator[None]:
    """Add the processor seconds since `last` to `counted`, by cause."""

    def sample(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        counted[cause_of(frame)] += now - last
        last = now

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        counted[REST] += time.process_time() - last


def run(district: str, files: str, started: float) -> dict[str, float]:
    """The processor seconds of one `remind-etl sync` in this process since `started`, by cause."""
    counted: defaultdict[str, float] = defaultdict(float)
    with sampled(counted, started), Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        from remind_etl.cli import main as remind_etl

        sys.argv = ["remind-etl", "sync", district, "--from", files]
        with suppress(SystemExit):
            remind_etl()
    return {"all": sum(counted.values()), **counted}


def work(districts: list[str], files: str) -> None:
    """Sync the districts in this process, with the drop and then with nothing new, and print the costs as JSON."""
    first = [run(district, files, 0 if not n else time.process_time()) for n, district in enumerate(districts)]
    same = [run(district, files, time.process_time()) for district in districts]
    print(json.dumps([first, same]))  # noqa: T201


def set_up(home: Path, students: int, runs: int) -> tuple[list[str], Path]:
    """Make files and districts, whose schools are all confirmed."""
    from remind_etl import settings
    from remind_etl.decided.store import DecisionStore, SchoolLink
    from remind_etl.sample.generate import write_sample
    from remind_etl.schema.district_id import district_id

    files = home / "files"
    write_sample(files, students, seed=1, untidy=0)
    ids = [line.split(",")[0] for line in (files / "schools.csv").read_text().splitlines()[1:]]
    store = DecisionStore(settings.home().decisions_url)
    districts = [f"small-{n}" for n in range(runs)]
    for district in map(district_id, districts):
        store.add_district(district, district)
        store.import_schools(district, {f"P{school}": f"School {school}" for school in ids})
        store.link_schools(district, [SchoolLink(school, f"P{school}", "confirmed") for school in ids])
    return districts, files


def costs(districts: list[str], files: Path) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """The costs of the first and the same drop of each district, in one new process."""
    command = [sys.executable, __file__, "work", str(files), *districts]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this script
    first, same = json.loads(done.stdout.splitlines()[-1])
    return first, same


def median(costs_of_runs: list[dict[str, float]]) -> dict[str, float]:
    """The run with the median of all seconds."""
    return sorted(costs_of_runs, key=lambda cost: cost["all"])[len(costs_of_runs) // 2]


def main(students: int, runs: int) -> None:
    """Measure the days in a new home, show what they cost, and keep it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REMIND_ETL_HOME"] = folder
        os.environ.pop("DAGSTER_HOME", None)
        districts, files = set_up(Path(folder), students, runs + 2)
        first, same = costs(districts, files)
        cold_same, _ = costs(districts[:1], files)
    days = {
        "first, new process": first[0],
        "first, warm": median(first[2:]),
        "same, new process": cold_same[0],
        "same, warm": median(same[1:]),
    }
    facts = {"students": students, "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "python": platform.python_version()}
    facts |= {"processors": os.cpu_count(), **{name: version(name) for name in PACKAGES}}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"small-{students}.txt").write_text(table(days))
    (RESULTS / f"small-{students}.json").write_text(json.dumps(facts | {"costs": days}, indent=1) + "\n")
    print(table(days), end="")  # noqa: T201


def table(days: dict[str, dict[str, float]]) -> str:
    """The processor seconds of each day by cause, a line a cause, the dearest of the first day on top."""
    first = next(iter(days.values()))
    causes = sorted({cause for cost in days.values() for cause in cost}, key=lambda cause: -first.get(cause, 0))
    lines = [f"{'':<14}" + "".join(f"{day:>20}" for day in days)]
    lines += [f"{cause:<14}" + "".join(f"{cost.get(cause, 0):>20.2f}" for cost in days.values()) for cause in causes]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(sys.argv[3:], sys.argv[2])
    else:
        main(*map(int, (sys.argv[1:] + ["200", "5"][len(sys.argv) - 1 :])[:2]))
