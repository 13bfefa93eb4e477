"""`python -m local.components`: Airflow's components as forks of one process that imported Airflow once.

Importing Airflow takes seconds and over 100 MB; four forks share both. Each component has its own process group and
log, gets SIGTERM when this process dies, and its death ends the others: half an Airflow looks healthy and does nothing.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from local.children import die_with_parent, tail

COMPONENTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
_SHARED = (
    "airflow.__main__",
    "airflow.cli.commands.db_command",
    "airflow.cli.commands.scheduler_command",
    "airflow.cli.commands.triggerer_command",
    "airflow.cli.commands.dag_processor_command",
    "airflow.cli.commands.api_server_command",
    "airflow.api_fastapi.app",
    "airflow.jobs.scheduler_job_runner",
    "airflow.dag_processing.manager",
)
_PATIENCE = 45.0  # the scheduler waits for running tasks when it is asked to end


def fork(name: str, arguments: Sequence[str], log: Path) -> int:
    """Run an `airflow` command in a fork with its output in `log`; return its pid."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        die_with_parent(signal.SIGTERM)()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, signal.SIG_DFL)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        code = _command(name, arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _command(name: str, arguments: Sequence[str]) -> int:
    from airflow.__main__ import main

    if name == "scheduler":
        importlib.import_module("airflow_local_settings").preload()
    sys.argv = ["airflow", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


class Components:
    """The running components by pid."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.pids: dict[int, str] = {}
        self.groups: list[int] = []  # also of components that have died: their own children may live on
        self.stopping = False

    def start(self) -> None:
        """Fork all components."""
        for name, arguments in COMPONENTS.items():
            self.pids[fork(name, arguments, self.logs / f"{name}.log")] = name
        self.groups = list(self.pids)

    def watch(self) -> int:
        """Wait until one ends or somebody asks for the end; stop the rest; return the exit code."""
        code = 0
        while self.pids and not self.stopping:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in self.pids:
                self._report(self.pids.pop(pid), os.waitstatus_to_exitcode(status))
                code = 1
                break
            time.sleep(0.2)
        self.stop()
        return code

    def _report(self, name: str, code: int) -> None:
        log = self.logs / f"{name}.log"
        print(f"Airflow's {name} ended by itself (exit {code}).\n--- the end of {log} ---\n{tail(log)}", flush=True)

    def stop(self) -> None:
        """Ask all to end, wait, kill what is left of their process groups."""
        self._signal(self.groups, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        while self.pids and time.monotonic() < deadline:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            self.pids.pop(pid, None)
            time.sleep(0.1)
        self._signal(self.groups, signal.SIGKILL)

    @staticmethod
    def _signal(groups: Sequence[int], signum: signal.Signals) -> None:
        for group in groups:
            try:
                os.killpg(group, signum)
            except ProcessLookupError:
                continue


def migrate(logs: Path) -> int:
    """Bring Airflow's own database up to date; return the exit code."""
    pid = fork("migrate", ["db", "migrate"], logs / "migrate.log")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> int:
    """Migrate, start, watch; logs go to the directory named by the first argument."""
    logs = Path(sys.argv[1])
    components = Components(logs)

    def end(*_: object) -> None:
        components.stopping = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    for module in _SHARED:
        importlib.import_module(module)
    if code := migrate(logs):
        print(f"`airflow db migrate` failed (exit {code}).\n{tail(logs / 'migrate.log', 40)}", flush=True)
        return code
    components.start()
    return components.watch()


if __name__ == "__main__":
    sys.exit(main())
