"""The whole story of a district in a real browser: from its first sign-in to the answer to a parent who calls.

It is told twice: by a browser with scripts, and by one without. Another one with scripts looks at each page beside the
one without. Its pictures stay in the test's folder.
"""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from remind_etl import settings
from remind_etl.catalogue.pages import HELD_HALF
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.web.app import create_app
from remind_etl.web.pages.sync_now import FRESH_SECONDS
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests import sftp
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.chromium import Watched, chromium, watched, without_scripts
from remind_etl_tests.web.conftest import ADMIN, SECRET
from remind_etl_tests.worlds import World, scenario

PLATFORM = {"P-100": "Lincoln Elementary School", "P-200": "Harbor Middle", "P-300": "North High"}
PAGES = ("", "/sync", "/schools", "/problems", "/holds", "/find", "/check", "/history")


@dataclass
class Story:
    """A district with its administrator, before the first sign-in."""

    world: World
    server: EmbeddedServer
    base: str
    password: str
    page: Page
    """The browser that acts, with or without scripts."""
    watched: Watched
    """The browser that looks at the pages."""
    is_looked_at: bool

    def open(self, place: str) -> Page:
        """Open a page of the district in both browsers; the one with scripts looks at it."""
        self.look(place)
        self.page.goto(f"{self.base}/d/oak{place}")
        return self.page

    def look(self, place: str, name: str = "") -> None:
        """Look at a page of the district, once under each name."""
        if not self.is_looked_at:
            return
        self.watched.page.goto(f"{self.base}/d/oak{place}")
        self.watched.look(name or re.sub(r"[^a-z]+", "-", place.strip("/")).strip("-") or "overview")

    def upload(self, password: str, files: Mapping[str, bytes]) -> None:
        """Upload as the page of sync details says, and let the sensor and a run take it."""
        sftp.upload(self.server, OAK, password, files)
        self.world.tick("drops")
        self._run_after("drops")

    def decided(self) -> None:
        """Let the sensor see a decision, and run what it asks for."""
        self._run_after("decisions")

    def _run_after(self, sensor: str) -> None:
        """Run what the sensor asks for, in a thread of its own, as the browser's has an event loop already."""

        def run() -> None:
            (request,) = self.world.tick(sensor).run_requests or ()
            assert self.world.sync(request).success

        with ThreadPoolExecutor(1) as apart:
            apart.submit(run).result()


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def story(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Story]:
    world.store.import_schools(OAK, PLATFORM)
    password = str(world.store.add_administrator(OAK, ADMIN))
    home = settings.home()
    with EmbeddedServer(home.drops, home.sftp, world.store) as server:
        monkeypatch.setenv("REMIND_ETL_SFTP_PORT", str(server.port))
        with serving(create_app(Site.of_settings(), SECRET)) as base, chromium() as browser:
            seen = watched(browser, tmp_path / "pictures")
            page = watched(browser, tmp_path / "pictures").page if request.param else without_scripts(browser)
            yield Story(world, server, base, password, page, seen, is_looked_at=not request.param)


def _sign_in(page: Page, base: str, password: str) -> None:
    page.goto(base)
    page.get_by_label("Email").fill(ADMIN)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="What to do next")).to_be_visible()


def _without(files: Mapping[str, bytes], *ids: str) -> dict[str, bytes]:
    """The files without the rows that name one of these ids."""
    kept = {
        name: [line for line in content.decode().splitlines(keepends=True) if not {*ids} & {*line.strip().split(",")}]
        for name, content in files.items()
    }
    return {name: "".join(lines).encode() for name, lines in kept.items()}


def _look_again(page: Page) -> None:
    """Look again after a moment, as a person does: a look is shown for some time."""
    page.wait_for_timeout(1_000 * FRESH_SECONDS)
    page.get_by_role("link", name="Look again").click()


