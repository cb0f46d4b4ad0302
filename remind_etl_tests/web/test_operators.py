"""What operators do to a district in the browser: pause it, run it again, set its limits, undo a delivery."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.decided.store import DecisionStore, District
from remind_etl.decided.tables import DISTRICTS
from remind_etl.orchestration import nightly
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.published.store import Published
from remind_etl.schema.limits import NAMES
from remind_etl.web.app import create_app
from remind_etl.web.rendering import MARK
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.browser import Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, SECRET, Pages, pages_of_world, start_daemon
from remind_etl_tests.worlds import World, scenario


def _pause(browser: Browser, what: str) -> str:
    """Choose a pause on a fresh page for operators."""
    browser.get("/d/oak/operate")
    return browser.post("/d/oak/operate/pause", {"was": browser.inputs["was"], "what": what}).text


def _change(browser: Browser, what: str = "save", **values: str) -> str:
    """Send all settings of a page that was shown, with these values changed; and what the answer says."""
    return html.unescape(browser.post("/d/oak/operate/settings", {**browser.inputs, **values, "what": what}).text)


def test_an_operator_pauses_a_district_and_ends_the_pause(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)
    browser.get("/d/oak/operate")
    assert texts.NOTHING_CHOSEN in browser.post("/d/oak/operate/pause").text

    assert texts.PAUSED_BUT_ADDITIONS in _pause(browser, "adds_only")

    pause = pages.decisions.pause_of(OAK, datetime.now(UTC))
    assert pause is not None
    assert (pause.what, pause.paused_by) == ("adds_only", OPERATOR)
    assert "For operators" not in pages.browser(ADMIN).get("/d/oak").text
    assert "paused all but additions" in browser.get("/d/oak/operate").text
    assert texts.RESUMED in _pause(browser, "nothing")
    assert pages.decisions.pause_of(OAK, datetime.now(UTC)) is None


def test_the_list_of_districts_shows_a_decision_of_an_operator_at_once(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)

    for what, is_paused in (("all", True), ("nothing", False)):
        _pause(browser, what)
        assert ('<span class="status paused">' in browser.get("/").text) == is_paused


def test_the_names_of_settings_that_somebody_else_changed_are_those_of_the_refusal(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale, other = pages.browser(OPERATOR), pages.browser(OPERATOR)
    stale.get("/d/oak/operate")
    other.get("/d/oak/operate")
    _change(other, removal_share="0.02")
    save = DecisionStore.set_district

    def changed_back_at_once(self: DecisionStore, *of_change: Any) -> District:
        try:
            return save(self, *of_change)
        finally:
            monkeypatch.undo()
            pages.decisions.set_district(OAK, {"removal_share": "0.1"})

    monkeypatch.setattr(DecisionStore, "set_district", changed_back_at_once)

    said = _change(stale, removal_share="0.3", name="Oak Valley")

    assert texts.SETTINGS_CHANGED_MEANWHILE.format(names="removal_share") in said
    assert (stale.inputs["removal_share"], stale.inputs["name"]) == ("0.1", "Oak Valley")


@pytest.mark.parametrize(
    ("name", "value"), [("region", "zz"), ("name", ""), ("time_zone", "../../etc/passwd"), ("quiet_seconds", "x")]
)
def test_a_trial_refuses_a_value_that_could_not_be_saved(pages: Pages, name: str, value: str) -> None:
    browser = pages.browser(OPERATOR)
    browser.get("/d/oak/operate")
    refused = re.findall('role="alert" tabindex="-1" autofocus>([^<]+)<', _change(browser, **{name: value}))
    assert len(refused) == 1
    browser.get("/d/oak/operate")

    tried = _change(browser, "try", removal_share="0.2", **{name: value})

    assert re.findall('role="alert" tabindex="-1" autofocus>([^<]+)<', tried) == refused
    assert texts.NOT_SAVED_YET not in tried


def test_every_limit_has_words_for_people() -> None:
    assert {*texts.LIMITS} == {*NAMES}


def test_settings_are_tried_before_they_are_saved_and_wrong_ones_change_nothing(delivered: Pages) -> None:
    browser = delivered.browser(OPERATOR)
    browser.get("/d/oak/operate")

    tried = _change(browser, "try", removal_share="0.2")

    assert texts.REHEARSED.format(would=0, drops=1, waited=0) in tried
    assert 'name="removal_share" value="0.2"' in tried
    assert delivered.decisions.district(OAK).limits.removal_share == 0.1
    wrong = _change(browser, removal_share="2", name="Oak")
    assert re.search('<p class="wrong" role="alert" tabindex="-1" autofocus>[^<]*must be a share from 0 to 1', wrong)
    assert re.search('formaction="/d/oak/operate/settings#settings">Try the limits', wrong)
    assert '<form class="stacked" method="post" action="/d/oak/operate/settings#settings">' in wrong
    assert delivered.decisions.district(OAK).name != "Oak"
    said = _change(browser, removal_share="0.2", name="Oak")
    assert texts.SAVED in said
    known = delivered.decisions.district(OAK)
    assert (known.name, known.limits.removal_share) == ("Oak", 0.2)
    assert delivered.decisions.log(OAK)[0].decided_by == OPERATOR


def test_a_page_from_before_a_change_of_settings_writes_only_what_its_person_touched(pages: Pages) -> None:
    stale, other = pages.browser(OPERATOR), pages.browser(OPERATOR)
    stale.get("/d/oak/operate")
    other.get("/d/oak/operate")
    assert texts.SAVED_BEFORE_FILES in _change(other, removal_share="0.02", removal_count="7")

    assert texts.SAVED in _change(stale, name="Oak Valley")

    known = pages.decisions.district(OAK)
    assert (known.name, known.limits.removal_share, known.limits.removal_count) == ("Oak Valley", 0.02, 7)
    history = html.unescape(other.get("/d/oak/history").text)
    assert "Settings of the district changed: the name<" in history
    assert "Settings of the district changed: removal_share from 0.1 to 0.02 and removal_count from 20 to 7<" in history


def test_a_name_that_is_too_long_is_refused_with_its_length_and_the_rest_of_the_form_stays(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)
    assert 'name="name" value="oak schools" required maxlength="255"' in browser.get("/d/oak/operate").text

    wrong = _change(browser, name="x" * 3_000, removal_share="0.2")

    assert "The name of a district has at most 255 characters. This one has 3000." in wrong
    assert browser.inputs["removal_share"] == "0.2"
    known = pages.decisions.district(OAK)
    assert (known.name, known.limits.removal_share) == ("oak schools", 0.1)


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\r\n", "\x1b"])
def test_a_name_with_a_sign_that_cannot_be_seen_stays_when_another_setting_is_saved(pages: Pages, sign: str) -> None:
    with pages.decisions.engine.begin() as db:  # as a name from before such signs were refused
        db.execute(sa.update(DISTRICTS).values(name=f"Oak{sign}Valley"))
    browser = pages.browser(OPERATOR)
    browser.get("/d/oak/operate")
    as_shown = {"name": re.sub("[\r\n]", "", browser.inputs["name"])}  # as a browser sends it
    assert as_shown["name"] in ("OakValley", f"Oak{MARK}Valley")

    assert texts.NOT_SAVED_YET in _change(browser, "try", **as_shown)
    assert texts.SAVED_BEFORE_FILES in _change(browser, removal_share="0.2", **as_shown)

    known = pages.decisions.district(OAK)
    assert (known.name, known.limits.removal_share) == (f"Oak{sign}Valley", 0.2)
    said = _change(browser, name=f"Oak{MARK}Valley District")
    assert "Character 4 of the name cannot be seen: U+FFFD (REPLACEMENT CHARACTER)." in said
    assert texts.SAVED in _change(browser, name="Oak Valley")
    assert pages.decisions.district(OAK).name == "Oak Valley"


def test_a_setting_that_somebody_else_changed_meanwhile_is_refused_in_clear_words(pages: Pages) -> None:
    stale, other = pages.browser(OPERATOR), pages.browser(OPERATOR)
    stale.get("/d/oak/operate")
    other.get("/d/oak/operate")
    _change(other, removal_share="0.02")

    said = _change(stale, removal_share="0.3", name="Oak Valley")

    assert texts.SETTINGS_CHANGED_MEANWHILE.format(names="removal_share") in said
    assert (stale.inputs["removal_share"], stale.inputs["name"]) == ("0.02", "Oak Valley")
    assert pages.decisions.district(OAK).limits.removal_share == 0.02
    assert pages.decisions.district(OAK).name == "oak schools"
    assert texts.SAVED_BEFORE_FILES in _change(stale, removal_share="0.3")
    known = pages.decisions.district(OAK)
    assert (known.name, known.limits.removal_share) == ("Oak Valley", 0.3)


def test_a_trial_from_before_a_change_of_settings_refuses_as_a_fresh_page_does(delivered: Pages) -> None:
    stale, other = delivered.browser(OPERATOR), delivered.browser(OPERATOR)
    stale.get("/d/oak/operate")
    other.get("/d/oak/operate")
    _change(other, removal_share="0.02", removal_count="7")

    assert texts.NOT_SAVED_YET in _change(stale, "try", removal_share="0.3")

    assert (stale.inputs["removal_share"], stale.inputs["removal_count"]) == ("0.3", "7")
    assert texts.SETTINGS_CHANGED_MEANWHILE.format(names="removal_share") in _change(stale)
    assert delivered.decisions.district(OAK).limits.removal_share == 0.02


def test_a_pause_that_somebody_else_changed_meanwhile_stays_and_ends_once(pages: Pages) -> None:
    stale, other = pages.browser(OPERATOR), pages.browser(OPERATOR)
    stale.get("/d/oak/operate")
    _pause(other, "adds_only")

    said = stale.post("/d/oak/operate/pause", {"was": "", "what": "all"}).text

    assert texts.PAUSE_CHANGED_MEANWHILE in said
    pause = pages.decisions.pause_of(OAK, datetime.now(UTC))
    assert pause is not None
    assert pause.what == "adds_only"
    ended = {"was": stale.inputs["was"], "what": "nothing"}
    assert texts.RESUMED in stale.post("/d/oak/operate/pause", ended).text
    assert texts.PAUSE_CHANGED_MEANWHILE in stale.post("/d/oak/operate/pause", ended).text
    assert [past.what for past in pages.decisions.log(OAK)].count("district resumed") == 1


def test_a_run_that_is_asked_for_is_told_until_it_has_ended(world: World, delivered: Pages) -> None:
    assert texts.RUN_NONE in delivered.browser(OPERATOR).get("/d/oak/progress").text
    assert world.sync_again().success
    browser = delivered.browser(OPERATOR)
    ended = "it used all decisions"
    assert ended in browser.get("/d/oak/progress").text
    assert "http-equiv" not in browser.get("/d/oak/progress").text

    said = browser.post("/d/oak/operate/run").text

    assert texts.RUN_ASKED in said
    assert texts.RUN_USES in said
    assert said.count("within a few minutes") == 1
    assert texts.RUN_WAITS in delivered.browser(ADMIN).get("/d/oak").text
    waits = browser.get("/d/oak/progress").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waits
    assert "begins within a few minutes" in waits
    (request,) = world.tick("decisions").run_requests or ()
    assert world.sync(request).success
    assert ended in browser.get("/d/oak/progress").text
    assert texts.RUN_USES not in browser.get("/d/oak/operate").text


def test_a_decision_made_during_a_run_is_not_told_as_used_when_that_run_ends(
    world: World, delivered: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Published.publish

    def decide_first(*of_run: object, **named: object) -> object:
        delivered.decisions.set_district(OAK, {"removal_count": "31"})
        return publish(*of_run, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Published, "publish", decide_first)
        assert world.sync_again().success

    assert texts.RUN_WAITS in delivered.browser(ADMIN).get("/d/oak").text
    assert "begins within a few minutes" in delivered.browser(ADMIN).get("/d/oak/progress").text
    stores = (world.store, Site.of_settings().landing, Site.of_settings().platform, world.published)
    (behind,) = nightly.behind(world.instance, *stores)
    assert behind.why == "something was decided since its last run"
    assert world.sync().success
    assert texts.RUN_WAITS not in delivered.browser(ADMIN).get("/d/oak").text
    assert [*nightly.behind(world.instance, *stores)] == []


def test_a_run_under_way_tells_its_step(world: World, delivered: Pages) -> None:
    job = world.code.resolve_job_def("sync")
    run = world.instance.create_run_for_job(job, tags={"dagster/partition": "oak"})
    browser = delivered.browser(ADMIN)
    assert texts.RUN_QUEUED.partition("{at}")[0] in browser.get("/d/oak/progress").text
    world.instance.report_run_failed(run, "it was ended")

    told = browser.get("/d/oak/progress").text

    assert "The last run failed on" in told
    assert "http-equiv" not in told
    assert "Dagster" not in told


def test_dagster_is_linked_for_operators_if_its_address_is_known(world: World, delivered: Pages) -> None:
    world.instance.create_run_for_job(world.code.resolve_job_def("sync"), tags={"dagster/partition": "oak"})
    runs = RunsSeen(lambda: world.instance)
    site = replace(Site.of_settings(), runs_seen=runs, dagster_origin="https://dagster.example.org/")
    with serving(create_app(site, SECRET)) as base:
        there = replace(delivered, base=base)
        link = "https://dagster.example.org/runs?q=tag%3Adagster%2Fpartition%3Doak"
        for page in ("/", "/d/oak/operate"):
            assert link in there.browser(OPERATOR).get(page).text
        assert re.search(
            r'"https://dagster.example.org/runs/[0-9a-f-]{36}"', there.browser(OPERATOR).get("/d/oak/progress").text
        )
        assert "dagster.example" not in there.browser(ADMIN).get("/d/oak/progress").text


def test_a_delivery_is_undone_as_it_was_shown_and_then_the_history_offers_no_undo_of_it(
    world: World, delivered: Pages
) -> None:
    files = scenario("clean")
    changed = files["students.csv"].replace(b"Noa", b"Noah")
    assert world.deliver({**files, "students.csv": changed}).success
    assert "Undo<" not in delivered.browser(ADMIN).get("/d/oak/history").text
    browser = delivered.browser(OPERATOR)
    assert '<button class="link" name="delivery" value="2">' in browser.get("/d/oak/history").text

    shown = browser.post("/d/oak/operate/undo", {"delivery": "2"}).text

    assert "Undo delivery 2?" in shown
    assert re.search(r"\d+ account[^<]* changed\.", shown)
    assert page_texts.ADDED_STAY.format(deliveries="it") in shown
    assert page_texts.ADDED_GO.format(deliveries="it") not in shown
    (plan,) = re.findall(r'name="plan" value="([^"]+)"', shown)
    assert len(world.rows("accounts")) > 0
    stale = browser.post("/d/oak/operate/undo", {"delivery": "2", "plan": "of another page"}).text
    assert texts.UNDO_CHANGED in stale
    assert len(Site.of_settings().platform.deliveries(OAK)) == 2
    done = browser.post("/d/oak/operate/undo", {"delivery": "2", "plan": plan}).text
    assert texts.UNDONE.format(number=2, as_delivery=3) in done
    assert texts.UNDONE_BY.format(undone_by=3) in done
    assert re.findall('name="delivery" value="([0-9]+)"', done) == ["1"]
    assert "Noah" not in {row["first_name"] for row in world.rows("accounts")}
    (undone,) = [past for past in delivered.decisions.log(OAK) if past.what == "delivery undone"]
    assert undone.decided_by == OPERATOR
    assert texts.NOTHING_TO_UNDO in browser.post("/d/oak/operate/undo", {"delivery": "2"}).text
    none = browser.post("/d/oak/operate/undo", {"delivery": "9"}).text
    assert "has no delivery 9" in none
    assert "`" not in none
    assert "undo" in browser.post("/d/oak/operate/undo", {"delivery": "2", "later": "yes"}).text.lower()


def test_an_undoing_of_several_deliveries_says_which(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    for name in (b"Noah", b"Noam"):
        assert world.deliver({**files, "students.csv": files["students.csv"].replace(b"Noa", name)}).success
    browser = delivered.browser(OPERATOR)
    browser.get("/d/oak/history")

    shown = browser.post("/d/oak/operate/undo", {"delivery": "2", "later": "yes"}).text
    (plan,) = re.findall(r'name="plan" value="([^"]+)"', shown)
    done = browser.post("/d/oak/operate/undo", {"delivery": "2", "later": "yes", "plan": plan}).text

    assert texts.UNDONE_RANGE.format(number=2, to=3, as_delivery=4) in done


def test_a_pause_says_whether_additions_are_delivered(pages: Pages) -> None:
    browser = pages.browser(OPERATOR)
    browser.get("/d/oak/operate")

    assert texts.PAUSED_BUT_ADDITIONS in _pause(browser, "adds_only")
    assert texts.PAUSED in _pause(browser, "all")


def test_operators_read_that_no_run_starts_by_itself_if_the_daemon_is_silent(world: World) -> None:
    says = texts.DAEMON_SILENT.split("{")[0]
    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        operator, administrator = pages.browser(OPERATOR), pages.browser(ADMIN)
        for ago, is_told in ((None, False), (timedelta(minutes=9), True), (timedelta(), False)):
            if ago is not None:
                start_daemon(world.instance, ago=ago)
            for path in ("/", "/d/oak/operate"):
                assert (says in html.unescape(operator.get(path).text)) == is_told, (ago, path)
            assert says not in html.unescape(administrator.get("/d/oak").text)
