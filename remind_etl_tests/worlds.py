"""A whole world in a folder: SFTP server, decisions, platform, Dagster instance; and what people do in it."""

import csv
import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from remind_etl import settings
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.decided.store import DecisionStore, SchoolLink
from remind_etl.definitions import definitions
from remind_etl.delivered.platform import PlatformStore
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.orchestration import resources
from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.tries import RUN_KEY_TAG
from remind_etl.published.store import Manifest, Published
from remind_etl_tests import sftp
from remind_etl_tests.ids import OAK

DROPS = Path(__file__).parent / "drops"
DISTRICT = OAK
PASSWORD = "only for this test"


def scenario(name: str) -> dict[str, bytes]:
    """The files of a drop in `drops/`, by name."""
    return {path.name: path.read_bytes() for path in sorted((DROPS / name).glob("*.csv")) if path.name != "links.csv"}


def tags_of(request: dg.RunRequest) -> dict[str, str]:
    """The tags of the run that the daemon makes of a request."""
    return {**request.tags, **({RUN_KEY_TAG: request.run_key} if request.run_key else {})}


def last_student_alone() -> dict[str, bytes]:
    """The files of `clean` with one student, so that the removal of the others waits. No file looks cut off."""
    files = scenario("clean")
    header, *_, last = files["students.csv"].splitlines(keepends=True)
    enrolled, *enrollments = files["enrollments.csv"].splitlines(keepends=True)
    of_last = [line for line in enrollments if last.split(b",")[1] in line]
    return {**files, "students.csv": header + last, "enrollments.csv": enrolled + b"".join(of_last)}


@dataclass
class World:
    """One district, `oak`, its server and its runs."""

    server: EmbeddedServer
    instance: dg.DagsterInstance
    store: DecisionStore
    templates: Path | None
    """Where beginnings are kept to be copied; a lasting world has none, as its Dagster instance is open."""
    cursors: dict[str, str | None] = field(default_factory=dict)

    @property
    def code(self) -> dg.Definitions:
        """The code location as the settings say now."""
        return definitions()

    @property
    def resources(self) -> dict[str, Any]:
        """What assets and sensors are handed, as the settings say now."""
        return dict(resources.resources())

    @property
    def manifest(self) -> Manifest:
        """What was published last."""
        manifest = self.published.manifest(DISTRICT)
        assert manifest is not None
        return manifest

    @property
    def published(self) -> Published:
        """What is published."""
        return Published(settings.home().published)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A published table."""
        rows: list[dict[str, Any]] = pq.read_table(self.published.file(DISTRICT, table)).to_pylist()
        return rows

    def link(self, scenario_name: str) -> None:
        """Import the platform's schools of a scenario and confirm its links."""
        with (DROPS / scenario_name / "links.csv").open() as text:
            links = list(csv.DictReader(text))
        self.store.import_schools(DISTRICT, {row["platform_school_id"]: row["name"] for row in links})
        chosen = [SchoolLink(row["school_id"], row["platform_school_id"], "confirmed") for row in links]
        self.store.link_schools(DISTRICT, chosen)

    def upload(self, files: Mapping[str, bytes]) -> None:
        """Put files into the district's directory over SFTP."""
        sftp.upload(self.server, DISTRICT, PASSWORD, files)

    def tick(self, name: str) -> dg.SensorResult:
        """One tick of a sensor, its cursor, observations and new partitions kept as the daemon keeps them."""
        sensor = self.code.resolve_sensor_def(name)
        context = dg.build_sensor_context(
            instance=self.instance, cursor=self.cursors.get(name), resources=self.resources
        )
        with context:
            result = sensor(context)
        if isinstance(result, dg.SkipReason):
            return dg.SensorResult(skip_reason=result)
        assert isinstance(result, dg.SensorResult)
        self.cursors[name] = result.cursor
        for request in result.dynamic_partitions_requests or ():
            self.instance.add_dynamic_partitions("district", list(request.partition_keys))
        for event in result.asset_events:
            self.instance.report_runless_asset_event(event)
        return result

    def sync(self, request: dg.RunRequest | None = None, *only: str) -> dg.ExecuteInProcessResult:
        """Run the job `sync` as a request asks, or as a backfill does, without any configuration.

        With `only`, run these assets of it.
        """
        if request is None:
            self.instance.add_dynamic_partitions("district", [DISTRICT])
        return self.code.resolve_job_def("sync").execute_in_process(
            instance=self.instance,
            partition_key=DISTRICT,
            run_config=dict(request.run_config) if request else None,
            tags=tags_of(request) if request else None,
            asset_selection=[dg.AssetKey(asset.split("/")) for asset in only] or None,
            raise_on_error=False,
        )

    def land(self, request: dg.RunRequest | None = None) -> dg.ExecuteInProcessResult:
        """Run the first step of the job, which chooses a drop."""
        return self.sync(request, "landed/files")

    def sync_again(self) -> dg.ExecuteInProcessResult:
        """Run all steps of the job `sync` on the drop in force, also if nothing is new."""
        ops = {"landed__files": {"config": {"again": True}}}
        return self.sync(dg.RunRequest(run_config={"ops": ops}))

    def deliver(self, files: Mapping[str, bytes]) -> dg.ExecuteInProcessResult:
        """Upload files and let the sensor see them settle; then run what it asks for."""
        self.upload(files)
        self.tick("drops")
        (request,) = self.tick("drops").run_requests or ()
        return self.sync(request)

    def begin(self, name: str, act: Callable[[], object]) -> None:
        """Do in this new world what the name stands for; what it leaves is worked out once, and then copied."""
        if self.templates is None:
            act()
            return
        assert not self.cursors, "A copy would replace what was done before."
        assert not self.store.administrators(DISTRICT), "A copy would replace what was done before."
        cursors = self.templates / f"{name}.json"
        if cursors.exists():
            shutil.copytree(self.templates / name, settings.home().root, dirs_exist_ok=True)
            self.cursors = json.loads(cursors.read_text())
            self.instance.add_dynamic_partitions("district", [DISTRICT])
        else:
            act()
            written = self.templates / f"{uuid.uuid4()}.json"
            if _kept(self.templates / name):
                written.write_text(json.dumps(self.cursors))
                written.rename(cursors)

    def begin_clean(self) -> None:
        """Begin with the scenario `clean`, linked and delivered."""
        self.begin_delivered("clean")

    def begin_delivered(self, name: str) -> None:
        """Begin with that scenario, linked and delivered."""

        def act() -> None:
            self.link(name)
            assert self.deliver(scenario(name)).success

        self.begin(name, act)

    def begin_twice_delivered(self) -> None:
        """Begin with the scenario `clean`, linked and delivered, and then `plain_mistakes`."""

        def act() -> None:
            self.begin_clean()
            assert self.deliver(scenario("plain_mistakes")).success

        self.begin("clean, then plain_mistakes", act)

    def begin_blocked(self) -> None:
        """Begin with a drop that is blocked, as its schools have no names."""

        def act() -> None:
            self.deliver({**scenario("clean"), "schools.csv": b"school_id\n01\n"})
            assert self.manifest.blockers

        self.begin("blocked", act)

    def begin_unlinked(self) -> None:
        """Begin with the scenario `clean`, of which no school is linked: it waits."""

        def act() -> None:
            assert self.deliver(scenario("clean")).success

        self.begin("unlinked", act)


