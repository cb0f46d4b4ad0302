"""Which of two landed drops is in force, after what was delivered and undone."""

import shutil
import time
from pathlib import Path

import pyarrow as pa
import pytest

from remind_etl.delivered.delivery import Plan, Undo
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import NothingLanded
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.operations.in_force import drop_in_force
from remind_etl_tests.warehouses import DISTRICT


@pytest.mark.parametrize(
    ("past", "in_force"),
    [
        ("A", "A"),
        ("A B", "B"),
        ("A b", "B"),
        ("A B A", "A"),
        ("A b A", "A"),
        ("A B A B", "B"),
        ("A B undo2", "B"),
        ("A B A undo3", "B"),
        ("A b A undo2", "B"),
        ("A B A A undo4", "A"),
        ("A B A undo2", "A"),
        ("A B A B undo4", "A"),
        ("A B lost", "B"),
    ],
)
def test_the_newest_drop_is_in_force_unless_an_older_one_was_delivered_since_it_landed(
    tmp_path: Path, past: str, in_force: str
) -> None:
    """`past` has deliveries of the drops A and B, `b` where B landed and no more, undoings, and that B was `lost`."""
    landing, platform = LandingStore(tmp_path / "landed"), PlatformStore(f"sqlite:///{tmp_path / 'platform.db'}")
    with pytest.raises(NothingLanded):
        drop_in_force(landing, platform, DISTRICT)
    ids: dict[str, str] = {}
    for step in past.split():
        time.sleep(0.002)  # moments are of milliseconds
        if (name := step.upper()) in "AB" and name not in ids:
            folder = tmp_path / name
            folder.mkdir()
            (folder / "schools.csv").write_text(name)
            ids[name] = land_folder(landing, DISTRICT, folder).drop_id
        if step == "lost":
            shutil.rmtree(tmp_path / "landed" / DISTRICT / ids["B"])
        elif step != "b":
            time.sleep(0.002)
            _deliver(platform, ids.get(name), int(step[4:]) if step.startswith("undo") else None)

    assert drop_in_force(landing, platform, DISTRICT) == ids[in_force]


def _deliver(platform: PlatformStore, drop_id: str | None, undoes: int | None) -> None:
    last = platform.last_delivery(DISTRICT)
    number, of = (last.number, drop_id or last.drop_id) if last else (0, str(drop_id))
    undo = Undo(undoes, undoes) if undoes else None
    platform.apply(DISTRICT, Plan(of, f"plan {number}", number, {}, {}, pa.table({}), undo=undo))
