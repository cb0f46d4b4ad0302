"""Files that are on disk whole or not at all."""
