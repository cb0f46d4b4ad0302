"""The templates, and how they show numbers."""

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.web.markdown import as_inline_html


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


TEMPLATES: Final = Environment(
    loader=PackageLoader("remind_etl.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(texts=texts, page_texts=page_texts, number=_number)
TEMPLATES.filters["marked"] = as_inline_html
