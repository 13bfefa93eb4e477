"""Finds and ends processes that an earlier, killed demo left behind: they carry its marker in their environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from local.airflow_env import MARKER


def marked(home: Path) -> Iterator[psutil.Process]:
    """Yield the running processes of the demo whose state is in `home`, this one and its parents left out."""
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        try:
            if process.pid not in mine and process.environ().get(MARKER) == str(home):
                yield process
        except (psutil.Error, OSError):
            continue


def end_leftovers(home: Path, patience: float = 20.0) -> int:
    """Ask them to end, kill those that do not within `patience` seconds; return how many there were."""
    found = list(marked(home))
    for process in found:
        _signal(process, kill=False)
    _, stubborn = psutil.wait_procs(found, timeout=patience)
    for process in stubborn:
        _signal(process, kill=True)
    psutil.wait_procs(stubborn, timeout=5)
    return len(found)


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.Error:
        return