def test_a_district_does_all_of_it_in_a_browser_with_and_without_scripts(story: Story) -> None:
    page, files = story.page, scenario("clean")
    story.watched.page.goto(story.base)
    story.watched.look("sign-in")
    for browser in (page, story.watched.page):
        _sign_in(browser, story.base, story.password)
    for place in PAGES:
        story.look(place, f"{place.strip('/') or 'overview'}-empty")

    # Read the details, and upload with them.
    page.get_by_role("link", name="See the sync details").click()
    page.get_by_label("My uploads may fail").check()
    page.get_by_role("button", name="Make a new password").click()
    details = dict(zip(page.locator(".details dt").all_inner_texts(), page.locator(".details dd").all(), strict=True))
    told = {
        name: value.locator("code").first.inner_text()
        for name, value in details.items()
        if value.locator("code").count()
    }
    assert (told["Port"], told["Username"]) == (str(story.server.port), "oak")
    page.get_by_role("link", name="See which files are here").click()
    expect(page.get_by_text("Nothing has been uploaded yet.")).to_be_visible()
    sftp.upload(story.server, OAK, told["Password"], {"schools.csv": files["schools.csv"]})
    _look_again(page)
    expect(page.get_by_text("Waits for teachers.csv")).to_be_visible()
    expect(page.get_by_text("missing teachers.csv")).to_be_visible()
    sftp.upload(story.server, OAK, told["Password"], files)
    _look_again(page)
    expect(page.get_by_text("All files are here.")).to_be_visible()
    story.look("/sync/now")
    story.upload(told["Password"], files)
    story.watched.page.goto(f"{story.base}/d/oak/sync")
    expect(story.watched.page.get_by_text("These files were taken on")).to_be_visible()
    story.watched.look("sync")

    # Connect the schools.
    story.open("")
    page.get_by_role("link", name="Connect your schools").click()
    story.look("/schools")
    story.watched.page.goto(f"{story.base}/d/oak/schools")
    story.watched.page.get_by_role("button", name="Confirm this school").click()
    story.watched.look("schools-confirm")
    page.get_by_role("button", name="Confirm this school").click()
    page.get_by_role("button", name="Confirm 1 school").click()
    page.get_by_role("link", name="Change Harbor Middle School").click()
    page.get_by_label("Name or id of the platform's school").fill("harbor")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Harbor Middle").check()
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Change Nobody Confirmed This School").click()
    page.get_by_role("button", name="Ignore this school").click()
    story.look("/schools/choose?school=02")
    story.watched.page.goto(f"{story.base}/d/oak/schools/choose?school=02")
    story.watched.page.get_by_label("Name or id of the platform's school").press_sequentially("north")
    expect(story.watched.page.get_by_role("radio")).to_have_count(1)
    story.decided()

    # See accounts and classes.
    story.open("")
    expect(page.get_by_text("synced", exact=True)).to_be_visible()
    assert re.search(r"Students\s+4\s+Guardians\s+\d+\s+Classes\s+[1-9]", page.locator("main").inner_text())

    # Correct an error. The children of the first school are missing in these files too.
    wrong = _without(files, "S1", "S3")
    wrong["students.csv"] = wrong["students.csv"].replace(b'"Li, Jr."', b"")
    story.upload(told["Password"], wrong)
    story.open("/problems")
    expect(page.get_by_role("heading", name="student_first_name")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows (CSV) of The row has no student_first_name").click()
    assert ",02,S4,,Wei," in download.value.path().read_text()
    page.get_by_role("link", name="See the rows of The row has no student_first_name").click()
    expect(page.get_by_role("cell", name="Wei", exact=True)).to_be_visible()
    story.look("/problems/rows?file=students.csv&code=missing_value")
    story.upload(told["Password"], _without(files, "S1", "S3"))
    story.open("/problems")
    expect(page.get_by_role("heading", name="student_first_name")).to_be_hidden()
    assert re.search(
        r"1\s+of the upload before (are|is) fixed|Fixed since the upload before\s+1", page.locator("main").inner_text()
    )

    # Approve what waits.
    story.open("")
    page.get_by_role("link", name="See what waits").click()
    expect(page.locator("main")).to_contain_text(HELD_HALF)  # two of four students are no more than the limit
    story.look("/holds")
    story.watched.page.goto(f"{story.base}/d/oak/holds")
    for box in story.watched.page.get_by_role("checkbox").all():
        box.check()
    story.watched.page.get_by_role("button", name="Approve").click()
    story.watched.look("holds-approve")
    for box in page.get_by_role("checkbox").all():
        box.check()
    story.look("/holds/list")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Approve this?")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    story.look("/holds", "holds-approved")
    story.decided()
    story.open("")
    assert re.search(r"Students\s+2", page.locator("main").inner_text())
    story.look("", "overview-uploads")
    page.get_by_text("The same figures as a table").click()
    expect(page.get_by_role("columnheader", name="Accounts")).to_be_visible()

    # Find a child who is missing.
    story.open("/find")
    story.watched.page.goto(f"{story.base}/d/oak/find")
    for browser in (page, story.watched.page):
        browser.get_by_role("textbox").fill("S9")
        browser.get_by_role("button", name="Find").click()
        expect(browser.get_by_text("because school 03 is ignored")).to_be_visible()
        assert "S9" not in browser.url
    story.watched.look("find-record")
    story.open("/history")

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{story.base}/d/oak")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert story.watched.faults == []
