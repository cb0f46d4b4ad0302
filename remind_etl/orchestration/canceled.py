"""Ends a run that a person started with a wrong choice, such as a drop that does not exist, as canceled.

When a run fails, Dagster shows each asset that it planned as failed to materialize, and each check as failed. When a
run is canceled, the assets and checks stay as they were. Dagster has no public call by which a step does this.
`report_run_canceling` was seen in 1.13, and tests call it.
"""

import dagster as dg


def end_as_canceled(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Let Dagster end the run as canceled, instead of failed, when its step has failed."""
    instance.report_run_canceling(run, "The run was started with a wrong choice. The step that fails says which.")
