"""What a run leaves to be read: tables, a manifest, the district's report, the status."""
