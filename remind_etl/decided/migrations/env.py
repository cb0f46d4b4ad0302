"""Alembic's entry: runs the migrations on the connection it is handed."""

from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"], version_table=config.get_main_option("version_table") or "version"
)
with context.begin_transaction():
    context.run_migrations()
