"""A page promises a run only if it begins, and tells of an upload whose run is in the queue or under way."""

import html
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from remind_etl.catalogue import pages as texts
from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.outcome import Acts, Outcome, tag_run
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.browser import Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, Pages, pages_of_world, start_daemon
from remind_etl_tests.worlds import World, scenario

NOT_ALIVE = texts.NO_RUN_BEGINS_OPERATOR


@pytest.fixture
def real() -> Iterator[dg.DagsterInstance]:
    """The instance of the home on disk, with a queue of runs."""
    with open_instance() as instance:
        yield instance


@pytest.fixture
def decided(world: World, real: dg.DagsterInstance) -> Iterator[Pages]:
    """Pages of a delivered district, of which a person decided something that no run has taken up."""
    world.begin_clean()
    with pages_of_world(RunsSeen(lambda: real)) as pages:
        time.sleep(0.01)
        pages.decisions.ask_for_run(OAK)
        yield pages


def _main(browser: Browser, path: str) -> str:
    """What stands in the main part of a page."""
    return html.unescape(browser.get(path).text.split("<main")[1])


def test_a_page_promises_a_run_only_if_the_parts_of_the_daemon_that_start_it_are_alive(
    decided: Pages, real: dg.DagsterInstance
) -> None:
    browser, operator = decided.browser(ADMIN), decided.browser(OPERATOR)

    def check(*missing: str) -> None:
        named = NOT_ALIVE.format(daemon=" and ".join(texts.DAEMONS[part] for part in missing))
        for page, promise in (("/progress", texts.RUN_BEGINS_SOON), ("", texts.RUN_WAITS), ("/find", texts.RUN_WAITS)):
            told, told_operator = _main(browser, f"/d/oak{page}"), _main(operator, f"/d/oak{page}")
            assert (texts.NO_RUN_BEGINS in told) == bool(missing), page
            assert (named in told_operator) == bool(missing), page
            assert "Dagster" not in told, page
            if page != "/progress" or not missing:
                assert promise in told, page
            else:
                assert promise not in told
        said = operator.post("/d/oak/operate/run").text
        assert texts.RUN_USES in said
        assert (texts.RUN_BEGINS_SOON in said) == (not missing)

    check("SENSOR", "QUEUED_RUN_COORDINATOR")
    start_daemon(real, "SENSOR")
    check("QUEUED_RUN_COORDINATOR")
    start_daemon(real)
    check()
    start_daemon(real, "SENSOR", ago=timedelta(minutes=9))
    check("SENSOR")


def test_files_in_the_folder_are_not_told_as_taken_soon_if_no_run_begins(
    world: World, real: dg.DagsterInstance
) -> None:
    world.upload(scenario("clean"))
    with pages_of_world(RunsSeen(lambda: real)) as pages:
        browser = pages.browser(ADMIN)
        for page in ("", "/sync/now"):
            shown = _main(browser, f"/d/oak{page}")
            assert f"{texts.FILES_HERE} {texts.NO_RUN_BEGINS}" in shown
            assert "They are taken" not in shown
        start_daemon(real)
        for page in ("", "/sync/now"):
            assert "They are taken" in _main(browser, f"/d/oak{page}")


def test_a_page_waits_not_and_promises_nothing_if_the_storage_of_dagster_does_not_answer(world: World) -> None:
    def fail() -> dg.DagsterInstance:
        time.sleep(5)
        raise OSError

    world.begin_clean()
    world.store.ask_for_run(OAK)
    with pages_of_world(RunsSeen(fail, patience_seconds=0.2)) as pages:
        browser, operator = pages.browser(ADMIN), pages.browser(OPERATOR)
        begun = time.monotonic()
        for page in ("", "/sync", "/find", "/history"):
            assert browser.get(f"/d/oak{page}").status == 200
        assert texts.NO_RUN_BEGINS in _main(browser, "/d/oak")
        assert texts.NO_RUN_BEGINS_UNKNOWN in _main(operator, "/d/oak/progress")
        assert texts.DAGSTER_SILENT.split("`")[0] in _main(operator, "/")
        assert time.monotonic() - begun < 4


@pytest.mark.parametrize("is_first", [True, False])
def test_the_overview_and_the_sync_details_tell_of_an_upload_whose_run_is_in_the_queue_or_under_way(
    is_first: bool, world: World
) -> None:
    files = scenario("clean")
    if not is_first:
        world.begin_clean()
        files = {**files, "students.csv": files["students.csv"].replace(b"Noa", b"Noam")}
        long_ago = datetime.now(UTC) - timedelta(days=30)
        world.published.arrived_again(OAK, long_ago.isoformat(timespec="milliseconds"))  # another one is overdue
    start_daemon(world.instance)
    world.upload(files)
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    job = world.code.resolve_job_def("sync")
    tags = {**request.tags, "dagster/partition": "oak"}
    run = world.instance.create_run_for_job(job, run_config=request.run_config, tags=tags)
    queued, under_way = texts.UPLOAD_QUEUED.partition("{at}")[0], texts.UPLOAD_BEGUN.partition("{at}")[0]

    with pages_of_world(RunsSeen(lambda: world.instance)) as pages:
        for email in (ADMIN, OPERATOR):
            browser = pages.browser(email)
            for page in ("", "/sync"):
                shown = _main(browser, f"/d/oak{page}")
                assert queued in shown
                assert 'href="/d/oak/progress"' in shown
            assert texts.NEXT_QUEUED[1] in _main(browser, "/d/oak")
            assert texts.FILES_IN_RUN in _main(browser, "/d/oak/sync/now")
            assert "No upload has come" not in _main(browser, "/d/oak")

        begun = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, run.job_name)
        world.instance.report_dagster_event(begun, run.run_id)

        browser = pages.browser(ADMIN)
        assert (texts.RUN_FIRST if is_first else under_way) in _main(browser, "/d/oak/sync")
        next_step = texts.NEXT_FIRST_RUN if is_first else texts.NEXT_READ_NOW
        assert next_step[1] in _main(browser, "/d/oak")

        tag_run(world.instance, run, Outcome.FAILED, Acts.US)
        world.instance.report_run_failed(run, "The code was out of reach.")

        assert f"{texts.FILES_HERE} {texts.FILES_OF_FAILED_RUN}" in _main(browser, "/d/oak/sync/now")
