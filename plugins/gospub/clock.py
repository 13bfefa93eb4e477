"""The one seam through which gospub reads the calendar: dates, night bounds and quota windows.

Set ``GOSPUB_CLOCK_FILE`` to the path of a file holding a number of seconds and that much is added to real time, so
that a demonstration or a test can live through several nights in minutes. Pacing and time-outs never pass through
here: they use real monotonic time.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gospub.errors import ConfigurationError

MOSCOW = ZoneInfo("Europe/Moscow")


def now() -> datetime:
    """The present moment, aware, in UTC. Raises ConfigurationError when the clock file holds no number of seconds."""
    try:
        return datetime.now(UTC) + timedelta(seconds=_offset_seconds())
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigurationError(
            f"the file that GOSPUB_CLOCK_FILE names cannot be used: {error}",
            "Write a number of seconds into it, or unset the variable",
        ) from None


def snapshot_date(moment: datetime) -> date:
    """The date of the night that a moment belongs to: the calendar date in Moscow."""
    return moment.astimezone(MOSCOW).date()


def moscow_midnight(day: date) -> datetime:
    """The moment at which a day begins in Moscow, in UTC."""
    return datetime.combine(day, time(), MOSCOW).astimezone(UTC)


def night_ends_at(day: date) -> datetime:
    """The first moment at which a network's answers no longer describe that day."""
    return moscow_midnight(day + timedelta(days=1))


def _offset_seconds() -> float:
    path = os.environ.get("GOSPUB_CLOCK_FILE")
    if not path:
        return 0.0
    try:
        return float(Path(path).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0.0
