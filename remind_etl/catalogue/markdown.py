"""Markdown with words of districts in it. They are never interpreted, so that no image, link or HTML comes of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from remind_etl.catalogue.printable import printable

_LINK: Final = re.compile(r"(\S*(?:://|www\.|@)\S*)", re.IGNORECASE)
"""A word that GitHub's Markdown makes a link by itself."""

_SENTENCE_END: Final = ".,;:!?"
"""Signs behind such a word that belong to the sentence. GitHub leaves them out of the link too."""


def code_span(text: str) -> str:
    """Words of a district as code."""
    shown = printable(text).replace("`", "\ufffd")
    return f"`{shown}`" if shown.strip() else ""


def escaped_sentence(text: str) -> str:
    """A sentence of the catalogue, perhaps with words of a district in it."""
    parts = _LINK.split(printable(text))
    return "".join(_linked_word(part) if place % 2 else _escaped(part) for place, part in enumerate(parts))


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a table. Its cells are Markdown already, or numbers."""
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _linked_word(word: str) -> str:
    bare = word.rstrip(_SENTENCE_END)
    return code_span(bare) + word[len(bare) :]


def _escaped(text: str) -> str:
    return re.sub(r"[\\`*~<>\[\]]", r"\\\g<0>", text)


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value).replace("|", "\\|")
