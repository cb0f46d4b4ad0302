"""Who may see what, and how a session begins and ends."""

import copy
import logging
import re
import time
import urllib.request
from typing import Final
from urllib.parse import quote

import argon2
import pytest
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.decided.page_users import NOBODY_KNOWN
from remind_etl.decided.store import DecisionStore
from remind_etl.web import attempts, visit
from remind_etl.web.app import COOKIE, ROUTES, create_app
from remind_etl.web.attempts import MOST_OF_ADDRESS, MOST_OF_BOTH, MOST_OF_EMAIL, WINDOW_SECONDS, Attempts
from remind_etl.web.endpoints import is_own_page
from remind_etl.web.headers import ALWAYS, HSTS
from remind_etl.web.pages import operators
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests.ids import ELM, FIR, OAK
from remind_etl_tests.web.browser import TOKEN, Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, OTHER, SECRET, Pages, write_locked

OF_DISTRICT: Final = [
    (method, route)
    for route in ROUTES
    if "{district}" in route.path and route not in operators.ROUTES
    for method in sorted((route.methods or set()) - {"HEAD"})
]
assert OF_DISTRICT


def _ask(browser: Browser, method: str, route: Route, district: str) -> tuple[int, str]:
    path = route.path.replace("{district}", district)
    answer = browser.get(path) if method == "GET" else browser.post(path, {"was": ""})
    return answer.status, answer.path


def test_each_page_of_a_district_is_of_its_administrators_and_operators_alone(pages: Pages) -> None:
    removed = pages.browser(ADMIN)
    pages.decisions.add_administrator(OAK, "extra@example.org")
    pages.decisions.remove_administrator(OAK, ADMIN)
    pages.passwords["extra@example.org"] = pages.decisions.new_page_password("extra@example.org")
    known, other, unknown = (
        [pages.browser("extra@example.org"), pages.browser(OPERATOR)],
        pages.browser(OTHER),
        pages.browser(),
    )

    for method, route in OF_DISTRICT:
        answers = [_ask(browser, method, route, "oak") for browser in (unknown, removed, other, *known)]
        assert [path for _, path in answers[:2]] == ["/sign-in"] * 2, (method, route.path)
        assert [status for status, _ in answers[2:]] == [404, 200, 200], (method, route.path)
        for nowhere in ("none", "..", "OAK", "a%20b"):
            assert _ask(known[-1], method, route, nowhere)[0] == 404, (method, route.path, nowhere)


def test_each_page_of_operators_is_theirs_alone(pages: Pages) -> None:
    asking = [pages.browser(email) for email in (None, OTHER, ADMIN, OPERATOR)]

    for route in operators.ROUTES:
        (method,) = (route.methods or set()) - {"HEAD"}
        unknown, *answers = [_ask(browser, method, route, "oak") for browser in asking]
        assert unknown[1] == "/sign-in", route.path
        assert [status for status, _ in answers] == [404, 404, 200], route.path
        assert _ask(asking[-1], method, route, "none")[0] == 404, route.path


def test_the_page_that_was_asked_for_before_the_sign_in_is_opened_after_it(pages: Pages) -> None:
    for path, after in (
        ("/d/oak/history?page=1", "/d/oak/history?page=1"),
        ("/d/oak", "/d/oak"),
        ("/d/elm/history", "/d/oak"),
        ("/d/none/history", "/d/oak"),
        ("/d/../..//evil.example", "/d/oak"),
        ("//evil.example/d/oak", "/d/oak"),
        ("/\\evil.example", "/d/oak"),
        ("/sign-in?next=https://evil.example", "/d/oak"),
        (f"/d/oak/history?{'a' * 500}", "/d/oak"),
    ):
        browser = pages.browser()
        browser.get(path)
        assert browser.sign_in(ADMIN, pages.passwords[ADMIN]).path == after, path
    operator = pages.browser()
    operator.get("/?q=elm")
    assert operator.sign_in(OPERATOR, pages.passwords[OPERATOR]).path == "/?q=elm"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\evil",
        "https://evil.example/d/oak",
        "///evil",
        "evil",
        "",
        "/d//evil",
        "/\t/evil",
    ],
)
def test_no_address_of_another_site_is_opened_after_the_sign_in(path: str) -> None:
    assert not is_own_page(path)


