"""In a real browser, what waits is decided with the keyboard alone, and Back leads to what was shown before.

The focus is visible at each step of the keyboard.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from remind_etl.web.site import Site
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.chromium import chromium, watched, without_scripts
from remind_etl_tests.web.conftest import ADMIN, Pages
from remind_etl_tests.worlds import World, last_student_alone

MOST_TABS = 60
FOCUSED = """() => {
    const at = document.activeElement, shown = getComputedStyle(at), box = at.getBoundingClientRect();
    return {
        name: (at.labels?.[0] ?? at).innerText.trim(),
        line: shown.outlineStyle === "none" ? 0 : parseFloat(shown.outlineWidth),
        is_seen: box.top >= 0 && box.bottom <= innerHeight && box.width > 0,
    };
}"""
"""What has the focus: its text, how wide the line around it is, and whether it is in the window."""


@pytest.fixture
def browser() -> Iterator[Chromium]:
    with chromium() as made:
        yield made


@dataclass
class Keyboard:
    """A person without a mouse."""

    page: Page

    def go_to(self, name: str) -> None:
        """Press Tab until the thing with this name has the focus, which is visible all the way."""
        met = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            met.append(focused["name"])
            assert focused["line"] >= 2, f"no line is around {focused['name']}"
            assert focused["is_seen"], f"{focused['name']} is out of the window"
            if focused["name"] == name:
                return
        raise AssertionError(f"Tab does not reach {name}, but {met}")

    def press(self, *keys: str) -> None:
        """Press these keys."""
        for key in keys:
            self.page.keyboard.press(key)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_what_waits_is_refused_and_approved_by_keyboard_alone(
    has_scripts: bool, world: World, delivered: Pages, browser: Chromium, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(1) as apart:  # the browser's thread has an event loop already
        assert apart.submit(world.deliver, last_student_alone()).result().success
    page = watched(browser, tmp_path / "pictures").page if has_scripts else without_scripts(browser)
    keys = Keyboard(page)
    page.goto(delivered.base)
    keys.go_to("Email")
    page.keyboard.type(ADMIN)
    keys.go_to("Password")
    page.keyboard.type(delivered.passwords[ADMIN])
    keys.press("Enter")
    expect(page.get_by_role("heading", name="What to do next")).to_be_visible()
    keys.go_to("See what waits")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    manifest = Site.of_settings().published.manifest(OAK)
    assert manifest
    assert manifest.hold_hash

    keys.go_to("Choose these changes: students")
    keys.press("Space")
    keys.go_to("Refuse instead")
    keys.press("Enter")
    keys.go_to("Reason for your colleagues, without names of people")
    page.keyboard.type("Wrong file")
    keys.go_to("Refuse what is ticked")
    keys.press("Space")
    expect(page.get_by_text("Wrong file")).to_be_visible()
    assert delivered.decisions.refusals(OAK, manifest.hold_hash).keys() == {"students"}

    keys.go_to("Choose these changes: students")
    keys.press("Space")
    keys.go_to("Approve what is ticked…")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Approve this?")).to_be_visible()
    keys.go_to("Approve")
    keys.press("Space")
    expect(page.get_by_role("status")).to_contain_text("Approved: students.")
    assert delivered.decisions.approved_kinds(OAK, manifest.hold_hash) == ["students"]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_back_from_a_record_shows_the_results_of_the_search(
    has_scripts: bool, delivered: Pages, browser: Chromium, tmp_path: Path
) -> None:
    page = watched(browser, tmp_path / "pictures").page if has_scripts else without_scripts(browser)
    page.goto(delivered.base)
    page.get_by_label("Email").fill(ADMIN)
    page.get_by_label("Password").fill(delivered.passwords[ADMIN])
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{delivered.base}/d/oak/find")
    page.get_by_role("textbox").fill("park")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Lia Park").click()
    expect(page.get_by_role("heading", name="Lia Park")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", name="With such a name, email or phone")).to_be_visible()
    page.get_by_role("button", name="Theo Park").click()
    expect(page.get_by_role("heading", name="Theo Park")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("textbox")).to_have_value("park")
    page.go_back()
    expect(page.get_by_text("A name is found by the beginning")).to_be_visible()
