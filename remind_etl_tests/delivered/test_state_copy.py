"""The copy of what the platform holds of a large district: it says what the platform says, or it is not used."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.state_copy import CONTENTS, StateCopies
from remind_etl.delivered.tables import TABLES
from remind_etl.files.storage import FolderStorage
from remind_etl.schema.records import KINDS
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests.delivered.plans import account, contact, plan_of
from remind_etl_tests.districts import District, files, new_district
from remind_etl_tests.ids import OAK
from remind_etl_tests.warehouses import DISTRICT, SMALL

FIRST = (account("a1"), account("a2"), contact("a@x.org", "a1"))
SECOND = (account("a3"), contact("c@x.org", "a3"))


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateCopies:
    """Copies also of small districts."""
    monkeypatch.setattr(StateCopies, "few_records", 0)
    return StateCopies(FolderStorage(tmp_path / "state"))


@pytest.fixture
def copied(url: str, copies: StateCopies) -> PlatformStore:
    """The platform after a delivery, with a copy."""
    platform = PlatformStore(url, copies)
    platform.apply(OAK, plan_of(*FIRST))
    platform.state(OAK, keep_copy=True)
    return platform


def _deliver_again(platform: PlatformStore) -> None:
    platform.apply(OAK, plan_of(*SECOND, base=1, plan_hash="i", drop_id="e"))


def _records(platform: PlatformStore) -> dict[str, list[Any]]:
    records = platform.state(OAK).records
    return {name: sorted(load_records(rows).to_pylist(), key=str) for name, rows in records.items()}


def _uses_a_copy(platform: PlatformStore) -> bool:
    return all(isinstance(rows, Path) for rows in platform.state(OAK).records.values())


def test_a_copy_says_what_the_platform_says(copied: PlatformStore, url: str) -> None:
    assert _uses_a_copy(copied)
    assert _records(copied) == _records(PlatformStore(url))
    assert len(_records(copied)["accounts"]) == 2


def test_a_copy_is_read_in_the_place_of_the_database(copied: PlatformStore, url: str) -> None:
    whole = _records(copied)
    with copied.engine.begin() as db:
        db.execute(sa.delete(TABLES["contact_points"]))

    assert _records(copied) == whole
    assert _records(PlatformStore(url))["contact_points"] == []


def test_days_on_copies_are_as_days_on_the_platform(tmp_path: Path, copies: StateCopies) -> None:
    plain = new_district(tmp_path / "plain")
    copying = District(tmp_path / "copying", PlatformStore(f"sqlite:///{tmp_path / 'copying.db'}", copies))
    fewer = files(students=["S1,P1,Cy,Fox,2012-01-31,8,,,Dee,Fox,dee@example.org,", "S2,P3,Al,Orr,,K,,,Mo,Orr,,"])
    for sent in (SMALL, fewer, SMALL):
        planned, same = plain.deliver(sent), copying.deliver(sent)
        copying.platform.state(DISTRICT, keep_copy=True)
        assert all(isinstance(rows, Path) for rows in copying.platform.state(DISTRICT).records.values())
        assert (same.plan_hash, same.actions) == (planned.plan_hash, planned.actions)
        for kind in KINDS:
            assert copying.active(kind.name) == plain.active(kind.name)


def test_after_another_delivery_the_platform_is_read_until_there_is_a_new_copy(
    copied: PlatformStore, copies: StateCopies, url: str
) -> None:
    before = copies.storage.names(OAK)
    _deliver_again(copied)

    assert not _uses_a_copy(copied)
    assert _records(copied) == _records(PlatformStore(url))

    copied.state(OAK, keep_copy=True)
    assert _uses_a_copy(copied)
    assert len(copies.storage.names(OAK)) == 1
    assert copies.storage.names(OAK) != before


def test_a_whole_copy_is_not_made_again(copied: PlatformStore, copies: StateCopies) -> None:
    made = copies.storage.times(OAK)
    copied.state(OAK, keep_copy=True)
    assert copies.storage.times(OAK) == made


def test_of_a_small_district_no_copy_is_kept(url: str, copies: StateCopies, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = PlatformStore(url, copies)
    platform.apply(OAK, plan_of(*FIRST))
    monkeypatch.setattr(StateCopies, "few_records", len(FIRST))
    platform.state(OAK, keep_copy=True)
    assert copies.storage.names(OAK) == []

    monkeypatch.setattr(StateCopies, "few_records", len(FIRST) - 1)
    platform.state(OAK, keep_copy=True)
    assert _uses_a_copy(platform)


def _changed_byte(folder: Path) -> None:
    content = bytearray((folder / "accounts.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    _replace(folder / "accounts.parquet", bytes(content))


def _cut_short(folder: Path) -> None:
    _replace(folder / "accounts.parquet", (folder / "accounts.parquet").read_bytes()[:-1])


def _emptied(folder: Path) -> None:
    _replace(folder / "accounts.parquet", b"")


def _missing(folder: Path) -> None:
    (folder / "accounts.parquet").unlink()


def _exchanged(folder: Path) -> None:
    _replace(folder / "accounts.parquet", (folder / "classes.parquet").read_bytes())


def _without_contents(folder: Path) -> None:
    (folder / CONTENTS).unlink()


def _garbled_contents(folder: Path) -> None:
    _replace(folder / CONTENTS, b"{")


def _other_contents(folder: Path) -> None:
    _replace(folder / CONTENTS, b"[1]")


def _kind_not_named(folder: Path) -> None:
    contents = json.loads((folder / CONTENTS).read_bytes())
    _replace(folder / CONTENTS, json.dumps({**contents, "accounts": None}).encode())


def _of_other_tables(folder: Path) -> None:
    contents = json.loads((folder / CONTENTS).read_bytes())
    _replace(folder / CONTENTS, json.dumps({**contents, "revision": "0000"}).encode())


def _of_a_restored_database(folder: Path) -> None:
    contents = json.loads((folder / CONTENTS).read_bytes())
    _replace(folder / CONTENTS, json.dumps({**contents, "delivered_at": "2026-01-01T00:00:00.000+00:00"}).encode())


def _of_another_plan(folder: Path) -> None:
    folder.rename(folder.with_name(f"{folder.name}0"))


def _of_another_delivery(folder: Path) -> None:
    folder.rename(folder.with_name(f"2{folder.name}"))


def _replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        _changed_byte,
        _cut_short,
        _emptied,
        _missing,
        _exchanged,
        _without_contents,
        _garbled_contents,
        _other_contents,
        _kind_not_named,
        _of_other_tables,
        _of_a_restored_database,
        _of_another_plan,
        _of_another_delivery,
    ],
)
def test_a_damaged_copy_is_not_used_and_is_made_again(
    copied: PlatformStore, copies: StateCopies, url: str, damage: Callable[[Path], None]
) -> None:
    (name,) = copies.storage.names(OAK)
    damage(copies.storage.local(f"{OAK}/{name}"))

    assert not _uses_a_copy(copied)
    assert _records(copied) == _records(PlatformStore(url))

    copied.state(OAK, keep_copy=True)
    assert _uses_a_copy(copied)
    assert copies.storage.names(OAK) == [name]


def test_a_copy_that_is_cut_off_while_it_is_made_is_not_used(
    copied: PlatformStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deliver_again(copied)
    with monkeypatch.context() as broken:
        broken.setattr(FolderStorage, "write", _die)
        with pytest.raises(InterruptedError):
            copied.state(OAK, keep_copy=True)

    assert not _uses_a_copy(copied)
    copied.state(OAK, keep_copy=True)
    assert _uses_a_copy(copied)


def test_what_a_killed_process_left_of_a_copy_is_swept_and_the_whole_copy_stays(
    copied: PlatformStore, copies: StateCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = copies.storage.names(OAK)
    _deliver_again(copied)
    with monkeypatch.context() as broken:
        broken.setattr(FolderStorage, "write", _die)
        with pytest.raises(InterruptedError):
            copied.state(OAK, keep_copy=True)
    unfinished = copies.storage.local(f"{OAK}/.incoming-x")
    unfinished.mkdir()
    now = datetime.now(UTC)

    copies.sweep(OAK, now - timedelta(days=1))
    assert (len(copies.storage.names(OAK)), unfinished.exists()) == (2, True)
    copies.sweep(OAK, now + timedelta(days=1))

    assert (copies.storage.names(OAK), unfinished.exists()) == ([whole], False)


def _die(*_: object) -> None:
    raise InterruptedError


def test_no_other_person_can_read_a_copy(copied: PlatformStore, copies: StateCopies) -> None:
    (name,) = copies.storage.names(OAK)
    folder = copies.storage.local(f"{OAK}/{name}")
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
    receipt = copied.last_delivery(OAK)
    assert receipt
    assert receipt.plan_hash in name
