"""Copies of drops: byte for byte, hashed, the files of one drop together, never altered."""
