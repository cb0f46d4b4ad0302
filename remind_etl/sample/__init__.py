"""Made-up districts for demonstrations, tests and measurements, and the templates that districts start from."""
