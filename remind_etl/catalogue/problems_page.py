"""The page docs/problems.md, made from the catalogue: `python -m remind_etl.catalogue_page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import remind_etl
from remind_etl.catalogue.problems import CATALOGUE, Severity
from remind_etl.catalogue.remedies import REMEDIES

PAGE: Final = Path(remind_etl.__file__).parent.parent / "docs" / "problems.md"

MEANINGS: Final = {
    Severity.BLOCKER: (
        "The drop is not processed; the last delivered state stands. Nobody is created, changed or removed until the "
        "files are mended and uploaded again, all together."
    ),
    Severity.ERROR: (
        "This record is not created or not updated. What was delivered of it before stays, and so does what refers to "
        "it. All other records go on."
    ),
    Severity.ALERT: "The record is created; a bad or contested value is left off. Mend it when you can.",
    Severity.NOTICE: "Accepted though untidy. Nothing is lost, and nothing needs to be done.",
}

_HEAD: Final = """\
# Problems

All that can be wrong with a drop, as `remind-etl problems ID` shows it. Made from `remind_etl/problems.py` and
`remind_etl/remedies.py` by `python -m remind_etl.catalogue_page`: change it there.

In the texts, `{file}` and `{column}` stand for the names of a file and a column, `{detail}` for counts or names. A
problem of a person is told once for that person, with the first line on which it stands and the number of rows. Line 1
is the header. Problems that look alike are grouped: of one code, file, column and cause, or where that cannot be told
shape of the value, where letters are shown as A and digits as 9. Begin with the groups of most rows: they are most
often one mistake. What made it calls for a remedy of its own, where that can be told: see the end of this page.
"""


def page() -> str:
    """The page: a section a severity, worst first, with each code, what it says, and what to change; known causes."""
    return "\n".join((_HEAD, *(line for severity in Severity for line in _section(severity)), *_remedies()))


def _section(severity: Severity) -> Iterator[str]:
    yield from (f"## {severity.capitalize()}", "", MEANINGS[severity], "")
    yield from ("| code | what it says | what to change |", "|---|---|---|")
    yield from (f"| `{p.code}` | {p.message} | {p.fix} |" for p in CATALOGUE if p.severity is severity)
    yield ""


def _remedies() -> Iterator[str]:
    yield from (
        "## Known causes",
        "",
        "Where one of these can be told, its remedy is shown in the place of the code's.",
        "",
    )
    yield from (
        "| cause | what to change |",
        "|---|---|",
        *(f"| `{name}` | {fix} |" for name, fix in REMEDIES.items()),
        "",
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
