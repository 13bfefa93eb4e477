"""The clock of the demo's world: a file with the seconds by which it runs ahead, which gospub and the sandbox read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from gospub.clock import MOSCOW

NIGHT_STARTS = time(1)  # the hour at which crawl DAGs are scheduled


class WorldClock:
    """The world's time in `path`; real time plus the file's seconds."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        """The world's present moment, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset())

    def today(self) -> date:
        """The world's date in Moscow."""
        return self.now().astimezone(MOSCOW).date()

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; readers see the old or the new time, never half a number."""
        offset = (moment - datetime.now(UTC)).total_seconds()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_name(self.path.name + ".partial")
        partial.write_text(f"{offset:.3f}\n", encoding="ascii")
        partial.replace(self.path)

    def begin_night(self, day: date) -> None:
        """Go to 01:00 Moscow time of `day`, unless that day has got further already: a clock never goes back."""
        start = datetime.combine(day, NIGHT_STARTS, MOSCOW)
        if self.now() < start:
            self.set(start)

    def _offset(self) -> float:
        return float(self.path.read_text(encoding="ascii")) if self.path.exists() else 0.0
