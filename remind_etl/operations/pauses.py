"""When the pause of a district ends."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from remind_etl.errors import UsageError


def end_of_pause(last_day: date, zone: tzinfo, now: datetime) -> datetime:
    """The moment in UTC at which the last day of a pause ends in the time zone.

    Raises UsageError if it is not after `now`.
    """
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)
    if ends_at <= now:
        raise UsageError(f"{last_day:%Y-%m-%d} has passed. Give the last day of the pause.")
    return ends_at
