"""One night of the demo through the real DAGs: start it, follow it, and everything that it sets going."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import requests

from gospub.warehouse.connection import connected, query, script
from local.airflow_api import FINISHED, AirflowApi, AirflowError
from local.demo_state import DemoError
from local.sandbox_connections import NETWORKS

Say = Callable[[str], None]
# A night's own event starts both. What a rating starts besides may be one run for several ratings: Airflow keeps one
# place in the queue by asset and DAG, so the runs of ratings that end together cannot be told apart.
FOLLOWERS = {f"crawl_{name}": {"rate_regions", "raise_alerts"} for name in NETWORKS}
_ORDER = ("open_night", "plan", "crawl_shard", "check", "publish", "report")
_LONGEST_RUN = 3 * 3600.0


def last_night(dsn: str) -> dict[str, Any] | None:
    """Return the date that was opened last (published when all networks have published it), None without one."""
    rows = _rows(dsn, "demo/latest_night", {"networks_count": len(NETWORKS)})
    return rows[0] if rows else None


class NightRunner:
    """Runs DAGs in one Airflow over one warehouse and says how they get on. `alive` raises when the stack has died."""

    def __init__(self, api: AirflowApi, dsn: str, say: Say, alive: Callable[[], None]) -> None:
        self.api, self.dsn, self.say, self.alive = api, dsn, say, alive

    def night(self, day: date) -> None:
        """Run the night of `day` in all networks at once, and wait for rating and alerts.

        Networks that have published the day are left alone. Raises DemoError when any run fails.
        """
        done = {row["platform"] for row in _rows(self.dsn, "demo/published_networks", {"snapshot_date": day})}
        networks = [name for name in NETWORKS if name not in done]
        self.say(f"night of {day}: {', '.join(f'crawl_{name}' for name in networks)}")
        began = time.monotonic()
        pending = [(f"crawl_{name}", self.api.trigger(f"crawl_{name}")) for name in networks]
        for name, (dag, run) in zip(networks, pending, strict=True):
            self.follow(dag, run, partial(self._pages, day, name), began)
        seen = set(pending)
        while pending:
            cause = pending.pop(0)
            new = self._followers(*cause) - seen
            seen |= new
            for follower in sorted(new):
                self.follow(*follower)
                pending.append(follower)
        for late in sorted(self.api.active_runs() - seen):
            self.follow(*late)

    def _followers(self, dag: str, run: str) -> set[tuple[str, str]]:
        expected = FOLLOWERS.get(dag, set())
        found = self.api.wait_for_followers(dag, run, expected, seconds=120)
        if missing := expected - {name for name, _ in found}:
            raise DemoError(f"no run of {missing.pop()} followed {dag}: did its last task emit the asset event?")
        return found

    def run(self, dag: str, conf: dict[str, Any], details: Callable[[], str] = str) -> str:
        """Trigger a DAG, follow the run to its end and return its id."""
        run = self.api.trigger(dag, conf)
        self.follow(dag, run, details)
        return run

    def follow(self, dag: str, run: str, details: Callable[[], str] = str, began: float | None = None) -> None:
        """Wait for a run (triggered at `began`), saying what changes. Raises DemoError when it fails or never ends."""
        started, told_at, told = began or time.monotonic(), 0.0, ""
        while (state := self._state(dag, run)) not in FINISHED:
            if time.monotonic() - started > _LONGEST_RUN:
                raise DemoError(
                    f"{dag} has been running for {_LONGEST_RUN / 3600:.0f} hours: see its task logs in the UI"
                )
            line = "  ".join(filter(None, [self._tasks(dag, run), details()]))
            if line != told and time.monotonic() - told_at > 5:
                self.say(f"  {dag}: {line}")
                told, told_at = line, time.monotonic()
            time.sleep(1)
        self.say(f"  {dag}: {state} after {time.monotonic() - started:.0f} s")
        if state == "failed":
            raise DemoError(f"{dag} failed: {self._failures(dag, run)}")

    def _state(self, dag: str, run: str) -> str:
        """The run's state; a moment without an answer (a busy machine) is not a failure while the stack lives."""
        self.alive()
        try:
            return self.api.state(dag, run)
        except (requests.RequestException, AirflowError) as error:
            self.say(f"  (Airflow did not answer: {type(error).__name__}; asking again)")
            return "unknown"

    def _tasks(self, dag: str, run: str) -> str:
        try:
            tasks = self.api.tasks(dag, run)
        except (requests.RequestException, AirflowError):
            return ""
        total = Counter(task["task_id"] for task in tasks)
        done = Counter(task["task_id"] for task in tasks if task["state"] in {"success", "skipped"})
        names = sorted(total, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
        started = {task["task_id"] for task in tasks if task["state"] not in {None, "scheduled"}}
        return ", ".join(f"{name} {done[name]}/{total[name]}" for name in names if name in started)

    def _pages(self, day: date, network: str) -> str:
        rows = _rows(self.dsn, "demo/progress", {"snapshot_date": day, "platform": network})
        if not rows or not rows[0]["pages_count"]:
            return ""
        row = rows[0]
        return (
            f"profiles {row['profiles_done_count']}/{row['pages_count']}, "
            f"walls {row['walls_done_count']}/{row['walls_count']}"
        )

    def _failures(self, dag: str, run: str) -> str:
        """The failed tasks in the order of their ends, so that the cause comes before what it caused."""
        failed = [task for task in self.api.tasks(dag, run) if task["state"] == "failed"]
        told: dict[str, list[str]] = {}
        for task in sorted(failed, key=lambda task: str(task["end_date"])):
            if task["task_id"] not in told:
                told[task["task_id"]] = self._errors(dag, run, task)
        lines = [f"task {name}\n    " + "\n    ".join(words) for name, words in told.items()]
        return "\n  ".join(lines) or "no task failed by itself; see the UI"

    def _errors(self, dag: str, run: str, task: dict[str, Any]) -> list[str]:
        try:
            words = self.api.errors(dag, run, task)
        except (requests.RequestException, AirflowError):
            words = []
        return words[-3:] or ["its log in the UI says why"]


def _rows(dsn: str, name: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connected(dsn, "gospub demo") as connection:
        return query(connection, script(name), parameters)
