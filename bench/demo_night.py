"""What nights through real Airflow cost: memory by process, seconds by phase, and whose seconds they are."""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.memory import MemorySampler, merged
from bench.results import Figure
from bench.workplace import python_env, workplace
from gospub.warehouse.connection import connected, query
from local.paths import ROOT
from local.ports import free_port
from local.postgres import EmbeddedPostgres
from local.warehouse import AIRFLOW

COMMAND = "python -m bench --only demo_night"
_MOST_MIB = 400
_LINE = re.compile(r"^\[\s*([\d.]+) s\] (.*)$")
_RUNS = """
SELECT dag_id, round(extract(EPOCH FROM end_date - start_date), 1)::float AS seconds
FROM dag_run WHERE end_date IS NOT NULL ORDER BY start_date
"""
_TASKS = """
SELECT
    t.id::text AS id, t.dag_id, t.task_id, t.run_id, t.duration,
    extract(EPOCH FROM t.start_date)::float AS started, extract(EPOCH FROM t.end_date)::float AS ended
FROM task_instance AS t WHERE t.start_date IS NOT NULL AND t.end_date IS NOT NULL ORDER BY t.start_date
"""


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Run the demo in a state directory of its own; sample it, read what it says, ask Airflow's database afterwards."""
    with workplace() as place:
        demo = ["-m", "local.demo", "--nights", str(options.nights), "--organisations", str(options.organisations)]
        demo += ["--port", str(free_port()), "--exit"]
        said, memory = _run(demo, place)
        with EmbeddedPostgres(place / "postgres") as server, connected(server.dsn(AIRFLOW)) as airflow:
            tasks, runs = query(airflow, _TASKS), query(airflow, _RUNS)
    yield from _memory_figures(memory, {row["id"]: row["task_id"] for row in tasks})
    yield from _time_figures(said, tasks, runs)


def _run(demo: list[str], place: Path) -> tuple[list[str], MemorySampler]:
    """The demo's lines and its memory; raises RuntimeError when it fails."""
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, *demo], env=python_env(GOSPUB_VAR=str(place)), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            with MemorySampler(process.pid) as memory:
                for line in process.stdout or ():
                    if "password" not in line:
                        print(line.rstrip(), file=sys.stderr, flush=True)
                    said.append(line.rstrip("\n"))
        except BaseException:
            os.kill(process.pid, signal.SIGTERM)  # the demo ends what it started
            raise
    if process.returncode:
        raise RuntimeError("the demo failed:\n" + "\n".join(said[-15:]))
    return said, memory


def _memory_figures(memory: MemorySampler, task_names: dict[str, str]) -> Iterator[Figure]:
    tasks = merged(memory.tasks, lambda task: task_names.get(task, "unknown"))
    by_task = {name: round(size) for name, size in sorted(tasks.items(), key=lambda item: -item[1])}
    context = {"by_task": by_task, "samples": memory.samples, "tasks_seen": len(memory.tasks)}
    largest = max(tasks.values(), default=0.0)
    yield Figure("peak PSS of one task process", largest, "MiB", COMMAND, _MOST_MIB, context=context)
    for kind, size in sorted(memory.peaks.items(), key=lambda item: -item[1]):
        alone = {"largest_process": round(memory.largest[kind])} if kind in memory.largest else {}
        yield Figure(f"peak PSS together: {kind}", size, "MiB", COMMAND, context=alone)


def _time_figures(said: list[str], tasks: list[dict[str, Any]], runs: list[dict[str, Any]]) -> Iterator[Figure]:
    lines = [(float(match[1]), match[2]) for line in said if (match := _LINE.match(line))]
    ready = next(seconds for seconds, text in lines if text.startswith("Airflow's UI"))
    stopping = next(seconds for seconds, text in lines if text.startswith("stopping"))
    yield Figure("from nothing to databases, registry file, sandbox and a ready Airflow", ready, "s", COMMAND)
    for dag in dict.fromkeys(run["dag_id"] for run in runs):
        seconds = [run["seconds"] for run in runs if run["dag_id"] == dag]
        yield Figure(f"{dag}: longest run", max(seconds), "s", COMMAND, context={"runs": seconds})
    nights = [row for row in tasks if row["dag_id"].startswith("crawl_")]
    yield Figure(
        "share of crawl_vk during which a task runs", _covered(nights), "of 1", COMMAND, context=_by_task(nights)
    )
    yield Figure("the whole demo, from its start until it stops", stopping, "s", COMMAND)


def _covered(rows: list[dict[str, Any]]) -> float:
    """Of the time from each run's first task to its last, the share in which at least one task runs; the rest waits."""
    spans = busy = 0.0
    for run in {row["run_id"] for row in rows}:
        times = sorted((row["started"], row["ended"]) for row in rows if row["run_id"] == run)
        until = times[0][0]
        for started, ended in times:
            busy += max(0.0, ended - max(started, until))
            until = max(until, ended)
        spans += until - times[0][0]
    return busy / spans if spans else 0.0


def _by_task(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Seconds of each task's instances."""
    names = dict.fromkeys(row["task_id"] for row in rows)
    return {name: [round(row["duration"], 1) for row in rows if row["task_id"] == name] for name in names}
