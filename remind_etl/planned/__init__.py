"""The difference between what should be and what was last delivered, and what of it is held."""
