"""Which school of the platform each school of the files feeds."""
