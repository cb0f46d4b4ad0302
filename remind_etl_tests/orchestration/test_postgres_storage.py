import gc

import dagster as dg
import psycopg
import pytest
import sqlalchemy as sa
from dagster_postgres import DagsterPostgresStorage

from remind_etl.orchestration.postgres_storage import PostgresStorage
from remind_etl_tests import database_servers


@pytest.fixture
def url(tmp_path: pytest.TempPathFactory, pytestconfig: pytest.Config) -> str:
    return database_servers.new("postgres", tmp_path, pytestconfig).replace("+psycopg:", "+psycopg2:")  # type: ignore[arg-type]


@pytest.fixture
def storage(url: str) -> DagsterPostgresStorage:
    made: DagsterPostgresStorage = PostgresStorage.from_config_value(None, {"postgres_url": url})
    return made


def sessions(url: str) -> int:
    """How many connections to the database are open."""
    with psycopg.connect(url.replace("+psycopg2", ""), autocommit=True) as db:
        found = db.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()"
        ).fetchone()
    return int(found[0]) if found else 0


def backend(storage: DagsterPostgresStorage) -> int:
    """The process of Postgres that answers a query of the storage."""
    with storage.run_storage.connect() as db:  # type: ignore[attr-defined]
        return int(db.execute(sa.text("select pg_backend_pid()")).scalar())


def test_a_connection_answers_one_query_after_the_other(storage: DagsterPostgresStorage, url: str) -> None:
    first = backend(storage)
    storage.run_storage.get_runs()
    assert backend(storage) == first
    assert sessions(url) == 1


def test_a_connection_that_the_server_ended_is_opened_anew(storage: DagsterPostgresStorage, url: str) -> None:
    first = backend(storage)
    with psycopg.connect(url.replace("+psycopg2", ""), autocommit=True) as db:
        db.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert storage.run_storage.get_runs() == []
    assert backend(storage) != first


def test_instances_that_are_gone_leave_no_connections(
    url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "dagster.yaml").write_text(
        "storage:\n  custom:\n    module: remind_etl.orchestration.postgres_storage\n    class: PostgresStorage\n"
        f"    config:\n      postgres_url: {url}\ntelemetry:\n  enabled: false\n"
    )
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    for _ in range(5):
        with dg.DagsterInstance.get() as instance:
            assert instance.get_runs() == []
    gc.collect()
    assert sessions(url) <= 1
