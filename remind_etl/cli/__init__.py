"""The operator's commands. They call what the assets call, and read results only from what was published."""

import gc
import os
import sys
from typing import Final

WITH_ALL_LIBRARIES: Final = {"sync", "demo", "web", "undo", "forget", "sftp"}
"""The commands that run the pipeline or publish. Great Expectations needs pandas, and a report needs numpy."""


class WithoutPandas:
    """Lets no module import pandas or numpy: pyarrow does, only to see if a value is of theirs, and that takes long."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Raise ModuleNotFoundError for these two; other modules are found as usual."""
        if fullname in ("pandas", "numpy"):
            raise ModuleNotFoundError(fullname, name=fullname)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(50_000)  # most commands end before there is anything to collect, and each look takes time
    if not WITH_ALL_LIBRARIES & {*sys.argv[1:2]}:
        sys.meta_path.insert(0, WithoutPandas())
    from remind_etl.cli.commands import INTERRUPTED, app

    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            # Without this, DuckDB complains of each object that the interruption left.
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(INTERRUPTED)
        raise
