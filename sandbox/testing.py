"""A running sandbox for a test: a real server on a free port, its switches, and the world to compare with."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from sandbox.limits import Ledger, Settings
from sandbox.regions import MOSCOW
from sandbox.world import World
from sandbox.worldclock import WorldClock, move_to

FIRST_NIGHT = date(2026, 11, 22)
_STARTS_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox over HTTP. Give `clock_file` to the product (GOSPUB_CLOCK_FILE), so that both live in one time."""

    base_url: str
    world: World
    clock_file: Path

    def faults(self, *wanted: dict[str, Any]) -> dict[str, Any]:
        """Replace the active faults, none = switch all off. Raises ValueError for a fault that does not exist."""
        return self._post("faults", list(wanted))

    def settings(self, **wanted: Any) -> dict[str, Any]:
        """Change rate, quotas, execute_latency or execute_for_service; returns all settings."""
        return self._post("settings", wanted)

    def reset(self) -> None:
        """Forget all calls and faults."""
        self._post("reset", {})

    def stats(self) -> dict[str, Any]:
        """Calls, violations and arrivals, by token."""
        return self._get("stats")

    def asked(self, method: str) -> dict[int | str, int]:
        """How often each page was asked for by this method (calls that were executed, inside `execute` too)."""
        asked = self._get("asked").get(method, {})
        return {int(page) if page.isdecimal() else page: times for page, times in asked.items()}

    def move_to_night(self, night: date, hour: int = 1) -> None:
        """Set the world's clock to this hour of the night's date in Europe/Moscow."""
        move_to(self.clock_file, datetime(night.year, night.month, night.day, hour, tzinfo=MOSCOW))

    def night(self, number: int) -> date:
        """The date of the world's night `number`, the first being 1."""
        return self.world.first_night + timedelta(days=number - 1)

    def _post(self, path: str, body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.base_url}/sandbox/{path}", json=body, timeout=30)
        found: dict[str, Any] = answer.json()
        if answer.status_code == 422:
            raise ValueError(found["error"])
        return found

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.base_url}/sandbox/{path}", timeout=30).json()
        return found


@contextmanager
def running_sandbox(
    organisations: int = 200,
    seed: int = 1,
    first_night: date = FIRST_NIGHT,
    settings: Settings | None = None,
    clock_file: Path | None = None,
) -> Iterator[RunningSandbox]:
    """Serve a world from a thread of this process until the block ends; its clock stands at 01:00 of the first night.

    Without `settings` the rate is unlimited and there is no quota, so that a test limits only what it is about.
    """
    from sandbox.server import listen, server

    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        clock_file = clock_file or Path(folder) / "clock"
        world = World(seed, organisations, first_night)
        ledger = Ledger(settings or Settings(0.0, {}))
        listener, http = listen(0), server(world, WorldClock(clock_file), ledger)
        running = RunningSandbox(f"http://127.0.0.1:{listener.getsockname()[1]}", world, clock_file)
        running.move_to_night(first_night)
        thread = threading.Thread(target=http.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
        thread.start()
        try:
            _wait_until(lambda: http.started)
            yield running
        finally:
            http.should_exit = True
            thread.join(_STARTS_WITHIN)
            listener.close()


def _wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the sandbox did not start within {_STARTS_WITHIN:.0f} s")
        time.sleep(0.005)
