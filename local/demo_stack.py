"""Everything that the demo starts, in order: database, sandbox, Airflow; and its orderly end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import requests

from local.airflow_api import AirflowApi, AirflowError
from local.airflow_env import MARKER, Stack, make_stack
from local.children import Child, wait_until
from local.demo_state import DemoError, DemoState
from local.leftovers import end_leftovers
from local.paths import ROOT, VAR
from local.ports import free_port, is_free
from local.postgres import demo_server
from local.sandbox_connections import NETWORKS, pool_slots, sandbox_connections
from local.warehouse import airflow_connection, loader_dsn, prepare
from local.world_clock import WorldClock

Say = Callable[[str], None]
DAGS = frozenset({"sync_registry", "rate_regions", "raise_alerts", *(f"crawl_{name}" for name in NETWORKS)})


class DemoStack:
    """The running demo; a context manager. After entering, `api`, `dsn` and `stack` are there."""

    api: AirflowApi
    stack: Stack

    def __init__(self, port: int, say: Say) -> None:
        self.port, self.say = port, say
        self.postgres = demo_server()
        self.clock = WorldClock(VAR / "clock")
        self._children: list[Child] = []
        self._exit = ExitStack()
        self._started = datetime.now(UTC)

    @property
    def dsn(self) -> str:
        """The warehouse as gospub_loader."""
        return loader_dsn(self.postgres)

    def __enter__(self) -> DemoStack:
        """Start the database; the rest needs to know the world, see start()."""
        self._exit.enter_context(self.postgres)
        try:
            if ended := end_leftovers(VAR):
                self.say(f"ended {ended} processes that a killed demo had left behind")
            if not is_free(self.port):
                raise DemoError(f"port {self.port} is taken: free it, or choose another with `make demo PORT=…`")
            prepare(self.postgres)
        except BaseException:
            self._exit.close()
            raise
        return self

    def start(self, state: DemoState) -> None:
        """Start the sandbox and Airflow, and wait until both are ready."""
        sandbox = self._start_sandbox(state)
        self.say("starting Airflow (a fresh one needs about 15 s)")
        self.stack = make_stack(self.port, self.postgres, self._connections(sandbox))
        self.stack.env["GOSPUB_CLOCK_FILE"] = str(self.clock.path)
        self._child("airflow", [sys.executable, "-m", "local.components", str(VAR / "log")], self.stack.env)
        self.api = AirflowApi(self.stack)
        self._wait("Airflow", lambda: not self.api.ailing(), 180)
        if abandoned := self.api.abandon_runs("The demo was stopped during this run"):
            self.say(f"gave up unfinished runs of {', '.join(sorted(set(abandoned)))}: their night is taken up again")
        for name in NETWORKS:
            self.api.set_pool(f"gospub_{name}", pool_slots(name), "Tasks that hold a token, and one that starts")
        self._wait("the DAGs", self._dags_are_loaded, 120)

    def check_alive(self) -> None:
        """Raise DemoError with the end of its log when a process of the stack has died."""
        for child in self._children:
            if not child.alive:
                raise DemoError(f"{child.name} ended by itself (exit {child.process.returncode}).\n{child.story()}")

    def __exit__(self, *_: object) -> None:
        """Stop all in reverse order; nothing is left."""
        self._exit.close()
        end_leftovers(VAR)

    def command_env(self) -> dict[str, str]:
        """The environment in which gospub's own commands see the demo's warehouse and clock."""
        path = os.pathsep.join([str(ROOT / "plugins"), str(ROOT)])
        return os.environ | {"PYTHONPATH": path, "GOSPUB_DSN": self.dsn, "GOSPUB_CLOCK_FILE": str(self.clock.path)}

    def _child(self, name: str, argv: list[str], env: dict[str, str]) -> None:
        child = Child(name, argv, log=VAR / "log" / f"{name}.log", env=env, cwd=ROOT)
        self._children.append(child)
        self._exit.callback(child.stop, 75.0)

    def _start_sandbox(self, state: DemoState) -> str:
        port = free_port()
        argv = [sys.executable, "-m", "sandbox", "serve", "--port", str(port), *_world(state)]
        argv += ["--clock-file", str(self.clock.path)]
        self._child("sandbox", argv, self.command_env() | {MARKER: str(VAR)})
        url = f"http://127.0.0.1:{port}"
        self._wait("the sandbox", lambda: _answers(f"{url}/sandbox/health"), 60)
        return url

    def _connections(self, sandbox: str) -> dict[str, str]:
        return sandbox_connections(sandbox) | {"gospub_warehouse": json.dumps(airflow_connection(self.postgres))}

    def _wait(self, what: str, ready: Callable[[], bool], seconds: float) -> None:
        def ready_or_dead() -> bool:
            self.check_alive()
            try:
                return ready()
            except (requests.RequestException, AirflowError):
                return False

        started = time.monotonic()
        while not wait_until(ready_or_dead, 15, pause=0.5):
            waited = time.monotonic() - started
            if waited > seconds:
                raise DemoError(f"{what} did not get ready within {waited:.0f} s; logs: {VAR / 'log'}")
            self.say(f"  still waiting for {what} ({waited:.0f} of at most {seconds:.0f} s)")

    def _dags_are_loaded(self) -> bool:
        """Whether all DAGs are there; a file that cannot be imported now will not mend itself while we wait."""
        if errors := self.api.import_errors(since=self._started):
            raise DemoError("\n  ".join(["these DAG files cannot be loaded:", *errors]))
        return self.api.dag_ids() >= DAGS


def _world(state: DemoState) -> list[str]:
    world = {"seed": state.seed, "organisations": state.organisations, "first-night": state.first_night}
    return [part for name, value in world.items() for part in (f"--{name}", str(value))]


def _answers(url: str) -> bool:
    session = requests.Session()
    session.trust_env = False
    return session.get(url, timeout=5).ok


def write_registry(state: DemoState, directory: Path, env: dict[str, str]) -> Path:
    """Let the sandbox write the example registry; return the path of its full form. Raises DemoError."""
    argv = [sys.executable, "-m", "sandbox", "registry", "--out", str(directory), *_world(state)]
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoError(f"the example registry could not be written: {done.stderr.strip()[-1000:]}")
    return directory / "registry.csv"
