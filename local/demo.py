"""`make demo`: nights of a made-up country through real Airflow on this machine, then the UI to look around in.

The first start makes databases, passwords and the example registry under var/; a later one goes on from there.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from gospub.errors import GospubError
from local.airflow_api import AirflowError
from local.demo_report import command, summary
from local.demo_stack import DemoStack, write_registry
from local.demo_state import DemoError, DemoState, load_state, next_night, resume_clock
from local.nights import NightRunner, last_night
from local.paths import VAR
from local.postgres import PostgresError
from local.sandbox_connections import NETWORKS

STATE = VAR / "demo.json"
_STARTED = time.monotonic()


def say(text: str) -> None:
    """Print a line with the seconds since the start."""
    print(f"[{time.monotonic() - _STARTED:6.1f} s] {text}", flush=True)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--nights", type=int, default=3, help="how many nights to run now (default 3)")
    parser.add_argument("--organisations", type=int, default=3000, help="size of the example registry (default 3000)")
    parser.add_argument("--port", type=int, default=8080, help="port of Airflow's UI on 127.0.0.1 (default 8080)")
    parser.add_argument("--exit", action="store_true", help="stop after the last night; exit 0 only if all went well")
    return parser.parse_args(argv)


def run(options: argparse.Namespace) -> int:
    """Start everything, run the nights, report, stay or stop; return the exit code."""
    say("starting PostgreSQL and bringing the warehouse up to date")
    with DemoStack(options.port, say) as demo:
        state = load_state(STATE, options.organisations, demo.clock.today())
        runner: NightRunner | None = None
        try:
            runner = _begin(demo, state)
            for _ in range(options.nights):
                _one_night(demo, runner)
            return _finish(demo, stay=not options.exit)
        finally:
            if runner is not None:
                state.stopped(demo.clock.now()).save(STATE)
            _ignore_signals()
            say("stopping Airflow, the sandbox and PostgreSQL")


def _begin(demo: DemoStack, state: DemoState) -> NightRunner:
    registry = write_registry(state, VAR / "registry", demo.command_env())
    resume_clock(demo.clock, state, last_night(demo.dsn))
    demo.start(state)
    state.save(STATE)
    say(f"Airflow's UI: {demo.stack.url}  (login {demo.stack.user}, password {demo.stack.password})")
    runner = NightRunner(demo.api, demo.dsn, say, demo.check_alive)
    runner.run("sync_registry", {"path": str(registry)})
    return runner


def _one_night(demo: DemoStack, runner: NightRunner) -> None:
    day = next_night(demo.clock, last_night(demo.dsn))
    demo.clock.begin_night(day)
    runner.night(day)


def _finish(demo: DemoStack, *, stay: bool) -> int:
    env = demo.command_env()
    print()
    unreported = max(command(env, "report", "--platform", name) for name in NETWORKS)
    print(summary(demo.dsn), flush=True)
    print("\nPromises", flush=True)
    broken = command(env, "verify", "--quota", "wall.get=5000")
    if stay:
        _stay(demo)
    return broken or unreported


def _stay(demo: DemoStack) -> None:
    print(
        f"\nAirflow's UI: {demo.stack.url}  login {demo.stack.user}  password {demo.stack.password}\n"
        'The warehouse: make psql, or with a result as CSV: make psql Q="table mart.region_coverage_day"\n'
        "Ctrl-C stops everything.",
        flush=True,
    )
    try:
        while True:
            demo.check_alive()
            time.sleep(1)
    except KeyboardInterrupt:
        print()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; errors that name cause and cure are printed as such."""
    options = arguments(argv)
    signal.signal(signal.SIGINT, _interrupt)  # a shell's background job ignores it otherwise
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _interrupt)
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except (DemoError, GospubError, PostgresError, AirflowError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
