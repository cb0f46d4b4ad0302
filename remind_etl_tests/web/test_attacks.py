"""What a person who means harm sends: texts of files as markup, ids of others, paths, zips, and forms at the same time."""

import io
import re
import urllib.request
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Final
from urllib.parse import quote, urlsplit

import asyncssh
import pytest

from remind_etl.catalogue import pages as texts
from remind_etl.web.app import COOKIE, ROUTES
from remind_etl.web.markdown import as_html
from remind_etl.web.pages import operators, sign_in
from remind_etl.web.site import Site
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, OTHER, Pages
from remind_etl_tests.worlds import World, scenario

EVIL: Final = "'><zzz onmouseover=alert(1)></title></script>[x](javascript:alert(1)){{7*7}}"
"""As a part of a cell it would make an element, end an attribute, a title or a script, or be a link or a template."""
QUOTED: Final = '"' + EVIL.replace("'>", '\'"">') + '"'
"""The same as a cell of a CSV file."""
PLAIN: Final = "<zzz>"
"""For cells that are short."""

GETS: Final = [route.path for route in ROUTES if "{district}" in route.path and "GET" in (route.methods or set())]
POSTS: Final = [
    route
    for route in ROUTES
    if "POST" in (route.methods or set()) and route not in (*sign_in.ROUTES, *operators.ROUTES)
]


