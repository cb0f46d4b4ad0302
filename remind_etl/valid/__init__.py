"""The files' rows typed and normalised; everything that is wrong is a row of valid.problems."""
