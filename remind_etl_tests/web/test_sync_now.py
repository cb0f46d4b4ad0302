"""Looks at upload folders, which many browsers may ask for at once."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from remind_etl import settings
from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.dropped.listing import Listing
from remind_etl.errors import TransientError
from remind_etl.landed.copy import FailedLanding, LandingStore
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.web.pages import sync_now
from remind_etl.web.pages.sync_now import Looks
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, Pages, pages_of_world, run_of_files, start_daemon
from remind_etl_tests.worlds import World, scenario

FOLDER, OTHER_FOLDER = cast(Listing, object()), cast(Listing, object())


def test_browsers_of_one_district_share_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, asked = Looks(), []

    def ask() -> Listing:
        asked.append(1)
        time.sleep(0.1)
        return FOLDER

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: looks.listing(OAK, ask), range(8)))
    assert (seen, len(asked)) == ([FOLDER] * 8, 1)
    assert looks.listing(ELM, lambda: OTHER_FOLDER) is OTHER_FOLDER
    monkeypatch.setattr(sync_now, "FRESH_SECONDS", 0.0)
    looks.listing(OAK, ask)
    assert len(asked) == 2


def test_a_slow_look_of_one_district_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_now, "WAIT_SECONDS", 0.1)
    looks, has_begun, may_end = Looks(), threading.Event(), threading.Event()

    def slow() -> Listing:
        has_begun.set()
        may_end.wait(30)
        return FOLDER

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(looks.listing, OAK, slow)
        assert has_begun.wait(30)
        with pytest.raises(TransientError):
            looks.listing(OAK, slow)
        assert looks.listing(ELM, lambda: OTHER_FOLDER) is OTHER_FOLDER
        may_end.set()
        assert first.result(30) is FOLDER


def test_after_a_look_that_failed_the_next_one_asks_again() -> None:
    looks = Looks()

    def fail() -> Listing:
        raise TransientError("no answer")

    with pytest.raises(TransientError):
        looks.listing(OAK, fail)
    assert looks.listing(OAK, lambda: FOLDER) is FOLDER


def test_the_files_now_tell_how_long_they_still_rest(world: World) -> None:
    world.upload(scenario("clean"))
    start_daemon(world.instance)
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        for seconds, left in (("300", "5 minutes"), ("60", "(60|5[0-9]) seconds")):
            world.store.set_district(OAK, {"quiet_seconds": seconds})
            shown = browser.get("/d/oak/sync/now").text
            assert re.search(f"They are taken in about {left}, if nothing changes until then[.]", shown)


def test_the_files_now_tell_why_they_could_not_be_taken_until_they_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_now, "FRESH_SECONDS", 0.0)
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    with monkeypatch.context() as wrong:
        wrong.setenv("REMIND_ETL_SFTP_USER", OAK)
        assert not world.land(request).success

    with pages_of_world() as pages:
        browser = pages.browser(ADMIN)
        page, overview = browser.get("/d/oak/sync/now").text, browser.get("/d/oak").text
        for told in (page, overview):
            assert "An upload has come, but it could not be taken. We correct this." in told
            assert "The SFTP server" not in told
        of_operator = pages.browser(OPERATOR)
        for told in (of_operator.get("/d/oak/sync/now").text, of_operator.get("/d/oak").text):
            assert "An upload has come, but it could not be taken. The SFTP server 127.0.0.1:" in told
            assert "refused the login oak. We correct this." in told
        world.upload({"schools.csv": scenario("clean")["schools.csv"] + b"04,New School\n"})
        changed = browser.get("/d/oak/sync/now").text
        assert "could not be taken" not in changed
        assert "All files are here." in changed


def test_a_file_of_0_bytes_that_has_rested_is_named_so_on_all_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_now, "FRESH_SECONDS", 0.0)
    world.upload(scenario("clean") | {"teachers.csv": b""})
    begun = "Waits for teachers.csv (its upload has begun)."
    lacks = "Waits for teachers.csv (it has 0 bytes: export it again, and upload it)."
    state = '<span class="status {}">{}</span> teachers.csv'
    world.store.set_district(OAK, {"quiet_seconds": "300"})
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        fresh = browser.get("/d/oak/sync/now").text
        assert (begun in fresh, state.format("uploading", "uploading") in fresh) == (True, True)

        LandingStore(settings.home().landed).note_incomplete(OAK, lacks)  # as the sensor does, which saw it rest
        for page in ("/d/oak/sync/now", "/d/oak"):
            assert lacks in browser.get(page).text, page
        rested = browser.get("/d/oak/sync/now").text
        assert (begun in rested, state.format("empty", "0 bytes") in rested) == (False, True)

        world.upload({"classes.csv": b""})
        world.store.set_district(OAK, {"quiet_seconds": "1"})
        both = lacks.replace("it).", "it), classes.csv (it has 0 bytes: export it again, and upload it).")
        assert both not in browser.get("/d/oak/sync/now").text
        time.sleep(1.1)
        assert both in browser.get("/d/oak/sync/now").text  # the pages saw it rest themselves


def test_the_sync_details_name_one_time_of_the_last_upload_also_before_its_run_has_ended(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    with pages_of_world() as pages:
        browser = pages.browser(ADMIN)
        assert "Last upload taken</dt><dd>–" in browser.get("/d/oak/sync").text
        assert world.land(request).success
        taken = re.search("These files were taken on (.+?)[.] Upload", browser.get("/d/oak/sync/now").text)
        assert taken
        assert f"Last upload taken</dt><dd>{taken[1]}</dd>" in browser.get("/d/oak/sync").text


def test_before_the_upload_server_has_answered_the_sync_details_say_that_it_is_asked(pages: Pages) -> None:
    shown = pages.browser(ADMIN).get("/d/oak/sync").text
    assert page_texts.FILES_ASKED_FOR in shown.partition('id="now"')[2].partition("</div>")[0]


def test_a_zip_of_0_bytes_is_among_the_files_now(world: World) -> None:
    world.upload({"oak.zip": b""})
    world.store.set_district(OAK, {"quiet_seconds": "300"})
    with pages_of_world() as pages:
        shown = pages.browser(ADMIN).get("/d/oak/sync/now").text
        assert "Waits for the zip file (its upload has begun)." in shown
        assert '<span class="status uploading">uploading</span> oak.zip' in shown
        assert "schools.csv" not in shown


def test_a_district_is_asked_to_correct_its_upload_and_operators_read_that_the_district_does(pages: Pages) -> None:
    LandingStore(settings.home().landed).note_failure(OAK, FailedLanding("The zip is a link.", "district"))
    of_district, of_operator = (pages.browser(email).get("/d/oak").text for email in (ADMIN, OPERATOR))
    assert "The zip is a link. Correct it and upload again." in of_district
    assert "The zip is a link. The district corrects it and uploads again." in of_operator


def test_before_the_run_of_an_upload_the_overview_tells_that_it_has_come_and_looks_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_now, "FRESH_SECONDS", 0.0)
    files = scenario("clean")
    world.store.set_district(OAK, {"quiet_seconds": "300"})
    start_daemon(world.instance)
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        before = browser.get("/d/oak").text
        assert texts.NEXT["waiting_for_files"][1] in before
        assert 'data-goes-on="yes" data-of=""' in before  # an open page looks again
        world.upload({"schools.csv": files["schools.csv"], "students.csv": files["students.csv"]})
        begun = browser.get("/d/oak").text
        assert texts.NEXT_FILES_BEGUN[1] in begun
        assert "Waits for" in begun
        world.upload(files)
        here = browser.get("/d/oak").text
        assert texts.NEXT_FILES_HERE[1] in here
        assert "They are taken in about 5 minutes" in here
        assert texts.NEXT["waiting_for_files"][1] not in here
        assert '<noscript><meta http-equiv="refresh"' in here
        with run_of_files(world):
            assert "data-goes-on" not in browser.get("/d/oak").text.split("</section>")[0]
