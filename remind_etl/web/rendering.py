"""The templates, and how they show numbers and moments."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.web.markdown import as_inline_html


def moment_in(zone: ZoneInfo, moment: str | datetime | None) -> str:
    """A moment in this time zone, or a dash."""
    if not moment:
        return "–"
    parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{parsed.astimezone(zone):%B %-d, %Y, %-I:%M %p %Z}"


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
