"""What the pages show, and the decisions that they take."""

import csv
import html
import io
import json
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncssh
import duckdb
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from remind_etl import settings
from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.catalogue.statuses import HELD_OTHERS
from remind_etl.decided import links, store
from remind_etl.decided.store import SchoolLink
from remind_etl.dropped.host_keys import pin
from remind_etl.landed.copy import ARRIVAL, FailedLanding, LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.operations.history import RESULTS_LOST
from remind_etl.orchestration.outcome import Acts, Outcome, tag_run
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.published.status import Status
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.limits import REMOVALS
from remind_etl.schema.records import ACTIONS, KINDS
from remind_etl.web import downloads
from remind_etl.web.pages import history, holds, schools
from remind_etl.web.pages.districts import WITH_FAILED_RUN, WORST_FIRST
from remind_etl.web.site import Site
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.web.browser import Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, OTHER, Pages, pages_of_world, run_of_files
from remind_etl_tests.worlds import World, last_student_alone, scenario


def _log(pages: Pages) -> list[tuple[str, str]]:
    return [(decision.what, decision.decided_by) for decision in pages.decisions.log(OAK)]


def test_every_status_has_a_place_in_the_list_and_a_next_step() -> None:
    assert {*WORST_FIRST} == {*Status} == {*map(Status, texts.NEXT)}


def test_every_hold_record_and_action_has_words_for_people() -> None:
    assert {*texts.HELD} == {*REMOVALS, *HELD_OTHERS}
    assert {*texts.NOUNS} == {kind.name for kind in KINDS}
    assert {*texts.DONE} == {*ACTIONS}


def test_before_any_files_the_first_page_says_to_upload_and_where(pages: Pages) -> None:
    browser = pages.browser(ADMIN)

    assert texts.NEXT["waiting_for_files"][1] in browser.get("/d/oak").text
    details = browser.get("/d/oak/sync").text
    assert "sftp://oak@127.0.0.1:2222/upload" in details
    assert "No school is known yet" in browser.get("/d/oak/schools").text
    assert "No files have come yet" in browser.get("/d/oak/problems").text
    assert page_texts.NOTHING_WAITS_YET in browser.get("/d/oak/holds").text


