"""The files as tables: one a file, every column text, each row with its line."""
