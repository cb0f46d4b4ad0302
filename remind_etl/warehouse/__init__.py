"""A district's DuckDB file: its connection, its SQL files, its findings."""
