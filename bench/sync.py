"""What a night costs: the job `sync` through Dagster, from the files to what is published, beside DuckDB's plain load.

    python bench/sync.py [SIZE: 10k, 100k or nyc] [POSTGRES_URL]

Four days of one district: its first drop; the same drop again; a drop in which 1 % of the student rows changed; and
one in which 10 % changed and 12 % of the students are gone, which is held. Each command has a process of its own. The
plain load, of the same files in the same minutes, is that of five tables of text. The results are added to
`bench/results/`. Files are made once, below `bench/made/`.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
from rich.console import Console
from rich.table import Table

from remind_etl import settings
from remind_etl.decided.store import DecisionStore, SchoolLink
from remind_etl.orchestration.instance import open_instance
from remind_etl.schema import upload
from remind_etl.schema.district_id import district_id

SIZES: Final = {"10k": 10_000, "100k": 100_000, "nyc": 1_100_000}
HERE: Final = Path(__file__).parent
WORK: Final = HERE / "made"
RESULTS: Final = HERE / "results"
DISTRICT: Final = "bench"
BENCH: Final = district_id(DISTRICT)
COMMAND: Final = str(Path(sys.executable).with_name("remind-etl"))
PACKAGES: Final = ("duckdb", "dagster", "great_expectations", "pyarrow", "sqlalchemy")
GONE: Final = "hash(student_id) % 100 < 12"
PAUSE: Final = 0.1  # seconds between two looks at a process
PLAIN: Final = """
import sys, duckdb
with duckdb.connect(sys.argv[1]) as db:
    for path in sys.argv[2:]:
        db.read_csv(path, header=True, all_varchar=True, delimiter=",", quotechar='"').create(path.split("/")[-1][:-4])
"""


class Step(NamedTuple):
    """What one step cost: seconds, seconds of all processors, and peak memory in MB."""

    seconds: float
    processors: float
    memory: float


class Sample(NamedTuple):
    """A look at a process: when, its processor seconds so far, and its memory in MB."""

    at: float
    processors: float
    memory: float


@dataclass
class Cost:
    """What one process cost: seconds, those of all processors, peak memory in MB; and the same of each step."""

    day: str
    seconds: float
    processors: float
    memory: float
    ratio: float = 0.0
    steps: dict[str, Step] = field(default_factory=dict)


def measured(day: str, command: list[str], home: Path, *accepted: int) -> tuple[Cost, list[Sample]]:
    """The cost of a command, whose output is kept below the home, and the looks at it while it ran.

    Raises SystemExit if its exit status is not 0 or one of those accepted.
    """
    started = time.perf_counter()
    samples: list[Sample] = []
    with (home / f"{day.replace(' ', '_')}.log").open("w") as log:
        child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
        ended, status, used = os.wait4(child.pid, os.WNOHANG)
        while not ended:
            samples.append(sample(child.pid))
            time.sleep(PAUSE)
            ended, status, used = os.wait4(child.pid, os.WNOHANG)
    code = child.returncode = os.waitstatus_to_exitcode(status)
    if code not in (0, *accepted):
        raise SystemExit(f"{' '.join(command)} ended with {code}; see {log.name}.")
    cost = Cost(day, time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return cost, samples


def sample(pid: int) -> Sample:
    """A look at a process that runs, or has ended and was not waited for."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    processors = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    return Sample(time.time(), processors, int(stat[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20)


def remind_etl(*words: str) -> list[str]:
    """A command of ours, of this Python's environment."""
    return [COMMAND, *words]


def drops(size: str) -> dict[str, Path]:
    """The folders of the three drops, by name; they are made if they are not there."""
    root = WORK / size
    places = {name: root / name for name in ("first", "one_percent", "held")}
    if (root / "done").exists():
        return places
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(remind_etl("sample", str(places["first"]), "--students", str(SIZES[size])), check=True)  # noqa: S603
    change(places["first"], places["one_percent"], share=1, gone="false")
    change(places["first"], places["held"], share=10, gone=GONE)
    (root / "done").touch()
    return places


def change(before: Path, after: Path, share: int, gone: str) -> None:
    """Write a drop in which `share` percent of the student rows have another phone, and some students are gone."""
    shutil.copytree(before, after)
    with duckdb.connect() as db:
        students = db.read_csv(str(before / "students.csv"), all_varchar=True)
        phone = (
            f"case when hash(student_id, guardian_email) % 100 < {share} "
            "then '212555' || lpad((hash(student_id) % 10000)::varchar, 4, '0') else student_phone end as student_phone"
        )
        changed = students.filter(f"not ({gone})").project(f"* replace ({phone})")
        changed.write_csv(str(after / "students.csv"))
        enrolled = db.read_csv(str(before / "enrollments.csv"), all_varchar=True)
        kept = enrolled.filter(f"not ({gone.replace('student_id', 'user_id')})")
        kept.write_csv(str(after / "enrollments.csv"))