def test_a_new_password_is_shown_once_and_a_form_that_is_sent_again_makes_none(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    shown = browser.get("/d/oak/sync").text
    (made,) = re.findall(r'name="made" value="([^"]+)"', shown)
    assert texts.NOT_SURE in browser.post("/d/oak/sync/password", {"made": made}).text

    shown = browser.post("/d/oak/sync/password", {"made": made, "sure": "yes"}).text

    codes = re.findall(r"<code>([^<]+)</code>", shown)
    (password,) = [code for code in codes if pages.decisions.check_password("oak", code)]
    assert password not in browser.get("/d/oak/sync").text
    assert _log(pages)[0] == ("password replaced", ADMIN)
    again = browser.post("/d/oak/sync/password", {"made": made, "sure": "yes"}).text
    assert texts.MADE_MEANWHILE in again
    assert pages.decisions.check_password("oak", password)


def test_of_two_people_who_ask_for_a_new_password_at_once_one_is_shown_it_and_it_works(pages: Pages) -> None:
    browsers = [pages.browser(ADMIN), pages.browser(OPERATOR)]
    for browser in browsers:
        browser.get("/d/oak/sync")

    def ask(browser: Browser) -> str:
        return browser.post("/d/oak/sync/password", {"made": browser.inputs["made"], "sure": "yes"}).text

    with ThreadPoolExecutor(len(browsers)) as pool:
        shown = [*pool.map(ask, browsers)]

    (made,) = (text for text in shown if texts.SHOWN_ONCE in text)
    (other,) = (text for text in shown if text is not made)
    assert texts.MADE_MEANWHILE in other
    assert [code for code in re.findall(r"<code>([^<]+)</code>", made) if pages.decisions.check_password("oak", code)]


def _public_key() -> str:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def test_public_keys_and_the_last_login_are_on_the_page_of_sync_details(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    shown = browser.get("/d/oak/sync").text
    assert "No public key can log in." in shown
    assert "Last login</dt><dd>–" in shown
    assert texts.NO_KEY in browser.post("/d/oak/sync/keys/add").text
    for wrong, sentence in (("no key", "This is not a public key"), ("BEGIN PRIVATE KEY", "This is a private key")):
        assert sentence in browser.post("/d/oak/sync/keys/add", {"key": wrong}).text
    text = _public_key()

    added = browser.post("/d/oak/sync/keys/add", {"key": f"{text} ada"})

    (key,) = pages.decisions.sftp_login(OAK).keys
    assert added.path == "/d/oak/sync"
    assert html.unescape(added.text).count(key.fingerprint) == 4  # said, the row, its form, and the name of its button
    assert _log(pages)[0] == ("key added", ADMIN)
    assert "has the key" in browser.post("/d/oak/sync/keys/add", {"key": text}).text
    pages.decisions.note_event("oak", "login", "192.0.2.1")
    assert "Last login</dt><dd>–" not in browser.get("/d/oak/sync").text

    removed = browser.post("/d/oak/sync/keys/remove", {"fingerprint": key.fingerprint})
    assert texts.KEY_REMOVED.format(fingerprint=key.fingerprint) in html.unescape(removed.text)
    assert pages.decisions.sftp_login(OAK).keys == ()
    assert _log(pages)[0] == ("key removed", ADMIN)
    again = browser.post("/d/oak/sync/keys/remove", {"fingerprint": key.fingerprint}).text
    assert texts.NO_SUCH_KEY in again
    assert "remind-etl" not in again


def test_the_fingerprint_of_the_key_of_the_server_is_on_the_page_of_sync_details(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    assert "Key of the server" not in browser.get("/d/oak/sync").text
    key, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    known = settings.home().sftp / "known_hosts"
    known.parent.mkdir(exist_ok=True)
    pin(known, "127.0.0.1", 2222, key)
    known.write_bytes(b"elsewhere.example.org " + other.export_public_key() + known.read_bytes())

    shown = html.unescape(browser.get("/d/oak/sync").text)

    assert re.findall("SHA256:[^<]+", shown) == [key.get_fingerprint()]
    assert page_texts.COMPARE_KEY in shown


def test_the_page_of_a_district_of_another_server_offers_no_password_of_ours(pages: Pages) -> None:
    pages.decisions.set_district(OAK, {"source": "county"})

    shown = html.unescape(pages.browser(ADMIN).get("/d/oak/sync").text)

    assert page_texts.OTHER_SERVER in shown
    assert "county" in shown
    assert not [form for form in ("sync/password", "sync/keys/add", "sync/login") if f'action="/d/oak/{form}' in shown]


def test_an_administrator_disables_the_login_and_an_operator_enables_it_again(pages: Pages) -> None:
    browser, operator = pages.browser(ADMIN), pages.browser(OPERATOR)
    browser.get("/d/oak/sync")
    assert texts.NOT_SURE_TO_DISABLE in browser.post("/d/oak/sync/login", {"decision": "disable"}).text
    assert not pages.decisions.sftp_login(OAK).is_disabled

    browser.post("/d/oak/sync/login", {"decision": "disable", "sure": "yes"})

    assert pages.decisions.sftp_login(OAK).is_disabled
    assert _log(pages)[0] == ("login disabled", ADMIN)
    assert texts.ASK_TO_ENABLE in browser.post("/d/oak/sync/login", {"decision": "enable"}).text
    assert pages.decisions.sftp_login(OAK).is_disabled
    assert "Enable the login again" in operator.get("/d/oak/sync").text
    operator.post("/d/oak/sync/login", {"decision": "enable"})
    assert not pages.decisions.sftp_login(OAK).is_disabled
    assert _log(pages)[0] == ("login enabled", OPERATOR)


def test_schools_are_connected_as_they_were_shown(waiting: Pages) -> None:
    pages = waiting
    browser = pages.browser(ADMIN)
    assert texts.NEXT["waiting_for_schools"][1] in browser.get("/d/oak").text

    shown = browser.get("/d/oak/schools").text
    proposals = [value.replace("&#9;", "\t") for value in re.findall(r'name="proposal" value="([^"]+)"', shown)]
    assert len(proposals) == 2
    stale = proposals[0].split("\t")[0] + "\tanother"
    changed = texts.CHANGED.format(schools="1 school")
    assert changed in browser.post("/d/oak/schools/confirm", {"proposal": [stale], "sure": "yes"}).text
    assert texts.NOTHING_CHOSEN in browser.post("/d/oak/schools/confirm").text
    exact = browser.post("/d/oak/schools/confirm", {"exact": "of another page"}).text
    assert "Schools changed after this page was shown. Nothing was connected." in exact
    assert pages.decisions.school_links(OAK) == []

    asked = browser.post("/d/oak/schools/confirm", {"proposal": [proposals[0]]}).text
    assert "Confirm 1 school?" in asked
    people = texts.SO_MANY_PEOPLE.format(
        people="4 teachers and students"
    )  # the teachers T1 and T3, the students S1 and S3
    assert texts.BEFORE_CONFIRMING.format(people=people, when=texts.IN_NEXT_RUN) in asked
    assert pages.decisions.school_links(OAK) == []
    told = browser.post("/d/oak/schools/confirm", {"proposal": [proposals[0]], "sure": "yes"}).text
    assert texts.CONFIRMED.format(schools="1 school", people=people, when=texts.IN_NEXT_RUN) in told
    (link,) = pages.decisions.school_links(OAK)
    assert f"{link.school_id}\t{link.platform_school_id}" == proposals[0]
    assert _log(pages)[0] == ("school confirmed", ADMIN)
    again = browser.post("/d/oak/schools/confirm", {"proposal": [proposals[0]], "sure": "yes"}).text
    assert texts.ALREADY_CONNECTED.format(schools="1 school is") in again
    assert [what for what, _ in _log(pages)].count("school confirmed") == 1

    blank = {"school": link.school_id, "platform": "", "was": _shown_decision(browser, link.school_id)}
    assert texts.NOTHING_CHOSEN in browser.post("/d/oak/schools/choose", blank).text
    assert pages.decisions.school_links(OAK) == [link]
    asked = browser.post("/d/oak/schools/choose", blank | {"decision": "ignore"}).text
    assert texts.BEFORE_IGNORING.format(people=people, when=texts.IN_NEXT_RUN) in asked
    assert pages.decisions.school_links(OAK) == [link]
    assert browser.inputs["was"] == blank["was"]
    late = blank | {"decision": "ignore", "sure": "yes", "was": "confirmed\tanother"}
    assert texts.DECIDED_MEANWHILE.format(school=link.school_id) in browser.post("/d/oak/schools/choose", late).text
    assert pages.decisions.school_links(OAK) == [link]
    browser.post("/d/oak/schools/choose", late | {"was": blank["was"]})
    assert [(x.school_id, x.link) for x in pages.decisions.school_links(OAK)] == [(link.school_id, "ignored")]
    unknown = blank | {"platform": "nowhere", "was": _shown_decision(browser, link.school_id)}
    assert texts.NO_SUCH_PLATFORM_SCHOOL in browser.post("/d/oak/schools/choose", unknown).text
    assert texts.SCHOOL_NOT_SENT in browser.post("/d/oak/schools/choose", unknown | {"school": "none"}).text
    taken = {"school": link.school_id, "platform": proposals[1].split("\t")[1]}
    browser.post("/d/oak/schools/confirm", {"proposal": [proposals[1]], "sure": "yes"})
    browser.post("/d/oak/schools/choose", taken | {"shared": "yes", "was": unknown["was"]})
    assert [x.platform_school_id for x in pages.decisions.school_links(OAK)] == [taken["platform"]] * 2


def test_a_stale_confirmation_says_that_nothing_was_connected_or_which_was(waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)
    shown = browser.get("/d/oak/schools").text
    first, second = re.findall(r'name="proposal" value="([^"]+)"', shown.replace("&#9;", "\t"))
    stale = second.split("\t")[0] + "\tanother"

    none = browser.post("/d/oak/schools/confirm", {"proposal": [first, stale]}).text
    assert texts.CHANGED.format(schools="1 school") in none
    assert waiting.decisions.school_links(OAK) == []

    some = browser.post("/d/oak/schools/confirm", {"proposal": [first, stale], "sure": "yes"}).text
    assert "1 school connected." in some
    assert texts.CHANGED_OTHERS.format(schools="1 school") in some
    assert len(waiting.decisions.school_links(OAK)) == 1


def _shown_decision(browser: Browser, school: str) -> str:
    """The mark of the decision that the page of this school shows now."""
    browser.get(f"/d/oak/schools/choose?school={school}")
    return browser.inputs["was"]


def test_the_page_of_schools_promises_no_confirmation_where_runs_connect_schools(pages: Pages) -> None:
    browser = pages.browser(ADMIN)
    assert page_texts.SCHOOLS_INTRO in browser.get("/d/oak/schools").text

    pages.decisions.set_district(OAK, {"link_policy": "exact"})

    shown = browser.get("/d/oak/schools").text
    assert page_texts.SCHOOLS_INTRO_EXACT in shown
    assert page_texts.SCHOOLS_INTRO not in shown


def test_all_exact_proposals_are_confirmed_at_once(waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)
    (exact,) = re.findall(r'name="exact" value="([^"]+)"', browser.get("/d/oak/schools").text)

    assert "Confirm 1 school?" in browser.post("/d/oak/schools/confirm", {"exact": exact}).text
    assert waiting.decisions.school_links(OAK) == []
    browser.post("/d/oak/schools/confirm", {"exact": exact, "sure": "yes"})

    links = waiting.decisions.school_links(OAK)
    assert [(link.school_id, link.platform_school_id, link.link) for link in links] == [("01", "P-100", "confirmed")]
    late = browser.post("/d/oak/schools/confirm", {"exact": exact, "sure": "yes"}).text
    assert texts.NO_EXACT_SCHOOLS in late


def test_a_decision_about_a_school_is_taken_back_and_the_school_waits_again(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    assert [link.school_id for link in delivered.decisions.school_links(OAK)] == ["01", "02"]
    form = {"school": "01", "decision": "take back", "was": _shown_decision(browser, "01")}

    asked = browser.post("/d/oak/schools/choose", form).text

    assert "Change a connected school?" in asked
    assert re.search(r"Up to \d+ teachers and students, and their guardians, keep their accounts as they are\.", asked)
    assert [link.school_id for link in delivered.decisions.school_links(OAK)] == ["01", "02"]
    said = browser.post("/d/oak/schools/choose", form | {"sure": "yes"}).text

    assert texts.TAKEN_BACK.format(school="01") in said
    assert [link.school_id for link in delivered.decisions.school_links(OAK)] == ["02"]
    assert [*delivered.decisions.link_decisions(OAK)] == ["02"]
    assert _log(delivered)[0] == ("school decision taken back", ADMIN)
    assert delivered.decisions.decided_since(0).keys() == {OAK}
    again = browser.post("/d/oak/schools/choose", form | {"was": ""}).text
    assert texts.NOT_DECIDED.format(school="01") in again
    shown = browser.get("/d/oak/schools/choose?school=01").text
    assert "Take the decision back" not in shown


def _take_back(browser: Browser, school: str) -> str:
    """Take the decision about a school back, as the page shows it now, and read what is said."""
    form = {"school": school, "decision": "take back", "sure": "yes", "was": _shown_decision(browser, school)}
    return browser.post("/d/oak/schools/choose", form).text


def test_a_school_whose_decision_was_taken_back_has_its_own_state_until_a_run_looks_for_proposals(
    world: World, delivered: Pages
) -> None:
    browser = delivered.browser(ADMIN)

    _take_back(browser, "01")

    assert ">taken back<" in browser.get("/d/oak/schools/choose?school=01").text
    listed = browser.get("/d/oak/schools?link=taken_back").text
    assert ">01<" in listed
    assert ">02<" not in listed
    assert "the decision was taken back; the next run looks for proposals" in listed
    assert ">01<" not in browser.get("/d/oak/schools?link=unknown").text
    (request,) = world.tick("decisions").run_requests or ()
    assert world.sync(request).success
    assert ">taken back<" not in browser.get("/d/oak/schools").text


def test_a_school_that_lost_its_platform_school_is_shown_as_taken_back_after_that(
    world: World, delivered: Pages
) -> None:
    delivered.decisions.import_schools(OAK, {"P-200": "Harbor Middle"})
    assert world.sync_again().success
    browser = delivered.browser(ADMIN)

    _take_back(browser, "01")

    assert ">taken back<" in browser.get("/d/oak/schools/choose?school=01").text


@pytest.mark.parametrize(
    ("word", "is_old", "errors"), [("synced", False, 0), ("synced_with_errors", False, 3), ("stale", True, 0)]
)
def test_a_school_that_waits_is_the_next_step_before_errors_and_old_files(
    delivered: Pages, word: str, is_old: bool, errors: int
) -> None:
    site = Site.of_settings()
    published, told = site.published, site.published.manifest(OAK)
    assert told is not None
    delivered.decisions.link_schools(OAK, [SchoolLink("03", None, "ignored")])
    tables = {name: pq.read_table(path) for name, path in published.files(told).items()}
    problems = {**told.problems, "error": errors}
    arrived_at = (datetime.now(UTC) - timedelta(days=120 if is_old else 0)).isoformat()
    taken = site.landing.arrival(OAK)
    assert taken is not None
    note = json.dumps({"fingerprint": taken.fingerprint, "at": arrived_at})
    site.landing.storage.write(f"{OAK}/{ARRIVAL}", note.encode())
    with duckdb.connect() as db:
        relations = {name: db.from_arrow(table) for name, table in tables.items()}
        published.publish(replace(told, problems=problems, arrived_at=arrived_at, waiting_schools=0), relations)
    browser = delivered.browser(ADMIN)
    assert f'class="status {word}"' in browser.get("/d/oak").text
    assert texts.NEXT[word][1] in browser.get("/d/oak").text

    _take_back(browser, "01")

    shown = browser.get("/d/oak").text
    assert f'class="status {word}"' in shown
    assert texts.NEXT_SCHOOLS[1] in shown
    assert '<a class="button" href="/d/oak/schools">Connect your schools</a>' in shown
    assert texts.NEXT[word][1] not in shown


def test_a_school_that_waits_is_the_next_step_once_all_held_changes_are_approved(
    world: World, delivered: Pages
) -> None:
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    _take_back(browser, "01")
    assert texts.NEXT["on_hold"][1] in browser.get("/d/oak").text
    shown = browser.get("/d/oak/holds").text
    kinds = re.findall(r'name="kind" value="([^"]+)"', shown)
    form = {name: browser.inputs[name] for name in ("hold_hash", "was")}

    browser.post("/d/oak/holds", {**form, "kind": kinds, "decision": "approve", "sure": "yes"})

    assert texts.NEXT_SCHOOLS[1] in browser.get("/d/oak").text


@pytest.mark.parametrize("decision", ["connect", "ignore", "take back"])
def test_each_decision_about_a_school_starts_a_run_and_the_pages_show_how_far_it_is(
    world: World, delivered: Pages, decision: str
) -> None:
    delivered.decisions.import_schools(OAK, {"P-100": "A", "P-200": "B", "P-300": "C"})
    assert world.sync_again().success
    world.tick("decisions")
    browser = delivered.browser(ADMIN)
    assert texts.RUN_USES not in browser.get("/d/oak/history").text
    platform = {"platform": "P-300"} if decision == "connect" else {}
    form = {"school": "01", "decision": decision, "sure": "yes", "was": _shown_decision(browser, "01"), **platform}

    browser.post("/d/oak/schools/choose", form)

    assert texts.RUN_USES in browser.get("/d/oak/history").text
    (request,) = world.tick("decisions").run_requests or ()
    assert request.partition_key == OAK


def test_a_form_about_a_school_that_is_old_or_does_not_say_what_it_showed_decides_nothing(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    was, links = _shown_decision(browser, "01"), delivered.decisions.school_links(OAK)
    for decision in ("connect", "ignore", "take back"):
        form = {"school": "01", "decision": decision, "sure": "yes", "platform": "P-200", "shared": "yes"}
        for old in ("", f"{was}0", "ignored\t"):
            said = browser.post("/d/oak/schools/choose", form | {"was": old}).text
            assert texts.DECIDED_MEANWHILE.format(school="01") in said
        missing = browser.post("/d/oak/schools/choose", form)
        assert (missing.status, texts.FORM_EXPIRED in missing.text) == (403, True)
    assert delivered.decisions.school_links(OAK) == links


def test_a_form_about_held_changes_that_does_not_say_what_it_showed_decides_nothing(
    world: World, delivered: Pages
) -> None:
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/holds")
    shown = browser.inputs["hold_hash"]
    form = {"hold_hash": shown, "kind": ["students"], "why": "Wrong file", "sure": "yes"}

    for decision in ("approve", "refuse", "refuse all"):
        missing = browser.post("/d/oak/holds", form | {"decision": decision})
        assert (missing.status, texts.FORM_EXPIRED in missing.text) == (403, True)

    assert delivered.decisions.decisions_about(OAK, shown) == ""


def test_a_school_whose_platform_school_is_gone_is_not_connected(delivered: Pages) -> None:
    delivered.decisions.import_schools(OAK, {"P-200": "Harbor Middle"})
    browser = delivered.browser(ADMIN)

    shown = browser.get("/d/oak/schools?q=01").text

    assert "the platform no longer has the school" in shown
    assert ">no match<" in shown
    assert "Take the decision back" in browser.get("/d/oak/schools/choose?school=01").text


def test_a_connected_school_is_connected_to_another_after_a_page_with_its_people(delivered: Pages) -> None:
    delivered.decisions.import_schools(OAK, {"P-100": "A", "P-200": "B", "P-300": "C"})
    browser = delivered.browser(ADMIN)
    other = {"school": "01", "platform": "P-300", "was": _shown_decision(browser, "01")}

    asked = browser.post("/d/oak/schools/choose", other).text

    assert re.search(r"Up to \d+ teachers and students, and their guardians, move to the platform school P-300", asked)
    assert [link.platform_school_id for link in delivered.decisions.school_links(OAK)] == ["P-100", "P-200"]
    browser.post("/d/oak/schools/choose", other | {"sure": "yes"})
    assert [link.platform_school_id for link in delivered.decisions.school_links(OAK)] == ["P-300", "P-200"]


def test_a_school_that_is_connected_already_is_not_connected_again(delivered: Pages) -> None:
    browser, before = delivered.browser(ADMIN), len(delivered.decisions.log(OAK))
    form = {"school": "01", "platform": "P-100", "decision": "connect", "was": _shown_decision(browser, "01")}

    answer = browser.post("/d/oak/schools/choose", form)

    assert texts.CONNECTED_SO.format(school="01", platform="P-100") in answer.text
    assert len(delivered.decisions.log(OAK)) == before


def test_the_number_of_people_has_the_right_noun() -> None:
    assert [schools._teachers_and_students(people) for people in (0, 1, 2, 4_000)] == [
        "0 teachers and students",
        "1 teacher or student",
        "2 teachers and students",
        "4,000 teachers and students",
    ]


@pytest.mark.parametrize("school", ["", "school=01&"])
def test_a_number_beyond_the_last_page_shows_the_last_page(
    world: World, delivered: Pages, monkeypatch: pytest.MonkeyPatch, school: str
) -> None:
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    for module in (holds, history):
        monkeypatch.setattr(module, "PAGE", 2)
    for path in (f"/d/oak/holds/list?{school}", "/d/oak/history?"):
        beyond = browser.get(f"{path}page=9999").text
        (last,) = map(int, re.findall(r"Page (\d+)\n", beyond))
        assert last > 1
        assert _table_of(beyond) == _table_of(browser.get(f"{path}page={last}").text)
        assert ">Next<" not in beyond
        assert ">Older<" not in beyond
        assert f"page={last - 1}" in beyond


def _table_of(text: str) -> str:
    return text.split("<tbody>")[1].split("</tbody>")[0]


def test_a_platform_school_that_another_school_feeds_is_confirmed_where_it_was_chosen(delivered: Pages) -> None:
    delivered.decisions.import_schools(OAK, {"P-100": "A", "P-200": "B", "P-300": "C"})
    browser = delivered.browser(ADMIN)
    other = {"school": "01", "platform": "P-200", "decision": "connect", "was": _shown_decision(browser, "01")}

    asked = browser.post("/d/oak/schools/choose", other).text

    assert "feeds this platform school already. If both are right, tick the box below." in asked
    assert re.findall(r'name="platform" value="([^"]+)" checked', asked) == ["P-200"]
    assert 'name="shared" value="yes" aria-describedby="shared-says" autofocus' in asked
    assert [link.platform_school_id for link in delivered.decisions.school_links(OAK)] == ["P-100", "P-200"]
    browser.post("/d/oak/schools/choose", other | {"shared": "yes", "sure": "yes"})
    assert [link.platform_school_id for link in delivered.decisions.school_links(OAK)] == ["P-200", "P-200"]


def test_a_platform_school_is_found_by_a_word_of_its_name(waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)

    found = browser.get("/d/oak/schools/choose?school=01&q=harbor").text

    assert re.findall(r'type="radio" name="platform" value="([^"]+)"', found) == ["P-200"]
    assert "No school of the platform is like this" in browser.get("/d/oak/schools/choose?school=01&q=xyz").text
    assert page_texts.UNKNOWN_SCHOOL in browser.get("/d/oak/schools/choose?school=none").text


PROPOSED_SCHOOLS: Final = """
    select
        id as school_id, "name" as school_name, 'proposed' as link, platform as platform_school_id,
        "name" as platform_school_name, reason, score, 9 as people
    from (values
        ('01', 'Bay Cove', 'P1', 'same name', 0.99),
        ('02', 'Elm St', 'P2', 'similar name, written otherwise', 0.83)
    ) as found (id, "name", platform, reason, score)
"""


def test_what_is_held_is_decided_about_as_it_was_shown(world: World, delivered: Pages) -> None:
    pages = delivered
    assert world.deliver(last_student_alone()).success
    browser = pages.browser(ADMIN)

    shown = browser.get("/d/oak/holds").text
    (shown_hash,) = re.findall(r'name="hold_hash" value="([^"]+)"', shown)
    kinds = re.findall(r'name="kind" value="([^"]+)"', shown)
    assert "students" in kinds
    assert "students are not in your files any more" in shown
    assert re.search(r"If you approve:</strong> \d+ accounts", shown)
    listed = browser.get("/d/oak/holds/list?school=01").text
    assert "Noa Dubois" in listed
    assert "Theo Park" not in listed
    rows = list(csv.DictReader(io.StringIO(browser.get("/d/oak/holds.csv").text.removeprefix("\ufeff"))))
    students = {row["person_id"] for row in rows if row["kind"] == "accounts" and row["role"] == "student"}
    assert students == {"S1", "S2", "S3", "S4"}
    assert "remove" in {row["action"] for row in rows}
    assert {"accounts", "class_memberships", "guardianships", "school_members"} <= {row["kind"] for row in rows}
    assert any(row["contact"] for row in rows if row["kind"] == "contact_points")
    browser.post("/d/oak/holds", {"hold_hash": "0" * 64, "kind": kinds, "decision": "approve", "was": ""})
    assert pages.decisions.approved_kinds(OAK, shown_hash) == []
    none = {"hold_hash": shown_hash, "was": _shown_decisions(browser)}
    assert texts.NOTHING_CHOSEN in browser.post("/d/oak/holds", none | {"decision": "approve"}).text

    assert texts.NO_REASON in browser.post("/d/oak/holds", none | {"decision": "refuse all"}).text
    asked = {**none, "kind": ["students"], "decision": "approve"}
    before = browser.post("/d/oak/holds", asked).text
    assert "Approve this?" in before
    assert re.search(r"\d+ accounts", before)
    assert pages.decisions.approved_kinds(OAK, shown_hash) == []
    changed = {**asked, "sure": "yes", "was": "approved classes"}
    assert texts.HOLD_DECIDED_MEANWHILE in browser.post("/d/oak/holds", changed).text
    assert pages.decisions.approved_kinds(OAK, shown_hash) == []
    browser.post("/d/oak/holds", {**asked, "sure": "yes"})
    assert pages.decisions.approved_kinds(OAK, shown_hash) == ["students"]
    others = [kind for kind in kinds if kind != "students"]
    together = browser.post("/d/oak/holds", {**asked, "was": _shown_decisions(browser), "kind": others[:1]}).text
    assert "With it goes what was approved before: students." in together
    wrong = {"hold_hash": shown_hash, "why": "Wrong file", "was": _shown_decisions(browser)}
    assert texts.NOTHING_CHOSEN in browser.post("/d/oak/holds", {**wrong, "decision": "refuse"}).text
    said = browser.post("/d/oak/holds", {**wrong, "decision": "refuse", "kind": others[:1]}).text
    assert said.count("Wrong file") == 1
    assert pages.decisions.refusals(OAK, shown_hash).keys() == {others[0]}
    assert pages.decisions.approved_kinds(OAK, shown_hash) == ["students"]
    browser.post("/d/oak/holds", {**wrong, "decision": "refuse all", "was": _shown_decisions(browser)})
    assert pages.decisions.approved_kinds(OAK, shown_hash) == []
    refusal = pages.decisions.refusal(OAK, shown_hash)
    assert refusal is not None
    assert (refusal.why, refusal.refused_by) == ("Wrong file", ADMIN)


def test_what_is_approved_already_is_not_told_as_the_effect_of_another_kind(world: World, delivered: Pages) -> None:
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    shown = browser.get("/d/oak/holds").text
    (shown_hash,) = re.findall(r'name="hold_hash" value="([^"]+)"', shown)
    (everything,) = re.findall(r"If you approve everything:</strong> (\d+) accounts", shown)
    asked = {"hold_hash": shown_hash, "kind": ["students"], "decision": "approve", "was": _shown_decisions(browser)}

    browser.post("/d/oak/holds", {**asked, "sure": "yes"})

    assert delivered.decisions.approved_kinds(OAK, shown_hash) == ["students"]
    articles = re.findall("<article.*?</article>", browser.get("/d/oak/holds").text, re.DOTALL)
    effects = [re.findall(r"(\d+) accounts", article) for article in articles]
    assert len(effects) > 1
    assert 0 < sum(int(count) for counts in effects for count in counts) <= int(everything)


def test_an_approval_without_effect_says_that_nothing_changes_yet_and_what_else_to_approve(
    world: World, delivered: Pages
) -> None:
    assert world.deliver(last_student_alone()).success
    held = Site.of_settings().holds(ADMIN).held(OAK)
    kind = next(kind for kind in held.kinds if not held.goes([kind]))
    lacking = held.lacking([kind])
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/holds")
    asked = {"hold_hash": str(held.hold_hash), "kind": [kind], "decision": "approve"}

    said = browser.post("/d/oak/holds", {**asked, "was": browser.inputs["was"], "sure": "yes"}).text

    needs = texts.NOTHING_ALONE.format(others=" and ".join(texts.HELD[other][0].lower() for other in lacking))
    approved = texts.HELD[kind][0].lower()
    assert texts.HOLDS_APPROVED.format(kinds=approved, effect=needs) in html.unescape(said)
    assert texts.NEXT_RUN_CHANGES[""] not in said
    also = {**asked, "kind": lacking, "was": browser.inputs["was"], "sure": "yes"}
    assert texts.NEXT_RUN_CHANGES[""] in browser.post("/d/oak/holds", also).text


def test_after_an_undo_the_overview_lists_no_removals_that_wait(world: World, delivered: Pages) -> None:
    files = last_student_alone()
    assert world.deliver({**files, "classes.csv": files["classes.csv"].replace(b"Algebra", b"Geometry")}).success
    browser, operator = delivered.browser(ADMIN), delivered.browser(OPERATOR)
    assert 'href="/d/oak/holds"' in browser.get("/d/oak").text.split("<main")[1]
    shown = operator.post("/d/oak/operate/undo", {"delivery": "2"}).text
    (plan,) = re.findall(r'name="plan" value="([^"]+)"', shown)

    operator.post("/d/oak/operate/undo", {"delivery": "2", "plan": plan})

    assert 'href="/d/oak/holds"' not in browser.get("/d/oak").text.split("<main")[1]


def test_each_way_to_upload_names_the_folder_from_the_root_because_a_login_begins_within_it() -> None:
    for way in (page_texts.BY_WINSCP, page_texts.BY_FILEZILLA, page_texts.BY_COMMAND, page_texts.BY_EXPORT):
        assert "/upload`" in way
        assert not re.search(r"[` ]upload`", way)


def _shown_decisions(browser: Browser) -> str:
    """The mark of the decisions that the page of waiting changes shows now."""
    (was,) = re.findall(r'name="was" value="([^"]*)"', browser.get("/d/oak/holds").text)
    return str(was)


def test_a_page_from_before_a_refusal_approves_nothing_and_the_fresh_page_may(world: World, delivered: Pages) -> None:
    assert world.deliver(last_student_alone()).success
    browser, colleague, store = delivered.browser(ADMIN), delivered.browser(OPERATOR), delivered.decisions
    (shown_hash,) = re.findall(r'name="hold_hash" value="([^"]+)"', browser.get("/d/oak/holds").text)
    asked = {"hold_hash": shown_hash, "kind": ["students"], "decision": "approve", "was": browser.inputs["was"]}
    assert "Approve this?" in browser.post("/d/oak/holds", asked).text
    colleague.get("/d/oak/holds")
    refusal = {"hold_hash": shown_hash, "why": "Wrong file", "decision": "refuse all", "was": colleague.inputs["was"]}
    colleague.post("/d/oak/holds", refusal)
    refused = store.refusals(OAK, shown_hash)
    assert "students" in refused

    for late in (asked, asked | {"sure": "yes"}, asked | {"decision": "refuse", "why": "Another reason"}):
        said = browser.post("/d/oak/holds", late).text
        assert texts.HOLD_DECIDED_MEANWHILE in said
        assert re.search(rf"Look at it again. Refused by {OPERATOR} on [^<]*: Wrong file", said)
        assert (store.refusals(OAK, shown_hash), store.approved_kinds(OAK, shown_hash)) == (refused, [])

    fresh = asked | {"was": _shown_decisions(browser)}
    assert "Approve this?" in browser.post("/d/oak/holds", fresh).text
    browser.post("/d/oak/holds", fresh | {"sure": "yes"})
    assert store.approved_kinds(OAK, shown_hash) == ["students"]
    assert "students" not in store.refusals(OAK, shown_hash)


def test_the_overview_asks_for_other_files_when_all_that_waits_is_refused(world: World, delivered: Pages) -> None:
    delivered.decisions.link_schools(OAK, [SchoolLink("03", None, "ignored")])
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    assert texts.NEXT["on_hold"][1] in browser.get("/d/oak").text
    shown = browser.get("/d/oak/holds").text
    (shown_hash,) = re.findall(r'name="hold_hash" value="([^"]+)"', shown)
    kinds = re.findall(r'name="kind" value="([^"]+)"', shown)
    refused = {"hold_hash": shown_hash, "why": "Wrong file", "decision": "refuse", "was": browser.inputs["was"]}

    browser.post("/d/oak/holds", {**refused, "kind": kinds[:1]})
    assert texts.NEXT["on_hold"][1] in browser.get("/d/oak").text
    browser.post("/d/oak/holds", {**refused, "decision": "refuse all", "was": _shown_decisions(browser)})
    assert texts.NEXT_REFUSED[1] in browser.get("/d/oak").text

    assert kinds == sorted(kinds, key=[*texts.HELD].index)
    assert kinds[0] == "students"
    approved = {**refused, "kind": kinds, "decision": "approve", "sure": "yes", "was": _shown_decisions(browser)}
    browser.post("/d/oak/holds", approved)
    assert texts.NEXT_DECIDED[1] in browser.get("/d/oak").text
    assert "If you approve" not in browser.get("/d/oak/holds").text


def test_the_likeness_of_a_school_is_told_of_similar_names_alone(pages: Pages) -> None:
    pages.decisions.import_schools(OAK, {"P1": "Bay Cove", "P2": "Elm Street"})
    with duckdb.connect() as db:
        schools = db.sql(PROPOSED_SCHOOLS)
        manifest = Manifest(OAK, "d1", "2026-01-01T00:00:00+00:00", waiting_schools=2)
        Site.of_settings().published.publish(manifest, {"schools": schools})

    shown = pages.browser(ADMIN).get("/d/oak/schools").text

    assert "<small>same name</small>" in shown
    assert "<small>similar name, written otherwise, 83 % alike</small>" in shown


def test_problems_are_new_still_there_or_fixed_since_the_upload_before(world: World, delivered: Pages) -> None:
    browser, files = delivered.browser(ADMIN), scenario("clean")
    without_name = {
        student: re.sub(rb"(,%s),[^,]*," % student, rb"\1,,", files["students.csv"], count=1)
        for student in (b"S1", b"S2")
    }
    both = re.sub(rb"(,S2),[^,]*,", rb"\1,,", without_name[b"S1"], count=1)

    def since() -> dict[str, str]:
        shown = browser.get("/d/oak/problems").text
        return dict(re.findall(r"<dt>(New|Still there|Fixed)[^<]*</dt><dd>(\d+)</dd>", shown))

    for students, expected in (
        (without_name[b"S1"], {"New": "1", "Still there": "0", "Fixed": "0"}),
        (both, {"New": "1", "Still there": "1", "Fixed": "0"}),
        (without_name[b"S2"], {"New": "0", "Still there": "1", "Fixed": "1"}),
    ):
        assert world.deliver({**files, "students.csv": students}).success
        assert since() == expected


def test_a_cell_that_a_spreadsheet_would_run_is_text_in_the_download(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    header, first, *_ = files["students.csv"].decode().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("grade")] = "=1+1"
    world.deliver({**files, "students.csv": f"{header}\n{','.join(cells)}\n".encode()})
    browser = delivered.browser(ADMIN)

    answer = browser.get("/d/oak/problems.csv")

    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert "'=1+1" in {row["value"] for row in rows}
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    shown = browser.get("/d/oak/problems").text
    assert "grade" in shown
    assert "an apostrophe stands before a text" in shown

    # Exactly the rows to fix, per group and for all; by school and by file; and what is new.
    group = "file=students.csv&code=invalid_grade"
    assert group.replace("&", "&amp;") in shown
    (row,) = csv.DictReader(io.StringIO(browser.get(f"/d/oak/problems/rows.csv?{group}").text.removeprefix("\ufeff")))
    assert (row["line"], row["student_id"], row["grade"]) == ("2", cells[1], "'=1+1")
    assert ">=1+1</td>" in browser.get(f"/d/oak/problems/rows?{group}").text
    for other in (
        "file=students.csv&code=missing_value",
        "file=../../x&code=invalid_grade",
        "file=students.csv&code=*",
    ):
        assert browser.get(f"/d/oak/problems/rows.csv?{other}").path == "/d/oak/problems"
        assert browser.get(f"/d/oak/problems/rows?{other}").path == "/d/oak/problems"
    of_school = browser.get("/d/oak/problems?school=01").text
    assert re.search(f"rows.csv[?]{group}&group=[0-9a-f]+&school=01".replace("&", "&amp;"), of_school)
    assert "'=1+1" in browser.get(f"/d/oak/problems/rows.csv?{group}&school=01").text
    assert "rows with this problem of this school" in browser.get(f"/d/oak/problems/rows?{group}&school=01").text
    for school in ("02", "-", "../01", "*"):
        assert browser.get(f"/d/oak/problems/rows.csv?{group}&school={school}").path == "/d/oak/problems"
    assert "grade" not in browser.get("/d/oak/problems?school=02").text.split("</form>")[-1]
    assert "grade" in browser.get("/d/oak/problems?school=01&file=students.csv").text.split("</form>")[-1]
    assert "=1+1" not in browser.get("/d/oak/problems.csv?file=classes.csv").text
    assert "1 new problem since the upload before" in shown
    assert browser.get("/d/oak/problems/report.zip").headers["Content-Type"] == "application/zip"


def test_rows_with_more_or_fewer_cells_than_the_header_are_shown_with_a_heading_over_each_cell(
    world: World, delivered: Pages
) -> None:
    files = scenario("clean")
    header, *_ = files["classes.csv"].decode().splitlines()
    columns = len(header.split(","))
    lines = [",".join(f"{sign}{n}" for n in range(cells)) for sign, cells in (("m", columns + 2), ("f", columns - 1))]
    world.deliver({**files, "classes.csv": files["classes.csv"] + "\n".join([*lines, ""]).encode()})
    browser, group = delivered.browser(ADMIN), "file=classes.csv&code=wrong_cell_count"

    shown = browser.get(f"/d/oak/problems/rows?{group}")

    assert shown.status == 200
    names = re.findall('<th scope="col">([^<]+)</th>', shown.text)
    assert names[-3:] == [header.split(",")[-1], "extra cell 1", "extra cell 2"]
    assert f'data-label="extra cell 2">m{columns + 1}</td>' in shown.text
    assert shown.text.count("<td ") == 2 * len(names)
    sent = list(csv.DictReader(io.StringIO(browser.get(f"/d/oak/problems/rows.csv?{group}").text)))
    assert (sent[0]["extra cell 1"], sent[0]["extra cell 2"]) == (f"m{columns}", f"m{columns + 1}")
    assert sent[1][header.split(",")[-2]] == f"f{columns - 2}"
    assert None not in sent[0]


def test_each_group_of_problems_opens_to_its_own_rows(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    header, *rows = files["teachers.csv"].decode().splitlines()
    without_name = b"01,T91,,Roe,roe@example.org,\n01,T92,,Poe,poe@example.org,\n"
    without_email = b"01,T93,Ann,Coe,,\n"
    elsewhere = b"1,T94,Bo,Doe,doe@example.org,\n77,T95,Cy,Foe,foe@example.org,\n"
    assert header.startswith("school_id,teacher_id,teacher_first_name,teacher_last_name,teacher_email")
    teachers = "\n".join([header, *rows, ""]).encode() + without_name + without_email + elsewhere
    world.deliver({**files, "teachers.csv": teachers})
    browser = delivered.browser(ADMIN)

    def opened(path: str) -> dict[str, list[str]]:
        """What is wrong, with the ids of the rows that each group of teachers opens to; the CSV has the same."""
        found = {}
        for link in dict.fromkeys(re.findall(r'rows([?]file=teachers[^"]+)"', browser.get(path).text)):
            shown = browser.get("/d/oak/problems/rows" + html.unescape(link)).text
            (message,) = re.findall("<p><strong>([^<]+)</strong></p>", shown)
            (fix,) = re.findall("<strong>Fix:</strong> ([^.]+)", shown)
            csv_link = html.unescape(re.findall(r'href="([^"]+rows[.]csv[^"]+)"', shown)[0])
            sent = csv.DictReader(io.StringIO(browser.get(csv_link).text.removeprefix("\ufeff")))
            found[f"{message} {fix}"] = ids = [row["teacher_id"] for row in sent]
            assert all(f">{one}</td>" in shown for one in ids)
            assert shown.count("<tr>") == 1 + len(ids)
        return found

    of_all = opened("/d/oak/problems")
    assert sorted(of_all.values()) == [["T91", "T92"], ["T93"], ["T94"], ["T95"]]
    assert of_all["The row has no teacher_email. Fill in teacher_email for this record"] == ["T93"]
    assert sorted(opened("/d/oak/problems?school=01").values()) == [["T91", "T92"], ["T93"]]
    gone = "/d/oak/problems/rows?file=teachers.csv&code=missing_value&group=000000000000"
    assert browser.get(gone).path == "/d/oak/problems"


def test_a_group_of_rows_that_contradict_others_shows_both_sides_and_each_row_once(
    world: World, delivered: Pages
) -> None:
    files = scenario("clean")
    people = [
        b"01,S91,Al,Roe,2016-01-01,1,,,Dee,Roe,dee@example.org,",
        b"02,S91,Al,Roe,2016-01-02,1,,,,,,",
        b"01,S91,Al,Roe,2016-01-03,1,,,Gil,Poe,Dee@example.org,",
    ]
    students = files["students.csv"] + b"\n".join(people) + b"\n"
    first = files["students.csv"].count(b"\n") + 1
    world.deliver({**files, "students.csv": students})
    browser = delivered.browser(ADMIN)

    for code, lines in (("conflicting_rows", (0, 2, 1)), ("contact_name_differs", (0, 2))):
        group = f"file=students.csv&code={code}"
        (link,) = {*re.findall(rf'rows([?]{group}[^"]+)"'.replace("&", "&amp;"), browser.get("/d/oak/problems").text)}
        shown = browser.get("/d/oak/problems/rows" + html.unescape(link)).text
        assert re.findall(r'data-label="line">(\d+)<', shown) == [str(first + line) for line in lines], code
        assert "This row is here to compare." in shown
        assert "<mark>2016-01-02</mark>" in shown or "<mark>Dee</mark>" in shown
        assert page_texts.MARKED_DIFFER in shown
        for asked in (html.unescape(link)[1:], group):
            sent = csv.DictReader(
                io.StringIO(browser.get(f"/d/oak/problems/rows.csv?{asked}").text.removeprefix("\ufeff"))
            )
            assert [int(row["line"]) - first for row in sent] == [*lines], (code, asked)


def test_the_errors_by_school_are_those_that_the_overview_counts_and_blockers_are_named(world: World) -> None:
    files = scenario("clean")
    teachers = files["teachers.csv"] + b"01,T91,,Roe,roe@example.org,\n"
    world.deliver({**files, "schools.csv": b"school_id\n01\n", "teachers.csv": teachers})
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        overview, problems = browser.get("/d/oak").text, browser.get("/d/oak/problems").text
        listed = browser.get("/d/oak/problems/schools").text

    options = re.findall(r"<option[^>]*>([^<]+ alerts?[)])</option>", problems)
    (errors,) = re.findall(r"<dt>Errors</dt><dd>(?:<a[^>]*>)?([0-9]+)", overview)
    assert sum(int(count) for option in options for count in re.findall("([0-9]+) error", option)) == int(errors)
    assert options[0].startswith("of no school (1 blocker, ")
    assert "<small>and 1 blocker</small>" in listed
    assert int(errors) > 0


def test_an_old_link_to_rows_that_are_no_longer_there_says_so(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    said = texts.ROWS_GONE.partition("{at}")[0]
    for link in ("rows", "rows.csv"):
        answer = browser.get(f"/d/oak/problems/{link}?file=students.csv&code=missing_value&group=000000000000")
        assert (answer.path, said in answer.text) == ("/d/oak/problems", True), link
        assert said not in browser.get("/d/oak/problems").text


def test_few_downloads_are_sent_at_a_time_and_each_gives_its_place_back(
    delivered: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_DOWNLOADS", places := threading.BoundedSemaphore(1))
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 0.01)
    browser = delivered.browser(ADMIN)
    for path in ("holds.csv", "problems.csv", "problems/report.zip", "problems/rows.csv"):
        assert browser.get(f"/d/oak/{path}").status == 200
        assert places.acquire(timeout=10)
        answer = browser.get(f"/d/oak/{path}")
        assert (answer.status, texts.BUSY in answer.text) == (503, True)
        places.release()


def test_the_history_tells_drops_deliveries_and_decisions(delivered: Pages) -> None:
    text = delivered.browser(ADMIN).get("/d/oak/history").text

    for event in ("Upload", "Delivered.", "Delivery 1", "School 01 connected to P-100", "Administrator added"):
        assert event in text
    assert re.search(r"\d+ added", text)
    assert not re.search("plan_hash|school_id|drop|[0-9a-f]{32}", text.replace(texts.FORM_EXPIRED, ""))
    assert "@" not in text.replace(ADMIN, "")


def test_the_report_of_each_run_is_read_and_downloaded_from_the_history(world: World, delivered: Pages) -> None:
    wrong = scenario("clean")
    wrong["students.csv"] = wrong["students.csv"].replace(b'"Li, Jr."', b"<b>")
    for files in (wrong, {**scenario("clean"), "students.csv": b"nothing"}):
        world.deliver(files)
    browser, other = delivered.browser(ADMIN), delivered.browser(OTHER)

    reports = re.findall(r'href="(/d/oak/history/report[?][^"]+)"', browser.get("/d/oak/history").text)
    assert len(dict.fromkeys(reports)) == 3
    blocked, changed, first = [browser.get(path) for path in dict.fromkeys(reports)]
    assert [answer.status for answer in (blocked, changed, first)] == [200] * 3
    assert all('<div class="report">\n<h1>' in answer.text for answer in (blocked, changed, first))
    assert len({answer.text for answer in (blocked, changed, first)}) == 3
    assert "<b>" not in changed.text
    assert "It stays as it was then." in changed.text
    for path in dict.fromkeys(reports):
        download = browser.get(path.replace("report?", "report.zip?"))
        assert download.headers["Content-Type"] == "application/zip"
        assert "report.md" in download.text
        assert other.get(path).status == 404
    assert browser.get("/d/oak/history/report?report=../../elm/manifest.json").path == "/d/oak/history"


def test_dates_are_in_the_time_zone_of_the_district(delivered: Pages) -> None:
    browser, operator = delivered.browser(ADMIN), delivered.browser(OPERATOR)
    for page in ("", "/sync", "/history"):
        assert re.search(r"[AP]M UTC", browser.get(f"/d/oak{page}").text), page
    operator.get("/d/oak/operate")
    assert (
        "is not a time zone" in operator.post("/d/oak/operate/settings", {"time_zone": "Arizona", "what": "save"}).text
    )
    operator.post("/d/oak/operate/settings", {**operator.inputs, "time_zone": "America/Phoenix", "what": "save"})
    for page in ("", "/sync", "/history"):
        shown = browser.get(f"/d/oak{page}").text
        assert re.search(r"[AP]M MST", shown), page
        assert not re.search(r"[AP]M UTC", shown), page


def test_every_decision_of_the_log_has_a_sentence_for_the_history() -> None:
    decided = Path(store.__file__).parent
    logged = r'(?:_log|record|_record_once|_set_disabled)\([a-z_.]+(?:, [A-Za-z_]+)?, "([a-z ]+)"'
    places = (*decided.glob("*.py"), decided.parent / "operations/forget.py")
    written = {what for path in places for what in re.findall(logged, path.read_text())}
    links_of_schools = {"school confirmed", "school ignored", links.BY_POLICY, links.TAKEN_BACK}
    assert len(written) > 10
    assert written | links_of_schools == {*texts.DECISIONS}


def test_while_the_first_run_is_under_way_no_page_asks_for_an_upload_and_each_says_what_comes_next(
    world: World,
) -> None:
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        assert texts.NEXT["waiting_for_files"][1] in browser.get("/d/oak").text
        with run_of_files(world):
            overview = browser.get("/d/oak").text
            assert texts.NEXT_FIRST_RUN[1] in overview
            assert "No complete upload has come yet" not in overview
            assert texts.NEXT["waiting_for_files"][1] not in overview
            assert 'href="/d/oak/progress"' in overview
            for page, says in (
                ("schools", page_texts.SCHOOLS_AFTER_RUN),
                ("problems", page_texts.PROBLEMS_AFTER_RUN),
                ("find", texts.RUN_FIRST),
            ):
                shown = browser.get(f"/d/oak/{page}").text
                assert says in shown, page
                assert texts.RUN_FIRST in shown, page
                assert "Upload" not in shown.split("<main")[1], page
            assert texts.FIND_AFTER_RUN in browser.post("/d/oak/find", {"record": "Lia"}).text
            assert texts.RUN_FIRST_THEN in browser.get("/d/oak/progress").text
        assert texts.NOTHING_READ_YET in browser.post("/d/oak/find", {"record": "Lia"}).text
        assert world.land().success is False
        world.upload(scenario("clean"))
        world.tick("drops")
        (request,) = world.tick("drops").run_requests or ()
        assert world.land(request).success
        assert texts.NEXT_UNREAD[1] in browser.get("/d/oak").text


def test_after_all_schools_are_decided_the_pages_say_that_a_run_uses_it_and_do_not_ask_again(waiting: Pages) -> None:
    browser, other = waiting.browser(ADMIN), waiting.browser(OPERATOR)
    assert "3 schools with" in browser.get("/d/oak").text
    browser.get("/d/oak/schools")
    for school in ("02", "03"):
        browser.post("/d/oak/schools/choose", {"school": school, "decision": "ignore", "was": ""})
    shown = browser.get("/d/oak").text
    assert texts.NEXT["waiting_for_schools"][1] in shown
    assert "1 school with 4 people" in shown

    browser.post("/d/oak/schools/choose", {"school": "01", "platform": "P-100", "was": ""})

    for one in (browser, other):
        shown = one.get("/d/oak").text
        assert texts.NEXT_DECIDED[1] in shown
        assert texts.NEXT["waiting_for_schools"][1] not in shown
        assert "school with" not in shown
        for page in ("", "/schools", "/problems", "/find"):
            assert texts.RUN_WAITS in one.get(f"/d/oak{page}").text, page


def test_the_history_tells_of_an_upload_whose_run_is_under_way(world: World) -> None:
    world.link("clean")
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    assert world.land(request).success
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        assert texts.OUTCOMES[RESULTS_LOST] in browser.get("/d/oak/history").text
        with run_of_files(world):
            assert texts.OUTCOMES["its run is under way"] in browser.get("/d/oak/history").text


def test_an_upload_that_put_nobody_on_the_platform_is_not_told_as_delivered(world: World, waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)
    shown = browser.get("/d/oak/history").text
    assert texts.OUTCOMES["delivered nobody"] in shown
    assert (texts.PUT_NOBODY in shown, texts.NO_CHANGE in shown) == (True, False)
    assert "Last delivery</dt><dd>–" in browser.get("/d/oak").text
    assert texts.OUTCOMES["delivered"] not in shown
    world.link("clean")

    assert world.sync().success

    assert texts.OUTCOMES["delivered"] in browser.get("/d/oak/history").text
    assert texts.OUTCOMES["delivered nobody"] not in browser.get("/d/oak/history").text


def test_a_delivery_that_changed_nothing_is_not_offered_to_be_undone(world: World, waiting: Pages) -> None:
    operator = waiting.browser(OPERATOR)
    shown = operator.get("/d/oak/history").text
    assert "Delivery 1" in shown
    assert "Undo" not in shown
    world.link("clean")

    assert world.sync().success

    assert re.findall(r'name="delivery" value="(\d+)"', operator.get("/d/oak/history").text) == ["2"]


def test_the_history_says_who_became_an_administrator_and_who_is_none_any_more(pages: Pages) -> None:
    pages.decisions.add_administrator(OAK, "new@example.org")
    browser = pages.browser(ADMIN)
    assert "Administrator added: new@example.org" in browser.get("/d/oak/history").text

    pages.decisions.remove_administrator(OAK, "new@example.org")

    shown = browser.get("/d/oak/history").text
    assert f"Administrator removed: {texts.FORMER_USER}" in shown
    assert f"Administrator added: {ADMIN}" in shown


def test_a_report_tells_its_time_in_the_zone_of_the_district_on_the_pages_and_as_a_file(
    world: World, delivered: Pages
) -> None:
    delivered.decisions.set_district(OAK, {"time_zone": "America/Phoenix"})
    for files in (last_student_alone(), {**scenario("clean"), "students.csv": b"nothing"}):
        world.deliver(files)
        browser = delivered.browser(ADMIN)

        path, *_ = re.findall(r'href="(/d/oak/history/report[?][^"]+)"', browser.get("/d/oak/history").text)

        report = settings.home().published.local_folder(f"oak/{world.manifest.report}")
        for shown in (browser.get(path).text, (report / "report.md").read_text()):
            assert re.search(r"Taken [A-Z][a-z]+ \d+, \d{4}, \d+:\d\d [AP]M MST[.]", shown)
            assert "UTC" not in shown


def test_a_district_that_never_uploaded_is_not_promised_a_run(pages: Pages) -> None:
    operator = pages.browser(OPERATOR)
    operator.get("/d/oak/operate")

    for path, form, says in (
        ("run", {}, texts.RUN_NEEDS_FILES),
        ("settings", {"time_zone": "America/Phoenix", "what": "save"}, texts.SAVED),
        ("pause", {"what": "nothing", "was": ""}, texts.RESUMED),
    ):
        shown = operator.post(f"/d/oak/operate/{path}", form).text
        assert says in shown, path
        assert "few minutes" not in shown, path


def test_the_overview_asks_again_by_itself_only_while_a_run_is_under_way(world: World, delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    assert "http-equiv" not in browser.get("/d/oak").text

    with run_of_files(world):
        shown = browser.get("/d/oak").text
        assert '<noscript><meta http-equiv="refresh"' in shown
        assert 'data-then="reload"' in shown
        assert "A run has been under way since" in shown or texts.RUN_QUEUED.partition("{at}")[0] in shown

    shown = browser.get("/d/oak").text
    assert "http-equiv" not in shown
    assert 'id="progress"' not in shown


def _next_step(browser: Browser) -> str:
    """What the overview says to do next."""
    return browser.get("/d/oak").text.split('id="next"')[1].split("</section>")[0]


def _fail_run(world: World, acts: Acts = Acts.US) -> None:
    """A run of the district that fails at once."""
    job = world.code.resolve_job_def("sync")
    run = world.instance.create_run_for_job(job, tags={"dagster/partition": OAK})
    tag_run(world.instance, run, Outcome.FAILED, acts)
    world.instance.report_run_failed(run, "The code was out of reach.")


def test_after_a_run_that_failed_the_overview_and_the_list_say_that_we_must_act(world: World, delivered: Pages) -> None:
    browser, operator = delivered.browser(ADMIN), delivered.browser(OPERATOR)
    before = _next_step(browser)
    in_list, failed = page_texts.LAST_RUN_FAILED.partition("{at}")[0], texts.NEXT_FAILED.partition("{at}")[0]
    _fail_run(world, Acts.DISTRICT)
    assert "We correct this" not in browser.get("/d/oak").text
    assert in_list not in operator.get("/").text

    world.store.ask_for_run(OAK)
    time.sleep(1)  # Dagster may keep whole seconds
    _fail_run(world)
    overview = browser.get("/d/oak").text
    assert failed in overview
    assert texts.RUN_FAILED.partition("{at}")[0] in overview
    assert texts.RUN_WAITS not in overview
    assert texts.RUN_WAITS not in browser.get("/d/oak/problems").text
    assert in_list in operator.get("/").text
    with run_of_files(world):
        shown = browser.get("/d/oak").text
        assert texts.NEXT_TRIED_AGAIN[1] in shown
        assert failed not in shown
        assert in_list in operator.get("/").text

    assert world.sync_again().success
    assert _next_step(browser) == before
    assert in_list not in operator.get("/").text


def test_the_list_shows_the_districts_whose_last_run_failed_and_how_many(world: World, delivered: Pages) -> None:
    operator, option = delivered.browser(OPERATOR), 'value="failed"'
    assert option not in operator.get("/").text
    assert page_texts.NO_SUCH_DISTRICTS in operator.get("/?status=failed").text

    _fail_run(world)

    every, failed = operator.get("/").text, operator.get("/?status=failed").text
    words = page_texts.WITH_FAILED_RUN.format(count=1)
    assert f"<option {option}>{words}</option>" in every
    assert f"<option {option} selected>{words}</option>" in failed
    assert ('href="/d/elm"' in every, 'href="/d/elm"' in failed, 'href="/d/oak"' in failed) == (True, False, True)
    assert page_texts.NO_SUCH_DISTRICTS in operator.get("/?status=failed&q=elm").text
    assert WITH_FAILED_RUN not in {*Status}


def test_after_a_first_run_that_failed_the_overview_asks_for_no_upload(world: World) -> None:
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        _fail_run(world)
        shown = pages.browser(ADMIN).get("/d/oak").text
        assert texts.NEXT_FAILED.partition("{at}")[0] in shown
        assert texts.NEXT["waiting_for_files"][1] not in shown
        assert texts.UPLOAD_NOT_READ in shown


def test_if_the_last_upload_was_not_taken_because_of_us_the_district_has_nothing_to_do(pages: Pages) -> None:
    landing, browser = LandingStore(settings.home().landed), pages.browser(ADMIN)

    for acts, has_to_upload in (("us", False), ("nobody", False), ("district", True)):
        landing.note_failure(OAK, FailedLanding("Our disk is full.", acts))
        shown = browser.get("/d/oak").text
        next_step, rest = shown.split('id="next"')[1].split("</section>")
        assert texts.NEXT_UNTAKEN[acts][1] in next_step
        assert ("/d/oak/sync" in next_step) == has_to_upload
        assert rest.count("Our disk is full.") == has_to_upload
        assert "An upload has come, but it could not be taken." in rest


def test_a_cause_on_our_side_is_told_to_operators_and_not_to_the_district(pages: Pages) -> None:
    landing, browsers = LandingStore(settings.home().landed), (pages.browser(ADMIN), pages.browser(OPERATOR))
    cause = "FileExistsError in our own code, at pathlib.py:1116."

    for acts, has_cause in (("us", (False, True)), ("nobody", (False, True)), ("district", (True, True))):
        landing.note_failure(OAK, FailedLanding(cause, acts))
        shown = tuple(cause in browser.get("/d/oak").text for browser in browsers)
        assert shown == has_cause, acts
    landing.note_failure(OAK, FailedLanding(cause, "us"))
    pages.decisions.add_administrator(ELM, ADMIN)  # whoever has two districts sees the list of them
    listed = pages.browser(ADMIN).get("/").text
    assert "An upload has come, but it could not be taken." in listed
    assert cause not in listed


def test_after_a_later_upload_that_was_not_taken_or_read_the_next_step_is_about_that_one(
    world: World, delivered: Pages, tmp_path: Path
) -> None:
    browser, landing = delivered.browser(ADMIN), LandingStore(settings.home().landed)
    landing.note_failure(OAK, FailedLanding("Our disk is full.", "us"))
    shown = browser.get("/d/oak").text
    assert texts.NEXT_UNTAKEN["us"][1] in shown
    assert shown.count("An upload has come, but it could not be taken.") == 1

    folder = tmp_path / "later"
    folder.mkdir()
    for name, content in last_student_alone().items():
        (folder / name).write_bytes(content)
    land_folder(landing, OAK, folder)  # as a run that crashes afterwards does
    shown = browser.get("/d/oak").text
    assert texts.NEXT_UNREAD_LATER[1] in shown
    assert "An upload has come, but it could not be taken." not in shown
    with run_of_files(world):
        assert texts.NEXT_READ_NOW[1] in browser.get("/d/oak").text


def test_few_emails_that_two_people_exchange_wait_with_the_reason_that_rows_may_be_mixed_up(
    world: World, delivered: Pages
) -> None:
    files = scenario("clean")
    emails = {b"ana.ortiz@harbor.example.org": b"ben@harbor.example.org"}
    either = re.compile(b"|".join([*emails, *emails.values()]), re.IGNORECASE)
    other_way = {new: old for old, new in emails.items()}
    teachers = either.sub(lambda found: (emails | other_way)[found[0].lower()], files["teachers.csv"])
    world.deliver({**files, "teachers.csv": teachers})

    shown = html.unescape(delivered.browser(ADMIN).get("/d/oak/holds").text)

    assert texts.HELD["contact points"][0] in shown
    assert texts.HELD_EXCHANGED in shown
    assert texts.HELD_HALF not in shown
    assert texts.HELD_LIMIT.split("{")[0] not in shown


def test_guardians_who_would_come_to_other_families_wait_with_a_sentence_that_removes_nobody(
    world: World, delivered: Pages
) -> None:
    files = scenario("clean")
    chloe = b"Chloe,Dubois,chloe@harbor.example.org,"
    students = files["students.csv"].replace(b"212 555 0160,,,,", b"212 555 0160," + chloe)
    world.deliver({**files, "students.csv": students + b"01,S1,Lia,Park,2016-03-09,5,,," + chloe + b"\n"})

    shown = html.unescape(delivered.browser(ADMIN).get("/d/oak/holds").text)

    assert texts.HELD_NEW_GUARDIANS in shown
    assert texts.HELD_HALF_OR_EXCHANGED in shown
    assert "0 of " not in shown


def test_values_of_two_shapes_with_one_remedy_are_one_group_with_all_its_rows(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    phones = [b"555", b"12", b"call me"]
    rows = [b"01,S8%d,Al,Roe%d,2016-01-01,1,,%s,,,," % (n, n, phone) for n, phone in enumerate(phones)]
    assert world.deliver({**files, "students.csv": files["students.csv"] + b"\n".join(rows) + b"\n"}).success
    browser = delivered.browser(ADMIN)

    shown = browser.get("/d/oak/problems").text

    links = re.findall(r'rows([?]file=students[.]csv&amp;code=invalid_phone[^"]+)"', shown)
    assert len(links) == len({*links})
    opened = [browser.get("/d/oak/problems/rows" + html.unescape(link)).text.count("<tr>") - 1 for link in links]
    assert sum(opened) == len(phones)
    assert sum(map(int, re.findall(r"students.csv, student_phone <small>(\d+) row", shown))) == len(phones)


PAGES_OF_RESULTS: Final = (
    *("problems", "problems/schools", "problems/rows?file=students.csv&code=invalid_email", "problems.csv"),
    *("problems/rows.csv?file=students.csv&code=invalid_email", "problems/report.zip"),
    *("schools", "schools/choose?school=1", "holds", "holds/list", "holds.csv", "find"),
)
"""The pages about what the last run published."""


def test_after_a_student_was_forgotten_no_page_of_results_says_that_no_files_have_come(
    world: World, delivered: Pages
) -> None:
    browser = delivered.browser(ADMIN)
    Published(settings.home().published, register=world.store).delete_results(OAK)  # so does forgetting

    for path in PAGES_OF_RESULTS:
        shown = browser.get(f"/d/oak/{path}")
        assert (shown.status, texts.RESULTS_LOST in shown.text) == (503, True), path


def test_files_that_no_run_has_read_are_not_told_as_no_files(world: World, tmp_path: Path) -> None:
    for name, content in scenario("clean").items():
        (tmp_path / name).write_bytes(content)
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        browser = pages.browser(ADMIN)
        land_folder(LandingStore(settings.home().landed), OAK, tmp_path)
        for path in PAGES_OF_RESULTS:
            shown = browser.get(f"/d/oak/{path}")
            assert (shown.status, texts.FILES_WITHOUT_RESULTS in shown.text) == (503, True), path


def test_if_only_files_of_the_results_are_missing_each_page_says_so_and_the_next_run_makes_them(
    world: World, delivered: Pages
) -> None:
    browser, operator = delivered.browser(ADMIN), delivered.browser(OPERATOR)
    for folder in (Path(settings.home().published.place) / OAK).iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)

    for path in ("", *PAGES_OF_RESULTS[:7], "holds"):  # the manifest says that the list of held changes is empty
        shown = browser.get(f"/d/oak/{path}".rstrip("/"))
        assert (shown.status, texts.RESULTS_LOST in shown.text) == (503, True), path
    assert browser.get("/d/oak/history").status == 200
    forms = {
        "find": {"record": "Lia"},
        "holds": {"hold_hash": "abcdef", "decision": "approve", "kind": "students", "was": ""},
    }
    for path, form in forms.items():
        asked = browser.post(f"/d/oak/{path}", form)
        assert (asked.status, texts.RESULTS_LOST in asked.text) == (503, True), path
    operator.get("/d/oak/operate")
    tried = operator.post("/d/oak/operate/settings", {**operator.inputs, "what": "try"})
    assert (tried.status, texts.RESULTS_LOST in tried.text) == (503, True)
    assert world.sync_again().success
    for path in ("", "problems", "schools", "holds", "find"):
        assert browser.get(f"/d/oak/{path}".rstrip("/")).status == 200, path


def test_where_the_last_results_are_missing_no_page_says_that_there_is_nothing(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    shutil.rmtree(settings.home().published.place)

    for path in PAGES_OF_RESULTS:
        shown = browser.get(f"/d/oak/{path}")
        assert (shown.status, texts.RESULTS_LOST in shown.text) == (503, True), path
    overview = browser.get("/d/oak").text
    assert overview.count(page_texts.NOT_KNOWN) == 3  # errors, alerts, and what waits
    assert "unpublished" in delivered.browser(OPERATOR).get("/").text
