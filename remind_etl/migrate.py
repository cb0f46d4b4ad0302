"""Brings a database to the schema that this version of the code expects (Alembic)."""

from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from remind_etl.errors import OperatorError


def engine(url: str) -> sa.Engine:
    """An engine for the URL; a SQLite file gets write-ahead logging, so that readers never wait for a writer.

    Raises OperatorError if the URL cannot be used.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = sa.create_engine(parsed, poolclass=sa.NullPool)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise OperatorError(f"The database URL cannot be used: {type(error).__name__}.") from error
    if parsed.get_backend_name() == "sqlite":
        with made.connect() as db:
            db.exec_driver_sql("pragma journal_mode = wal")
    return made


def upgrade(target: sa.Engine, stage: str) -> None:
    """Apply the migrations in `<stage>/migrations` that the database has not seen yet."""
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath(stage, "migrations")))
    config.set_main_option("version_table", f"{stage}_version")
    with target.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
