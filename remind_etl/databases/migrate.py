"""Brings a database to the schema that this version of the code expects (Alembic)."""

from importlib.resources import files
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from remind_etl.errors import OperatorError, database_trouble

ONE_AT_A_TIME: Final = {"sqlite": "begin immediate", "postgresql": "select pg_advisory_xact_lock(7326211)"}
"""Lets one process at a time bring a database up to date, until its transaction ends."""


def engine(url: str) -> sa.Engine:
    """An engine for the URL; a SQLite file gets write-ahead logging, so that readers never wait for a writer.

    Raises OperatorError if the URL cannot be used. What the engine executes raises TransientError if the database
    does not answer, and DiskFull or OperatorError if it cannot be used.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() not in ONE_AT_A_TIME:
            raise OperatorError("The database URL cannot be used. Give a URL of sqlite or postgresql.")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = sa.create_engine(parsed, poolclass=sa.NullPool)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise OperatorError(f"The database URL cannot be used: {type(error).__name__}.") from error
    sa.event.listen(made, "handle_error", _translate)
    if made.dialect.name == "sqlite":
        with made.connect() as db:
            db.exec_driver_sql("pragma journal_mode = wal")
    return made


def upgrade(target: sa.Engine, stage: str) -> None:
    """Apply the migrations in `<stage>/migrations` that the database has not seen yet."""
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath(stage, "migrations")))
    config.set_main_option("version_table", f"{stage}_version")
    with target.connect() as db:
        seen = MigrationContext.configure(db, opts={"version_table": f"{stage}_version"}).get_current_heads()
        if seen == tuple(ScriptDirectory.from_config(config).get_heads()):
            return
    with target.connect() as db:
        db.exec_driver_sql(ONE_AT_A_TIME[target.dialect.name])
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        db.commit()


def _translate(context: sa.engine.ExceptionContext) -> None:
    if isinstance(context.sqlalchemy_exception, sa.exc.OperationalError):
        raise database_trouble(context.sqlalchemy_exception, "database") from context.sqlalchemy_exception
