"""What the processes of tests are forked with."""

import gc

from remind_etl import cli, definitions
from remind_etl.suites import import_great_expectations
from remind_etl_tests import crashes

__all__ = ["cli", "crashes", "definitions"]

import_great_expectations()
gc.collect()
gc.freeze()  # forks share it
