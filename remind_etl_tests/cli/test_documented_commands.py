"""Commands of the documents, as a reader types them."""

import os
import re
import subprocess
import sys
from pathlib import Path

from remind_etl.decided.store import DecisionStore
from remind_etl_tests.ids import OAK

DOCS = Path(__file__).parents[2] / "docs"


def test_the_commands_that_serve_the_pages_work_word_by_word_in_a_fresh_home(tmp_path: Path) -> None:
    document = (DOCS / "administrators.md").read_text(encoding="utf-8")
    block = re.search(r"## Serve them\n.*?```sh\n(.*?)```", document, re.DOTALL)
    assert block is not None
    commands, last = block[1].rstrip("\n").rsplit("\n", 1)
    assert last.split() == ["remind-etl", "web", "#", "http://127.0.0.1:3001"]  # it would serve until Ctrl-C
    home = tmp_path / "home"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    done = subprocess.run(  # noqa: S603
        ["bash", "-ec", commands],  # noqa: S607
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "REMIND_ETL_HOME": str(home), "PYTHONPATH": str(DOCS.parent)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert (done.returncode, "oak has 3 schools on the platform." in done.stderr) == (0, True), done.stderr
    assert len(DecisionStore(f"sqlite:///{home / 'decisions.db'}").platform_schools(OAK)) == 3
