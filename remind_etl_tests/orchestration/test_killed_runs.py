"""What a killed run (kill -9) leaves of people's data goes with the next run, with retention, and with forgetting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.definitions import definitions
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.erase import delete_unfinished, prune
from remind_etl.operations.forget import Forgetting
from remind_etl.orchestration.instance import open_instance
from remind_etl_tests import crashes
from remind_etl_tests.districts import files
from remind_etl_tests.warehouses import DISTRICT

GOOD = "S1,P1,Cy,Fox,2012-01-31,8,cy@example.org,,Dee,Foxx,dee@example.org,"
NEEDS_FALLBACK = [GOOD, "S1,P3,Kit,Orr,,K,kit@example.org,,,,,,,one cell too many"]


def write(folder: Path, sent: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in sent.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("then", ["run", "retention", "forget the student", "forget the district"])
def test_the_rows_that_a_killed_run_rewrote_go_with_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    home, sent = tmp_path / "home", write(tmp_path / "sent", files(students=NEEDS_FALLBACK))
    monkeypatch.setenv("REMIND_ETL_HOME", str(home))
    monkeypatch.setenv("DAGSTER_HOME", "")
    decisions = DecisionStore(settings.home().decisions_url)
    decisions.add_district(DISTRICT, "Springfield", link_policy="exact")
    assert not crashes.sync(home, sent, die_at="load students.csv")
    (left,) = (home / "warehouse").rglob("students.csv")
    assert "cy@example.org" in left.read_text()

    if then == "run":
        assert crashes.sync(home, sent)
    elif then == "retention":
        with open_instance() as instance:
            job = definitions().resolve_job_def("retention")
            assert job.execute_in_process(instance=instance).success
    elif then == "forget the student":
        Forgetting().student(DISTRICT, "P1")
    else:
        Forgetting().district(DISTRICT)

    assert not list((home / "warehouse" / "tmp").iterdir())


@pytest.mark.parametrize("point", ["drop", "files stored"])
@pytest.mark.parametrize("then", ["run", "retention"])
def test_the_files_of_a_killed_landing_go_and_those_of_landed_drops_stay(tmp_path: Path, point: str, then: str) -> None:
    home, url = tmp_path / "home", f"sqlite:///{tmp_path / 'database.db'}"
    for n in range(2):
        sent = write(tmp_path / f"landed{n}", files(schools=[f"S1,North {n}", "S2,South High"]))
        assert crashes.run(home, url, sent, ("land",))
    store, whole = LandingStore(home / "landed"), _below(home / "landed")
    # The file of schools is that of the first drop: a killed landing may have put it again.
    sent = write(tmp_path / "killed", files(schools=["S1,North 0", "S2,South High"], students=NEEDS_FALLBACK))
    assert not crashes.run(home, url, sent, ("land",), die_at=point)
    assert _below(home / "landed") > whole

    if then == "run":
        delete_unfinished(store, DISTRICT)
    else:
        now = datetime.now(UTC)
        prune(store, DISTRICT, now - timedelta(days=400), set(), now)
        assert _below(home / "landed") > whole, "a landing may be under way"
        prune(store, DISTRICT, now - timedelta(days=400), set(), now + timedelta(days=2))

    assert _below(home / "landed") == whole
    assert all(drop.paths for drop in store.all_drops(DISTRICT))


def _below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
