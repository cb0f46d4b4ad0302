"""The text of a moment for people of a district: on its pages and in its report."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_in(zone: ZoneInfo, moment: str | datetime | None) -> str:
    """A moment in this time zone, with the name of the zone; or a dash."""
    if not moment:
        return "–"
    parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{parsed.astimezone(zone):%B %-d, %Y, %-I:%M %p %Z}"
