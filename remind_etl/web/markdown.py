"""Markdown as part of a page: reports, and sentences with marked words."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

PROSE: Final = 30
"""A cell with more characters is prose, and gets more room."""
PROSE_CLASS: Final = ' class="prose"'
WIDE: Final = '<div class="wide" role="region" aria-label="Table {number}" tabindex="0"><table class="cards">'


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
    reader.add_render_rule("th_open", _open_heading)
    reader.add_render_rule("tr_open", _open_row)
    reader.add_render_rule("td_open", _open_cell)
    return reader


def _open_table(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    """A table may be wider than the page, so it scrolls, also by the keyboard. On a phone a row is a list of cells."""
    env["tables"] += 1
    env["headings"] = []
    return WIDE.format(number=env["tables"])


def _open_heading(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    env["headings"].append(tokens[place + 1].content)
    return '<th scope="col">'


def _open_row(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    env["column"] = 0
    return "<tr>"


def _open_cell(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    heading, env["column"] = env["headings"][env["column"]], env["column"] + 1
    is_prose = len(tokens[place + 1].content) > PROSE
    return f'<td data-label="{escape(heading)}"{PROSE_CLASS * is_prose}>'


def _close_table(self: object, tokens: Sequence[Token], place: int, options: Mapping[str, Any], env: Any) -> str:
    return "</table></div>\n"
