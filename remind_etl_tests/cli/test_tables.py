"""Tables on a terminal: whole words and all columns, however narrow it is."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from rich.console import Console

from remind_etl.cli import history, holds, say, status
from remind_etl.operations.school_links import COLUMNS
from remind_etl.operations.standings import Newest
from remind_etl.published.status import Status
from remind_etl.schema.records import KINDS

LONG_ID: Final = "los-angeles-unified-school-district-north-area-2"
NOW: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)


def _shown(monkeypatch: pytest.MonkeyPatch, width: int, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The table on a terminal of this width."""
    screen = io.StringIO()
    terminal = Console(width=width, file=screen, force_terminal=True, color_system=None)
    with monkeypatch.context() as patch:
        patch.setattr(say, "Console", lambda **_: terminal)
        say.table(columns, rows)
    return screen.getvalue()


def _standing(district: str, word: Status, ago: timedelta) -> list[Any]:
    at = (NOW - ago).isoformat()
    row = dict.fromkeys(status.MOMENTS, at) | {"newest_upload": Newest.PUBLISHED, "problems": {"error": 1_303}}
    return status.short_row({**row, "district": district, "status": str(word), "counts": {"accounts": 120_449}}, NOW)


STANDINGS: Final = [_standing(d, word, timedelta(minutes=59)) for word in Status for d in ("oak", LONG_ID)]
SCHOOLS: Final = [
    ("0101", "Jackson Elementary School", "proposed", "P1", "Jackson Elementary School", "same name", 0.99),
    (LONG_ID, "Bay Cove Middle School", "confirmed", LONG_ID, "Bay Cove Middle School", "decided", None),
]
APPROVALS: Final = [(f"{one.name} and {two.name}", *(1_234 for _ in KINDS)) for one in KINDS for two in KINDS]
TABLES: Final[dict[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]] = {
    "status": (status.SHORT_COLUMNS, STANDINGS),
    "schools": (COLUMNS, SCHOOLS),
    "holds": (holds.COLUMNS, [(kind.name, 12_345, 12_345, "50 % and 20", 1_303, 0) for kind in KINDS]),
    "approvals": (("approval", *(f"{kind.name} removed" for kind in KINDS)), APPROVALS),
    "history": (history.COLUMNS, [(NOW, "delivery", "2", "drop 20261130T195054983Z-b9a4b144, create 2,678", "root")]),
}


@pytest.mark.parametrize("width", [120, 80, 60, 40])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_cuts_no_word_of_ours_and_leaves_out_no_column_on_a_terminal_of_any_width(
    monkeypatch: pytest.MonkeyPatch, name: str, width: int
) -> None:
    columns, rows = TABLES[name]

    shown = _shown(monkeypatch, width, columns, rows)

    words = [word for column in columns for word in column.replace("_", " ").split()]
    words += [word for row in rows for cell in row for word in str(cell).split() if word.replace("_", "").isalpha()]
    assert {word for word in words if word not in shown.split() and f"{word}:" not in shown.split()} <= {"None"}
    assert max(map(len, shown.splitlines())) <= width


def test_only_a_long_id_goes_on_in_the_next_line_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _shown(monkeypatch, 80, status.SHORT_COLUMNS, STANDINGS[:2])

    lines = [line.split() for line in shown.splitlines() if line.strip()]
    assert lines[0] == [*status.SHORT_COLUMNS]
    assert lines[2][:2] == ["oak", str(next(iter(Status)))]
    assert "".join(line[0] for line in lines[3:]) == LONG_ID


def test_a_table_in_a_pipe_has_a_line_for_each_row_however_narrow_the_terminal_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    say.table(COLUMNS, SCHOOLS)

    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == ["school_id", "0101", LONG_ID]
