"""How long each SIS Sync page takes at 20 requests a second, while a run of another district goes on.

The page of one record is asked for once a second. It explains the record over all tables, and people open few of them.

    python bench/pages.py [COPIES, without it 633] [DISTRICTS, without it 10000]

A small invented district with 3 schools and 1,600 people is synced twice. In its second upload one of eight students is
absent, so changes wait for a person. What was published of it is then published again in so many copies, each with ids,
emails and lines of its own: 633 are a million people and 1,899 schools. The last schools are not connected. The other
districts have a manifest alone. All this is made once for each size, in about two minutes of a processor.

A server of its own process answers. The 95th percentile of each page must be below 150 ms on two processors. Other work
on the machine makes a page slower, but its processor time stays the same, so the table has both.
"""

import csv
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from itertools import cycle
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode

import duckdb
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from remind_etl import settings
from remind_etl.decided.store import DecisionStore, SchoolLink
from remind_etl.decided.tables import DISTRICTS
from remind_etl.published.store import MANIFEST, Manifest, Published
from remind_etl.sample.generate import write_sample
from remind_etl.schema.district_id import DistrictId, district_id

HERE: Final = Path(__file__).parent
HOME: Final = HERE / "made" / "pages"
FILES: Final = HERE / "made" / "pages-files"
COMMAND: Final = str(Path(sys.executable).with_name("remind-etl"))
BENCH: Final = district_id("bench")
BUSY: Final = district_id("busy")
BUSY_STUDENTS: Final = 20_000
SECONDS: Final = 5
RATE: Final = 20
RECORD_RATE: Final = 1
LIMIT_MS: Final = 150.0
OPERATOR: Final = "bench@example.org"
OF_DISTRICT: Final = (
    *("", "/sync", "/schools", "/schools?page=19", "/schools/choose?school=0101", "/problems", "/problems?school=0101"),
    *("/holds", "/holds/list", "/holds/list?page=100", "/find", "/check", "/history", "/progress", "/operate"),
)
PAGES: Final = ("/", "/?q=9&status=synced", *(f"/d/{BENCH}{page}" for page in OF_DISTRICT))
SEARCHES: Final = {
    **dict.fromkeys(("0000001", "0000003.5", "0101-0001.5"), RECORD_RATE),
    **dict.fromkeys(("garcia", "nobody@example.org"), RATE),
}
"""A student, one with a guardian, a class, a name of many, and an email of nobody, with their requests a second.

A request is the form and the page after it.
"""
LEAST_REQUESTS: Final = 30
"""Of a page. The 95th percentile of fewer says little."""
ALLOCATOR: Final = find_library("jemalloc") or ""
"""Of the server, as in `deploy/one-host/remind-etl-pages.service`; blank if this machine does not have it."""
NICENESS: Final = 5
"""Of the run, which so has a third of the share of the pages, as in `deploy/one-host/remind-etl-pages.service`."""
STUDENTS: Final = 710
ABSENT: Final = 8
"""One of so many students is absent from the second upload."""
NOT_CONNECTED: Final = 7
"""The schools of so many copies are not connected."""
TICKS: Final = os.sysconf("SC_CLK_TCK")

COPIED: Final = """
    create macro copied(id, copy) as case
        when copy = 0 or id is null then id
        when length(id) = 36 and id like '%-%-%-%-%' then md5(id || copy)::uuid::varchar
        when contains(id, '@') then replace(id, '@', copy || '@')
        else id || '.' || copy
    end
"""
"""An id or email in a copy. The first copy has those of the files."""

