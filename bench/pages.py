"""How long each SIS Sync page takes at 20 requests a second (a search: 1), beside 10,000 other districts.

    python bench/pages.py [STUDENTS, without it 20000] [DISTRICTS, without it 10000]

A district is made with `remind-etl sample` and synced once; the other districts have a manifest alone. A server of its
own process answers. The 95th percentile of each page must be below 150 ms on two processors.
"""

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
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.decided.tables import DISTRICTS
from remind_etl.published.store import MANIFEST, Published
from remind_etl.schema.district_id import district_id

HERE: Final = Path(__file__).parent
HOME: Final = HERE / "made" / "pages"
COMMAND: Final = str(Path(sys.executable).with_name("remind-etl"))
BENCH: Final = district_id("bench")
SECONDS: Final = 10
RATE: Final = 20
SEARCH_RATE: Final = 1
"""A search explains a person over all published tables, and people search seldom."""
LIMIT_MS: Final = 150.0
OPERATOR: Final = "bench@example.org"
PAGES: Final = ("/", "", "/sync", "/schools", "/problems", "/holds", "/holds/list", "/find", "/check", "/history")
SEARCHES: Final = ("0000001", "garcia", "nobody@example.org")


def make_home(students: int, districts: int) -> None:
    """A home with one synced district and the others; made once for each size."""
    made = HOME / f"{students}-{districts}.done"
    if made.exists():
        return
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    files = HERE / "made" / f"pages-files-{students}"
    if not files.exists():
        _run("sample", str(files), "--students", str(students), "--seed", "1", "--untidy", "0.01")
    _run("districts", "add", BENCH, "--name", "Bench Schools", "--link-policy", "exact")
    names = [line.split(",")[:2] for line in (files / "schools.csv").read_text().splitlines()[1:]]
    platform = HOME / "platform.csv"
    platform.write_text("platform_school_id,name\n" + "".join(f"P{i},{name}\n" for i, name in names))
    _run("schools", "import", BENCH, str(platform))
    _run("sync", BENCH, "--from", str(files), may_end=(0, 1))  # 1 says that the files have errors
    store, published = DecisionStore(settings.home().decisions_url), Published(settings.home().published)
    now = datetime.now(UTC)
    with store.engine.begin() as db:
        like = dict(db.execute(sa.select(DISTRICTS)).mappings().one())
        ids = [district_id(f"d{number:05}") for number in range(districts)]
        rows = [{**like, "district_id": i, "name": f"District {i}", "added_at": now} for i in ids]
        db.execute(sa.insert(DISTRICTS), rows)
    pattern = json.loads(published.storage.read(f"{BENCH}/{MANIFEST}") or b"")
    for number, i in enumerate(ids):
        facts = pattern | {"district_id": i, "problems": {"error": number % 3}, "tables": {}, "report": ""}
        published.storage.write(f"{i}/{MANIFEST}", json.dumps(facts).encode())
    made.touch()


def measure(base: str, password: str) -> list[tuple[str, int, float, float, float]]:
    """Each page with the number of requests, and the median, the 95th percentile and the longest in ms."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    token = _token(opener, f"{base}/sign-in")
    opener.open(f"{base}/sign-in", urlencode({"token": token, "email": OPERATOR, "password": password}).encode())
    at = {page: f"{base}/d/{BENCH}{page}" if page != "/" else f"{base}/" for page in PAGES}
    results = [(page or "overview", *_times(opener, url, None)) for page, url in at.items()]
    results.append(("/?q=&status=", *_times(opener, f"{base}/?q=9&status=synced", None)))
    token = _token(opener, at["/find"])
    for search in SEARCHES:
        form = urlencode({"token": token, "record": search}).encode()
        results.append((f"/find {search}", *_times(opener, at["/find"], form, SEARCH_RATE)))
    return results


def _times(
    opener: urllib.request.OpenerDirector, url: str, form: bytes | None, rate: int = RATE
) -> tuple[int, float, float, float]:
    taken: list[float] = []
    lock = threading.Lock()

    def ask() -> None:
        begun = time.perf_counter()
        with opener.open(url, form, timeout=60) as answer:
            answer.read()
        with lock:
            taken.append(1000 * (time.perf_counter() - begun))

    ask()
    taken.clear()
    with ThreadPoolExecutor(64) as pool:
        begun, asked = time.perf_counter(), []
        for number in range(SECONDS * rate):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            asked.append(pool.submit(ask))
        for one in asked:
            one.result()
    return len(taken), statistics.median(taken), statistics.quantiles(taken, n=20)[-1], max(taken)


def _token(opener: urllib.request.OpenerDirector, url: str) -> str:
    (token, *_) = re.findall(r'name="token" value="([^"]+)"', opener.open(url).read().decode())
    return str(token)


def _run(*arguments: str, may_end: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run([COMMAND, *arguments], check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    if done.returncode not in may_end:
        raise SystemExit(f"{arguments[0]} ended with {done.returncode}")


def main() -> None:
    """Make the home, serve it, measure, and print the table; exit 1 if a page is too slow."""
    students, districts = (int(text) for text in (sys.argv[1:] + ["20000", "10000"][len(sys.argv) - 1 :]))
    os.environ["REMIND_ETL_HOME"] = str(HOME)
    make_home(students, districts)
    store = DecisionStore(settings.home().decisions_url)
    known = OPERATOR in {user.email for user in store.operators()}
    password = store.new_page_password(OPERATOR) if known else str(store.add_operator(OPERATOR))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([COMMAND, "web", "--port", str(port)])  # noqa: S603 - our own command
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{base}/sign-in", timeout=5).close()  # noqa: S310 - loopback
                break
            except OSError:
                time.sleep(0.2)
        results = measure(base, password)
    finally:
        server.terminate()
        server.wait()
    table = Table("page", "requests", "median ms", "p95 ms", "longest ms", title=f"{students:,} students")
    for page, count, *times in results:
        table.add_row(page, str(count), *(f"{ms:.0f}" for ms in times))
    Console().print(table)
    sys.exit(any(p95 > LIMIT_MS for *_, p95, _ in results))


if __name__ == "__main__":
    main()
