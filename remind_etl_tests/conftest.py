import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from remind_etl_tests import (
    districts,
    examples,  # noqa: F401 - registers the profile
    worlds,
)

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("LD_PRELOAD", None)  # the allocator of `make test` is for this process, and not for those it starts

SERVERS: Final = {"world", "lasting_world", "server", "script", "running", "sshd"}
"""Fixtures that start a server, a Dagster instance or a process."""

WHOLE_DAYS: Final = {"district", "anywhere"}
"""Fixtures of tests that take whole days of a district through the rules: a second or more each."""

STARTS: Final = {
    "subprocess",
    "processes",
    "crashes",
    "ProcessPoolExecutor",
    "running_server",
    "running_proftpd",
    "running_sshd",
    "open_instance",
    "COMMAND",
}
"""What a test names that starts one by itself."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server or is a property, and run first what takes longest: other workers take over the rest."""
    for item in items:
        if isinstance(item, pytest.Function):
            if _needs_a_server(item):
                item.add_marker("server")
            if WHOLE_DAYS & {*item.fixturenames}:
                item.add_marker("slow")
            if getattr(item.function, "is_hypothesis_test", False):
                item.add_marker("property")
    items.sort(key=_place)


def _needs_a_server(test: pytest.Function) -> bool:
    kinds = test.callspec.params.values() if hasattr(test, "callspec") else ()
    return bool(SERVERS & {*test.fixturenames} or STARTS & {*test.function.__code__.co_names} or "postgres" in kinds)


def _place(item: pytest.Item) -> int:
    order = ("server", "property", "slow")
    return next((n for n, marker in enumerate(order) if item.get_closest_marker(marker)), len(order))


@pytest.fixture(scope="session", autouse=True)
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share: what a test began with is there for the next one."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "beginnings"
    folder.mkdir(exist_ok=True)
    districts.FIRST_DAYS.folder = folder
    return folder


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beginnings: Path) -> Iterator[worlds.World]:
    with worlds.world(tmp_path, monkeypatch, beginnings / "worlds") as made:
        yield made


@pytest.fixture
def lasting_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[worlds.World]:
    """A world whose Dagster instance other processes could open; schedules need one."""
    with worlds.world(tmp_path, monkeypatch, templates=None) as made:
        yield made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; to mount it takes root, as ProFTPD's tests do."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)], check=True)  # noqa: S603, S607
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S603, S607
