"""A small client of Airflow's public REST API (/api/v2), as the demo uses it.

Source: the OpenAPI description that Airflow serves at /openapi.json.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import requests

from local.airflow_env import Stack

FINISHED = frozenset({"success", "failed"})
HEALTHY_PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


class AirflowError(RuntimeError):
    """Airflow refused or failed; the message says what and why."""


class AirflowApi:
    """Talks to one Airflow; logs in when first needed and again when the token has expired."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between this machine and itself

    def _login(self) -> None:
        credentials = {"username": self._stack.user, "password": self._stack.password}
        answer = self._session.post(f"{self._stack.url}/auth/token", json=credentials, timeout=30)
        if answer.status_code != 201:
            raise AirflowError(f"Airflow does not let us in: HTTP {answer.status_code}")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Call /api/v2/<path> and return the decoded answer.

        Raises AirflowError on any refusal, requests.RequestException when Airflow is not to be reached.
        """
        url = f"{self._stack.url}/api/v2/{path}"
        for attempt in (1, 2):
            if "Authorization" not in self._session.headers:
                self._login()
            answer = self._session.request(method, url, timeout=60, **options)
            if answer.status_code != 401 or attempt == 2:
                break
            del self._session.headers["Authorization"]
        if not answer.ok:
            raise AirflowError(f"{method} {path}: HTTP {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def ailing(self) -> list[str]:
        """Return the parts of Airflow that do not report themselves healthy; all of them when nobody answers."""
        try:
            health = requests.get(f"{self._stack.url}/api/v2/monitor/health", timeout=5).json()
        except (requests.RequestException, ValueError):
            return ["api-server", *HEALTHY_PARTS]
        return [part for part in HEALTHY_PARTS if (health.get(part) or {}).get("status") != "healthy"]

    def set_pool(self, name: str, slots: int, description: str) -> None:
        """Make a pool or change its size; without its pool a task waits for ever."""
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        existing = {pool["name"] for pool in self.call("GET", "pools", params={"limit": 100})["pools"]}
        if name in existing:
            self.call("PATCH", f"pools/{name}", json=body)
        else:
            self.call("POST", "pools", json=body)

    def dag_ids(self) -> set[str]:
        """Return the DAGs that are loaded and not paused."""
        return {dag["dag_id"] for dag in self.call("GET", "dags", params={"limit": 100, "paused": False})["dags"]}

    def import_errors(self, since: datetime) -> list[str]:
        """Return why DAG files could not be loaded when they were last tried, `since` then."""
        errors = self.call("GET", "importErrors", params={"limit": 100})["import_errors"]
        return [
            f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}"
            for error in errors
            if datetime.fromisoformat(error["timestamp"]) >= since
        ]

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run of a DAG now and return its id."""
        body = {"logical_date": None, "conf": conf or {}}
        return str(self.call("POST", f"dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def abandon_runs(self, note: str) -> list[str]:
        """Mark all unfinished runs as failed, which ends their tasks, and return the ids of their DAGs."""
        runs = self.active_runs()
        for dag_id, run_id in runs:
            self.call("PATCH", f"dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed", "note": note})
        return [dag_id for dag_id, _ in runs]

    def active_runs(self) -> set[tuple[str, str]]:
        """Return (DAG, run) of all runs that have not ended."""
        runs = self.call("GET", "dags/~/dagRuns", params={"state": ["queued", "running"], "limit": 100})["dag_runs"]
        return {(run["dag_id"], run["dag_run_id"]) for run in runs}

    def state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run: queued, running, success or failed."""
        return str(self.call("GET", f"dags/{dag_id}/dagRuns/{run_id}")["state"])

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return list(self.call("GET", path, params={"limit": 1000})["task_instances"])

    def errors(self, dag_id: str, run_id: str, task: dict[str, Any]) -> list[str]:
        """Return the error lines of a task instance's last try, as its log has them."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        log = self.call("GET", path, params={"map_index": task["map_index"], "full_content": True})["content"]
        return [_error_line(entry) for entry in log if entry.get("level") in {"error", "critical"}]

    def followers(self, dag_id: str, run_id: str) -> set[tuple[str, str]]:
        """Return (DAG, run) of the runs that this run's asset events have started."""
        params = {"source_dag_id": dag_id, "source_run_id": run_id, "limit": 100}
        events = self.call("GET", "assets/events", params=params)["asset_events"]
        return {(run["dag_id"], run["run_id"]) for event in events for run in event["created_dagruns"]}

    def wait_for_followers(self, dag_id: str, run_id: str, expected: set[str], seconds: float) -> set[tuple[str, str]]:
        """Wait until runs of all `expected` DAGs have followed; return what has followed when time is up."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.followers(dag_id, run_id)
            if expected <= {dag for dag, _ in found} or time.monotonic() > deadline:
                return found
            time.sleep(1)


def _error_line(entry: dict[str, Any]) -> str:
    causes = [f"{cause['exc_type']}: {cause['exc_value']}" for cause in entry.get("error_detail") or []]
    return " | ".join([str(entry.get("event", "")), *causes])
