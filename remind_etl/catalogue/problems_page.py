"""The page docs/problems.md, made from the catalogue: `python -m remind_etl.catalogue.problems_page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import remind_etl
from remind_etl.catalogue.problems import CATALOGUE, Severity
from remind_etl.catalogue.remedies import REMEDIES

PAGE: Final = Path(remind_etl.__file__).parent.parent / "docs" / "problems.md"

MEANINGS: Final = {
    Severity.BLOCKER: (
        "The upload is not processed, and delivered records stay as they are. Nobody is created, changed or removed. "
        "Correct the files and upload all of them again."
    ),
    Severity.ERROR: (
        "This record is not created or not updated. If it was delivered before, it stays as it is, and so do the "
        "records that refer to it. All other records are processed."
    ),
    Severity.ALERT: (
        "The record is created. A value of it is not used, or a person should check it. Correct it when you can."
    ),
    Severity.NOTICE: "The value is accepted, although it is untidy. Nothing is lost, and nothing needs to be done.",
}

_HEAD: Final = """\
# Problems

This page lists everything that can be wrong with a drop. `remind-etl problems ID` shows the problems of a district. The
page is made from `remind_etl/catalogue/problems.py` and `remind_etl/catalogue/remedies.py`. Change the texts there,
then run `python -m remind_etl.catalogue.problems_page`.

In the texts, `{file}` is the name of a file, `{column}` is the name of a column, and `{detail}` is a count or a name.
Line 1 is the header.

A problem of a person appears once for that person. It has the first line and the number of rows.

Similar problems are one group. They have the same code, file and column, and the same cause. If the cause is unknown,
they have values of the same shape. In a shape, A stands for letters and 9 for digits. Begin with the groups that have
the most rows, because a large group is often a single mistake.

If the cause is known, its remedy replaces the remedy of the code. The end of this page lists these remedies.
"""


def render_problems_page() -> str:
    """The page: one section for each severity, worst first, then the remedies of known causes."""
    return "\n".join((_HEAD, *(line for severity in Severity for line in _section(severity)), *_remedies()))


def _section(severity: Severity) -> Iterator[str]:
    yield from (f"## {severity.capitalize()}", "", MEANINGS[severity], "")
    yield from ("| code | message | what to change |", "|---|---|---|")
    yield from (f"| `{p.code}` | {p.message} | {p.fix} |" for p in CATALOGUE if p.severity is severity)
    yield ""


def _remedies() -> Iterator[str]:
    yield from (
        "## Known causes",
        "",
        "If one of these causes is known, its remedy replaces the remedy of the code.",
        "",
    )
    yield from (
        "| cause | what to change |",
        "|---|---|",
        *(f"| `{name}` | {fix} |" for name, fix in REMEDIES.items()),
        "",
    )


if __name__ == "__main__":
    PAGE.write_text(render_problems_page(), encoding="utf-8")