OF_COPY: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "accounts": (("account_id", "teacher_id", "student_id", "email"), "copy, account_id"),
    "contact_points": (("account_id", "value"), "account_id, kind, value"),
    "school_members": (("account_id", "school_id", "platform_school_id"), "school_id, role, account_id"),
    "guardianships": (("guardian_account_id", "student_account_id", "student_id"), "student_id, guardian_account_id"),
    "classes": (
        ("class_id", "school_id", "platform_school_id", "owner_account_id", "owner_teacher_id"),
        "school_id, class_id",
    ),
    "class_members": (("class_id", "account_id", "record_id"), "copy, class_id"),
    "guardian_lines": (("account_id",), "line"),
    "search_terms": (("account_id", "person_id", "contact", "class_id"), "kind, term"),
    "sent_ids": (("term", "id"), "term, kind, id"),
    "sent_terms": (("person_id", "contact"), "kind, term"),
    "sent_rows": (("school_id", "class_id", "person_id"), "school_id, file, line"),
    "changes": (("id", "school"), "kind, action, id"),
    "held_rows": (
        ("person_id", "class_id", "contact", "school"),
        "list_position(['accounts', 'classes', 'contact_points', 'guardianships', 'school_members'], kind) nulls last, "
        "school, last_name, first_name, class_id",
    ),
    "problems": (("record_id", "school_id"), "severity, code, file, line"),
    "problem_marks": (("mark",), "drop_id, severity, file, code, mark"),
    "reasons": (("id", "second_id", "school_id", "other_id"), "line nulls last, kind, id"),
    "schools": (("school_id", "platform_school_id"), "school_id"),
}
"""The columns of each table that a copy has of its own, beside lines, and the order of its rows."""

COUNTED: Final = {
    "problem_groups": ("problems", "rows"),
    "holds": ("records", "delivered", "allowed"),
    "plans": ("records", "delivered"),
}
"""The columns of tables without copies that count records."""


@dataclass(frozen=True)
class Measured:
    """A page at a rate: all requests, those that found it busy, milliseconds, and processor milliseconds for each."""

    page: str
    requests: int
    busy: int
    median: float
    p95: float
    longest: float
    processor: float


def make_home(copies: int, districts: int) -> None:
    """A home with one synced district and the others; made once for each size."""
    made = FILES / f"{copies}-{districts}.done"
    if made.exists():
        return
    for folder in (HOME, FILES):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    _make_district()
    _copy_district(copies)
    _make_busy()
    _make_others(districts)
    made.touch()


def _make_district() -> None:
    first, second = FILES / "first", FILES / "second"
    write_sample(first, STUDENTS, seed=1, untidy=0.02)
    shutil.copytree(first, second)
    for name, column in (("students.csv", 1), ("enrollments.csv", 2)):
        with (first / name).open(newline="") as every, (second / name).open("w", newline="") as some:
            rows = csv.reader(every)
            csv.writer(some).writerows(row for row in rows if not (len(row) > column and _is_absent(row[column])))
    _add(BENCH, first)
    for files in (first, second):
        _run("sync", BENCH, "--from", str(files), may_end=(0, 1))  # 1 says that a person must act


def _is_absent(student_id: str) -> bool:
    return student_id.isdigit() and int(student_id) % ABSENT == 0


def _copy_district(copies: int) -> None:
    """Publish the district again, so many times as large."""
    store = DecisionStore(settings.home().decisions_url)
    published = Published(settings.home().published, register=store)
    manifest = published.manifest(BENCH)
    if manifest is None or not manifest.hold_hash:
        raise SystemExit("No change of the district waits for a person.")
    files, report = published.files(manifest), published.report(BENCH)
    db = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(FILES / "spilled")})
    db.execute(COPIED)
    tables = {name: _copies_of(db, name, file, copies) for name, file in files.items()}

    def write_report(folder: Path, _: Manifest) -> None:
        for path in (report or Path()).rglob("*.*"):
            own = path.relative_to(report or Path())
            is_of_school = own.parts[0] == "rows" and own.parts[1] != "without_school"
            for copy in range(copies if is_of_school else 1):
                parts = [own.parts[0], f"{own.parts[1]}.{copy}", *own.parts[2:]] if copy else own.parts
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)

    links = [
        SchoolLink(f"{link.school_id}.{copy}", f"{link.platform_school_id}.{copy}", link.link, link.school_name)
        for copy in range(1, copies - NOT_CONNECTED)
        for link in store.school_links(BENCH)
    ]
    schools = store.platform_schools(BENCH)
    copied = {f"{i}.{copy}" if copy else i: name for copy in range(copies) for i, name in schools.items()}
    store.import_schools(BENCH, copied)
    store.link_schools(BENCH, links)
    times = {
        name: {of: copies * count for of, count in getattr(manifest, name).items()}
        for name in ("problems", "counts", "plan")
    }
    waiting = {"waiting_schools": NOT_CONNECTED * len(schools), "waiting_people": NOT_CONNECTED * STUDENTS}
    published.publish(replace(manifest, published_at="", **times, **waiting), tables, write_report)


