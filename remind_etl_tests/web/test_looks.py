"""The pages that the story of a district does not open, with a browser: those of operators, second pages, and a check."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import asyncssh
import duckdb
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import FilePayload, Locator, Page, expect
from pydantic import SecretStr

from remind_etl.catalogue import pages as texts
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.published.store import Manifest
from remind_etl.web.app import create_app
from remind_etl.web.provider import OpenIdProvider
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.chromium import NARROW_CELLS, PHONE, Watched, chromium, watched, without_scripts
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, SECRET, Pages, pages_of_world, run_of_files
from remind_etl_tests.worlds import World, scenario


@pytest.fixture
def browser() -> Iterator[Chromium]:
    with chromium() as made:
        yield made


def _public_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()


def _signed_in(page: Page, pages: Pages, email: str) -> Page:
    page.goto(pages.base)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(pages.passwords[email])
    page.get_by_role("button", name="Sign in").click()
    return page


def _seen(browser: Chromium, folder: Path, has_scripts: bool) -> Watched:
    pictures = folder / "pictures"
    return watched(browser, pictures) if has_scripts else Watched(without_scripts(browser), pictures)


def _looking(seen: Watched, has_scripts: bool) -> Callable[[str], None]:
    """What looks at the page under a name, as soon as it is there."""

    def look(name: str) -> None:
        expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
        if has_scripts:  # axe is a script
            seen.look(name)

    return look


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_operator_does_all_of_the_work_in_a_browser(
    has_scripts: bool, delivered: Pages, browser: Chromium, tmp_path: Path
) -> None:
    seen = _seen(browser, tmp_path, has_scripts)
    page, look = _signed_in(seen.page, delivered, OPERATOR), _looking(seen, has_scripts)

    look("districts")
    page.get_by_label("Name or id").fill("nothing like this")
    page.get_by_role("button", name="Filter").click()
    look("districts-none")
    page.goto(f"{delivered.base}/d/oak")
    page.get_by_role("link", name="For operators").click()
    look("operate")
    page.get_by_role("button", name="Try the limits on past uploads").click()
    look("operate-tried")
    page.get_by_role("button", name="Pause all changes").click()
    expect(page.get_by_role("button", name="End the pause")).to_be_visible()
    look("operate-paused")
    page.get_by_role("button", name="End the pause").click()
    page.get_by_role("button", name="Run it again").click()
    page.get_by_role("link", name="See the run").click()
    look("progress")
    page.goto(f"{delivered.base}/d/oak/history")
    look("history")
    page.get_by_role("link", name=re.compile("Read the report")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("oak")
    look("report")
    page.get_by_role("link", name="Back to the history").click()
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    expect(page.get_by_text("Nothing is left to undo.")).to_be_visible()

    assert seen.faults == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_administrator_meets_each_second_page_in_a_browser(
    has_scripts: bool, delivered: Pages, browser: Chromium, tmp_path: Path
) -> None:
    seen = _seen(browser, tmp_path, has_scripts)
    page, look = _signed_in(seen.page, delivered, ADMIN), _looking(seen, has_scripts)

    page.goto(f"{delivered.base}/d/oak/schools/choose?school=01")
    page.get_by_role("button", name="Ignore this school").click()
    look("schools-change")
    page.goto(f"{delivered.base}/d/oak/sync")
    page.get_by_label("My uploads may fail").check()
    page.get_by_role("button", name="Make a new password").click()
    expect(page.get_by_text("It is shown only now.")).to_be_visible()
    look("sync-password")
    page.get_by_label("Public key, as OpenSSH, PuTTY or WinSCP write it").fill(_public_key())
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_text("SHA256:").first).to_be_visible()
    look("sync-keys")
    page.get_by_label("No upload is possible until").check()
    page.get_by_role("button", name="Disable the login").click()
    look("sync-disabled")
    page.goto(f"{delivered.base}/d/oak/check")
    files = [FilePayload(name=name, mimeType="text/csv", buffer=rows) for name, rows in scenario("clean").items()]
    page.get_by_label(re.compile("The CSV files")).set_input_files(files)
    page.get_by_role("button", name="Check", exact=True).click(timeout=120_000)
    expect(page.get_by_text(re.compile("would be accepted"))).to_be_visible(timeout=120_000)
    look("checked")
    page.goto(f"{delivered.base}/d/oak/find")
    page.get_by_role("textbox").fill("homeroom")
    page.get_by_role("button", name="Find").click()
    look("find-like")
    page.get_by_role("textbox").fill("waits")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="In your newest files")).to_be_visible()
    look("find-files")
    page.get_by_role("button", name="Una Waits").click()
    expect(
        page.get_by_text("because school 03 is ignored").or_(page.get_by_text("waits to be linked")).first
    ).to_be_visible()
    page.get_by_role("textbox").fill("s1")
    page.get_by_role("button", name="Find").click()
    look("find-near")
    page.get_by_role("button", name="student S1").click()
    expect(page.get_by_role("heading", name="Lia Park")).to_be_visible()
    assert re.fullmatch(r".*/d/oak/find\?asked=[0-9a-f]+", page.url)
    page.goto(f"{delivered.base}/d/oak/none")
    look("not-found")

    assert [fault for fault in seen.faults if "404" not in fault] == []


def test_a_check_shows_how_much_of_the_files_is_sent(pages: Pages, browser: Chromium, tmp_path: Path) -> None:
    seen = watched(browser, tmp_path / "pictures")
    page = _signed_in(seen.page, pages, ADMIN)
    page.goto(f"{pages.base}/d/oak/check")
    bar, said = page.get_by_role("progressbar", name="Sent"), page.get_by_role("status")
    expect(bar).to_be_hidden()
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    network.send("Network.emulateNetworkConditions", slow)
    files = [FilePayload(name=name, mimeType="text/csv", buffer=rows) for name, rows in scenario("clean").items()]
    large = FilePayload(name="notes.csv", mimeType="text/csv", buffer=b"a note\n" * SLOW)
    page.get_by_label(re.compile("The CSV files")).set_input_files([*files, large])

    page.get_by_role("button", name="Check", exact=True).click(no_wait_after=True)

    expect(said).to_have_text(texts.SENDING)
    page.wait_for_function(SOME_IS_SENT, timeout=60_000)
    seen.page.screenshot(path=seen.pictures / "check-sending.png")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_disabled()
    expect(said).to_have_text(texts.CHECKING, timeout=60_000)
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    expect(page.get_by_text(re.compile("would be accepted"))).to_be_visible(timeout=120_000)
    assert seen.faults == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_operator_undoes_a_delivery_after_its_preview_in_a_browser(
    has_scripts: bool, world: World, delivered: Pages, browser: Chromium, tmp_path: Path
) -> None:
    files = scenario("clean")
    changed = {**files, "students.csv": files["students.csv"].replace(b"Noa", b"Noah")}
    with ThreadPoolExecutor(1) as apart:  # the browser's thread has an event loop already
        assert apart.submit(world.deliver, changed).result().success
    seen = _seen(browser, tmp_path, has_scripts)
    page, look = _signed_in(seen.page, delivered, OPERATOR), _looking(seen, has_scripts)
    page.goto(f"{delivered.base}/d/oak/history")

    page.get_by_role("button", name="Undo delivery 2").click()
    expect(page.get_by_role("heading", name="Undo delivery 2?")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ accounts? (is|are) changed\."))).to_be_visible()
    look("undo")
    page.get_by_role("button", name="Delivery 2 and all after it").click()
    look("undo-more")
    page.get_by_role("link", name="Go back").click()
    assert len(Site.of_settings().platform.deliveries(OAK)) == 2
    page.get_by_role("button", name="Undo delivery 2").click()
    page.get_by_role("button", name="Undo it").click()

    expect(page.get_by_text("Delivery 2 is undone: see delivery 3.")).to_be_visible()
    expect(page.get_by_text("It undid delivery 2.")).to_be_visible()
    look("history-undone")
    assert "Noah" not in {row["first_name"] for row in world.rows("accounts")}
    assert seen.faults == []


SLOW: Final = 200_000
"""Bytes a second."""
SOME_IS_SENT: Final = """() => {
    const { value, max, hidden } = document.querySelector("progress");
    return !hidden && value > 0 && value < max;
}"""
MANY: Final = 2_000
MANY_SCHOOLS: Final = """
    select
        's' || n as school_id,
        'School ' || n as school_name,
        if(n % 20 = 0, 'unknown', 'proposed') as link,
        if(n % 20 = 0, null, 'P' || n) as platform_school_id,
        if(n % 20 = 0, null, 'School ' || n) as platform_school_name,
        if(n % 20 = 0, 'no school of the platform is like it', 'same name') as reason,
        if(n % 20 = 0, null, 0.99) as score,
        n as people
    from range(1, $many + 1) as numbers (n)
