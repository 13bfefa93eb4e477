"""What the demo remembers between two starts: its world, and the world's time when it was stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from gospub.clock import MOSCOW
from local.world_clock import WorldClock


class DemoError(RuntimeError):
    """The demo cannot go on; the message names the cause and the cure."""


@dataclass(frozen=True)
class DemoState:
    """The demo's world. `stopped_at` is the world's time at the last orderly stop."""

    seed: int
    organisations: int
    first_night: str
    stopped_at: str | None = None

    def save(self, path: Path) -> None:
        """Write it beside the databases."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    def stopped(self, moment: datetime) -> DemoState:
        """Return this state as of an orderly stop."""
        return replace(self, stopped_at=moment.isoformat())


def load_state(path: Path, organisations: int, today: date) -> DemoState:
    """Return the state of an earlier demo, or a new one whose first night is today's.

    Raises DemoError when the earlier demo has a world of another size, or its file is damaged.
    """
    if not path.exists():
        return DemoState(seed=1, organisations=organisations, first_night=today.isoformat())
    try:
        known = DemoState(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise DemoError(f"{path} is damaged ({error}): start afresh with `make clean-state`") from None
    if known.organisations != organisations:
        raise DemoError(
            f"the demo's world has {known.organisations} organisations, not {organisations}: "
            f"go on with ORGANISATIONS={known.organisations}, or start afresh with `make clean-state`"
        )
    return known


def resume_clock(clock: WorldClock, state: DemoState, last_night: dict[str, Any] | None) -> None:
    """Let the world go on from when it was stopped: its time stands still while no demo runs."""
    moments = [datetime.combine(date.fromisoformat(state.first_night), datetime.min.time(), MOSCOW)]
    if state.stopped_at:
        moments.append(datetime.fromisoformat(state.stopped_at))
    if last_night:
        moments.append(last_night["opened_at"])
    clock.set(max(moments))


def next_night(clock: WorldClock, last_night: dict[str, Any] | None) -> date:
    """Return the date of the night to run: after the last published one, or the unpublished one again."""
    today = clock.today()
    if last_night is None:
        return today
    last: date = last_night["snapshot_date"]
    return max(today, last + timedelta(days=1) if last_night["published_at"] else last)
