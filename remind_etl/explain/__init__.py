"""Where a record stands in each stage of the walk, and why it is not there, from what was published."""
