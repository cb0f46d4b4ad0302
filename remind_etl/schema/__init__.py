"""Data about data: the upload's files and columns, the platform's records, the limits."""
