"""What all commands have in common: help, version, JSON, errors, completion, Ctrl-C."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer

from remind_etl import settings
from remind_etl.cli import command_line, commands, say, stores
from remind_etl.decided.store import DecisionStore
from remind_etl.errors import Interrupted, OperatorError
from remind_etl.operations import check_files
from remind_etl.schema.tables import PUBLISHED
from remind_etl_tests.cli.conftest import Call
from remind_etl_tests.ids import ELM, OAK

DOCS = Path(settings.__file__).parents[1] / "docs"


def test_the_help_groups_the_commands(call: Call) -> None:
    shown = call("--help").stdout
    places = [shown.index(f" {panel} ") for panel in command_line.COMMANDS]
    assert (list(command_line.COMMANDS), places) == (["Every day", "Set-up", "Repair", "Development"], sorted(places))
    assert shown.index(" Repair ") < shown.index(" undo ") < shown.index(" Development ") < shown.index(" sftp ")


def test_the_version_is_that_of_the_package(call: Call, home: Path) -> None:
    assert call("--version").stdout == f"remind-etl {version('remind_etl')}\n"
    assert not home.exists()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("status", "nobody", "--json"), 2, "There is no district 'nobody'."),
        (("undo", "oak", "x", "--json"), 2, "'x' is not a whole number."),
        (("approve", "oak", "--json"), 2, "Missing argument"),
        (("status", "../oak", "--json"), 2, "cannot be a district's id"),
        (("admins", "list", "jo@example.org", "--json"), 2, "Give the id first, then the email."),
    ],
)
def test_with_json_an_error_is_one_json_document(
    call: Call, arguments: tuple[str, ...], status: int, says: str
) -> None:
    call("districts", "add", "elm", "--name", "Elm")
    done = call(*arguments)
    error = json.loads(done.stdout)["error"]
    assert (done.exit_code, error["exit_status"], says in error["message"]) == (status, status, True)


@pytest.mark.parametrize("command", [("add", "elm", "--name", "x" * 3_000), ("set", "oak", f"name={'x' * 3_000}")])
def test_a_name_of_a_district_that_is_too_long_is_refused_with_its_length(call: Call, command: tuple[str, ...]) -> None:
    call("districts", "add", "oak", "--name", "Oak")

    refused = call("districts", *command, "--json")

    says = "The name of a district has at most 255 characters. This one has 3000."
    assert json.loads(refused.stdout) == {"error": {"message": says, "exit_status": 2}}
    assert [known["name"] for known in json.loads(call("districts", "list", "--json").stdout)] == ["Oak"]


def test_with_json_a_failure_of_ours_is_one_json_document(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "decisions", _raising(OperatorError("The database cannot be used.")))
    done = call("status", "--json")
    assert json.loads(done.stdout) == {"error": {"message": "The database cannot be used.", "exit_status": 3}}

    monkeypatch.setattr(stores, "decisions", _raising(ValueError("a cell")))
    done = call("status", "--json")
    assert (done.exit_code, "a cell" in done.output) == (3, False)
    assert json.loads(done.stdout)["error"]["message"].startswith("ValueError in our own code")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("undo", "oak", "x"), "'x' is not a whole number."),
        (("undo", "oak", "0"), "'0' is too small. Give 1 or more."),
        (("sample", "files", "--untidy", "3"), "'3' is too large. Give 1"),
        (("rehearse", "oak", "--removal-share", "x"), "'x' is not a number."),
        (("pause", "oak", "--until", "soon"), "'soon' is not a date. Write it as YYYY-MM-DD."),
        (("export", "oak", "x"), "'x' is not a published table. Name one of accounts, "),
    ],
)
def test_a_wrong_argument_is_refused_in_plain_words(call: Call, arguments: tuple[str, ...], says: str) -> None:
    done = call(*arguments)
    said = " ".join(done.stderr.replace("│", " ").split())
    assert (done.exit_code, says in said) == (2, True), said
    assert "Input should" not in said
    assert "Value error" not in said


def _raising(error: BaseException) -> Any:
    def fail() -> None:
        raise error

    return fail


class InterruptException(Exception):
    """What DuckDB raises if Ctrl-C ends a query."""


@pytest.mark.parametrize("error", [KeyboardInterrupt(), InterruptException("Interrupted!")])
def test_ctrl_c_exits_130_and_one_sentence_names_the_command(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    says = "The command `status` was ended from outside, before its end."
    monkeypatch.setattr(stores, "decisions", _raising(error))
    done = call("status")
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (130, "", says)
    document = json.loads(call("status", "--json").stdout)
    assert document["error"] == {"message": says, "exit_status": 130}


def test_an_interrupted_undo_says_that_it_may_be_applied_and_how_to_see_it(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "decisions", _raising(KeyboardInterrupt()))
    done = call("undo", "oak", "2", "--yes")
    assert (done.exit_code, done.stderr.strip()) == (
        130,
        "The command `undo` was ended from outside, before its end. The delivery may be undone already. "
        "Run it again: it finishes, or says that nothing is left to undo.",
    )


def test_a_run_that_a_signal_ended_exits_130_and_says_so(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "decisions", _raising(Interrupted("The run was ended. Start it again.")))
    done = call("status")
    assert (done.exit_code, done.stderr.strip()) == (130, "The run was ended. Start it again.")


def test_ids_of_districts_are_completed_and_no_home_is_made_for_that(home: Path) -> None:
    assert say.known_ids("") == []
    assert not home.exists()

    store = DecisionStore(settings.home().decisions_url)
    for district in (ELM, OAK):
        store.add_district(district, district)
    assert (say.known_ids(""), say.known_ids("o")) == (["elm", "oak"], ["oak"])


def test_ids_are_not_completed_if_a_setting_is_wrong(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_POLL_SECONDS", "soon")
    assert (say.known_ids(""), home.exists()) == ([], False)


@dataclass
class Found:
    """What a check of files without problems finds."""

    problems: Any
    counts: dict[str, int] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)


def test_check_answers_with_json_as_other_commands_do(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def found(*_: object) -> Iterator[Found]:
        with duckdb.connect() as db:
            yield Found(db.sql("select 'x' as code where false"))

    monkeypatch.setattr(check_files, "rehearse_files", found)
    assert json.loads(call("check", "files", "--json").stdout) == {"status": "ok", "files": [], "problems": []}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OperatorError("The folder cannot be deleted.")])
def test_an_error_after_the_answer_was_printed_adds_no_second_json_document(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    @contextmanager
    def found(*_: object) -> Iterator[Found]:
        with duckdb.connect() as db:
            yield Found(db.sql("select 'x' as code where false"))
        raise error

    monkeypatch.setattr(check_files, "rehearse_files", found)
    done = call("check", "files", "--json")

    assert json.loads(done.stdout) == {"status": "ok", "files": [], "problems": []}
    assert (done.exit_code, len(done.stderr.splitlines())) == (130 if isinstance(error, KeyboardInterrupt) else 3, 1)
    monkeypatch.setattr(stores, "decisions", _raising(error))
    assert "error" in json.loads(call("status", "--json").stdout)


def test_the_usage_of_every_command_has_each_bracket_and_each_ellipsis_once(call: Call) -> None:
    for command in _command_names(typer.main.get_command(commands.app)):
        usage = call(*command, "--help").stdout.split("\n\n")[0]
        assert "Usage:" in usage, command
        assert not re.search(r"\[\[|\{\{|\.\.\.[\]}]*\.\.\.", usage), usage


def _command_names(group: Any, *above: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _command_names(command, *above, name)
        else:
            yield (*above, name)


def test_the_help_of_undo_says_that_of_added_records_only_new_people_and_classes_stay(call: Call) -> None:
    told = " ".join(call("undo", "--help").stdout.replace("│", " ").split())
    assert "New people and classes of the delivery stay. All else that it added goes." in told
    assert "Added records stay" not in told


def test_the_help_of_export_and_the_docs_name_all_published_tables(call: Call) -> None:
    published = [table.name for table in PUBLISHED]
    shown = " ".join(re.sub(r"[│╭╮╰╯─]", " ", call("export", "--help").stdout).split())
    (in_docs,) = re.findall(r"The tables are `([a-z_\s]+)`", (DOCS / "operate.md").read_text())

    assert f"The published table: {', '.join(published)}." in shown
    assert in_docs.split() == published
    for name in published:  # a table of that name is not refused, but the district is
        assert call("export", "oak", name).exit_code == 2
        assert "is not a published table" not in call("export", "oak", name).output
    assert "is not a published table" in call("export", "oak", "people").output
