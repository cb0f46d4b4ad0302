"""A person's real browser: Debian's chromium, with or without scripts, and axe, which looks for barriers on a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, ViewportSize, sync_playwright

WIDE: Final = ViewportSize(width=1200, height=800)
PHONE: Final = ViewportSize(width=390, height=780)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


@dataclass
class Watched:
    """A page of a browser with scripts, and what was wrong on the pages that it was shown."""

    page: Page
    pictures: Path
    faults: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def look(self, name: str) -> None:
        """Take pictures of the page that is open, and note barriers, errors of scripts and what does not fit; once a name."""
        if name in self.names:
            return
        self.names.add(name)
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            rules = None if scheme == "light" else {"runOnly": ["color-contrast"]}
            for barrier in Axe().run(self.page, options=rules).response["violations"]:
                places = [node["html"] for node in barrier["nodes"]]
                self.faults.append(f"{name}, {scheme}: {barrier['help']} {places}")
            self.page.screenshot(path=self.pictures / f"{name}-{scheme}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(PHONE)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{name}: the page is wider than a phone")
        self.page.screenshot(path=self.pictures / f"{name}-phone.png", full_page=True)
        self.page.set_viewport_size(WIDE)


@contextmanager
def chromium() -> Iterator[Chromium]:
    """The browser. Playwright would download one of its own; Debian's is enough."""
    path = shutil.which("chromium")
    assert path, "This test needs chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def watched(browser: Chromium, pictures: Path) -> Watched:
    """A page of a new browser with scripts, whose errors are noted."""
    pictures.mkdir(exist_ok=True)
    seen = Watched(browser.new_context(viewport=WIDE).new_page(), pictures)
    seen.page.on("pageerror", lambda error: seen.faults.append(f"script: {error}"))
    seen.page.on("console", lambda said: seen.faults.append(f"console: {said.text}") if said.type == "error" else None)
    return seen


def without_scripts(browser: Chromium) -> Page:
    """A page of a new browser that runs no script."""
    return browser.new_context(java_script_enabled=False, viewport=WIDE).new_page()
