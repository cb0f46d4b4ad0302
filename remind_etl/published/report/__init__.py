"""The report to a district about its drop: a page, all problems, and the rows to correct by school."""
