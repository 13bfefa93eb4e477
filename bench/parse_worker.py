"""Run inside Airflow's environment by `bench.parse_time`: parses DAG files as the DAG processor does.

The processor imports Airflow once and forks for each file, so a file pays for itself and for what it imports of gospub,
every time; so does each task before it runs.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

GOSPUB = (
    "gospub.airflow_bridge",
    "gospub.night",
    "gospub.registry.resolve",
    "gospub.rating",
    "gospub.alerts",
    "gospub.warehouse.maintenance",
)


def parse(path: str) -> dict[str, Any]:
    """Parse one file."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(path)
    return {"dags": sorted(bag.dags), "errors": list(bag.import_errors.values())}


def import_gospub(_: str) -> dict[str, Any]:
    """Import everything that the DAG files import of gospub."""
    for name in GOSPUB:
        importlib.import_module(name)
    return {}


def timed(work: Callable[[str], dict[str, Any]], argument: str, answer: Connection) -> None:
    """Do it and send what came out with the seconds it took, on the wall and of the processor."""
    started, cpu = time.perf_counter(), time.process_time()
    found = work(argument)
    answer.send(found | {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu})


def in_fork(work: Callable[[str], dict[str, Any]], argument: str) -> dict[str, Any]:
    """Do it in a fork of this process, which knows Airflow and nothing of gospub."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=timed, args=(work, argument, sender))
    child.start()
    sender.close()
    found: dict[str, Any] = receiver.recv()
    child.join()
    return found


def main() -> None:
    """Print one JSON line a run: which file (or `gospub`), and what `timed` sends."""
    runs, files = int(sys.argv[1]), sys.argv[2:]
    started = time.perf_counter()
    importlib.import_module("airflow.sdk")
    importlib.import_module("airflow.dag_processing.dagbag")
    print(json.dumps({"what": "airflow", "run": 1, "seconds": time.perf_counter() - started}), flush=True)
    for run in range(runs + 1):  # run 0 fills the caches and does not count
        print(json.dumps({"what": "gospub", "run": run} | in_fork(import_gospub, "")), flush=True)
        for file in files:
            print(json.dumps({"what": Path(file).name, "run": run} | in_fork(parse, file)), flush=True)


if __name__ == "__main__":
    main()
