"""What the pages say and do while a disk is full."""

import html
import http.client
import logging
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from remind_etl.catalogue import pages as texts
from remind_etl.errors import DISK_FULL
from remind_etl.orchestration.instance import open_instance
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.browser import Answer, Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, Pages


def _fill(disk: Path) -> Path:
    """A file that takes all that is left of the disk."""
    filler = disk / "other"
    with filler.open("wb", buffering=0) as other, suppress(OSError):
        while True:
            other.write(bytes(512))
    return filler


def _pause(browser: Browser) -> Answer:
    browser.get("/d/oak/operate")
    return browser.post("/d/oak/operate/pause", {"was": "", "what": "all"})


def test_a_full_disk_is_told_to_operators_with_its_place_and_to_others_as_ours_and_nothing_is_changed(
    pages_on_small_disk: Pages,
    small_disk: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = pages_on_small_disk
    monkeypatch.setenv("DAGSTER_HOME", "")
    with open_instance():
        pass
    operator, administrator = pages.browser(OPERATOR), pages.browser(ADMIN)
    filler = _fill(small_disk)
    reason = f"The disk of the decisions database ({small_disk}/home/decisions.db) is full. Make room there."

    with caplog.at_level(logging.WARNING):
        told = _pause(operator)
    assert (told.status, reason in html.unescape(told.text)) == (503, True)
    (line,) = caplog.records
    assert (line.levelname, line.exc_info, reason in line.getMessage()) == ("ERROR", None, True)
    assert OPERATOR not in caplog.text

    administrator.get("/d/oak/sync")
    said = administrator.post("/d/oak/sync/login", {"decision": "disable", "sure": "yes"})
    assert (said.status, texts.WE_MUST_ACT in said.text, "disk" in said.text) == (503, True, False)
    sign_in = Browser(pages.base).sign_in(OPERATOR, pages.passwords[OPERATOR])
    assert (sign_in.status, texts.WE_MUST_ACT in sign_in.text) == (503, True)
    assert [operator.get(path).status for path in ("/", "/d/oak", "/d/oak/progress", "/d/oak/operate")] == [200] * 4
    assert not pages.decisions.sftp_login(OAK).is_disabled
    assert pages.decisions.pause_of(OAK, datetime.now(UTC)) is None
    filler.unlink()
    assert _pause(operator).status == 200


def test_a_connection_goes_on_after_a_full_disk_was_told(pages_on_small_disk: Pages, small_disk: Path) -> None:
    browser = pages_on_small_disk.browser(OPERATOR)
    browser.get("/d/oak/operate")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.jar)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    form = urlencode({"token": browser.token, "was": "", "what": "all"})
    _fill(small_disk)

    with closing(http.client.HTTPConnection(urlsplit(pages_on_small_disk.base).netloc, timeout=60)) as connection:
        connection.connect()
        used = connection.sock
        for _ in range(2):
            connection.request("POST", "/d/oak/operate/pause", form, headers)
            answer = connection.getresponse()
            assert (answer.status, b"is full" in answer.read()) == (503, True)
            assert connection.sock is used


def test_files_to_check_that_find_no_room_are_told_as_a_full_disk(
    pages: Pages, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    for who, says in ((OPERATOR, DISK_FULL), (ADMIN, texts.WE_MUST_ACT)):
        browser = pages.browser(who)
        browser.get("/d/oak/check")

        said = browser.post_files("/d/oak/check", "files", {"students.csv": bytes(3_000_000)})

        assert (said.status, says in html.unescape(said.text)) == (503, True)
