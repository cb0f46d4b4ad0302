"""Texts that are no district's id are refused wherever a text becomes an id, so that no store has to look again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from remind_etl.cli.commands import app
from remind_etl.decided.store import DecisionStore
from remind_etl.decided.tables import DISTRICTS
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import UsageError
from remind_etl.landed.copy import LandingStore
from remind_etl.orchestration.decide import approve, refuse
from remind_etl.orchestration.step import district_of
from remind_etl.published.store import MANIFEST, Manifest, Published
from remind_etl.schema.district_id import district_id, is_reserved
from remind_etl_tests.ids import OAK

NO_IDS = ["", " ", ".", "..", "../x", "a/b", "a b", "north/../south", "/north", "-north", ".hidden", "oak\n", "oak\0"]
NO_IDS += ["oak' or 1=1 --", "ökö", "n" * 64]


def _commands(group: typer.core.TyperGroup, *path: str) -> Iterator[tuple[str, ...]]:
    """The commands that take a district as an argument."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, *path, name)
        elif any(p.name == "district" and p.param_type_name == "argument" for p in command.params):
            yield (*path, name)


GROUP = typer.main.get_command(app)
assert isinstance(GROUP, typer.core.TyperGroup)
COMMANDS = list(_commands(GROUP))


@pytest.mark.parametrize("text", ["oak", "Oak-Unified_2", "0", "n" * 63])
def test_an_id_is_letters_digits_hyphens_and_underscores(text: str) -> None:
    assert district_id(text) == text


@pytest.mark.parametrize("text", NO_IDS)
def test_another_text_is_no_id(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be a district's id: use 1 to 63 letters, digits, '-' and '_'"):
        district_id(text)


@pytest.mark.parametrize(
    "text", ["collector", "root", "Root", "con", "NUL", "com1", "www-data", "systemd-network", "sftp", "anonymous"]
)
def test_a_new_district_cannot_have_a_name_that_systems_keep(text: str, tmp_path: Path) -> None:
    store = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")

    with pytest.raises(UsageError, match=f"The id {text} is a name that systems keep for themselves"):
        store.add_district(district_id(text), "Oak")
    assert store.district_ids() == []


def test_a_new_district_cannot_have_the_id_of_another_in_other_case(tmp_path: Path) -> None:
    store = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    store.add_district(district_id("A"), "Oak")

    with pytest.raises(UsageError, match="The id a is taken"):
        store.add_district(district_id("a"), "Ash")


@pytest.mark.parametrize("text", ["contra", "rooted", "compass", "com10x"])
def test_a_name_that_only_begins_like_one_of_these_is_an_id(text: str) -> None:
    assert not is_reserved(district_id(text))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_refuses_a_text_that_is_no_id(command: tuple[str, ...]) -> None:
    for text in ("", "..", "../oak", "a/b"):
        done = CliRunner().invoke(app, [*command, "--", text])

        assert done.exit_code == 2
        assert f"{text!r} cannot be a district's id" in done.stderr


def test_the_commands_about_a_district_are_all_looked_at() -> None:
    assert len(COMMANDS) >= 20


def test_the_district_option_of_check_refuses_a_text_that_is_no_id(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(tmp_path), "--district", "../oak"])

    assert done.exit_code == 2
    assert "'../oak' cannot be a district's id" in done.stderr


@pytest.mark.parametrize("text", ["..", "../oak"])
def test_a_partition_key_that_is_no_id_is_refused(text: str) -> None:
    with dg.build_asset_context(partition_key=text) as context, pytest.raises(UsageError):
        district_of(context)


@pytest.mark.parametrize(("job", "op", "more"), [(approve, "let_go", {}), (refuse, "keep_back", {"why": "asked"})])
def test_the_jobs_of_decisions_refuse_a_text_that_is_no_id(
    tmp_path: Path, job: dg.JobDefinition, op: str, more: dict[str, str]
) -> None:
    stores = {
        "decisions": DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}"),
        "platform": PlatformStore(f"sqlite:///{tmp_path / 'platform.db'}"),
        "landing": LandingStore(tmp_path),
        "publications": Published(tmp_path),
    }
    run_config = {"ops": {op: {"config": {"district": "../oak", "hold_hash": "h", "who": "Kim", **more}}}}

    with pytest.raises(dg.Failure, match=r"'\.\./oak' cannot be a district's id"):
        job.execute_in_process(run_config=run_config, resources=stores)


def test_a_row_of_the_decisions_that_is_no_id_is_refused(tmp_path: Path) -> None:
    store = DecisionStore(f"sqlite:///{tmp_path / 'decisions.db'}")
    store.add_district(OAK, "Oak")
    with store.engine.begin() as db:
        db.execute(sa.update(DISTRICTS).values(district_id="../oak"))

    with pytest.raises(UsageError):
        store.district_ids()


def test_a_manifest_of_what_is_no_district_is_refused(tmp_path: Path) -> None:
    published = Published(tmp_path)
    published.publish(Manifest(OAK, "drop", datetime.now(UTC).isoformat()), {})
    path = Path(published.storage.place) / OAK / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"district_id": "../oak"}))

    with pytest.raises(UsageError):
        published.manifest(OAK)