def _kept(template: Path) -> bool:
    """Keep what the home has, to be copied; False if another worker was first."""
    made = template.with_name(str(uuid.uuid4()))
    shutil.copytree(settings.home().root, made, ignore=shutil.ignore_patterns("sftp"))
    with suppress(OSError):
        made.rename(template)
        return True
    return False


def _new_home(templates: Path | None) -> DecisionStore:
    """The decisions of a home with one district; its databases are made once, and then copied."""
    template = templates / "new" if templates else None
    if template and template.exists():
        shutil.copytree(template, settings.home().root, dirs_exist_ok=True)
        return DecisionStore(settings.home().decisions_url)
    store = DecisionStore(settings.home().decisions_url)
    store.add_district(DISTRICT, "Oak Unified")
    if template:
        PlatformStore(settings.home().platform_url)
        _kept(template)
    return store


@contextmanager
def world(home: Path, environment: pytest.MonkeyPatch, templates: Path | None) -> Iterator[World]:
    """A new world in the folder; its Dagster instance is in memory, or on disk, to last, if there are no templates."""
    environment.delenv("DAGSTER_HOME", raising=False)
    for name in (setting.name for setting in SETTINGS):
        environment.delenv(name, raising=False)
    environment.setenv("REMIND_ETL_HOME", str(home))
    environment.setenv("REMIND_ETL_QUIET_SECONDS", "0")
    environment.setenv("DAGSTER_HOME", "")
    store = _new_home(templates)
    with sftp.running_server(settings.home().root, {DISTRICT: PASSWORD}) as server:
        environment.setenv("REMIND_ETL_SFTP_PORT", str(server.port))
        with dg.DagsterInstance.ephemeral() if templates else open_instance() as instance:
            yield World(server, instance, store, templates)


def expected(scenario_name: str, table: str) -> list[dict[str, Any]]:
    """A table that the scenario must come to, as text; blank is null."""
    rows: list[dict[str, Any]] = pc.read_csv(
        DROPS / scenario_name / "expected" / f"{table}.csv",
        convert_options=pc.ConvertOptions(
            column_types=dict.fromkeys(_columns(scenario_name, table), "string"),
            strings_can_be_null=True,
            null_values=[""],
        ),
    ).to_pylist()
    return rows


def _columns(scenario_name: str, table: str) -> list[str]:
    with (DROPS / scenario_name / "expected" / f"{table}.csv").open() as text:
        return next(csv.reader(text))