def test_only_operators_see_the_list_of_districts(pages: Pages) -> None:
    assert pages.browser().get("/").path == "/sign-in"
    assert pages.browser(ADMIN).get("/").path == "/d/oak"
    shown = pages.browser(OPERATOR).get("/").text
    assert "oak schools" in shown
    assert "elm schools" in shown


def test_an_unknown_email_and_a_wrong_password_get_one_answer(pages: Pages) -> None:
    wrong = pages.browser().sign_in(ADMIN, "wrong")
    unknown = pages.browser().sign_in("nobody@example.org", "wrong")

    assert (wrong.status, unknown.status) == (403, 403)
    shown = [wrong.text.replace(ADMIN, ""), unknown.text.replace("nobody@example.org", "")]
    assert all(texts.WRONG_SIGN_IN in text for text in shown)
    assert len({TOKEN.sub("", text) for text in shown}) == 1


def test_a_sign_in_of_a_known_and_of_an_unknown_email_checks_one_hash_of_the_same_cost(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counted(hasher: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
        checked.append(password_hash)
        return verify(hasher, password_hash, password)

    pages.browser().sign_in("nobody@example.org", "wrong")  # the first check makes the hash of nobody
    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    browser = pages.browser()
    for email, status in ((ADMIN, 403), ("nobody@example.org", 403), ("x", 403), ("", 403)):
        assert browser.sign_in(email, "wrong").status == status

    assert len(checked) == 4
    known, *unknown = [argon2.extract_parameters(password_hash) for password_hash in checked]
    assert unknown == [known] * 3
    assert len({*checked}) == 2


def test_a_sign_in_takes_as_long_with_an_unknown_email_as_with_a_known_one(pages: Pages) -> None:
    emails = (ADMIN, "nobody@example.org")
    seconds: dict[str, list[float]] = {email: [] for email in emails}
    for _ in range(9):
        for email in emails:
            begun = time.thread_time()
            assert pages.decisions.signed_in(email, "wrong") is None
            seconds[email].append(time.thread_time() - begun)

    known, unknown = (min(seconds[email]) for email in emails)
    assert 0.7 < known / unknown < 1.4


def test_wrong_sign_ins_with_one_email_are_limited(pages: Pages) -> None:
    browser = pages.browser()
    for _ in range(MOST_OF_BOTH):
        assert browser.sign_in(ADMIN, "wrong").status == 403

    limited = browser.sign_in(ADMIN, pages.passwords[ADMIN])
    assert (limited.status, limited.headers["Retry-After"]) == (429, str(WINDOW_SECONDS))
    assert browser.sign_in(OTHER, pages.passwords[OTHER]).status == 200


def test_a_sign_in_that_gets_no_answer_counts_for_no_limit(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_OF_BOTH", 1)
    browser = pages.browser()
    with write_locked(pages.decisions):
        assert browser.sign_in(ADMIN, pages.passwords[ADMIN]).status == 503

    assert browser.sign_in(ADMIN, pages.passwords[ADMIN]).status == 200
    assert pages.browser().sign_in(ADMIN, "wrong").status == 403
    assert pages.browser().sign_in(ADMIN, pages.passwords[ADMIN]).status == 429


def test_wrong_sign_ins_from_one_address_are_limited_and_pass_after_a_while() -> None:
    now = [0.0]
    limit = Attempts(lambda: now[0])
    assert all(limit.begin(f"{number}@example.org", "192.0.2.1") for number in range(MOST_OF_ADDRESS))

    assert not limit.begin("new@example.org", "192.0.2.1")
    assert limit.begin("new@example.org", "192.0.2.2")
    now[0] = WINDOW_SECONDS + 1
    assert limit.begin("new@example.org", "192.0.2.1")


def test_each_address_of_ipv4_that_a_proxy_writes_as_one_of_ipv6_is_its_own() -> None:
    limit = Attempts(clock=lambda: 0.0)
    assert all(limit.begin("a@example.org", "::ffff:203.0.113.5") for _ in range(MOST_OF_BOTH))
    assert not limit.begin("a@example.org", "203.0.113.5")
    assert limit.begin("a@example.org", "::ffff:203.0.113.6")


def test_addresses_of_one_network_of_ipv6_are_one() -> None:
    limit = Attempts()
    assert all(limit.begin("a@example.org", f"2001:db8::{number:x}") for number in range(MOST_OF_BOTH))

    assert not limit.begin("a@example.org", "2001:db8::ffff")
    assert limit.begin("a@example.org", "2001:db8:0:1::1")


def test_a_right_sign_in_counts_for_no_limit() -> None:
    limit = Attempts()
    for _ in range(5 * MOST_OF_EMAIL):
        assert limit.begin("a@example.org", "192.0.2.1")
        limit.take_back("a@example.org", "192.0.2.1")


def test_an_email_is_limited_over_all_addresses_too() -> None:
    limit = Attempts()
    assert all(limit.begin("a@example.org", f"192.0.2.{number}") for number in range(MOST_OF_EMAIL))

    assert not limit.begin("A@example.org ", "198.51.100.1")


def test_remembered_sign_ins_are_bounded_and_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_KNOWN", 12)
    limit = Attempts()
    for number in range(100):
        limit.begin(f"{number}@example.org", f"192.0.2.{number}")
        limit.begin("known@example.org", "198.51.100.1")
        assert len(limit._at) <= 12

    assert not limit.begin("known@example.org", "198.51.100.1")


def test_a_session_ends_when_the_password_changes(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    assert browser.get("/d/oak").path == "/d/oak"

    pages.decisions.new_page_password(ADMIN)

    assert browser.get("/d/oak").path == "/sign-in"


def test_a_session_ends_after_twelve_hours_of_which_no_page_gives_more(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, begun = pages.browser(ADMIN), time.time()
    browser.get("/d/oak/schools")
    monkeypatch.setattr(time, "time", lambda: begun + visit.SESSION_SECONDS - 60)
    browser.post("/d/oak/schools/confirm")  # says something, so the cookie is signed anew
    assert browser.get("/d/oak").path == "/d/oak"
    monkeypatch.setattr(time, "time", lambda: begun + visit.SESSION_SECONDS + 60)
    assert browser.get("/d/oak").path == "/sign-in"


def test_signing_out_ends_the_session_also_of_a_copied_cookie(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak")
    copied = Browser(pages.base)
    for cookie in list(browser.jar):
        copied.jar.set_cookie(copy.copy(cookie))
    assert copied.get("/d/oak").path == "/d/oak"

    assert browser.post("/sign-out").path == "/sign-in"

    assert browser.get("/d/oak").path == "/sign-in"
    assert copied.get("/d/oak").path == "/sign-in"
    assert pages.browser(ADMIN).get("/d/oak").path == "/d/oak"


def test_a_form_that_no_page_of_ours_made_changes_nothing(pages: Pages) -> None:
    browser, before = pages.browser(ADMIN), len(pages.decisions.log(OAK))
    for token in ("", "of another", pages.browser(OTHER).token):
        browser.token = token
        answer = browser.post("/d/oak/sync/password")
        assert answer.status == 403
        assert texts.FORM_EXPIRED in answer.text
    assert len(pages.decisions.log(OAK)) == before


def test_no_form_of_any_page_is_taken_without_the_token_of_its_session(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)
    forms = [route for route in ROUTES if "POST" in (route.methods or ())]
    assert len(forms) > 10
    for route in forms:
        browser.token = ""
        assert browser.post(route.path.replace("{district}", OAK)).status == 403, route.path


def test_a_password_is_kept_as_a_hash_by_argon2id(pages: Pages) -> None:
    (user,) = pages.decisions.administrators(OAK)

    assert user.password_hash.startswith("$argon2id$")


def test_a_search_leaves_no_text_in_a_log(delivered: Pages, caplog: pytest.LogCaptureFixture) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")
    with caplog.at_level(logging.DEBUG):
        assert "Theo Park" in browser.post("/d/oak/find", {"record": "park"}).text

    assert "park" not in caplog.text.lower()


def test_signing_in_begins_a_new_session(pages: Pages) -> None:
    browser = pages.browser()
    browser.get("/sign-in")
    before = browser.token
    browser.sign_in(ADMIN, pages.passwords[ADMIN])

    assert browser.token != before


@pytest.mark.parametrize("path", ["/sign-in", "/d/oak", "/nothing", "/static/nothing", "/static/style.css"])
def test_every_answer_has_the_security_headers(pages: Pages, path: str) -> None:
    headers = pages.browser(ADMIN).get(path).headers

    assert {name: headers[name] for name in ALWAYS} == ALWAYS
    assert "unsafe" not in ALWAYS["Content-Security-Policy"]
    assert (headers["Cache-Control"] == "no-store") is not path.endswith("style.css")
    assert headers["Strict-Transport-Security"] is None


def test_the_cookie_is_kept_from_scripts_and_behind_tls_from_plain_requests(pages: Pages) -> None:
    plain = Browser(pages.base).get("/sign-in").headers["Set-Cookie"]
    assert plain.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=lax"} <= {part.strip().lower() for part in plain.split(";")}
    with serving(create_app(Site.of_settings(), SECRET, is_tls=True)) as base:
        headers = Browser(base).get("/sign-in").headers
    assert "secure" in headers["Set-Cookie"].lower()
    assert headers["Strict-Transport-Security"] == HSTS


def test_a_request_to_another_name_of_the_host_is_refused(pages: Pages) -> None:
    with serving(create_app(Site.of_settings(), SECRET, hosts=["sync.example.org"])) as base:
        assert Browser(base).get("/sign-in").status == 400
        request = urllib.request.Request(f"{base}/sign-in", headers={"Host": "sync.example.org"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            assert answer.status == 200


def test_whoever_decides_shares_one_pool_of_connections(pages: Pages) -> None:
    other = pages.decisions.acting_as(ADMIN)

    assert other.engine is pages.decisions.engine
    assert (other.decided_by, pages.decisions.decided_by == ADMIN) == (ADMIN, False)


def test_sign_ins_are_recorded_by_number_alone(pages: Pages) -> None:
    pages.browser().sign_in(ADMIN, "wrong")
    pages.browser().sign_in("nobody@example.org", "wrong")
    browser = pages.browser(ADMIN)
    browser.post("/sign-out")

    found = pages.decisions.sign_ins(10)

    assert [event.what for event in found] == ["signed out", "signed in", "wrong password", "wrong password"]
    (user,) = pages.decisions.administrators(OAK)
    assert [event.user_id for event in found] == [user.user_id, user.user_id, NOBODY_KNOWN, user.user_id]
    pages.decisions.remove_administrator(OAK, ADMIN)
    assert len(pages.decisions.sign_ins(10)) == 4


def test_no_page_has_an_inline_script_or_style_or_names_another_site(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)
    for path in (
        "/",
        "/d/oak",
        "/d/oak/sync",
        "/d/oak/schools",
        "/d/oak/schools/choose",
        "/d/oak/problems",
        "/d/oak/holds",
        "/d/oak/find",
        "/d/oak/check",
        "/d/oak/sync/now",
        "/d/oak/history",
        "/d/oak/progress",
        "/d/oak/operate",
    ):
        text = browser.get(path).text
        assert " style=" not in text
        assert not re.search(r"<[^>]*\son\w+\s*=", text)
        assert "<style" not in text
        assert text.count("<script") == text.count('<script src="/static/')
        assert "http://" not in text
        assert "https://" not in text


def test_an_administrator_of_two_districts_sees_both_and_no_other(pages: Pages) -> None:
    pages.decisions.add_administrator(ELM, ADMIN)
    pages.decisions.add_district(FIR, "fir schools")

    shown = pages.browser(ADMIN).get("/").text

    assert "oak schools" in shown
    assert "elm schools" in shown
    assert "fir schools" not in shown


def test_a_large_or_strange_request_is_refused_in_plain_words(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/find")
    large = browser.post("/sign-in", {"email": "a" * visit.MOST_BYTES})
    assert (large.status, texts.TOO_LARGE in large.text) == (413, True)
    assert browser.post("/d/oak/find", {"record": "/" * 10_000}).status == 200
    for page in ("\u00b2", "9" * 5_000, "0", "-1", "999"):
        assert browser.get(f"/d/oak/history?page={quote(page)}").status == 200
        assert browser.get(f"/d/oak/schools?page={quote(page)}").status == 200


def test_an_address_that_is_opened_in_another_way_says_so_and_which_ways_it_allows(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    for answer, allowed in (
        (browser.get("/sign-out"), {"POST"}),
        (browser.get("/d/oak/holds", "DELETE"), {"GET", "HEAD", "POST"}),
        (browser.post("/d/oak/history"), {"GET", "HEAD"}),
        (browser.post("/static/style.css"), None),
    ):
        assert (answer.status, texts.WRONG_WAY in answer.text) == (405, True)
        assert "<h1>Not opened</h1>" in answer.text
        assert allowed is None or {*answer.headers["Allow"].split(", ")} == allowed
    assert "<h1>Not found</h1>" in browser.get("/d/oak/none").text


def test_an_address_that_only_takes_a_form_opens_the_page_of_the_form(pages: Pages) -> None:
    forms = {
        "/d/oak/sync/password": "/d/oak/sync",
        "/d/oak/sync/keys/add": "/d/oak/sync",
        "/d/oak/schools/confirm": "/d/oak/schools",
        "/d/oak/": "/d/oak",
    }
    own, other, unknown = (pages.browser(email) for email in (ADMIN, OTHER, None))
    for path, page in forms.items():
        answer = own.get(path)
        assert (answer.status, answer.path) == (200, page)
        assert unknown.get(path).path == "/sign-in"
        no_district = path.replace("oak", "none")
        assert {(other.get(one).status, other.get(one).text) for one in (path, no_district)} == {
            (404, other.get(page).text)
        }
    for path in ("/d/oak//", "/d//", "/d/", "/d/oak/history/"):
        assert own.get(path).status == 404, path


def test_an_error_of_ours_is_told_without_values_and_with_all_headers(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("ada's secret")

    browser = pages.browser(ADMIN)
    monkeypatch.setattr(DecisionStore, "pause_of", fail)

    answer = browser.get("/d/oak")

    assert answer.status == 500
    assert texts.OWN_ERROR in answer.text
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    until = time.monotonic() + 10  # the server logs after it has answered
    while "our own code" not in caplog.text and time.monotonic() < until:
        time.sleep(0.02)
    assert "KeyError in our own code" in caplog.text
    assert "secret" not in caplog.text + answer.text


def test_the_last_administrator_of_nothing_is_deleted(pages: Pages) -> None:
    store: DecisionStore = pages.decisions
    store.add_administrator(ELM, ADMIN)
    store.remove_administrator(OAK, ADMIN)
    assert store.signed_in(ADMIN, pages.passwords[ADMIN])

    store.remove_administrator(ELM, ADMIN)

    assert store.signed_in(ADMIN, pages.passwords[ADMIN]) is None
