"""The world's clock: real time plus the number of seconds in a file that the demo and the tests rewrite."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sandbox.regions import MOSCOW


class WorldClock:
    """`now()` is real time plus the offset in `path`; without a path, or without that file yet, it is real time."""

    def __init__(self, path: Path | None = None) -> None:
        self._path, self._seen, self._offset = path, (0, 0), timedelta(0)

    def now(self) -> datetime:
        """The world's time, in UTC. Raises ValueError when the file holds no number."""
        return datetime.now(UTC) + self._read()

    def night(self) -> date:
        """The world's date in Europe/Moscow."""
        return self.now().astimezone(MOSCOW).date()

    def _read(self) -> timedelta:
        if self._path is None:
            return self._offset
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return timedelta(0)
        if (stat.st_mtime_ns, stat.st_ino) != self._seen:
            self._offset = timedelta(seconds=_seconds(self._path))
            self._seen = (stat.st_mtime_ns, stat.st_ino)
        return self._offset


def set_offset(path: Path, seconds: float) -> None:
    """Move the world: write the offset so that no reader ever sees half a file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.write_text(f"{seconds:.6f}\n", encoding="ascii")
    draft.replace(path)


def move_to(path: Path, moment: datetime) -> None:
    """Move the world so that its clock shows `moment` (aware) now."""
    set_offset(path, (moment - datetime.now(UTC)).total_seconds())


def _seconds(path: Path) -> float:
    text = path.read_text(encoding="ascii").strip()
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"clock file {path} holds {text[:40]!r}, not a number of seconds") from None
