"""What the pages promise of a district that is paused, and of changes that a newer upload may replace."""

import html
from typing import Literal

import pytest

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.browser import Browser
from remind_etl_tests.web.conftest import ADMIN, Pages
from remind_etl_tests.worlds import World, last_student_alone, scenario


def _approve(browser: Browser) -> str:
    """What the page says after an approval of all that it shows."""
    shown = html.unescape(browser.get("/d/oak/holds").text)
    kinds = [kind for kind in texts.HELD if f'name="kind" value="{kind}"' in shown]
    form = {"hold_hash": browser.inputs["hold_hash"], "kind": kinds, "decision": "approve", "sure": "yes"}
    return html.unescape(browser.post("/d/oak/holds", {**form, "was": browser.inputs["was"]}).text)


@pytest.mark.parametrize("waits", ["all", "adds_only"])
def test_no_page_of_a_paused_district_promises_a_removal_before_the_pause_ends(
    world: World, delivered: Pages, waits: Literal["all", "adds_only"]
) -> None:
    delivered.decisions.pause(OAK, adds_only=waits == "adds_only")
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)

    for page in ("holds", "schools", "history", "progress"):
        assert texts.DISTRICT_IS_PAUSED[waits] in html.unescape(browser.get(f"/d/oak/{page}").text), page
    assert texts.RUN_LAST_PAUSED[waits].split("{at}")[1] in html.unescape(browser.get("/d/oak/progress").text)
    said = _approve(browser)
    assert texts.NEXT_RUN_CHANGES[waits] in said
    assert texts.NEXT_RUN_CHANGES[""] not in said
    browser.get("/d/oak/schools/choose?school=01")
    form = {"school": "01", "decision": "ignore", "was": browser.inputs["was"]}
    asked = browser.post("/d/oak/schools/choose", form).text
    assert texts.AFTER_PAUSE in asked
    assert texts.IN_NEXT_RUN not in asked


def test_the_page_says_that_an_approval_has_lapsed_because_newer_files_came_first(
    world: World, delivered: Pages
) -> None:
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    lapsed = texts.APPROVAL_LAPSED.split("{")[0]
    assert lapsed not in _approve(browser)
    head, *students = scenario("clean")["students.csv"].splitlines(keepends=True)

    assert world.deliver({**scenario("clean"), "students.csv": head + students[0]}).success

    shown = html.unescape(browser.get("/d/oak/holds").text)
    assert lapsed in shown
    assert texts.HELD["students"][0].lower() in shown.split(lapsed)[1].split("</p>")[0]


def test_a_district_without_schools_of_the_platform_is_not_asked_to_connect_schools(waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)
    assert texts.NEXT["waiting_for_schools"][1] in html.unescape(browser.get("/d/oak").text)

    waiting.decisions.import_schools(OAK, {})

    assert texts.NEXT_NO_PLATFORM_SCHOOLS[1] in html.unescape(browser.get("/d/oak").text)
    assert page_texts.NO_PLATFORM_SCHOOLS in html.unescape(browser.get("/d/oak/schools").text)
