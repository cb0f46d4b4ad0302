"""What a night of many districts costs: uploads, the sensor, the queue and the runs, on the services of deploy/.

    python bench/night.py [celery or one-host] [DISTRICTS, 1000] [SMALLEST, 200] [LARGEST, 5000] [PROCESSES, 2]

All districts have uploaded when the night begins. Postgres, Redis and a bucket in memory run on this machine too, so
their work counts in the machine's load, but not in the CPU-seconds of a run. Results are added to `bench/results/`.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any, Final

import dagster as dg
import psycopg
import pytest

from remind_etl.sample.generate import write_sample
from remind_etl.schema.district_id import DistrictId, district_id
from remind_etl_tests.deploy.machines import Machines, machines

RESULTS: Final = Path(__file__).parent / "results"
KINDS: Final = 20
"""Different districts that are made; all others are copies of them."""
LOOK_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Night:
    """What was measured. Seconds of a run are those between its start and its end."""

    launcher: str
    districts: int
    students: tuple[int, int]
    processes: int
    succeeded: int
    minutes: float
    runs_a_minute: float
    cpu_seconds_a_run: float
    median_seconds: float
    p95_seconds_to_delivered: float
    """From the end of the last upload to the end of the run."""
    first_tenth_seconds: float
    last_tenth_seconds: float
    postgres_bytes_a_run: int
    first_tenth_mb: int
    """Memory of the largest process of a worker, or of a run, in the first tenth of the night."""
    last_tenth_mb: int


class Ends:
    """What `machines` wants of a run of tests: it ends what is started, at the end."""

    def __init__(self, stack: ExitStack) -> None:
        """End all with the stack."""
        self._stack = stack

    def add_cleanup(self, act: Callable[[], object]) -> None:
        """Do this at the end."""
        self._stack.callback(act)


def make_districts(made: Machines, count: int, students: tuple[int, int]) -> list[DistrictId]:
    """Add the districts and lay their uploads down; the sizes are spread evenly on a scale of ratios."""
    low, high = students
    ids = [district_id(f"d{number:05}") for number in range(count)]
    samples = [made.folder / "samples" / str(kind) for kind in range(min(KINDS, count))]
    for kind, sample in enumerate(samples):
        write_sample(sample, round(low * (high / low) ** (kind / max(1, len(samples) - 1))), kind)
    for number, district in enumerate(ids):
        sample = samples[number % len(samples)]
        schools = dict(line.split(",")[:2] for line in (sample / "schools.csv").read_text().splitlines()[1:])
        made.add(district, {school: name.strip('"') for school, name in schools.items()})
        upload = made.folder / "sftp home" / "drops" / district / "upload"
        for path in sample.iterdir():
            os.link(path, upload / path.name)
        (upload / "_COMPLETE").touch()
    return ids


def ended_runs(instance: dg.DagsterInstance) -> list[dg.RunRecord]:
    """The runs that ended, the first one first."""
    ends = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
    records = instance.get_run_records(dg.RunsFilter(statuses=ends))
    return sorted(records, key=lambda record: record.end_time or 0)


def statistics_of(made: Machines) -> Iterator[list[str]]:
    """The fields of `/proc/<pid>/stat` after the name, of each process of the machines."""
    groups = {process.pid for process in made.processes.values()}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) in groups:
                yield fields


def processor_seconds(made: Machines) -> float:
    """Seconds of all processors that the machines' processes used so far, with those that ended."""
    return sum(sum(map(int, fields[11:15])) for fields in statistics_of(made)) / os.sysconf("SC_CLK_TCK")


def largest_mb(made: Machines) -> int:
    """Resident memory of the largest process of the machines."""
    largest = max((int(fields[21]) for fields in statistics_of(made)), default=0)
    return largest * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def stored_bytes(made: Machines) -> int:
    """The size of Dagster's database."""
    with psycopg.connect(made.environment["DAGSTER_POSTGRES_URL"].replace("+psycopg2", "")) as db:
        found = db.execute("select pg_database_size(current_database())").fetchone()
    return int(found[0]) if found else 0


def measure(made: Machines, districts: int, students: tuple[int, int], processes: int) -> Night:
    """One night."""
    make_districts(made, districts, students)
    if made.tier == "celery":
        for number in range(processes):
            made.start_worker(f"worker{number}")
    made.start_daemon()
    before, started, used = stored_bytes(made), time.time(), processor_seconds(made)
    memory = [0]
    with made.instance() as instance:
        while len(records := ended_runs(instance)) < districts:
            memory.append(largest_mb(made))
            print(f"{len(records)} of {districts} after {time.time() - started:.0f} s, {memory[-1]} MB", flush=True)  # noqa: T201
            time.sleep(LOOK_SECONDS)
    used = processor_seconds(made) - used
    seconds = [record.end_time - record.start_time for record in records if record.end_time and record.start_time]
    waited = [record.end_time - started for record in records if record.end_time]
    tenth = max(1, len(seconds) // 10)
    minutes = max(waited) / 60
    return Night(
        made.tier,
        districts,
        students,
        processes,
        sum(record.dagster_run.status == dg.DagsterRunStatus.SUCCESS for record in records),
        round(minutes, 2),
        round(districts / minutes, 1),
        round(used / districts, 2),
        round(median(seconds), 2),
        round(quantiles(waited, n=20)[-1] if len(waited) > 1 else waited[0], 1),
        round(mean(seconds[:tenth]), 2),
        round(mean(seconds[-tenth:]), 2),
        (stored_bytes(made) - before) // districts,
        max(memory[: len(memory) // 10 + 1]),
        max(memory[-(len(memory) // 10) - 1 :]),
    )


def main(arguments: Sequence[str]) -> None:
    """Measure what the command line asks for, and write it down."""
    tier, *numbers = [*arguments, *("celery", "1000", "200", "5000", "2")[len(arguments) :]]
    districts, smallest, largest, processes = map(int, numbers)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="night-", ignore_cleanup_errors=True)))
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        ends: Any = Ends(stack)
        concurrent = {"max_concurrent_runs": str(processes)}
        made = stack.enter_context(machines(folder, ends, environment, tier, **concurrent))
        night = measure(made, districts, (smallest, largest), processes)
    text = json.dumps(asdict(night), indent=1)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"night-{tier}-{districts}-{time.strftime('%Y%m%dT%H%M%S')}.json").write_text(text)
    print(text)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
