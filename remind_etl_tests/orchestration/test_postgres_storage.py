from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psycopg
import pytest
import sqlalchemy as sa
import yaml

from remind_etl.orchestration.postgres_storage import RunStorage
from remind_etl_tests import database_servers
from remind_etl_tests.deploy.machines import DEPLOY


@pytest.fixture
def url(tmp_path: Path, pytestconfig: pytest.Config) -> str:
    return database_servers.new("postgres", tmp_path, pytestconfig).replace("+psycopg:", "+psycopg2:")


@pytest.fixture
def runs(url: str) -> Iterator[RunStorage]:
    made = RunStorage.from_config_value(None, {"postgres_url": url})
    yield made
    made.dispose()


def sessions(url: str) -> int:
    """How many connections to the database are open."""
    with psycopg.connect(url.replace("+psycopg2", ""), autocommit=True) as db:
        found = db.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()"
        ).fetchone()
    return int(found[0]) if found else 0


def backend(runs: RunStorage) -> int:
    """The process of Postgres that answers a query of the storage."""
    with runs.connect() as db:
        return int(db.execute(sa.text("select pg_backend_pid()")).scalar_one())


def test_a_connection_answers_one_query_after_the_other(runs: RunStorage, url: str) -> None:
    first = backend(runs)
    assert runs.get_runs() == []
    assert backend(runs) == first
    assert sessions(url) == 1


def test_a_connection_that_the_server_ended_is_opened_anew(runs: RunStorage, url: str) -> None:
    first = backend(runs)
    with psycopg.connect(url.replace("+psycopg2", ""), autocommit=True) as db:
        db.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert runs.get_runs() == []
    assert backend(runs) != first


@pytest.mark.parametrize("tier", ["one-host", "celery"])
def test_an_instance_keeps_two_connections_and_leaves_none(
    tier: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = yaml.safe_load((DEPLOY / tier / "dagster.yaml").read_text())
    (tmp_path / "dagster.yaml").write_text(
        yaml.safe_dump({k: v for k, v in settings.items() if k.endswith("_storage")})
    )
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", url)
    for _ in range(3):
        with dg.DagsterInstance.get() as instance:
            assert instance.get_runs() == []
            assert instance.all_asset_keys() == []
            assert sessions(url) == 2
        assert sessions(url) == 0
