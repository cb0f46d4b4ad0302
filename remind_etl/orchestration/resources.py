"""What assets and sensors are handed: thin Dagster resources around plain objects that work without Dagster."""

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb

from remind_etl import settings, suites
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.errors import PlanStale, RemindEtlError, TransientError, disk_full
from remind_etl.landed.copy import LandingStore
from remind_etl.published.store import Published
from remind_etl.warehouse import connection

OWNERS = ["team:roster"]

RETRY = dg.RetryPolicy(max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""For steps that a retry can help: another server, another process. `guarded` says of which errors."""

Fact = float | str | dg.MarkdownMetadataValue
"""What metadata may hold: no person's data."""


@contextmanager
def guarded() -> Iterator[None]:
    """Let only what passes by itself be retried, and no text of a library reach the logs: it may quote a cell."""
    try:
        yield
    except dg.Failure:
        raise
    except RemindEtlError as error:
        can_help = isinstance(error, TransientError) and not isinstance(error, PlanStale)
        raise dg.Failure(str(error), metadata={"kind": type(error).__name__}, allow_retries=can_help) from None
    except Exception as error:
        if full := disk_full(error):
            raise dg.Failure(str(full), metadata={"kind": type(full).__name__}, allow_retries=False) from None
        frames = traceback.extract_tb(error.__traceback__)
        places = "\n".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        raise dg.Failure(
            f"{type(error).__name__} in our own code; its text is left out, as it may quote a cell.",
            metadata={"traceback": dg.MetadataValue.md(f"```\n{places}\n```")},
            allow_retries=False,
        ) from None


@dataclass
class Step:
    """One asset's turn in a district's warehouse: the connection, and a clock."""

    district: str
    db: duckdb.DuckDBPyConnection
    started: float

    def rows(self, table: str) -> int:
        """Rows of a table of the warehouse."""
        return int(self.db.table(table).count("*").fetchall()[0][0])

    @property
    def drop_id(self) -> str:
        """The drop that the warehouse is about."""
        return str(self.db.execute("select drop_id from landed.drops").fetchall()[0][0])

    def metadata(self, rows: int, **facts: Fact) -> dict[str, Fact]:
        """Rows, seconds so far and further facts, of which the UI plots numbers over time."""
        seconds = round(time.perf_counter() - self.started, 3)
        return {"dagster/row_count": rows, "seconds": seconds, **facts}


class Warehouse(dg.ConfigurableResource["connection.Warehouse"]):
    """Each district's DuckDB file."""

    root: str
    memory: str
    threads: int
    limits: str

    def plain(self) -> connection.Warehouse:
        """The object itself."""
        return connection.Warehouse(Path(self.root), self.memory, self.threads)

    @contextmanager
    def step(self, context: dg.AssetExecutionContext) -> Iterator[Step]:
        """One transaction in the warehouse of the run's district."""
        started = time.perf_counter()
        with guarded(), self.plain().transaction(context.partition_key) as db:
            yield Step(context.partition_key, db, started)

    def validate_table(self, step: Step, stage: str, table: str) -> list[suites.Judgement]:
        """Judge a table by its suite, under the limits of the district."""
        return suites.validate_table(step.db, stage, table, district=step.district, districts=Path(self.limits))


class DropServer(dg.ConfigurableResource["DropServerClient"]):
    """The SFTP server that districts upload to."""

    host: str
    port: int
    user: str
    key_file: str
    password: str
    known_hosts: str
    root: str

    def client(self) -> DropServerClient:
        """A connection to be used as a context manager."""
        return DropServerClient(
            Address(
                host=self.host,
                port=self.port,
                user=self.user,
                known_hosts=Path(self.known_hosts),
                key_file=None if self.password else Path(self.key_file),
                password=self.password or None,
                root=self.root,
            )
        )


class Landing(dg.ConfigurableResource["LandingStore"]):
    """Landed drops."""

    root: str

    def plain(self) -> LandingStore:
        """The object itself."""
        return LandingStore(Path(self.root))


class Decisions(dg.ConfigurableResource["DecisionStore"]):
    """What people decided."""

    url: str

    def plain(self, decided_by: str | None = None) -> DecisionStore:
        """The object itself; who decides is the login, or as it is said."""
        return DecisionStore(self.url, decided_by)


class Platform(dg.ConfigurableResource["PlatformStore"]):
    """The platform's database."""

    url: str

    def plain(self) -> PlatformStore:
        """The object itself."""
        return PlatformStore(self.url)


class Publications(dg.ConfigurableResource["Published"]):
    """What is published of each district."""

    root: str

    def plain(self) -> Published:
        """The object itself."""
        return Published(Path(self.root))


def resources() -> dict[str, dg.ConfigurableResource]:  # type: ignore[type-arg]
    """The resources as the settings say."""
    home = settings.home()
    return {
        "warehouse": Warehouse(
            root=str(home.warehouse),
            memory=settings.value("REMIND_ETL_MEMORY"),
            threads=settings.number("REMIND_ETL_THREADS"),
            limits=settings.value("REMIND_ETL_LIMITS") or str(suites.DISTRICTS),
        ),
        "drop_server": DropServer(
            host=settings.value("REMIND_ETL_SFTP_HOST"),
            port=settings.number("REMIND_ETL_SFTP_PORT"),
            user=settings.value("REMIND_ETL_SFTP_USER"),
            key_file=settings.value("REMIND_ETL_SFTP_KEY_FILE") or str(home.sftp / "collector_key"),
            password=_secret("REMIND_ETL_SFTP_PASSWORD", ""),
            known_hosts=settings.value("REMIND_ETL_SFTP_KNOWN_HOSTS") or str(home.sftp / "known_hosts"),
            root=settings.value("REMIND_ETL_SFTP_ROOT"),
        ),
        "landing": Landing(root=str(home.landed)),
        "decisions": Decisions(url=_secret("REMIND_ETL_DECISIONS_URL", home.decisions_url)),
        "platform": Platform(url=_secret("REMIND_ETL_PLATFORM_URL", home.platform_url)),
        "publications": Publications(root=str(home.published)),
    }


def _secret(name: str, default: str) -> str:
    """A reference that Dagster resolves at run time and does not show, or the default where nothing is set."""
    return dg.EnvVar(name) if settings.value(name) else default
