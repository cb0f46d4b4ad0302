"""A district finds its report beside its upload folder, reads it over SFTP, and cannot change it."""

from pathlib import Path

import pytest

from remind_etl import settings
from remind_etl.dropped.client import DropServerClient
from remind_etl.published.parcels import Parcels
from remind_etl_tests.ids import NORTH, SOUTH
from remind_etl_tests.sftp import PASSWORDS, collector, district_login, running_server, upload
from remind_etl_tests.worlds import DISTRICT, World, scenario


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    (folder / "rows" / "S1").mkdir(parents=True)
    (folder / "report.md").write_text("first")
    (folder / "rows" / "S1" / "students-grade.csv").write_text("a,b")
    return folder


def test_a_district_reads_its_newest_report_and_cannot_change_it(tmp_path: Path, report: Path) -> None:
    with running_server(tmp_path, PASSWORDS) as server:
        parcels = Parcels(server.root)
        upload(server, "north", PASSWORDS["north"], {"students.csv": b"x"})
        parcels.put(NORTH, report)
        (report / "report.md").write_text("second")
        parcels.put(NORTH, report)
        with district_login(server, "north", PASSWORDS["north"]) as sftp:
            assert sftp.listdir("/reports") == ["latest"]
            assert sftp.open("/reports/latest/report.md").read() == b"second"
            assert sftp.open("/reports/latest/rows/S1/students-grade.csv").read() == b"a,b"
            for act in (
                lambda: sftp.open("/reports/latest/report.md", "w"),
                lambda: sftp.open("/reports/latest/students.csv", "w"),
                lambda: sftp.remove("/reports/latest/report.md"),
                lambda: sftp.rename("/reports/latest/report.md", "/upload/report.md"),
                lambda: sftp.rename("/reports", "/upload/reports"),
            ):
                with pytest.raises(PermissionError):
                    act()
        with DropServerClient(collector(server)) as client:
            assert [entry.name for entry in client.list_district(NORTH) or []] == ["students.csv"]


def test_what_a_killed_process_left_is_replaced(tmp_path: Path, report: Path) -> None:
    (tmp_path / "north" / "reports" / ".latest-new" / "old").mkdir(parents=True)
    Parcels(tmp_path).put(NORTH, report)
    assert [path.name for path in (tmp_path / "north" / "reports").iterdir()] == ["latest"]


def test_a_district_that_has_no_folder_on_this_host_gets_no_report(tmp_path: Path, report: Path) -> None:
    Parcels(tmp_path).put(SOUTH, report)
    Parcels(tmp_path).delete(SOUTH)
    assert not (tmp_path / "south").exists()


def test_a_run_leaves_the_report_beside_the_upload(world: World) -> None:
    world.begin_clean()
    world.deliver(scenario("clean") | {"schools.csv": b"school_id,school_name\n"})

    published = world.published.report(DISTRICT)
    latest = settings.home_at().drops / DISTRICT / "reports" / "latest"
    assert published
    assert (latest / "report.md").read_text() == (published / "report.md").read_text()
    world.published.delete_district(DISTRICT)
    Parcels(settings.home_at().drops).delete(DISTRICT)
    assert not latest.exists()
