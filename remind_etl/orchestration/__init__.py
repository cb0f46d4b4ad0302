"""Dagster only: partitions, resources, jobs, schedules, asset checks, runs in this process."""
