"""The templates, and how they show numbers and signs that cannot be seen."""

import re
from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.decided.districts import REPLACEMENT
from remind_etl.web.markdown import as_inline_html


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


MARK: Final = REPLACEMENT
"""Stands for a sign that controls the screen or the direction of a text."""

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Signs that join letters or emojis are none of these: some languages need them."""

_NOT_SHOWN: Final = r'<(?:button|option|input type="(?:hidden|checkbox|radio)")[^>]*>'
"""A tag with a value that nobody sees. It comes back as it was, such as an id."""

_UNSEEN_OR_TAG: Final = re.compile(f"({_NOT_SHOWN})|{_UNSEEN.pattern}")

TEMPLATES: Final = Environment(
    loader=PackageLoader("remind_etl.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(texts=texts, page_texts=page_texts, number=_number)
TEMPLATES.filters["marked"] = as_inline_html


def render(template: str, shown: Mapping[str, Any]) -> str:
    """The page of a template, with a mark for each sign that nobody can see, so that no name looks like another."""
    page = TEMPLATES.get_template(template).render(shown)
    return _UNSEEN_OR_TAG.sub(lambda found: found[1] or MARK, page) if _UNSEEN.search(page) else page


def as_field(text: str) -> str:
    """The text as a field of a line shows it, and sends it back if nobody touches it."""
    return _UNSEEN.sub(MARK, re.sub("[\r\n]", "", text)).strip()
