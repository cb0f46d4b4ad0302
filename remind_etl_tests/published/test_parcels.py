"""A district finds its report beside its upload folder, reads it over SFTP, and cannot change it."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from remind_etl import settings
from remind_etl.dropped.client import Address
from remind_etl.dropped.places import drop_source
from remind_etl.dropped.sweep import sweep
from remind_etl.errors import OperatorError
from remind_etl.published.parcels import Parcels
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.upload import FILES
from remind_etl_tests.ids import NORTH, SOUTH
from remind_etl_tests.proftpd import OWNER, running_proftpd
from remind_etl_tests.sftp import PASSWORDS, Served, collector, district_login, running_server
from remind_etl_tests.worlds import DISTRICT, World, scenario


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    (folder / "rows" / "S1").mkdir(parents=True)
    (folder / "report.md").write_text("first")
    (folder / "rows" / "S1" / "students-grade.csv").write_text("a,b")
    return folder


@dataclass(frozen=True)
class Place:
    """A running server, the logins of its districts, and the account that remind-etl would have there."""

    server: Served
    root: Path
    address: Address
    passwords: Mapping[DistrictId, str]
    owner: str | None

    def put(self, report: Path) -> None:
        """Put the report there, as a run of this account does."""
        Parcels(self.root).put(NORTH, report)
        reports = self.root / NORTH / "reports"
        if self.owner and reports.exists():
            for path in (reports, *reports.rglob("*")):
                shutil.chown(path, self.owner)


@pytest.fixture(params=["embedded", pytest.param("proftpd", marks=pytest.mark.server)])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if request.param == "embedded":
        with running_server(tmp_path / "home", PASSWORDS) as server:
            passwords = {district: PASSWORDS[district] for district in (NORTH, SOUTH)}
            yield Place(server, server.root, collector(server), passwords, None)
    else:
        with running_proftpd(monkeypatch) as proftpd:
            passwords = {district: proftpd.store.add_district(district, district) for district in (NORTH, SOUTH)}
            yield Place(proftpd, proftpd.root, proftpd.address, passwords, OWNER)


def test_a_district_reads_its_newest_report_and_cannot_change_it(place: Place, report: Path) -> None:
    with district_login(place.server, NORTH, place.passwords[NORTH]) as sftp:
        sftp.putfo(BytesIO(b"x"), "students.csv")
        place.put(report)
        (report / "report.md").write_text("second")
        place.put(report)
        assert sftp.listdir("/reports") == ["latest"]
        assert sftp.open("/reports/latest/report.md").read() == b"second"
        assert sftp.open("/reports/latest/rows/S1/students-grade.csv").read() == b"a,b"
        before = contents(place.root / NORTH)
        for act in (
            lambda: sftp.open("/reports/latest/report.md", "w"),
            lambda: sftp.open("/reports/latest/report.md", "a"),
            lambda: sftp.open("/reports/latest/report.md", "r+"),
            lambda: sftp.open("/reports/latest/students.csv", "w"),
            lambda: sftp.open("/upload/../reports/latest/students.csv", "w"),
            lambda: sftp.truncate("/reports/latest/report.md", 0),
            lambda: sftp.utime("/reports/latest/report.md", (1, 1)),
            lambda: sftp.chmod("/reports/latest/report.md", 0o777),
            lambda: sftp.remove("/reports/latest/report.md"),
            lambda: sftp.mkdir("/reports/more"),
            lambda: sftp.rmdir("/reports/latest/rows/S1"),
            lambda: sftp.rename("/reports/latest/report.md", "/upload/report.md"),
            lambda: sftp.posix_rename("/upload/students.csv", "/reports/latest/report.md"),
            lambda: sftp.rename("/reports", "/upload/reports"),
        ):
            with pytest.raises(OSError):  # noqa: PT011
                act()
        assert contents(place.root / NORTH) == before
    with district_login(place.server, SOUTH, place.passwords[SOUTH]) as sftp, pytest.raises(OSError):  # noqa: PT011
        sftp.open("/../north/reports/latest/report.md")


def test_a_report_is_never_read_back_as_an_upload(place: Place, report: Path) -> None:
    for folder in (report, report / "upload"):
        folder.mkdir(exist_ok=True)
        for file in FILES:
            (folder / file.file_name).write_text("a whole upload, if anybody looked here")
    with district_login(place.server, NORTH, place.passwords[NORTH]) as sftp:
        place.put(report)
        assert sftp.open("/reports/latest/students.csv").read()
        for address in (place.address, replace(place.address, root=f"file://{place.root}")):
            with drop_source(address) as source:
                assert (source.districts(), source.list_district(NORTH)) == ([NORTH], [])
                swept = sweep(partial(drop_source, address), [NORTH], lambda: False, 1)
                assert swept.listings[NORTH].is_empty
                sftp.putfo(BytesIO(b"x"), "students.csv")
                assert [entry.name for entry in source.listing(NORTH).files] == ["students.csv"]
                sftp.remove("students.csv")


def contents(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time and bytes of all that is in the folder, by path."""
    facts = {path: path.lstat() for path in folder.rglob("*")}
    return {
        str(path): (of.st_mode, of.st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path, of in facts.items()
    }


def test_what_a_killed_process_left_is_replaced(tmp_path: Path, report: Path) -> None:
    (tmp_path / "north" / "reports" / ".latest-new" / "old").mkdir(parents=True)
    Parcels(tmp_path).put(NORTH, report)
    assert [path.name for path in (tmp_path / "north" / "reports").iterdir()] == ["latest"]


def test_what_a_killed_process_left_beside_the_report_is_swept(tmp_path: Path, report: Path) -> None:
    (tmp_path / NORTH).mkdir()
    Parcels(tmp_path).put(NORTH, report)
    reports = tmp_path / NORTH / "reports"
    for name in (".latest-new", ".latest-old"):
        (reports / name).mkdir()

    Parcels(tmp_path).sweep(NORTH, datetime.now(UTC) - timedelta(days=1))
    assert len(list(reports.iterdir())) == 3
    Parcels(tmp_path).sweep(NORTH, datetime.now(UTC) + timedelta(days=1))

    assert [path.name for path in reports.iterdir()] == ["latest"]


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


def test_a_report_that_cannot_be_put_there_is_ours_to_mend(tmp_path: Path, report: Path) -> None:
    reports = tmp_path / NORTH / "reports"
    reports.parent.mkdir()
    reports.write_text("no folder")
    with pytest.raises(
        OperatorError, match=r"north cannot be put into .*reports \(File exists\)\. .*sync north --again"
    ):
        Parcels(tmp_path).put(NORTH, report)
    reports.unlink()
    Parcels(tmp_path).put(NORTH, report)
    assert (reports / "latest" / "report.md").read_text() == "first"
