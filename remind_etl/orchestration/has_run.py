"""Whether Dagster has run here, without importing it: that takes longer than many commands do."""

import os
from pathlib import Path

from remind_etl import settings


def instance_folder() -> Path:
    """The folder that `dagster_home` would give. It is not made, and need not be there."""
    return Path(os.environ.get("DAGSTER_HOME") or settings.home_at().dagster)


def has_dagster_run() -> bool:
    """True if Dagster's storage may have something to say.

    Dagster made its SQLite storage in our home, or a person configured another storage in DAGSTER_HOME.
    """
    own = settings.home_at().dagster
    folder = instance_folder()
    return (folder / "schedules").exists() or (folder != own and (folder / "dagster.yaml").exists())
