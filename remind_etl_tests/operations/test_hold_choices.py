"""What a person sees of held changes, and which hash decides about them: commands over a publication without a run."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from remind_etl import settings
from remind_etl.cli import say
from remind_etl.cli.commands import app
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.decided.store import DecisionStore
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import OAK

Call = Callable[..., Result]

PLAN_HASH: Final = "f1e2d3c4b5a6978877665544aabbccdd"
HOLD_HASH: Final = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
CHANGES: Final = [
    *[("accounts", "remove", [["students"]])] * 4,
    *[("accounts", "remove", [["guardians"]])] * 2,
    *[("guardianships", "remove", [["guardians", "students"]])] * 3,
    *[("accounts", "update", [["students"]])] * 1,
]
"""Kind of record, action, and the holds that must be approved."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DecisionStore:
    """The decisions of a home in which changes of oak are held."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    store = DecisionStore(settings.home().decisions_url)
    store.add_district(OAK, "Oak")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "schools.csv").write_text("x")
    drop = land_folder(LandingStore(settings.home().landed), OAK, tmp_path / "files").drop_id
    _publish(OAK, drop, [(HOLD_HASH, drop)])
    return store


@pytest.fixture
def call(store: DecisionStore) -> Call:
    """Run a command in this home."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


def _publish(district: DistrictId, drop: str, past: list[tuple[str, str]]) -> None:
    """Publish the held changes, and the hashes and drops of the plans so far."""
    kinds = [("guardians", 2), ("students", 4)]
    tables = {
        "holds": pa.table(
            {
                "kind": [kind for kind, _ in kinds],
                "records": [records for _, records in kinds],
                "delivered": [10, 10],
                "allowed": [1, 1],
                "is_approved": [False, False],
            }
        ),
        "changes": pa.table(
            {
                "kind": [kind for kind, _, _ in CHANGES],
                "action": [action for _, action, _ in CHANGES],
                "state": ["held"] * len(CHANGES),
                "waits_for": [needs for _, _, needs in CHANGES],
            }
        ),
        "plans": pa.table({"hold_hash": [name for name, _ in past], "drop_id": [of for _, of in past]}),
    }
    manifest = Manifest(
        district,
        drop,
        datetime.now(UTC).isoformat(),
        plan={"held": len(CHANGES)},
        plan_hash=PLAN_HASH,
        hold_hash=HOLD_HASH,
        holds=("guardians", "students"),
        planned_drop_id=drop,
    )
    with duckdb.connect() as db:
        Published(settings.home().published).publish(manifest, {name: db.from_arrow(t) for name, t in tables.items()})


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_holds_and_plan_name_both_hashes(call: Call) -> None:
    both = {"plan_hash": PLAN_HASH, "hold_hash": HOLD_HASH}
    held = _json(call("holds", OAK, "--json"))
    assert {name: held[name] for name in both} == both


def test_holds_shows_what_each_approval_alone_and_all_together_would_remove(call: Call) -> None:
    lines = [line.split("\t") for line in call("holds", OAK).stdout.splitlines()]
    assert lines[-4:] == [
        ["approval", "accounts removed", "guardianships removed", "other changes"],
        ["guardians alone", "2", "0", "0"],
        ["students alone", "4", "0", "1"],
        ["all together", "6", "3", "1"],
    ]


@pytest.mark.parametrize("given", [PLAN_HASH, HOLD_HASH, PLAN_HASH[:6], HOLD_HASH[:12]])
def test_either_hash_and_a_unique_prefix_of_it_approve_and_refuse(call: Call, store: DecisionStore, given: str) -> None:
    done = _json(call("approve", OAK, given, "--kind", "students", "--yes", "--json"))
    assert (done["hold_hash"], store.approved_kinds(OAK, HOLD_HASH)) == (HOLD_HASH, ["students"])

    assert _json(call("refuse", OAK, given, "--why", "half is missing", "--json"))["hold_hash"] == HOLD_HASH
    assert (store.approved_kinds(OAK, HOLD_HASH), store.refusal(OAK, HOLD_HASH) is None) == ([], False)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "Write at least 6 characters of the hash."),
        (HOLD_HASH[:5], "Write at least 6 characters of the hash."),
        (HOLD_HASH[:8], "Several hashes of oak begin with 0a1b2c3d. Write more characters of it."),
        ("0a1b2c3d9", "That hash has lapsed, because the district has sent other files."),
        ("123456", "No plan of oak has the hash 123456. The changes held now have the hash 0a1b2c"),
    ],
)
def test_a_prefix_that_is_short_or_shared_or_lapsed_is_refused(call: Call, given: str, says: str) -> None:
    manifest = Published(settings.home().published).manifest(OAK)
    assert manifest
    _publish(OAK, manifest.drop_id, [(HOLD_HASH, manifest.drop_id), ("0a1b2c3d" + "9" * 24, "an earlier drop")])

    said = call("approve", OAK, given, "--yes")

    assert (said.exit_code, says in said.stderr) == (2, True)
    assert _json(call("approve", OAK, HOLD_HASH, "--yes", "--json"))["approved"] == ["guardians", "students"]


@pytest.mark.parametrize(("answer", "approved"), [("y\n", ["students"]), ("n\n", [])])
def test_approve_shows_what_would_go_and_asks_first(
    store: DecisionStore, monkeypatch: pytest.MonkeyPatch, answer: str, approved: list[str]
) -> None:
    monkeypatch.setattr(say, "_can_ask", lambda: True)
    said = CliRunner().invoke(app, ["approve", OAK, HOLD_HASH, "--kind", "students"], input=answer)

    assert said.stdout.splitlines()[:2] == ["approval\taccounts removed\tother changes", "students\t4\t1"]
    assert "Approve students of oak?" in said.stderr
    assert store.approved_kinds(OAK, HOLD_HASH) == approved


def test_approve_without_a_terminal_or_with_json_needs_yes(call: Call, store: DecisionStore) -> None:
    for more in ((), ("--json",)):
        said = call("approve", OAK, HOLD_HASH, *more)
        assert (said.exit_code, "--yes" in said.stderr) == (2, True)
    assert store.approved_kinds(OAK, HOLD_HASH) == []


def test_a_publication_of_an_earlier_version_has_its_held_changes_under_its_only_hash(store: DecisionStore) -> None:
    published = Published(settings.home().published)
    path = Path(published.storage.place) / OAK / "manifest.json"
    old = json.loads(path.read_text())
    del old["hold_hash"]

    path.write_text(json.dumps(old))
    held = published.manifest(OAK)
    path.write_text(json.dumps(old | {"plan": {"held": 0}}))
    nothing_held = published.manifest(OAK)

    assert held
    assert nothing_held
    assert (held.hold_hash, nothing_held.hold_hash) == (PLAN_HASH, None)
    assert replace(held, hold_hash=None, plan={}) == replace(nothing_held, plan={})


def test_an_approval_of_which_nothing_goes_alone_says_what_it_needs_before_it_asks(
    store: DecisionStore, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "CHANGES", [("accounts", "remove", [["guardians", "students"]])] * 2)
    landing = LandingStore(settings.home().landed)
    drop = landing.newest(OAK)
    assert drop is not None
    _publish(OAK, drop.drop_id, [(HOLD_HASH, drop.drop_id)])

    said = call("approve", OAK, HOLD_HASH, "--kind", "guardians", "--yes").output

    assert "This approval alone changes nothing. All of its changes also need an approval of students." in said
    assert "what each approval would remove" not in said
    logged = call("history", OAK).output
    assert "kind guardians, covers (nothing alone)" in logged
