"""Who may see what, and how a session begins and ends."""

import time
from typing import Final

import pytest
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.decided.store import DecisionStore
from remind_etl.web import attempts, visit
from remind_etl.web.app import COOKIE, ROUTES, create_app
from remind_etl.web.attempts import MOST_OF_ADDRESS, MOST_OF_EMAIL, WINDOW_SECONDS, Attempts
from remind_etl.web.headers import ALWAYS, HSTS
from remind_etl.web.site import Site
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.web.browser import Browser, served
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, OTHER, SECRET, Pages

OF_DISTRICT: Final = [
    (method, route)
    for route in ROUTES
    if "{district}" in route.path
    for method in sorted((route.methods or set()) - {"HEAD"})
]
assert OF_DISTRICT


def _ask(browser: Browser, method: str, route: Route, district: str) -> tuple[int, str]:
    path = route.path.replace("{district}", district)
    answer = browser.get(path) if method == "GET" else browser.post(path)
    return answer.status, answer.path


@pytest.mark.parametrize(("method", "route"), OF_DISTRICT, ids=lambda part: getattr(part, "path", part))
def test_a_page_of_a_district_is_of_its_administrators_and_operators_alone(
    pages: Pages, method: str, route: Route
) -> None:
    removed = pages.browser(ADMIN)
    pages.decisions.add_administrator(OAK, "extra@example.org")
    pages.decisions.remove_administrator(OAK, ADMIN)
    pages.passwords["extra@example.org"] = pages.decisions.new_page_password("extra@example.org")

    assert _ask(pages.browser(), method, route, "oak")[1] == "/sign-in"
    assert _ask(removed, method, route, "oak")[1] == "/sign-in"
    assert _ask(pages.browser(OTHER), method, route, "oak")[0] == 404
    for known in ("extra@example.org", OPERATOR):
        assert _ask(pages.browser(known), method, route, "oak")[0] == 200
    for unknown in ("none", "..", "OAK", "a b"):
        assert _ask(pages.browser(OPERATOR), method, route, unknown.replace(" ", "%20"))[0] == 404


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
    hidden = [visit.text for visit in (wrong, unknown)]
    assert all(texts.WRONG_SIGN_IN in text for text in hidden)
    assert len({len(text) for text in hidden}) == 1


def test_wrong_sign_ins_are_limited_per_email(pages: Pages) -> None:
    browser = pages.browser()
    for _ in range(MOST_OF_EMAIL):
        assert browser.sign_in(ADMIN, "wrong").status == 403

    assert browser.sign_in(ADMIN, pages.passwords[ADMIN]).status == 429
    assert browser.sign_in(OTHER, pages.passwords[OTHER]).status == 200


def test_wrong_sign_ins_are_limited_per_address_and_pass_after_a_while() -> None:
    now = [0.0]
    limit = Attempts(lambda: now[0])
    for number in range(MOST_OF_ADDRESS):
        assert not limit.are_too_many(f"{number}@example.org", "192.0.2.1")
        limit.add(f"{number}@example.org", "192.0.2.1")

    assert limit.are_too_many("new@example.org", "192.0.2.1")
    assert not limit.are_too_many("new@example.org", "192.0.2.2")
    now[0] = WINDOW_SECONDS + 1
    assert not limit.are_too_many("new@example.org", "192.0.2.1")


def test_remembered_sign_ins_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_KNOWN", 10)
    limit = Attempts()
    for number in range(100):
        limit.add(f"{number}@example.org", f"192.0.2.{number}")
        assert len(limit._at) <= 12


def test_a_session_ends_when_the_password_changes(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    assert browser.get("/d/oak").path == "/d/oak"

    pages.decisions.new_page_password(ADMIN)

    assert browser.get("/d/oak").path == "/sign-in"


def test_a_session_ends_after_twelve_hours(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = pages.browser(ADMIN)
    begun = time.time()
    monkeypatch.setattr(time, "time", lambda: begun + visit.SESSION_SECONDS - 60)
    assert browser.get("/d/oak").path == "/d/oak"
    monkeypatch.setattr(time, "time", lambda: begun + visit.SESSION_SECONDS + 60)
    assert browser.get("/d/oak").path == "/sign-in"


def test_a_session_ends_when_one_signs_out(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak")

    assert browser.post("/sign-out").path == "/sign-in"
    assert browser.get("/d/oak").path == "/sign-in"


def test_a_form_that_no_page_of_ours_made_changes_nothing(pages: Pages) -> None:
    browser, before = pages.browser(ADMIN), len(pages.decisions.log(OAK))
    for token in ("", "of another", pages.browser(OTHER).token):
        browser.token = token
        answer = browser.post("/d/oak/sync/password")
        assert answer.status == 403
        assert texts.FORM_EXPIRED in answer.text
    assert len(pages.decisions.log(OAK)) == before


def test_signing_in_begins_a_new_session(pages: Pages) -> None:
    browser = pages.browser()
    browser.get("/sign-in")
    before = browser.token
    browser.sign_in(ADMIN, pages.passwords[ADMIN])

    assert browser.token != before


@pytest.mark.parametrize("path", ["/sign-in", "/d/oak", "/nothing", "/static/style.css"])
def test_every_answer_has_the_security_headers(pages: Pages, path: str) -> None:
    headers = pages.browser(ADMIN).get(path).headers

    assert {name: headers[name] for name in ALWAYS} == ALWAYS
    assert "unsafe" not in ALWAYS["Content-Security-Policy"]
    assert (headers["Cache-Control"] == "no-store") is not path.startswith("/static")
    assert headers["Strict-Transport-Security"] is None


def test_the_cookie_is_kept_from_scripts_and_behind_tls_from_plain_requests(pages: Pages) -> None:
    plain = Browser(pages.base).get("/sign-in").headers["Set-Cookie"]
    assert plain.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=lax"} <= {part.strip().lower() for part in plain.split(";")}
    with served(create_app(Site.of_settings(), SECRET, is_tls=True)) as base:
        headers = Browser(base).get("/sign-in").headers
    assert "secure" in headers["Set-Cookie"].lower()
    assert headers["Strict-Transport-Security"] == HSTS


def test_no_page_has_an_inline_script_or_style_or_names_another_site(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)
    for path in (
        "/",
        "/d/oak",
        "/d/oak/sync",
        "/d/oak/schools",
        "/d/oak/problems",
        "/d/oak/holds",
        "/d/oak/find",
        "/d/oak/history",
    ):
        text = browser.get(path).text
        assert " style=" not in text
        assert " on" not in {part[:3] for part in text.split("<")[1:]}
        assert "<style" not in text
        assert text.count("<script") == text.count('<script src="/static/')
        assert "http://" not in text
        assert "https://" not in text


def test_the_last_administrator_of_nothing_is_deleted(pages: Pages) -> None:
    store: DecisionStore = pages.decisions
    store.add_administrator(ELM, ADMIN)
    store.remove_administrator(OAK, ADMIN)
    assert store.signed_in(ADMIN, pages.passwords[ADMIN])

    store.remove_administrator(ELM, ADMIN)

    assert store.signed_in(ADMIN, pages.passwords[ADMIN]) is None
