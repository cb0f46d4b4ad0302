"""Markdown as part of a page: reports, and sentences with marked words."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

PROSE: Final = 30
"""A cell with more characters is prose, and gets more room."""
WIDE: Final = '<div class="wide" role="region" aria-label="Table {number}" tabindex="0"><table>'


def as_html(markdown: str) -> Markup:
    """The text as HTML. HTML in it stays text, and no link or picture comes of it."""
    return Markup(_reader().render(markdown, {"tables": 0}))  # noqa: S704 - the reader escapes all text


def as_inline_html(sentence: str) -> Markup:
    """A sentence of the catalogue, whose marks become HTML."""
    return Markup(_reader().renderInline(sentence))  # noqa: S704 - the reader escapes all text


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero").enable(["heading", "emphasis", "list", "backticks", "escape", "table"])
    reader.add_render_rule("table_open", _open_table)
    reader.add_render_rule("table_close", _close_table)
    reader.add_render_rule("td_open", _open_cell)
    return reader


def _open_table(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    """A table may be wider than the page, so it scrolls, also by the keyboard."""
    env["tables"] += 1
    return WIDE.format(number=env["tables"])


def _open_cell(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    return '<td class="prose">' if len(tokens[place + 1].content) > PROSE else "<td>"


def _close_table(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    return "</table></div>\n"
