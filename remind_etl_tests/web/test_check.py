"""Files that are checked in the browser before they are uploaded."""

import io
import re
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from remind_etl.catalogue import pages as texts
from remind_etl.catalogue import uploads
from remind_etl.errors import OperatorError
from remind_etl.files.sent import USUAL
from remind_etl.operations.check_apart import asked_rules, check_apart
from remind_etl.web import endpoints
from remind_etl.web.pages import check
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.browser import Answer, Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, Pages
from remind_etl_tests.worlds import scenario


@pytest.mark.slow
def test_files_are_checked_without_a_delivery_and_none_is_kept(
    pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    browser, files = pages.browser(ADMIN), scenario("clean")
    browser.get("/d/oak/check")
    wrong = {**files, "students.csv": files["students.csv"].replace(b"01,S3,Noa", b"01,S3,"), "notes.txt": b"x"}

    shown = browser.post_files("/d/oak/check", "files", {f"export/{name}": content for name, content in wrong.items()})

    assert shown.status == 200
    assert "The row has no student_first_name." in shown.text
    assert "These files would be accepted, except" in shown.text
    rows, used, with_errors, belong, unreadable = map(
        int, re.findall(r"<td [^>]+>(\d+)<", _row_of(shown, "students.csv"))
    )
    assert (with_errors, rows - used) == (1, with_errors + belong + unreadable)
    assert "does not use these files: notes.txt." in shown.text
    assert list(kept.iterdir()) == []
    assert "No files have come yet" in browser.get("/d/oak/problems").text


def _row_of(shown: Answer, file: str) -> str:
    """The row of a file in the table of files."""
    return shown.text.split(f'<th scope="row">{file}</th>')[1].split("</tr>")[0]


def test_only_the_files_of_an_upload_are_checked(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")

    assert texts.NO_FILES in browser.post("/d/oak/check").text
    assert texts.NO_SUCH_FILES[:30] in browser.post_files("/d/oak/check", "files", {"notes.txt": b"x"}).text
    too_many = {f"{number}.csv": b"x" for number in range(check.MOST_FILES + 1)}
    refused = browser.post_files("/d/oak/check", "files", too_many)
    assert refused.status == 400
    assert texts.FILES_OVER_LIMIT.format(most=check.MOST_FILES) in refused.text
    assert '<a href="/d/oak/check">Back to Check files</a>' in refused.text


def test_several_zips_and_names_that_differ_in_case_are_refused_in_plain_words(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")
    files = scenario("clean")

    zips = browser.post_files("/d/oak/check", "files", {"a.zip": b"x", "b.ZIP": b"x", **files}).text
    twins = browser.post_files("/d/oak/check", "files", {**files, "Students.CSV": files["students.csv"]}).text

    assert texts.SEVERAL_ZIPS.format(count=2) in zips
    assert uploads.DIFFER_IN_CASE.format(names="students.csv and Students.CSV") in twins
    for shown in (zips, twins):
        assert "<h2>Result</h2>" not in shown


def test_of_a_zip_that_is_refused_the_reason_and_the_remedy_are_shown_and_no_table_without_rows(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "x")
    for content, why, remedy in (
        (b"PK is no zip", "it is not a zip, or it is damaged", "Make the zip again"),
        (packed.getvalue(), "it contains none of schools.csv", "Select the CSV files themselves"),
    ):
        browser.get("/d/oak/check")
        shown = browser.post_files("/d/oak/check", "files", {"Our files (2).zip": content}).text
        result = shown.split("<h2>Result</h2>")[1]
        assert f"Our files (2).zip cannot be read: {why}" in result
        assert remedy in result
        assert "<table" not in result


def test_files_of_more_than_the_limit_are_refused_before_they_are_sent(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.jar)
    head = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(check.MOST_BYTES + 1)}
    with closing(HTTPConnection(pages.base.removeprefix("http://"), timeout=30)) as connection:
        connection.request("POST", "/d/oak/check", headers={**head, "Cookie": cookie})
        answer = connection.getresponse()
        said = answer.read().decode()

    assert answer.status == 413
    assert texts.TOO_LARGE_FILES.format(most=500) in said
    assert '<a href="/d/oak/check">Back to Check files</a>' in said
    assert (
        f"at most {check.MOST_FILES} files and {check.MOST_BYTES // 1_000_000} MB" in browser.get("/d/oak/check").text
    )


@pytest.fixture
def files_of_a_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that takes no file of more than a megabyte."""
    monkeypatch.setenv("REMIND_ETL_FILE_MB", "1")


def test_a_file_that_the_installation_would_not_take_is_not_accepted_by_the_check(
    files_of_a_megabyte: None,  # before the pages are made
    pages: Pages,
) -> None:
    browser, files = pages.browser(ADMIN), scenario("clean")
    browser.get("/d/oak/check")
    large = {**files, "teachers.csv": files["teachers.csv"] + b"01,T9,Ann,Lee,ann@example.org,\n" * 40_000}

    shown = browser.post_files("/d/oak/check", "files", large).text

    assert "a file may have 1.0 MB" in shown
    assert "These files would be accepted" not in shown


def test_a_check_of_a_stranger_or_with_a_foreign_form_is_not_made(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "check_apart", None)  # would fail if it was called
    assert pages.browser().post_files("/d/oak/check", "files", scenario("clean")).path == "/sign-in"
    browser = pages.browser(ADMIN)
    browser.token = "of another"
    assert browser.post_files("/d/oak/check", "files", scenario("clean")).status == 403


def test_few_uploads_are_read_at_a_time(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_UPLOADS", places := threading.BoundedSemaphore(1))
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")
    with places:
        answer = browser.post_files("/d/oak/check", "files", {"notes.txt": b"x"})
        assert (answer.status, texts.BUSY in answer.text) == (503, True)
    browser.get("/d/oak/check")
    assert browser.post_files("/d/oak/check", "files", {"notes.txt": b"x"}).status == 200
    assert places.acquire(timeout=10)


def test_files_that_stop_arriving_are_given_up_and_their_place_is_free(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "_UPLOADS", threading.BoundedSemaphore(1))
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")
    for limit in ("SILENT_SECONDS", "FILES_SECONDS"):
        with monkeypatch.context() as shorter:
            shorter.setattr(endpoints, limit, 0.3)
            with _begun_upload(pages, browser) as connection:
                answer = connection.getresponse()
                assert (answer.status, texts.TOO_SLOW in answer.read().decode()) == (408, True)
    assert browser.post_files("/d/oak/check", "files", {"notes.txt": b"x"}).status == 200


def test_a_person_has_one_place_for_files_at_a_time(pages: Pages) -> None:
    browser, other = pages.browser(ADMIN), pages.browser(OPERATOR)
    for one in (browser, other):
        one.get("/d/oak/check")
    with _begun_upload(pages, browser):
        until = time.monotonic() + 30
        while not endpoints._UPLOADING and time.monotonic() < until:
            time.sleep(0.01)
        assert browser.post_files("/d/oak/check", "files", {"notes.txt": b"x"}).status == 503
        assert other.post_files("/d/oak/check", "files", {"notes.txt": b"x"}).status == 200


@contextmanager
def _begun_upload(pages: Pages, browser: Browser) -> Iterator[HTTPConnection]:
    """A connection on which a person began to send files, and sends no more."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.jar)
    head = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "1000", "Cookie": cookie}
    with closing(HTTPConnection(pages.base.removeprefix("http://"), timeout=30)) as connection:
        connection.request("POST", "/d/oak/check", b"--x\r\n", head)
        yield connection


def test_a_check_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    rules = asked_rules(OAK, "US", USUAL, {})
    with pytest.raises(OperatorError):
        check_apart(tmp_path, rules, tmp_path, seconds=0.01)
