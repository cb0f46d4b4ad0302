"""Alembic migrations of this stage's database."""
