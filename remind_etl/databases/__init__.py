"""The two databases: migrations, and copies into new ones."""