def _copies_of(db: duckdb.DuckDBPyConnection, name: str, file: Path, copies: int) -> duckdb.DuckDBPyRelation:
    table = db.from_parquet(str(file))
    if name in COUNTED:
        times = ", ".join(f'"{column}" * {copies} as "{column}"' for column in COUNTED[name])
        return table.project(f"* replace ({times})")
    if name == "uploads":
        longer = f"drop_id || n as drop_id, accounts * {copies} as accounts, errors * (n + {copies}) as errors"
        return table.project("*, unnest(range(15)) as n").project(f"* exclude (n) replace ({longer})")
    if name not in OF_COPY:
        return table
    own, order = OF_COPY[name]
    changed = [f'copied("{column}", copy) as "{column}"' for column in own]
    changed += [f'"{line}" + 100000 * copy as "{line}"' for line in ("line", "cause_line") if line in table.columns]
    if name == "schools":
        changed.append(f"case when copy < {copies - NOT_CONNECTED} then link else 'unknown' end as link")
    several = table.project(f"*, unnest(range({copies})) as copy")
    return several.project(f"* replace ({', '.join(changed)})").order(order).project("* exclude (copy)")


def _make_busy() -> None:
    """A district whose two uploads the run takes in turn that goes on during the measurement."""
    for seed in (1, 2):
        write_sample(_busy_files(seed), BUSY_STUDENTS, seed)
    _add(BUSY, _busy_files(1))


def _busy_files(seed: int) -> Path:
    return FILES / f"busy-{seed}"


