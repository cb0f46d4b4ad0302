"""Brings a database to the schema that this version of the code expects (Alembic)."""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from remind_etl.databases import sqlite_files
from remind_etl.errors import FULL_DATABASE, DiskFull, NamedDatabase, OperatorError, database_trouble

PACKAGE: Final = Path(__file__).parents[1]

ONE_AT_A_TIME: Final = {"sqlite": "begin immediate", "postgresql": "select pg_advisory_xact_lock(7326211)"}
"""Lets one process at a time bring a database up to date, until its transaction ends."""

KEPT: Final[dict[str, Any]] = {"poolclass": sa.QueuePool, "pool_size": 4, "max_overflow": -1, "pool_pre_ping": True}
"""Four connections are kept. More are made if they are needed. One of a server that was restarted is replaced."""


NAMES: Final = {
    "decided": ("decisions database", "REMIND_ETL_DECISIONS_URL"),
    "delivered": ("platform's database", "REMIND_ETL_PLATFORM_URL"),
}
"""By the stage whose migrations it has: what errors call the database, and the setting that names it."""


def named(url: sa.URL, stage: str) -> NamedDatabase:
    """The database of this stage at the URL, as errors name it."""
    name, setting = NAMES[stage]
    server = ":".join(str(part) for part in (url.host, url.port) if part)
    return NamedDatabase(name, "/".join(part for part in (server, url.database) if part), setting)


def open_engine(url: str, stage: str = "", keeps_connections: bool = False) -> sa.Engine:
    """An engine for the URL; a SQLite file gets write-ahead logging, so that readers never wait for a writer.

    Opening a connection takes longer than most questions. So a process that answers many requests keeps connections,
    if nothing else in it opens the same SQLite file: two libraries in one process release each other's locks.
    Errors name the database by its `stage`.
    Raises OperatorError if the URL cannot be used. What the engine executes raises TransientError if the database
    does not answer, and DiskFull or OperatorError if it cannot be used.
    """
    made = _lazy_engine(url, stage, keeps_connections)
    if made.dialect.name == "sqlite":
        if made.url.database:
            Path(made.url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with made.connect() as db:
            if db.exec_driver_sql("pragma journal_mode").scalar() != "wal":
                db.exec_driver_sql("pragma journal_mode = wal")
    return made


def _lazy_engine(url: str, stage: str, keeps_connections: bool = False) -> sa.Engine:
    """An engine that has not touched its database yet."""
    pool = KEPT if keeps_connections else {"poolclass": sa.NullPool}
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() not in ONE_AT_A_TIME:
            raise OperatorError("The database URL cannot be used. Give a URL of sqlite or postgresql.")
        made = sa.create_engine(parsed, hide_parameters=True, **pool)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise OperatorError(
            f"A database URL cannot be used: {type(error).__name__}. Check REMIND_ETL_DECISIONS_URL and "
            "REMIND_ETL_PLATFORM_URL."
        ) from error
    database = named(made.url, stage) if stage else NamedDatabase()
    sa.event.listen(made, "handle_error", lambda context: _translate(context, database))
    if made.dialect.name == "sqlite" and made.url.database:
        sa.event.listen(made, "do_connect", sqlite_files.connect_to_file)
        if keeps_connections:
            sqlite_files.check_kept_connections(made)
    return made


def apply_migrations(target: sa.Engine, stage: str) -> None:
    """Apply the migrations in `<stage>/migrations` that the database has not seen yet."""
    scripts, version_table = _migrations(stage)
    if _seen(target, version_table) == newest_revision(stage):
        return
    # Alembic takes longer to import than most commands take, and it is seldom needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("version_table", version_table)
    with target.connect() as db:
        db.exec_driver_sql(ONE_AT_A_TIME[target.dialect.name])
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        db.commit()


def revisions(url: str, stage: str) -> tuple[str | None, str]:
    """The revision of the database, None if it is new, and the newest one of the code. The database stays as it is.

    Raises what `open_engine` and its connections raise.
    """
    _, version_table = _migrations(stage)
    return _seen(_lazy_engine(url, stage), version_table), newest_revision(stage)


def _migrations(stage: str) -> tuple[Path, str]:
    """The folder of the migrations of the stage, and the table that has the newest one which a database has seen."""
    return PACKAGE / stage / "migrations", f"{stage}_version"


def newest_revision(stage: str) -> str:
    """The revision of the newest migration of the stage: its file's name begins with it."""
    scripts, _ = _migrations(stage)
    return max(path.name.split("_")[0] for path in (scripts / "versions").glob("[0-9]*.py"))


def _seen(target: sa.Engine, version_table: str) -> str | None:
    """The revision that the database has; None if it is new."""
    with target.connect() as db:
        if not sa.inspect(db).has_table(version_table):
            return None
        versions = sa.table(version_table, sa.column("version_num", sa.String))
        return db.scalar(sa.select(versions.c.version_num))


def _translate(context: sa.engine.ExceptionContext, database: NamedDatabase) -> None:
    if context.is_pre_ping:
        return  # SQLAlchemy makes a new connection then
    error = context.sqlalchemy_exception
    # SQLite has no finer type for a file that is no database.
    if isinstance(error, sa.exc.OperationalError) or type(error) is sa.exc.DatabaseError:
        # Only the error of the driver has its code.
        used = context.connection.connection.driver_connection if context.connection else None
        if isinstance(used, sqlite_files.OnFullDisk):
            raise DiskFull(FULL_DATABASE.format(database=database)) from error
        raise database_trouble(context.original_exception, database) from error
