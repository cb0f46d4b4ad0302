"""What a district is told of its drop: a page, all problems, and the rows to mend by school."""