def set_up(home: Path, files: Path) -> None:
    """Make the district, with all of its schools on the platform and confirmed."""
    store = DecisionStore(settings.home().decisions_url)
    store.add_district(BENCH, "Bench Schools")
    with duckdb.connect() as db:
        schools = db.read_csv(str(files / "schools.csv"), all_varchar=True)
        known = schools.project("school_id, 'P' || school_id, school_name").fetchall()
    store.import_schools(BENCH, {theirs: name for _, theirs, name in known})
    store.link_schools(BENCH, [SchoolLink(mine, theirs, "confirmed") for mine, theirs, _ in known])


def costs_of_steps(samples: list[Sample]) -> dict[str, Step]:
    """The costs of the steps of the newest run, the longest first; a step lies between two looks at its process."""
    with open_instance() as instance:
        (run,) = instance.get_runs(limit=1)
        ran = [step for step in instance.get_run_step_stats(run.run_id) if step.start_time and step.end_time]
    found = {}
    for step in ran:
        started, ended = step.start_time or 0.0, step.end_time or 0.0
        during = samples[bisect_left(samples, (started,)) : bisect_right(samples, (ended,)) + 1]
        processors = during[-1].processors - during[0].processors if during else 0.0
        memory = max((look.memory for look in during), default=0.0)
        found[step.step_key] = Step(*(round(figure, 2) for figure in (ended - started, processors, memory)))
    return dict(sorted(found.items(), key=lambda step: -step[1].processors))


def plain(files: Path, home: Path) -> Cost:
    """The cost of DuckDB's own load of the files into five tables of text."""
    paths = [str(files / file.file_name) for file in upload.FILES]
    cost, _ = measured("plain load", [sys.executable, "-c", PLAIN, str(home / "plain.duckdb"), *paths], home)
    (home / "plain.duckdb").unlink()
    return cost


def run_days(size: str, home: Path) -> list[Cost]:
    """The costs of the days, each beside a plain load of its files."""
    places = drops(size)
    set_up(home, places["first"])
    days = {
        "first": ["--from", str(places["first"])],
        "same": ["--from", str(places["first"])],
        "1 % changed": ["--from", str(places["one_percent"])],
        "10 % changed, held": ["--from", str(places["held"])],
    }
    costs = []
    for day, options in days.items():
        loaded = plain(Path(options[1]), home)
        cost, samples = measured(day, remind_etl("sync", DISTRICT, *options), home, 1)
        cost.ratio, cost.steps = cost.processors / loaded.processors, costs_of_steps(samples)
        costs += [loaded, cost]
    return costs


def show(console: Console, costs: list[Cost]) -> None:
    """Print a line a process, and the five dearest steps of each run."""
    table = Table("day", *("seconds", "CPU s", "MB", "x plain CPU"), "dearest steps (CPU s, MB)")
    for cost in costs:
        dearest = ", ".join(f"{name} {step.processors} {step.memory:.0f}" for name, step in [*cost.steps.items()][:5])
        figures = (
            f"{cost.seconds:.1f}",
            f"{cost.processors:.1f}",
            f"{cost.memory:.0f}",
            f"{cost.ratio:.1f}" if cost.ratio else "",
        )
        table.add_row(cost.day, *figures, dearest)
    console.print(table)


def main(size: str, postgres: str) -> None:
    """Run the days in a new home, and keep what they cost."""
    RESULTS.mkdir(exist_ok=True)
    home = WORK / f"home-{size}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    os.environ["REMIND_ETL_HOME"] = str(home)
    if postgres:
        os.environ["REMIND_ETL_PLATFORM_URL"] = postgres
    costs = run_days(size, home)
    show(Console(width=160), costs)
    facts: dict[str, object] = {"size": size, "platform": "postgres" if postgres else "sqlite"}
    facts |= {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "processors": os.cpu_count()}
    facts |= {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    kept = facts | {"costs": [asdict(cost) for cost in costs]}
    (RESULTS / f"sync-{size}-{facts['platform']}.json").write_text(json.dumps(kept, indent=1) + "\n")
    shutil.rmtree(home)


if __name__ == "__main__":
    main(*(sys.argv[1:] + ["10k", ""][len(sys.argv) - 1 :])[:2])