def _add(district: DistrictId, files: Path) -> None:
    """Add a district whose schools are connected by themselves."""
    _run("districts", "add", district, "--name", f"{district.capitalize()} Schools", "--link-policy", "exact")
    with (files / "schools.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    platform = FILES / f"{district}-platform.csv"
    with platform.open("w", newline="") as file:
        known = [(f"P{row[0]}", row[1].strip()) for row in rows]
        csv.writer(file).writerows([("platform_school_id", "name"), *known])
    _run("schools", "import", district, str(platform))


def _make_others(districts: int) -> None:
    store, published = DecisionStore(settings.home().decisions_url), Published(settings.home().published)
    now = datetime.now(UTC)
    with store.engine.begin() as db:
        pattern = db.execute(sa.select(DISTRICTS).where(DISTRICTS.c.district_id == BENCH)).mappings().one()
        ids = [district_id(f"d{number:05}") for number in range(districts)]
        rows = [{**pattern, "district_id": i, "name": f"District {i}", "added_at": now} for i in ids]
        db.execute(sa.insert(DISTRICTS), rows)
    facts = json.loads(published.storage.read(f"{BENCH}/{MANIFEST}") or b"")
    for number, i in enumerate(ids):
        own = {"district_id": i, "problems": {"error": number % 3}, "tables": {}, "report": ""}
        text = json.dumps(facts | own)
        published.storage.write(f"{i}/{MANIFEST}", text.encode())
        store.keep_manifest(i, text)


def measure(base: str, password: str, server: int) -> list[Measured]:
    """Each page, asked of the server with this number of a process."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    token = _token(opener, f"{base}/sign-in")
    opener.open(f"{base}/sign-in", urlencode({"token": token, "email": OPERATOR, "password": password}).encode())
    results = [_measured(opener, server, page, f"{base}{page}", None, RATE) for page in PAGES]
    find = f"{base}/d/{BENCH}/find"
    token = _token(opener, find)
    for search, rate in SEARCHES.items():
        form = urlencode({"token": token, "record": search}).encode()
        results.append(_measured(opener, server, f"search: {search}", find, form, rate))
    return results


def _measured(
    opener: urllib.request.OpenerDirector, server: int, page: str, url: str, form: bytes | None, rate: int
) -> Measured:
    taken: list[float] = []
    busy: list[int] = []
    lock = threading.Lock()

    def ask() -> None:
        begun = time.perf_counter()
        try:
            with opener.open(url, form, timeout=60) as answer:
                answer.read()
        except HTTPError as error:
            with error, lock:
                busy.append(error.status)
        with lock:
            taken.append(1000 * (time.perf_counter() - begun))

    ask()
    taken.clear()
    busy.clear()
    processor = _processor_ms(server)
    with ThreadPoolExecutor(64) as pool:
        begun, asked = time.perf_counter(), []
        for number in range(max(SECONDS * rate, LEAST_REQUESTS)):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            asked.append(pool.submit(ask))
        for one in asked:
            one.result()
    used, p95 = _processor_ms(server) - processor, statistics.quantiles(taken, n=20)[-1]
    return Measured(page, len(taken), len(busy), statistics.median(taken), p95, max(taken), used / len(taken))


def _processor_ms(process: int) -> float:
    """The processor time of a process so far, of its own and of the system's."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def runs_going_on() -> Iterator[None]:
    """Within it, the busy district is synced again and again with other files."""
    has_ended = threading.Event()

    def go_on() -> None:
        for seed in cycle((1, 2)):
            if has_ended.is_set():
                return
            _run("sync", BUSY, "--from", str(_busy_files(seed)), may_end=(0, 1), niceness=NICENESS)

    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(go_on)
        try:
            yield
        finally:
            has_ended.set()
            going.result()


def _token(opener: urllib.request.OpenerDirector, url: str) -> str:
    (token, *_) = re.findall(r'name="token" value="([^"]+)"', opener.open(url).read().decode())
    return str(token)


def _run(*arguments: str, may_end: tuple[int, ...] = (0,), niceness: int = 0) -> None:
    command = ["nice", "-n", str(niceness), COMMAND, *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    if done.returncode not in may_end:
        raise SystemExit(f"{arguments[0]} ended with {done.returncode}")


def main() -> None:
    """Make the home, serve it, measure, and print the table; exit 1 if a page is too slow."""
    copies, districts = (*map(int, sys.argv[1:]), *(633, 10_000)[len(sys.argv) - 1 :])
    os.environ["REMIND_ETL_HOME"] = str(HOME)
    make_home(copies, districts)
    store = DecisionStore(settings.home().decisions_url)
    known = OPERATOR in {user.email for user in store.operators()}
    password = store.new_page_password(OPERATOR) if known else str(store.add_operator(OPERATOR))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "LD_PRELOAD": ALLOCATOR}
    server = subprocess.Popen([COMMAND, "web", "--port", str(port)], env=environment)  # noqa: S603 - our own command
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{base}/sign-in", timeout=5).close()  # noqa: S310 - loopback
                break
            except OSError:
                time.sleep(0.2)
        with runs_going_on():
            results = measure(base, password, server.pid)
    finally:
        server.terminate()
        server.wait()
    load = " ".join(f"{minutes:.1f}" for minutes in os.getloadavg())
    title = (
        f"{copies} copies of 3 schools and 1,600 people, {districts:,} districts; load {load}; {ALLOCATOR or 'malloc'}"
    )
    table = Table("page", "requests", "busy", "median ms", "p95 ms", "longest ms", "processor ms", title=title)
    for one in results:
        times = (one.median, one.p95, one.longest, one.processor)
        table.add_row(one.page, str(one.requests), str(one.busy), *(f"{ms:.0f}" for ms in times))
    Console(width=120).print(table)
    sys.exit(any(one.p95 > LIMIT_MS or one.busy for one in results))


if __name__ == "__main__":
    main()
