"""A person's real browser: Debian's chromium, with or without scripts, and axe, which looks for barriers on a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

expect.set_options(timeout=30_000)  # as Playwright's own actions; a page can take more than its 5 s on a busy machine

WIDE: Final = ViewportSize(width=1200, height=800)
PHONE: Final = ViewportSize(width=390, height=780)
NARROW: Final = ViewportSize(width=320, height=640)
"""The narrowest page that must fit (WCAG 1.4.10)."""
ZOOMED: Final = ViewportSize(width=600, height=400)
"""What a window of 1,200 points shows at 200 % zoom."""
PAPER: Final = ViewportSize(width=700, height=990)
"""A page of paper, without its margins."""
DARK_TEXT: Final = "rgb(28, 31, 35)"
EMPTY_COLUMNS: Final = """
    () => [...document.querySelectorAll("table")].flatMap((table) => {
        const cells = (heading) => [...table.tBodies[0].rows].map((row) => row.cells[heading.cellIndex]);
        const isEmpty = (cell) => !cell.innerText.trim();
        const hasMore = (cell) => cell.textContent.trim() || cell.querySelector("input, select");
        return [...table.querySelectorAll("thead th")]
            .filter((heading) => heading.offsetWidth && cells(heading).every(isEmpty) && cells(heading).some(hasMore))
            .map((heading) => heading.innerText);
    })
"""
"""The headings of columns that are shown, but not what is in their cells."""
BROKEN_WORDS: Final = """
    () => [...document.querySelectorAll(".cards thead th")].flatMap((heading) => [...heading.childNodes]).flatMap((text) =>
        [...text.textContent.matchAll(/\\S+/g)].filter((word) => {
            const place = document.createRange();
            place.setStart(text, word.index);
            place.setEnd(text, word.index + word[0].length);
            return place.getClientRects().length > 1;
        }).map((word) => word[0])
    )
"""
"""The words in headings of tables that go on in the next line."""
NARROW_CELLS: Final = """
    () => [...document.querySelectorAll("main td, main th")].map((cell) => {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), tops = new Set(), shown = [];
        while (texts.nextNode()) {
            const place = document.createRange();
            place.selectNodeContents(texts.currentNode);
            if (texts.currentNode.parentElement.closest(".hidden, select")) continue;
            shown.push(texts.currentNode.textContent);
            for (const line of place.getClientRects()) tops.add(Math.round(line.top / 4));
        }
        return { text: shown.join(" ").trim().replace(/\\s+/g, " "), lines: tops.size };
    }).filter(({ text, lines }) => lines > text.split(" ").length + 1 && text.length / lines < 5)
        .map(({ text }) => text)
"""
"""The texts of cells that are broken after every few letters. What only a screen reader reads does not count."""
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


@dataclass
class Watched:
    """A page of a browser with scripts, and what was wrong on the pages that it was shown."""

    page: Page
    pictures: Path
    faults: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def look(self, name: str) -> None:
        """Take pictures of the page that is open, and note barriers, errors of scripts and what does not fit.

        A page is looked at once under each name.
        """
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
        for size in (ZOOMED, PHONE, NARROW):
            self.page.set_viewport_size(size)
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.faults.append(f"{name}: the page is wider than {size['width']} points")
        self.page.screenshot(path=self.pictures / f"{name}-phone.png", full_page=True)
        self.page.set_viewport_size(WIDE)
        self._look_at_print(name)

    def _look_at_print(self, name: str) -> None:
        """On paper the text is dark also if the screen is, there is nothing to click, and all fits and can be read."""
        self.page.set_viewport_size(PAPER)
        self.page.emulate_media(media="print", color_scheme="dark")
        if self.page.evaluate("getComputedStyle(document.body).color") != DARK_TEXT:
            self.faults.append(f"{name}: the text is light on paper")
        if self.page.locator("nav a:visible").count():
            self.faults.append(f"{name}: the links to other pages are printed")
        for heading in self.page.evaluate(EMPTY_COLUMNS):
            self.faults.append(f"{name}: the column {heading} is empty on paper")
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{name}: the page is wider than paper")
        for word in self.page.evaluate(BROKEN_WORDS):
            self.faults.append(f"{name}: {word} is broken on paper")
        for text in self.page.evaluate(NARROW_CELLS):
            self.faults.append(f"{name}: {text!r} is broken letter by letter on paper")
        self.page.screenshot(path=self.pictures / f"{name}-print.png", full_page=True)
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(media="screen", color_scheme="light")


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
