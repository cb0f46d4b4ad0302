"""Where a record stands in each stage of the pipeline, and why it is not there, from the published tables."""