"""
MANY_PROBLEMS: Final = """
    select
        'error' as severity,
        'missing_value' as code,
        'students.csv' as file,
        'student_first_name' as "column",
        's' || n as school_id,
        n as line,
        1 as "rows",
        'The row has no student_first_name.' as message,
        'Enter it.' as fix
    from range(1, $many + 1) as numbers (n)
"""
MANY_GROUPS: Final = """
    select
        severity, code, file, "column", null as shape, count(*) as problems, sum("rows")::bigint as "rows",
        min(line, 5) as lines, min(message) as message, fix
    from problems
    group by all
"""


@pytest.mark.parametrize("has_scripts", [True, False])
def test_two_thousand_schools_stay_usable(has_scripts: bool, pages: Pages, browser: Chromium, tmp_path: Path) -> None:
    pages.decisions.import_schools(OAK, {f"P{number}": f"School {number}" for number in range(1, MANY + 1)})
    with duckdb.connect() as db:
        for name, query in (("schools", MANY_SCHOOLS), ("problems", MANY_PROBLEMS), ("problem_groups", MANY_GROUPS)):
            db.execute(f"create table {name} as {query}", {"many": MANY} if "$many" in query else {})
        manifest = Manifest(OAK, "d1", "2026-01-01T00:00:00+00:00", problems={"error": MANY}, waiting_schools=MANY)
        tables = {name: db.table(name) for name in ("schools", "problems", "problem_groups")}
        Site.of_settings().published.publish(manifest, tables)
    seen = _seen(browser, tmp_path, has_scripts)
    page, look = _signed_in(seen.page, pages, ADMIN), _looking(seen, has_scripts)

    page.goto(f"{pages.base}/d/oak/schools")
    expect(page.get_by_text("Page 1 of 20, 2,000 schools")).to_be_visible()
    look("schools-many")
    table, heading = page.get_by_role("region", name="Schools"), page.get_by_role("columnheader", name="State")
    table.evaluate("region => region.scrollTo(0, 2000)")
    assert abs(_top(heading) - _top(table)) < 3, "the header of the table went away"
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of 20")).to_be_visible()
    page.get_by_label("State").select_option("unknown")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("row")).to_have_count(MANY // 20 + 1)
    page.get_by_label("Name or id").fill("School 1999")
    page.get_by_label("State").select_option("")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("checkbox", name="Confirm School 1999").check()
    page.get_by_role("button", name="Confirm the ticked schools").click()
    page.get_by_role("button", name="Confirm 1 school").click()
    expect(page.get_by_role("status").first).to_contain_text("1 school connected.")

    page.goto(f"{pages.base}/d/oak/problems")
    expect(page.get_by_label("School").locator("option")).to_have_count(51)
    look("problems-many")
    page.get_by_role("link", name="Show the 1,950 others too").click()
    look("problem-schools")
    page.get_by_label("Name or id").fill("school 1998")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Show them of School 1998").click()
    expect(page.get_by_label("School")).to_have_value("s1998")
    expect(page.get_by_role("article")).to_have_count(1)

    assert seen.faults == []


LONG: Final = "Schulverbandsgemeinschaft" * 10
"""A name as long as names of districts and schools may be, without a blank."""
LONG_SCHOOLS: Final = """
    select 's' || n as school_id, if(n = 1, 'Oak', $long) as school_name, 'proposed' as link, 'P1' as platform_school_id,
        $long as platform_school_name, 'same name' as reason, 0.99 as score, n as people
    from range(3) as numbers (n)