class Seen(HTMLParser):
    """The elements, attributes and titles of a page, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.title = ""
        self._is_title = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}
        self._is_title = tag == "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._is_title else ""
        self._is_title = False


def _assert_harmless(page: str, where: str) -> Seen:
    seen = Seen(page)
    assert "zzz" not in seen.elements, where
    assert "onmouseover" not in seen.attributes, where
    assert not {link for link in seen.links if urlsplit(link).scheme or link.startswith("//")}, where
    assert "49" not in re.findall(r"javascript:alert\(1\)\)(\w+)", page), where
    return seen


def _evil_files() -> dict[str, bytes]:
    """A drop with such texts in each column of text, in rows that are taken and in rows that are not."""
    files = {name: content.decode() for name, content in scenario("clean").items()}
    files["schools.csv"] += f"{QUOTED},{QUOTED}\n04,{QUOTED}\n{PLAIN},{PLAIN}\n"
    files["teachers.csv"] += (
        f"01,{PLAIN},{QUOTED},{QUOTED},{PLAIN}@example.org,{PLAIN}\n{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED}\n"
    )
    files["students.csv"] += (
        f"01,{PLAIN},{PLAIN},{PLAIN},2016-03-09,5,,,{PLAIN},{PLAIN},zzz@example.com,2125550199\n"
        f"01,S9,{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED},{QUOTED}\n"
        f"{QUOTED},{QUOTED},,,,,,,,,,\n"
    )
    files["classes.csv"] += f"01,{PLAIN},T1,{PLAIN}\n{QUOTED},{QUOTED},{QUOTED},{QUOTED}\n"
    files["enrollments.csv"] += f"01,{PLAIN},{PLAIN}\n{QUOTED},{QUOTED},{QUOTED}\n"
    return {name: content.encode() for name, content in files.items()}


def test_no_text_of_a_file_becomes_markup_on_any_page(world: World, delivered: Pages) -> None:
    world.store.import_schools(OAK, {EVIL: EVIL, PLAIN: PLAIN})
    assert world.deliver(_evil_files()).success
    browser, reports = delivered.browser(ADMIN), Site.of_settings().published.kept_reports(OAK)
    asked = (quote(EVIL), quote(PLAIN), "")
    queries = [f"school={text}&q={text}&link={text}&file=students.csv&code={text}&report={text}" for text in asked]
    queries += [f"report={report.name}" for report in reports]
    queries += ["file=students.csv&code=missing_value", "file=classes.csv&code=unknown_school"]

    shown = ""
    for path in GETS:
        for query in queries if "operate" not in path else ():
            answer = browser.get(f"{path.replace('{district}', 'oak')}?{query}")
            assert answer.status == 200, (path, query)
            if "html" in (answer.headers["Content-Type"] or ""):
                _assert_harmless(answer.text, f"{path}?{query}")
                shown += answer.text
    for record in (EVIL, PLAIN, f"{PLAIN}/{PLAIN}", "zzz", "zzz@example.com", "S9", "C1"):
        answer = browser.post("/d/oak/find", {"record": record})
        assert answer.status == 200
        shown += answer.text
        seen = _assert_harmless(answer.text, record)
        assert seen.title == "People and classes · SIS sync"
    for form in (
        {"school": PLAIN, "decision": "confirm", "platform": EVIL, "was": ""},
        {"school": "01", "platform": EVIL, "decision": "confirm", "was": "confirmed\tP-100"},
    ):
        _assert_harmless(browser.post("/d/oak/schools/choose", form).text, "choose")
    assert "&lt;zzz&gt;" in shown, "the texts are on the pages"
    operator = delivered.browser(OPERATOR)
    _assert_harmless(operator.get("/").text, "/")
    _assert_harmless(operator.get("/d/oak/operate").text, "operate")


def test_no_text_of_a_checked_file_becomes_markup(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")

    shown = browser.post_files("/d/oak/check", "files", {**_evil_files(), "<zzz onmouseover=x>.csv": b"x"})

    assert "&lt;zzz" in shown.text
    _assert_harmless(shown.text, "check")


@pytest.mark.parametrize(
    "text",
    [EVIL, "![x](https://example.org/x.png)", "<zzz>", "| a |\n|---|\n| <zzz onmouseover=x> |", "[a]: javascript:x"],
)
def test_a_report_shows_no_element_of_its_texts(text: str) -> None:
    seen = _assert_harmless(str(as_html(text)), text)

    assert not seen.links


def test_no_page_has_personal_data_in_its_title_or_in_an_address(world: World, delivered: Pages) -> None:
    assert world.deliver(_evil_files()).success
    browser = delivered.browser(ADMIN)
    pages = [browser.get(path.replace("{district}", "oak")) for path in GETS if "operate" not in path]
    pages += [browser.post("/d/oak/find", {"record": record}) for record in ("S1", "park", "C1")]

    for page in pages:
        seen = Seen(page.text) if "html" in (page.headers["Content-Type"] or "") else Seen("")
        told = " ".join([seen.title, page.path, *seen.links]).casefold()
        for personal in ("park", "lia", "dubois", "s1", "example.com", "555"):
            assert personal not in re.split(r"[^a-z0-9.]+", told), (page.path, personal)


def test_ids_of_another_district_in_a_form_change_and_show_nothing(world: World, delivered: Pages) -> None:
    store, pages = world.store, delivered
    store.import_schools(ELM, {"P-ELM": "Elm Secret School"})
    manifest = Site.of_settings().published.manifest(OAK)
    assert manifest
    key = store.add_key(OAK, _public_key())
    report, *_ = Site.of_settings().published.kept_reports(OAK)
    before = [len(store.log(district)) for district in (OAK, ELM)]
    stranger = pages.browser(OTHER)
    stranger.get("/d/elm/sync")
    form = {
        "district": "oak",
        "hold_hash": manifest.plan_hash,
        "kind": "students",
        "sure": "yes",
        "was": "",
        "why": "x",
        "school": "01",
        "platform": "P-100",
        "proposal": "01\tP-100",
        "exact": "x",
        "fingerprint": key.fingerprint,
        "record": "S1",
        "delivery": "1",
        "plan": manifest.plan_hash,
        "key": "",
        "made": "none",
    }
    for route in POSTS:
        for decision in ("approve", "refuse", "refuse all", "ignore", "take back", "confirm"):
            path = route.path.replace("{district}", "elm")
            answer = stranger.post(path, {**form, "decision": decision}) if "check" not in path else stranger.get(path)
            assert answer.status in (200, 409), route.path
            for secret in ("Lincoln", "Park", "oak", key.fingerprint):
                assert secret not in answer.text.replace('value="S1"', ""), (route.path, decision, secret)
            if answer.path == "/sign-in":  # that was the form to sign out
                stranger = pages.browser(OTHER)
    for query in (f"report={report.name}", f"report=../{report.name}", f"report=../../oak/reports/{report.name}"):
        assert stranger.get(f"/d/elm/history/report.zip?{query}").path == "/d/elm/history"

    assert [len(store.log(district)) for district in (OAK, ELM)] == before


def _public_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()


WAYS_OUT: Final = (
    "../manifest.json",
    "..%2f..%2fdecisions.db",
    "/etc/passwd",
    "....//....//etc/passwd",
    "%00",
    "..\\x",
)


def test_no_address_leads_out_of_the_folder_of_a_district(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    for way in WAYS_OUT:
        for path in (
            f"/d/oak/history/report?report={way}",
            f"/d/oak/history/report.zip?report={way}",
            f"/d/oak/problems/rows?file={way}&code={way}",
            f"/d/oak/problems/rows.csv?file={way}&code={way}&school={way}",
            f"/d/oak/problems/rows.csv?file=students.csv&code=../../{way}",
            f"/d/oak/problems.csv?file={way}&school={way}",
        ):
            answer = browser.get(path)
            assert answer.status == 200, path
            assert "root:" not in answer.text
            assert '"plan_hash"' not in answer.text
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/",
    ):
        assert _raw(delivered.base, path)[0] in (400, 404), path


def _raw(base: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """The status and the place of a redirect of a request whose path is sent as it is."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
    try:
        connection.putrequest("GET", path, skip_host=True)
        for name, value in {"Host": urlsplit(base).netloc, **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["Location"] or ""
    finally:
        connection.close()


def test_a_redirect_stays_on_these_pages(pages: Pages) -> None:
    strange = (
        "//example.org/",
        "//example.org/d/oak",
        "/\\example.org",
        "/d//example.org",
        "/sign-in?next=//example.org",
    )
    pages_meant = {
        "/d/oak/": "/d/oak",
        "/d/oak/sync/password": "/d/oak/sync",
        "/d/\\example.org/": "/d/%5Cexample.org",
        "/d/%2F%2Fexample.org/": "",
    }
    for path in (*strange, "/", "/d/oak", *pages_meant):
        for host in (urlsplit(pages.base).netloc, "example.org"):
            status, place = _raw(pages.base, path, {"Host": host, "X-Forwarded-Host": "example.org"})
            assert status in (200, 303, 400, 404), path
            assert place in ("", "/sign-in", pages_meant.get(path, "")), (path, place)


def test_a_cookie_from_before_the_sign_in_or_of_another_secret_is_of_nobody(pages: Pages) -> None:
    browser = pages.browser()
    browser.get("/sign-in")
    (planted,) = [cookie.value for cookie in browser.jar if cookie.name == COOKIE]
    browser.sign_in(ADMIN, pages.passwords[ADMIN])
    (own,) = [cookie.value for cookie in browser.jar if cookie.name == COOKIE]

    assert own != planted
    head, _, tail = str(own).partition(".")
    for cookie in (planted, f"{head}x.{tail}", f"{head}.{tail[:-2]}", "x" * 5_000):
        assert _raw(pages.base, "/d/oak", {"Cookie": f"{COOKIE}={cookie}"}) == (303, "/sign-in")
    assert _raw(pages.base, "/d/oak", {"Cookie": f"{COOKIE}={own}"})[0] == 200


def _zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


HARMFUL_ZIPS: Final[dict[str, Callable[[], bytes]]] = {
    "a bomb": lambda: _zip({"students.csv": bytes(50_000_000)}),
    "a zip in it": lambda: _zip({"inner.zip": _zip(scenario("clean"))}),
    "a zip called as a file": lambda: _zip({**scenario("clean"), "students.csv": _zip(scenario("clean"))}),
    "a way out": lambda: _zip({"../../students.csv": b"x", **scenario("clean")}),
    "an absolute path": lambda: _zip({"/etc/students.csv": b"x"}),
    "no zip": lambda: b"PK\x03\x04 and nothing more",
    "cut": lambda: _zip(scenario("clean"))[:-40],
    "many members": lambda: _zip({f"{number}.csv": b"x" for number in range(20_000)}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HARMFUL_ZIPS)
def test_a_harmful_zip_is_refused_in_words_and_nothing_is_left(name: str, pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")

    shown = browser.post_files("/d/oak/check", "files", {"upload.zip": HARMFUL_ZIPS[name]()})

    assert shown.status == 200
    assert "blocked" in shown.text or texts.NO_SUCH_FILES in shown.text, shown.text[-800:]
    assert texts.CHECK_FAILED not in shown.text


def test_two_files_of_one_name_are_refused_in_words(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/check")
    twice = {f"{folder}/{name}": content for folder in ("new", "old") for name, content in scenario("clean").items()}

    shown = browser.post_files("/d/oak/check", "files", twice)

    assert shown.status == 200
    assert "You chose classes.csv twice." in shown.text


def test_a_confirmation_that_is_sent_many_times_at_once_is_one_decision(waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)
    shown = browser.get("/d/oak/schools").text
    proposals = [unescape(value) for value in re.findall(r'name="proposal" value="([^"]+)"', shown)]
    assert proposals

    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda _: browser.post("/d/oak/schools/confirm", {"proposal": proposals, "sure": "yes"}), range(6))
        )

    assert {answer.status for answer in answers} == {200}
    links = waiting.decisions.school_links(OAK)
    assert len({link.school_id for link in links}) == len(links) == len(proposals)
    assert len({link.platform_school_id for link in links}) == len(links)


def test_a_form_with_many_fields_or_strange_parts_is_refused(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/schools")
    many = {"proposal": [str(number) for number in range(5_000)]}
    assert browser.post("/d/oak/schools/confirm", many).status == 400
    broken = urllib.request.Request(  # noqa: S310 - loopback
        f"{pages.base}/d/oak/check", b"--x\r\nbroken", {"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert browser._open(broken).status in (200, 400, 403)
    surrogate = browser.post(
        "/d/oak/find", {"record": "a\x00b\ud800".encode("utf-8", "surrogatepass").decode("latin-1")}
    )
    assert surrogate.status == 200
