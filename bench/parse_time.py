"""How long Airflow takes to parse each DAG file, and how much of it is the import of gospub."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.results import Figure
from bench.workplace import python_env, workplace
from local.paths import ROOT

COMMAND = "python -m bench --only parse_time"
_WELL_UNDER_A_SECOND = 0.5


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """The fastest of several parses of each file, by a fork that knows Airflow and nothing of gospub.

    The fastest, as the standard library's timeit advises: what was slower, other programs held up.
    """
    files = sorted((ROOT / "dags").glob("*.py"))
    with workplace() as place:
        runs = _runs(place, files, options.parses)
    for what, found in runs.items():
        seconds = [run["seconds"] for run in found if run["run"]]
        context = {"runs": len(seconds), "median": round(median(seconds), 4), "dags": found[-1].get("dags")}
        if cpu := [run["cpu_seconds"] for run in found if run["run"] and "cpu_seconds" in run]:
            context["cpu_seconds"] = round(median(cpu), 4)
        limit = _WELL_UNDER_A_SECOND if what.endswith(".py") else None
        yield Figure(_title(what), min(seconds), "s", COMMAND, at_most=limit, context=context)


def _title(what: str) -> str:
    titles = {"airflow": "import of Airflow itself", "gospub": "import of gospub on top of Airflow"}
    return titles.get(what, f"parse of dags/{what}")


def _runs(place: Path, files: list[Path], parses: int) -> dict[str, list[dict[str, Any]]]:
    env = python_env(
        AIRFLOW_HOME=str(place),
        AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
        AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "plugins"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
    )
    argv = [sys.executable, "-m", "bench.parse_worker", str(parses), *map(str, files)]
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"what"')]
    if done.returncode or not lines:
        raise RuntimeError(f"Airflow could not parse the DAG files (exit {done.returncode}):\n{done.stderr[-2000:]}")
    runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in map(json.loads, lines):
        if errors := run.get("errors"):
            raise RuntimeError(f"{run['what']} cannot be loaded: {errors[0]}")
        runs[run["what"]].append(run)
    return runs