"""
HIDDEN_COLUMNS: Final = """
    () => [...document.querySelectorAll(".wide")].filter((region) => region.scrollWidth > region.clientWidth)
        .map((region) => region.ariaLabel)
"""
"""The tables of which a part can be seen only after scrolling to the side."""


def test_a_long_name_without_blanks_hides_no_column_of_its_table(
    pages: Pages, browser: Chromium, tmp_path: Path
) -> None:
    pages.decisions.set_district(OAK, {"name": LONG})
    with duckdb.connect() as db:
        schools = db.sql(LONG_SCHOOLS, params={"long": LONG})
        problems = db.sql(MANY_PROBLEMS, params={"many": 2})
        groups = db.sql(MANY_GROUPS)
        manifest = Manifest(OAK, "d1", "2026-01-01T00:00:00+00:00", problems={"error": 2}, waiting_schools=2)
        Site.of_settings().published.publish(
            manifest, {"schools": schools, "problems": problems, "problem_groups": groups}
        )
    seen = watched(browser, tmp_path / "pictures")
    _signed_in(seen.page, pages, OPERATOR)

    for name, path in (("districts", "/"), ("schools", "/d/oak/schools"), ("overview", "/d/oak")):
        seen.page.goto(f"{pages.base}{path}")
        expect(seen.page.get_by_role("row", name=LONG).first).to_be_visible()
        assert seen.page.evaluate(HIDDEN_COLUMNS) == [], name
        assert seen.page.evaluate(NARROW_CELLS) == [], name
        seen.look(f"long-{name}")
    assert seen.faults == []


def _top(place: Locator) -> float:
    box = place.bounding_box()
    assert box
    return box["y"]


def test_the_pages_before_a_sign_in_have_no_barriers(pages: Pages, browser: Chromium, tmp_path: Path) -> None:
    seen = watched(browser, tmp_path / "pictures")
    provider = OpenIdProvider("http://127.0.0.1:1", "pages", SecretStr("hush"), pages.base, "Example School ID")
    with serving(create_app(replace(Site.of_settings(), provider=provider), SECRET)) as base:
        seen.page.goto(base)
        seen.look("sign-in-provider")
        seen.page.get_by_role("link", name="Sign in with Example School ID").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("does not answer")
        seen.page.get_by_label("Email").fill(ADMIN)
        seen.page.get_by_label("Password").fill("wrong")
        seen.page.get_by_role("button", name="Sign in").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("do not belong together")
        seen.look("sign-in-wrong")
        seen.page.goto(f"{base}/nothing")
        seen.look("nothing")

    assert [fault for fault in seen.faults if not fault.startswith("console: Failed to load resource")] == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_overview_that_is_kept_open_changes_when_the_run_has_ended(
    has_scripts: bool, world: World, browser: Chromium, tmp_path: Path
) -> None:
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        with run_of_files(world):
            page = _signed_in(_seen(browser, tmp_path, has_scripts).page, pages, ADMIN)
            expect(page.get_by_text(texts.NEXT_FIRST_RUN[1])).to_be_visible()

        expect(page.get_by_text(texts.NEXT["waiting_for_files"][1])).to_be_visible(timeout=30_000)
        expect(page.locator("#progress")).to_have_count(0)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_each_page_tells_of_the_first_run_in_a_browser(
    has_scripts: bool, world: World, browser: Chromium, tmp_path: Path
) -> None:
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages, run_of_files(world):
        seen = _seen(browser, tmp_path, has_scripts)
        page, look = _signed_in(seen.page, pages, ADMIN), _looking(seen, has_scripts)
        look("overview-first-run")
        page.get_by_role("link", name="See how far it is").last.click()
        expect(page.get_by_text(texts.RUN_FIRST_THEN)).to_be_visible()
        look("progress-first-run")
        for place in ("schools", "problems", "find"):
            page.goto(f"{pages.base}/d/oak/{place}")
            expect(page.locator("#progress")).to_be_visible()
        look("find-first-run")
        assert seen.faults == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_copy_buttons_are_shown_only_where_scripts_run(
    has_scripts: bool, pages: Pages, browser: Chromium, tmp_path: Path
) -> None:
    page = _signed_in(_seen(browser, tmp_path, has_scripts).page, pages, ADMIN)

    page.goto(f"{pages.base}/d/oak/sync")

    expect(page.locator("button.copy:visible")).to_have_count(page.locator("button.copy").count() if has_scripts else 0)
    assert page.locator("button.copy").count() >= 5


def test_a_cell_that_is_too_narrow_for_its_words_is_noticed_on_paper(browser: Chromium, tmp_path: Path) -> None:
    seen = watched(browser, tmp_path / "pictures")
    cell = '<td style="width: 2rem; max-width: 2rem; overflow-wrap: anywhere">Administrators Elementary</td>'
    good = '<td>Administrators <span class="hidden">of the district that was named before</span> Elementary</td>'

    def narrow(cells: str) -> list[str]:
        seen.page.set_content(f"<main><table><tr>{cells}</tr></table></main>")
        return list(seen.page.evaluate(NARROW_CELLS))

    assert narrow(cell) == ["Administrators Elementary"]
    assert narrow(good) == []


def test_on_a_phone_the_empty_cell_to_correct_is_shown(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    world.deliver({**files, "teachers.csv": files["teachers.csv"] + b"01,T91,,Roe,roe@example.org,\n"})
    with chromium() as browser:
        page = _signed_in(without_scripts(browser), delivered, ADMIN)
        page.set_viewport_size(PHONE)
        page.goto(f"{delivered.base}/d/oak/problems/rows?file=teachers.csv&code=missing_value")

        (cell,) = page.get_by_text("(empty)").all()
        expect(cell).to_be_visible()
        assert cell.locator("xpath=..").get_attribute("data-label") == "teacher_first_name"
