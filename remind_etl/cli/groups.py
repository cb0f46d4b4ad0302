"""Groups of similar problems for people: worst first, each with its place, remedy and first lines."""

from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from remind_etl.cli.say import one_line
from remind_etl.published.report.groups import Group, lines

SHOWN: Final = 20
"""Groups that are shown."""

LONGEST: Final = 40
"""Characters that are shown of a value."""

STYLES: Final = {"blocker": "bold white on red", "error": "bold red", "alert": "bold yellow", "notice": "bold cyan"}


def show(groups: Sequence[Group], values: Callable[[Group], Sequence[str]] = lambda _: ()) -> None:
    """Print the first groups, in colours on a terminal, and the number of further groups.

    `values` returns examples of the values of a group. Without them, the shape of the values is shown.
    """
    console = Console(highlight=False)
    for group in groups[:SHOWN]:
        title = Text.assemble(
            (str(group["severity"]).upper(), STYLES[group["severity"]]),
            "  ",
            (_place(group), "bold"),
            _size(group, values(group)),
        )
        console.print(title, soft_wrap=True)
        _say(console, f"{group['message']} ({group['code']})")
        _say(console, "Fix: ", group["fix"])
        if first := lines(group):
            _say(console, "Lines: " if len(group["lines"]) > 1 else "Line: ", first)
        console.print()
    if len(groups) > SHOWN:
        console.print(f"And {len(groups) - SHOWN:,} more kinds of problems.\n", soft_wrap=True)


def _say(console: Console, label: str, text: str = "") -> None:
    line = Text.assemble((label, "bold" if text else ""), one_line(text))
    console.print(
        Padding(line, (0, 0, 0, 2)) if console.is_terminal else Text("  ") + line, soft_wrap=not console.is_terminal
    )


def _place(group: Group) -> str:
    return one_line(", ".join(text for text in (group["file"], group["column"]) if text) or "the drop")


def _size(group: Group, values: Sequence[str]) -> str:
    if not group["rows"]:
        return ""
    share = f" ({_percent(group['share'])} of the file)" if group["share"] else ""
    like = f", values like {one_line(group['shape'])}" if group["shape"] else ""
    if values:
        like = f", such as {', '.join(repr(_short(one_line(value))) for value in values)}"
    return f"  {group['rows']:,} row{'s' * (group['rows'] != 1)}{share}{like}"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"


def _percent(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")
