from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from remind_etl.decided.store import DecisionStore
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.orchestration.sensor_health import STARTERS
from remind_etl.web.app import create_app
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.web.browser import Browser
from remind_etl_tests.worlds import World, scenario

ADMIN, OTHER, OPERATOR = "ada@example.org", "eve@example.org", "op@example.org"
SECRET = "signs the sessions of this test"


@dataclass
class Pages:
    """The pages of two districts, oak and elm, with an administrator each and an operator."""

    base: str
    decisions: DecisionStore
    passwords: dict[str, str]

    def browser(self, email: str | None = None) -> Browser:
        """A browser in which this person is signed in; nobody is without an email."""
        made = Browser(self.base)
        if email:
            assert made.sign_in(email, self.passwords[email]).status == 200
        return made


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """Pages of districts of which no run has ended."""
    with _pages_in(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def pages_on_small_disk(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """The same, and their home is on a small disk."""
    with _pages_in(small_disk / "home", monkeypatch) as made:
        yield made


@contextmanager
def _pages_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    monkeypatch.setenv("REMIND_ETL_HOME", str(home))
    site = Site.of_settings()
    for district in (OAK, ELM):
        site.decisions.add_district(district, f"{district} schools")
    with serving(create_app(site, SECRET)) as base:
        yield Pages(base, site.decisions, _people(site.decisions))
    site.decisions.engine.dispose()


@pytest.fixture
def waiting(world: World) -> Iterator[Pages]:
    """Pages of a world in which files came, and whose schools wait to be connected."""

    def act() -> None:
        world.store.import_schools(OAK, {"P-100": "Lincoln Elementary School", "P-200": "Harbor Middle"})
        assert world.deliver(scenario("clean")).success

    world.begin("waiting schools", act)
    with pages_of_world() as made:
        yield made


@pytest.fixture
def delivered(world: World) -> Iterator[Pages]:
    """Pages of a world in which a clean drop was delivered."""
    world.begin_clean()
    start_daemon(world.instance)
    with pages_of_world(RunsSeen(lambda: world.instance)) as made:
        yield made


@contextmanager
def pages_of_world(runs: RunsSeen | None = None) -> Iterator[Pages]:
    """Pages of a world as it is now."""
    site = replace(Site.of_settings(), runs_seen=runs)
    site.decisions.add_district(ELM, "Elm schools")
    with serving(create_app(site, SECRET)) as base:
        yield Pages(base, site.decisions, _people(site.decisions))


@contextmanager
def run_of_files(world: World) -> Iterator[None]:
    """A run of the first files that has begun, and not ended."""
    world.instance.add_dynamic_partitions("district", [OAK])
    job = world.code.resolve_job_def("sync")
    run = world.instance.create_run_for_job(job, tags={"dagster/partition": OAK}, status=dg.DagsterRunStatus.STARTED)
    yield
    world.instance.delete_run(run.run_id)


@contextmanager
def write_locked(decisions: DecisionStore) -> Iterator[None]:
    """Within it, another program writes to the decisions database, so that nobody else can."""
    with decisions.engine.connect() as other:
        other.exec_driver_sql("begin immediate")
        yield
        other.rollback()


def start_daemon(instance: dg.DagsterInstance, *parts: str, ago: timedelta = timedelta()) -> None:
    """Say for these parts of the daemon, or for all that start runs, that they are alive, or were so long ago."""
    at = (datetime.now(UTC) - ago).timestamp()
    for part in parts or STARTERS:
        instance.add_daemon_heartbeat(DaemonHeartbeat(at, part, None))


def _people(store: DecisionStore) -> dict[str, str]:
    made = {
        ADMIN: store.add_administrator(OAK, ADMIN),
        OTHER: store.add_administrator(ELM, OTHER),
        OPERATOR: store.add_operator(OPERATOR),
    }
    return {email: str(password) for email, password in made.items()}
