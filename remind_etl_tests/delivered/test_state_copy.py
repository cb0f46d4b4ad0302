"""The copy of what the platform holds of a large district: it says what the platform says, or it is not used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from remind_etl.delivered.delivery import Receipt
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.state_copy import CONTENTS, StateCopies
from remind_etl.delivered.tables import TABLES
from remind_etl.files.storage import FolderStorage
from remind_etl.schema.records import KINDS
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests.districts import District, files
from remind_etl_tests.warehouses import DISTRICT, SMALL

FIRST = files()
SECOND = files(
    students=["S1,P1,Cy,Fox,2012-01-31,8,,,Dee,Fox,dee@example.org,", "S2,P3,Al,Orr,,K,,,Mo,Orr,mo@example.org,"]
)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateCopies:
    """Copies also of small districts."""
    monkeypatch.setattr(StateCopies, "few_records", 0)
    return StateCopies(FolderStorage(tmp_path / "state"))


@pytest.fixture
def copied(url: str, tmp_path: Path, copies: StateCopies) -> District:
    """A district with a delivery, of which a copy is kept."""
    district = District(tmp_path, PlatformStore(url, copies))
    district.deliver(FIRST)
    district.platform.keep_copy(DISTRICT)
    return district


def _records(platform: PlatformStore) -> dict[str, list[Any]]:
    records = platform.state(DISTRICT).records
    return {name: sorted(load_records(rows).to_pylist(), key=str) for name, rows in records.items()}


def _receipt(district: District) -> Receipt:
    receipt = district.platform.last_delivery(DISTRICT)
    assert receipt
    return receipt


def _uses_a_copy(district: District) -> bool:
    return all(isinstance(rows, Path) for rows in district.platform.state(DISTRICT).records.values())


def test_a_copy_says_what_the_platform_says(copied: District, url: str) -> None:
    assert _uses_a_copy(copied)
    assert _records(copied.platform) == _records(PlatformStore(url))
    assert _records(copied.platform)["accounts"]


def test_a_day_on_a_copy_is_as_a_day_on_the_platform(copied: District, tmp_path: Path) -> None:
    plain = District(tmp_path / "plain", PlatformStore(f"sqlite:///{tmp_path / 'plain.db'}"))
    for sent in (FIRST, SECOND, FIRST):
        planned, same = plain.deliver(sent), copied.deliver(sent) if sent is not FIRST or plain.days > 1 else None
        copied.platform.keep_copy(DISTRICT)
        assert _uses_a_copy(copied)
        assert same is None or (same.plan_hash, same.actions) == (planned.plan_hash, planned.actions)
        assert [*map(copied.active, (kind.name for kind in KINDS))] == [*map(plain.active, (k.name for k in KINDS))]


def test_after_another_delivery_the_platform_is_read_until_there_is_a_new_copy(
    copied: District, copies: StateCopies, url: str
) -> None:
    before = copies.storage.names(DISTRICT)
    copied.deliver(SECOND)

    assert not _uses_a_copy(copied)
    assert _records(copied.platform) == _records(PlatformStore(url))

    copied.platform.keep_copy(DISTRICT)
    assert _uses_a_copy(copied)
    assert len(copies.storage.names(DISTRICT)) == 1
    assert copies.storage.names(DISTRICT) != before


def test_a_whole_copy_is_not_made_again(copied: District, copies: StateCopies) -> None:
    made = copies.storage.times(DISTRICT)
    copied.platform.keep_copy(DISTRICT)
    assert copies.storage.times(DISTRICT) == made


def test_of_a_small_district_no_copy_is_kept(
    url: str, tmp_path: Path, copies: StateCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = District(tmp_path, PlatformStore(url, copies))
    district.deliver(SMALL)
    records = sum(map(len, _records(district.platform).values()))
    monkeypatch.setattr(StateCopies, "few_records", records)
    district.platform.keep_copy(DISTRICT)
    assert copies.storage.names(DISTRICT) == []

    monkeypatch.setattr(StateCopies, "few_records", records - 1)
    district.platform.keep_copy(DISTRICT)
    assert _uses_a_copy(district)


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
    copied: District, copies: StateCopies, url: str, damage: Callable[[Path], None]
) -> None:
    (name,) = copies.storage.names(DISTRICT)
    damage(copies.storage.local(f"{DISTRICT}/{name}"))

    assert not _uses_a_copy(copied)
    assert _records(copied.platform) == _records(PlatformStore(url))

    copied.platform.keep_copy(DISTRICT)
    assert _uses_a_copy(copied)
    assert copies.storage.names(DISTRICT) == [name]


def test_a_copy_that_is_cut_off_while_it_is_made_is_not_used(
    copied: District, copies: StateCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied.deliver(SECOND)
    with monkeypatch.context() as broken:
        broken.setattr(FolderStorage, "write", _die)
        with pytest.raises(InterruptedError):
            copied.platform.keep_copy(DISTRICT)

    assert not _uses_a_copy(copied)
    copied.platform.keep_copy(DISTRICT)
    assert _uses_a_copy(copied)


def _die(*_: object) -> None:
    raise InterruptedError


def test_a_copy_is_read_in_the_place_of_the_database(copied: District, url: str) -> None:
    whole = _records(copied.platform)
    with copied.platform.engine.begin() as db:
        db.execute(sa.delete(TABLES["guardianships"]))

    assert _records(copied.platform) == whole
    assert _records(PlatformStore(url))["guardianships"] == []


def test_no_other_person_can_read_a_copy(copied: District, copies: StateCopies) -> None:
    (name,) = copies.storage.names(DISTRICT)
    folder = copies.storage.local(f"{DISTRICT}/{name}")
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
    assert _receipt(copied).plan_hash in name
