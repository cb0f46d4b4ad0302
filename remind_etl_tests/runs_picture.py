"""The picture of Dagster's list of runs in the README, taken from a demo with five outcomes.

    python -m remind_etl_tests.runs_picture      writes docs/pictures/runs.png, in some minutes

It needs Debian's chromium. After the demo's three runs, two districts upload again: maple without most of its
students, so that their removals are held, and cedar without a column, so that the drop is blocked.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import FloatRect, Page, ViewportSize

from remind_etl import demo, settings
from remind_etl.cli import stores
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.sample.generate import write_sample
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.web.chromium import chromium

PICTURE: Final = Path(demo.WORKSPACE).parent / "docs" / "pictures" / "runs.png"
OUTCOMES: Final = ("blocked", "on_hold", "delivered", "waiting_for_schools")
"""What the picture must show."""
SIZE: Final = ViewportSize(width=1440, height=1200)
"""In a narrower window, Dagster cuts the tags with the outcomes."""
PATIENCE_SECONDS: Final = 600

MAPLE: Final = DistrictId("maple")
CEDAR: Final = DistrictId("cedar")


@contextmanager
def demo_with_five_runs() -> Iterator[str]:
    """A demo in a home of its own, in which the runs have all these outcomes: the address of its Dagster."""
    with tempfile.TemporaryDirectory() as home:
        for setting in SETTINGS:
            os.environ.pop(setting.name, None)
        os.environ.pop("DAGSTER_HOME", None)
        os.environ["REMIND_ETL_HOME"] = home
        with demo.Demo() as running:
            assert running.sync_districts()
            again = datetime.now(UTC)
            _upload_again(running)
            _await_runs(again)
            yield running._dagster.url


def _upload_again(running: demo.Demo) -> None:
    shown = {one.district_id: one for one in demo.DISTRICTS}
    folders = {district: settings.home().root / "again" / district for district in (MAPLE, CEDAR)}
    write_sample(folders[MAPLE], shown[MAPLE].students // 3, seed=7)
    write_sample(folders[CEDAR], shown[CEDAR].students, seed=7, untidy=shown[CEDAR].untidy)
    students = folders[CEDAR] / "students.csv"
    students.write_text(students.read_text().replace("student_id", "StudentNumber", 1))
    for district, folder in folders.items():
        running._upload(shown[district], stores.decisions().new_password(district), folder)


def _await_runs(since: datetime) -> None:
    """Wait until both districts have ended a run that began since."""
    until = time.monotonic() + PATIENCE_SECONDS
    with open_instance() as instance:
        runs = RunsSeen(lambda: instance)
        while time.monotonic() < until:
            newest = [runs.newest(district) for district in (MAPLE, CEDAR)]
            if all(run and run.is_finished and run.created_at >= since for run in newest):
                return
            time.sleep(1)
    raise TimeoutError("the second runs did not end")


def take_picture(page: Page, address: str, picture: Path) -> None:
    """Take the picture of the list of runs, to the end of its last row."""
    page.goto(f"{address}/runs")
    for outcome in OUTCOMES:
        page.get_by_text(f"outcome: {outcome}").first.wait_for()
    page.get_by_text("Hide navigation").click()
    page.wait_for_timeout(1_000)  # the navigation moves
    last = page.locator("[data-index]").last.bounding_box()
    assert last
    clip = FloatRect(x=0, y=0, width=SIZE["width"], height=last["y"] + last["height"])
    page.screenshot(path=picture, clip=clip)


if __name__ == "__main__":
    with demo_with_five_runs() as dagster, chromium() as browser:
        take_picture(browser.new_context(viewport=SIZE).new_page(), dagster, PICTURE)
